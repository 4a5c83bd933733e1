"""The Chinese catalogues: one ``.po`` file a subject, merged and compiled at start.

English is the source language. The compiled catalogue goes into the instance folder, named
by the hash of its sources, so that a read-only installation works and a stale one cannot be
used.
"""

from __future__ import annotations

import hashlib
import os
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from trainhub import paths

LANGUAGE = "zh"
SHARED = "web"
KEYWORDS = {
    "_": None,
    "_l": None,
    "N_": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "lazy_ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
}
METHODS = [("**.py", "python"), ("**.html", "jinja2"), ("**.txt", "jinja2")]


def catalogue_files() -> list[Path]:
    """The ``.po`` files, sorted."""
    return sorted((paths.TRANSLATIONS / LANGUAGE).glob("*.po"))


def read_catalogue(file: Path) -> Catalog:
    """One ``.po`` file."""
    with file.open("rb") as source:
        return read_po(source, locale=LANGUAGE)


def compiled_catalogues(instance: Path) -> Path:
    """The folder Flask-Babel reads, compiled when its sources have changed."""
    digest = hashlib.sha256()
    for file in catalogue_files():
        digest.update(file.read_bytes())
    folder = instance / "cache" / "translations" / digest.hexdigest()[:16]
    target = folder / LANGUAGE / "LC_MESSAGES" / "messages.mo"
    if not target.exists():
        merged = Catalog(locale=LANGUAGE)
        for file in catalogue_files():
            for message in read_catalogue(file):
                if message.id and message.string:
                    merged.add(message.id, message.string, context=message.context)
        target.parent.mkdir(parents=True, exist_ok=True)
        draft = target.with_suffix(f".{os.getpid()}")
        with draft.open("wb") as out:
            write_mo(out, merged)
        draft.replace(target)
    return folder


def _messages(
    root: Path, subject_of: dict[str, str]
) -> Iterator[tuple[str, str | tuple[str, ...], str]]:
    for name, line, message, _comments, _context in extract_from_dir(
        root, METHODS, {"**.html": {"trimmed": "true"}}, keywords=KEYWORDS
    ):
        first = Path(name).parts[0]
        yield subject_of.get(first, SHARED), message, f"{root.name}/{name}:{line}"


def used_messages() -> dict[str, dict[str | tuple[str, ...], str]]:
    """Every msgid the program uses: subject → msgid (or singular and plural) → a place."""
    subjects = {
        folder.name: folder.name
        for folder in paths.PACKAGE.iterdir()
        if folder.is_dir() and (folder / "__init__.py").exists()
    }
    found: dict[str, dict[str | tuple[str, ...], str]] = defaultdict(dict)
    for root in (paths.PACKAGE, paths.TEMPLATES):
        for subject, message, place in _messages(root, subjects):
            key = message if isinstance(message, str) else tuple(message)
            found[subject].setdefault(key, place)
    return found


def missing_messages() -> list[tuple[str, str, str]]:
    """Messages without Chinese: ``(subject, msgid, place)``."""
    translated = set()
    for file in catalogue_files():
        for entry in read_catalogue(file):
            strings = entry.string if isinstance(entry.string, tuple) else (entry.string,)
            if entry.id and all(strings) and not entry.fuzzy:
                translated.add(entry.id[0] if isinstance(entry.id, tuple) else entry.id)
    missing = []
    for subject, messages in sorted(used_messages().items()):
        for message, place in messages.items():
            first = message if isinstance(message, str) else message[0]
            if first not in translated:
                missing.append((subject, first, place))
    return missing


def add_missing_messages() -> int:
    """Write each missing msgid, untranslated, into its subject's ``.po``; how many."""
    missing = missing_messages()
    known = {(subject, text) for subject, text, _ in missing}
    for subject, messages in used_messages().items():
        fresh = [m for m in messages if (subject, m if isinstance(m, str) else m[0]) in known]
        if not fresh:
            continue
        file = paths.TRANSLATIONS / LANGUAGE / f"{subject}.po"
        catalogue = read_catalogue(file) if file.exists() else Catalog(locale=LANGUAGE)
        for message in fresh:
            catalogue.add(message)
        with file.open("wb") as out:
            write_po(out, catalogue, width=96, omit_header=False, no_location=True)
    return len(missing)
