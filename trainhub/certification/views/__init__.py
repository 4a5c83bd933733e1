"""The pages of certification: programmes, how people stand, awards, competencies, summaries."""

from trainhub.certification.views import wording
from trainhub.certification.views.blueprint import bp

__all__ = [
    "bp",
    "wording",
]
