"""The kinds of evidence the house brings; importing this enters them."""

from trainhub.certification.evidence import (
    classes,
    composite,
    course,
    exam,
    observation,
    record,
    sign_off,
    summary,
    typing,
)

__all__ = [
    "classes",
    "composite",
    "course",
    "exam",
    "observation",
    "record",
    "sign_off",
    "summary",
    "typing",
]
