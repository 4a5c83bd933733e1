"""The pages of people: signing in, one's own profile, and the administrator's work."""

from trainhub.people.views import signed_in, signing_in
from trainhub.people.views.blueprint import bp

__all__ = ["bp", "signed_in", "signing_in"]
