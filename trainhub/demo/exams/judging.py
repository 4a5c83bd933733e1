"""The judges' sheet behind a pass mark that was found by them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import insert

from trainhub.assessment.models import AngoffJudgement, AngoffSheet, ExamVersion
from trainhub.assessment.rules.drawing import Drawable, draw
from trainhub.assessment.rules.settings import settings_from
from trainhub.assessment.rules.statistics.cut_scores import angoff
from trainhub.db import db

JUDGES = ("chen.jing", "lin.yue", "gao.feng")
CUT = 79.4  # per cent, as the exam's note tells
_LOWEST, _HIGHEST = 40, 98


def write_sheet(
    version: ExamVersion, pool: Sequence[Drawable], ids: Mapping[str, int], at: datetime
) -> None:
    """A closed sheet over one paper, judged a week before `at`, whose cut score is `CUT`.

    Judges and questions come from no common source of chance, so that the rest of the centre
    stays what its seed makes it.
    """
    settings = settings_from(version.settings)
    paper = draw(settings.blueprint, pool, version.exam.key, shuffle=False)
    judges = [ids[name] for name in JUDGES]
    judged = _judged(paper, judges, Random(version.exam.key))
    day = at - timedelta(days=7)
    sheet = AngoffSheet(
        exam_id=version.exam_id,
        name=f"{day:%Y-%m}",
        item_ids=[one.item_id for one in paper],
        judge_ids=judges,
        created_at=day,
        created_by_id=judges[0],
        closed_at=at,
        cut_per_cent=settings.pass_mark,
        note=settings.pass_mark_note,
    )
    db.session.add(sheet)
    db.session.flush()
    rows = [
        {
            "sheet_id": sheet.id,
            "judge_id": judge,
            "item_id": item,
            "per_cent": said,
            "judged_at": at,
        }
        for judge, sayings in judged.items()
        for item, said in sayings.items()
    ]
    db.session.execute(insert(AngoffJudgement), rows)


def _judged(
    paper: Sequence[Drawable], judges: Sequence[int], rng: Random
) -> dict[int, dict[int, int]]:
    """What each judge says of each question: mostly of one mind, and moved until the cut fits."""
    minds = {one.item_id: rng.randint(62, 94) for one in paper}
    judged = {
        judge: {
            item: min(_HIGHEST, max(_LOWEST, mind + rng.randint(-12, 12)))
            for item, mind in minds.items()
        }
        for judge in judges
    }
    points = {one.item_id: one.points for one in paper}
    places = [(judge, item) for judge in judges for item in minds]
    while (way := _way_to_the_cut(judged, points)) != 0:
        judge, item = rng.choice(places)
        judged[judge][item] = min(_HIGHEST, max(_LOWEST, judged[judge][item] + way))
    return judged


def _way_to_the_cut(judged: Mapping[int, Mapping[int, int]], points: Mapping[int, int]) -> int:
    """1 where the judges are too hard, -1 where too mild, 0 where the cut is `CUT`."""
    result = angoff(judged, points)  # type: ignore[arg-type]  # keys may be any
    assert result is not None
    cut = round(result.cut_percent, 1)
    return (cut < CUT) - (cut > CUT)
