"""TrainHub: micro-courses, exams and certification for customer-service contact centres."""

from __future__ import annotations

from typing import TYPE_CHECKING

__version__ = "0.1.0"

if TYPE_CHECKING:
    from flask import Flask

    from trainhub.config import Settings


def create_app(settings: Settings | None = None) -> Flask:
    """The web application, with every subject's rooms attached.

    Settings come from the environment unless given. Raises `config.BadSetting`.
    """
    # Imported here because Flask and the tables take a second to load, and the command
    # `trainhub --help` needs neither.
    from trainhub import assembly
    from trainhub.config import load_settings
    from trainhub.web import logs

    settings = settings or load_settings()
    logs.configure(settings)
    return assembly.build(settings)
