"""What the tick does for certification; one module beside this one for each part of it."""

from __future__ import annotations

from trainhub.certification.jobs import awards as award_jobs
from trainhub.certification.jobs import reviewing as review_jobs

STAGES = (*review_jobs.STAGES, *award_jobs.STAGES)
