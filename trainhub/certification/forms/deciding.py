"""The form of grave acts on awards: a reason, and nothing else to choose."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length

from trainhub.web.forms import HouseForm, stripped


class ReasonForm(HouseForm):
    """Why an award is granted by hand, revoked, confirmed or questioned."""

    reason = TextAreaField(
        _l("Why"),
        [DataRequired(_l("Say why.")), Length(max=1000)],
        filters=[stripped],
        description=_l("It stands with the award for good, and in the audit trail."),
    )
