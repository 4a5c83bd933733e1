"""The pages that tell which questions and exams are good, and the tables to take away."""

from trainhub.assessment.views.statistics import exams, exports, hygiene, items, shown

__all__ = ["exams", "exports", "hygiene", "items", "shown"]
