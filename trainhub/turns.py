"""Writers of the embedded database take turns, instead of all asking it again and again.

SQLite lets one connection write; the others sleep, a little longer each time, and ask again.
With many writers some sleep for seconds while others pass. Here threads of a process queue for
its one ticket, and the processes' ticket holders for a lock on a file: one asks at a time.

Nothing depends on it: who waits longer than `PATIENCE_S` goes on, and SQLite's own lock and
timeout decide. A killed process loses its lock by the operating system.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

if sys.platform != "win32":  # there one process serves, so the queue of threads is enough
    import fcntl

PATIENCE_S = 5.0
ASK_AGAIN_S = 0.0005


class Queue:
    """The writers of one database file in this process."""

    def __init__(self, database: str) -> None:
        self._ticket = threading.Lock()
        if sys.platform != "win32":
            self._file = os.open(f"{database}.turn", os.O_CREAT | os.O_RDWR, 0o600)

    @contextmanager
    def turn(self, patience_s: float = PATIENCE_S) -> Iterator[bool]:
        """Wait for one's turn and keep it; whether it came in time."""
        give_up_at = time.monotonic() + patience_s
        if not self._ticket.acquire(timeout=patience_s):
            yield False
            return
        locked = False
        try:
            locked = self._lock_file(give_up_at)
            yield locked
        finally:
            if locked:
                self._unlock_file()
            self._ticket.release()

    def _lock_file(self, give_up_at: float) -> bool:
        while sys.platform != "win32":
            try:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() >= give_up_at:
                    return False
                time.sleep(ASK_AGAIN_S)
            else:
                return True
        return True

    def _unlock_file(self) -> None:
        if sys.platform != "win32":
            fcntl.flock(self._file, fcntl.LOCK_UN)


_queues: dict[tuple[int, str], Queue] = {}
_making = threading.Lock()


def queue_of(database: str) -> Queue:
    """The queue of a database file; each process has its own, also after a fork."""
    key = (os.getpid(), database)
    with _making:
        if key not in _queues:
            _queues[key] = Queue(database)
        return _queues[key]
