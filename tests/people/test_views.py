"""The pages of people, as the people who use them see them."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from sqlalchemy import event

from tests.checking import Page
from trainhub import clock
from trainhub.audit.queries import find_broken_entry, list_entries
from trainhub.db import db, transaction
from trainhub.people import hashing, queries, services
from trainhub.people.models import Person, Role
from trainhub.people.views.links import link_address
from trainhub.tables import read_table

PASSWORD = "nine quiet herons wade"


@pytest.fixture
def root(make) -> Person:
    return make.person("root", Role.ADMINISTRATOR, password_hash=hashing.hash_password(PASSWORD))


@pytest.fixture
def admin(root, client):
    return client(root)


def statements(act) -> int:
    seen: list[str] = []

    def note(_connection, _cursor, statement, *_rest) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    act()
    event.remove(db.engine, "before_cursor_execute", note)
    return len(seen)


def upload(browser, text: str, **options):
    data = {"file": (io.BytesIO(text.encode()), "people.csv"), "encoding": ""}
    return browser.post("/people/import", data, content_type="multipart/form-data", **options)


PAGES = (
    "/people", "/people?q=x", "/people/new", "/people/import", "/people/export", "/teams",
    "/teams/new", "/cohorts", "/cohorts/new", "/audit-trail", "/profile", "/profile/password",
    "/confirm-password",
)  # fmt: skip


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_page_opens_in_both_languages(make, root, client, language) -> None:
    red = make.team("Red")
    bob = make.person("bob", team=red)
    cohort = make.cohort(members=(bob,))
    browser = client(root, language=language)
    own = (f"/people/{bob.id}", f"/people/{bob.id}/edit", f"/people/{bob.id}/roles")
    for path in (*PAGES, *own, f"/teams/{red.id}/edit", f"/cohorts/{cohort.id}"):
        browser.get(path)
    for path in ("/sign-in", "/forgotten-password"):
        client(language=language).get(path)


def test_an_agent_gets_into_none_of_it_and_the_try_is_on_record(make, client) -> None:
    bob = make.person("bob")
    browser = client(bob)
    for path in PAGES[:10]:
        browser.get(path, status=403)
    entry = list_entries(limit=1)[0]
    assert (entry.action, entry.actor_name, entry.object_key) == (
        "access.refused",
        "Bob",
        "/audit-trail",
    )


def test_a_person_is_added_and_sets_a_password_by_the_link(make, admin, client) -> None:
    red = make.team("Red")
    data = {"name": "李 丽", "username": "LiLi", "team_id": red.id, "roles": ["agent", "trainer"]}
    where = admin.post("/people/new", data).location
    page = admin.get(where).text
    assert "李 丽" in page and "Red" in page and "No password yet" in page
    shown = Page(admin.post(f"{where}/invite", status=200).text)
    address = next(a["value"] for a in shown.all("input") if a.get("id") == "link")
    assert address.startswith("http://localhost/set-password/")
    path = address.removeprefix("http://localhost")
    newcomer = client()
    newcomer.post(path, {"password": "lili lili lili"}, status=422)
    newcomer.post(path, {"password": "a heron called lili wades"})
    assert "李 丽" in newcomer.get("/profile").text
    client().get(path, status=410)
    client().post(path, {"password": "another heron wades here"}, status=410)


def test_wrong_entries_come_back_with_their_words(admin) -> None:
    data = {"name": "Bob", "username": "root", "roles": ["agent"], "email": "nonsense"}
    page = admin.post("/people/new", data, status=422).text
    assert "This is not an e-mail address." in page and "Somebody else already has this." in page
    assert 'value="nonsense"' in page
    assert admin.post("/people/new", data | {"team_id": "99"}, status=422)


def test_grave_acts_ask_for_the_password_again(make, admin, now) -> None:
    bob = make.person("bob")
    with clock.frozen(now + timedelta(minutes=16)):
        admin.get("/profile")
        path = f"/people/{bob.id}/roles"
        for grave in (path, "/people/new", "/people/import", "/people/export"):
            assert admin.get(grave, status=302).location.startswith("/confirm-password")
        admin.post(path, {"roles": ["administrator"], "reason": "x"})
        assert db.session.get(Person, bob.id).roles == {Role.AGENT}
        admin.post("/confirm-password", {"password": PASSWORD, "next": path})
        admin.post(path, {"roles": ["agent", "trainer"], "reason": "Teaches"})
    assert db.session.get(Person, bob.id).roles == {Role.AGENT, Role.TRAINER}
    assert list_entries(limit=1)[0].reason == "Teaches"


def test_extra_fields_change_nothing(make, client) -> None:
    bob = make.person("bob")
    browser = client(bob)
    extra = {"roles": "administrator", "role": "administrator", "username": "root", "team_id": "1"}
    browser.post("/profile", {"locale": "zh", "time_zone": "Asia/Tokyo"} | extra)
    bob = db.session.get(Person, bob.id)
    assert (bob.locale, bob.time_zone, bob.username) == ("zh", "Asia/Tokyo", "bob")
    assert bob.roles == {Role.AGENT}
    assert "个人设置" in browser.get("/profile").text
    browser.post("/profile", {"locale": "xx", "time_zone": "Mars/Base"}, status=422)


def test_changing_the_password_ends_all_other_sign_ins(make, client) -> None:
    bob = make.person("bob", password_hash=hashing.hash_password(PASSWORD))
    here, there = client(bob), client(bob)
    new = {"current": PASSWORD, "password": "eleven owls hoot at dusk"}
    here.post("/profile/password", new | {"current": "wrong"}, status=422)
    here.post("/profile/password", new | {"password": "too short"}, status=422)
    here.post("/profile/password", new)
    here.get("/profile")
    there.get("/profile", status=302)


def test_own_sign_ins_are_listed_and_ended_and_nobody_elses(make, client) -> None:
    bob, eve = make.person("bob"), make.person("eve")
    here, there, other = client(bob), client(bob), client(eve)
    there.get("/profile")
    ends = [a["action"] for a in here.page("/profile").all("form") if "/end" in a["action"]]
    assert len(ends) == 2
    other.post(ends[0], status=404)
    here.post(ends[0])
    there.get("/profile", status=302)
    here.get("/profile")
    third = client(bob)
    here.post("/profile/sign-ins/end-others")
    third.get("/profile", status=302)


def test_a_supervisor_sees_no_other_team_anywhere(make, client) -> None:
    red, blue = make.team("Red"), make.team("Blue")
    sup = make.person("sup", Role.SUPERVISOR, supervises=red)
    bob = make.person("bob", team=red)
    eve = make.person("eve", team=blue, name="Canary")
    browser = client(sup)
    for query in ("", "?q=canary", f"?team={blue.id}", "?state=all", "?role=agent", "?page=9"):
        text = browser.get(f"/people{query}").text
        assert "Canary" not in text and "Blue" not in text
    assert "1 person" in browser.get("/people").text
    browser.get(f"/people/{bob.id}")
    missing = browser.get("/people/9999", status=404).text
    foreign = browser.get(f"/people/{eve.id}", status=404).text
    assert missing.count("<p") == foreign.count("<p")
    assert list_entries(limit=1)[0].object_key == f"/people/{eve.id}"
    browser.post(f"/people/{bob.id}/disable", status=403)
    browser.post("/people/export", {"form": "csv"}, status=403)


def test_the_list_costs_the_same_for_few_and_many(make, admin) -> None:
    make.person("bob", team=make.team("Red"))
    few = statements(lambda: admin.get("/people"))
    for number in range(30):
        make.person(f"p{number}")
    assert statements(lambda: admin.get("/people")) == few
    page = admin.get("/people").text
    assert "Page 1 of 2" in page and "32 people" in page


def test_odd_addresses_of_the_list_do_no_harm(admin) -> None:
    for query in (
        "?page=-1", "?page=x", "?page=99999999999999999999", "?team=x", "?role=%27", "?state=%00",
        "?q=%00", "?q=%25%5f", "?_external=1&_scheme=http&page=2", "?team=99999999999999999999",
        "?q=" + "x" * 3000, "?sort=;DROP+TABLE+person",
    ):  # fmt: skip
        admin.get(f"/people{query}")
    admin.get("/people/99999999999999999999", status=404)
    admin.get("/audit-trail?before=99999999999999999999")


def test_an_import_is_seen_first_and_then_stored(admin) -> None:
    text = "账号,姓名,班组,角色\nlili,李丽,红队,客服代表、内训师\nbob,Bob,红队,\n"
    page = upload(admin, text, status=200).text
    assert "李丽" in page and "Store all of it" in page
    assert queries.count_people() == 1
    admin.post("/people/import/confirm")
    assert queries.count_people() == 3
    admin.post("/people/import/confirm")
    assert queries.count_people() == 3
    entry = list_entries(limit=1)[0]
    assert (entry.action, entry.changes["added"]) == ("people.imported", [None, ["lili", "bob"]])


def test_every_error_of_an_import_is_shown_and_nothing_stored(admin) -> None:
    text = (
        "username,name,email,role\nbob,Bob,nonsense,\neve,Eve,,administrator\nroot,Root,x@y.org,\n"
    )
    page = Page(upload(admin, text, status=422).text).text
    for words in ("2 email This is not", "3 role An administrator", "4 email An import does not"):
        assert words in page
    admin.post("/people/import/confirm")
    assert queries.count_people() == 1
    assert db.session.get(Person, 1).email == "root@example.org"


def test_an_uncertain_encoding_is_asked_about(admin) -> None:
    big5 = "username,name\nlili,李麗華\nchen,陳國強\n".encode("big5")
    data = {"file": (io.BytesIO(big5), "people.csv"), "encoding": ""}
    send = {"content_type": "multipart/form-data"}
    assert "encoding" in admin.post("/people/import", data, status=422, **send).text
    data = {"file": (io.BytesIO(big5), "people.csv"), "encoding": "big5"}
    assert "李麗華" in admin.post("/people/import", data, status=200, **send).text


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_what_is_exported_can_be_imported_and_starts_no_command(make, admin, form) -> None:
    make.person("bob", name='=HYPERLINK("http://x")', team=make.team("+Red"))
    body = admin.post("/people/export?state=all", {"form": form}, status=200).data
    table = read_table(body, "people")
    assert [row.cells["username"] for row in table.rows] == ["bob", "root"]
    plan = services.plan_import(table)
    assert not plan.errors and plan.counts["kept"] == 2
    if form == "csv":
        assert b"'=HYPERLINK" in body and b"'+Red" in body
    assert list_entries(limit=1)[0].action == "people.exported"


def test_teams_and_cohorts_are_kept(make, admin) -> None:
    sup, bob = make.person("sup", Role.SUPERVISOR), make.person("bob", employee_no="77")
    admin.post("/teams/new", {"name": "Red", "supervisor_ids": [str(sup.id)]})
    assert "Sup" in admin.get("/teams").text
    admin.post("/teams/new", {"name": "Red"}, status=409)
    admin.post("/cohorts/new", {"name": "November", "start_on": "2026-11-02"})
    cohort = queries.list_cohorts()[0]
    path = f"/cohorts/{cohort.id}"
    page = admin.post(f"{path}/members", {"identifiers": "77\n\nnobody"}, status=422).text
    assert "Line 3" in page
    admin.post(f"{path}/members", {"identifiers": "77\nSUP\n"})
    assert [p.username for p in queries.list_people_of_cohorts([cohort.id])] == ["bob", "sup"]
    admin.post(f"{path}/members/{bob.id}/remove")
    admin.post(path, {"name": "Nov", "start_on": "2026-11-03"})
    assert "Nov" in admin.get("/cohorts").text
    assert find_broken_entry() is None


def test_template_text_in_a_name_is_shown_as_typed(make, admin) -> None:
    bob = make.person("bob", name="{{ 7*7 }}<script>alert(1)</script>")
    answer = admin.get(f"/people/{bob.id}").text
    assert "{{ 7*7 }}&lt;script&gt;" in answer
    assert Page(answer).h1 == "{{ 7*7 }}<script>alert(1)</script>"


def test_forgotten_passwords_answer_alike_for_all_names(make, client) -> None:
    make.person("bob")
    known = client().post("/forgotten-password", {"identifier": "bob"}, status=200).text
    unknown = client().post("/forgotten-password", {"identifier": "eve"}, status=200).text
    assert Page(known).text == Page(unknown).text


def test_a_forged_host_does_not_get_into_a_link(make, app, now) -> None:
    bob = make.person("bob")
    with transaction():
        link = services.invite(bob, kind="reset", actor=None, now=now)
    with app.test_request_context("/", headers={"Host": "evil.example"}):
        assert link_address(link).startswith("http://localhost/set-password/")


def test_disabling_by_the_page_ends_sign_ins(make, admin, client) -> None:
    bob = make.person("bob")
    browser = client(bob)
    browser.get("/profile")
    admin.post(f"/people/{bob.id}/disable")
    browser.get("/profile", status=302)
    admin.post(f"/people/{bob.id}/enable")
    browser.get("/profile", status=302)


def test_forms_without_a_token_are_refused(app, admin) -> None:
    for rule in app.url_map.iter_rules():
        if not rule.endpoint.startswith("people.") or "POST" not in (rule.methods or ()):
            continue
        values = {"person_id": 1, "team_id": 1, "cohort_id": 1, "sign_in_id": 1, "act": "disable"}
        path = rule.build(values | {"token": "x"})[1]
        for kind in ("application/x-www-form-urlencoded", "text/plain", "application/json"):
            answer = admin.client.post(path, data="x=1", content_type=kind)
            assert answer.status_code == 403, (path, kind)
