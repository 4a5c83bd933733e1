"""How much of a model a rating has to rest on before it is handed in."""

from __future__ import annotations

from trainhub.certification.models import Rating
from trainhub.certification.rules.competencies.model import ModelContent
from trainhub.certification.rules.competencies.raters import Scores, covered_permille, is_enough
from trainhub.errors import N_, InputError, InputErrors

_NOTHING = N_("Rate at least one thing.")
_TOO_LITTLE = N_(
    "What you rated carries %(covered)s %% of the weight; at least %(least)s %% is needed to hand "
    "it in. Rate more of it. If no more could be seen, save it and ask for the case to be made "
    "void."
)


def scores_of(rating: Rating) -> Scores:
    """What a rating says, as the rules take it."""
    return Scores(str(rating.rater_id), rating.scores, frozenset(rating.fatal))


def shown_share(permille: int) -> str:
    """A share of the weight in per cent, as sentences say it."""
    return f"{permille / 10:g}"


def check_is_enough(rating: Rating, model: ModelContent) -> None:
    """Raises `InputErrors` where nothing was rated, or too little of the weight."""
    if not rating.scores and not rating.fatal:
        raise InputErrors([InputError("nothing_rated", _NOTHING, field="scores")])
    scores = scores_of(rating)
    if not is_enough(model, scores):
        shares = {
            "covered": shown_share(covered_permille(model, scores.points)),
            "least": shown_share(model.least_fresh_permille),
        }
        raise InputErrors([InputError("too_little_rated", _TOO_LITTLE, shares, field="scores")])
