"""The gate before the application: bodies are read before a place is taken.

A WSGI server gives each request a thread, and a client that sends its body slowly keeps the
thread. Here such a client waits outside: only a request that has arrived whole takes one of
the few places inside, where the database connections are. So slow clients cannot stop the
pages, and the interpreter is not shared among more threads than do it good.

Requests that may not wait behind pages (an exam's saves) have places of their own, and so have
long ones that all come at once (the ends of typing runs), so that nothing waits behind those.
"""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Callable, Iterable
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

IN_MEMORY = 256 * 1024
CHUNK = 64 * 1024


class Gate:
    """WSGI middleware that admits whole requests, a bounded number at a time."""

    def __init__(
        self,
        app: WSGIApplication,
        *,
        places: int = 8,
        urgent_places: int = 8,
        is_urgent: Callable[[WSGIEnvironment], bool] = lambda environ: False,
        long_places: int = 1,
        is_long: Callable[[WSGIEnvironment], bool] = lambda environ: False,
        senders: int = 256,
        longest_body: int = 60 * 1024 * 1024,
        patience_s: float = 15,
    ) -> None:
        """Admit `places` requests at once and read bodies up to `longest_body` bytes.

        Those that `is_urgent` tells by their environment have `urgent_places` instead, those
        that `is_long` tells `long_places`.
        At most `senders` bodies are on their way at once; who does not get a place within
        `patience_s` is asked to come again.
        """
        self._app = app
        self._places = threading.BoundedSemaphore(places)
        self._urgent_places = threading.BoundedSemaphore(urgent_places)
        self._is_urgent = is_urgent
        self._long_places = threading.BoundedSemaphore(long_places)
        self._is_long = is_long
        self._senders = threading.BoundedSemaphore(senders)
        self._longest_body = longest_body
        self._patience_s = patience_s

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        if _may_have_body(environ):
            refusal = self._take_in(environ)
            if refusal:
                return _refuse(start_response, refusal)
        places = self._places_for(environ)
        if not places.acquire(timeout=self._patience_s):
            return _refuse(start_response, "503 Service Unavailable")
        try:
            return self._app(environ, start_response)
        finally:
            places.release()

    def _places_for(self, environ: WSGIEnvironment) -> threading.BoundedSemaphore:
        if self._is_urgent(environ):
            return self._urgent_places
        return self._long_places if self._is_long(environ) else self._places

    def _take_in(self, environ: WSGIEnvironment) -> str | None:
        """Put the whole body in place of the stream; the status line if it is refused."""
        if not self._senders.acquire(blocking=False):
            return "503 Service Unavailable"
        try:
            body = self._read(environ)
        finally:
            self._senders.release()
        if isinstance(body, str):
            return body
        body.seek(0)
        environ["wsgi.input"] = body
        environ["wsgi.input_terminated"] = True
        return None

    def _read(self, environ: WSGIEnvironment) -> IO[bytes] | str:
        announced = environ.get("CONTENT_LENGTH") or None
        if announced is not None and not (announced.isascii() and announced.isdigit()):
            return "400 Bad Request"
        length = int(announced) if announced is not None else None
        if length is not None and length > self._longest_body:
            return "413 Content Too Large"
        body = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 -- closed with the request
        size = 0
        while length is None or size < length:
            wanted = CHUNK if length is None else min(CHUNK, length - size)
            chunk = environ["wsgi.input"].read(wanted)
            if not chunk:
                break
            size += len(chunk)
            if size > self._longest_body:
                return "413 Content Too Large"
            body.write(chunk)
        if length is not None and size < length:
            return "400 Bad Request"  # the client went away or lied
        environ["CONTENT_LENGTH"] = str(size)
        return body


def _may_have_body(environ: WSGIEnvironment) -> bool:
    return bool(environ.get("CONTENT_LENGTH") or environ.get("HTTP_TRANSFER_ENCODING"))


def _refuse(start_response: StartResponse, status: str) -> list[bytes]:
    headers: list[tuple[str, str]] = [("Content-Type", "text/plain; charset=utf-8")]
    if status.startswith("503"):
        headers.append(("Retry-After", "2"))
    start_response(status, headers)
    return [status.encode()]


def guarded(app: Any, **limits: Any) -> Any:
    """The Flask application with the gate in front of it."""
    app.wsgi_app = Gate(app.wsgi_app, **limits)
    return app
