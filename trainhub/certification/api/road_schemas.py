"""Bodies of roads: how somebody stands in a programme, requirement by requirement."""

from __future__ import annotations

from apiflask import Schema
from apiflask.fields import List, Nested

from trainhub.certification.api.award_schemas import AwardHeadOut, RefreshOut
from trainhub.certification.api.fields import (
    day_field,
    flag_field,
    instant_field,
    number_field,
    text_field,
)
from trainhub.certification.rules.standing.findings import State

TURNS = ("person", "supervisor", "trainer", "planner", "rater")


class PersonOut(Schema):
    """Whose road it is."""

    person_id = number_field()
    name = text_field()


class PieceOut(Schema):
    """One piece of evidence."""

    on = day_field("When it happened, on the person's own calendar")
    at = instant_field()
    by = text_field("Who judged; empty where nobody had to")
    comment = text_field("What they said about it")
    record_id = number_field("Its record in the ledger", allow_none=True)


class ExceptionOut(Schema):
    """A waiver, or more time."""

    kind = text_field("waiver: nothing is asked until then; extension: due by then")
    until_on = day_field()
    granted_by = text_field()
    reason = text_field()
    ended_at = instant_field("When it was ended early", may_be_none=True)
    end_reason = text_field()


class SignOffOut(Schema):
    """What a supervisor said."""

    at = instant_field()
    by = text_field()
    decision = text_field("signed, or not_yet; the latest last")
    comment = text_field()


class StepOut(Schema):
    """The shortest next step."""

    words = text_field("What to do, in the reader's language")
    turn = text_field("Whose turn it is", among=TURNS)
    turn_words = text_field("The same in words")
    url = text_field("The page of this site where the reader does it; empty if it is not theirs")
    minutes = number_field("About how long it takes; null where that is not known", allow_none=True)


class PartOut(Schema):
    """One part of a combined result."""

    requirement = text_field()
    title = text_field()
    weight = number_field()
    permille = number_field("In thousandths; null without a result", allow_none=True)
    is_gate = flag_field("Whether it has to be met by itself as well")
    is_met = flag_field()


class CompositeOut(Schema):
    """How a combined result is put together."""

    permille = number_field("The result; null until every part has one", allow_none=True)
    pass_permille = number_field()
    is_passed = flag_field()
    formula = text_field("The sum as it is reckoned")
    parts = List(Nested(PartOut))
    place = number_field("Among those with a result; null without one", allow_none=True)
    among = number_field(allow_none=True)


class LineOut(Schema):
    """One requirement as it stands."""

    requirement = text_field("Its key in the programme")
    kind = text_field("course, exam, typing, class, observation, summary, sign_off …")
    title = text_field()
    asked = text_field("What is asked for, in words")
    state = text_field("met, waived and not_needed are settled", among=[one.value for one in State])
    words = text_field("The state in words")
    said = text_field("What was found, in words")
    due_on = day_field("The day it is due; null: by the end of the programme", may_be_none=True)
    is_late = flag_field("Not settled, and due before today")
    is_at_risk = flag_field("On time now, and will probably not be")
    risk = text_field("Why, in words")
    ends_on = day_field("The last day evidence or waiver holds; null for good", may_be_none=True)
    evidence = List(Nested(PieceOut))
    exceptions = List(Nested(ExceptionOut))
    sign_offs = List(Nested(SignOffOut))
    composite = Nested(CompositeOut, allow_none=True)
    step = Nested(StepOut, allow_none=True)


class GroupOut(Schema):
    """Requirements of which all, or only some, are needed."""

    words = text_field("How many are needed; empty: all of them")
    requirements = List(Nested(LineOut))


class StageOut(Schema):
    """A stage of the programme."""

    stage = text_field("Its key")
    title = text_field()
    state = text_field(among=("done", "current", "todo"))
    groups = List(Nested(GroupOut))


class NextOut(StepOut):
    """What is best done next: what is late first, then by due date."""

    requirement = text_field()
    title = text_field()
    due_on = day_field(may_be_none=True)


class TermOut(Schema):
    """A fact in words."""

    term = text_field()
    text = text_field()


class RoadOut(Schema):
    """How somebody stands in a programme today."""

    enrolment_id = number_field()
    person = Nested(PersonOut)
    programme = text_field("Its key")
    title = text_field()
    version = number_field("Of the programme")
    path = text_field("The whole way, or a renewal", among=("full", "renewal"))
    cohort = text_field("Its name; empty without one")
    state = text_field(
        among=("left", "certified", "review", "revoked", "expired", "late", "at_risk", "under_way")
    )
    words = text_field("The state in words")
    starts_on = day_field()
    today = day_field("On the person's own calendar")
    done = number_field("How many requirements are settled")
    needed = number_field("Of how many")
    next_due_on = day_field(may_be_none=True)
    final_due_on = day_field("When everything is due", may_be_none=True)
    minutes_left = number_field("About how long is still needed, as far as that is known")
    next = Nested(NextOut, allow_none=True)
    stages = List(Nested(StageOut))
    award = Nested(AwardHeadOut, allow_none=True)
    refreshes = List(Nested(RefreshOut))
    after = List(Nested(TermOut), metadata={"description": "What happens after the award"})
    url = text_field("The page of this site that shows it")


class OwnOut(Schema):
    """My certification."""

    programmes = List(Nested(RoadOut))
    awards = List(Nested(AwardHeadOut))
