"""Whether a timeline can be believed: the rules of reliability, section 9.

A hard rule refuses, a soft one flags the run for a person; soft rules alone never refuse. What a
client claims of its own speed is not believed and not punished: the server's figures hold. A
machine that varies spacing and hold as a person does cannot be told from one by timing; against
that help only the own history (S4), a supervised retest, and passages nobody has seen.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

from trainhub.errors import N_
from trainhub.typing_tests.rules.arrivals import Arrival, judge_arrivals
from trainhub.typing_tests.rules.folding import normal
from trainhub.typing_tests.rules.insertions import classify, judge_insertions
from trainhub.typing_tests.rules.keys import judge_keys
from trainhub.typing_tests.rules.metrics import Metrics, measure, start_of
from trainhub.typing_tests.rules.replay import Replayed, replay
from trainhub.typing_tests.rules.rhythm import Part, Rhythm
from trainhub.typing_tests.rules.settings import PassageKind
from trainhub.typing_tests.rules.states import Verdict
from trainhub.typing_tests.rules.wire import LATEST_MS, Event, bearable

BACK_MS = 5.0  # rule H1
FASTER = 1.5  # rule S4, over the median of the last runs
RECENT = 5  # rule S4
LEAST_RECENT = 2
CLAIM_WPM, CLAIM_SHARE = 0.5, 0.02  # rule H2
CLAIM_ACCURACY = 0.02
OVERTIME_MS = 2_000.0  # a page stops taking keys by its own timer
OTHER_TEXT = 0.5  # final accuracy below which this is hardly the passage
LEAST_TEXT = 20
FRESH = "fresh"

HARD: Mapping[str, str] = {
    "token_used": N_("The pass with which this run began had been used already."),
    "token_expired": N_("The pass with which this run began was no longer valid."),
    "token_foreign": N_("The pass with which this run began was given to somebody else."),
    "token_passage": N_("The pass with which this run began was given for another text."),
    "token_invalid": N_("The pass with which this run began is not one of ours."),
    "empty": N_("Nothing was typed."),
    "time_impossible": N_("A time is negative, not a number, or beyond a day."),
    "time_backwards": N_("Times go back by more than 5 ms."),
    "text_differs": N_("The text handed in is not what the keystrokes make."),
    "arrived_early": N_(
        "Keystrokes arrived here before the time at which they say they were typed."
    ),
    "arrivals_inconsistent": N_(
        "Parts of the record of keystrokes are missing or do not fit together."
    ),
    "clock_squeezed": N_(
        "By its own record the typing took over 15 per cent less time than it really did."
    ),
    "too_fast": N_("Faster than 250 words, or 400 Chinese characters, a minute."),
    "burst": N_("More than 50 characters within two seconds."),
    "pasted": N_("Text was pasted or dropped."),
    "text_endless": N_("More text came in than anybody types in half an hour."),
    "inserted_long": N_("More than 20 characters came in at once."),
    "composition_too_fast": N_("A composition brought 8 or more characters at over 15 a second."),
}
SOFT: Mapping[str, str] = {
    "even_spacing": N_("The keys follow each other more evenly than a hand does."),
    "equal_spacing": N_("Most gaps between keys are equal to the millisecond."),
    "key_hold": N_("Keys are held for equal, or hardly any, time."),
    "faster_than_before": N_("One and a half times as fast as the last five runs."),
    "replayed": N_("The rhythm is that of an earlier run."),
    "focus_lost": N_("The typing field lost the focus during the run."),
    "overtime": N_("Typing went on after the time was over."),
    "no_keys": N_("Text came in without keys: dictation, handwriting or a program."),
    "inserted_words": N_("Several characters came in at once: word prediction or chords."),
    "chords": N_("Characters came in groups, as from a stenotype."),
    "burst_of_words": N_("More than 50 characters within two seconds, in whole words."),
    "words_too_fast": N_("Faster than 250 words a minute, most of it in whole words."),
    "expanded": N_("An abbreviation was replaced by a longer text."),
    "composition_long": N_("A composition brought more than 30 characters at once."),
    "paste_tried": N_("A paste was tried and did not change the text."),
    "clock_slow": N_("By its own record the typing took a little less time than it really did."),
    "arrived_late": N_("Some keystrokes arrived here more than 30 seconds late."),
    "arrivals_few": N_("The keystrokes arrived in very few parts, not every few seconds."),
    "arrivals_missing": N_("It is not known when the keystrokes arrived here."),
    "other_text": N_("The text has little in common with the passage."),
}
NOTES: Mapping[str, str] = {
    "claim_differs": N_("The page showed other figures while typing than the check found."),
}
REASONS: Mapping[str, str] = {**HARD, **SOFT, **NOTES}
"""Every code with its sentence, an English msgid for pages to translate."""

_TOKENS = {"used": "token_used", "expired": "token_expired", "foreign": "token_foreign",
           "passage": "token_passage"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Claim:
    """What the browser showed: speed in the run's unit, accuracy as a share or in per cent."""

    speed: float | None = None
    accuracy: float | None = None


@dataclass(frozen=True)
class Evidence:
    """All that is known of a run. `arrivals` are its chunks, times since the start by the server's
    clock; `final_text` None where the client never sent one; `history` the person's earlier speeds
    in the run's unit, the newest last; the rest as `metrics.measure` takes it."""

    events: Sequence[Event]
    passage: str
    language: str
    kind: str = PassageKind.PROSE
    tests_width: bool = False
    final_text: str | None = None
    arrivals: Sequence[Arrival] = ()
    token: str = FRESH
    allowed_ms: int | None = None
    finished: bool = False
    claim: Claim | None = None
    history: Sequence[float] = ()


@dataclass(frozen=True)
class Finding:
    """The verdict, the codes that led to it, notes that do not weigh, the figures, the rhythm by
    which the run is known if it comes back, and the text that the events make."""

    verdict: Verdict
    reasons: tuple[str, ...]
    notes: tuple[str, ...]
    metrics: Metrics
    rhythm: bytes
    text: str


@dataclass
class _Codes:
    hard: list[str] = field(default_factory=list)
    soft: list[str] = field(default_factory=list)

    def add(self, hard: Iterable[str], soft: Iterable[str]) -> None:
        self.hard += hard
        self.soft += soft


def verify(
    evidence: Evidence,
    *,
    own_history: Iterable[bytes | Rhythm] = (),
    others: Iterable[bytes | Rhythm] = (),
    parts: Iterable[Part] = (),
) -> Finding:
    """Judge a run. `own_history` and `others` are the rhythms of the person's earlier runs and of
    other people's, packed or not, `parts` those of single passages of the text; the same code
    judges a run of the web and one of a file."""
    codes = _Codes()
    if evidence.token != FRESH:
        codes.hard.append(_TOKENS.get(evidence.token, "token_invalid"))
    codes.hard += _judge_times(evidence.events)
    events = straightened(evidence.events)
    times = [event.t_ms for event in events]
    if (borne := bearable(events)) < len(events):
        codes.hard.append("text_endless")
        events = events[:borne]
    played = _judge_text(events, evidence.final_text, codes)
    clock = judge_arrivals(times, evidence.arrivals)
    codes.add(clock.hard, clock.soft)
    metrics = _measured(events, evidence, played, clock.slope)
    codes.add(
        *judge_insertions(
            classify(events, played),
            is_chinese=evidence.language == "zh",
            duration_ms=metrics.duration_ms,
        )
    )
    codes.soft += judge_keys(events)
    codes.soft += _judge_focus(events, played)
    codes.soft += _judge_time(events, played, evidence.allowed_ms)
    codes.soft += _judge_figures(metrics, evidence.history)
    rhythm = Rhythm.of(events)
    known = (_unpacked(other) for some in (own_history, others) for other in some)
    if any(map(rhythm.repeats, known)) or any(part.is_replayed(rhythm) for part in parts):
        codes.soft.append("replayed")
    return Finding(
        verdict=_verdict(codes),
        reasons=tuple(dict.fromkeys([*codes.hard, *codes.soft])),
        notes=_notes(evidence.claim, metrics),
        metrics=metrics,
        rhythm=rhythm.pack(),
        text=played.text,
    )


def straightened(events: Sequence[Event]) -> list[Event]:
    """The events with times that a computation can bear: finite, within a day, never going back.
    What is wrong with them has been said before."""
    straight: list[Event] = []
    latest = 0.0
    for event in events:
        t_ms = event.t_ms
        if latest <= t_ms <= LATEST_MS:
            latest = t_ms
            straight.append(event)
        else:
            straight.append(Event(latest, event.kind, event.data))
    return straight


def _verdict(codes: _Codes) -> Verdict:
    if codes.hard:
        return Verdict.REFUSE
    return Verdict.FLAG if codes.soft else Verdict.ACCEPT


def _unpacked(rhythm: bytes | Rhythm) -> Rhythm:
    return rhythm if isinstance(rhythm, Rhythm) else Rhythm.unpack(rhythm)


def _judge_times(events: Sequence[Event]) -> list[str]:
    """Rule H1."""
    if not all(0 <= event.t_ms <= LATEST_MS for event in events):
        return ["time_impossible"]
    latest = 0.0
    for event in events:
        if event.t_ms < latest - BACK_MS:
            return ["time_backwards"]
        latest = max(latest, event.t_ms)
    return []


def _judge_text(events: Sequence[Event], final_text: str | None, codes: _Codes) -> Replayed:
    """Rule H2, and the pastes of H6. A tried paste changes nothing on our own page; where its text
    is found in the result all the same, it was pasted."""
    played = replay(events)
    pastes = [event for event in events if event.kind == "p"]
    is_same = final_text is None or _same_text(final_text, played.text)
    if pastes:
        pasted = replay(events, with_pastes=True)
        if not is_same and final_text is not None and _same_text(final_text, pasted.text):
            played, is_same = pasted, True
            codes.hard.append("pasted")
        elif _came_in(pastes, played) or not is_same:
            codes.hard.append("pasted")
        else:
            codes.soft.append("paste_tried")
    if not is_same:
        codes.hard.append("text_differs")
    if not played.changes:
        codes.hard.append("empty")
    return played


def _same_text(one: str, other: str) -> bool:
    return one == other or normal(one).rstrip() == normal(other).rstrip()


def _came_in(pastes: Sequence[Event], played: Replayed) -> bool:
    """Whether what was pasted was then inserted in one piece."""
    texts = {paste.data.strip() for paste in pastes if len(paste.data.strip()) > 1}
    return any(commit.text.strip() in texts for commit in played.commits)


def _measured(
    events: Sequence[Event], evidence: Evidence, played: Replayed, slope: float
) -> Metrics:
    """The figures, over the server's time where the client's clock ran slow."""

    def measured(server_ms: float | None) -> Metrics:
        return measure(
            events,
            evidence.passage,
            language=evidence.language,
            kind=evidence.kind,
            tests_width=evidence.tests_width,
            allowed_ms=evidence.allowed_ms,
            finished=evidence.finished,
            server_ms=server_ms,
            replayed=played,
        )

    metrics = measured(None)
    return measured(min(metrics.duration_ms * slope, LATEST_MS)) if slope > 1 else metrics


def _judge_focus(events: Sequence[Event], played: Replayed) -> list[str]:
    """Rule S6: before the first change and after the last one nothing is lost."""
    if not played.changes:
        return []
    first, last = played.changes[0].event, played.changes[-1].event
    is_lost = any(event.kind == "x" for event in events[first:last])
    return ["focus_lost"] if is_lost else []


def _judge_time(events: Sequence[Event], played: Replayed, allowed_ms: float | None) -> list[str]:
    """Whether a timed run was typed for longer than it may be, by its own clock."""
    if allowed_ms is None or not played.changes:
        return []
    typed_ms = played.changes[-1].t_ms - start_of(events)
    return ["overtime"] if typed_ms > allowed_ms + OVERTIME_MS else []


def _judge_figures(metrics: Metrics, history: Sequence[float]) -> list[str]:
    """Rule S4, and whether this was the passage at all."""
    soft = []
    recent = [speed for speed in history if math.isfinite(speed) and speed > 0][-RECENT:]
    if len(recent) >= LEAST_RECENT and metrics.net_speed > FASTER * median(recent):
        soft.append("faster_than_before")
    if metrics.characters >= LEAST_TEXT and metrics.final_accuracy < OTHER_TEXT:
        soft.append("other_text")
    return soft


def _notes(claim: Claim | None, metrics: Metrics) -> tuple[str, ...]:
    """Rule H2: a claim that differs is logged, and the own value holds."""
    if claim is None:
        return ()
    differs = False
    if claim.speed is not None:
        own = [metrics.net_speed, metrics.gross_speed, metrics.cpm, metrics.wpm or 0.0]
        differs = not any(
            abs(claim.speed - value) <= CLAIM_WPM + CLAIM_SHARE * value for value in own
        )
    if claim.accuracy is not None:
        share = claim.accuracy / 100 if claim.accuracy > 1 else claim.accuracy
        accuracies = (metrics.entry_accuracy, metrics.final_accuracy)
        differs |= not any(abs(share - value) <= CLAIM_ACCURACY for value in accuracies)
    return ("claim_differs",) if differs else ()
