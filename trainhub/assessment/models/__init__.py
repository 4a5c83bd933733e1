"""The tables of exams."""

from trainhub.assessment.models.attempts import (
    Attempt,
    AttemptEvent,
    AttemptItem,
    AttemptSighting,
    KeptResponse,
)
from trainhub.assessment.models.bank import (
    BankItem,
    BankItemEdition,
    BankItemVersion,
    BankPicture,
    BankTakeOver,
    PendingItemImport,
)
from trainhub.assessment.models.exams import (
    AngoffJudgement,
    AngoffSheet,
    Candidate,
    CandidateOverride,
    Exam,
    ExamVersion,
    Sitting,
    SittingTarget,
)
from trainhub.assessment.models.marking import (
    HandMark,
    MarkingTask,
    Regrade,
    RegradeChange,
)

__all__ = [
    "AngoffJudgement",
    "AngoffSheet",
    "Attempt",
    "AttemptEvent",
    "AttemptItem",
    "AttemptSighting",
    "BankItem",
    "BankItemEdition",
    "BankItemVersion",
    "BankPicture",
    "BankTakeOver",
    "Candidate",
    "CandidateOverride",
    "Exam",
    "ExamVersion",
    "HandMark",
    "KeptResponse",
    "MarkingTask",
    "PendingItemImport",
    "Regrade",
    "RegradeChange",
    "Sitting",
    "SittingTarget",
]
