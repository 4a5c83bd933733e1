"""What roads, summaries and ratings add to the centre that is attacked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from tests.certification.programmes import enrolled, published, requirement, values
from trainhub import clock
from trainhub.certification.models import ObservedCase, ProgrammeEnrolment
from trainhub.certification.services.competency_models import find_model, load_shipped_models
from trainhub.certification.services.exceptions import make_exception
from trainhub.certification.services.observing import open_case
from trainhub.db import transaction
from trainhub.people.models import Person

SUMMARY = ("show_summary", "hand_in_summary", "save_summary_draft", "answer_summary")
ROAD_PLACES = {
    **{(f"certification.{name}", "requirement_key"): "summary" for name in SUMMARY},
    ("certification.sign_off_requirement", "requirement_key"): "word",
    ("certification.book_class", "requirement_key"): "lesson",
    ("certification.show_award_evidence", "requirement_key"): "greetings",
}


def walk_roads(people: Mapping[str, Person]) -> tuple[dict[str, Any], dict[str, Any]]:
    """A road, an exception and an observed case each: of one's own people, and of others."""
    now = clock.now()
    with transaction():
        load_shipped_models(now)
    raw = values(
        requirement("phrases"),
        requirement("work", "observation", settings={"model": "complaint-handling", "cases": 1}),
        requirement("summary", "summary"),
        requirement("word", "sign_off"),
        requirement("lesson", "class", settings={"course": "opening", "min_minutes": 0}),
        programme="road", kind="onboarding",
    )  # fmt: skip
    programme = published(raw)
    own = _walk(enrolled(programme, people["agent"]), people["supervisor"])
    other = _walk(enrolled(programme, people["stranger"]), people["colleague"])
    model = find_model("complaint-handling")
    assert model is not None
    return own | {"model_id": model.id}, other


def _walk(enrolment: ProgrammeEnrolment, rater: Person) -> dict[str, Any]:
    now = clock.now()
    today = now.date()
    model = find_model("complaint-handling")
    assert model is not None
    with transaction():
        made = make_exception(
            enrolment, "phrases", "extension", until_on=today + timedelta(days=30),
            reason="was ill", actor=rater, today=today, now=now,
        )  # fmt: skip
        case: ObservedCase = open_case(
            enrolment.person, model, what="call 4711", held_on=today, raters=[rater],
            actor=rater, now=now, enrolment=enrolment, requirement_key="work",
        )  # fmt: skip
        rating = case.ratings[0].id
    return {
        "enrolment_id": enrolment.id,
        "exception_id": made.id,
        "case_id": case.id,
        "rating_id": rating,
    }
