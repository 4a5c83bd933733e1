"""Who gets to which page of people: exactly the table, whatever the method."""

from __future__ import annotations

import pytest

from trainhub.people.models import Person, Role

VALUES = {
    "team_id": 1, "cohort_id": 1, "sign_in_id": 1, "act": "disable", "token": "x", "kind": "csv",
}  # fmt: skip
FOR_ALL = {
    "people.show_profile",
    "people.change_password",
    "people.confirm_password",
    "people.sign_out",
    "people.end_sign_in",
    "people.end_other_sign_ins",
}
PUBLIC = {"people.sign_in", "people.ask_for_link", "people.use_link"}
FOR_SUPERVISORS = {"people.list_people", "people.show_person"}
FOR_AUDITORS = {"people.list_audit_entries", "people.export_audit_entries"}


def routes(app, person: Person):
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("people."):
            yield rule.endpoint, rule.build(VALUES | {"person_id": person.id})[1], rule.methods


@pytest.mark.parametrize("role", list(Role))
def test_each_role_gets_exactly_to_its_pages(app, make, client, role) -> None:
    red = make.team("Red")
    make.cohort()
    member = make.person("bob", team=red)
    browser = client(make.person("alice", role, supervises=red))
    for endpoint, path, methods in routes(app, member):
        if "GET" not in methods or endpoint in PUBLIC:
            continue
        allowed = (
            endpoint in FOR_ALL
            or role is Role.ADMINISTRATOR
            or (role is Role.SUPERVISOR and endpoint in FOR_SUPERVISORS)
            or (role is Role.AUDITOR and endpoint in FOR_AUDITORS)
        )
        browser.get(path, status=200 if allowed else 403)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_only_administrators_change_anything_of_others(app, make, client, role) -> None:
    red = make.team("Red")
    make.cohort()
    member = make.person("bob", team=red)
    browser = client(make.person("alice", role, supervises=red))
    for endpoint, path, methods in routes(app, member):
        if "POST" in methods and endpoint not in FOR_ALL | PUBLIC:
            browser.post(path, {"name": "x", "roles": ["administrator"]}, status=403)


def test_nothing_changes_by_get_or_by_an_override(app, make, client) -> None:
    bob = make.person("bob")
    browser = client(make.person("root", Role.ADMINISTRATOR))
    for _endpoint, path, methods in routes(app, bob):
        if "GET" not in methods:
            browser.get(path, status=405)
            browser.get(f"{path}?_method=POST", status=405)
            override = {"X-HTTP-Method-Override": "POST"}
            browser.get(path, status=405, headers=override)
        for method in ("put", "patch", "delete"):
            answer = getattr(browser.client, method)(path)
            assert answer.status_code in {403, 405}, path


def test_the_home_page_tells_an_administrator_what_waits(make, client) -> None:
    make.team("Red")
    make.person("bob", password_hash="x")
    text = client(make.person("root", Role.ADMINISTRATOR, password_hash="x")).get("/").text
    assert "1 agent is in no team" in text and "1 team has no supervisor" in text
    assert "password yet" not in text
    assert "no supervisor" not in client(make.person("eve")).get("/").text


@pytest.mark.parametrize(
    ("roles", "is_shown"),
    [
        ([Role.AUDITOR], False),
        ([Role.AUDITOR, Role.AGENT], True),
        ([Role.ADMINISTRATOR], True),
        ([Role.AGENT], True),
    ],
)
def test_who_only_audits_has_no_learning_in_the_menu(make, client, roles, is_shown) -> None:
    html = client(make.person("alma", *roles)).get("/").text
    menu = html[html.index("<nav") : html.index("<main")]
    for place in ("/typing", "/certificates", "/my-certification"):
        assert (f'href="{place}"' in menu) == is_shown, place
