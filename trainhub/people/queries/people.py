"""Reading people, each reader within their scope."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, Select, false, func, select, true
from sqlalchemy.orm import joinedload

from trainhub.db import db
from trainhub.errors import N_, NotFound
from trainhub.people.models import Person, PersonRole, Role, Team, TeamSupervision

PAGE_SIZE = 25
STATES = ("active", "unset", "disabled")


@dataclass(frozen=True)
class PeopleCriteria:
    """What the list of people is narrowed to.

    `words` all have to occur in name, pinyin, initials, user name, e-mail or number. `state`
    is `active`, `unset` (active, no password yet), `disabled`, or None for all.
    """

    words: str = ""
    team_id: int | None = None
    role: Role | None = None
    state: str | None = "active"


@dataclass(frozen=True)
class PeoplePage:
    """One page of a list of people."""

    people: list[Person]
    total: int
    page: int
    pages: int


def visible_people(viewer: Person | None) -> ColumnElement[bool]:
    """The condition on `Person` under which the viewer may see somebody.

    Administrators see everybody, supervisors the people of their teams, others themselves.
    None is the program itself, and sees everybody.
    """
    if viewer is None or viewer.has_role(Role.ADMINISTRATOR):
        return true()
    if viewer.supervised_team_ids:
        return Person.team_id.in_(viewer.supervised_team_ids)
    return false() if viewer.has_role(Role.SUPERVISOR) else Person.id == viewer.id


def find_page_of_people(viewer: Person, criteria: PeopleCriteria, page: int = 1) -> PeoplePage:
    """One page of the people the viewer may see, by name; always the same few queries."""
    narrowed = _narrowed(select(Person), viewer, criteria)
    total = db.session.scalar(select(func.count()).select_from(narrowed.subquery())) or 0
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(max(page, 1), pages)
    query = (
        narrowed.options(joinedload(Person.team))
        .order_by(Person.name_key, Person.id)
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    )
    return PeoplePage(list(db.session.scalars(query)), total, page, pages)


def list_people(viewer: Person | None, criteria: PeopleCriteria) -> list[Person]:
    """All people the viewer may see and the criteria leave, by name, teams and roles loaded."""
    query = _narrowed(select(Person), viewer, criteria).options(joinedload(Person.team))
    return list(db.session.scalars(query.order_by(Person.name_key, Person.id)))


def find_ids_by_words(words: str, *, most: int = 500) -> frozenset[int]:
    """The ids of everybody, disabled or not, that these words find; not more than `most`."""
    query = _narrowed(select(Person), None, PeopleCriteria(words=words, state=None))
    return frozenset(db.session.scalars(query.with_only_columns(Person.id).limit(most)))


def _narrowed(
    query: Select[tuple[Person]], viewer: Person | None, criteria: PeopleCriteria
) -> Select[tuple[Person]]:
    query = query.where(visible_people(viewer))
    for word in _clean(criteria.words).casefold().split()[:10]:
        query = query.where(Person.search_key.contains(word, autoescape=True))
    if criteria.team_id is not None:
        query = query.where(Person.team_id == criteria.team_id)
    if criteria.role is not None:
        holders = select(PersonRole.person_id).where(PersonRole.role == criteria.role.value)
        query = query.where(Person.id.in_(holders))
    if criteria.state == "disabled":
        query = query.where(Person.disabled_at.is_not(None))
    elif criteria.state is not None:
        query = query.where(Person.disabled_at.is_(None))
    if criteria.state == "unset":
        query = query.where(Person.password_hash.is_(None))
    return query


def _clean(words: str) -> str:
    return "".join(sign for sign in words[:200] if sign.isprintable())


def get_visible_person(person_id: int, viewer: Person) -> Person:
    """The person, if the viewer may see them. Raises `NotFound` otherwise."""
    query = (
        select(Person)
        .where(Person.id == person_id, visible_people(viewer))
        .options(joinedload(Person.team), joinedload(Person.supervisions))
    )
    person = db.session.scalars(query).unique().one_or_none()
    if person is None:
        raise NotFound()
    return person


def get_person_by_username(username: str) -> Person:
    """The account of this user name. Raises `NotFound`."""
    person = db.session.scalars(
        select(Person).where(Person.username == username.casefold())
    ).one_or_none()
    if person is None:
        raise NotFound(N_("There is no account “%(username)s”."), username=username)
    return person


def list_people_of_teams(team_ids: Collection[int]) -> list[Person]:
    """The active people of these teams, by name; one query and one for the roles."""
    query = select(Person).where(Person.team_id.in_(team_ids), Person.disabled_at.is_(None))
    return list(db.session.scalars(query.order_by(Person.name_key, Person.id)))


def list_people_with_role(role: Role) -> list[Person]:
    """The active people who hold the role, by name."""
    return list_people(None, replace(PeopleCriteria(), role=role))


def count_people() -> int:
    """How many accounts there are, disabled ones included."""
    return db.session.scalar(select(func.count()).select_from(Person)) or 0


def count_administrators(*, but: int | None = None) -> int:
    """How many active administrators there are, one person left out."""
    query = (
        select(func.count())
        .select_from(PersonRole)
        .join(Person, Person.id == PersonRole.person_id)
        .where(PersonRole.role == Role.ADMINISTRATOR.value, Person.disabled_at.is_(None))
    )
    return db.session.scalar(query.where(Person.id != but) if but else query) or 0


@dataclass(frozen=True)
class LooseEnds:
    """What in the accounts waits for an administrator, in numbers."""

    without_password: int
    agents_without_team: int
    teams_without_supervisor: int

    def __bool__(self) -> bool:
        return any((self.without_password, self.agents_without_team, self.teams_without_supervisor))


def count_loose_ends() -> LooseEnds:
    """Active people who never set a password, agents in no team, teams nobody answers for."""
    # Three small questions, each answered from an index, rather than one look at everybody.
    active = select(func.count(Person.id)).where(Person.disabled_at.is_(None))
    is_agent = Person.role_rows.any(PersonRole.role == Role.AGENT.value)
    answered = (
        select(TeamSupervision.team_id)
        .join(Person, Person.id == TeamSupervision.person_id)
        .where(Person.disabled_at.is_(None))
    )
    query = select(
        active.where(Person.password_hash.is_(None)).scalar_subquery(),
        active.where(Person.team_id.is_(None), is_agent).scalar_subquery(),
        select(func.count(Team.id)).where(Team.id.not_in(answered)).scalar_subquery(),
    )
    return LooseEnds(*db.session.execute(query).one())
