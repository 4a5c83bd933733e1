"""The form of a site."""

from __future__ import annotations

from zoneinfo import available_timezones

from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import InputRequired

from trainhub.web.forms import HouseForm


def _clean(text: str | None) -> str:
    return (text or "").replace("\0", "").strip()


class SiteForm(HouseForm):
    """A place people work at."""

    name = StringField(_l("Name of the site"), [InputRequired()], filters=[_clean])
    time_zone = StringField(
        _l("Time zone"),
        [InputRequired()],
        filters=[_clean],
        default="Asia/Shanghai",
        description=_l("Its name in the world's list, such as Asia/Shanghai or Europe/Berlin."),
    )


def zone_names() -> list[str]:
    """The zones worth offering: those of places, without the list's older names."""
    regions = ("Africa/", "America/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/",
               "Pacific/")  # fmt: skip
    return sorted(name for name in available_timezones() if name.startswith(regions))
