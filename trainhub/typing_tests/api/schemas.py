"""Bodies of the JSON interface, in and out. What is not named here does not get through."""

from __future__ import annotations

from typing import Any

from apiflask import Schema
from apiflask.fields import Boolean, Dict, Float, Integer, List, Nested, Raw, String
from apiflask.validators import Length, OneOf, Range

from trainhub.typing_tests.rules.receiving import MOST_CHUNKS, ChunkDecision
from trainhub.typing_tests.rules.settings import DURATIONS_S, Counting, Mode, PassageKind
from trainhub.typing_tests.rules.standing import Outcome
from trainhub.typing_tests.rules.states import EndedBy, Review, RunState, Verdict
from trainhub.typing_tests.rules.wire import LONGEST_TEXT, MOST_IN_CHUNK
from trainhub.web.converters import LARGEST_ID

LONGEST_CODE = 100
LONGEST_TOKEN = 200


def _text(about: str = "", *, among: Any = None, **options: Any) -> String:
    if among:
        options["validate"] = OneOf([each.value for each in among])
    return String(metadata={"description": about}, **options)


def _at(about: str = "", *, may_be_none: bool = False) -> String:
    described = {"description": about, "format": "date-time"}
    return String(allow_none=may_be_none, metadata=described)


def _number(about: str = "", **options: Any) -> Integer:
    return Integer(metadata={"description": about}, **options)


def _id(about: str) -> Integer:
    return _number(about, strict=True, allow_none=True, validate=Range(min=1, max=LARGEST_ID),
                   load_default=None)  # fmt: skip


class StartIn(Schema):
    test_id = _id("A typing test: everything else follows from it. Without it: practice")
    sitting_code = _text(
        "The code of the supervised room", load_default="", validate=Length(max=LONGEST_CODE)
    )
    language = _text("Practice: zh or en", load_default="", validate=Length(max=8))
    kind = _text(
        "Practice: " + ", ".join(each.value for each in PassageKind),
        load_default="",
        validate=Length(max=20),
    )
    mode = _text("Practice: timed or whole", load_default="", validate=Length(max=12))
    duration_s = _number(
        f"Practice, timed: {', '.join(map(str, DURATIONS_S))}",
        strict=True,
        load_default=0,
        validate=Range(min=0, max=max(DURATIONS_S)),
    )
    passage_id = _id("Practice: this passage and no other")


class ChunkIn(Schema):
    token = _text("The start token", required=True, validate=Length(max=LONGEST_TOKEN))
    no = _number(
        "Numbers the chunks of the run from 1, without a gap",
        required=True,
        validate=Range(min=1, max=MOST_CHUNKS),
    )
    events = List(
        List(Raw(), metadata={"description": "[t_ms, kind, data], see above"}),
        required=True,
        validate=Length(1, MOST_IN_CHUNK),
    )


class FinishIn(Schema):
    token = _text("The start token", required=True, validate=Length(max=LONGEST_TOKEN))
    final_text = _text(
        "What the field holds: compared with what the events make",
        load_default=None,
        allow_none=True,
        validate=Length(max=LONGEST_TEXT),
    )
    client_claim = Dict(
        keys=String(validate=Length(max=20)),
        values=Float(),
        load_default=dict,
        validate=Length(max=10),
        metadata={"description": "Figures shown (cpm or wpm, accuracy): noted, never taken"},
    )
    chunks = _number(
        "How many chunks were sent: if one is missing the run stays open",
        strict=True,
        load_default=None,
        allow_none=True,
        validate=Range(min=0, max=MOST_CHUNKS),
    )


class PassageOut(Schema):
    title = String()
    text = _text("To be typed; a line end may be typed as Enter or as a blank")
    characters = _number("Code points")


class RulesOut(Schema):
    language = String()
    kind = _text(among=PassageKind)
    mode = _text(among=Mode)
    unit = _text("cpm (characters a minute) or wpm (words a minute)")
    allowed_s = _number("Seconds from the first key on, extra time included")
    extra_s = Integer()
    start_within_s = _number("Seconds to the first key")
    grace_s = _number("Seconds for the last chunks")
    tests_width = Boolean(metadata={"description": "Full-width signs differ from half-width ones"})
    min_speed = _number("In the unit; null in practice", allow_none=True)
    min_accuracy = _number("Hundredths of a per cent; null in practice", allow_none=True)
    min_duration_s = Integer()


class RunOut(Schema):
    run_id = Integer()
    test_id = Integer(allow_none=True)
    number = _number("Among the runs of this test", allow_none=True)
    is_supervised = Boolean()
    state = _text(among=RunState)
    started_at = _at()
    closes_at = _at("The wall")
    ended_at = _at(may_be_none=True)
    server_now = _at()
    elapsed_ms = _number("Since the start, by the server's clock")
    remaining_ms = _number("To the wall; 0 once it is reached or the run has ended")
    next_chunk = _number("The number of the chunk that is awaited")
    rules = Nested(RulesOut)
    passage = Nested(PassageOut)


class StartedOut(RunOut):
    token = _text("Told only here. Send it with every chunk and at the end")


class RunStateOut(RunOut):
    events = List(
        List(Raw()), metadata={"description": "What has arrived, while the run is open: to resume"}
    )


class ReceiptOut(Schema):
    no = Integer()
    decision = _text(validate=OneOf([ChunkDecision.STORED.value, ChunkDecision.REPEATED.value]))
    next_chunk = Integer()
    events = _number("Stored so far")
    remaining_ms = Integer()


class ReasonOut(Schema):
    code = String()
    message = _text("In the reader's language")


class StandingOut(Schema):
    outcome = _text("undecided while too few runs count", among=Outcome)
    counting = _text(among=Counting)
    counted = List(Integer(), metadata={"description": "The runs that decide"})
    speed_tenths = _number("Tenths of the unit", allow_none=True)
    accuracy = _number("Hundredths of a per cent", allow_none=True)
    missing = _number("How many runs are still needed")
    attempts_left = _number("null: any number", allow_none=True)
    next_start_at = _at(may_be_none=True)
    next_step = Nested(ReasonOut)


class TestOut(Schema):
    __test__ = False  # not a test of pytest's

    test_id = Integer()
    title = String()
    due_on = _text("The earliest wish, a date, or null", allow_none=True)
    is_exempt = Boolean()
    language = String()
    kinds = List(_text(among=PassageKind))
    mode = _text(among=Mode)
    duration_s = Integer()
    unit = _text("cpm or wpm")
    min_speed = Integer()
    min_accuracy = _number("Hundredths of a per cent")
    min_duration_s = Integer()
    waiting = _number("Runs that wait for a review")
    under_way_id = _number("The run under way, or null", allow_none=True)
    standing = Nested(StandingOut)


class TestsOut(Schema):
    __test__ = False

    server_now = _at()
    tests = List(Nested(TestOut), metadata={"description": "What is open and due first"})


class ResultOut(Schema):
    run_id = Integer()
    test_id = Integer(allow_none=True)
    number = Integer(allow_none=True)
    is_supervised = Boolean()
    state = _text("closed, unused or voided", among=RunState)
    started_at = _at()
    ended_at = _at()
    ended_by = _text(among=EndedBy, allow_none=True)
    rules = Nested(RulesOut)
    verdict = _text("null while scoring is still to come", among=Verdict, allow_none=True)
    reasons = List(Nested(ReasonOut), metadata={"description": "Why it is flagged or refused"})
    review = _text(among=Review)
    is_valid = Boolean(metadata={"description": "Accepted, or confirmed by a person"})
    speed_tenths = _number("Net speed, in tenths of the unit", allow_none=True)
    accuracy = _number("Final accuracy in hundredths of a per cent", allow_none=True)
    metrics = Dict(allow_none=True, metadata={"description": "Every figure of the run by its name"})
    final_text = _text("What the events make", allow_none=True)
    standing = Nested(StandingOut, allow_none=True)
