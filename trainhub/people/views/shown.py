"""Filters of the templates of people."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from trainhub.errors import InputError
from trainhub.people.rules import browser_name
from trainhub.people.views.blueprint import bp
from trainhub.web.text import translated

LONGEST_SHOWN = 300


@bp.app_template_filter("error_text")
def error_text(error: InputError) -> str:
    """What is wrong, in the reader's language."""
    return error.text(translated)


ACTS = {
    "access.refused": _l("was refused access"),
    "bank.exported": _l("exported questions"),
    "bank.imported": _l("imported questions"),
    "cohort.added": _l("added a cohort"),
    "cohort.changed": _l("changed a cohort"),
    "cohort.joined": _l("put people into a cohort"),
    "cohort.left": _l("took somebody out of a cohort"),
    "course.published": _l("published a course"),
    "course.restored": _l("put a course back into the library"),
    "course.retired": _l("retired a course"),
    "course.self_enrolment": _l("decided who may enrol"),
    "exam.answers_seen": _l("looked at somebody's exam answers"),
    "exam.attempt_reopened": _l("reopened an exam attempt"),
    "exam.attempt_voided": _l("voided an exam attempt"),
    "exam.granted_attempt": _l("granted a further exam attempt"),
    "exam.granted_extra_time": _l("granted extra exam time"),
    "exam.granted_window": _l("granted an exam window"),
    "exam.regraded": _l("had an exam question marked again"),
    "exam.responses_taken": _l("took exam responses with employee numbers away as a table"),
    "exam.results_released": _l("released exam results"),
    "exam.results_taken": _l("took exam results away as a table"),
    "learning.assign": _l("assigned courses"),
    "learning.withdraw_assignment": _l("took an assignment back"),
    "people.exported": _l("exported people"),
    "people.imported": _l("imported people"),
    "person.added": _l("added a person"),
    "person.changed": _l("changed a person"),
    "person.disabled": _l("disabled an account"),
    "person.enabled": _l("enabled an account"),
    "person.invite_link_made": _l("invited a person"),
    "person.password_changed": _l("changed a password"),
    "person.reset_link_made": _l("made a link for a new password"),
    "person.roles_changed": _l("changed roles"),
    "person.supervision_changed": _l("changed which teams a supervisor answers for"),
    "person.token_issued": _l("made an access token"),
    "person.token_revoked": _l("revoked an access token"),
    "quiz.published": _l("published a quiz"),
    "team.added": _l("added a team"),
    "team.renamed": _l("renamed a team"),
    "team.supervisors_changed": _l("changed a team's supervisors"),
    "typing_passage.added": _l("added a typing passage"),
    "typing_passage.changed": _l("changed a typing passage"),
    "typing_passage.imported": _l("imported typing passages"),
    "typing_passage.restored": _l("put a typing passage back into use"),
    "typing_passage.retired": _l("retired a typing passage"),
    "typing_phrase.imported": _l("imported quick phrases"),
    "typing_phrase.restored": _l("put a quick phrase back into use"),
    "typing_phrase.retired": _l("retired a quick phrase"),
}
THINGS = {
    "assignment": _l("assignment"),
    "attempt": _l("exam attempt"),
    "bank_item": _l("exam question"),
    "candidate": _l("candidate"),
    "exam": _l("exam"),
    "sitting": _l("exam sitting"),
    "cohort": _l("cohort"),
    "course": _l("course"),
    "file": _l("file"),
    "page": _l("page"),
    "person": _l("person"),
    "quiz": _l("quiz"),
    "team": _l("team"),
    "typing_passage": _l("typing passage"),
    "typing_phrase": _l("quick phrase"),
}


@bp.app_template_filter("audit_act")
def audit_act(action: str) -> str:
    """What was done, in words; the code itself where there are none yet."""
    return str(ACTS.get(action, action))


@bp.app_template_filter("audit_thing")
def audit_thing(object_type: str) -> str:
    """The kind of thing it was done to."""
    return str(THINGS.get(object_type, object_type))


bp.add_app_template_filter(browser_name, "browser_name")


@bp.app_template_filter("audit_change")
def audit_change(change: Any) -> str:
    """A field's change as “old → new”, long lists cut."""
    if not isinstance(change, list) or len(change) != 2:
        return _plain(change)
    old, new = change
    return f"{_plain(old)} → {_plain(new)}"


def _plain(value: Any) -> str:
    if value is None or value == []:
        return "–"
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return text if len(text) <= LONGEST_SHOWN else text[:LONGEST_SHOWN] + " …"
