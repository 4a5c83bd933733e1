"""The style guide: every building block on a few pages, for the eye and for the checks.

It is the real application without its subjects, with made-up pages and a made-up person;
nothing is stored.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from unittest.mock import patch

from flask import Flask, abort, flash, render_template, request
from flask_babel import get_locale
from jinja2 import ChoiceLoader, FileSystemLoader
from wtforms import (
    BooleanField,
    DateField,
    FileField,
    IntegerField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    widgets,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from trainhub import assembly
from trainhub.config import load_settings
from trainhub.people.models import Role
from trainhub.web import bars, charts, navigation
from trainhub.web.forms import HouseForm
from trainhub.web.navigation import NavigationEntry

TEMPLATES = Path(__file__).parent / "templates"
PAGES = ("desk", "form", "reader", "charts", "blocks")


@dataclass(frozen=True)
class Somebody:
    """A signed-in person as the page frame sees one."""

    name: str = "林晓岚"
    locale: str | None = None
    time_zone: str | None = None
    roles: frozenset[Role] = frozenset()


def is_chinese() -> bool:
    """Whether the page is being made in Chinese."""
    return str(get_locale()).startswith("zh")


def either(chinese: str, english: str) -> str:
    """The text of the page's language."""
    return chinese if is_chinese() else english


class GalleryForm(HouseForm):
    """One field of each kind."""

    name = StringField("Name", [InputRequired("Write a name, as it should stand on the list.")])
    secret = PasswordField("Password", description="At least 12 characters; a sentence is best.")
    team = SelectField(
        "Team", choices=[SelectChoice("1", "热线一班"), SelectChoice("2", "Night desk")]
    )
    start_on = DateField("Start date")
    minutes = IntegerField("Minutes", [InputRequired("Give the length.")])
    summary = TextAreaField("Summary", description="One or two sentences.")
    picture = FileField("Picture")
    length = RadioField("Length", choices=[SelectChoice(str(n), f"{n} min") for n in (30, 60, 90)])
    roles = SelectMultipleField(
        "Roles",
        [InputRequired("Choose at least one role.")],
        choices=[SelectChoice("agent", "Agent"), SelectChoice("trainer", "Trainer")],
        option_widget=widgets.CheckboxInput(),
        widget=widgets.ListWidget(prefix_label=False),
    )
    notify = BooleanField("Tell the team by e-mail", description="Sent once, after saving.")


def register_places() -> dict[str, NavigationEntry]:
    """A side bar as a trainer who also supervises would see it; returns what stood before."""
    before = dict(navigation._entries)
    navigation._entries.clear()
    places = [
        ("desk", "首页", "Home", "house", "home"),
        ("reader", "我的课程", "My courses", "journal-bookmark", "learn"),
        ("charts", "课程地图", "Course map", "map", "learn"),
        ("form", "编写课程", "Write courses", "pencil-square", "teach"),
        ("blocks", "题库", "Questions", "ui-checks", "teach"),
        ("team", "班组进度", "Team progress", "people", "team"),
        ("settings", "系统设置", "Settings", "gear", "manage"),
        ("profile", "个人资料", "Your profile", "person", "person"),
        ("leave", "退出登录", "Sign out", "box-arrow-right", "person"),
    ]
    for order, (name, chinese, english, picture, section) in enumerate(places):
        navigation.register(
            NavigationEntry(
                f"gallery_{name}",
                Either(chinese, english),
                picture,
                section,
                order=order,
                post=name == "leave",
            )
        )
    return before


class Either:
    """A lazy text, as `lazy_gettext` makes them."""

    def __init__(self, chinese: str, english: str) -> None:
        self.texts = (chinese, english)

    def __str__(self) -> str:
        return either(*self.texts)

    __html__ = __str__


def build_gallery(instance: Path) -> Flask:
    """The application with the gallery's pages under `/gallery/<page>`."""
    with patch.object(assembly, "SUBJECTS", ()):
        app = assembly.build(load_settings({}, instance=instance, default_locale="en"))
    app.jinja_loader = ChoiceLoader([FileSystemLoader(TEMPLATES), app.jinja_loader])  # type: ignore[list-item]
    app.jinja_env.loader = app.jinja_loader
    somebody = Somebody()

    def person() -> Somebody | None:
        return None if request.args.get("out") else somebody

    app.jinja_env.globals.update(current_person=person, t=either, is_chinese=is_chinese)
    for name in (*PAGES, "team", "settings", "profile", "leave"):
        app.add_url_rule(f"/gallery/{name}", f"gallery_{name}", _page_view(name))
    app.add_url_rule("/gallery/error/<int:status>", "gallery_error", _error_view)
    return app


def _page_view(name: str) -> object:
    def show() -> str:
        if name not in PAGES:
            abort(404)
        if name == "blocks":
            flash(either("已保存。", "Saved."), "success")
            flash(either("网络中断。", "The connection was lost."), "error")
        return render_template(
            f"gallery/{name}.html",
            form=_form(),
            today=date(2026, 11, 23),
            at=datetime(2026, 11, 23, 1, 5, tzinfo=UTC),
            **_pictures(),
        )

    return show


def _error_view(status: int) -> str:
    abort(status)


def _form() -> GalleryForm:
    form = GalleryForm(data={"length": "60", "summary": "两句话。"}, meta={"csrf": False})
    form.validate()
    return form


def _pictures() -> dict[str, object]:
    weeks = [either(f"第{n}周", f"Week {n}") for n in range(40, 48)]
    teams = [
        either("热线一班", "Hotline 1"),
        either("热线二班", "Hotline 2"),
        either("在线客服班", "Chat"),
    ]
    goal = either("目标", "Goal")
    done = [0.42, 0.5, 0.55, 0.61, None, 0.7, 0.78, 0.86]
    return {
        "bars": bars.bar_chart(
            [
                bars.Bar(teams[0], 86),
                bars.Bar(teams[1], 58, "danger", either("落后", "behind")),
                bars.Bar(teams[2], 74),
            ],
            either("完成率", "Completion"),
            goal=charts.Goal(80, f"{goal} 80%"),
            show="{:.0f}%".format,
        ),
        "lines": charts.line_chart(
            weeks,
            [
                charts.Series(teams[0], [v and v * 100 for v in done]),
                charts.Series(teams[1], [30, 34, 40, 41, 47, 52, 51, 58]),
            ],
            either("每周完成率", "Completion by week"),
            goal=charts.Goal(80, f"{goal} 80%"),
            show="{:.0f}%".format,
        ),
        "heat": charts.heat_map(
            teams,
            weeks,
            [
                [0.2, 0.4, 0.5, 0.6, 0.8, 0.9, 1, 1],
                [0, 0.1, None, 0.3, 0.4, 0.5, 0.6, 0.7],
                [0.3, 0.35, 0.4, 0.55, 0.62, 0.7, 0.74, 0.8],
            ],
            either("班组 × 周", "Team × week"),
            show="{:.0%}".format,
        ),
        "weeks": weeks,
    }
