"""`trainhub certificates verify|export`: certificates and their signed credentials as files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from trainhub import clock
from trainhub.certification.certificates.credential import (
    as_token,
    claims_of,
    is_signed_by,
    with_proof,
)
from trainhub.certification.certificates.document import certificates_pdf
from trainhub.certification.certificates.keys import list_keys, public_key, signing_key
from trainhub.certification.certificates.texts import certificate_text, credential, number_of
from trainhub.certification.models import Award
from trainhub.certification.queries.award_lists import list_awards_in_force
from trainhub.certification.queries.awards import find_public_award
from trainhub.certification.rules.awards.states import AwardState, Shown, shown_state
from trainhub.certification.rules.programmes.content import from_dict
from trainhub.cli.content_files import write_files
from trainhub.cli.database import installed_app
from trainhub.cli.report import finish, json_option, refuse
from trainhub.config import LOCALES, Settings
from trainhub.errors import InputError
from trainhub.web.settings import current_settings

LARGEST_FILE = 1_000_000


@click.group()
def certificates() -> None:
    """Verify certificates, and write them as files.

    Example: trainhub certificates verify credential.json
    """


@certificates.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@json_option
def verify(file: Path, as_json: bool) -> None:
    """Say whether the credential of FILE (JSON or JWT) was signed here, and whether it holds.

    Exit status 1 where it was not signed here, was changed, or holds no longer.

    Example: trainhub certificates verify credential.json
    """
    with installed_app(as_json).app_context():
        settings = current_settings()
        document = _signed_document(file, settings)
        if document is None:
            refuse(as_json, [_refusal("not_signed_here", "not signed here, or changed since")])
        code = str(document.get("id", "")).rsplit("/", 1)[-1]
        award = find_public_award(code)
        if award is None:
            refuse(as_json, [_refusal("unknown_award", "signed here, but there is no such award")])
        shown = _shown(award, settings)
        if shown not in (Shown.VALID, Shown.GRACE):
            refuse(as_json, [_refusal(shown.value, f"signed here, but {shown.value} now")])
        lines = [f"signed here and {shown.value}: {award.holder_name}, {number_of(award)}"]
    finish(as_json, lines, state=shown.value, holder=award.holder_name, number=number_of(award))


def _refusal(code: str, message: str) -> InputError:
    return InputError(code, message, {})


def _shown(award: Award, settings: Settings) -> Shown:
    today = clock.now().astimezone(settings.zone).date()
    validity = from_dict(award.version.content).validity
    return shown_state(AwardState(award.state), validity, award.valid_until, today)


def _signed_document(file: Path, settings: Settings) -> dict[str, Any] | None:
    """What a file says, if one of our keys has signed it."""
    if file.stat().st_size > LARGEST_FILE:
        return None
    text = file.read_text("utf-8", errors="replace").strip()
    keys = [public_key(one) for one in list_keys(settings.secret_key)]
    if not text.startswith("{"):
        return next((found for key in keys if (found := claims_of(text, key))), None)
    try:
        document = json.loads(text, object_pairs_hook=_each_once)
    except (ValueError, RecursionError):
        return None
    return document if any(is_signed_by(document, key) for key in keys) else None


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A group whose names differ: of a name that stands twice, readers see one or the other."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


@certificates.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--programme", default="", help="Only of the programme with this key.")
@click.option("--language", type=click.Choice(LOCALES), default="zh", show_default=True)
@json_option
def export(folder: Path, programme: str, language: str, as_json: bool) -> None:
    """Write every certificate in force below FOLDER: PDF, signed JSON and JWT.

    Example: trainhub certificates export /tmp/certificates --programme onboarding
    """
    with installed_app(as_json).app_context():
        settings = current_settings()
        awards = list_awards_in_force(programme)
        files = [file for award in awards for file in _files(award, language, settings)]
        total, _changed = write_files(folder, files)
    text = f"{len(awards)} certificate(s) exported to {folder}: {total} files"
    finish(as_json, [text], certificates=len(awards), files=total)


def _files(award: Award, language: str, settings: Settings) -> list[tuple[str, bytes]]:
    key, root = signing_key(settings.secret_key), settings.base_url
    document = credential(award, language, settings)
    # Dated when it was granted, so that the same award gives the same file.
    signed = with_proof(document, key, root=root, created_at=award.granted_at)
    name = f"{number_of(award)}.{language}"
    return [
        (f"{name}.pdf", certificates_pdf([certificate_text(award, language, settings)])),
        (f"{name}.json", json.dumps(signed, ensure_ascii=False, indent=2).encode() + b"\n"),
        (f"{name}.jwt", as_token(document, key, root=root).encode() + b"\n"),
    ]
