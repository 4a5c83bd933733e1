"""Observed work: opening a case, the list, one case, a third rater, making it void."""

from __future__ import annotations

from datetime import timedelta

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.fields.choices import SelectChoice

from trainhub import clock
from trainhub.certification.forms.observing import ObservationForm, ThirdForm
from trainhub.certification.models import ObservedCase, ProgrammeEnrolment
from trainhub.certification.queries.agreement import find_agreement
from trainhub.certification.queries.choosing import get_person_in_sight, list_raters_for
from trainhub.certification.queries.competencies import (
    find_cases,
    get_case,
    get_case_to_act_on,
    list_published_models,
)
from trainhub.certification.queries.scope import get_enrolment_to_act_on
from trainhub.certification.rules.competencies.agreeing import LEAST_CASES, Leaning
from trainhub.certification.rules.competencies.model import model_from
from trainhub.certification.rules.competencies.raters import Scores, permille_of
from trainhub.certification.services.observing import (
    ask_third,
    check_is_new,
    open_case,
    void_case,
)
from trainhub.certification.services.reviewing import review_person
from trainhub.certification.services.summaries import requirement_of
from trainhub.certification.views.blueprint import bp
from trainhub.certification.views.refusing import on_record
from trainhub.certification.views.standing.acting import ACT
from trainhub.certification.views.wording import in_language
from trainhub.db import transaction
from trainhub.errors import N_, DomainError, InputError, InputErrors, NotFound
from trainhub.people.models import Person
from trainhub.web.access import current_person, requires
from trainhub.web.converters import row_id
from trainhub.web.locale import current_zone
from trainhub.web.navigation import NavigationEntry, register
from trainhub.web.settings import current_settings
from trainhub.web.text import asked_text, translated, typed_text

_AHEAD = N_("It cannot lie ahead.")
MONTH = timedelta(days=365) / 12
LEANING_WORDS = {
    Leaning.TOO_FEW: ("neutral", _l("Not enough cases")),
    Leaning.STRICT: ("warning", _l("Stricter than the others")),
    Leaning.LENIENT: ("warning", _l("More lenient than the others")),
    Leaning.IN_LINE: ("success", _l("Like the others")),
}
SHELVES = {
    "open": _l("To be rated"),
    "third": _l("Third rater needed"),
    "settled": _l("Result settled"),
    "void": _l("Void"),
}

register(
    NavigationEntry(
        "certification.list_observations",
        _l("Observed work"),
        "headset",
        "team",
        ACT,
        66,
        ("certification.open_observation", "certification.show_agreement"),
    )
)


@bp.get("/observations")
@requires(ACT)
def list_observations() -> ResponseReturnValue:
    """Observed work of the people one answers for."""
    viewer = current_person()
    shelf = request.args.get("shelf", "")
    shelf = shelf if shelf in SHELVES else ""
    page = request.args.get("page", default=1, type=row_id)
    return render_template(
        "certification/observations/list_observations.html",
        found=find_cases(viewer, state=shelf, page=page),
        shelf=shelf,
        shelves=SHELVES,
        page_url=lambda number: url_for(
            "certification.list_observations", shelf=shelf or None, page=number
        ),
    )


@bp.get("/observations/agreement")
@requires(ACT)
def show_agreement() -> ResponseReturnValue:
    """How far raters agree, model by model, and who rates unlike the others."""
    asked = request.args.get("over", "")
    over = int(asked) if asked in ("3", "6", "12") else 12
    models = find_agreement(current_person(), clock.now() - over * MONTH)
    key = request.args.get("model", "")
    return render_template(
        "certification/observations/show_agreement.html",
        models=models,
        chosen=next((one for one in models if one.key == key), models[0] if models else None),
        over=over,
        periods=(3, 6, 12),
        least=LEAST_CASES,
        words=LEANING_WORDS,
    )


@bp.route("/people/<int:person_id>/observations/new", methods=["GET", "POST"])
@requires(ACT)
@on_record(ACT)
def open_observation(person_id: int) -> ResponseReturnValue:
    """Have a piece of somebody's work rated."""
    viewer = current_person()
    person = get_person_in_sight(person_id, viewer)
    enrolment, key, settings = _asked_requirement(person)
    form = ObservationForm()
    models = list_published_models()
    form.model.choices = [SelectChoice(one.key, in_language(one.titles)) for one in models]
    form.offer(list_raters_for(person, viewer), _("nobody: one rater is enough"))
    if request.method == "GET":
        form.held_on.data = clock.today(current_zone())
        form.first.data = viewer.id
        form.model.data = settings.get("model") or (models[0].key if models else "")
    if form.validate_on_submit():
        try:
            case = _open(form, person, enrolment, key)
        except NotFound:
            raise
        except DomainError as refused:
            form.take_error(refused)
        else:
            flash(_("The raters are asked."), "success")
            own = next((one for one in case.ratings if one.rater_id == viewer.id), None)
            if own is not None:
                return redirect(url_for("certification.rate_work", rating_id=own.id))
            return redirect(url_for("certification.show_observation", case_id=case.id))
    page = render_template(
        "certification/observations/open_observation.html",
        form=form,
        person=person,
        models=models,
        raters=settings.get("raters", 1),
    )
    return page, 422 if form.errors else 200


def _asked_requirement(person: Person) -> tuple[ProgrammeEnrolment | None, str, dict[str, object]]:
    """The enrolment and requirement an address names, with what it asks for."""
    enrolment_id = request.args.get("enrolment", type=row_id)
    key = asked_text("requirement", 40)
    if enrolment_id is None:
        return None, "", {}
    enrolment = get_enrolment_to_act_on(enrolment_id, current_person())
    if enrolment.person_id != person.id:
        raise NotFound()
    return enrolment, key, dict(requirement_of(enrolment, key, "observation").settings)


def _open(
    form: ObservationForm, person: Person, enrolment: ProgrammeEnrolment | None, key: str
) -> ObservedCase:
    viewer, now = current_person(), clock.now()
    if form.held_on.data > clock.today(current_zone()):
        raise InputErrors([InputError("case_ahead", _AHEAD, field="held_on")])
    with transaction():
        model = next(one for one in list_published_models() if one.key == form.model.data)
        check_is_new(person, model, what=form.what.data, held_on=form.held_on.data)
        allowed = {one.id: one for one in list_raters_for(person, viewer)}
        chosen = [allowed[one] for one in (form.first.data, form.second.data) if one in allowed]
        case = open_case(
            person,
            model,
            what=form.what.data,
            held_on=form.held_on.data,
            raters=chosen,
            actor=viewer,
            now=now,
            enrolment=enrolment,
            requirement_key=key,
        )
        review_person(person.id, now=now, centre_zone=current_settings().zone)
    return get_case(case.id, viewer)


@bp.get("/observations/<int:case_id>")
@requires("certification.own")
@on_record("certification.own")
def show_observation(case_id: int) -> ResponseReturnValue:
    """One piece of work; scores only once it is settled."""
    viewer = current_person()
    case = get_case(case_id, viewer)
    return _case_page(case, viewer, ThirdForm(formdata=None))


def _case_page(case: ObservedCase, viewer: Person, form: ThirdForm) -> ResponseReturnValue:
    try:
        may_act = get_case_to_act_on(case.id, viewer) is not None
    except NotFound:
        may_act = False
    is_settled = case.settled_at is not None
    model = model_from(case.model_version.content)
    asked = {one.rater_id for one in case.ratings}
    form.offer(one for one in list_raters_for(case.person, viewer) if one.id not in asked)
    overall = {
        one.id: permille_of(model, Scores(one.rater.name, one.scores)) for one in case.ratings
    }
    page = render_template(
        "certification/observations/show_observation.html",
        case=case,
        model=model,
        may_act=may_act,
        is_settled=is_settled,
        overall=overall if is_settled else {},
        own=next((one for one in case.ratings if one.rater_id == viewer.id), None),
        needs_third=case.state == "open" and case.raters_needed == 3 and len(case.ratings) < 3,
        fatal={one.key: one.titles for one in model.fatal},
        titles={one.key: one.titles for _area, one, _weight in model.indicators()},
        form=form,
    )
    return page, 422 if form.errors else 200


@bp.post("/observations/<int:case_id>/third-rater")
@requires(ACT)
@on_record(ACT)
def ask_third_rater(case_id: int) -> ResponseReturnValue:
    """Name who rates what two disagree on."""
    viewer, now = current_person(), clock.now()
    case = get_case_to_act_on(case_id, viewer)
    raters = {one.id: one for one in list_raters_for(case.person, viewer)}
    form = ThirdForm()
    form.offer(raters.values())
    if not form.validate_on_submit():
        return _case_page(case, viewer, form)
    try:
        with transaction():
            case = get_case_to_act_on(case_id, viewer)
            ask_third(case, raters[form.rater.data], actor=viewer, now=now)
            review_person(case.person_id, now=now, centre_zone=current_settings().zone)
    except DomainError as refused:
        flash(refused.text(translated), "danger")
    else:
        flash(_("The third rater is asked."), "success")
    return redirect(url_for("certification.show_observation", case_id=case_id))


@bp.post("/observations/<int:case_id>/void")
@requires(ACT)
@on_record(ACT)
def void_observation(case_id: int) -> ResponseReturnValue:
    """Let a case count for nothing, and say why."""
    viewer, now = current_person(), clock.now()
    try:
        with transaction():
            case = get_case_to_act_on(case_id, viewer)
            void_case(case, reason=typed_text("reason", 500), actor=viewer, now=now)
            review_person(case.person_id, now=now, centre_zone=current_settings().zone)
    except NotFound:
        raise
    except DomainError as refused:
        flash(refused.text(translated), "danger")
    else:
        flash(_("The case counts for nothing any more."), "success")
    return redirect(url_for("certification.show_observation", case_id=case_id))
