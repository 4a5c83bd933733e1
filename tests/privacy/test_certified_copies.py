"""What the copy of one's own data says about certification."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from io import StringIO

from sqlalchemy import select

from tests.certification.awarding import HOUR, NOW, awarded
from tests.certification.programmes import enrolled, published, requirement, texts, values
from tests.checking import CheckingClient
from tests.factories import Make
from tests.privacy.lives import CANARY, administrator
from tests.privacy.test_copies import rows_of, take
from trainhub.certification.models import CompetencyModelVersion, ObservedCase, Rating
from trainhub.certification.services.competency_models import load_shipped_models
from trainhub.certification.services.summaries import answer, hand_in
from trainhub.db import db, transaction
from trainhub.people.models import Person, Role

WORDS = "I have learnt to listen before I answer, and to say what happens next."
SUMMARY = requirement(
    "summary", "summary", settings={"headings": {"zh": ["学到"], "en": ["Learnt"]},
                                    "min_characters": 10},
)  # fmt: skip


def certify(person: Person, other: Person, *, is_settled: bool = True) -> None:
    """An award, a summary that was accepted, and work rated by somebody else."""
    awarded(person, published(values(requirement("opening"), programme=f"p-{person.id}",
                                     titles=texts("Ready"))))  # fmt: skip
    more = published(values(SUMMARY, programme=f"s-{person.id}"))
    enrolment = enrolled(more, person)
    with transaction():
        hand_in(enrolment, "summary", f"{WORDS} {person.name}", revision=0, now=NOW)
    with transaction():
        answer(enrolment, "summary", accepted=True, comment="Well observed", revision=1,
               actor=other, now=NOW)  # fmt: skip
        load_shipped_models(NOW)
        version_id = db.session.scalars(select(CompetencyModelVersion.id)).first()
        case = ObservedCase(
            person_id=person.id, model_version_id=version_id, what=f"a call of {person.name}",
            held_on=NOW.date(), state="settled" if is_settled else "open",
            result={"permille": 900}, created_at=NOW, created_by_id=other.id,
            settled_at=NOW + HOUR if is_settled else None,
        )  # fmt: skip
        db.session.add(case)
        db.session.flush()
        db.session.add(Rating(case_id=case.id, rater_id=other.id, place=1, scores={"tone": 5},
                              comment="Calm and clear", asked_at=NOW,
                              handed_in_at=NOW + HOUR))  # fmt: skip


def test_awards_ratings_and_summaries_are_in_it_and_nobody_else(
    app, client: Callable[..., CheckingClient]
) -> None:
    rater = Make.person("rater", Role.SUPERVISOR, name="CANARYRATER")
    lili = Make.person("lili", name=f"{CANARY} lili")
    bob = Make.person("bob", name="CANARYBOB")
    certify(lili, rater)
    certify(bob, rater)
    copy = take(client(lili))
    assert copy.testzip() is None
    names = {name.removeprefix("json/") for name in copy.namelist() if name.startswith("json/")}
    assert {
        "award.json", "award_event.json", "programme_enrolment.json", "requirement_standing.json",
        "personal_summary.json", "summary_event.json", "observed_case.json", "rating.json",
    } <= names  # fmt: skip
    award = json.dumps(rows_of(copy, "award"), ensure_ascii=False)
    assert CANARY in award and "opening" in award
    [summary] = rows_of(copy, "personal_summary")
    assert WORDS in str(summary) and "Well observed" in str(rows_of(copy, "summary_event"))
    [rating] = rows_of(copy, "rating")
    assert "somebody else" in rating.values() and "Calm and clear" in rating.values()
    for name in sorted(names):
        table = name.removesuffix(".json")
        text = copy.read(f"csv/{table}.csv").decode("utf-8-sig")
        assert len(list(csv.DictReader(StringIO(text)))) == len(rows_of(copy, table)), table
    whole = "".join(copy.read(name).decode() for name in copy.namelist())
    assert "CANARYBOB" not in whole and "CANARYRATER" not in whole


def test_ratings_stay_sealed_until_the_case_is_settled(
    app, client: Callable[..., CheckingClient]
) -> None:
    lili = Make.person("lili")
    certify(lili, administrator(), is_settled=False)
    copy = take(client(lili))
    whole = "".join(copy.read(name).decode() for name in copy.namelist())
    assert "Calm and clear" not in whole and "900" not in str(rows_of(copy, "observed_case"))
