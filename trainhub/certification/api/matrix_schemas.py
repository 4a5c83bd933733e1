"""Bodies of the matrix: people by requirement."""

from __future__ import annotations

from apiflask import Schema
from apiflask.fields import List, Nested

from trainhub.certification.api.fields import (
    day_field,
    number_field,
    row_field,
    text_field,
)
from trainhub.certification.queries.matrix import STATES
from trainhub.certification.views.matrix.shown import CELLS


class MatrixIn(Schema):
    """What the matrix is narrowed to: as in the page's own address."""

    programme = row_field("Its number; without it the first one that runs")
    team = row_field("People of this team only")
    cohort = row_field("People of this cohort only")
    state = text_field("People in this state only", among=STATES)
    requirement = text_field("Who lacks this requirement; with state=late who is late with it")
    q = text_field("Words of a name, employee number or user name")
    page = row_field("From 1 on; beyond the end the last one")


class ProgrammeOut(Schema):
    """A programme that runs."""

    programme_id = number_field()
    programme = text_field("Its key")
    title = text_field()


class ColumnOut(Schema):
    """A requirement at the head of the matrix."""

    requirement = text_field()
    kind = text_field()
    title = text_field()


class CountOut(Schema):
    """How many are in a state, of those in sight that the other filters leave."""

    state = text_field(among=STATES)
    words = text_field()
    people = number_field()


class CellOut(Schema):
    """One requirement of one person."""

    requirement = text_field()
    state = text_field(among=CELLS)
    words = text_field("The state in words")
    on = day_field("Done, due, or the last day it counts, as the state says", may_be_none=True)
    sentence = text_field("Everything about it in one sentence")


class RowOut(Schema):
    """One person in the programme."""

    enrolment_id = number_field("Of `/programme-enrolments/<id>`")
    person_id = number_field()
    name = text_field()
    employee_no = text_field(allow_none=True)
    team = text_field(allow_none=True)
    state = text_field(among=STATES)
    words = text_field("The state in words")
    risk = text_field("Why they are late or will probably be, in words")
    path = text_field("The whole way, or a renewal", among=("full", "renewal"))
    starts_on = day_field()
    done = number_field()
    needed = number_field()
    next_due_on = day_field(may_be_none=True)
    final_due_on = day_field(may_be_none=True)
    award_id = number_field("The award they hold", allow_none=True)
    valid_until = day_field(may_be_none=True)
    refresh_due_on = day_field("By when they are asked for a refresh", may_be_none=True)
    cells = List(Nested(CellOut))


class MatrixOut(Schema):
    """A page of people, those who need somebody first."""

    today = day_field("On the centre's calendar")
    programme = Nested(ProgrammeOut, allow_none=True)
    programmes = List(Nested(ProgrammeOut), metadata={"description": "All that run"})
    columns = List(Nested(ColumnOut))
    counts = List(Nested(CountOut))
    people = number_field("On all pages, in the state asked for")
    page = number_field()
    pages = number_field()
    rows = List(Nested(RowOut))
