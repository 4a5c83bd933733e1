"""Programmes of files: shipped ones, and those that commands and people hand in."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from tests.certification.programmes import enrolled, published, read, requirement, values
from tests.factories import Make
from tests.ops.test_commands import Terminal
from trainhub import create_app, paths
from trainhub.certification.models import Programme, ProgrammeEnrolment, ProgrammeEnrolmentEvent
from trainhub.certification.queries.programmes import find_programme, list_versions
from trainhub.certification.services.programme_files import (
    load_shipped_programmes,
    take_programme,
)
from trainhub.certification.services.programmes import (
    NothingToPublish,
    ProgrammeMoved,
    change_programme,
    publish_programme,
    retire_programme,
)
from trainhub.cli.preparing import load_programmes
from trainhub.db import db, transaction
from trainhub.people.models import Role


def test_shipped_programmes_are_published_once(app: Flask, now: datetime) -> None:
    said: list[str] = []
    load_programmes(said.append)
    assert said == ["programmes loaded: 4 new, 0 changed"]
    load_programmes(said.append)
    assert len(said) == 1
    onboarding = find_programme("onboarding")
    assert onboarding is not None
    assert onboarding.published is not None
    assert onboarding.published.number == 1


def test_a_shipped_programme_that_somebody_has_changed_stays_theirs(
    app: Flask, make: type[Make], now: datetime
) -> None:
    tess = make.person("tess", Role.TRAINER)
    with transaction():
        load_shipped_programmes(now)
    programme = find_programme("onboarding")
    assert programme is not None
    mine = read(values(requirement("greeting")))
    with transaction():
        change_programme(programme, mine, revision=None, actor=tess, now=now)
    with transaction():
        assert load_shipped_programmes(now).kept == 1
    assert programme.titles == mine.titles
    with transaction():
        publish_programme(programme, revision=None, those_under_way="stay", actor=tess, now=now)
    with transaction():
        assert load_shipped_programmes(now).kept == 1, "published by a person: theirs for good"


def test_a_shipped_programme_nobody_touched_follows_its_file(
    app: Flask, now: datetime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with transaction():
        load_shipped_programmes(now)
    text = (paths.PROGRAMMES / "trainer.yaml").read_text("utf-8")
    (tmp_path / "trainer.yaml").write_text(text.replace("months: 24", "months: 36"), "utf-8")
    monkeypatch.setattr("trainhub.paths.PROGRAMMES", tmp_path)
    with transaction():
        assert load_shipped_programmes(now).changed == 1
    trainer = find_programme("trainer")
    assert trainer is not None
    assert [one.number for one in list_versions(trainer.id)] == [2, 1]


def test_a_wrong_file_does_not_keep_the_server_from_starting(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "wrong.yaml").write_text("programme: x\n", "utf-8")
    monkeypatch.setattr("trainhub.paths.PROGRAMMES", tmp_path)
    said: list[str] = []
    load_programmes(said.append)
    assert "was not loaded" in said[0]
    assert "wrong.yaml" in said[1]


def test_taking_a_file_over_leaves_the_version_in_force(app: Flask, now: datetime) -> None:
    programme = published(values(requirement("greeting")))
    text = read(values(requirement("greeting"), requirement("farewell")))
    with transaction():
        assert take_programme(text, actor=None, now=now)[1] == "changed"
    assert programme.published is not None
    assert len(programme.published.content["requirements"]) == 1
    assert len(programme.content["requirements"]) == 2
    with transaction():
        assert take_programme(text, actor=None, now=now)[1] == "unchanged"


@pytest.mark.parametrize("way", ["move", "stay"])
def test_publishing_moves_those_under_way_or_leaves_them(
    app: Flask, make: type[Make], now: datetime, way: str
) -> None:
    tess = make.person("tess", Role.TRAINER)
    programme = published(values(requirement("greeting")))
    enrolment = enrolled(programme)
    first = enrolment.version_id
    text = read(values(requirement("greeting"), requirement("farewell")))
    with transaction():
        change_programme(programme, text, revision=None, actor=tess, now=now)
        version = publish_programme(
            programme, revision=None, those_under_way=way, actor=tess, now=now
        )
    db.session.expire_all()
    found = db.session.get(ProgrammeEnrolment, enrolment.id)
    assert found is not None
    assert found.version_id == (version.id if way == "move" else first)
    query = select(ProgrammeEnrolmentEvent).where(ProgrammeEnrolmentEvent.kind == "moved")
    told = db.session.scalars(query).all()
    if way == "stay":
        assert told == []
        return
    (event,) = told
    assert event.values == {"from": first, "to": version.id}
    assert event.by_id == tess.id
    assert found.is_stale, "the next review looks at it by the new version"


def test_the_same_is_not_published_twice_and_nothing_unseen_is_published(
    app: Flask, now: datetime
) -> None:
    programme = published(values(requirement("greeting")))
    with pytest.raises(NothingToPublish), transaction():
        publish_programme(
            programme, revision=programme.revision, those_under_way="stay", actor=None, now=now
        )
    with pytest.raises(ProgrammeMoved), transaction():
        publish_programme(programme, revision=1, those_under_way="stay", actor=None, now=now)


# --- the command --------------------------------------------------------------------------


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A terminal with the shipped files beside it, its instance installed."""
    opened = Terminal(tmp_path)
    opened.say("upgrade")
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    Path("programmes").symlink_to(paths.PROGRAMMES)
    return opened


def test_what_is_shipped_goes_in_and_comes_out_byte_for_byte(terminal: Terminal) -> None:
    rehearsed = terminal.ask("programmes", "import", "programmes", "--dry-run")
    assert (rehearsed["new"], rehearsed["stored"]) == (4, False)
    assert terminal.ask("programmes", "import", "programmes", "--publish")["new"] == 4
    assert terminal.ask("programmes", "import", "programmes")["unchanged"] == 4
    assert terminal.ask("programmes", "export", "out")["files"] == 4
    for file in paths.PROGRAMMES.iterdir():
        assert (Path("out") / file.name).read_bytes() == file.read_bytes()
    assert terminal.ask("programmes", "export", "out")["changed"] == 0


def test_one_wrong_line_stores_nothing_of_any_file(terminal: Terminal) -> None:
    text = (paths.PROGRAMMES / "trainer.yaml").read_text("utf-8")
    broken = text.replace("programme: trainer", "programme: second").replace(
        "kind: exam", "kind: x"
    )
    Path("bad.yaml").write_text(broken, "utf-8")
    refused = terminal.ask("programmes", "import", "programmes", "bad.yaml", status=1)
    line = broken[: broken.index("kind: x")].count("\n") + 1
    assert [(one["file"], one["line"]) for one in refused["errors"]] == [("bad.yaml", line)]
    assert terminal.ask("programmes", "export", "out")["files"] == 0


def test_a_key_in_two_files_and_a_retired_programme_are_refused(
    terminal: Terminal, now: datetime
) -> None:
    Path("copy.yaml").write_text((paths.PROGRAMMES / "trainer.yaml").read_text("utf-8"), "utf-8")
    refused = terminal.ask("programmes", "import", "programmes", "copy.yaml", status=1)
    assert refused["errors"][0]["code"] == "key_twice"
    terminal.ask("programmes", "import", "copy.yaml")
    with _instance(terminal).app_context():
        root = Make.person("root")
        with transaction():
            programme = db.session.scalars(select(Programme)).one()
            retire_programme(programme, actor=root, now=now)
    Path("copy.yaml").write_text(
        Path("copy.yaml").read_text("utf-8").replace("months: 24", "months: 12"), "utf-8"
    )
    refused = terminal.ask("programmes", "import", "copy.yaml", status=1)
    assert refused["errors"][0]["code"] == "programme_retired"


def _instance(terminal: Terminal) -> Flask:
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("TRAINHUB_INSTANCE", str(terminal.instance))
        return create_app()
