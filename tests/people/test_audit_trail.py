"""The page of the audit trail: narrowed, turned page by page, taken away as a table."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.checking import CheckingClient
from tests.conftest import NOON
from tests.factories import Make
from trainhub.audit import queries
from trainhub.audit.services import append_entry
from trainhub.db import transaction
from trainhub.people.models import Person, Role
from trainhub.tables import read_lines


@pytest.fixture
def auditor(make: type[Make], client: Callable[..., CheckingClient]) -> CheckingClient:
    return client(make.person("audrey", Role.AUDITOR))


def _write(
    action: str,
    key: str,
    actor: Person | None = None,
    *,
    reason: str = "",
    days: int = 0,
    **changes,
) -> None:
    with transaction():
        append_entry(
            action, actor=actor, object_type=action.split(".", maxsplit=1)[0], object_key=key,
            now=NOON + timedelta(days=days), reason=reason, changes=changes,
        )  # fmt: skip


@pytest.fixture
def trail(make: type[Make]) -> None:
    root = make.person("root", Role.ADMINISTRATOR, name="王芳")
    _write("team.added", "Red", root)
    _write("person.disabled", "17", root, reason="Left the house", days=1)
    _write("team.renamed", "Blue", days=2, name=["Bleu", "蓝队"])


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"Red", "17", "Blue"}),
        ("?who=wangfang", {"Red", "17"}),
        ("?who=王", {"Red", "17"}),
        ("?who=TrainHub", {"Blue"}),
        ("?act=team.added", {"Red"}),
        ("?thing=team", {"Red", "Blue"}),
        ("?thing=team&key=Red", {"Red"}),
        ("?key=17", {"17"}),
        ("?from=2026-11-24&until=2026-11-24", {"17"}),
        ("?until=2026-11-24", {"Red", "17"}),
        ("?from=2026-11-24&words=blue", {"Blue"}),
        ("?from=2026-11-24&before=2", set()),
        ("?from=2027-01-01", set()),
        ("?words=left house", {"17"}),
        ("?words=蓝队", {"Blue"}),
        ("?words=%25", set()),
        ("?words=%00", {"Red", "17", "Blue"}),
        ("?from=9999-12-31&until=nonsense&act=x&thing=y&before=x", set()),
        ("?until=9999-12-31&act=x&thing=y", {"Red", "17", "Blue"}),
    ],
)
def test_the_trail_is_narrowed(auditor, trail, query, found) -> None:
    page = auditor.page(f"/audit-trail{query}").text
    for key in ("Red", "17", "Blue"):
        assert (f"team {key}" in page or f"person {key}" in page) is (key in found), key


def test_words_are_looked_for_a_stretch_at_a_time(auditor, monkeypatch) -> None:
    monkeypatch.setattr(queries, "READ_AT_ONCE", 10)
    _write("team.added", "Wanted")
    for number in range(14):
        _write("team.added", f"Other {number}")
    page = auditor.page("/audit-trail?words=wanted")
    assert "No entry that was looked at" in page.text and "down to no. 6" in page.text
    older = next(a["href"] for a in page.all("a") if a.get("rel") == "next")
    assert "words=wanted" in older
    found = auditor.page(older).text
    assert "Wanted" in found and "Looked at so far" not in found


def test_times_out_of_order_are_found(auditor) -> None:
    """Who waits for a turn to write has read the clock before."""
    for days in (0, 3, 1, 4, 2):
        _write("team.added", f"Day {days}", days=days)
    page = auditor.page("/audit-trail?from=2026-11-24&until=2026-11-25").text
    assert [f"Day {one}" in page for one in range(5)] == [False, True, True, False, False]


def test_pages_go_by_number_and_keep_the_filter(auditor) -> None:
    for number in range(60):
        _write("team.added", f"Team {number}")
        _write("room.added", f"Room {number}")
    page = auditor.page("/audit-trail?thing=team")
    assert "Team 59" in page.text and "Team 9 " not in page.text and "Room" not in page.text
    older = next(a["href"] for a in page.all("a") if a.get("rel") == "next")
    assert "Team 9 " in auditor.page(older).text


def test_what_is_shown_is_taken_away_and_that_is_on_record(auditor, trail) -> None:
    text = auditor.get("/audit-trail/csv?thing=team").get_data(as_text=True)
    assert "Red" in text and "蓝队" in text and "person.disabled" not in text
    assert queries.list_entries(limit=1)[0].action == "audit.exported"
    lines = read_lines(auditor.get("/audit-trail/xlsx").data, "audit-trail.xlsx")
    assert [line[0] for line in lines] == ["No.", "4", "3", "2", "1"]
    assert lines[-1][1] == "2026-11-23T04:00:00+00:00"
    assert queries.find_broken_entry() is None


def test_a_workbook_has_an_end(auditor, trail, monkeypatch) -> None:
    monkeypatch.setattr("trainhub.people.views.audit_trail.MOST_IN_A_WORKBOOK", 2)
    answer = auditor.get("/audit-trail/xlsx?act=", status=302)
    assert "no workbook" in auditor.page(answer.location).text
    assert "Red" in auditor.get("/audit-trail/csv").get_data(as_text=True)


def test_only_auditors_and_administrators_read_it(make, client) -> None:
    for role in (Role.AGENT, Role.TRAINER, Role.SUPERVISOR, Role.PLANNER):
        browser = client(make.person(role.value, role))
        browser.get("/audit-trail", status=403)
        browser.get("/audit-trail/csv", status=403)
