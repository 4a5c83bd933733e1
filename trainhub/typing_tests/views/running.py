"""A run under way: the typing surface, and taking the run over from another page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue

from trainhub import clock
from trainhub.db import transaction
from trainhub.errors import Conflict
from trainhub.people.models import Person
from trainhub.typing_tests.models import TypingRun
from trainhub.typing_tests.queries.runs import get_own_run, rules_of
from trainhub.typing_tests.rules.receiving import hash_of, since_start_ms
from trainhub.typing_tests.rules.settings import START_WITHIN_S, RunRules
from trainhub.typing_tests.rules.states import EndedBy, RunState
from trainhub.typing_tests.services.closing import close_run
from trainhub.typing_tests.services.starting import StartedRun, renew_token
from trainhub.typing_tests.views.blueprint import bp
from trainhub.typing_tests.views.own_runs import run_title
from trainhub.typing_tests.views.shown import unit_of
from trainhub.web.access import current_person, requires
from trainhub.web.filters import LANGUAGE_TAGS
from trainhub.web.locale import chosen_zone

KEPT = "typing_run"  # in the browser's session: the run's id and its token


@dataclass(frozen=True)
class Surface:
    """What the typing page shows and hands to its script. Without `token` the run is open
    somewhere else, and the page only offers to take it over."""

    run: TypingRun
    rules: RunRules
    title: str
    person: Person
    token: str
    elapsed_ms: int

    @property
    def unit(self) -> str:
        """The unit of the live speed."""
        return unit_of(self.rules.language, self.rules.kind)

    @property
    def tag(self) -> str:
        """The language of the text, for `lang`."""
        return LANGUAGE_TAGS.get(self.rules.language, self.rules.language)

    @property
    def again_url(self) -> str:
        """Where another run is begun."""
        if self.run.test_id is None:
            return url_for("typing_tests.show_hub", _anchor="practise")
        return url_for("typing_tests.show_test", test_id=self.run.test_id)


def to_surface(started: StartedRun) -> ResponseReturnValue:
    """Keep the token in this browser, where a reload finds it, and go to the run."""
    session[KEPT] = [started.run.id, started.token]
    return redirect(url_for("typing_tests.show_run", run_id=started.run.id))


def _token_of(run: TypingRun) -> str:
    kept: Any = session.get(KEPT)
    if isinstance(kept, list) and len(kept) == 2 and kept[0] == run.id:
        token = str(kept[1])
        return token if hash_of(token) == run.token_hash else ""
    return ""


@bp.get("/typing/runs/<int:run_id>")
@requires("typing_tests.type")
def show_run(run_id: int) -> ResponseReturnValue:
    """The typing surface while the run is open, else what came of it."""
    run, now = get_own_run(run_id, current_person().id), clock.now()
    if run.state != RunState.OPEN or now >= run.closes_at:
        return redirect(url_for("typing_tests.show_result", run_id=run_id))
    page = Surface(
        run=run,
        rules=rules_of(run),
        title=run_title(run),
        person=current_person(),
        token=_token_of(run),
        elapsed_ms=since_start_ms(run.started_at, now),
    )
    template = (
        "typing_tests/show_run.html" if page.token else "typing_tests/show_run_elsewhere.html"
    )
    return render_template(
        template,
        page=page,
        api=f"/api/v1/typing-runs/{run_id}",
        start_within_s=START_WITHIN_S,
        zone=chosen_zone(),
    )


@bp.post("/typing/runs/<int:run_id>/take-over")
@requires("typing_tests.type")
def take_over(run_id: int) -> ResponseReturnValue:
    """Go on here; the page that had the run is told with its next chunk."""
    try:
        with transaction():
            started = renew_token(run_id, current_person().id, now=clock.now())
    except Conflict:
        return redirect(url_for("typing_tests.show_result", run_id=run_id))
    return to_surface(started)


@bp.post("/typing/runs/<int:run_id>/end")
@requires("typing_tests.type")
def end_run(run_id: int) -> ResponseReturnValue:
    """End a run that is open somewhere else, with what was sent of it."""
    with transaction():
        run = get_own_run(run_id, current_person().id)
        close_run(run, EndedBy.TYPIST, clock.now())
    return redirect(url_for("typing_tests.show_result", run_id=run_id))
