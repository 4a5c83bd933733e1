"""How often somebody may try a room code, on the page and by the interface alike."""

from __future__ import annotations

from trainhub.web.rates import Bucket, spend

CODE_TRIES = Bucket(size=10, refill_per_s=0.1)


def count_try(person_id: int, room_code: str) -> None:
    """Count a try before the code is looked at: else the right guess would get through after any
    number of wrong ones. Raises `SlowDown`.
    """
    if room_code:
        spend(CODE_TRIES, f"room-code:{person_id}")
