"""A centre with two small programmes, and people in each language who are on their way."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.certification.programmes import complete, published, requirement, sit, tell, values
from tests.e2e.exam_sitting import ExamCentre
from tests.factories import Make
from trainhub import clock
from trainhub.assembly import load_models
from trainhub.certification.jobs.reviewing import review_enrolments
from trainhub.certification.models import Award, Programme
from trainhub.certification.services.competency_models import load_shipped_models
from trainhub.certification.services.enrolling import enrol
from trainhub.db import db, transaction
from trainhub.demo import DEMO_PASSWORD
from trainhub.ledger.models import Verb
from trainhub.people.hashing import hash_password
from trainhub.people.models import Person, Role, SignIn
from trainhub.people.pinyin import name_key, search_key
from trainhub.typing_tests.rules.standing import LEDGER_TYPE

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Cast:
    """Who takes part in a language, by name; user names are the role and the language."""

    language: str
    team: str
    cohort: str
    boss: str
    raters: tuple[str, str]
    newcomer: str
    late: str
    ready: str
    headings: tuple[str, str]

    def username(self, role: str) -> str:
        """How somebody signs in."""
        return f"{role}-{self.language}"


CASTS = (
    Cast("zh", "晨星组", "十二月新员工", "高峰", ("林悦", "陈静"), "王小明", "李慢慢", "张齐",
         ("我学到了什么", "下一步的打算")),
    Cast("en", "Harbour", "December", "Grace Hill", ("Tess Moore", "Theo Banks"), "Emma Stone",
         "Liam Brook", "Ruby Fields", ("What I have learned", "My next steps")),
)  # fmt: skip
TITLES = {
    "course": ("课程：开场", "Course: opening a call"),
    "class": ("早课：开场", "Early class: opening"),
    "exam": ("上岗考试", "Entry exam"),
    "typing": ("打字测试", "Typing test"),
    "work": ("现场跟听", "Observed conversation"),
    "summary": ("个人小结", "Personal summary"),
    "word": ("班长签字", "Supervisor’s sign-off"),
}
_HEADINGS = {cast.language: list(cast.headings) for cast in CASTS}
_SETTINGS: dict[str, tuple[str, dict[str, Any] | None]] = {
    "course": ("course", {"course": "opening"}),
    "class": ("class", {"course": "opening"}),
    "exam": ("exam", {"exam": "entry"}),
    "typing": ("typing", {"typing_test": "desk"}),
    "work": ("observation", {"model": "complaint-handling", "cases": 1, "min_permille": 700,
                             "raters": 2}),
    "summary": ("summary", {"headings": _HEADINGS, "min_characters": 20}),
    "word": ("sign_off", None),
}  # fmt: skip


def _requirements(*keys: str) -> list[dict[str, Any]]:
    return [
        requirement(
            key, _SETTINGS[key][0], due_days=5 * number,
            titles=dict(zip(("zh", "en"), TITLES[key], strict=True)),
            **({"settings": _SETTINGS[key][1]} if _SETTINGS[key][1] else {}),
        )
        for number, key in enumerate(keys, start=1)
    ]  # fmt: skip


def _titled(zh: str, en: str) -> dict[str, dict[str, str]]:
    return {"titles": {"zh": zh, "en": en}}


class CertifyingCentre(ExamCentre):
    """Its database and its server; evidence that takes long is put down from here."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.environ["TRAINHUB_PUBLIC_URL"] = self.address

    def prepare(self) -> None:
        """The tables, the programmes and the people."""
        load_models()
        self._run("upgrade")
        with self.inside():
            self._write_programmes()
            password = hash_password(DEMO_PASSWORD)
            for cast in CASTS:
                self._cast(cast, password)
            review_enrolments(clock.now())

    def _write_programmes(self) -> None:
        now = clock.now() - 100 * DAY
        with transaction():
            load_shipped_models(now)
        stages = [
            {"key": "week", **_titled("第一周", "First week"), "needs": ["course", "class"]},
            {"key": "month", **_titled("第一个月", "First month"), "needs": ["exam", "typing"]},
            {"key": "regular", **_titled("转正", "Regular"), "needs": ["work", "summary", "word"]},
        ]
        validity = {"months": 12, "window_days": 60, "grace_days": 30}
        onboarding = values(
            *_requirements(*TITLES), stages=stages, validity=validity,
            **_titled("新员工上岗认证", "Onboarding certification"),
        )  # fmt: skip
        duty = values(
            *_requirements("course", "exam", "word"), programme="evening-duty", kind="duty",
            validity=validity, **_titled("晚班上岗", "Evening duty"),
        )  # fmt: skip
        for raw in (onboarding, duty):
            published(raw, now=now)

    def _cast(self, cast: Cast, password: str) -> None:
        def person(role: str, name: str, *roles: Role, **more: Any) -> Person:
            username = cast.username(role)
            return Make.person(
                username, *roles, name=name, name_key=name_key(name), locale=cast.language,
                search_key=search_key(name, username), password_hash=password, **more,
            )  # fmt: skip

        team = Make.team(cast.team)
        person("boss", cast.boss, Role.SUPERVISOR, supervises=team)
        person("admin", f"Admin {cast.language}", Role.ADMINISTRATOR)
        for number, name in enumerate(cast.raters, start=1):
            person(f"rater{number}", name, Role.TRAINER)
        newcomer = person("newcomer", cast.newcomer, team=team)
        Make.cohort(cast.cohort, (newcomer,))
        late, ready = person("late", cast.late, team=team), person("ready", cast.ready, team=team)
        duty = db.session.scalars(db.select(Programme).filter_by(key="evening-duty")).one()
        now = clock.now()
        with transaction():
            for one, days in ((late, 50), (ready, 10)):
                starts_on = (now - days * DAY).date()
                enrol(duty, one, starts_on=starts_on, actor=None, now=now - days * DAY)
        complete(late, "opening", at=now - 40 * DAY)
        complete(ready, "opening", at=now - 3 * DAY)
        sit(ready, "entry", 95, at=now - 2 * DAY, attempt=ready.id)

    def learns(self, username: str) -> None:
        """Somebody has taken the course, the class, the exam and the typing test."""
        with self.inside():
            person = self._person(username)
            now = clock.now()
            complete(person, "opening", at=now - timedelta(minutes=4))
            tell(person, Verb.ATTENDED, "course", "opening", at=now - timedelta(minutes=3),
                 training_session_id=person.id, minutes=60, state="present")  # fmt: skip
            sit(person, "entry", 92, at=now - timedelta(minutes=2), attempt=person.id)
            tell(person, Verb.PASSED, LEDGER_TYPE, "desk", at=now - timedelta(minutes=1),
                 run_id=person.id, speed_tenths=860, accuracy=9_850, min_speed=80,
                 min_accuracy=9_500, language="zh")  # fmt: skip

    @staticmethod
    def _person(username: str) -> Person:
        return db.session.scalars(db.select(Person).filter_by(username=username)).one()

    def awards_of(self, username: str) -> list[tuple[int, str]]:
        """Number and state of each award somebody has."""
        with self.inside():
            query = db.select(Award.number, Award.state).join(Person, Person.id == Award.person_id)
            rows = db.session.execute(query.where(Person.username == username))
            return [(number, state) for number, state in rows]

    def let_password_age(self, username: str) -> None:
        """Somebody typed their password an hour ago."""
        with self.inside(), transaction():
            person_id = self._person(username).id
            for row in db.session.scalars(db.select(SignIn).filter_by(person_id=person_id)):
                row.password_at = clock.now() - timedelta(hours=1)


@contextmanager
def serving(folder: Path) -> Iterator[CertifyingCentre]:
    """The centre, served until the end."""
    made = CertifyingCentre(folder)
    made.prepare()
    made.start()
    try:
        yield made
    finally:
        made.kill()
