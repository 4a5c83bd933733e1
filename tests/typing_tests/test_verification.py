"""Verdicts: honest runs are not refused, cheats are not accepted, and each rule has its reason."""

from __future__ import annotations

import os
from collections import Counter
from typing import Any

import pytest

from tests.typing_tests.honest import Hand, Run, english, finished, pinyin
from tests.typing_tests.timelines import FORGED, ODD, PLAIN, REPLAYED, plain_runs, replayed, seeded
from trainhub.typing_tests.rules.run_file import read_runs, verify_runs
from trainhub.typing_tests.rules.states import Verdict
from trainhub.typing_tests.rules.verification import (
    HARD,
    NOTES,
    REASONS,
    SOFT,
    Finding,
    verify,
)
from trainhub.typing_tests.rules.wire import MOST_TYPED, read_events

HONEST = int(os.environ.get("TYPING_RUNS", "200"))  # the issue asks for 2,000
EACH = 6


def judged(run: Run) -> Finding:
    ((_, finding),) = verify_runs(read_runs([run]))
    return finding


def a_run(**values: Any) -> Run:
    return english(seeded("a run", 1), 50) | values


def test_honest_runs_are_not_refused_and_hardly_ever_flagged() -> None:
    """Runs of one file are also compared with each other: no two are taken for a replay."""
    findings = [finding for _, finding in verify_runs(read_runs(plain_runs(HONEST)))]
    verdicts = Counter(finding.verdict for finding in findings)
    assert verdicts[Verdict.REFUSE] == 0
    assert verdicts[Verdict.FLAG] <= 0.02 * HONEST, [f.reasons for f in findings if f.reasons]


@pytest.mark.parametrize("kind", ODD)
def test_odd_but_honest_runs_are_never_refused(kind: str) -> None:
    for number in range(max(EACH, HONEST // 40)):
        finding = judged(ODD[kind](seeded(kind, number)))
        assert finding.verdict != Verdict.REFUSE, (number, finding.reasons)


@pytest.mark.parametrize("kind", FORGED)
def test_forged_runs_are_never_accepted(kind: str) -> None:
    for number in range(max(EACH, HONEST // 40)):
        finding = judged(FORGED[kind](seeded(kind, number)))
        assert finding.verdict != Verdict.ACCEPT, number


@pytest.mark.parametrize("kind", REPLAYED)
def test_a_replayed_timeline_is_flagged_whoever_hands_it_in(kind: str) -> None:
    for number in range(EACH):
        first, again = verify_runs(read_runs(list(replayed(seeded(kind, number), kind))))
        assert first[1].verdict == Verdict.ACCEPT, first[1].reasons
        assert "replayed" in again[1].reasons, number


def test_there_are_forgeries_enough() -> None:
    assert len(FORGED) + len(REPLAYED) >= 24
    assert len(PLAIN) + len(ODD) >= 11


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("constant_intervals", "even_spacing"),
        ("constant_with_pauses", "equal_spacing"),
        ("fixed_hold_jittered", "key_hold"),
        ("squeezed_0.5", "clock_squeezed"),
        ("squeezed_0.87", "clock_slow"),
        ("stretched", "arrived_early"),
        ("sent_too_soon", "arrived_early"),
        ("sent_on_time", "arrivals_few"),
        ("pasted", "pasted"),
        ("pasted_untold", "inserted_long"),
        ("huge_commits", "composition_too_fast"),
        ("too_fast", "too_fast"),
        ("too_fast_chinese", "too_fast"),
        ("one_burst", "burst"),
        ("other_text_handed_in", "text_differs"),
        ("empty", "empty"),
        ("other_passage", "other_text"),
        ("without_keys", "no_keys"),
        ("unfocused", "focus_lost"),
        ("time_nan", "time_impossible"),
        ("time_back", "time_backwards"),
        ("faster_than_ever", "faster_than_before"),
        ("token_used", "token_used"),
        ("token_made-up", "token_invalid"),
    ],
)
def test_a_forgery_is_told_by_its_own_reason(kind: str, code: str) -> None:
    finding = judged(FORGED[kind](seeded(kind, 0)))
    assert code in finding.reasons
    assert finding.verdict == (Verdict.REFUSE if code in HARD else Verdict.FLAG)


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("steno", "inserted_words"),
        ("steno_letter_by_letter", "chords"),
        ("expander", "expanded"),
        ("predicting", "inserted_words"),
        ("keyless_tablet", "no_keys"),
        ("dictated", "no_keys"),
    ],
)
def test_an_odd_run_is_told_by_its_own_reason(kind: str, code: str) -> None:
    assert code in judged(ODD[kind](seeded(kind, 0))).reasons


def test_every_reason_is_known_and_hard_or_soft() -> None:
    assert not set(HARD) & set(SOFT)
    assert set(REASONS) == {*HARD, *SOFT, *NOTES}


def test_a_false_claim_is_noted_and_the_own_figure_holds() -> None:
    honest = judged(a_run())
    claimed = judged(a_run(client_claim={"wpm": 250, "accuracy": 1.0}))
    assert claimed.verdict == Verdict.ACCEPT
    assert claimed.notes == ("claim_differs",)
    assert claimed.metrics == honest.metrics
    fair = {"wpm": honest.metrics.net_speed + 0.3, "accuracy": 100 * honest.metrics.final_accuracy}
    assert judged(a_run(client_claim=fair)).notes == ()


def test_a_squeezed_clock_earns_nothing() -> None:
    honest = english(seeded("squeeze", 2), 60)
    before = judged(honest).metrics
    for event in honest["events"]:
        event[0] *= 0.7
    after = judged(honest).metrics
    assert after.net_speed == pytest.approx(before.net_speed, rel=0.03)


@pytest.mark.parametrize("kind", ["slow_network", "outage", "slower_later", "pausing"])
def test_a_slow_network_costs_no_speed(kind: str) -> None:
    for number in range(EACH):
        run = ODD[kind](seeded(kind, number))
        with_network = judged(run).metrics
        alone = judged({"text": run["text"], "lang": run["lang"], "events": run["events"]}).metrics
        assert with_network.net_speed >= 0.99 * alone.net_speed, number


def test_a_paste_that_was_refused_by_the_page_is_only_looked_at() -> None:
    run = a_run()
    at = len(run["events"]) // 2
    run["events"][at:at] = [[run["events"][at][0], "p", "any text at all"]]
    run["chunks"][-1]["upto_event"] = len(run["events"])
    assert judged(run).reasons == ("paste_tried",)


def test_text_pasted_in_two_words_is_refused_whatever_its_length() -> None:
    run = a_run()
    last = run["events"][-1][0]
    run["events"] += [[last + 300, "p", "so long"], [last + 302, "i", "so long"]]
    run |= {"final_text": None, "chunks": []}
    assert "pasted" in judged(run).reasons


def test_a_selection_that_is_typed_over_is_followed() -> None:
    person = Hand(seeded("selection", 1), 200)
    for sign in "hello wurld":
        person.key_in(sign)
    person.wait(3)
    person.put("m", [7, 8])
    person.key_in("o")
    run = finished(person, "hello world", "en") | {"final_text": "hello world"}
    assert judged(run).verdict == Verdict.ACCEPT


def test_chinese_punctuation_of_two_signs_is_one_key() -> None:
    run = pinyin(seeded("punctuation", 1))
    last = run["events"][-1][0]
    for number, text in enumerate(("……", "——", "《》")):
        now = last + 500 * (number + 1)
        run["events"] += [[now, "d", "^"], [now + 1, "i", text], [now + 80, "u", "^"]]
    run |= {"final_text": None, "text": run["text"] + "……——《》"}
    run["chunks"].append(
        {"upto_event": len(run["events"]), "server_ms": run["chunks"][-1]["server_ms"] + 2_000}
    )
    assert judged(run).verdict == Verdict.ACCEPT


def test_own_and_foreign_rhythms_are_taken_packed() -> None:
    first, copy = read_runs(list(replayed(seeded("packed", 1), "same")))
    rhythm = verify(first.evidence).rhythm
    assert "replayed" in verify(copy.evidence, own_history=[rhythm]).reasons
    assert "replayed" in verify(copy.evidence, others=[rhythm]).reasons
    assert verify(copy.evidence).reasons == ()


@pytest.mark.parametrize("pieces", [1, 3, 40])
def test_the_figures_do_not_depend_on_the_chunks(pieces: int) -> None:
    run = a_run()
    total, start = len(run["events"]), run["server_start_ms"]
    ends = sorted({total * (number + 1) // pieces for number in range(pieces)})
    run["chunks"] = [
        {"upto_event": end, "server_ms": start + run["events"][end - 1][0] + 60} for end in ends
    ]
    assert judged(run).metrics == judged(a_run()).metrics


def test_it_keeps_its_time() -> None:
    """The issue asks for 50 ms for 3,000 events; here with room for a busy machine."""
    from time import process_time

    run = english(seeded("time", 1), 100)
    while len(run["events"]) < 3_000:
        last = run["events"][-1][0]
        run["events"] += [[last + event[0], *event[1:]] for event in run["events"]]
    run["events"] = run["events"][:3_000]
    run |= {"text": run["text"] * 4, "final_text": None, "chunks": []}
    (filed,) = read_runs([run])
    events = read_events(run["events"])
    assert len(events) == 3_000
    times = []
    for _ in range(5):
        begun = process_time()
        verify(filed.evidence)
        times.append(process_time() - begun)
    assert min(times) < 0.15


def test_text_beyond_all_typing_is_refused_without_being_read() -> None:
    """Text put in front of text takes a time that grows with the square of its length."""
    events: list[list[Any]] = []
    for number in range(120):
        events += [[10.0 * number, "m", [0, 0]], [10.0 * number + 1, "i", "ab" * 10_000]]
    finding = judged({"text": "hello there", "events": events})
    assert finding.verdict is Verdict.REFUSE
    assert "text_endless" in finding.reasons
    assert len(finding.text) <= MOST_TYPED


def test_who_types_on_after_the_time_is_over_is_looked_at() -> None:
    """A page takes no more keys then; a client of one's own does."""
    run = a_run()
    typed_ms = run["events"][-1][0]
    assert "overtime" not in judged(run | {"allowed_ms": typed_ms}).reasons
    finding = judged(run | {"allowed_ms": typed_ms / 2})
    assert (finding.verdict, finding.reasons) == (Verdict.FLAG, ("overtime",))
