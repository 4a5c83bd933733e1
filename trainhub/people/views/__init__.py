"""The pages of people: signing in, one's own profile, and the administrator's work."""

from trainhub.people.views import (
    audit_trail,
    groups,
    home,
    imports,
    links,
    navigation,
    people,
    profile,
    shown,
    signed_in,
    signing_in,
)
from trainhub.people.views.blueprint import bp

__all__ = [
    "audit_trail",
    "bp",
    "groups",
    "home",
    "imports",
    "links",
    "navigation",
    "people",
    "profile",
    "shown",
    "signed_in",
    "signing_in",
]
