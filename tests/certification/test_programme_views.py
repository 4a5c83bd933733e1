"""The pages on which programmes are written, tried on people and published."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from flask import Flask

from tests.certification.programmes import complete, enrolled, published, read, requirement, values
from tests.checking import CheckingClient
from tests.factories import Make
from tests.learning import content
from trainhub.certification.evidence import list_kinds
from trainhub.certification.models import Programme, ProgrammeEnrolment
from trainhub.certification.queries.programmes import find_programme
from trainhub.certification.rules.programmes.content import Group, from_dict
from trainhub.certification.rules.programmes.writing import write_programme
from trainhub.certification.services.programme_files import load_shipped_programmes
from trainhub.certification.services.programmes import text_of
from trainhub.db import db, transaction
from trainhub.people.models import Role

Client = Callable[..., CheckingClient]


@pytest.fixture
def trainer(app: Flask, make: type[Make], client: Client) -> CheckingClient:
    return client(make.person("tess", Role.TRAINER))


def two(**more: Any) -> Any:
    return values(requirement("greeting"), requirement("farewell"), **more)


def needs_of(programme: Programme) -> tuple[Any, ...]:
    db.session.expire_all()
    return from_dict(programme.content).stages[0].needs.members


def test_only_those_who_write_get_in(make: type[Make], client: Client) -> None:
    programme = published(two())
    for role in (Role.AGENT, Role.SUPERVISOR, Role.PLANNER, Role.AUDITOR):
        browser = client(make.person(f"a-{role.value}", role))
        for path in ("", "/new", f"/{programme.id}", f"/{programme.id}/edit"):
            browser.get(f"/programmes{path}", status=403)
        browser.post(f"/programmes/{programme.id}/retire", status=403)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_page_of_the_shipped_programmes_holds(
    make: type[Make], client: Client, language: str, now: datetime
) -> None:
    with transaction():
        load_shipped_programmes(now)
    browser = client(make.person("tess", Role.TRAINER), language=language)
    duty, onboarding = find_programme("campaign-duty"), find_programme("onboarding")
    assert duty and onboarding
    title = "大促上岗选拔" if language == "zh" else "Duty in a sales peak"
    assert title in browser.page("/programmes").text
    assert "30" in browser.page(f"/programmes/{duty.id}").text  # a weight of the formula
    for programme in (duty, onboarding):
        for path in ("", "/edit", "/facts", "/validity", "/preview", "/publish", "/versions/1"):
            browser.page(f"/programmes/{programme.id}{path}")
        for one in from_dict(programme.content).requirements:
            browser.page(f"/programmes/{programme.id}/requirements/{one.key}")
    stage = f"/programmes/{onboarding.id}/stages/first-month"
    browser.page(f"{stage}/groups/4")
    browser.page(f"{stage}/requirements/new")
    for kind in list_kinds():
        browser.page(f"{stage}/requirements/new/{kind.name.replace('_', '-')}")


def test_a_programme_from_nothing_to_its_first_version(trainer: CheckingClient) -> None:
    sent = {"key": "night", "kind": "duty", "titles_zh": "夜班", "titles_en": "Nights"}
    trainer.post("/programmes/new", data=sent | {"source": ""}, status=302)
    programme = find_programme("night")
    assert programme is not None
    path = f"/programmes/{programme.id}"
    titles = {"titles_zh": "第一周", "titles_en": "First week"}
    trainer.post(f"{path}/stages/new", data=titles | {"revision": "1"}, status=302)
    assert "It cannot be published yet" in trainer.page(f"{path}/publish").text
    form = {
        "revision": "2", "titles_zh": "问候", "titles_en": "Greeting",
        "settings_course": "greeting", "stage": "stage-1", "due_days": "5", "counts_earlier": "y",
    }  # fmt: skip
    new = f"{path}/stages/stage-1/requirements/new/course"
    trainer.post(new, data=form, status=302)
    text = trainer.page(path).text
    assert "Complete the course “greeting”" in text
    assert "due on working day 5" in text
    trainer.post(f"{path}/publish", data={"revision": "3", "note": "First"}, status=302)
    assert "Version 1" in trainer.page("/programmes").text


def test_a_requirement_without_a_title_has_that_of_its_course(trainer: CheckingClient) -> None:
    content.import_library()
    path = f"/programmes/{published(two()).id}"
    new = f"{path}/stages/first/requirements/new/course"
    form = {"revision": "1", "stage": "first", "settings_course": content.COURSE}
    page = trainer.page(new)
    revision = next(one["value"] for one in page.all("input") if one.get("name") == "revision")
    assert "whoever has completed a course takes it again" in page.text
    trainer.post(new, data=form | {"revision": revision}, status=302)
    programme = find_programme("onboarding")
    assert programme is not None
    titles = {one["key"]: one["titles"] for one in programme.content["requirements"]}
    assert titles[content.COURSE]["zh"] == "开场"
    assert titles[content.COURSE]["en"]


def test_a_copy_begins_as_the_other_one(trainer: CheckingClient) -> None:
    programme = published(two())
    sent = {"key": "evening", "kind": "onboarding", "source": f"copy:{programme.id}"}
    trainer.post("/programmes/new", data=sent, status=302)
    copied = find_programme("evening")
    assert copied is not None
    assert copied.content == programme.content
    assert copied.published is None


def test_a_shipped_file_can_be_begun_with(trainer: CheckingClient) -> None:
    sent = {"key": "my-duty", "kind": "duty", "source": "file:campaign-duty"}
    trainer.post("/programmes/new", data=sent, status=302)
    copied = find_programme("my-duty")
    assert copied is not None
    assert copied.titles["en"] == "Duty in a sales peak"


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"key": "Not a key"}, "lower-case letters"),
        ({"key": "onboarding"}, "Another programme has the key"),
        ({"key": "night"}, "Give it titles in both languages."),
    ],
)
def test_a_new_programme_that_is_refused(
    trainer: CheckingClient, sent: dict[str, str], said: str
) -> None:
    published(two())
    titles = {} if sent["key"] == "night" else {"titles_zh": "甲", "titles_en": "A"}
    form = {"kind": "duty", "source": ""} | sent | titles
    answer = trainer.post("/programmes/new", data=form, status=422)
    assert said in answer.text


def test_requirements_move_by_buttons_also_into_the_next_stage(trainer: CheckingClient) -> None:
    raw = two()
    raw["stages"] = [
        {"key": "one", "titles": raw["titles"], "needs": ["greeting"]},
        {"key": "two", "titles": raw["titles"], "needs": ["farewell"]},
    ]
    programme = published(raw)
    path = f"/programmes/{programme.id}/stages"
    answer = trainer.post(f"{path}/one/members/0/down", data={"revision": "2"}, status=302)
    assert answer.headers["Location"].endswith("#requirement-greeting")
    db.session.expire_all()
    stages = from_dict(programme.content).stages
    assert [stage.needs.members for stage in stages] == [(), ("greeting", "farewell")]
    trainer.post(f"{path}/two/members/1/up", data={"revision": "3"}, status=302)
    trainer.post(f"{path}/two/up", data={"revision": "4"}, status=302)
    db.session.expire_all()
    stages = from_dict(programme.content).stages
    assert [stage.key for stage in stages] == ["two", "one"]
    assert stages[0].needs.members == ("farewell", "greeting")


def test_what_somebody_else_changed_is_not_written_over_unseen(trainer: CheckingClient) -> None:
    programme = published(two())
    path = f"/programmes/{programme.id}"
    form = {"titles_zh": "一", "titles_en": "Mine", "kind": "duty", "revision": "1"}
    answer = trainer.post(f"{path}/facts", data=form, status=409)
    assert "Somebody else changed this programme" in answer.text
    assert "Mine" in answer.text, "what was typed is still there"
    db.session.expire_all()
    assert programme.titles["en"] == "Onboarding"
    trainer.post(f"{path}/requirements/greeting/remove", data={"revision": "1"}, status=302)
    assert needs_of(programme) == ("greeting", "farewell")
    assert "Somebody else changed this programme" in trainer.page(f"{path}/edit").text


def test_a_group_is_made_changed_and_dissolved(trainer: CheckingClient) -> None:
    programme = published(values(*(requirement(key) for key in ("a1", "b1", "c1"))))
    path = f"/programmes/{programme.id}/stages/first/groups"
    form = {"rule": "least", "least": "3", "members": ["beside-0", "beside-1"], "revision": "2"}
    assert "3 of 2 cannot be reached" in trainer.post(f"{path}/new", data=form, status=422).text
    trainer.post(f"{path}/new", data=form | {"rule": "any"}, status=302)
    assert needs_of(programme) == (Group(("a1", "b1"), 1), "c1")
    text = trainer.page(f"/programmes/{programme.id}").text
    assert "One of these" in text
    form = {"rule": "least", "least": "2", "members": ["own-0", "own-1", "beside-1"]}
    trainer.post(f"{path}/0", data=form | {"revision": "3"}, status=302)
    assert needs_of(programme) == (Group(("a1", "b1", "c1"), 2),)
    trainer.post(f"{path}/0/dissolve", data={"revision": "4"}, status=302)
    assert needs_of(programme) == ("a1", "b1", "c1")


def test_a_combined_result_is_typed_with_weights_and_gates(trainer: CheckingClient) -> None:
    programme = published(two())
    path = f"/programmes/{programme.id}"
    form = {
        "revision": "2", "titles_zh": "综合", "titles_en": "Combined", "stage": "first",
        "settings_pass_permille": "85.5", "weight-greeting": "40", "weight-farewell": "60",
        "gate-farewell": "y",
    }  # fmt: skip
    new = f"{path}/stages/first/requirements/new/composite"
    trainer.post(new, data=form, status=302)
    text = trainer.page(path).text
    assert "Weighted sum: greeting 40% + farewell 60% (has to be met by itself) ≥ 85.5%" in text
    edited = trainer.page(f"{path}/requirements/composite")
    fields = {one.get("name"): one.get("value") for one in edited.all("input")}
    assert fields["settings_pass_permille"] == "85.5"
    content = trainer.client.get(f"{path}/file").get_data(as_text=True)
    assert "pass_permille: 855" in content
    for wrong in ("850", "85.55", "-1", "NaN", "0"):
        refused = trainer.post(
            f"{path}/requirements/composite", status=422,
            data=form | {"settings_pass_permille": wrong, "revision": "3"},
        )  # fmt: skip
        assert "From 0.1 to 100 per cent" in refused.text
    answer = trainer.post(
        f"{path}/requirements/composite", status=422,
        data=form | {"weight-farewell": "", "revision": "3"},
    )  # fmt: skip
    assert "2 to 20" in answer.text


def test_validity_renewal_and_reminders_are_typed(trainer: CheckingClient) -> None:
    programme = published(two())
    path = f"/programmes/{programme.id}"
    form = {
        "revision": "2", "months": "12", "anchor": "calendar", "calendar": "03-31",
        "window_days": "45", "grace_days": "10", "renewal": ["farewell"],
        "remind_before": "60, 30 7", "remind_after": "1",
    }  # fmt: skip
    trainer.post(f"{path}/validity", data=form, status=302)
    text = trainer.page(path).text
    assert "12 months" in text
    assert "03-31" in text
    assert "60, 30, 7 days before" in text
    refused = trainer.post(
        f"{path}/validity", data=form | {"remind_before": "soon", "revision": "3"}, status=422
    )
    assert "whole number from 1 to 365" in refused.text
    twice = trainer.post(
        f"{path}/validity", data=form | {"remind_before": "abc, -3", "revision": "3"}, status=422
    )
    assert twice.text.count("whole number from 1 to 365") == 2, "above the form, and at the field"


def test_a_file_goes_out_and_comes_in_again(trainer: CheckingClient) -> None:
    programme = published(two())
    path = f"/programmes/{programme.id}"
    text = trainer.client.get(f"{path}/file").get_data(as_text=True)
    assert text == write_programme(text_of(programme))

    def send(content: str, status: int) -> str:
        file = (io.BytesIO(content.encode()), "onboarding.yaml")
        return trainer.post("/programmes/import", data={"file": file}, status=status).text

    send(text, 302)
    assert "says what is being written already" in trainer.page(path).text
    send(text.replace("en: greeting", "en: Saying hello"), 302)
    assert "Changes not published" in trainer.page("/programmes").text
    refused = send(text.replace("kind: course", "kind: cuorse"), 422)
    line = text[: text.index("kind: course")].count("\n") + 1
    assert f'<th scope="row" class="th-num">{line}</th>' in refused


def test_a_preview_says_who_would_be_certified_and_why_not(
    trainer: CheckingClient, make: type[Make], now: datetime
) -> None:
    programme = published(two())
    ada, bea = make.person("Ada"), make.person("Bea")
    cohort = make.cohort("Autumn", members=(ada, bea))
    for course in ("greeting", "farewell"):
        complete(ada, course, at=now)
    complete(bea, "greeting", at=now)
    page = trainer.page(f"/programmes/{programme.id}/preview?group=cohort:{cohort.id}")
    assert "1 of 2 in Autumn would be certified today." in page.text
    assert "farewell" in page.text.split("Bea")[1]
    trainer.get(f"/programmes/{programme.id}/preview?group=cohort:99999", status=404)
    trainer.get(f"/programmes/{programme.id}/preview?group=x", status=404)


def test_publishing_says_what_moving_would_change(
    trainer: CheckingClient, make: type[Make], now: datetime
) -> None:
    programme = published(values(requirement("greeting")))
    ada = make.person("Ada")
    complete(ada, "greeting", at=now)
    enrolment = enrolled(programme, ada)
    path = f"/programmes/{programme.id}"
    form = {
        "revision": "2", "titles_zh": "新", "titles_en": "New course", "settings_course": "late",
        "stage": "first", "due_days": "1",
    }  # fmt: skip
    trainer.post(f"{path}/stages/first/requirements/new/course", data=form, status=302)
    text = trainer.page(f"{path}/publish").text
    assert "New course Added" in text
    assert "Ada 1 / 1 1 / 2 New course" in text
    sent = {"revision": "3", "those_under_way": "move", "note": "A course more"}
    trainer.post(f"{path}/publish", data=sent, status=302)
    db.session.expire_all()
    moved = db.session.get(ProgrammeEnrolment, enrolment.id)
    assert moved is not None
    assert moved.version.number == 2
    text = trainer.page(f"{path}/versions/2").text
    assert "A course more" in text
    assert "went on by this one" in text
    assert trainer.post(f"{path}/publish", data=sent | {"revision": "3"}, status=422)


def test_a_retired_programme_is_not_written_on_until_it_is_back(trainer: CheckingClient) -> None:
    programme = published(two())
    path = f"/programmes/{programme.id}"
    trainer.post(f"{path}/retire", status=302)
    trainer.post(f"{path}/stages/first/remove", data={"revision": "2"}, status=302)
    assert "Bring it back first" in trainer.page(path).text
    assert "onboarding" in trainer.page("/programmes?shelf=retired").text
    trainer.post(f"{path}/bring-back", status=302)
    assert "onboarding" in trainer.page("/programmes").text
    assert needs_of(programme) == ("greeting", "farewell")


def test_what_is_not_there_is_not_found(trainer: CheckingClient) -> None:
    programme = published(two())
    path = f"/programmes/{programme.id}"
    for gone in (
        "/stages/none", "/requirements/none", "/stages/first/groups/0", "/versions/9",
        "/stages/first/requirements/new/none", "/stages/first/groups/7-7",
    ):  # fmt: skip
        trainer.get(path + gone, status=404)
    for gone in ("/stages/none/up", "/stages/first/members/9/up", "/requirements/none/remove"):
        trainer.post(path + gone, data={"revision": "2"}, status=404)


def test_a_key_of_a_requirement_that_is_too_long_is_refused() -> None:
    with pytest.raises(Exception, match="at most 40 characters"):
        read(values(requirement("k" * 41)))
