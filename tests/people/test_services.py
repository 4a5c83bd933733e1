"""Accounts, teams, links and imports, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import event, select

from trainhub.audit.queries import find_broken_entry, list_entries
from trainhub.db import db, transaction
from trainhub.errors import Conflict, DomainError, InputErrors, NotFound
from trainhub.people import hashing, queries, rules, services
from trainhub.people.models import Person, Role
from trainhub.people.queries import PeopleCriteria
from trainhub.people.rules import PersonEntry
from trainhub.tables import read_table

pytestmark = pytest.mark.usefixtures("app")
SECRET = "a secret"


def written(username="bob", name="Bob", **values) -> PersonEntry:
    return PersonEntry.written(username, name, **values)


def codes(caught) -> list[tuple[str, str | None]]:
    return [(error.code, error.field) for error in caught.value.errors]


def table(text: str):
    return read_table(text.encode(), "people.csv")


def run_import(text: str, now, **options):
    with transaction():
        return services.import_people(table(text), actor=None, now=now, **options)


def refusals(text: str, now, **options) -> list[tuple[str, int, str]]:
    with pytest.raises(InputErrors) as caught:
        run_import(text, now, **options)
    return [(error.code, error.row, error.column) for error in caught.value.errors]


@pytest.fixture
def root(make) -> Person:
    return make.person("root", Role.ADMINISTRATOR)


def test_names_are_unique_across_user_name_email_and_number(make, root, now) -> None:
    make.person("alice", email="alice@example.org", employee_no="E1")
    for entry, field in [
        (written("ALICE"), "username"),
        (written("e1"), "username"),
        (written("bob", email="Alice@Example.org"), "email"),
        (written("bob", employee_no="alice"), "employee_no"),
        (written("bob", employee_no="e1"), "employee_no"),
    ]:
        with pytest.raises(InputErrors) as caught, transaction():
            services.add_person(entry, {Role.AGENT}, actor=root, now=now)
        assert codes(caught) == [(f"{field}_taken", field)]


def test_a_name_taken_in_the_same_moment_is_a_conflict(root, now, monkeypatch) -> None:
    monkeypatch.setattr(services.accounts, "list_taken", lambda *_, **__: [])
    with transaction():
        services.add_person(written(), {Role.AGENT}, actor=root, now=now)
    with pytest.raises(Conflict), transaction():
        services.add_person(written(), {Role.AGENT}, actor=root, now=now)


def test_a_role_change_needs_a_reason_and_is_on_record(make, root, now) -> None:
    bob = make.person("bob")
    with pytest.raises(InputErrors), transaction():
        services.change_roles(bob, {Role.TRAINER}, reason=" ", actor=root, now=now)
    with transaction():
        roles = {Role.AGENT, Role.TRAINER}
        services.change_roles(bob, roles, reason="Teaches on Mondays", actor=root, now=now)
    assert db.session.get(Person, bob.id).roles == roles
    entry = list_entries(limit=1)[0]
    assert (entry.action, entry.actor_id, entry.reason) == (
        "person.roles_changed",
        root.id,
        "Teaches on Mondays",
    )
    assert entry.changes == {"roles": [["agent"], ["agent", "trainer"]]}
    assert find_broken_entry() is None


def test_the_last_administrator_stays(make, root, now) -> None:
    bob = make.person("bob", Role.ADMINISTRATOR)
    for act in (
        lambda: services.change_roles(root, {Role.AGENT}, reason="x", actor=root, now=now),
        lambda: services.disable_person(root, actor=root, now=now),
    ):
        with pytest.raises(DomainError), transaction():
            act()
    with transaction():
        services.disable_person(bob, actor=root, now=now)
    with pytest.raises(DomainError), transaction():
        services.disable_person(root, actor=None, now=now)


def test_disabling_ends_sign_ins_links_and_tokens(make, root, now) -> None:
    bob = make.person("bob")
    with transaction():
        token = services.start_sign_in(bob, now=now)
        link = services.invite(bob, kind="invite", actor=root, now=now)
        access = services.issue_access_token(bob, "bi", lifetime=None, actor=root, now=now)
        link_token = rules.link_token(SECRET, link)
    assert queries.find_person_by_access_token(access, now).id == bob.id
    with transaction():
        services.disable_person(bob, actor=root, now=now)
    with transaction():
        services.enable_person(bob, actor=root, now=now)
    assert queries.find_signed_in_person(token, now) is None
    assert queries.find_person_by_access_token(access, now) is None
    with pytest.raises(services.LinkSpent):
        services.get_usable_link(link_token, SECRET, now=now)


def test_a_link_works_once_and_ends_every_sign_in(make, now) -> None:
    bob = make.person("bob")
    password_hash = hashing.hash_password("nine quiet herons wade")
    with transaction():
        signed_in = services.start_sign_in(bob, now=now)
        older = rules.link_token(SECRET, services.invite(bob, kind="reset", actor=None, now=now))
        link = rules.link_token(SECRET, services.invite(bob, kind="reset", actor=None, now=now))
    for wrong in (older, link + "0", "1-" + "0" * 64, "", "abc", link.replace("-", "-é")):
        with pytest.raises(services.LinkSpent), transaction():
            services.use_link(wrong, SECRET, password_hash, now=now)
    with pytest.raises(services.LinkSpent), transaction():
        services.use_link(link, SECRET, password_hash, now=now + timedelta(hours=1))
    with transaction():
        services.use_link(link, SECRET, password_hash, now=now)
    with pytest.raises(services.LinkSpent), transaction():
        services.use_link(link, SECRET, password_hash, now=now)
    assert queries.find_signed_in_person(signed_in, now) is None
    assert hashing.matches(db.session.get(Person, bob.id).password_hash, "nine quiet herons wade")


def test_asking_for_a_link_makes_one_only_for_who_can_receive_it(make, now) -> None:
    make.person("bob")
    make.person("mute", email=None)
    make.person("gone", disabled_at=now)
    with transaction():
        made = [
            services.ask_for_link(name, "192.0.2.1", now=now) for name in ("mute", "gone", "nobody")
        ]
    assert made == [None, None, None]
    with transaction():
        assert services.ask_for_link("BOB@example.org", "192.0.2.1", now=now).kind == "invite"
    assert [link.person.username for link in queries.list_open_invitations(now)] == ["bob"]


def test_who_is_signed_in_is_one_query_with_roles_and_teams(make, now) -> None:
    red = make.team("Red")
    bob = make.person("bob", Role.SUPERVISOR, Role.TRAINER, supervises=red)
    with transaction():
        token = services.start_sign_in(bob, now=now)
    red_id = red.id
    db.session.expunge_all()
    statements: list[str] = []

    def note(_connection, _cursor, statement, *_rest) -> None:
        if not statement.startswith("BEGIN"):
            statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    person = queries.find_signed_in_person(token, now)
    assert person.has_role(Role.TRAINER) and person.supervised_team_ids == {red_id}
    event.remove(db.engine, "before_cursor_execute", note)
    assert len(statements) == 1


def test_a_supervisor_sees_only_the_people_of_their_teams(make, root) -> None:
    red, blue = make.team("Red"), make.team("Blue")
    sup = make.person("sup", Role.SUPERVISOR, supervises=red)
    bob, eve = make.person("bob", team=red), make.person("eve", team=blue)
    for criteria in (PeopleCriteria(), PeopleCriteria(words="e"), PeopleCriteria(team_id=blue.id)):
        page = queries.find_page_of_people(sup, criteria)
        assert eve not in page.people and page.total == len(page.people)
        assert eve not in queries.list_people(sup, criteria)
    assert queries.get_visible_person(bob.id, sup) is bob
    with pytest.raises(NotFound):
        queries.get_visible_person(eve.id, sup)
    idle = make.person("idle", Role.SUPERVISOR)
    assert queries.list_people(idle, PeopleCriteria()) == []
    assert len(queries.list_people(root, PeopleCriteria())) == 5


def test_people_are_found_by_pinyin_role_and_state(make, root, now) -> None:
    make.person("zgf", name="曾国藩")
    make.person("lili", Role.TRAINER, name="李丽", disabled_at=now)

    def found(**criteria) -> list[str]:
        people = queries.list_people(root, PeopleCriteria(**criteria))
        return [person.username for person in people]

    assert found(words="zeng guo") == found(words="ZGF") == found(words="国藩") == ["zgf"]
    assert found(words="%") == found(words="_") == []
    assert found(role=Role.TRAINER) == []
    assert found(role=Role.TRAINER, state=None) == found(state="disabled") == ["lili"]
    assert found(words="zgf\x00' OR 1=1 --") == []


HEAD = "username,name,email,team,role,employee_no,start_date\n"


def test_a_table_adds_people_teams_and_roles(now) -> None:
    plan = run_import(
        "账号,姓名,邮箱,班组,角色,工号,入职日期\n"
        "lili,李丽,lili@example.org,红队,客服代表、内训师,1.0,2026/11/2\n"
        "bob,Bob,,,,,\n",
        now,
    )
    assert plan.counts == {"rows": 2, "added": 2, "changed": 0, "kept": 0, "teams_added": 1}
    lili = queries.get_person_by_username("lili")
    assert (lili.name_key, lili.team.name, str(lili.start_on)) == ("li li", "红队", "2026-11-02")
    assert lili.roles == {Role.AGENT, Role.TRAINER} and lili.employee_no == "1"
    assert queries.get_person_by_username("bob").roles == {Role.AGENT}


def test_one_bad_row_of_200_stores_none(now) -> None:
    rows = [f"p{n},Person,p{n}@example.org,Red,agent,,\n" for n in range(199)]
    rows.insert(198, "bad,Bad,not-an-address,Red,agent,,\n")
    assert refusals(HEAD + "".join(rows), now) == [("email_invalid", 200, "email")]
    assert queries.count_people() == 0 and queries.list_teams() == []


def test_an_import_changes_name_team_and_start_only(make, now) -> None:
    make.person("bob", email="bob@example.org", employee_no="7")
    text = HEAD + "bob,Robert,bob@example.org,Red,agent,7,2026-11-02\n"
    assert run_import(text, now).counts["changed"] == 1
    bob = queries.get_person_by_username("bob")
    assert (bob.name, bob.team.name, bob.search_key.split()[0]) == ("Robert", "Red", "robert")
    assert run_import(text, now).counts == {
        "rows": 1, "added": 0, "changed": 0, "kept": 1, "teams_added": 0,
    }  # fmt: skip


def test_an_import_never_takes_an_account_over(make, root, now) -> None:
    make.person("bob", email="bob@example.org", employee_no="7")
    rows = (
        "root,Root,evil@example.org,,,,\n"
        "bob,Bob,evil@example.com,,,,\n"
        "carol,Carol,bob@example.org,,,,\n"
        "dave,Dave,,,,7,\n"
        "bob2,Bob,,,administrator,,\n"
    )
    assert refusals(HEAD + rows, now) == [
        ("account_differs", 2, "email"),
        ("account_differs", 3, "email"),
        ("email_taken", 4, "email"),
        ("employee_no_taken", 5, "employee_no"),
        ("role_not_allowed", 6, "role"),
    ]
    assert refusals(HEAD + "bob,Bob,,,agent;trainer,,\n", now) == [("role_escalation", 2, "role")]
    assert refusals(HEAD + "root,Evil,,,,,\n", now, may_make_administrators=True) == [
        ("administrator_protected", 2, "username")
    ]
    assert queries.get_person_by_username("root").email == "root@example.org"
    same = run_import(HEAD + "root,Root,,,,,\n", now)
    assert same.counts["kept"] == 1


def test_names_given_twice_in_a_file_are_named(now) -> None:
    rows = "bob,Bob,b@example.org,,,,\nBOB,Bob,,,,,\ncarol,Carol,B@example.org,,,,\n"
    assert refusals(HEAD + rows, now) == [("repeated", 3, "username"), ("repeated", 4, "email")]


def test_unknown_and_missing_headings_are_named(now) -> None:
    assert refusals("username,shoe size\nbob,43\n", now) == [
        ("heading_unknown", 1, "shoe size"),
        ("heading_missing", 1, "name"),
    ]


def test_a_command_may_import_administrators(now) -> None:
    text = HEAD + "root,Root,,,管理员,,\n"
    run_import(text, now, may_make_administrators=True)
    assert queries.count_administrators() == 1


def test_importing_thousands_costs_few_queries(now) -> None:
    text = HEAD + "".join(f"p{n},P,p{n}@example.org,Red,agent,{n},\n" for n in range(1500))
    statements: list[str] = []

    def note(_connection, _cursor, statement, *_rest) -> None:
        if statement.startswith("SELECT"):
            statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    run_import(text, now)
    event.remove(db.engine, "before_cursor_execute", note)
    assert len(statements) < 40
    assert db.session.scalar(select(Person.name_key).where(Person.username == "p7")) == "p"


def test_supervisors_of_a_team_need_the_role(make, root, now) -> None:
    red = make.team("Red")
    sup, bob = make.person("sup", Role.SUPERVISOR), make.person("bob")
    with transaction():
        services.set_supervisors(red, [sup.id, bob.id, 999], actor=root, now=now)
    assert queries.list_supervisors_of(red) == [sup]
    with transaction():
        services.set_supervised_teams(sup, [], actor=root, now=now)
    assert queries.list_supervisors_of(red) == []


def test_a_token_label_is_free_again_once_revoked(make, root, now) -> None:
    bob = make.person("bob")
    with transaction():
        first = services.issue_access_token(bob, "bi", lifetime=None, actor=root, now=now)
    with pytest.raises(Conflict), transaction():
        services.issue_access_token(bob, "bi", lifetime=None, actor=root, now=now)
    with transaction():
        services.revoke_access_token(bob, "bi", actor=root, now=now)
        services.issue_access_token(bob, "bi", lifetime=timedelta(days=1), actor=root, now=now)
    assert queries.find_person_by_access_token(first, now) is None
