"""The form of a shift code."""

from __future__ import annotations

import re

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from trainhub.rota.rules.shift_codes import CodeDraft
from trainhub.web.forms import HouseForm

KIND_CHOICES = [
    SelectChoice("early", _l("Early shift")),
    SelectChoice("mid", _l("Mid shift")),
    SelectChoice("late", _l("Late shift")),
    SelectChoice("night", _l("Night shift")),
    SelectChoice("other", _l("Other shift")),
    SelectChoice("training", _l("Training day")),
    SelectChoice("rest", _l("Rest day")),
    SelectChoice("leave", _l("Leave")),
]


def _clean(text: str | None) -> str:
    return (text or "").replace("\0", "").strip()


class ShiftCodeForm(HouseForm):
    """A way to work a day."""

    code = StringField(
        _l("Code"),
        [InputRequired()],
        filters=[_clean],
        description=_l("As written in the cells of your rota, such as M."),
    )
    name_zh = StringField(_l("Name in Chinese"), [InputRequired()], filters=[_clean])
    name_en = StringField(_l("Name in English"), [InputRequired()], filters=[_clean])
    kind = SelectField(_l("Kind of shift"), choices=KIND_CHOICES)
    starts = StringField(
        _l("Starts"), filters=[_clean], description=_l("Such as 09:00; rest and leave have none.")
    )
    ends = StringField(
        _l("Ends"),
        filters=[_clean],
        description=_l("Not after the start means the next morning."),
    )
    breaks = StringField(
        _l("Breaks"),
        filters=[_clean],
        description=_l("Off the phones, such as 12:00-12:30, 15:00-15:15."),
    )
    early_class = StringField(
        _l("Early class"),
        filters=[_clean],
        description=_l("The hour of the shift meant for training, such as 09:00-10:00."),
    )
    early_class_on_phones = BooleanField(
        _l("The rota counts these people on the phones during the early class"),
        default=True,
        description=_l("Then a class takes them off the phones and costs cover."),
    )
    synonyms = TextAreaField(
        _l("Further words for it"),
        filters=[_clean],
        description=_l("Words your tables also use for it, with commas between them."),
    )

    @classmethod
    def of_draft(cls, draft: CodeDraft) -> ShiftCodeForm:
        """The form filled with a code."""
        return cls(
            data={
                name: getattr(draft, name)
                for name in (
                    "code", "name_zh", "name_en", "kind", "starts", "ends", "breaks",
                    "early_class", "early_class_on_phones",
                )
            }
            | {"synonyms": ", ".join(draft.synonyms)}
        )  # fmt: skip

    def draft(self) -> CodeDraft:
        """What was typed."""
        words = [word.strip() for word in re.split(r"[,，、;；\n]", self.synonyms.data or "")]
        return CodeDraft(
            self.code.data or "",
            self.name_zh.data or "",
            self.name_en.data or "",
            self.kind.data or "",
            self.starts.data or "",
            self.ends.data or "",
            self.breaks.data or "",
            self.early_class.data or "",
            bool(self.early_class_on_phones.data),
            tuple(dict.fromkeys(word for word in words if word)),
        )
