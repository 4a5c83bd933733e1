"""Tables of programmes, awards, observed work and what belongs to them."""

from trainhub.certification.models.awards import Award, AwardEvent, IssuerKey
from trainhub.certification.models.competencies import (
    CompetencyModel,
    CompetencyModelVersion,
    ObservedCase,
    Rating,
)
from trainhub.certification.models.enrolments import (
    ProgrammeEnrolment,
    ProgrammeEnrolmentEvent,
    RequirementException,
    RequirementStanding,
    SavedView,
)
from trainhub.certification.models.programmes import Programme, ProgrammeVersion
from trainhub.certification.models.refreshes import AwardRefresh, RefreshRequest
from trainhub.certification.models.summaries import PersonalSummary, SignOff, SummaryEvent

__all__ = [
    "Award",
    "AwardEvent",
    "AwardRefresh",
    "CompetencyModel",
    "CompetencyModelVersion",
    "IssuerKey",
    "ObservedCase",
    "PersonalSummary",
    "Programme",
    "ProgrammeEnrolment",
    "ProgrammeEnrolmentEvent",
    "ProgrammeVersion",
    "Rating",
    "RefreshRequest",
    "RequirementException",
    "RequirementStanding",
    "SavedView",
    "SignOff",
    "SummaryEvent",
]
