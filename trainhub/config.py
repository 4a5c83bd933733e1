"""Settings: read once from ``TRAINHUB_*`` in the environment, checked, then immutable."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

LOCALES = ("zh", "en")
SECRET_FILE = "secret-key"


class BadSetting(Exception):
    """A setting has a value the program cannot work with."""


@dataclass(frozen=True)
class Settings:
    """Every setting, with the meaning of each in `docs/operations.md`.

    The environment variable of a field is its name in capitals behind ``TRAINHUB_``.
    """

    instance: Path = Path("instance")
    database_url: str = ""
    secret_key: str = ""
    public_url: str = ""
    served_url: str = ""
    default_locale: str = "zh"
    time_zone: str = "Asia/Shanghai"
    centre_name: str = "TrainHub"
    holidays: str = "CN"
    trusted_proxies: int = 0
    https: bool = False
    mail_url: str = "file:"
    mail_from: str = "trainhub@localhost"
    chat_urls: str = ""
    sign_in_idle_minutes: int = 30
    sign_in_hours: int = 12
    keystroke_days: int = 90
    log_level: str = "INFO"
    debug: bool = False

    @property
    def base_url(self) -> str:
        """What links in mails begin with: the address people use, else the one that is served."""
        return (self.public_url or self.served_url or "http://127.0.0.1:8000").rstrip("/")

    @property
    def zone(self) -> ZoneInfo:
        """The centre's time zone."""
        return ZoneInfo(self.time_zone)

    @property
    def is_sqlite(self) -> bool:
        """Whether the database is the embedded one."""
        return self.database_url.startswith("sqlite")


def _converted(name: str, kind: str, text: str) -> Any:
    if kind == "bool":
        if text.lower() not in {"0", "1", "true", "false", "yes", "no"}:
            raise BadSetting(f"TRAINHUB_{name.upper()} must be 0 or 1, not {text!r}")
        return text.lower() in {"1", "true", "yes"}
    if kind == "int":
        if not text.isdecimal():
            raise BadSetting(f"TRAINHUB_{name.upper()} must be a whole number, not {text!r}")
        return int(text)
    return Path(text).expanduser() if kind == "Path" else text


def load_settings(environ: Mapping[str, str] | None = None, **overrides: Any) -> Settings:
    """Settings from the environment; keyword arguments win.

    Creates the instance folder and, where no secret is given, a random one kept in it.
    Raises `BadSetting` with one sentence that names the variable.
    """
    source = os.environ if environ is None else environ
    values: dict[str, Any] = {}
    for item in fields(Settings):
        text = source.get(f"TRAINHUB_{item.name.upper()}", "")
        if text:
            values[item.name] = _converted(item.name, str(item.type), text)
    values |= overrides
    values["instance"] = Path(values.get("instance", "instance")).resolve()
    values["instance"].mkdir(parents=True, exist_ok=True)
    if not values.get("database_url"):
        values["database_url"] = f"sqlite:///{values['instance'] / 'trainhub.sqlite3'}"
    if values["database_url"].startswith("postgres://"):
        values["database_url"] = "postgresql" + values["database_url"][len("postgres") :]
    values["secret_key"] = values.get("secret_key") or _kept_secret(values["instance"])
    return _checked(Settings(**values))


def _kept_secret(instance: Path) -> str:
    file = instance / SECRET_FILE
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return file.read_text("ascii").strip()
    with os.fdopen(descriptor, "w", encoding="ascii") as out:
        out.write(secrets.token_urlsafe(48))
    return file.read_text("ascii").strip()


def _checked(settings: Settings) -> Settings:
    if settings.default_locale not in LOCALES:
        raise BadSetting(f"TRAINHUB_DEFAULT_LOCALE must be one of {', '.join(LOCALES)}")
    try:
        ZoneInfo(settings.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        raise BadSetting(f"TRAINHUB_TIME_ZONE is not a time zone: {settings.time_zone!r}") from None
    return settings


def secret_is_weak(settings: Settings) -> bool:
    """Whether the secret was set by hand and is too short to sign cookies with (32 characters)."""
    return len(settings.secret_key) < 32
