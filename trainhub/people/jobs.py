"""What time does to people's rows: counts of misses are forgotten."""

from __future__ import annotations

from datetime import datetime

from trainhub.db import transaction
from trainhub.people import services


def forget_misses(now: datetime) -> int:
    """Forget misses nobody is slowed down by any more; how many."""
    with transaction():
        return services.forget_old_misses(now=now)


STAGES = [("forget sign-in misses", 900, forget_misses)]
