"""Processes that do a piece of the tick, several at the same time, and are killed on the way."""

from __future__ import annotations

import os
import random
import signal
import time
import traceback
from collections.abc import Callable
from datetime import datetime

from flask import Flask

from trainhub import clock
from trainhub.db import db

Work = Callable[[datetime], object]
FIRST_PATIENCE_S = 1.0


class Crew:
    """So many processes of one application that do the same at the same hour."""

    def __init__(self, app: Flask, work: Work, size: int, seed: int) -> None:
        self.app, self.work, self.size = app, work, size
        self.dice = random.Random(seed)
        self.killed: set[int] = set()
        self.failed = 0
        self.usual_s = FIRST_PATIENCE_S  # what a round takes that nobody disturbs

    def round(self, at: datetime, kills: int = 0) -> None:
        """Let all work at `at` until they are done, or dead: `kills` of them, at any moment."""
        db.session.remove()
        db.engine.dispose()  # no child may share a connection
        began = time.monotonic()
        pids = [self._start(at) for _ in range(self.size)]
        victims = self.dice.sample(pids, min(kills, self.size))
        moments = sorted(self.dice.uniform(0, self.usual_s) for _ in victims)
        for pid, moment in zip(victims, moments, strict=True):
            time.sleep(max(0.0, began + moment - time.monotonic()))
            os.kill(pid, signal.SIGKILL)  # a child that is done waits for us: the number is its own
        for pid in pids:
            status = os.waitpid(pid, 0)[1]
            if os.WIFSIGNALED(status):
                self.killed.add(pid)
            else:
                self.failed += os.WEXITSTATUS(status)
        if not victims:
            self.usual_s = time.monotonic() - began

    def _start(self, at: datetime) -> int:
        pid = os.fork()
        if pid:
            return pid
        status = 1
        try:
            with self.app.app_context(), clock.frozen(at):
                self.work(at)
            status = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(status)
