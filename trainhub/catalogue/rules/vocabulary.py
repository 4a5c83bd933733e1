"""The fixed words of the catalogue: languages, knowledge lines, competencies, lengths, limits."""

from __future__ import annotations

from enum import StrEnum


class KnowledgeLine(StrEnum):
    """The three kinds of knowledge a centre teaches."""

    PRODUCT = "product"
    SERVICE = "service"
    SUPPORT = "support"


class Competency(StrEnum):
    """The second-level competencies of the complaint-handling model, in its order."""

    READING_CUSTOMER = "reading-customer"
    PRODUCT_KNOWLEDGE = "product-knowledge"
    UNDERSTANDING_NEED = "understanding-need"
    OFFERING_SOLUTION = "offering-solution"
    COMMUNICATION = "communication"
    SELF_MANAGEMENT = "self-management"
    TEAMWORK = "teamwork"
    SELF_MOTIVATION = "self-motivation"
    APPLYING_KNOWLEDGE = "applying-knowledge"
    REFLECTIVE_PRACTICE = "reflective-practice"
    IT_SKILL = "it-skill"


class Level(StrEnum):
    """How hard a question is meant to be."""

    BASIC = "basic"
    STANDARD = "standard"
    ADVANCED = "advanced"


LANGUAGES = ("zh", "en")
KNOWLEDGE_LINES = tuple(line.value for line in KnowledgeLine)
COMPETENCIES = tuple(competency.value for competency in Competency)
LEVELS = tuple(level.value for level in Level)
COURSE_MINUTES = (15, 30, 60, 90, 120, 150, 180)

# Limits of published files (docs/content-format.md); bytes of UTF-8 where it says bytes.
MAX_COURSE_BYTES = 1024 * 1024
MAX_FRONT_MATTER_BYTES = 16 * 1024
MAX_FRONT_MATTER_DEPTH = 5
MAX_QUIZ_BYTES = 2 * 1024 * 1024
MAX_QUIZ_DEPTH = 8
MAX_ITEMS = 2_000
MAX_OPTIONS = 26
MAX_STEM = 10_000
MAX_FEEDBACK = 5_000
MAX_PLAIN = 500
MAX_CRITERIA = 8
MAX_MODEL_ANSWER = 10_000
MAX_LONG_ANSWER = 10_000
MAX_POINTS = 20
