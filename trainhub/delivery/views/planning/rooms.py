"""Rooms: the list, writing one, when it is not to be had."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from trainhub import clock
from trainhub.db import transaction
from trainhub.delivery.forms.supply import BlockForm, RoomForm, site_choices
from trainhub.delivery.queries.course_titles import titles_of
from trainhub.delivery.queries.planning import supply as queries
from trainhub.delivery.rules.planning.supply_checks import RoomPlan, read_room
from trainhub.delivery.services.planning import rooms as services
from trainhub.delivery.views.blueprint import bp
from trainhub.errors import DomainError
from trainhub.web.access import current_person, requires
from trainhub.web.converters import row_id
from trainhub.web.locale import current_language

ROOM_PATH = "/rooms/<int:room_id>"


@bp.get("/rooms")
@requires("delivery.write_rooms")
def list_rooms() -> ResponseReturnValue:
    """The rooms in use, or the retired ones."""
    retired = request.args.get("shelf") == "retired"
    return render_template(
        "delivery/planning/list_rooms.html",
        rows=queries.list_room_rows(clock.now(), retired=retired),
        retired=retired,
        has_sites=bool(queries.list_sites()),
    )


def _offered(form: RoomForm) -> RoomForm:
    form.site_id.choices = site_choices(queries.list_sites())
    return form


def _plan(form: RoomForm) -> RoomPlan:
    chosen = form.site_id.data or ""
    site_id = row_id(chosen) if chosen.isascii() and chosen.isdigit() and chosen != "0" else None
    return read_room(
        form.name.data or "",
        site_id,
        form.seats.data or "",
        is_online=bool(form.is_online.data),
        join_url=form.join_url.data or "",
        site_ids={site.id for site in queries.list_sites()},
    )


@bp.route("/rooms/new", methods=["GET", "POST"])
@requires("delivery.write_rooms")
def add_room() -> ResponseReturnValue:
    """Enter a room."""
    form = _offered(RoomForm())
    if form.validate_on_submit():
        try:
            plan = _plan(form)
            with transaction():
                room = services.create_room(plan, actor=current_person(), now=clock.now())
        except DomainError as refused:
            form.take_error(refused)
        else:
            flash(_("The room can now be used for planning."), "success")
            return redirect(url_for("delivery.edit_room", room_id=room.id))
    page = render_template("delivery/planning/edit_room.html", form=form, room=None)
    return page, 422 if form.errors else 200


@bp.route(f"{ROOM_PATH}/edit", methods=["GET", "POST"])
@requires("delivery.write_rooms")
def edit_room(room_id: int) -> ResponseReturnValue:
    """Change a room; see and write when it is not to be had."""
    room, form = queries.get_room(room_id), RoomForm()
    if request.method == "GET":
        form = RoomForm(data=RoomForm.stored(room))
    if _offered(form).validate_on_submit():
        try:
            plan = _plan(form)
            with transaction():
                services.change_room(
                    queries.get_room(room_id), plan, actor=current_person(), now=clock.now()
                )
        except DomainError as refused:
            form.take_error(refused)
        else:
            flash(_("Saved. Agreed classes stay where they are."), "success")
            return redirect(url_for("delivery.edit_room", room_id=room_id))
    return _room_page(room_id, form, BlockForm(formdata=None)), 422 if form.errors else 200


def _room_page(room_id: int, form: RoomForm, block_form: BlockForm) -> str:
    room = queries.get_room(room_id)
    in_the_way = queries.list_classes_in_the_way(room_id, clock.now())
    return render_template(
        "delivery/planning/edit_room.html",
        form=form,
        block_form=block_form,
        room=room,
        blocks=queries.list_blocks(room_id, clock.now()),
        in_the_way=in_the_way,
        titles=titles_of({one.course_id for one in in_the_way}, current_language()),
        zone=ZoneInfo(room.site.time_zone),
        until=clock.now() + timedelta(days=365),
    )


@bp.post(f"{ROOM_PATH}/blocks")
@requires("delivery.write_rooms")
def block_room(room_id: int) -> ResponseReturnValue:
    """Keep classes out of the room for a time."""
    room, form = queries.get_room(room_id), BlockForm()
    starts_at, ends_at = form.instants(ZoneInfo(room.site.time_zone))
    if form.validate():
        try:
            with transaction():
                services.block_room(
                    queries.get_room(room_id), starts_at, ends_at, form.reason.data or "",
                    actor=current_person(), now=clock.now(),
                )  # fmt: skip
        except DomainError as refused:
            form.take_error(refused)
        else:
            flash(_("No class will be planned there at that time. Agreed classes stay."), "success")
            return redirect(url_for("delivery.edit_room", room_id=room_id))
    room_form = _offered(RoomForm(formdata=None, data=RoomForm.stored(room)))
    return _room_page(room_id, room_form, form), 422


@bp.post(f"{ROOM_PATH}/blocks/<int:block_id>/remove")
@requires("delivery.write_rooms")
def unblock_room(room_id: int, block_id: int) -> ResponseReturnValue:
    """Give the room free again."""
    with transaction():
        services.unblock_room(
            queries.get_block(room_id, block_id), actor=current_person(), now=clock.now()
        )
    flash(_("The room is free again at that time."), "success")
    return redirect(url_for("delivery.edit_room", room_id=room_id))


@bp.post(f"{ROOM_PATH}/retire")
@requires("delivery.write_rooms")
def retire_room(room_id: int) -> ResponseReturnValue:
    """Plan no class there any more."""
    with transaction():
        services.retire_room(queries.get_room(room_id), actor=current_person(), now=clock.now())
    flash(_("The room is out of use. Agreed classes stay there."), "success")
    return redirect(url_for("delivery.list_rooms"))


@bp.post(f"{ROOM_PATH}/restore")
@requires("delivery.write_rooms")
def restore_room(room_id: int) -> ResponseReturnValue:
    """Take a room back into use."""
    with transaction():
        services.restore_room(queries.get_room(room_id), actor=current_person(), now=clock.now())
    flash(_("The room is back in use."), "success")
    return redirect(url_for("delivery.edit_room", room_id=room_id))
