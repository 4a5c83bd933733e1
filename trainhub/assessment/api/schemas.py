"""Bodies of the JSON interface, in and out. What is not named here does not get through."""

from __future__ import annotations

from typing import Any

from apiflask import Schema
from apiflask.fields import Boolean, Dict, Integer, List, Nested, Raw, String
from apiflask.validators import Length, OneOf, Range

from trainhub.assessment.rules.saving import MAX_SEQ, Decision
from trainhub.assessment.rules.settings import Layout, Part
from trainhub.assessment.rules.states import AttemptKind, State
from trainhub.catalogue.rules.quiz_text import Kind

SIGHTINGS = (
    "focus_lost", "focus_back", "page_hidden", "page_shown", "other_device", "offline", "online",
)  # fmt: skip
LONGEST_MS = 24 * 3600 * 1000


def _text(about: str = "", *, among: Any = None, **options: Any) -> String:
    if among:
        options["validate"] = OneOf([each.value for each in among])
    return String(metadata={"description": about}, **options)


def _at(about: str = "", *, may_be_none: bool = False) -> String:
    described = {"description": about, "format": "date-time"}
    return String(allow_none=may_be_none, metadata=described)


def _number(about: str = "", **options: Any) -> Integer:
    return Integer(metadata={"description": about}, **options)


class StartIn(Schema):
    language = _text("One of the exam's languages", required=True, validate=Length(max=5))
    access_code = _text("Where the sitting has one", load_default="", validate=Length(max=100))


class SaveIn(Schema):
    no = _number("The question's number on the paper", required=True, validate=Range(min=1))
    response = Raw(
        required=True,
        allow_none=True,
        metadata={"description": "By kind, see above; null takes the answer back"},
    )
    seq = _number(
        "Numbers the saves of this question from 1; the highest wins",
        required=True,
        validate=Range(min=1, max=MAX_SEQ),
    )
    key = _text(
        "4 to 60 ASCII characters, the same when sent again; or the header Idempotency-Key",
        validate=Length(4, 60),
    )
    device = _text("Names the browser or program", load_default="", validate=Length(max=40))


class SavesIn(Schema):
    responses = List(Nested(SaveIn), required=True, validate=Length(1, 200))


class FlagIn(Schema):
    is_flagged = Boolean(required=True)


class SightingIn(Schema):
    kind = String(required=True, validate=OneOf(SIGHTINGS))
    no = _number("The question in view", allow_none=True, validate=Range(min=1, max=1000))
    away_ms = _number(
        "How long the page was away, where it came back",
        allow_none=True, validate=Range(min=0, max=LONGEST_MS),
    )  # fmt: skip


class HeartbeatIn(Schema):
    times = Dict(
        keys=String(validate=Length(max=4)),
        values=Integer(strict=True, validate=Range(min=0, max=LONGEST_MS)),
        load_default=dict,
        metadata={"description": "Question number → milliseconds in view since the last beat"},
    )


class AttemptLineOut(Schema):
    id = Integer()
    number = Integer()
    state = _text(among=State)
    started_at = _at()
    closes_at = _at()
    ended_at = _at(may_be_none=True)


class RulesOut(Schema):
    duration_s = _number("Seconds, extra time included")
    layout = _text(among=Layout)
    may_go_back = Boolean()
    item_limit_s = _number("Seconds for each question, or null", allow_none=True)
    pass_mark = _number("Per cent of the points")
    questions = _number("How many the paper has")
    is_practice = Boolean()
    grace_s = _number("Seconds after the end in which a save is kept as evidence")
    release = Dict(metadata={"description": "Part of the result → when it comes out"})


class ExamOut(Schema):
    sitting_id = Integer()
    exam_id = Integer()
    title = String()
    name = _text("The sitting's")
    phase = _text("open, upcoming or past")
    opens_at = _at("The window, this candidate's own where one was granted")
    closes_at = _at()
    deadline_if_started_now = _at("min(now + duration + extra time, end of the window)")
    languages = List(String())
    needs_access_code = Boolean()
    refusal = _text("Why no attempt may begin now, or null", allow_none=True)
    next_start_at = _at("When one may begin at the earliest", may_be_none=True)
    attempts_left = _number("null: any number", allow_none=True)
    rules = Nested(RulesOut)
    attempts = List(Nested(AttemptLineOut), metadata={"description": "The newest first"})


class ExamsOut(Schema):
    server_now = _at()
    exams = List(Nested(ExamOut))


class AttemptOut(Schema):
    id = Integer()
    sitting_id = Integer(allow_none=True)
    exam_id = Integer()
    number = Integer()
    kind = _text(among=AttemptKind)
    title = String()
    language = String()
    state = _text(among=State)
    position = _number("The furthest question opened, where there is no going back")
    started_at = _at()
    closes_at = _at("The wall")
    ended_at = _at(may_be_none=True)
    ended_by = _text("candidate or deadline", allow_none=True)
    server_now = _at()
    remaining_ms = _number("Milliseconds to the wall; 0 once it is reached")
    rules = Nested(RulesOut)
    copy_key = _text("Encrypts a local copy; null once the attempt has ended", allow_none=True)


class QuestionOut(Schema):
    no = Integer()
    kind = _text(among=Kind, allow_none=True)
    key = _text("The question's key in the bank", allow_none=True)
    points = Integer()
    is_shown = Boolean(metadata={"description": "Whether its text is part of this answer"})
    is_closed = Boolean(metadata={"description": "Whether it can no longer be answered"})
    stem = _text("Markdown", allow_none=True)
    stem_html = _text("The same as safe HTML", allow_none=True)
    shown = Dict(
        allow_none=True,
        metadata={"description": "What its kind adds: options, steps, lefts and rights, gaps …"},
    )
    response = Raw(allow_none=True, metadata={"description": "The one in force"})
    seq = Integer()
    saved_at = _at(may_be_none=True)
    is_flagged = Boolean()
    closes_at = _at("Its own end, where questions have a limit", may_be_none=True)
    remaining_ms = _number("Milliseconds to its own end", allow_none=True)


class PaperOut(Schema):
    attempt_id = Integer()
    state = _text(among=State)
    language = String()
    position = Integer()
    closes_at = _at()
    server_now = _at()
    remaining_ms = Integer()
    questions = List(Nested(QuestionOut))


class ReceiptOut(Schema):
    no = Integer()
    decision = _text(among=Decision)
    seq = _number("The one in force")
    saved_at = _at("When the response in force was saved", may_be_none=True)
    response = Raw(
        metadata={"description": "The one in force; only where the sent one does not count"}
    )


class NowOut(Schema):
    state = _text(among=State)
    closes_at = _at()
    server_now = _at()
    remaining_ms = Integer()


class ReceiptsOut(NowOut):
    receipts = List(Nested(ReceiptOut))


class ScoreOut(Schema):
    mark = _text("Points, exact to a millionth, as a decimal")
    max_points = Integer()
    per_cent = _text("Rounded down to two decimals, as a decimal")
    pass_mark = Integer()
    is_passed = Boolean()


class QuestionResultOut(Schema):
    no = Integer()
    kind = _text(among=Kind)
    stem = String()
    stem_html = String()
    response = Raw(allow_none=True)
    seq = _number("Which save was marked")
    saved_at = _at("When it was saved", may_be_none=True)
    points = Integer()
    mark = _text("Points earned, as a decimal", allow_none=True)
    is_right = Boolean(allow_none=True)
    solution = List(Dict(), metadata={"description": "Part by part: id, text, given, expected"})
    feedback = _text("Markdown", allow_none=True)
    feedback_html = _text(allow_none=True)


class ResultOut(Schema):
    attempt_id = Integer()
    state = _text(among=State)
    ended_at = _at()
    ended_by = _text(allow_none=True)
    parts = List(
        String(validate=OneOf([part.value for part in Part])),
        metadata={"description": "What is out by now; the rest of the fields follow from it"},
    )
    score = Nested(ScoreOut)
    questions = List(Nested(QuestionResultOut))
