"""Files in the browser: importing them with a preview, and taking the library away as a ZIP."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import cast

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from trainhub import clock
from trainhub.catalogue import queries
from trainhub.catalogue.queries.course_page import list_series_titles
from trainhub.catalogue.queries.linting import Shelf
from trainhub.catalogue.rules.bundles import write_bundle
from trainhub.catalogue.rules.differences import Row, compare
from trainhub.catalogue.rules.findings import Finding
from trainhub.catalogue.rules.lint_quiz import lint_quiz
from trainhub.catalogue.rules.source_files import SourceFile, sort_files
from trainhub.catalogue.services.importing import (
    ImportConflict,
    ImportReport,
    Side,
)
from trainhub.catalogue.services.importing import (
    import_files as take_files,
)
from trainhub.catalogue.views import labels, uploads
from trainhub.catalogue.views.blueprint import bp
from trainhub.db import transaction
from trainhub.errors import InputError, InputErrors
from trainhub.web.access import current_person, requires
from trainhub.web.locale import current_language, current_zone
from trainhub.web.text import translated


@dataclass
class Preview:
    """What an import would do, or why it cannot."""

    report: ImportReport = field(default_factory=ImportReport)
    errors: tuple[InputError, ...] = ()
    clashes: list[tuple[str, list[Row]]] = field(default_factory=list)
    findings: list[tuple[str, Finding]] = field(default_factory=list)

    @property
    def can_be_confirmed(self) -> bool:
        """Whether a person may say yes (to a conflict: with a decision for each file)."""
        return not self.errors and (bool(self.clashes) or self.report.changed)


class _Rehearsal(Exception):
    """Ends a transaction that only tried."""


def rehearse(files: list[SourceFile], decisions: Mapping[str, Side]) -> Preview:
    """Try an import and take it back; everything it would have said."""
    preview = Preview()
    try:
        with suppress(_Rehearsal), transaction():
            preview.report = take_files(
                files, actor=current_person(), now=clock.now(), decisions=decisions
            )
            preview.findings = list_findings(files)  # judged among the texts as they would be
            raise _Rehearsal
    except ImportConflict as conflict:
        preview.clashes = [
            (clash.path, compare(clash.database_text, clash.file_text))
            for clash in conflict.clashes
        ]
    except InputErrors as refused:
        preview.errors = refused.errors
    return preview


def list_findings(files: list[SourceFile]) -> list[tuple[str, Finding]]:
    """What the linter says about these files within the library, each with its file."""
    parsed = sort_files(files)[0]
    shelf = Shelf(clock.today(current_zone()))
    quizzes = {(quiz.key, quiz.language): file.path for file, quiz in parsed.quizzes}
    found: list[tuple[str, Finding]] = []
    for file, slug, course in parsed.courses:
        edition = queries.find_edition_by_slug(slug, course.meta.language)
        if edition is not None:
            language = course.meta.language
            findings = shelf.lint(edition, course.source).findings
            found += [(quizzes.get((one.quiz or "", language), file.path), one) for one in findings]
    for file, quiz in parsed.quizzes:
        found += [(file.path, one) for one in lint_quiz(quiz)]
    return list({(path, repr(one)): (path, one) for path, one in found}.values())


@bp.route("/library/import", methods=["GET", "POST"])
@requires("catalogue.write")
def import_files() -> ResponseReturnValue:
    """Hand in files; they are kept aside and shown before anything is stored."""
    errors: tuple[InputError, ...] = ()
    if request.method == "POST":
        person = current_person()
        series = request.form.get("series", "")
        try:
            known = dict(list_series_titles(current_language()))
            given = uploads.read_uploads(
                request.files.getlist("files"), series if series in known else ""
            )
            token = uploads.keep_files(person, given, clock.now())
            return redirect(url_for("catalogue.show_import", token=token))
        except InputErrors as refused:
            errors = refused.errors
    page = render_template(
        "catalogue/import_files.html",
        errors=errors,
        series=list_series_titles(current_language()),
        translated=translated,
    )
    return page, 422 if errors else 200


@bp.get("/library/import/<slug:token>")
@requires("catalogue.write")
def show_import(token: str) -> ResponseReturnValue:
    """What the files handed in would change; nothing is stored yet."""
    return _shown(token, rehearse(uploads.get_kept(current_person(), token), {}))


def _shown(token: str, preview: Preview, status: int = 200) -> ResponseReturnValue:
    page = render_template(
        "catalogue/show_import.html",
        token=token,
        preview=preview,
        labels=labels,
        translated=translated,
    )
    return page, status


def _decisions() -> dict[str, Side]:
    """The side taken for each file in conflict: fields `path-1` and `side-1`, `path-2`, …"""
    chosen: dict[str, Side] = {}
    for name, path in request.form.items():
        side = request.form.get(name.replace("path-", "side-", 1), "")
        if name.startswith("path-") and side in {"file", "database"}:
            chosen[path] = cast("Side", side)
    return chosen


@bp.post("/library/import/<slug:token>")
@requires("catalogue.write")
def confirm_import(token: str) -> ResponseReturnValue:
    """Store what was shown; if it no longer fits, show it anew and store nothing."""
    person = current_person()
    files = uploads.get_kept(person, token)
    decisions = _decisions()
    try:
        with transaction():
            report = take_files(files, actor=person, now=clock.now(), decisions=decisions)
    except InputErrors:
        return _shown(token, rehearse(files, decisions), 422)
    uploads.forget(person, token)
    count = len(report.paths.get("create", ())) + len(report.paths.get("update", ()))
    flash(ngettext("%(num)s file was imported.", "%(num)s files were imported.", count), "success")
    return redirect(url_for("catalogue.show_map"))


@bp.post("/library/import/<slug:token>/discard")
@requires("catalogue.write")
def discard_import(token: str) -> ResponseReturnValue:
    """Forget files that were handed in."""
    uploads.forget(current_person(), token)
    flash(_("The files were discarded; nothing was changed."), "info")
    return redirect(url_for("catalogue.import_files"))


@bp.get("/library/export.zip")
@requires("catalogue.write")
def export_files() -> ResponseReturnValue:
    """Everything published and every current picture, as `content import` takes it back."""
    name = f"trainhub-library-{clock.today(current_zone()).isoformat()}.zip"
    return Response(
        write_bundle(queries.list_export_files()),
        mimetype="application/zip",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "private, no-store",
        },
    )
