"""Material changes about which holders can be asked, and how those that were asked stand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from wtforms.fields.choices import SelectChoice

from trainhub import clock
from trainhub.certification.forms.deciding import ReasonForm
from trainhub.certification.forms.refreshing import RefreshForm, due_after
from trainhub.certification.models import RefreshRequest
from trainhub.certification.queries.refreshes import (
    Progress,
    get_material_change,
    get_request,
    list_awards_resting_on,
    list_material_changes,
    list_refresh_exams,
    list_requests,
    progress_of,
    titles_of_changes,
)
from trainhub.certification.rules.awards.refreshing import DAYS
from trainhub.certification.services.refresh_withdrawal import withdraw_refresh
from trainhub.certification.services.refreshing import Asking, ask_refresh
from trainhub.certification.views.blueprint import bp
from trainhub.certification.views.wording import in_language
from trainhub.db import transaction
from trainhub.errors import DomainError, NotFound
from trainhub.people.models import Person, Role
from trainhub.people.views.signed_in import with_fresh_password
from trainhub.web.access import current_person, requires
from trainhub.web.filters import show_date
from trainhub.web.home import HomeSection, register_section
from trainhub.web.navigation import NavigationEntry, register
from trainhub.web.settings import current_settings

WRITES = "certification.write_programmes"

register(
    NavigationEntry(
        "certification.list_refreshes",
        _l("Refreshes"),
        "arrow-clockwise",
        "teach",
        WRITES,
        62,
        ("certification.ask_for_refresh", "certification.take_refresh_back"),
    )
)


def exam_choices() -> list[SelectChoice]:
    """The exams holders can be asked for."""
    return [SelectChoice(one.key, in_language(one.titles)) for one in list_refresh_exams()]


def asking_of(exam_key: str, days: int, note: str) -> Asking:
    """What was chosen in a form; the sitting is named in the language of who asks."""
    zone = current_settings().zone
    due_on = due_after(days, clock.now(), zone)
    name = _("Refresh by %(day)s", day=show_date(due_on))
    return Asking(exam_key, due_on, name, zone, note)


@bp.get("/refreshes")
@requires(WRITES)
def list_refreshes() -> ResponseReturnValue:
    """Changes that nobody has asked about yet, and what was asked."""
    now = clock.now()
    today = now.astimezone(current_settings().zone).date()
    requests = list_requests()
    progress = progress_of([one.id for one in requests], today)
    titles, exams = titles_of_changes(requests), _exam_titles()
    return render_template(
        "certification/awards/list_refreshes.html",
        changes=list_material_changes(now),
        rows=[
            (one, titles[one.id], exams.get(one.exam_key, {}), progress.get(one.id, Progress()))
            for one in requests
        ],
        today=today,
        change_address=_change_address,
        may_take_back=lambda one: may_take_back(one, current_person()),
    )


def may_take_back(request: RefreshRequest, person: Person) -> bool:
    """Who asked may take it back, and any administrator."""
    return request.asked_by_id == person.id or person.has_role(Role.ADMINISTRATOR)


@bp.route("/refreshes/<int:request_id>/withdraw", methods=["GET", "POST"])
@requires(WRITES)
@with_fresh_password
def take_refresh_back(request_id: int) -> ResponseReturnValue:
    """Take back what holders were asked for by mistake, with a reason."""
    asked = get_request(request_id)
    if not may_take_back(asked, current_person()):
        raise NotFound()
    now, form = clock.now(), ReasonForm()
    today = now.astimezone(current_settings().zone).date()
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            with transaction():
                count = withdraw_refresh(
                    get_request(request_id), reason=form.reason.data, actor=current_person(),
                    today=today, now=now,
                )  # fmt: skip
        except DomainError as refused:
            form.take_error(refused)
            status = refused.status
        else:
            flash(withdrawn_words(count), "success")
            return redirect(url_for("certification.list_refreshes"))
    page = render_template(
        "certification/awards/take_refresh_back.html",
        form=form,
        titles=titles_of_changes([asked])[request_id],
        progress=progress_of([request_id], today).get(request_id, Progress()),
    )
    return page, status


def withdrawn_words(count: int) -> str:
    """What is said when a request is taken back."""
    return str(
        ngettext("Taken back: %(num)d holder is asked no more.",
                 "Taken back: %(num)d holders are asked no more.", count)
    )  # fmt: skip


def _exam_titles() -> Mapping[str, Mapping[str, str]]:
    return {one.key: one.titles for one in list_refresh_exams()}


def _change_address(request: RefreshRequest) -> str:
    version = request.programme_version
    if version is None:
        assert request.course_version is not None
        key = request.course_version.edition.course.key
        return url_for("catalogue.show_course", course_key=key)
    return url_for(
        "certification.show_programme_version",
        programme_id=version.programme_id, number=version.number,
    )  # fmt: skip


@bp.route("/refreshes/courses/<int:course_version_id>", methods=["GET", "POST"])
@requires(WRITES)
def ask_for_refresh(course_version_id: int) -> ResponseReturnValue:
    """Ask everybody whose award rests on a course as it was before a material change."""
    version, course = get_material_change(course_version_id)
    form = RefreshForm()
    form.refresh.choices = exam_choices()
    holders = list_awards_resting_on(course, version.published_at)
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            with transaction():
                ask_refresh(
                    version,
                    holders,
                    asking_of(
                        form.refresh.data, form.refresh_days.data or DAYS, form.note.data or ""
                    ),
                    actor=current_person(),
                    now=clock.now(),
                )
        except DomainError as refused:
            form.take_error(refused)
            status = refused.status
        else:
            flash(asked_words(len(holders)), "success")
            return redirect(url_for("certification.list_refreshes"))
    page = render_template(
        "certification/awards/ask_refresh.html",
        version=version, course=course, form=form, holders=len(holders),
        has_exams=bool(form.refresh.choices),
    )  # fmt: skip
    return page, status


def asked_words(count: int) -> str:
    """What is said when holders have been asked."""
    return str(
        ngettext("%(num)d holder is asked for a refresh.",
                 "%(num)d holders are asked for a refresh.", count)
    )  # fmt: skip


def changes_for(person: Person) -> dict[str, Any] | None:
    """Material changes nobody has asked about yet, for the home page of who may."""
    changes = list_material_changes(clock.now())
    return {"changes": changes[:5]} if changes else None


register_section(
    HomeSection(
        "material_changes", 45, WRITES, "certification/awards/_home_changes.html", changes_for
    )
)
