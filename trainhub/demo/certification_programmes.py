"""The shipped programmes of the demonstration centre, as they came to be over a year."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from trainhub import paths
from trainhub.certification.queries.programmes import find_programme
from trainhub.certification.rules.programmes.content import ProgrammeContent
from trainhub.certification.services.competency_models import load_shipped_models
from trainhub.certification.services.programme_files import (
    load_shipped_programmes,
    read_programme_files,
    take_programme,
)

ONBOARDING = "onboarding"
FIRST_VERSION, SECOND_VERSION = -475, -150  # days from today
# What the second version of the shipped programme has added.
ADDED = frozenset({"service-skills", "complaint-steps", "selling-class", "advanced-service",
                   "selling-needs"})  # fmt: skip


def load_first_versions(now: datetime) -> None:
    """The shipped models and programmes as they came to be: the programme for new people had a
    first version that asked for less."""
    load_shipped_models(now + timedelta(days=FIRST_VERSION))
    first = now + timedelta(days=FIRST_VERSION)
    for text in read_programme_files([paths.PROGRAMMES]):
        if text.key == ONBOARDING and find_programme(ONBOARDING) is None:
            early = replace(text, content=_without(text.content, ADDED))
            take_programme(early, actor=None, now=first, publish=True)


def _without(content: ProgrammeContent, keys: frozenset[str]) -> ProgrammeContent:
    """A content whose stages do not ask for these requirements."""
    stages = []
    for stage in content.stages:
        members = tuple(
            one for one in stage.needs.members
            if keys.isdisjoint({one} if isinstance(one, str) else set(one.requirement_keys()))
        )  # fmt: skip
        stages.append(replace(stage, needs=replace(stage.needs, members=members)))
    kept = tuple(one for one in content.requirements if one.key not in keys)
    return replace(content, stages=tuple(stages), requirements=kept)


def load_versions_in_force(now: datetime) -> None:
    """The shipped programmes as they are, published some months ago."""
    load_shipped_programmes(now + timedelta(days=SECOND_VERSION))
