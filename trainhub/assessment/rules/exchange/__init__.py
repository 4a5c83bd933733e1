"""Questions in the formats of other systems: texts in, bank questions out, and back.

`read_questions` and `write_questions` are the doors; what a format cannot say travels in a line
for programs beside it (`exact`), so that reading what we wrote gives the same questions.
"""

from trainhub.assessment.rules.exchange.formats import (
    ENDINGS,
    EXPORT_FORMATS,
    FORMATS,
    MAX_BYTES,
    Format,
    guess_format,
    read_questions,
    write_questions,
)
from trainhub.assessment.rules.exchange.gathering import MAX_QUESTIONS, Reading

__all__ = [
    "ENDINGS",
    "EXPORT_FORMATS",
    "FORMATS",
    "MAX_BYTES",
    "MAX_QUESTIONS",
    "Format",
    "Reading",
    "guess_format",
    "read_questions",
    "write_questions",
]
