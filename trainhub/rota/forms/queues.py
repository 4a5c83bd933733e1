"""The form of a queue. What is right is decided by the rules."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DecimalField, HiddenField, IntegerField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from trainhub.rota.models import Queue
from trainhub.rota.queries.demand import rules_of
from trainhub.rota.rules.queue_settings import LONGEST_NAME, QueueDraft
from trainhub.rota.rules.requirement import INTERVALS, Method, StaffingRules
from trainhub.web.converters import row_id
from trainhub.web.forms import HouseForm, stripped

CHANNEL_CHOICES = [
    SelectChoice("calls", _l("Calls")),
    SelectChoice("chats", _l("Chats")),
]
METHOD_CHOICES = [
    SelectChoice(Method.ERLANG_C.value, _l("Erlang C: nobody hangs up (the safe side)")),
    SelectChoice(Method.ERLANG_A.value, _l("Erlang A: customers hang up after a while")),
    SelectChoice(Method.GIVEN.value, _l("The minimum staff is given directly")),
]
INTERVAL_CHOICES = [
    SelectChoice(str(minutes), _l("%(num)s minutes", num=minutes)) for minutes in INTERVALS
]


def percent_field(label: Any, description: Any = "") -> DecimalField:
    """A share, typed as per cent."""
    return DecimalField(label, [InputRequired()], places=None, description=description)


class StaffingForm(HouseForm):
    """What a queue promises, as far as its own page and the calculator both ask for it."""

    interval_min = SelectField(_l("Interval"), choices=INTERVAL_CHOICES)
    service_level = percent_field(
        _l("Service level, %"),
        _l("Share of contacts that are answered in time, such as 80."),
    )
    answer_within_s = IntegerField(
        _l("Answered within, seconds"),
        [InputRequired()],
        description=_l("What counts as in time, such as 20."),
    )
    max_occupancy = percent_field(
        _l("Highest occupancy, %"),
        _l("Nobody is busier than this on average; 85 leaves time to breathe, 100 sets no limit."),
    )
    patience_s = IntegerField(
        _l("Patience, seconds"),
        [Optional()],
        description=_l("How long a customer waits on average before hanging up; for Erlang A."),
    )
    planned_shrinkage = percent_field(
        _l("Planned shrinkage, %"),
        _l(
            "Meetings, coaching and breaks that are in no shift code. "
            "The requirement is divided by what is left: 9 people at 10 % make 10."
        ),
    )
    unplanned_shrinkage = percent_field(
        _l("Unplanned shrinkage, %"),
        _l("Sick calls and lateness: only the rest of the people rostered are counted on."),
    )
    concurrency = DecimalField(
        _l("Chats at once"),
        [InputRequired()],
        places=None,
        description=_l(
            "How many chats one person handles; handling time is divided by it. 1 for calls."
        ),
    )
    buffer = IntegerField(
        _l("Buffer, people"),
        [InputRequired()],
        description=_l("This many people stay on top of the requirement, whatever the plan."),
    )

    def staffing(self, method: Method) -> StaffingRules:
        """What was typed."""
        return StaffingRules(
            method,
            int(self.interval_min.data or 0),
            _share(self.service_level.data),
            self.answer_within_s.data or 0,
            _share(self.max_occupancy.data),
            self.patience_s.data,
            _share(self.planned_shrinkage.data),
            _share(self.unplanned_shrinkage.data),
            _share(self.concurrency.data) * 100,
            self.buffer.data or 0,
        )


class QueueForm(StaffingForm):
    """A queue; `revision` is the one that was seen."""

    revision = HiddenField()
    name = StringField(
        _l("Name of the queue"), [InputRequired(), Length(max=LONGEST_NAME)], filters=[stripped]
    )
    key = StringField(
        _l("Short name"),
        [InputRequired()],
        filters=[stripped],
        description=_l("The word for it in your tables; the name is understood as well."),
    )
    channel = SelectField(_l("What comes in"), choices=CHANNEL_CHOICES)
    method = SelectField(_l("The requirement is calculated with"), choices=METHOD_CHOICES)

    @classmethod
    def begun(cls) -> QueueForm:
        """What a new queue begins with: 80 % in 20 seconds."""
        return cls(data={"channel": "calls", **stored(StaffingRules())})

    @classmethod
    def of_queue(cls, queue: Queue) -> QueueForm:
        """The form filled with what is in force."""
        return cls(
            data={
                "revision": str(queue.revision),
                "name": queue.name,
                "key": queue.key,
                "channel": queue.channel,
                **stored(rules_of(queue)),
            }
        )

    def seen_revision(self) -> int:
        """The revision the writer has seen; 0 for none."""
        text = self.revision.data or ""
        return row_id(text) if text.isdecimal() and len(text) < 10 and int(text) else 0

    def draft(self) -> QueueDraft:
        """The queue as it was typed."""
        return QueueDraft(
            self.key.data or "",
            self.name.data or "",
            self.channel.data,
            self.staffing(Method(self.method.data)),
        )


def stored(rules: StaffingRules) -> dict[str, Any]:
    """A promise as the form shows it: shares as per cent."""
    return {
        "method": rules.method.value,
        "interval_min": str(rules.interval_min),
        "service_level": _percent(rules.service_level),
        "answer_within_s": rules.answer_within_s,
        "max_occupancy": _percent(rules.max_occupancy),
        "patience_s": rules.patience_s,
        "planned_shrinkage": _percent(rules.planned_shrinkage),
        "unplanned_shrinkage": _percent(rules.unplanned_shrinkage),
        "concurrency": _short(rules.concurrency),
        "buffer": rules.buffer,
    }


def _percent(share: float) -> Decimal:
    return _short(round(share * 100, 6))


def _short(value: float) -> Decimal:
    return Decimal(f"{value:g}")


def _share(percent: Decimal | None) -> float:
    """Per cent as a share; NaN and infinity, which a Decimal takes, as out of every range."""
    if percent is None or not percent.is_finite():
        return -1.0
    return float(percent) / 100
