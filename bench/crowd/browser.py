"""A lean browser: kept-alive HTTP/1.1, one cookie, the page's token, every answer timed."""

from __future__ import annotations

import asyncio
import json
import random
import re
import time
from collections import Counter, defaultdict
from typing import Any
from urllib.parse import urlencode

_LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")
_COOKIE = re.compile(rb"(?i)\r\nset-cookie: *((?:__Host-)?trainhub=[^;\r]*)")
_FORM_TOKEN = re.compile(rb'name="csrf_token"[^>]*value="([^"]+)"')
_CODE = re.compile(rb'"code": *"([a-z_]+)"')
_RETRY = re.compile(rb"(?i)\r\nretry-after: *(\d+)")
PATIENCE_S = 60


class Figures:
    """What all browsers saw: milliseconds by endpoint, and what went wrong."""

    def __init__(self) -> None:
        self.times: dict[str, list[float]] = defaultdict(list)
        self.errors: Counter[str] = Counter()
        self.repeats: Counter[str] = Counter()


class Refused(Exception):
    """An answer that its user would see as an error."""


class Browser:
    """One person's browser. `closes` is how often it drops its connection, as networks do."""

    def __init__(self, port: int, figures: Figures, dice: random.Random, closes: float) -> None:
        self._port, self.figures, self._dice, self._closes = port, figures, dice, closes
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self._cookie = b""
        self._token = ""

    async def ask(
        self, what: str, method: str, path: str, body: Any = None, form: Any = None
    ) -> Any:
        """The answer, repeated until there is one, as the page does; JSON where it is."""
        request = self._request(method, path, body, form)
        wait = 0.25
        for _ in range(12):
            began = time.perf_counter()
            try:
                async with asyncio.timeout(PATIENCE_S):
                    status, head, content = await self._exchange(request)
            except (OSError, EOFError, TimeoutError) as error:
                self.figures.repeats[f"{what}: {type(error).__name__}"] += 1
                self.close()
                await asyncio.sleep(wait * self._dice.random())
                wait = min(8.0, wait * 2)
                continue
            self.figures.times[what].append((time.perf_counter() - began) * 1000)
            if status in {429, 503}:
                self.figures.repeats[f"{what}: {status}"] += 1
                asked = _RETRY.search(head)
                await asyncio.sleep(int(asked[1]) if asked else wait)
                continue
            if status >= 400:
                code = _CODE.search(content)
                told = code[1].decode() if code else content[:40].decode("utf-8", "replace")
                self.figures.errors[f"{what}: {status} {told}"] += 1
                raise Refused(what)
            if self._dice.random() < self._closes:
                self.close()
            return json.loads(content) if b"application/json" in head else content
        self.figures.errors[f"{what}: no answer"] += 1
        raise Refused(what)

    def _request(self, method: str, path: str, body: Any, form: Any) -> bytes:
        content, kind = b"", ""
        if form is not None:
            content, kind = urlencode(form).encode(), "application/x-www-form-urlencoded"
        elif body is not None:
            content, kind = json.dumps(body).encode(), "application/json"
        lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1"]
        lines.append("Accept: " + ("text/html" if form is not None else "application/json"))
        if self._token:
            lines.append(f"X-CSRFToken: {self._token}")
        if method != "GET":
            lines += [f"Content-Length: {len(content)}"] + ([f"Content-Type: {kind}"] * bool(kind))
        if self._cookie:
            lines.append("Cookie: " + self._cookie.decode())
        return ("\r\n".join(lines) + "\r\n\r\n").encode() + content

    async def _exchange(self, request: bytes) -> tuple[int, bytes, bytes]:
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._port)
        reader, writer = self._streams
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        length = _LENGTH.search(head)
        content = await reader.readexactly(int(length[1])) if length else b""
        if cookie := _COOKIE.search(head):
            self._cookie = cookie[1]
        return int(head[9:12]), head, content

    async def sign_in(self, name: str, password: str) -> None:
        """Sign in by the page, as people do, and fetch the token that changes carry."""
        page = await self.ask("sign-in page", "GET", "/sign-in", form={})
        found = _FORM_TOKEN.search(page)
        assert found, "no form on the sign-in page"
        fields = {"identifier": name, "password": password, "csrf_token": found[1].decode()}
        await self.ask("sign-in", "POST", "/sign-in", form=fields)
        self._token = (await self.ask("token", "GET", "/csrf-token"))["token"]

    def close(self) -> None:
        """Drop the connection; the next request opens another."""
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None
