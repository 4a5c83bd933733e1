"""Putting a paper's page together from rows: nothing of the key can reach it.

What is shown of a question is made from `learner_view` alone.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from trainhub.assessment.models import Attempt, AttemptItem
from trainhub.assessment.queries.attempts import PaperItem, paper_of, settings_of
from trainhub.assessment.queries.quick_paper import QuestionShown
from trainhub.assessment.rules.completeness import is_half_filled
from trainhub.assessment.rules.settings import ExamSettings, Layout
from trainhub.assessment.services.saving import item_limit
from trainhub.assessment.views.sitting_texts import render_bank_text
from trainhub.catalogue.rules.item_views import learner_view
from trainhub.learning.views.items import ItemOnPage


@dataclass(frozen=True)
class QuestionOnPage:
    """One question with what is saved of it. `item` is None where its text is not to be shown.

    `is_partly`: there is an answer, but it leaves pairs or gaps open.
    """

    row: AttemptItem
    item: ItemOnPage | None
    is_closed: bool
    is_partly: bool = False
    key: str = field(default_factory=lambda: secrets.token_urlsafe(12))

    @property
    def no(self) -> int:
        """Its number on the paper, from 1."""
        return self.row.no

    @property
    def is_answered(self) -> bool:
        """Whether an answer is in force."""
        return self.row.response is not None

    @property
    def was(self) -> str:
        """The saved answer as it stands in the form, so that an untouched one is not saved."""
        return as_text(self.row.response)


def as_text(response: Any) -> str:
    """A response as JSON, the same for equal ones."""
    return json.dumps(response, ensure_ascii=False, sort_keys=True)


@dataclass(frozen=True)
class PaperPage:
    """Everything the page of a running attempt shows. `current` is the question being looked at."""

    attempt: Attempt
    settings: ExamSettings
    questions: tuple[QuestionOnPage, ...]
    current: int
    now: datetime

    @property
    def is_all(self) -> bool:
        """Whether all questions stand on one page."""
        return self.settings.layout is Layout.ALL

    @property
    def is_forward_only(self) -> bool:
        """Whether questions are answered one after another, without going back."""
        return not self.is_all and not self.settings.may_go_back

    @property
    def shown(self) -> tuple[QuestionOnPage, ...]:
        """The questions with their texts."""
        return tuple(one for one in self.questions if one.item is not None)

    @property
    def question(self) -> QuestionOnPage:
        """The question being looked at."""
        return self.questions[self.current - 1]

    @property
    def count(self) -> int:
        """How many questions the paper has."""
        return len(self.questions)

    @property
    def is_last(self) -> bool:
        """Whether no question follows."""
        return self.current == self.count

    @property
    def unanswered(self) -> list[int]:
        """The numbers of questions without an answer."""
        return [one.no for one in self.questions if not one.is_answered]

    @property
    def partly(self) -> list[int]:
        """The numbers of questions whose answer leaves something open."""
        return [one.no for one in self.questions if one.is_partly]

    @property
    def flagged(self) -> list[int]:
        """The numbers of questions with a flag."""
        return [one.no for one in self.questions if one.row.is_flagged]

    @property
    def remaining_ms(self) -> int:
        """Milliseconds to the wall; 0 once it is reached."""
        assert self.attempt.closes_at is not None
        return max(0, round((self.attempt.closes_at - self.now) / timedelta(milliseconds=1)))

    @property
    def whole_ms(self) -> int:
        """Milliseconds from the start to the wall."""
        assert self.attempt.closes_at is not None and self.attempt.started_at is not None
        whole = self.attempt.closes_at - self.attempt.started_at
        return round(whole / timedelta(milliseconds=1))

    @property
    def question_closes_at(self) -> datetime | None:
        """When the current question closes by its own limit, or the paper before that."""
        limit, opened_at = self.settings.item_limit_s, self.question.row.opened_at
        if limit is None or not self.is_forward_only or opened_at is None:
            return None
        assert self.attempt.closes_at is not None
        own = item_limit(limit, self.settings.duration_s, self.attempt.extra_s)
        return min(opened_at + own, self.attempt.closes_at)

    @property
    def question_remaining_ms(self) -> int | None:
        """Milliseconds to the current question's own wall, if it has one."""
        closes_at = self.question_closes_at
        if closes_at is None:
            return None
        return max(0, round((closes_at - self.now) / timedelta(milliseconds=1)))


def paper_page(attempt: Attempt, current: int, now: datetime) -> PaperPage:
    """The page of question `current` (1 where there is no such one).

    Without going back only the question at the attempt's position has a text.
    """
    settings, paper = settings_of(attempt), paper_of(attempt.id)
    is_forward_only = settings.layout is Layout.ONE and not settings.may_go_back
    if is_forward_only or not 1 <= current <= len(paper):
        current = min(attempt.position, len(paper)) if is_forward_only else 1
    questions = tuple(
        QuestionOnPage(
            each.row,
            question_on_page(each, len(paper))
            if not is_forward_only or each.row.no == current
            else None,
            is_closed=is_forward_only and each.row.no < current,
            is_partly=is_half_filled(each.item, each.row.response),
        )
        for each in paper
    )
    return PaperPage(attempt, settings, questions, current, now)


def question_on_page(each: PaperItem, of: int) -> ItemOnPage:
    """A question's fields and texts, filled with the response in force."""
    name, row = f"q{each.row.no}", each.row
    view = learner_view(each.item, row.option_seed, shuffle_options=bool(row.option_seed))
    return ItemOnPage(
        name=name,
        place=row.no,
        of=of,
        quiz="",
        view=view | {"points": row.points},
        stem=render_bank_text(each.version, view["stem"], id_prefix=f"{name}-").html,
        options=tuple(
            (
                option["id"],
                render_bank_text(
                    each.version, option["text"], id_prefix=f"{name}-{option['id']}-"
                ).inline,
            )
            for option in view.get("options", ())
        ),
        given=row.response,
    )


def first_open(paper: Iterable[PaperItem | QuestionShown]) -> int:
    """Where somebody goes on who comes back: the first question without an answer to all of it."""
    for one in paper:
        if one.row.response is None or is_half_filled(one.item, one.row.response):
            return one.row.no
    return 1
