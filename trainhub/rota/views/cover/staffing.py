"""The staffing calculator: Erlang for an interval, the formulas of the peak season."""

from __future__ import annotations

from typing import Any, TypeVar

from flask import render_template, request
from flask.typing import ResponseReturnValue

from trainhub.errors import N_, InputError, InputErrors
from trainhub.rota.forms.staffing import ChatsForm, IntervalForm, RefundsForm
from trainhub.rota.rules.erlang import load_of
from trainhub.rota.rules.queue_settings import list_staffing_errors
from trainhub.rota.rules.requirement import Method
from trainhub.rota.rules.staffing import Staffing, chat_agents, refund_agents, staff_interval
from trainhub.rota.rules.tables.demand_import import MOST_BUSY
from trainhub.rota.views.blueprint import bp
from trainhub.web.access import requires
from trainhub.web.forms import HouseForm

TOO_MUCH = N_("This would keep more than %(most)s people busy at once.")
Form = TypeVar("Form", bound=HouseForm)
CHATS = {"chats": 1_200, "chats_of_one": 120}
REFUNDS = {"refunds": 3_000, "refunds_of_one": 50, "period_days": 30}


def _asked(kind: str, form_class: type[Form], begun: dict[str, Any]) -> Form:
    """The form as it was sent, if it is the one that was; else as it begins."""
    if request.args.get("kind") == kind:
        return form_class(request.args, meta={"csrf": False})
    return form_class(formdata=None, data=begun, meta={"csrf": False})


def _is_sound(kind: str, form: HouseForm) -> bool:
    return request.args.get("kind") != kind or form.validate()


@bp.get("/staffing")
@requires("rota.view_cover")
def show_staffing() -> ResponseReturnValue:
    """Reckon with figures of one's own; nothing is stored."""
    interval = _asked("interval", IntervalForm, IntervalForm.begun())
    chats = _asked("chats", ChatsForm, CHATS)
    refunds = _asked("refunds", RefundsForm, REFUNDS)
    answer = _staffing(interval) if _is_sound("interval", interval) else None
    chat_answer = refund_answer = None
    if _is_sound("chats", chats):
        chat_answer = chat_agents(float(chats.chats.data), float(chats.chats_of_one.data))
    if _is_sound("refunds", refunds):
        refund_answer = refund_agents(
            *(float(refunds[name].data) for name in ("refunds", "refunds_of_one", "period_days"))
        )
    page = render_template(
        "rota/show_staffing.html",
        interval=interval,
        chats=chats,
        refunds=refunds,
        answer=answer,
        chat_answer=chat_answer,
        refund_answer=refund_answer,
        is_impatient=interval.method.data == Method.ERLANG_A.value,
    )
    return page, 422 if interval.errors or chats.errors or refunds.errors else 200


def _staffing(form: IntervalForm) -> Staffing | None:
    rules = form.staffing(Method(form.method.data))
    errors = list_staffing_errors(rules)
    if errors:
        form.take_error(InputErrors(errors))
        return None
    contacts, handling_s = float(form.contacts.data), float(form.handling_s.data)
    if load_of(contacts, handling_s / rules.concurrency, rules.interval_min * 60) > MOST_BUSY:
        error = InputError("load_too_high", TOO_MUCH, {"most": MOST_BUSY}, field="contacts")
        form.take_error(InputErrors([error]))
        return None
    return staff_interval(contacts, handling_s, rules)
