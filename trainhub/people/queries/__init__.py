"""Reading people, teams, cohorts and what stands behind signing in."""

from trainhub.people.queries.sign_ins import (
    find_invitation,
    find_person_by_access_token,
    find_person_by_identifier,
    find_sign_in,
    find_signed_in_person,
    is_known_address,
    list_access_tokens,
    list_open_invitations,
    list_sign_ins,
)

__all__ = [
    "find_invitation",
    "find_person_by_access_token",
    "find_person_by_identifier",
    "find_sign_in",
    "find_signed_in_person",
    "is_known_address",
    "list_access_tokens",
    "list_open_invitations",
    "list_sign_ins",
]
