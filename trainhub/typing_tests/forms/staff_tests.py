"""The forms of typing tests for staff. What is right is decided by the rules."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from wtforms import (
    DateField,
    DateTimeLocalField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from trainhub.people.models import Cohort, Person, Team
from trainhub.typing_tests.forms.passages import KIND_CHOICES, LANGUAGE_CHOICES
from trainhub.typing_tests.models import TypingSitting, TypingTest
from trainhub.typing_tests.queries.tests import settings_of
from trainhub.typing_tests.rules.settings import DURATIONS_S, Counting, Mode
from trainhub.typing_tests.rules.settings_checks import TypedTest
from trainhub.web.converters import row_id
from trainhub.web.forms import HouseForm

_FORMATS = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]
REASON_LENGTH = 1_000


class Needed:
    """Marks a field as needed; whether it is filled rightly is for the rules to say."""

    field_flags: ClassVar[dict[str, bool]] = {"required": True}

    def __call__(self, form: object, field: object) -> None:
        """Nothing is refused here, so that nothing is said twice."""


def _boxes(label: Any, coerce: Any = row_id, **options: Any) -> SelectMultipleField:
    return SelectMultipleField(
        label,
        coerce=coerce,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        **options,
    )


class TestForm(HouseForm):
    """A typing test; `revision` is the one that its author has seen."""

    __test__ = False  # not a test of pytest's

    revision = HiddenField()
    title_zh = StringField(_l("Title in Chinese"))
    title_en = StringField(_l("Title in English"))
    language = SelectField(
        _l("Language of the texts"), choices=LANGUAGE_CHOICES, validate_choice=False
    )
    kinds = _boxes(
        _l("Kinds of passage"),
        str,
        choices=KIND_CHOICES,
        validate_choice=False,
        description=_l(
            "A passage of these is drawn, one that the person has not seen if possible."
        ),
    )
    passage_ids = _boxes(
        _l("Or these passages only"),
        validate_choice=True,
        description=_l("A few that everybody gets; then the kinds above do not matter."),
    )
    mode = RadioField(
        _l("A run ends"),
        choices=[
            SelectChoice(Mode.TIMED.value, _l("after the time below")),
            SelectChoice(Mode.WHOLE.value, _l("with the whole passage")),
        ],
        validate_choice=False,
    )
    duration_s = SelectField(
        _l("Time"),
        choices=[
            SelectChoice(str(one), _l("%(count)s min", count=one // 60)) for one in DURATIONS_S
        ],
        validate_choice=False,
    )
    min_speed = StringField(
        _l("Net speed to reach"),
        [Needed()],
        description=_l(
            "Characters a minute; for English prose and phrases words (five characters) a minute."
        ),
    )
    min_accuracy = StringField(
        _l("Final accuracy to reach, per cent"),
        [Needed()],
        description=_l("Of what stands there at the end; 95 is usual."),
    )
    min_duration_s = StringField(
        _l("Shortest run that counts, in seconds"),
        [Needed()],
        description=_l("60 at the least: shorter runs say little."),
    )
    attempts = StringField(
        _l("Attempts allowed"), [Needed()], description=_l("0: any number. Practice is free.")
    )
    pause_minutes = StringField(
        _l("Pause between attempts, in minutes"),
        [Needed()],
        description=_l("0: the next may begin at once."),
    )
    counting = RadioField(
        _l("What counts"),
        choices=[
            SelectChoice(
                Counting.BEST_OF_LAST_THREE.value, _l("The best of the last three valid runs")
            ),
            SelectChoice(
                Counting.MEDIAN_OF_THREE_SUPERVISED.value,
                _l("The middle one of the last three supervised runs"),
            ),
        ],
        validate_choice=False,
    )

    @staticmethod
    def stored(test: TypingTest) -> dict[str, Any]:
        """The form's data for what is stored."""
        settings = settings_of(test)
        return {
            "revision": str(test.revision),
            "title_zh": test.titles.get("zh", ""),
            "title_en": test.titles.get("en", ""),
            "language": settings.language,
            "kinds": [kind.value for kind in settings.kinds],
            "passage_ids": list(settings.passage_ids),
            "mode": settings.mode.value,
            "duration_s": str(settings.duration_s),
            "min_speed": str(settings.min_speed),
            "min_accuracy": f"{settings.min_accuracy / 100:g}",
            "min_duration_s": str(settings.min_duration_s),
            "attempts": str(settings.attempts),
            "pause_minutes": str(settings.pause_minutes),
            "counting": settings.counting.value,
        }

    def typed(self) -> TypedTest:
        """What was typed, for the rules to read."""
        texts = {
            name: self[name].data or ""
            for name in (
                "mode", "duration_s", "min_speed", "min_accuracy", "min_duration_s", "attempts",
                "pause_minutes", "counting", "language",
            )
        }  # fmt: skip
        titles = {"zh": self.title_zh.data or "", "en": self.title_en.data or ""}
        return TypedTest(
            titles=titles, kinds=self.kinds.data or [], passage_ids=self.passage_ids.data or [],
            **texts,
        )  # fmt: skip

    def seen_revision(self) -> int:
        """The revision that was seen; 0 for nonsense, which no test has."""
        typed = self.revision.data or ""
        return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 9 else 0


class AssignForm(HouseForm):
    """Who is to take a test, by when; only what is offered can be chosen."""

    team_ids = _boxes(_l("Teams"), validate_choice=True)
    cohort_ids = _boxes(_l("Cohorts"), validate_choice=True)
    words = StringField(
        _l("Find people"),
        [Length(max=200)],
        description=_l("Name, pinyin or employee number; then tick whom you mean."),
    )
    person_ids = _boxes(_l("People"), validate_choice=True)
    due_on = DateField(
        _l("Due date"),
        [Optional()],
        description=_l("Of several dates the earliest holds for a person."),
    )

    def offer(
        self, teams: Iterable[Team], cohorts: Iterable[Cohort], people: Iterable[Person]
    ) -> None:
        """Who may be chosen."""
        self.team_ids.choices = [SelectChoice(team.id, team.name) for team in teams]
        self.cohort_ids.choices = [SelectChoice(cohort.id, cohort.name) for cohort in cohorts]
        self.person_ids.choices = [SelectChoice(one.id, _shown(one)) for one in people]


def _shown(person: Person) -> str:
    parts = [person.name, person.employee_no or "", person.team.name if person.team else ""]
    return " · ".join(part for part in parts if part)


def instant(local: datetime | None, zone: ZoneInfo) -> datetime | None:
    """A local time as an instant."""
    return local.replace(tzinfo=zone) if local is not None else None


class RoomForm(HouseForm):
    """Name, window and code of a supervised room."""

    name = StringField(
        _l("Name of the room"),
        [Needed()],
        description=_l("What people know it by: “Monday, room 3”."),
    )
    opens_at = DateTimeLocalField(_l("Opens"), [Optional(), Needed()], format=_FORMATS)
    closes_at = DateTimeLocalField(
        _l("Closes"),
        [Optional(), Needed()],
        format=_FORMATS,
        description=_l("Nobody begins later; runs under way go on."),
    )
    room_code = StringField(
        _l("Room code"),
        [Needed()],
        description=_l("Write it on the board. Whoever types it is in the room, assigned or not."),
    )

    @staticmethod
    def stored(sitting: TypingSitting, zone: ZoneInfo) -> dict[str, Any]:
        """The form's data for what is stored."""
        return {
            "name": sitting.name,
            "opens_at": sitting.opens_at.astimezone(zone).replace(tzinfo=None),
            "closes_at": sitting.closes_at.astimezone(zone).replace(tzinfo=None),
            "room_code": sitting.room_code,
        }


class AllowanceForm(HouseForm):
    """What one person is granted, with the reason."""

    test_id = SelectField(_l("For"), coerce=int, validate_choice=True)
    extra_min = StringField(
        _l("Extra minutes"), description=_l("Added to what holds; −1 takes one back.")
    )
    extra_attempts = StringField(
        _l("Further attempts"), description=_l("Added to what holds; −1 takes one back.")
    )
    exempt = RadioField(
        _l("Exemption"),
        choices=[
            SelectChoice("", _l("leave as it is")),
            SelectChoice("yes", _l("need not take it")),
            SelectChoice("no", _l("must take it")),
        ],
        default="",
        validate_choice=True,
    )
    reason = TextAreaField(
        _l("Reason"),
        [Needed(), Length(max=REASON_LENGTH)],
        description=_l("Stays with the grant; no diagnoses."),
    )
