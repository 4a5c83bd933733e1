"""Logging: one JSON object a line, in UTC, without answers, passwords or keystrokes."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime

from flask import g, has_request_context

from trainhub.config import Settings


class JsonFormatter(logging.Formatter):
    """A record as one line; control characters cannot break it, JSON escapes them."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as JSON."""
        entry = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if has_request_context():
            entry["request_id"] = g.get("request_id", "")
        if record.exc_info:
            entry["traceback"] = self.formatException(record.exc_info)
        return json.dumps(entry, ensure_ascii=True)


def configure(settings: Settings) -> None:
    """Send the program's log to standard error."""
    logger = logging.getLogger("trainhub")
    logger.setLevel(settings.log_level)
    if not logger.handlers:
        target = logging.StreamHandler(sys.stderr)
        target.setFormatter(JsonFormatter())
        logger.addHandler(target)
        logger.propagate = False
