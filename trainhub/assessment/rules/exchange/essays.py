"""Essays of other systems have no rubric; ours is marked on one, so they get one criterion."""

from __future__ import annotations

from typing import Any

from trainhub.catalogue.rules.vocabulary import MAX_POINTS

_WHOLE = {"zh": "整体作答", "en": "The answer as a whole"}
CRITERION = "whole"


def essay_content(points: int, language: str, model_answer: str = "") -> dict[str, Any]:
    """The content of a long answer marked as a whole, worth 1 to 20 points."""
    worth = max(1, min(points, MAX_POINTS))
    text = _WHOLE.get(language, _WHOLE["en"])
    rubric = [{"key": CRITERION, "text": text, "points": worth, "fatal": False}]
    return {"rubric": rubric, "model_answer": model_answer}
