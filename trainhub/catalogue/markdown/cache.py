"""Rendered texts kept by what they were made from, the oldest forgotten first."""

from __future__ import annotations

import threading
from collections import OrderedDict
from hashlib import blake2b

from trainhub.catalogue.markdown.chain import Rendered, no_course, no_media, render
from trainhub.catalogue.markdown.finishing import CourseResolver, MediaResolver

# What a kept text costs beside its characters: objects, key, slot in the table.
_OVERHEAD_BYTES = 1_000


def _key(*marks: str) -> bytes:
    return blake2b("\0".join(marks).encode("utf-8", "replace"), digest_size=20).digest()


class RenderCache:
    """At most `max_bytes` of rendered text (estimated); safe to use from several threads."""

    def __init__(self, max_bytes: int = 64_000_000) -> None:
        self.max_bytes = max_bytes
        self.size = 0
        self._kept: OrderedDict[bytes, tuple[Rendered, int]] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._kept)

    def render(
        self,
        text: str,
        *,
        context: str,
        resolve_media: MediaResolver = no_media,
        resolve_course: CourseResolver = no_course,
        language: str = "en",
        id_prefix: str = "",
        heading_level: int = 3,
        for_trainer: bool = False,
    ) -> Rendered:
        """`render`, or what it gave before.

        `context` stands for the resolvers: two calls with the same context must resolve every
        name alike (the series, and a number that changes when courses or pictures do).
        """
        marks = (context, language, str(heading_level), str(for_trainer), text)
        key, key_for_any = _key(id_prefix, *marks), _key("\1any", *marks)
        found = self._find(key_for_any) or self._find(key)
        if found:
            return found
        made = render(
            text,
            resolve_media=resolve_media,
            resolve_course=resolve_course,
            language=language,
            id_prefix=id_prefix,
            heading_level=heading_level,
            for_trainer=for_trainer,
        )
        # Most texts have no identifiers: what is made for one place then fits every place.
        fits_any = bool(id_prefix) and not made.toc and id_prefix not in made.html
        self._keep(key_for_any if fits_any else key, made)
        return made

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._kept.clear()
            self.size = 0

    def _find(self, key: bytes) -> Rendered | None:
        with self._lock:
            found = self._kept.get(key)
            if found is None:
                return None
            self._kept.move_to_end(key)
            return found[0]

    def _keep(self, key: bytes, made: Rendered) -> None:
        # Text beyond Latin-1 takes two bytes a character and more; `inline` may double it.
        cost = _OVERHEAD_BYTES + 4 * len(made.html)
        if cost > self.max_bytes:
            return
        with self._lock:
            if key in self._kept:
                return
            self._kept[key] = (made, cost)
            self.size += cost
            while self.size > self.max_bytes:
                self.size -= self._kept.popitem(last=False)[1][1]
