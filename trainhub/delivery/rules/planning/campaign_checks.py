"""Reading what somebody has typed about a campaign."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from trainhub.delivery.rules.planning.campaign_settings import (
    CHOICES,
    WISHES,
    CampaignSettings,
    Level,
    Stretch,
)
from trainhub.delivery.rules.planning.periods import MOST_DAYS
from trainhub.errors import N_, InputError, InputErrors
from trainhub.planner.problem import KINDS
from trainhub.rota.rules.clock_times import DAY_MIN, read_clock_time, read_stretch

LONGEST_NAME = 120
GRIDS = (5, 10, 15, 30, 60)
MOST_COURSES = 40

_MESSAGES = {
    "name_missing": N_("Give the campaign a name."),
    "name_long": N_("At most %(limit)s characters."),
    "date_missing": N_("Give a date."),
    "dates_order": N_("The target date must lie between the first and the last date."),
    "dates_far": N_("A campaign lasts at most %(limit)s days."),
    "courses_missing": N_("Choose a series or courses."),
    "courses_many": N_("At most %(limit)s courses."),
    "people_missing": N_("Choose teams, cohorts or people."),
    "kinds_missing": N_("Choose where in a shift classes may lie."),
    "times_missing": N_("Say which times inside a shift are allowed, such as 14:00–16:00."),
    "times_form": N_("Write times as 14:00–16:00, several with commas between."),
    "number_form": N_("Give a whole number from %(least)s to %(most)s."),
    "time_form": N_("Give a time of day, such as 08:00."),
    "not_offered": N_("This is not one of the choices."),
    "row_form": N_("Course %(place)s: give whole numbers, here from %(least)s to %(most)s."),
    "seats_order": N_("Course %(place)s: at least one person, and no more than the seats."),
}
# Field of the settings → least and most.
NUMBERS = {
    "before_min": (0, 240),
    "after_min": (0, 240),
    "max_classes_per_day": (1, 4),
    "max_min_per_week": (15, 2400),
    "max_share": (1, 100),
    "buffer": (0, 200),
    "max_short": (0, 50),
    "free_dawns": (0, 50),
    "freeze_days": (0, 60),
    "time_limit_s": (1, 600),
}
COURSE_NUMBERS = {
    "duration_min": (5, 480), "seats": (1, 1000), "min_seats": (1, 1000), "priority": (1, 9),
}  # fmt: skip


@dataclass(frozen=True)
class CoursePlan:
    """A course of a campaign as it is to be."""

    course_id: int
    duration_min: int
    seats: int
    min_seats: int
    min_gap_days: int | None
    priority: int


@dataclass(frozen=True)
class TypedCampaign:
    """The fields of a campaign as they were typed; `settings` and `courses` hold texts."""

    name: str
    starts_on: date | None
    due_on: date | None
    ends_on: date | None
    series_id: int | None
    course_ids: Sequence[int]
    team_ids: Collection[int]
    cohort_ids: Collection[int]
    person_ids: Collection[int]
    settings: Mapping[str, Any]
    courses: Mapping[int, Mapping[str, str]]


@dataclass(frozen=True)
class CampaignPlan:
    """A campaign as it is to be."""

    name: str
    starts_on: date
    due_on: date
    ends_on: date
    series_id: int | None
    courses: tuple[CoursePlan, ...]
    team_ids: frozenset[int]
    cohort_ids: frozenset[int]
    person_ids: frozenset[int]
    settings: CampaignSettings


def read_campaign(typed: TypedCampaign, minutes: Mapping[int, int]) -> CampaignPlan:
    """The plan of a campaign. `minutes`: the length of every course on offer, by id.

    Raises `InputErrors` naming each field that is wrong.
    """
    reading = _Reading(typed)
    name = reading.name()
    dates = reading.dates()
    courses = reading.courses(minutes)
    settings = reading.settings()
    if not (typed.team_ids or typed.cohort_ids or typed.person_ids):
        reading.refuse("people_missing", "team_ids")
    if reading.errors:
        raise InputErrors(reading.errors)
    assert dates is not None  # a missing date is an error
    return CampaignPlan(
        name, *dates, typed.series_id, courses, frozenset(typed.team_ids),
        frozenset(typed.cohort_ids), frozenset(typed.person_ids), settings,
    )  # fmt: skip


class _Reading:
    """Reads field by field and collects what is wrong."""

    def __init__(self, typed: TypedCampaign) -> None:
        self.typed = typed
        self.errors: list[InputError] = []

    def refuse(self, code: str, field: str, **params: object) -> None:
        self.errors.append(InputError(code, _MESSAGES[code], params, field=field))

    def name(self) -> str:
        name = " ".join(self.typed.name.replace("\0", "").split())
        if not name:
            self.refuse("name_missing", "name")
        if len(name) > LONGEST_NAME:
            self.refuse("name_long", "name", limit=LONGEST_NAME)
        return name

    def dates(self) -> tuple[date, date, date] | None:
        typed = self.typed
        for field in ("starts_on", "due_on", "ends_on"):
            if getattr(typed, field) is None:
                self.refuse("date_missing", field)
        if typed.starts_on is None or typed.due_on is None or typed.ends_on is None:
            return None
        if not typed.starts_on <= typed.due_on <= typed.ends_on:
            self.refuse("dates_order", "due_on")
        elif (typed.ends_on - typed.starts_on).days > MOST_DAYS:
            self.refuse("dates_far", "ends_on", limit=MOST_DAYS)
        return typed.starts_on, typed.due_on, typed.ends_on

    def courses(self, minutes: Mapping[int, int]) -> tuple[CoursePlan, ...]:
        chosen = list(dict.fromkeys(self.typed.course_ids))
        if not chosen:
            self.refuse("courses_missing", "course_ids")
        if len(chosen) > MOST_COURSES:
            self.refuse("courses_many", "course_ids", limit=MOST_COURSES)
        if any(course_id not in minutes for course_id in chosen):
            self.refuse("not_offered", "course_ids")
            return ()
        return tuple(
            self._course(course_id, minutes[course_id], place)
            for place, course_id in enumerate(chosen)
        )

    def _course(self, course_id: int, minutes: int, place: int) -> CoursePlan:
        given = self.typed.courses.get(course_id, {})
        usual = {"duration_min": minutes, "seats": 20, "min_seats": 3, "priority": 1}
        found = {
            name: self._cell(given.get(name, str(usual[name])), place, least, most)
            for name, (least, most) in COURSE_NUMBERS.items()
        }
        if found["min_seats"] > found["seats"]:
            self.refuse("seats_order", "courses", place=place + 1)
        gap_text = given.get("min_gap_days", str(self.typed.settings.get("gap", ""))).strip()
        gap = None
        if gap_text and place:
            gap = self._cell(gap_text, place, 0, 90)
        return CoursePlan(course_id, min_gap_days=gap, **found)

    def _cell(self, text: str, place: int, least: int, most: int) -> int:
        found = _whole(text, least, most)
        if found is None:
            self.refuse("row_form", "courses", place=place + 1, least=least, most=most)
        return least if found is None else found

    def _number(self, text: str, field: str, least: int, most: int) -> int:
        found = _whole(text, least, most)
        if found is None:
            self.refuse("number_form", field, least=least, most=most)
        return least if found is None else found

    def settings(self) -> CampaignSettings:
        given = self.typed.settings
        values: dict[str, Any] = {
            name: self._number(str(given.get(name) or ""), name, least, most)
            for name, (least, most) in NUMBERS.items()
        }
        values["min_rest_min"] = 60 * self._number(
            str(given.get("min_rest_h") or ""), "min_rest_h", 0, 24
        )
        values["kinds"] = tuple(kind for kind in KINDS if kind in given.get("kinds", ()))
        trains = bool(given.get("uses_training_shifts"))
        if not values["kinds"] and not trains:
            self.refuse("kinds_missing", "kinds")
        values["uses_training_shifts"] = trains
        values["keeps_teams_together"] = bool(given.get("keeps_teams_together"))
        values["in_shift"] = self._times(values["kinds"])
        values["dawn_before_min"] = self._time("dawn_before")
        grid = str(given.get("grid_min") or "")
        if grid not in {str(one) for one in GRIDS}:
            self.refuse("not_offered", "grid_min")
        else:
            values["grid_min"] = int(grid)
        for wish in WISHES:
            level = str(given.get(wish) or "")
            if level not in set(Level):
                self.refuse("not_offered", wish)
            else:
                values[wish] = Level(level)
        for choice in CHOICES:
            values[choice] = tuple(sorted(given.get(choice) or ()))
        return CampaignSettings(**values)

    def _time(self, field: str) -> int:
        found = read_clock_time(str(self.typed.settings.get(field) or ""))
        if found is None or found > DAY_MIN:
            self.refuse("time_form", field)
            return 0
        return found

    def _times(self, kinds: Collection[str]) -> tuple[Stretch, ...]:
        text = str(self.typed.settings.get("in_shift") or "").replace("，", ",").strip()
        if "in_shift" not in kinds:
            return ()
        if not text:
            self.refuse("times_missing", "in_shift")
            return ()
        found = [_stretch(part) for part in text.split(",") if part.strip()]
        if None in found or not found:
            self.refuse("times_form", "in_shift")
            return ()
        return tuple(sorted(one for one in found if one is not None))


def _whole(text: str, least: int, most: int) -> int | None:
    clean = text.strip()
    is_number = clean.isascii() and clean.isdigit() and len(clean) < 7
    return int(clean) if is_number and least <= int(clean) <= most else None


def _stretch(text: str) -> Stretch | None:
    found = read_stretch(text)
    return found if found and found[0] < found[1] else None
