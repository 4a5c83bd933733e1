"""Competency models, observed work and its ratings, and how somebody stands on a model."""

from trainhub.certification.views.competencies import cases, filing, people, rating, writing

__all__ = ["cases", "filing", "people", "rating", "writing"]
