"""Reading the rota for people's eyes: a team's grid, one person's days, who may see whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from trainhub.db import db
from trainhub.errors import NotFound
from trainhub.people.models import Person, Team
from trainhub.rota.models import Shift, ShiftCode, Site, TeamPlace
from trainhub.rota.queries.scope import people_in_sight, team_in


@dataclass(frozen=True)
class GridRow:
    """One person's line of a grid: a code or None per date of the grid."""

    person: Person
    codes: tuple[ShiftCode | None, ...]


@dataclass(frozen=True)
class RotaGrid:
    """A team's rota over some dates."""

    dates: tuple[date, ...]
    rows: tuple[GridRow, ...]

    @property
    def codes(self) -> list[ShiftCode]:
        """Every code the grid shows, once, in their order."""
        shown = {code.id: code for row in self.rows for code in row.codes if code}
        return sorted(shown.values(), key=lambda code: (code.position, code.code))

    @property
    def at_work(self) -> list[int]:
        """People with a shift (no rest, no leave) per date."""
        return [
            sum(1 for row in self.rows if (code := row.codes[at]) and code.starts_min is not None)
            for at in range(len(self.dates))
        ]


@dataclass(frozen=True)
class TeamRota:
    """A team in the reader's sight, its active people counted."""

    team: Team
    people: int
    has_rota: bool


def list_team_rotas(viewer: Person) -> list[TeamRota]:
    """The teams in the reader's sight by name, people counted."""
    has_rota = (
        select(Shift.person_id)
        .join(Person, Person.id == Shift.person_id)
        .where(Person.team_id == Team.id)
        .correlate(Team)
        .exists()
    )
    query = (
        select(Team, func.count(Person.id), has_rota)
        .outerjoin(Person, (Person.team_id == Team.id) & Person.disabled_at.is_(None))
        .where(team_in(viewer, Team.id))
        .group_by(Team.id)
        .order_by(Team.name)
    )
    return [TeamRota(*row) for row in db.session.execute(query)]


def get_team_in_sight(team_id: int, viewer: Person) -> Team:
    """The team. Raises `NotFound` for one that is not the reader's to see."""
    query = select(Team).where(Team.id == team_id, team_in(viewer, Team.id))
    team: Team | None = db.session.scalar(query)
    if team is None:
        raise NotFound()
    return team


def get_person_in_rota(person_id: int, viewer: Person) -> Person:
    """Somebody whose rota the reader sees. Raises `NotFound`."""
    query = select(Person).where(Person.id == person_id, people_in_sight(viewer))
    query = query.options(joinedload(Person.team))
    person: Person | None = db.session.scalar(query)
    if person is None:
        raise NotFound()
    return person


def grid_of_team(team_id: int, first: date, last: date) -> RotaGrid:
    """The rota of a team's active people from `first` to `last`, by name; two queries."""
    people = db.session.scalars(
        select(Person)
        .where(Person.team_id == team_id, Person.disabled_at.is_(None))
        .order_by(Person.name_key, Person.id)
    )
    return _grid(list(people), first, last)


def days_of_person(person: Person, first: date, last: date) -> dict[date, ShiftCode]:
    """What one person's rota says from `first` to `last`."""
    query = (
        select(Shift.on, ShiftCode)
        .join(ShiftCode, ShiftCode.id == Shift.shift_code_id)
        .where(Shift.person_id == person.id, Shift.on.between(first, last))
    )
    return dict(db.session.execute(query).all())


def last_date_of(person: Person) -> date | None:
    """The last date one person's rota says something of."""
    return db.session.scalar(select(func.max(Shift.on)).where(Shift.person_id == person.id))


def last_date_of_all() -> date | None:
    """The last date the rota says something of for anybody."""
    return db.session.scalar(select(func.max(Shift.on)))


def site_of(person: Person) -> Site | None:
    """The site of the person's team; None where the team has no place."""
    return db.session.scalar(
        select(Site)
        .join(TeamPlace, TeamPlace.site_id == Site.id)
        .where(TeamPlace.team_id == person.team_id)
    )


def list_teammates(person: Person) -> list[Person]:
    """The active people of the person's team but themself, by name."""
    query = (
        select(Person)
        .where(
            Person.team_id == person.team_id,
            Person.id != person.id,
            Person.disabled_at.is_(None),
        )
        .order_by(Person.name_key, Person.id)
    )
    return list(db.session.scalars(query)) if person.team_id else []


def dates_between(first: date, last: date) -> tuple[date, ...]:
    """Every date from `first` to `last`."""
    return tuple(first + timedelta(days=at) for at in range((last - first).days + 1))


def _grid(people: Sequence[Person], first: date, last: date) -> RotaGrid:
    dates = dates_between(first, last)
    codes = {code.id: code for code in db.session.scalars(select(ShiftCode))}
    said: dict[tuple[int, date], ShiftCode] = {}
    query = select(Shift.person_id, Shift.on, Shift.shift_code_id).where(
        Shift.person_id.in_([person.id for person in people]), Shift.on.between(first, last)
    )
    for person_id, on, code_id in db.session.execute(query):
        said[person_id, on] = codes[code_id]
    rows = tuple(
        GridRow(person, tuple(said.get((person.id, on)) for on in dates)) for person in people
    )
    return RotaGrid(dates, rows)
