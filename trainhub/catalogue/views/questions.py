"""A question as a page shows it, and the answer a page sends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from trainhub.catalogue.markdown import RenderCache, fill_gaps
from trainhub.catalogue.markdown.chain import no_media
from trainhub.catalogue.markdown.finishing import MediaResolver
from trainhub.catalogue.rules.item_views import choice_id, learner_view
from trainhub.catalogue.rules.marking import Mark
from trainhub.catalogue.rules.quiz_text import Kind, QuizItem
from trainhub.catalogue.rules.quiz_writing import item_as_mapping
from trainhub.catalogue.rules.responses import Response

_cache = RenderCache(8_000_000)
_TRUTH = {"true": True, "false": False}


@dataclass(frozen=True)
class ShownQuestion:
    """A question ready for its template: `view` is the learner's view, texts are HTML.

    `name` is the form name of its answer; `given` what was answered, `mark` its mark;
    `correct` the right options and `key_words` the right answer in words, for a long answer
    the criteria of its rubric beside its `model_answer`: all only where they may be seen.
    """

    name: str
    item: QuizItem
    view: dict[str, Any]
    stem: Markup
    options: tuple[tuple[str, Markup], ...]
    feedback: Markup
    option_feedback: Mapping[str, Markup]
    given: Response = None
    mark: Mark | None = None
    correct: frozenset[str] = frozenset()
    key_words: tuple[str, ...] = ()
    model_answer: Markup | None = None

    def filled(self, fields: Mapping[str, Markup]) -> Markup:
        """The stem of a cloze with its input fields in place."""
        return fill_gaps(self.stem, fields)

    @property
    def places(self) -> list[dict[str, str]]:
        """The places a step can have, to choose from."""
        count = len(self.view.get("steps", ()))
        return [{"id": str(n), "text": str(n)} for n in range(1, count + 1)]

    def is_given(self, option_id: str) -> bool:
        """Whether an option was chosen."""
        return self.given == option_id or (isinstance(self.given, list) and option_id in self.given)

    def given_part(self, part_id: str) -> str:
        """What was answered for one pair, gap or step."""
        if isinstance(self.given, dict):
            return self.given.get(part_id, "")
        if isinstance(self.given, list) and part_id in self.given:
            return str(self.given.index(part_id) + 1)
        return ""


@dataclass(frozen=True)
class Pictures:
    """Where the pictures of a question lie. `context` changes when a name's address does."""

    context: str = "question"
    resolve: MediaResolver = no_media


def as_html(
    text: str,
    language: str,
    *,
    inline: bool = False,
    id_prefix: str = "",
    pictures: Pictures = Pictures(),
) -> Markup:
    """Markdown of a question as safe HTML."""
    if not text:
        return Markup()
    made = _cache.render(
        text,
        context=pictures.context,
        resolve_media=pictures.resolve,
        language=language,
        id_prefix=id_prefix,
    )
    return made.inline if inline else made.html


def show_question(
    item: QuizItem,
    language: str,
    *,
    name: str,
    with_key: bool = False,
    given: Response = None,
    mark: Mark | None = None,
    pictures: Pictures = Pictures(),
) -> ShownQuestion:
    """The question with its texts rendered; `with_key` marks the right options."""

    def html(text: str, part: str = "", *, inline: bool = False) -> Markup:
        prefix = f"{name}-{part}"
        return as_html(text, language, inline=inline, id_prefix=prefix, pictures=pictures)

    view = learner_view(item, item.key, shuffle_options=False)
    own_options = item.content.get("options", ())
    own_model = item.content.get("model_answer", "")
    known = with_key or mark is not None
    return ShownQuestion(
        name=name,
        item=item,
        view=view,
        stem=html(view["stem"]),
        options=tuple(
            (one["id"], html(one["text"], f"{place}-", inline=True))
            for place, one in enumerate(view.get("options", ()))
        ),
        feedback=html(item.feedback, "f-") if known else Markup(),
        option_feedback={
            choice_id(item, option["text"]): html(option["feedback"], inline=True)
            for option in own_options
            if known and option["feedback"]
        },
        given=given,
        mark=mark,
        correct=frozenset(
            choice_id(item, option["text"]) for option in own_options if known and option["correct"]
        ),
        key_words=tuple(key_in_words(item)) if known and not own_options else (),
        model_answer=html(own_model, "m-") if known else None,
    )


def read_response(item: QuizItem, form: MultiDict[str, str], name: str) -> Response:
    """The answer that a form carries for a question; None when nothing was answered."""
    value = form.get(name, "")
    match item.kind:
        case Kind.MULTIPLE:
            return form.getlist(name) or None
        case Kind.TRUE_FALSE:
            return _TRUTH.get(value)
        case Kind.ORDERING:
            return _ordered(item, form, name)
        case Kind.MATCHING | Kind.CLOZE:
            start = f"{name}-"
            parts = {
                key.removeprefix(start): text
                for key, text in form.items()
                if key.startswith(start) and text
            }
            return parts or None
        case _:
            return value.replace("\r\n", "\n") or None


def _ordered(item: QuizItem, form: MultiDict[str, str], name: str) -> Response:
    """The steps by the numbers chosen for them; not answered unless each has its own."""
    ids = [choice_id(item, step) for step in item.content["steps"]]
    places = {one: form.get(f"{name}-{one}", "") for one in ids}
    if sorted(places.values()) != sorted(str(n) for n in range(1, len(ids) + 1)):
        return None
    return sorted(ids, key=lambda one: int(places[one]))


def key_in_words(item: QuizItem) -> list[str]:
    """The right answer of a question in lines of plain text, for authors."""
    content = item_as_mapping(item)
    match item.kind:
        case Kind.SINGLE | Kind.MULTIPLE:
            return [one["text"] for one in content["options"] if one.get("correct")]
        case Kind.SHORT_ANSWER:
            return [str(one) for one in content["answers"]]
        case Kind.NUMERIC:
            spread = f" ± {content['tolerance']}" if "tolerance" in content else ""
            return [f"{content['answer']}{spread} {content.get('unit', '')}".strip()]
        case Kind.ORDERING:
            return [f"{place}. {step}" for place, step in enumerate(content["steps"], start=1)]
        case Kind.MATCHING:
            return [f"{pair['left']} → {pair['right']}" for pair in content["pairs"]]
        case Kind.TRUE_FALSE:
            return [str(_("True") if content["answer"] else _("False"))]
        case Kind.CLOZE:
            gaps = content["gaps"].items()
            return [
                f"{name}: {gap.get('answer') or ' / '.join(gap['answers'])}" for name, gap in gaps
            ]
        case Kind.LONG_ANSWER:
            return [criterion_in_words(one) for one in content["rubric"]]


def criterion_in_words(criterion: Mapping[str, Any]) -> str:
    """One criterion of a rubric with its points, as plain text."""
    points = ngettext("%(num)d point", "%(num)d points", criterion["points"])
    words = f"{criterion['text']} ({points})"
    return _("%(criterion)s – must be met", criterion=words) if criterion.get("fatal") else words
