"""The pages of certification: programmes, how people stand, awards, competencies, summaries."""

from trainhub.certification.views import wording
from trainhub.certification.views.awards import deciding, verifying
from trainhub.certification.views.awards import pages as award_pages
from trainhub.certification.views.blueprint import bp
from trainhub.certification.views.programmes import (
    groups,
    making,
    pages,
    publishing,
    requirements,
    stages,
)

__all__ = [
    "award_pages",
    "bp",
    "deciding",
    "groups",
    "making",
    "pages",
    "publishing",
    "requirements",
    "stages",
    "verifying",
    "wording",
]
