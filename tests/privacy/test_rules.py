"""Every column of every table has its entry, and the entries hold together."""

from __future__ import annotations

from collections import Counter

import pytest
from flask import Flask
from sqlalchemy import Date, Table

from trainhub.assembly import load_models
from trainhub.db import UtcDateTime, db
from trainhub.privacy.rules import DECLARATIONS, LENGTHS, PERSONAL, Erase, Period, Personal
from trainhub.privacy.rules.column_words import COLUMN_WORDS
from trainhub.web.translations import catalogue_files, read_catalogue

load_models()
TABLES = sorted(db.metadata.tables.values(), key=lambda table: table.name)


def columns_of(table: Table) -> set[str]:
    return {column.name for column in table.columns}


def people_in(table: Table) -> set[str]:
    return {
        column.name
        for column in table.columns
        if any(key.column.table.name == "person" for key in column.foreign_keys)
    }


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_column_has_an_entry(table: Table) -> None:
    declaration = DECLARATIONS.get(table.name)
    assert declaration is not None, (
        f"say in trainhub/privacy/rules/ of the table {table.name} what of it is personal, what "
        "it is for, how long it is kept and what an erasure does to it"
    )
    declared = Counter(declaration.columns())
    assert set(declared) == columns_of(table), (
        f"{table.name}: say of each of these whether it is personal, and take out what is gone: "
        f"{sorted(columns_of(table) ^ set(declared))}"
    )
    assert not [name for name, count in declared.items() if count > 1], "one list for each column"


def test_no_entry_is_left_of_a_table_that_is_gone() -> None:
    assert set(DECLARATIONS) <= set(db.metadata.tables)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_whoever_a_row_names_is_personal(table: Table) -> None:
    declaration = DECLARATIONS[table.name]
    named = set(declaration.others.split())
    if isinstance(declaration, Personal):
        named |= set(declaration.told.split()) | set(declaration.withheld)
        named.add(declaration.path.partition(".")[0])
    assert people_in(table) <= named, "these lead to people: put them into `others`"


@pytest.mark.parametrize("one", PERSONAL, ids=lambda one: one.table)
def test_an_entry_holds_together(one: Personal) -> None:
    table = db.metadata.tables[one.table]
    for path in filter(None, (one.path, one.gate)):
        here = table
        *steps, last = path.split(".")
        for step in steps:
            here = next(iter(here.c[step].foreign_keys)).column.table
        assert last in here.c
    assert set(one.sealed.split()) <= set(one.told.split())
    assert set(one.emptied) <= columns_of(table)
    assert bool(one.emptied) is (one.erase is Erase.EMPTY)
    assert all(one.withheld.values()), "say why it is not handed out"
    assert one.erase is Erase.DELETE or one.why_kept, "say why an erasure leaves it"
    assert all(isinstance(table.c[name].type, (Date, UtcDateTime)) for name in one.counted)
    assert not one.counted or LENGTHS[one.period].days, "nothing is counted from it"
    for name in (*one.told.split(), *one.others.split()):
        assert name in COLUMN_WORDS, f"give {name} words in rules/column_words.py"


def _chinese() -> dict[str, str]:
    return {
        entry.id: entry.string
        for file in catalogue_files()
        for entry in read_catalogue(file)
        if isinstance(entry.id, str) and isinstance(entry.string, str)
    }


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_two_columns_of_a_table_are_called_the_same(language: str) -> None:
    chinese = _chinese() if language == "zh" else {}
    for one in PERSONAL:
        words = [COLUMN_WORDS[name] for name in (*one.told.split(), *one.others.split())]
        said = Counter(chinese.get(word, word) for word in words)
        assert not [word for word, count in said.items() if count > 1], one.table


def test_what_is_erased_can_be(app: Flask) -> None:
    for one in PERSONAL:
        if one.erase is Erase.KEEP and not one.counted:
            continue
        guards = db.metadata.tables[one.table].dispatch.after_create
        assert not list(guards), f"{one.table} is append only: its rows cannot go"


def test_security_logs_are_kept_as_long_as_the_law_asks() -> None:
    days = LENGTHS[Period.SECURITY].days
    assert days is not None and days >= 180
