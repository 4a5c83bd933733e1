"""The rules of accounts: passwords, names, sign-in limits, links, imported rows."""

from trainhub.people.rules.names import (
    fold_email,
    fold_employee_no,
    fold_name,
    fold_username,
    is_han,
    list_email_errors,
    list_employee_no_errors,
    list_name_errors,
    list_username_errors,
)
from trainhub.people.rules.passwords import block_list, list_password_errors, normalised
from trainhub.people.rules.signing_in import (
    LINK_LIFETIMES,
    SEEN_EVERY,
    STANDARD_LIMITS,
    SignInLimits,
    account_delay,
    address_delay,
    is_fresh,
    link_id,
    link_token,
    token_hash,
)

__all__ = [
    "LINK_LIFETIMES",
    "SEEN_EVERY",
    "STANDARD_LIMITS",
    "SignInLimits",
    "account_delay",
    "address_delay",
    "block_list",
    "fold_email",
    "fold_employee_no",
    "fold_name",
    "fold_username",
    "is_fresh",
    "is_han",
    "link_id",
    "link_token",
    "list_email_errors",
    "list_employee_no_errors",
    "list_name_errors",
    "list_password_errors",
    "list_username_errors",
    "normalised",
    "token_hash",
]
