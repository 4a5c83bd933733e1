"""What the tick does for certification; one module beside this one for each part of it."""

from __future__ import annotations

from trainhub.certification.jobs import awards, reviewing

STAGES = (*reviewing.STAGES, *awards.STAGES)
