"""What the rota asks of classes without knowing them: joined in one place, by whoever starts up.

Whoever changes the rota or asks for the cover needs all three, with or without a page in sight.
"""

from __future__ import annotations

from trainhub.delivery.queries.seats import away, rota_fit
from trainhub.delivery.services.seats import refitting
from trainhub.rota.queries.away import register as register_away
from trainhub.rota.queries.engagements import register as register_engagements
from trainhub.rota.services.changed import register as register_listener

NAME = "delivery"


def join() -> None:
    """Let the rota know of classes: who is away for them, what people are engaged for, and that
    coming seats follow every change. Once more does no harm.
    """
    register_away(NAME, away.list_groups)
    register_engagements(NAME, rota_fit.list_engagements)
    register_listener(NAME, refitting.refit)
