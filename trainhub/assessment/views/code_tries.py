"""How often somebody may try an access code, on the page and by the interface alike."""

from __future__ import annotations

from flask import request

from trainhub.web.rates import Bucket, spend

_COUNTED = "trainhub.code_try_counted"
CODE_TRIES = Bucket(size=10, refill_per_s=0.1)


def count_try(person_id: int, access_code: str) -> None:
    """Count a try before the code is looked at: else the right guess would get through after any
    number of wrong ones. A request that goes two ways is one try. Raises `SlowDown`.
    """
    if access_code and not request.environ.get(_COUNTED):
        spend(CODE_TRIES, f"person:{person_id}")
        request.environ[_COUNTED] = True
