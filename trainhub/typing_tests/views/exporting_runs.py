"""The runs of a group as a table to take away, with every figure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from datetime import datetime
from tempfile import TemporaryFile
from typing import Any

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from trainhub import clock
from trainhub.audit.services import append_entry
from trainhub.db import transaction
from trainhub.tables import stream_csv, write_long_xlsx
from trainhub.typing_tests.models import TypingRun
from trainhub.typing_tests.queries.group_curve import stream_runs
from trainhub.typing_tests.queries.runs import rules_of
from trainhub.typing_tests.rules.metrics import Metrics
from trainhub.typing_tests.views.blueprint import bp
from trainhub.typing_tests.views.history import attached, rounded
from trainhub.typing_tests.views.outcomes import reason_words
from trainhub.typing_tests.views.overview import asked_criteria
from trainhub.typing_tests.views.own_runs import run_title, shown_run
from trainhub.typing_tests.views.shown import text_kind, text_language, unit_words
from trainhub.web.access import current_person, requires
from trainhub.web.locale import current_zone

FIGURES = tuple(
    one.name for one in fields(Metrics) if one.name not in ("language", "unit", "keys_known")
)
DIGITS = 4


@bp.get("/typing-overview/<any(csv, xlsx):kind>")
@requires("typing_tests.view_results")
def export_runs(kind: str) -> ResponseReturnValue:
    """Scored runs of people in the reader's sight; who took them is written down."""
    viewer = current_person()
    criteria, asked = asked_criteria()
    headings = [
        _("Name"), _("Employee number"), _("Team"), _("Typing test"), _("Run"), _("Attempt"),
        _("Room"), _("Started"), _("Ended"), _("Text"), _("Language"), _("Kind"), _("Unit"),
        _("Speed to reach"), _("Accuracy to reach, %"), _("Final accuracy, %"), _("State"),
        _("Verdict"), _("Review"), _("Reasons"), *FIGURES,
    ]  # fmt: skip
    out = TemporaryFile()  # noqa: SIM115 -- the answer closes it
    rows = _rows(stream_runs(viewer, criteria))
    if kind == "csv":
        out.writelines(stream_csv(headings, rows))
    else:
        write_long_xlsx(out, headings, rows)
    with transaction():
        append_entry(
            "typing_test.runs_taken", actor=viewer, object_type="typing_test",
            object_key=str(criteria.test_id or "all"), now=clock.now(),
            changes={name: [None, value] for name, value in asked.items()},
        )  # fmt: skip
    return attached(out, kind)


def _local(at: datetime | None) -> str | None:
    if at is None:
        return None
    return at.astimezone(current_zone()).replace(tzinfo=None).isoformat(" ", "seconds")


def _rows(runs: Iterator[TypingRun]) -> Iterator[list[Any]]:
    for run in runs:
        rules, shown, figures = rules_of(run), shown_run(run), run.metrics or {}
        person, passage = run.person, run.passage_version
        yield [
            person.name, person.employee_no, person.team.name if person.team else None,
            run_title(run), run.id, run.number, run.sitting.name if run.sitting else None,
            _local(run.started_at), _local(run.ended_at), passage.title if passage else None,
            text_language(rules.language), text_kind(rules.kind), unit_words(shown.unit),
            rules.min_speed, _share(rules.min_accuracy), _share(run.accuracy),
            str(shown.badge[1]) if shown.badge else None,
            run.verdict, run.review, " ".join(reason_words(run.reasons or [])) or None,
            *(_figure(figures.get(name)) for name in FIGURES),
        ]  # fmt: skip


def _share(hundredths: int | None) -> float | None:
    return None if hundredths is None else hundredths / 100


def _figure(value: Any) -> Any:
    return rounded(value, DIGITS) if isinstance(value, float) else value
