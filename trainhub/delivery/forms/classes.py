"""The form of a class: where, when and by whom. What is right is decided by the rules."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from trainhub.delivery.models import Campaign, Room, TrainingSession
from trainhub.delivery.rules.seats.booking import REASON_LENGTH
from trainhub.people.models import Person
from trainhub.rota.rules.clock_times import clock_time
from trainhub.web.forms import HouseForm


class Needed:
    """Marks a field as needed; whether it is filled rightly is for the rules to say."""

    field_flags = {"required": True}

    def __call__(self, form: object, field: object) -> None:
        """Nothing is refused here, so that nothing is said twice."""


class PlaceForm(HouseForm):
    """Where and when; `revision` is the one the planner has seen."""

    revision = HiddenField()
    on = StringField(_l("Date"), [Needed()])
    starts = StringField(
        _l("Begins"),
        [Needed()],
        description=_l("By the clock of the site; 26:00 is past midnight."),
    )
    duration_min = StringField(_l("Minutes"), [Needed()])
    room_id = SelectField(_l("Classroom"), validate_choice=False)
    trainer_id = SelectField(_l("Trainer"), validate_choice=False)
    seats = StringField(_l("Seats"), [Needed()])
    min_seats = StringField(_l("At least"), [Needed()])

    def typed(self) -> dict[str, str]:
        """What was typed, for the rules."""
        names = ("on", "starts", "duration_min", "room_id", "trainer_id", "seats", "min_seats")
        return {name: (self[name].data or "").replace("\0", "") for name in names}

    def offer(self, rooms: Iterable[Room], trainers: Iterable[Person]) -> None:
        """What may be chosen."""
        self.room_id.choices = [
            SelectChoice(
                str(room.id),
                _("%(room)s · %(site)s · %(seats)s seats", room=room.name, site=room.site.name,
                  seats=room.seats),
            )
            for room in rooms
        ]  # fmt: skip
        self.trainer_id.choices = [SelectChoice(str(one.id), one.name) for one in trainers]

    @staticmethod
    def stored(session: TrainingSession) -> dict[str, Any]:
        """The form's data for a class."""
        return {
            "revision": str(session.revision),
            "on": session.on.isoformat(),
            "starts": clock_time(session.starts_min),
            "duration_min": str(session.ends_min - session.starts_min),
            "room_id": str(session.room_id),
            "trainer_id": str(session.trainer_id),
            "seats": str(session.seats),
            "min_seats": str(session.min_seats),
        }


class MoveForm(PlaceForm):
    """A class moved: who cannot come along may be left out, with the reason for all.

    `board` is the queue of the week board one moves it on, 0 for none; empty from elsewhere.
    """

    board = HiddenField()
    leaves_out = BooleanField(_l("Leave out people who cannot come along"))
    reason = StringField(
        _l("Reason"), [Length(max=REASON_LENGTH)], description=_l("Kept with the class.")
    )


class NewClassForm(PlaceForm):
    """A class made by hand."""

    course_id = SelectField(_l("Course"), validate_choice=False)
    campaign_id = SelectField(
        _l("Campaign"),
        validate_choice=False,
        description=_l("Its limits apply to the class; without one the standard limits do."),
    )

    def offer_courses(
        self, courses: Iterable[tuple[int, str]], campaigns: Iterable[Campaign]
    ) -> None:
        """What may be chosen."""
        self.course_id.choices = [SelectChoice(str(key), title) for key, title in courses]
        self.campaign_id.choices = [
            SelectChoice("", _("none")),
            *(SelectChoice(str(one.id), one.name) for one in campaigns),
        ]
