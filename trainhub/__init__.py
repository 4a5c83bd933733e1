"""TrainHub: micro-courses, exams and certification for customer-service contact centres."""

from __future__ import annotations

from flask import Flask

from trainhub import assembly
from trainhub.config import Settings, load_settings
from trainhub.web import logs


def create_app(settings: Settings | None = None) -> Flask:
    """The web application, with every subject's rooms attached.

    Settings come from the environment unless given. Raises `config.BadSetting`.
    """
    settings = settings or load_settings()
    logs.configure(settings)
    return assembly.build(settings)
