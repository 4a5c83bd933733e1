"""The pages of certification: programmes, how people stand, awards, competencies, summaries."""

from trainhub.certification.views import competencies, standing, wording
from trainhub.certification.views.awards import (
    audit_places,
    deciding,
    evidence,
    refreshing,
    verifying,
)
from trainhub.certification.views.awards import pages as award_pages
from trainhub.certification.views.blueprint import bp
from trainhub.certification.views.matrix import acting as matrix_acting
from trainhub.certification.views.matrix import arranging, cohorts, exports, home
from trainhub.certification.views.matrix import pages as matrix_pages
from trainhub.certification.views.programmes import (
    groups,
    making,
    pages,
    publishing,
    requirements,
    stages,
)

__all__ = [
    "arranging",
    "audit_places",
    "award_pages",
    "bp",
    "cohorts",
    "competencies",
    "deciding",
    "evidence",
    "exports",
    "groups",
    "home",
    "making",
    "matrix_acting",
    "matrix_pages",
    "pages",
    "publishing",
    "refreshing",
    "requirements",
    "stages",
    "standing",
    "verifying",
    "wording",
]
