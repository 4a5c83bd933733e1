"""Exams of the demonstration centre: three of them, with the sittings of two months."""

from trainhub.demo.exams.building import build_exams, hold_sittings

__all__ = ["build_exams", "hold_sittings"]
