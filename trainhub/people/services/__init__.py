"""Changing people: signing in, accounts, teams, cohorts, links, imports."""

from trainhub.people.services.sign_ins import (
    Try,
    WrongPassword,
    confirm_password,
    count_try,
    end_all_sign_ins,
    end_own_sign_in,
    end_sign_in,
    forget_old_misses,
    forgive_try,
    start_sign_in,
    touch_sign_in,
)

__all__ = [
    "Try",
    "WrongPassword",
    "confirm_password",
    "count_try",
    "end_all_sign_ins",
    "end_own_sign_in",
    "end_sign_in",
    "forget_old_misses",
    "forgive_try",
    "start_sign_in",
    "touch_sign_in",
]
