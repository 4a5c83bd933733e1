"""Runs in a file, as `trainhub typing verify` reads them: one run, or a list of runs.

Only `text` and `events` must be there. What may be left out is taken as an honest client's
default; what is there and has the wrong form is refused by name. `upto_event` may be a number of
events or the number of the last event, `server_ms` may count from the same zero as
`server_start_ms` or from the start: the last chunk tells which.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from trainhub.errors import N_, InputError, InputErrors
from trainhub.typing_tests.rules.arrivals import Arrival
from trainhub.typing_tests.rules.rhythm import Rhythm
from trainhub.typing_tests.rules.settings import PassageKind
from trainhub.typing_tests.rules.verification import FRESH, Claim, Evidence, Finding, verify
from trainhub.typing_tests.rules.wire import LONGEST_TEXT, Event, read_events, shown

MOST_RUNS = 20_000
MOST_BYTES = 512 * 1024 * 1024
_HAN = re.compile("[\u3400-\u9fff\U00020000-\U000323af]")


@dataclass(frozen=True)
class FiledRun:
    """A run of a file: its `id` as it stands there, and what is known of it."""

    id: Any
    evidence: Evidence


def parse_runs(data: bytes) -> list[FiledRun]:
    """The runs of a file's bytes. Raises InputErrors that name run, field and event."""
    try:
        raw = json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        message = N_("This is not UTF-8: byte %(byte)s cannot be read.")
        raise _refused("encoding", message, byte=error.start) from None
    except json.JSONDecodeError as error:
        message = N_("This is not JSON: %(what)s, column %(column)s.")
        params = {"what": error.msg, "column": error.colno}
        raise InputErrors([InputError("json", message, params, line=error.lineno)]) from None
    except (ValueError, RecursionError):
        raise _refused("json", N_("This is not JSON that a run could be in.")) from None
    return read_runs(raw)


def read_runs(raw: object) -> list[FiledRun]:
    """The runs of parsed JSON; all errors of all runs are named at once."""
    several = raw if isinstance(raw, list) else [raw]
    if len(several) > MOST_RUNS:
        raise _refused("runs_too_many", N_("More than %(most)s runs in one file."), most=MOST_RUNS)
    runs: list[FiledRun] = []
    errors: list[InputError] = []
    for number, one in enumerate(several):
        try:
            runs.append(_read_run(one, f"runs.{number}" if isinstance(raw, list) else "run"))
        except InputErrors as refused:
            errors += refused.errors
    if errors:
        raise InputErrors(errors)
    return runs


def verify_runs(runs: Sequence[FiledRun]) -> Iterator[tuple[FiledRun, Finding]]:
    """Judge the runs in order; one whose rhythm has come before, whoever typed it, is a replay."""
    known: list[Rhythm] = []
    for run in runs:
        finding = verify(run.evidence, others=known)
        known.append(Rhythm.unpack(finding.rhythm))
        yield run, finding


def _refused(code: str, message: str, **params: Any) -> InputErrors:
    return InputErrors([InputError(code, message, params)])


class _Fields:
    """The fields of one run; a wrong one is remembered with its place and reads as its default."""

    def __init__(self, raw: Mapping[str, Any], at: str) -> None:
        self._raw = raw
        self._at = at
        self.errors: list[InputError] = []

    def refuse(self, field: str, code: str, message: str, **params: Any) -> None:
        self.errors.append(InputError(code, message, params, field=f"{self._at}.{field}"))

    def value(self, name: str) -> Any:
        return self._raw.get(name)

    def text(self, name: str, default: str = "") -> str:
        value = self.value(name)
        if value is None:
            return default
        if not isinstance(value, str):
            self.refuse(name, "not_text", N_("This must be text."))
            return default
        if len(value) > LONGEST_TEXT:
            message = N_("Longer than %(most)s characters.")
            self.refuse(name, "too_long", message, most=LONGEST_TEXT)
        return value

    def number(self, name: str, default: float | None = None) -> float | None:
        return self.as_number(self.value(name), name, default)

    def instant(self, name: str) -> float | None:
        """A time of the server's clock, which is finite."""
        value = self.number(name)
        if value is None or math.isfinite(value):
            return value
        self.refuse(name, "not_number", N_("This must be a number."))
        return None

    def as_number(self, value: object, name: str, default: float | None = None) -> float | None:
        if value is None:
            return default
        if not isinstance(value, bool) and isinstance(value, int | float):
            try:
                return float(value)
            except OverflowError:
                pass
        self.refuse(name, "not_number", N_("This must be a number."))
        return default

    def rows(self, name: str) -> list[Any]:
        value = self.value(name)
        if value is None:
            return []
        if isinstance(value, list):
            return value
        self.refuse(name, "not_list", N_("This must be a list."))
        return []

    def mapping(self, value: object, name: str) -> Mapping[str, Any]:
        if isinstance(value, dict):
            return value
        if value is not None:
            self.refuse(name, "not_object", N_("This must be an object with named values."))
        return {}

    def events(self) -> list[Event]:
        try:
            return read_events(self.value("events"), f"{self._at}.events", judge_times=False)
        except InputErrors as refused:
            self.errors += refused.errors
            return []


def _read_run(raw: object, at: str) -> FiledRun:
    if not isinstance(raw, dict):
        message = N_("A run is an object with text, events and more.")
        raise InputErrors([InputError("not_object", message, field=at)])
    name = raw.get("id")
    if isinstance(name, str | int) and not isinstance(name, bool):
        at = f"{at} ({shown(name, 60)})"
    elif name is not None:
        raise InputErrors([InputError("id_form", N_("An id is text or a whole number."), field=at)])
    fields = _Fields(raw, at)
    evidence = _evidence(fields)
    if fields.errors:
        raise InputErrors(fields.errors)
    return FiledRun(name, evidence)


def _evidence(fields: _Fields) -> Evidence:
    passage = fields.text("text")
    if not passage.strip():
        fields.refuse("text", "text_missing", N_("The text that was to be typed is missing."))
    language, kind = _language(fields, passage)
    events = fields.events()
    allowed_ms = fields.number("allowed_ms")
    return Evidence(
        events=events,
        passage=passage,
        language=language,
        kind=kind,
        tests_width=fields.value("tests_width") is True,
        final_text=None if fields.value("final_text") is None else fields.text("final_text"),
        arrivals=_arrivals(fields, len(events)),
        token=fields.text("token", FRESH),
        allowed_ms=int(allowed_ms) if allowed_ms and 0 < allowed_ms < 1e9 else None,
        finished=fields.value("finished") is True,
        claim=_claim(fields),
        history=_history(fields),
    )


def _language(fields: _Fields, passage: str) -> tuple[str, str]:
    """Language and kind. `lang` may be "mixed"; where it is missing the text tells."""
    by_text = "zh" if _HAN.search(passage) else "en"
    language = fields.text("lang", by_text).lower().replace("_", "-")
    kind = fields.text("kind", PassageKind.MIXED if language == "mixed" else PassageKind.PROSE)
    if kind not in list(PassageKind):
        fields.refuse("kind", "kind_unknown", N_("There is no such kind of passage."))
    if language == "mixed":
        return by_text, kind
    if (main := language.split("-")[0]) not in ("zh", "en"):
        fields.refuse("lang", "lang_unknown", N_("The language is zh, en or mixed."))
    return main, kind


def _claim(fields: _Fields) -> Claim | None:
    raw = fields.value("client_claim")
    if raw is None:
        return None
    claim = fields.mapping(raw, "client_claim")
    speed = claim.get("wpm") if claim.get("wpm") is not None else claim.get("cpm")
    return Claim(
        fields.as_number(speed, "client_claim.wpm"),
        fields.as_number(claim.get("accuracy"), "client_claim.accuracy"),
    )


def _history(fields: _Fields) -> list[float]:
    speeds = [
        fields.as_number(value, f"history_wpm.{number}")
        for number, value in enumerate(fields.rows("history_wpm"))
    ]
    return [speed for speed in speeds if speed is not None]


def _arrivals(fields: _Fields, events: int) -> list[Arrival]:
    """The chunks, and the end of the run as the last one where they stop short of the events."""
    start = fields.instant("server_start_ms")
    receive = fields.instant("server_receive_ms")
    read: list[tuple[float, float]] = []
    for number, raw in enumerate(fields.rows("chunks")):
        chunk = fields.mapping(raw, f"chunks.{number}")
        upto = fields.as_number(chunk.get("upto_event"), f"chunks.{number}.upto_event", -1)
        at_ms = fields.as_number(chunk.get("server_ms"), f"chunks.{number}.server_ms")
        if upto is None or upto < 0 or upto != upto // 1:
            message = N_("How many events had arrived is missing, or no whole number.")
            fields.refuse(f"chunks.{number}.upto_event", "upto_event", message)
        elif at_ms is None or at_ms != at_ms or abs(at_ms) == float("inf"):
            message = N_("The time of arrival is missing, or no number.")
            fields.refuse(f"chunks.{number}.server_ms", "server_ms", message)
        else:
            read.append((upto, at_ms))
    zero = _zero(start, receive, [at_ms for _, at_ms in read])
    counted_from = 1 if read and read[-1][0] == events - 1 else 0
    arrivals = [Arrival(int(upto) + counted_from, at_ms - zero) for upto, at_ms in read]
    reaches = arrivals[-1].upto_event if arrivals else 0
    if reaches < events and start is not None and receive is not None:
        arrivals.append(Arrival(events, receive - start))
    return arrivals


def _zero(start: float | None, receive: float | None, times: Sequence[float]) -> float:
    """From where arrivals count: the server's start, or nought if they count from it already."""
    if not times or start is None:
        return 0.0
    if receive is not None:
        is_absolute = abs(times[-1] - receive) <= abs(times[-1] - (receive - start))
    else:
        is_absolute = min(times) >= start
    return start if is_absolute else 0.0
