"""The forms for files of questions."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, Optional, Regexp

from trainhub.assessment.forms.bank import STATUS_CHOICES
from trainhub.assessment.rules.exchange import EXPORT_FORMATS, FORMATS
from trainhub.tables.encodings import ENCODINGS
from trainhub.web.forms import HouseForm

FORMAT_WORDS = {
    "gift": _l("GIFT"),
    "aiken": _l("Aiken"),
    "moodle-xml": _l("Moodle XML"),
    "csv": _l("CSV table"),
    "xlsx": _l("Excel table"),
}
LANGUAGE_CHOICES = [SelectChoice("zh", "中文"), SelectChoice("en", "English")]


class ItemImportForm(HouseForm):
    """A file of questions and what to take it for."""

    file = FileField(
        _l("File"),
        description=_l(
            "GIFT and Aiken up to 2 MB, tables up to 5 MB, Moodle XML with pictures up to 20 MB; "
            "at most 2,000 questions."
        ),
        validators=[FileRequired()],
    )
    format = SelectField(
        _l("Format"),
        choices=[
            SelectChoice("", _l("Recognise it")),
            *(SelectChoice(form, FORMAT_WORDS[form]) for form in FORMATS),
        ],
        validators=[Optional()],
    )
    language = SelectField(
        _l("Language"),
        choices=LANGUAGE_CHOICES,
        description=_l("Of questions that do not say theirs; of texts in several, the one taken."),
    )
    topic = StringField(
        _l("Topic"),
        filters=[lambda text: (text or "").strip()],
        validators=[
            Optional(),
            Length(max=80),
            Regexp(
                r"[a-z0-9]+(-[a-z0-9]+)*\Z",
                message=_l("Lower-case letters, digits and single hyphens, such as refund-rules."),
            ),
        ],
        description=_l("For questions that do not name theirs. Empty: the file's own categories."),
    )
    status = SelectField(
        _l("Status"),
        choices=[SelectChoice("", _l("As the file says, otherwise draft")), *STATUS_CHOICES],
        validators=[Optional()],
    )
    encoding = SelectField(
        _l("Encoding"),
        choices=[
            SelectChoice("", _l("Recognise it")),
            *(SelectChoice(name, name.upper()) for name in ENCODINGS),
        ],
        validators=[Optional()],
    )


class ItemExportForm(HouseForm):
    """Which file to make of the questions."""

    format = SelectField(
        _l("Format"), choices=[SelectChoice(form, FORMAT_WORDS[form]) for form in EXPORT_FORMATS]
    )
    language = SelectField(
        _l("Language"),
        choices=[SelectChoice("", _l("Both languages")), *LANGUAGE_CHOICES],
        validators=[Optional()],
    )
