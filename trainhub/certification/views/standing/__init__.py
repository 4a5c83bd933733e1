"""The road of one person, and what a supervisor does from it."""

from trainhub.certification.views.standing import acting, enrolling, home, roads, summaries

__all__ = ["acting", "enrolling", "home", "roads", "summaries"]
