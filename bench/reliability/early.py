"""The server that must be caught: `trainhub serve`, but saves are acknowledged before they are
stored, as a cache in front of the database would do it.

    python -m bench.reliability.early serve …

It writes behind the answer, up to a quarter of a second later. It exists to show that the harness
notices; nothing of it is in the product.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Flask, current_app

from trainhub.assessment import services
from trainhub.assessment.rules.saving import Decision, Save
from trainhub.cli import run
from trainhub.db import db, transaction
from trainhub.people.views import quick
from trainhub.typing_tests import services as typing_services
from trainhub.typing_tests.rules.receiving import ChunkDecision

BEHIND_S = 0.25
_store, _store_chunk = services.save_responses, typing_services.receive_chunk
_waiting: list[Callable[[], object]] = []
_starting = threading.Lock()
_writers: set[int] = set()


def acknowledge_early(
    attempt_id: int, person_id: int, saves: list[Save], *, now: datetime
) -> list[services.Receipt]:
    """Say that it is saved, and put it on the pile."""
    _put_off(lambda: _store(attempt_id, person_id, saves, now=now))
    return [services.Receipt(one.no, Decision.SAVED, one.seq, one.response, now) for one in saves]


def acknowledge_chunk_early(
    run_id: int, person_id: int, token: object, no: Any, events: object, *, now: datetime
) -> typing_services.Receipt:
    """The same for a chunk of keystrokes."""
    _put_off(lambda: _store_chunk(run_id, person_id, token, no, events, now=now))
    return typing_services.Receipt(no, no + 1, 0, 0, ChunkDecision.STORED)


def _put_off(write: Callable[[], object]) -> None:
    _waiting.append(write)
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    with _starting:
        if id(app) not in _writers:
            _writers.add(id(app))
            threading.Thread(target=_write_behind, args=(app,), daemon=True).start()


def _write_behind(app: Flask) -> None:
    while True:
        time.sleep(BEHIND_S)
        pile, _waiting[:] = _waiting[:], []
        with app.app_context():
            for write in pile:
                try:
                    with transaction():
                        write()
                except Exception:
                    db.session.rollback()


def _no_short_way(*_args: Any, **_values: Any) -> Any:
    return None


if __name__ == "__main__":
    services.save_responses = acknowledge_early  # type: ignore[assignment]  # which is the point
    quick._try = _no_short_way
    typing_services.receive_chunk = acknowledge_chunk_early
    run()
