"""What the tick does for delivery; one module beside this one for each part of it."""

from __future__ import annotations

from trainhub.delivery.jobs import classes as class_jobs
from trainhub.delivery.jobs import plans as plan_jobs
from trainhub.delivery.jobs import requests as request_jobs
from trainhub.delivery.jobs import seats as seat_jobs

STAGES = (*request_jobs.STAGES, *class_jobs.STAGES, *plan_jobs.STAGES, *seat_jobs.STAGES)
