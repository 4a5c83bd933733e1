"""What certification adds to the centre that is attacked."""

from __future__ import annotations

from typing import Any

from tests.certification.programmes import published, requirement, values
from trainhub.people.models import Person


def write_programmes(trainer: Person) -> dict[str, Any]:
    """A published programme with a group; the parts of addresses that name it."""
    raw = values(
        requirement("opening"), requirement("farewell"), requirement("phrases"),
        needs=[{"any": ["opening", "farewell"]}, "phrases"],
    )  # fmt: skip
    programme = published(raw)
    return {
        "programme_id": programme.id,
        "stage_key": "first",
        "requirement_key": "phrases",
        "place": "0",
        "way": "up",
        "kind_name": "course",
    }
