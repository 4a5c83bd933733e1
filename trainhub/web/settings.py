"""The settings of the running application, for rooms that do not see Flask."""

from __future__ import annotations

from flask import current_app

from trainhub.config import Settings


def current_settings() -> Settings:
    """The settings the application was made with."""
    settings: Settings = current_app.config["SETTINGS"]
    return settings
