"""A port for a server that a test starts."""

from __future__ import annotations

import os
import random
import socket

# Below the ports that the system gives to outgoing connections: none of those can take it between
# this answer and the server's start, nor reach itself while it knocks. Each worker has its own.
_FIRST, _EACH = 12_000, 1_000


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % 16
    ports = range(_FIRST + worker * _EACH, _FIRST + (worker + 1) * _EACH)
    for port in random.sample(ports, len(ports)):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError("no port is free")
