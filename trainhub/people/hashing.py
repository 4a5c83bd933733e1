"""Password hashes: argon2id, and never more than two at a time in one process.

Parameters after the OWASP Password Storage sheet (19 MiB, two passes, one lane).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from trainhub.errors import SlowDown
from trainhub.people.rules import normalised

AT_ONCE = 2
LONGEST_WAIT_S = 10
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_gate = BoundedSemaphore(AT_ONCE)
# The hash of a random text nobody kept: checked for unknown names, so that they take as long.
_NOBODY = (
    "$argon2id$v=19$m=19456,t=2,p=1$aPoGkyhZfrMHejX+QmcleQ"
    "$TGNhiOPu36XcQhXoaUxeDaEGNxvIZkQYwI8ydG7cq3U"
)


@contextmanager
def _turn() -> Iterator[None]:
    if not _gate.acquire(timeout=LONGEST_WAIT_S):
        raise SlowDown(LONGEST_WAIT_S)
    try:
        yield
    finally:
        _gate.release()


def hash_password(password: str) -> str:
    """The argon2id hash to keep. Raises `SlowDown` if others have kept the processor too long."""
    with _turn():
        return _hasher.hash(normalised(password))


def matches(password_hash: str | None, password: str) -> bool:
    """Whether the password belongs to the hash. Takes as long when there is no hash at all."""
    with _turn():
        try:
            is_right = _hasher.verify(password_hash or _NOBODY, normalised(password))
        except (VerificationError, InvalidHashError, UnicodeEncodeError):
            return False
    return is_right and password_hash is not None
