"""The form of a campaign. What is right is decided by the rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from trainhub.delivery.models import Campaign, Room
from trainhub.delivery.rules.planning.campaign_checks import COURSE_NUMBERS, GRIDS, NUMBERS
from trainhub.delivery.rules.planning.campaign_settings import (
    CHOICES,
    WISHES,
    CampaignSettings,
)
from trainhub.learning.queries.courses import CourseHead
from trainhub.people.models import Cohort, Person, Team
from trainhub.rota.rules.clock_times import clock_time
from trainhub.web.converters import row_id
from trainhub.web.forms import HouseForm

COURSE_FIELDS = (*COURSE_NUMBERS, "min_gap_days", "place")


class Needed:
    """Marks a field as needed; whether it is filled rightly is for the rules to say."""

    field_flags: ClassVar[dict[str, bool]] = {"required": True}

    def __call__(self, form: object, field: object) -> None:
        """Nothing is refused here, so that nothing is said twice."""


def _boxes(label: Any, **options: Any) -> SelectMultipleField:
    options = {"coerce": row_id, "validate_choice": True} | options
    return SelectMultipleField(
        label, widget=ListWidget(prefix_label=False), option_widget=CheckboxInput(), **options
    )


def _number(label: Any, help_text: Any = "") -> StringField:
    return StringField(label, [Length(max=10), Needed()], description=help_text)


def _wish(label: Any, help_text: Any) -> RadioField:
    return RadioField(
        label,
        choices=[
            SelectChoice("low", _l("matters little")),
            SelectChoice("normal", _l("matters")),
            SelectChoice("high", _l("matters much")),
        ],
        description=help_text,
        validators=[Needed()],
        validate_choice=False,
    )


class CampaignForm(HouseForm):
    """A campaign; `revision` is the one that its author has seen."""

    revision = HiddenField()
    name = StringField(_l("Name of the campaign"), [Length(max=300), Needed()])
    starts_on = DateField(_l("First date"), [Optional(), Needed()])
    due_on = DateField(
        _l("Target date"),
        [Optional(), Needed()],
        description=_l("Later classes are allowed, at a cost."),
    )
    ends_on = DateField(_l("Last date"), [Optional(), Needed()])
    series_id = SelectField(
        _l("Whole series"),
        validate_choice=False,
        description=_l("All its courses, in their order."),
    )
    course_ids = _boxes(_l("Courses"))
    gap = StringField(
        _l("Minimum days between parts"),
        [Length(max=10)],
        description=_l("0: the same day is fine; empty: the order does not matter."),
    )
    team_ids = _boxes(_l("Teams"))
    cohort_ids = _boxes(_l("Cohorts"))
    words = StringField(
        _l("Find people"),
        [Length(max=200)],
        description=_l("Name, pinyin or employee number; then tick whom you mean."),
    )
    person_ids = _boxes(_l("People"))
    room_ids = _boxes(
        _l("Only in these rooms"), description=_l("None ticked: all rooms the people can come to.")
    )
    trainer_ids = _boxes(
        _l("Only with these trainers"),
        description=_l("None ticked: everybody certified for the course at the site."),
    )
    kinds = _boxes(
        _l("Where in a shift"),
        coerce=str,
        validate_choice=False,
        choices=[
            SelectChoice("early", _l("in the early-class hour")),
            SelectChoice("before", _l("before the shift")),
            SelectChoice("after", _l("after the shift")),
            SelectChoice("in_shift", _l("inside the shift, at the times below")),
        ],
    )
    before_min = _number(_l("Minutes before a shift"))
    after_min = _number(_l("Minutes after a shift"))
    in_shift = StringField(
        _l("Times inside a shift"), [Length(max=200)], description=_l("14:00–16:00, 20:00–21:00")
    )
    uses_training_shifts = BooleanField(_l("Use whole shifts set aside for training"))
    grid_min = SelectField(
        _l("Classes begin every"),
        choices=[SelectChoice(str(one), _l("%(count)s min", count=one)) for one in GRIDS],
        validate_choice=False,
    )
    max_classes_per_day = _number(_l("Classes a day for one person"))
    max_min_per_week = _number(_l("Minutes a week for one person"))
    min_rest_h = _number(
        _l("Hours of rest before an early class"), _l("From the end of the shift before.")
    )
    max_share = _number(
        _l("Share of a team in class at once, %"), _l("One person is always allowed.")
    )
    buffer = _number(_l("People kept back on every queue"), _l("On top of the queue's own buffer."))
    max_short = _number(
        _l("People a queue may be short of"),
        _l("0 keeps the promise; each person short has a cost."),
    )
    dawn_before = _number(_l("A class counts as dawn before"))
    free_dawns = _number(_l("Dawn classes without cost"), _l("Per person in three months."))
    freeze_days = _number(
        _l("Days ahead in which nothing moves"),
        _l("Classes within these days stay as they are, and no new ones are added."),
    )
    time_limit_s = _number(_l("Longest planning time, seconds"))
    reach = _wish(_l("Reach everybody"), _l("Rather one more class than somebody without a seat."))
    few_classes = _wish(_l("Few classes"), _l("Full rooms, few trainers' hours."))
    fair_dawns = _wish(_l("Dawn classes shared fairly"), _l("Not always the same people at dawn."))
    stay_put = _wish(
        _l("Move as little as possible"), _l("When planning again, seats agreed to stay.")
    )
    keeps_teams_together = BooleanField(_l("Teach a team together where possible"))

    def offer(
        self,
        heads: Mapping[int, CourseHead],
        series: Mapping[int, str],
        teams: Iterable[Team],
        cohorts: Iterable[Cohort],
        people: Iterable[Person],
        rooms: Iterable[Room],
        trainers: Iterable[Person],
    ) -> None:
        """What may be chosen."""
        self.series_id.choices = [
            SelectChoice("", _("no whole series")),
            *(SelectChoice(str(number), title) for number, title in series.items()),
        ]
        self.course_ids.choices = [SelectChoice(head.id, head.title) for head in heads.values()]
        self.team_ids.choices = [SelectChoice(team.id, team.name) for team in teams]
        self.cohort_ids.choices = [SelectChoice(cohort.id, cohort.name) for cohort in cohorts]
        self.person_ids.choices = [SelectChoice(one.id, _shown(one)) for one in people]
        self.room_ids.choices = [SelectChoice(room.id, room_words(room)) for room in rooms]
        self.trainer_ids.choices = [SelectChoice(one.id, one.name) for one in trainers]

    @staticmethod
    def stored(campaign: Campaign) -> dict[str, Any]:
        """The form's data for what is stored."""
        targets = campaign.targets
        return settings_data(CampaignSettings.from_dict(campaign.settings)) | {
            "revision": str(campaign.revision),
            "name": campaign.name,
            "starts_on": campaign.starts_on,
            "due_on": campaign.due_on,
            "ends_on": campaign.ends_on,
            "series_id": str(campaign.series_id or ""),
            "course_ids": [row.course_id for row in campaign.courses],
            "team_ids": [row.team_id for row in targets if row.team_id],
            "cohort_ids": [row.cohort_id for row in targets if row.cohort_id],
            "person_ids": [row.person_id for row in targets if row.person_id],
        }

    def settings(self) -> dict[str, Any]:
        """The settings as they were typed."""
        names = (
            *NUMBERS, *WISHES, *CHOICES, "gap", "min_rest_h", "kinds", "in_shift", "grid_min",
            "dawn_before", "uses_training_shifts", "keeps_teams_together",
        )  # fmt: skip
        return {name: self[name].data for name in names}

    def seen_revision(self) -> int:
        """The revision that was seen; 0 for nonsense, which no campaign has."""
        typed = self.revision.data or ""
        return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 9 else 0


def settings_data(settings: CampaignSettings) -> dict[str, Any]:
    """The form's data for the settings of a campaign."""
    found: dict[str, Any] = {name: str(getattr(settings, name)) for name in NUMBERS}
    found |= {wish: getattr(settings, wish).value for wish in WISHES}
    found |= {choice: list(getattr(settings, choice)) for choice in CHOICES}
    return found | {
        "gap": "1",
        "kinds": list(settings.kinds),
        "in_shift": ", ".join(
            f"{clock_time(start)}–{clock_time(end)}" for start, end in settings.in_shift
        ),
        "grid_min": str(settings.grid_min),
        "min_rest_h": f"{settings.min_rest_min / 60:g}",
        "dawn_before": clock_time(settings.dawn_before_min),
        "uses_training_shifts": settings.uses_training_shifts,
        "keeps_teams_together": settings.keeps_teams_together,
    }


def typed_courses(course_ids: Iterable[int]) -> dict[int, dict[str, str]]:
    """What was typed beside each course."""
    found: dict[int, dict[str, str]] = {}
    for course_id in course_ids:
        for name in COURSE_FIELDS:
            text = request.form.get(f"{name}-{course_id}")
            if text is not None:
                found.setdefault(course_id, {})[name] = text[:10].replace("\0", "")
    return found


def room_words(room: Room) -> str:
    """A room with its site, its seats and whether it is online."""
    seats = _("%(count)s seats", count=room.seats)
    parts = [room.name, room.site.name, seats, _("online") if room.is_online else ""]
    return " · ".join(part for part in parts if part)


def _shown(person: Person) -> str:
    parts = [person.name, person.employee_no or "", person.team.name if person.team else ""]
    return " · ".join(part for part in parts if part)
