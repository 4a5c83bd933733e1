"""Questions that are in no database yet, as a candidate would see them, with the key."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from markupsafe import Markup

from trainhub.assessment.rules.bank import BankQuestion
from trainhub.catalogue.views.questions import Pictures, ShownQuestion, show_question

# Pictures shown within the page; the others are shown by their description.
MOST_BYTES = 4 * 1024 * 1024
_TYPES = {"png": "image/png", "gif": "image/gif", "webp": "image/webp"}


@dataclass(frozen=True)
class Imported:
    """A question of a file: as shown, its language, and new, changed or unchanged."""

    shown: ShownQuestion
    question: BankQuestion
    state: str


def show_imported(questions: Sequence[BankQuestion], states: Mapping[str, str]) -> list[Imported]:
    """The questions with their pictures within the page, as far as these are small."""
    left = MOST_BYTES
    shown = []
    for place, question in enumerate(questions, start=1):
        size = sum(map(len, question.pictures.values()))
        fits = size <= left
        left -= size if fits else 0
        pictures = question.pictures if fits else {}
        state = states.get(question.item.key, "")
        shown.append(Imported(_shown(question, pictures, f"new{place}"), question, state))
    return shown


def _shown(question: BankQuestion, pictures: Mapping[str, bytes], name: str) -> ShownQuestion:
    """Rendered with stand-ins for the pictures' addresses, which are then put in."""
    stand_ins = {each: f"/{sha256(data).hexdigest()}" for each, data in pictures.items()}
    context = f"import/{sorted(stand_ins.items())}"
    made = show_question(
        question.item,
        question.language,
        name=name,
        with_key=True,
        pictures=Pictures(context, stand_ins.get),
    )
    within = {stand_ins[each]: _address(each, data) for each, data in pictures.items()}

    def filled(html: Markup) -> Markup:
        text = str(html)
        for stand_in, address in within.items():
            text = text.replace(f'src="{stand_in}"', f'src="{address}"')
        return Markup(text)  # noqa: S704 -- rendered above; only our own base64 was put in

    return replace(
        made,
        stem=filled(made.stem),
        options=tuple((key, filled(html)) for key, html in made.options),
        feedback=filled(made.feedback),
        option_feedback={key: filled(html) for key, html in made.option_feedback.items()},
        model_answer=filled(made.model_answer) if made.model_answer else made.model_answer,
    )


def _address(name: str, data: bytes) -> str:
    media_type = _TYPES.get(name.rpartition(".")[2], "image/jpeg")
    return f"data:{media_type};base64,{base64.b64encode(data).decode()}"
