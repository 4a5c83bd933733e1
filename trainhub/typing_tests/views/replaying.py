"""A run played again, and the same as a table, second by second."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from trainhub.typing_tests.models import TypingRun
from trainhub.typing_tests.queries.runs import get_own_run
from trainhub.typing_tests.queries.timelines import timeline_of
from trainhub.typing_tests.rules.metrics import last_change_ms
from trainhub.typing_tests.rules.pauses import pauses_of
from trainhub.typing_tests.rules.replay import Commit, replay
from trainhub.typing_tests.rules.wire import Event
from trainhub.typing_tests.views.blueprint import bp
from trainhub.typing_tests.views.own_runs import ShownRun, shown_run
from trainhub.typing_tests.views.result import first_ms
from trainhub.web.access import current_person, requires
from trainhub.web.filters import LANGUAGE_TAGS

TAIL = 24  # characters of the text so far that a row shows
LONG_S = 60  # a longer table is folded
SHOWN_PAUSES = 5


@dataclass
class Second:
    """What happened in one second, for a row of the table."""

    second: int
    typed: str = ""
    composed: str = ""
    deleted: int = 0
    keys: int = 0
    note: str = ""
    tail: str = ""


@dataclass(frozen=True)
class ReplayPage:
    """What the replay shows; no `seconds` where the timeline is gone. `pauses` are the longest
    ones, as milliseconds since the first key and seconds."""

    run: TypingRun
    shown: ShownRun
    first_ms: float = 0.0
    timeline: str = "[]"
    seconds: list[Second] = field(default_factory=list)
    pauses: list[tuple[float, float]] = field(default_factory=list)

    @property
    def tag(self) -> str:
        """The language of the text, for `lang`."""
        return LANGUAGE_TAGS.get(self.shown.language, self.shown.language)

    @property
    def is_long(self) -> bool:
        """Whether the table is better folded."""
        return len(self.seconds) > LONG_S


@bp.get("/typing/runs/<int:run_id>/replay")
@requires("typing_tests.type")
def show_replay(run_id: int) -> ResponseReturnValue:
    """One's own run, played again."""
    page = replay_page(get_own_run(run_id, current_person().id))
    return render_template("typing_tests/show_replay.html", page=page)


def replay_page(run: TypingRun) -> ReplayPage:
    """The replay of a run that has ended; staff see the same."""
    shown = shown_run(run)
    events = timeline_of(run.id).events if run.ended_at is not None else []
    if not events:
        return ReplayPage(run, shown)
    first = first_ms(events)
    timeline = json.dumps(
        [event.as_list() for event in events], ensure_ascii=False, separators=(",", ":")
    )
    return ReplayPage(
        run, shown, first, timeline, list_seconds(events, first), _pauses(events, first)
    )


def list_seconds(events: Sequence[Event], first: float) -> list[Second]:
    """A row for each second in which something happened."""
    rows: dict[int, Second] = {}

    def row(t_ms: float) -> Second:
        number = max(0, int((t_ms - first) // 1000))
        return rows.setdefault(number, Second(number))

    for event in events:
        if event.kind == "d":
            row(event.t_ms).keys += 1
        elif event.kind in ("cs", "cu") and event.data:
            row(event.t_ms).composed = event.data
        elif event.kind in ("p", "x", "f"):
            row(event.t_ms).note = _note(event.kind)
    text: list[str] = []
    for change in replay(events).changes:
        one = row(change.t_ms)
        if isinstance(change, Commit):
            text[change.at : change.at] = change.text
            one.typed += change.text
        else:
            del text[change.at : change.at + len(change.text)]
            one.deleted += len(change.text)
        one.tail = ("…" if len(text) > TAIL else "") + "".join(text[-TAIL:])
    return [rows[number] for number in sorted(rows)]


def _note(kind: str) -> str:
    if kind == "p":
        return str(_("tried to paste"))
    return str(_("left the window") if kind == "x" else _("came back"))


def _pauses(events: Sequence[Event], first: float) -> list[tuple[float, float]]:
    found = pauses_of(events, first, last_change_ms(replay(events)))
    longest = sorted(found, key=lambda pause: -pause[1])[:SHOWN_PAUSES]
    return sorted((began - first, gap / 1000) for began, gap in longest)
