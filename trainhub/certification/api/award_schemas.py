"""Bodies of awards: in lists, and one with its frozen evidence and its story."""

from __future__ import annotations

from apiflask import Schema
from apiflask.fields import List, Nested

from trainhub.certification.api.fields import (
    day_field,
    flag_field,
    instant_field,
    number_field,
    row_field,
    text_field,
)
from trainhub.certification.queries.award_lists import SHELVES
from trainhub.certification.rules.awards.states import Shown


class AwardHeadOut(Schema):
    """An award: what somebody may do, until when."""

    award_id = number_field()
    enrolment_id = number_field()
    programme = text_field("Its key")
    title = text_field()
    holder = text_field("The name on the certificate")
    number = text_field("The number of the certificate")
    state = text_field("As of today", among=[one.value for one in Shown])
    words = text_field("The state in words")
    valid_from = day_field()
    valid_until = day_field("The last valid day; null for ever", may_be_none=True)
    certificate_url = text_field("The PDF, on this site; empty while it must not be relied on")
    url = text_field("The page of this site that shows it")


class AwardRowOut(AwardHeadOut):
    """An award in a list."""

    person_id = number_field()
    team = text_field("The holder's team now; empty without one")


class AwardsOut(Schema):
    """A page of awards, the next to end first; of the ended ones the latest."""

    awards = List(Nested(AwardRowOut))
    total = number_field("On all pages")
    page = number_field()
    pages = number_field()


class AwardsIn(Schema):
    """What the list is narrowed to."""

    shelf = text_field("In force (the usual one), under review, or ended", among=SHELVES)
    programme_id = row_field("Of this programme")
    cohort_id = row_field("Of members of this cohort")
    q = text_field("Words of the holder's name, employee number or user name")
    page = row_field("From 1 on; beyond the end the last one")


class RefreshOut(Schema):
    """A quiz asked of the holder since something has changed."""

    title = text_field("What has changed")
    note = text_field()
    state = text_field("open, done, excused or ended")
    due_on = day_field()
    closed_at = instant_field(may_be_none=True)
    is_overdue = flag_field()
    url = text_field("Where the holder takes the quiz; empty for everybody else")


class FrozenPieceOut(Schema):
    """One piece of evidence as it was."""

    at = instant_field()
    by = text_field("Who judged; empty where nobody had to")
    comment = text_field()
    record_id = number_field("Its record in the ledger", allow_none=True)
    url = text_field("Where it can be looked at by the reader; empty for nowhere")


class FrozenWaiverOut(Schema):
    """Why a requirement was not asked for."""

    until_on = day_field()
    reason = text_field()
    granted_by = text_field()


class FrozenOut(Schema):
    """A requirement as it stood when the award was granted."""

    requirement = text_field("Its key in the programme's version")
    kind = text_field()
    kind_words = text_field()
    title = text_field()
    state = text_field("met or waived")
    said = text_field("What was found, in words")
    ends_on = day_field("The last day it counted; null for good", may_be_none=True)
    pieces = List(Nested(FrozenPieceOut))
    waiver = Nested(FrozenWaiverOut, allow_none=True)


class EventOut(Schema):
    """What became of an award."""

    words = text_field()
    at = instant_field()
    noted_at = instant_field("When it was written down")
    by = text_field("Empty: by the program")
    reason = text_field()
    cause = text_field("Why the program did it, in words")
    about = List(text_field(), metadata={"description": "The requirements or changes it was about"})


class AwardOut(AwardHeadOut):
    """An award with everything it rests on."""

    person_id = number_field()
    version = number_field("Of the programme, by which it was granted")
    sentence = text_field("What its state means, in words")
    renews_on = day_field("From when on it may be renewed", may_be_none=True)
    evidence = List(Nested(FrozenOut))
    events = List(Nested(EventOut))
    refreshes = List(Nested(RefreshOut))
    before = number_field("The award before this one", allow_none=True)
    after = List(number_field(), metadata={"description": "The awards after this one"})
