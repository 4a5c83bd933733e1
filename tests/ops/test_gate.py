"""The gate: whole requests get a place, slow and oversized ones wait outside."""

from __future__ import annotations

import io
import threading
from typing import Any

import pytest

from trainhub.ops.gate import Gate


class Caller:
    """Sends requests through a gate to an application that answers with the body it got."""

    def __init__(self, **limits: Any) -> None:
        self.gate = Gate(self._echo, **limits)
        self.held = threading.Event()
        self.held.set()
        self.inside = threading.Event()

    def _echo(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        if environ.get("PATH_INFO") == "/held":
            self.inside.set()
            assert self.held.wait(10)
        start_response("200 OK", [])
        return [environ["wsgi.input"].read()]

    def call(self, stream: Any = None, **environ: Any) -> tuple[str, bytes]:
        status: list[str] = []
        environ = {"wsgi.input": stream or io.BytesIO(), "CONTENT_LENGTH": "", **environ}
        answer = b"".join(self.gate(environ, lambda text, _headers: status.append(text)))
        return status[0], answer


class SlowStream:
    """A body whose second half comes when it is let go."""

    def __init__(self) -> None:
        self.asked, self.go = threading.Event(), threading.Event()
        self.parts = [b"first ", b"second"]

    def read(self, _size: int) -> bytes:
        if len(self.parts) == 1:
            self.asked.set()
            assert self.go.wait(10)
        return self.parts.pop(0) if self.parts else b""


def test_a_body_arrives_whole() -> None:
    assert Caller().call(io.BytesIO(b"abc"), CONTENT_LENGTH="3") == ("200 OK", b"abc")


def test_a_body_without_announced_length_arrives_whole() -> None:
    answer = Caller().call(io.BytesIO(b"abc"), HTTP_TRANSFER_ENCODING="chunked")
    assert answer == ("200 OK", b"abc")


def test_a_slow_sender_takes_no_place() -> None:
    caller, stream = Caller(places=1), SlowStream()
    answers: list[tuple[str, bytes]] = []
    sending = threading.Thread(
        target=lambda: answers.append(caller.call(stream, CONTENT_LENGTH="12"))
    )
    sending.start()
    assert stream.asked.wait(10)
    assert caller.call()[0] == "200 OK"
    stream.go.set()
    sending.join(10)
    assert answers == [("200 OK", b"first second")]


def test_more_slow_senders_than_allowed_are_asked_to_come_again() -> None:
    caller, stream = Caller(senders=1), SlowStream()
    sending = threading.Thread(target=caller.call, args=(stream,), kwargs={"CONTENT_LENGTH": "12"})
    sending.start()
    assert stream.asked.wait(10)
    assert caller.call(io.BytesIO(b"x"), CONTENT_LENGTH="1")[0].startswith("503")
    assert caller.call()[0] == "200 OK"
    stream.go.set()
    sending.join(10)


def test_who_gets_no_place_in_time_is_asked_to_come_again() -> None:
    caller = Caller(places=1, patience_s=0.01)
    caller.held.clear()
    holding = threading.Thread(target=caller.call, kwargs={"PATH_INFO": "/held"})
    holding.start()
    while caller.gate._places.acquire(blocking=False):
        caller.gate._places.release()
    assert caller.call()[0].startswith("503")
    caller.held.set()
    holding.join(10)
    assert caller.call()[0] == "200 OK"


def test_an_announced_oversized_body_is_not_even_read() -> None:
    class Untouchable:
        def read(self, _size: int) -> bytes:
            raise AssertionError("the body was read")

    status, _ = Caller(longest_body=10).call(Untouchable(), CONTENT_LENGTH="11")
    assert status.startswith("413")


def test_an_unannounced_oversized_body_is_cut_off() -> None:
    class Endless:
        given = 0

        def read(self, size: int) -> bytes:
            self.given += size
            return b"x" * size

    stream = Endless()
    status, _ = Caller(longest_body=200_000).call(stream, HTTP_TRANSFER_ENCODING="chunked")
    assert status.startswith("413")
    assert stream.given < 400_000


@pytest.mark.parametrize("length", ["-1", "1e3", "abc", "٣"])
def test_a_senseless_length_is_refused(length: str) -> None:
    status, _ = Caller().call(io.BytesIO(b"abc"), CONTENT_LENGTH=length)
    assert status.startswith("400")


def test_a_body_shorter_than_announced_is_refused() -> None:
    assert Caller().call(io.BytesIO(b"ab"), CONTENT_LENGTH="3")[0].startswith("400")


def test_what_is_urgent_does_not_wait_behind_pages() -> None:
    caller = Caller(places=1, is_urgent=lambda environ: environ.get("PATH_INFO") == "/urgent")
    caller.held.clear()
    holding = threading.Thread(target=caller.call, kwargs={"PATH_INFO": "/held"})
    holding.start()
    assert caller.call(PATH_INFO="/urgent")[0] == "200 OK"
    caller.held.set()
    holding.join(10)


def test_neither_pages_nor_saves_wait_behind_what_is_long() -> None:
    caller = Caller(
        places=1,
        urgent_places=1,
        is_urgent=lambda environ: environ.get("PATH_INFO") == "/urgent",
        is_long=lambda environ: environ.get("PATH_INFO") == "/held",
        patience_s=0.01,
    )
    caller.held.clear()
    holding = threading.Thread(target=caller.call, kwargs={"PATH_INFO": "/held"})
    holding.start()
    assert caller.inside.wait(10)
    assert caller.call(PATH_INFO="/held")[0].startswith("503")
    assert caller.call(PATH_INFO="/urgent")[0] == "200 OK"
    assert caller.call()[0] == "200 OK"
    caller.held.set()
    holding.join(10)
