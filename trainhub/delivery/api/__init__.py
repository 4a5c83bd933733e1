"""The JSON interface of delivery: one's own classes, and what one may do with their seats."""

from trainhub.delivery.api import agenda
from trainhub.delivery.api.blueprint import bp

__all__ = ["agenda", "bp"]
