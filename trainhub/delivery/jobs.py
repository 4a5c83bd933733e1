"""What the tick does for delivery; one module beside this one for each part of it."""

from __future__ import annotations

from trainhub.delivery import class_jobs, plan_jobs, request_jobs, seat_jobs

STAGES = (*request_jobs.STAGES, *class_jobs.STAGES, *plan_jobs.STAGES, *seat_jobs.STAGES)
