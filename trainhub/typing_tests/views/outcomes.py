"""What came of a run, in plain words: whether it counts, why not, and what to do."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _

from trainhub.errors import N_
from trainhub.typing_tests.models import TypingRun
from trainhub.typing_tests.queries.reviews import find_asked_retests
from trainhub.typing_tests.queries.runs import rules_of
from trainhub.typing_tests.rules.settings import Mode
from trainhub.typing_tests.rules.verification import REASONS
from trainhub.typing_tests.views.own_runs import ShownRun
from trainhub.typing_tests.views.shown import clock_face
from trainhub.web.filters import show_number
from trainhub.web.text import translated

_PICTURES = {
    "success": "patch-check-fill",
    "warning": "dash-circle",
    "info": "info-circle-fill",
    "danger": "x-circle-fill",
    "neutral": "keyboard",
}
_UNUSUAL = N_("Something about it is unusual.")


@dataclass(frozen=True)
class RunOutcome:
    """Kind of banner, its head, sentences, and the reasons of the verification in words."""

    kind: str
    title: str
    sentences: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()

    @property
    def picture(self) -> str:
        """The icon of the banner."""
        return _PICTURES[self.kind]


def reason_words(codes: list[str]) -> tuple[str, ...]:
    """Reasons in the reader's language, each once."""
    messages = dict.fromkeys(REASONS.get(code, _UNUSUAL) for code in codes)
    return tuple(translated(message).replace("%%", "%") for message in messages)


def outcome_of(run: TypingRun, shown: ShownRun) -> RunOutcome:
    """The banner of a result page."""
    reasons = reason_words(run.reasons or [])
    if shown.standing == "unused":
        return RunOutcome(
            "neutral",
            _("Nothing was typed"),
            (_("This run counts for nothing and uses up no attempt."),),
        )
    if shown.standing == "scoring":
        return RunOutcome(
            "info", _("Your figures are being computed"), (_("Load this page again in a moment."),)
        )
    if shown.standing == "voided":
        return RunOutcome(
            "neutral",
            _("This run does not count"),
            (_("Your trainer has declared it void. It has used up no attempt."),),
        )
    if run.test_id is None:
        return _of_practice(run, shown, reasons)
    return _of_scored(run, shown, reasons)


def _of_practice(run: TypingRun, shown: ShownRun, reasons: tuple[str, ...]) -> RunOutcome:
    early = _stopped_early(run)
    if shown.standing == "refused":
        sentence = _("Practice that looks like this is left out of your history and your bests:")
        return RunOutcome("warning", _("Practice, not counted"), (*early, sentence), reasons)
    if shown.standing == "flagged":
        sentence = _("In a test this run would wait for a trainer, because:")
        return RunOutcome("neutral", _("Practice"), (*early, sentence), reasons)
    return RunOutcome("neutral", _("Practice"), early)


def _stopped_early(run: TypingRun) -> tuple[str, ...]:
    """Said of a text that was to be typed whole in practice, and was not."""
    figures = run.metrics or {}
    if rules_of(run).mode is not Mode.WHOLE or not figures:
        return ()
    if figures["reached"] >= figures["passage_characters"]:
        return ()
    return (_("You stopped early: the figures are those of the part that you typed."),)


def _of_scored(run: TypingRun, shown: ShownRun, reasons: tuple[str, ...]) -> RunOutcome:
    if shown.standing == "refused":
        return RunOutcome(
            "danger",
            _("This run does not count"),
            (
                _("The check of the keystrokes refuses it:"),
                _("Type it again yourself, key by key, on a steady connection. If you think this "
                  "is a mistake, show your trainer this page."),
            ),
            reasons,
        )  # fmt: skip
    if shown.standing == "short":
        return RunOutcome("warning", _("This run does not count"), (too_short_words(run),))
    if shown.standing == "waiting":
        return RunOutcome(
            "info",
            _("Waits for a trainer"),
            (_what_it_waits_for(run),),
            reasons,
        )  # fmt: skip
    if shown.standing == "rejected":
        return RunOutcome(
            "danger",
            _("Not confirmed"),
            (_("A trainer looked at this run and did not confirm it. It does not count. Your "
               "trainer can tell you why, and hold a supervised run with you."),),
            reasons,
        )  # fmt: skip
    if shown.standing == "reached":
        return RunOutcome("success", _("Reached"), (_("The run is valid and counts."),))
    return RunOutcome(
        "warning", _("Not reached"), (_("The run is valid and counts."), *_what_is_missing(run))
    )


def too_short_words(run: TypingRun) -> str:
    """How long a run is that is too short, and how long it must be. In whole seconds, and never
    rounded up to what it lacks."""
    seconds = int((run.metrics or {}).get("duration_ms", 0) // 1000)
    words = _(
        "It is too short to count: %(time)s of %(least)s.",
        time=clock_face(seconds),
        least=clock_face(rules_of(run).min_duration_s),
    )
    return str(words)


def _what_it_waits_for(run: TypingRun) -> str:
    if find_asked_retests([run.id]):
        words = _("A trainer asks you to type it again in a supervised room.")
    elif run.sitting_id is not None:
        words = _("The figures stand, but something about the run is unusual, so a person looks "
                  "at it first. There is nothing you must do.")  # fmt: skip
    else:
        words = _("The figures stand, but something about the run is unusual, so a person looks "
                  "at it first. There is nothing you must do; a supervised run settles it as "
                  "well.")  # fmt: skip
    return str(words)


def _what_is_missing(run: TypingRun) -> list[str]:
    rules, sentences = rules_of(run), []
    short = (rules.min_speed or 0) - (run.speed_tenths or 0) / 10
    if short > 0:
        sentences.append(_("Speed still missing: %(speed)s.", speed=show_number(short, 1)))
    if (run.accuracy or 0) < (rules.min_accuracy or 0):
        sentences.append(_("Make fewer mistakes: correct what you see is wrong before you go on."))
    return sentences
