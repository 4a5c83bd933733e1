"""A mail server for the harness: takes every message, writes it down, then says so.

What it has written down is delivered, whether or not the client lives to hear of it.
"""

from __future__ import annotations

import json
import os
import random
import signal
import socketserver
import time
from email import message_from_bytes
from email.policy import default
from pathlib import Path

LONGEST_PAUSE_S = 0.03  # between taking a message and saying so: where kills are to fall


class PostOffice:
    """A process of its own that listens on a free port; `file` holds a line for each message."""

    def __init__(self, file: Path) -> None:
        self.file = file
        file.touch()
        server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Conversation)
        server.daemon_threads = True
        _Conversation.file = file
        self.port = int(server.server_address[1])
        self.pid = os.fork()
        if not self.pid:
            try:
                server.serve_forever()
            finally:
                os._exit(0)
        server.server_close()

    @property
    def url(self) -> str:
        """For TRAINHUB_MAIL_URL."""
        return f"smtp://127.0.0.1:{self.port}"

    def delivered(self) -> list[dict[str, str]]:
        """Each message's `to`, `subject` and `id`."""
        return [json.loads(line) for line in self.file.read_text("utf-8").splitlines()]

    def close(self) -> None:
        """Shut."""
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)


class _Conversation(socketserver.StreamRequestHandler):
    file: Path

    def handle(self) -> None:
        self._say("220 post office")
        while line := self.rfile.readline():
            word = line[:4].upper().strip()
            if word == b"DATA":
                self._say("354 go on")
                if not self._take():
                    return
            elif word == b"QUIT":
                self._say("221 bye")
                return
            self._say("250 well")

    def _take(self) -> bool:
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                return False  # it never came to its end: not taken
            lines.append(line[1:] if line.startswith(b"..") else line)
        message = message_from_bytes(b"".join(lines), policy=default)
        facts = {"to": message["To"], "subject": message["Subject"], "id": message["Message-ID"]}
        descriptor = os.open(self.file, os.O_WRONLY | os.O_APPEND)
        os.write(descriptor, (json.dumps(facts) + "\n").encode())
        os.close(descriptor)
        time.sleep(random.uniform(0, LONGEST_PAUSE_S))
        return True

    def _say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())
