"""One person's typing tests for those who answer for them, and what the person is granted."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from trainhub import clock
from trainhub.db import transaction
from trainhub.errors import DomainError
from trainhub.typing_tests.forms.staff_tests import AllowanceForm
from trainhub.typing_tests.models import TypingTest
from trainhub.typing_tests.queries.overview import find_cells
from trainhub.typing_tests.queries.runs import list_runs_for_staff
from trainhub.typing_tests.queries.staff_tests import list_allowances, list_tests
from trainhub.typing_tests.queries.tests import get_test, granted_for
from trainhub.typing_tests.queries.typist import list_scored_points
from trainhub.typing_tests.services.allowing import AllowanceWrong, grant_allowance
from trainhub.typing_tests.views.blueprint import bp
from trainhub.typing_tests.views.history import draw_progress
from trainhub.typing_tests.views.overview import get_typist
from trainhub.typing_tests.views.own_runs import shown_run
from trainhub.typing_tests.views.shown import typing_title
from trainhub.web.access import current_person, requires
from trainhub.web.converters import row_id
from trainhub.web.locale import current_zone

PERSON_PATH = "/typing-overview/people/<int:person_id>"
EVERY_TEST = 0


@bp.get(PERSON_PATH)
@requires("typing_tests.view_results")
def show_typist(person_id: int) -> ResponseReturnValue:
    """Where somebody stands, everything they have typed in tests, what they are granted."""
    return _page(person_id, AllowanceForm())


def _page(person_id: int, form: AllowanceForm) -> ResponseReturnValue:
    viewer, today = current_person(), clock.today(current_zone())
    person = get_typist(person_id)
    tests = [row.test for row in list_tests(viewer)]
    _offer(form, tests)
    points = list_scored_points(person_id, viewer)
    found = list_runs_for_staff(
        viewer, person_id=person_id, page=request.args.get("page", default=1, type=row_id)
    )
    page = render_template(
        "typing_tests/show_typist.html",
        person=person,
        tests=tests,
        cells=find_cells(viewer, [person_id], today=today).get(person_id, {}),
        granted=granted_for(person_id, [None, *(test.id for test in tests)]),
        figures=[
            drawn
            for key, group in points.items()
            if (drawn := draw_progress(key, group, is_of_tests=True))
        ],
        found=found,
        runs=[(run, shown_run(run)) for run in found.runs],
        allowances=list_allowances(person_id),
        form=form,
        page_url=lambda number: url_for(
            "typing_tests.show_typist", person_id=person_id, page=number
        ),
        today=today,
    )
    return page, 422 if form.errors else 200


def _offer(form: AllowanceForm, tests: list[TypingTest]) -> None:
    form.test_id.choices = [
        SelectChoice(EVERY_TEST, _("all typing tests, and practice")),
        *(SelectChoice(test.id, typing_title(test.titles)) for test in tests),
    ]


@bp.post(f"{PERSON_PATH}/allowances")
@requires("typing_tests.supervise_sittings")
def allow_typist(person_id: int) -> ResponseReturnValue:
    """Grant somebody extra time, further attempts, or an exemption."""
    viewer, form = current_person(), AllowanceForm()
    person = get_typist(person_id)
    _offer(form, [row.test for row in list_tests(viewer)])
    if not form.validate():
        return _page(person_id, form)
    try:
        granted = _typed(form)
        with transaction():
            test_id = form.test_id.data
            test = get_test(test_id) if test_id != EVERY_TEST else None
            grant_allowance(person, test, actor=viewer, now=clock.now(), **granted)
    except DomainError as refused:
        form.take_error(refused)
        return _page(person_id, form)
    flash(_("Granted, and written down with your reason."), "success")
    return redirect(url_for("typing_tests.show_typist", person_id=person_id))


def _typed(form: AllowanceForm) -> dict[str, Any]:
    return {
        "extra_s": _signed(form.extra_min.data, "extra_min") * 60,
        "extra_attempts": _signed(form.extra_attempts.data, "extra_attempts"),
        "is_exempt": {"yes": True, "no": False}.get(form.exempt.data or ""),
        "reason": form.reason.data or "",
    }


def _signed(text: str | None, field: str) -> int:
    """A whole number, with a sign if one likes; nothing is 0. Raises `AllowanceWrong`."""
    clean = unicodedata.normalize("NFKC", text or "").strip().replace("−", "-")
    if not clean:
        return 0
    if not re.fullmatch(r"[+-]?[0-9]{1,3}", clean, re.ASCII):
        raise AllowanceWrong(field=field)
    return int(clean)
