"""Beginning a course or a quiz, publishing, the head of a quiz."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional, Regexp, ValidationError

from trainhub.catalogue.rules.fields import KEY, KEY_LENGTH
from trainhub.catalogue.rules.storable import unstorable
from trainhub.web.forms import HouseForm, stripped

_KEY_HELP = _l("Lower-case letters, digits and single hyphens; it stands in addresses and stays.")
_LANGUAGES = [SelectChoice("zh", "中文"), SelectChoice("en", "English")]


class _Storable:
    """Refuses characters that no database takes."""

    def __call__(self, form: object, field: StringField) -> None:
        if field.data and unstorable(field.data):
            raise ValidationError(_l("This holds a character that cannot be stored."))


def key_field(label: object) -> StringField:
    """A field for a kebab-case key."""
    form = Regexp(rf"\A{KEY.pattern}\Z", message=_KEY_HELP)
    wanted = InputRequired(_l("Give a key."))
    limit = Length(max=KEY_LENGTH)
    return StringField(label, [wanted, limit, form], filters=[stripped], description=_KEY_HELP)


def title_field() -> StringField:
    """A field for a title."""
    wanted = InputRequired(_l("Give a title."))
    return StringField(_l("Title"), [wanted, Length(max=120), _Storable()], filters=[stripped])


class NewCourseForm(HouseForm):
    """What is known of a course before its first line."""

    title = title_field()
    slug = key_field(_l("Key"))
    series = SelectField(_l("Series"), [InputRequired(_l("Choose a series."))])
    language = RadioField(
        _l("Language of the text"), [InputRequired(_l("Choose a language."))], choices=_LANGUAGES
    )


class NewQuizForm(HouseForm):
    """What is known of a quiz before its first question."""

    title = title_field()
    key = key_field(_l("Key"))
    language = RadioField(
        _l("Language of the text"), [InputRequired(_l("Choose a language."))], choices=_LANGUAGES
    )


class PublishForm(HouseForm):
    """What is said about a new version."""

    seen = HiddenField()
    note = TextAreaField(
        _l("What has changed"),
        [Optional(), Length(max=1000), _Storable()],
        description=_l("One sentence for the list of versions."),
    )
    is_material = BooleanField(
        _l("This is a material change"),
        description=_l("Those who have finished the course should look at it again."),
    )


class QuizHeadForm(HouseForm):
    """What stands above the questions."""

    title = title_field()
    pass_mark = IntegerField(
        _l("Pass mark in per cent"),
        [InputRequired(_l("Give the pass mark.")), NumberRange(1, 100)],
    )
