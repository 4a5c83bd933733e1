"""States of bookings and classes that belong together, named by what they mean."""

from __future__ import annotations

# Of bookings.
HOLD_A_SEAT = ("booked", "attended")
WERE_MEANT = ("booked", "attended", "missed")  # to sit in the class, whether they came or not
STILL_HOPE = ("booked", "waiting")  # for the class to come
CONCERNED = ("booked", "waiting", "attended", "missed")  # by the class, who did not give it back

# Of classes.
TO_COME = ("scheduled", "running", "paused")  # or under way
