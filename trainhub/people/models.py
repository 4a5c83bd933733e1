"""Accounts, teams, cohorts and the rows behind signing in."""

from __future__ import annotations

from datetime import date, datetime
from functools import cached_property
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, event, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from trainhub.db import UtcDateTime, db
from trainhub.people import pinyin
from trainhub.people.rules.roles import Role

__all__ = [
    "AccessToken",
    "Cohort",
    "CohortMember",
    "Invitation",
    "PendingImport",
    "Person",
    "PersonRole",
    "Role",
    "SignIn",
    "SignInMisses",
    "Team",
    "TeamSupervision",
]


_DISABLED = text("disabled_at IS NOT NULL")
_UNSET = text("password_hash IS NULL")


class Team(db.Model):
    """A team (班组) of agents with its supervisors."""

    __tablename__ = "team"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)

    members: Mapped[list[Person]] = relationship(back_populates="team")


class Person(db.Model):
    """An account. Never deleted: disabled, because records point to it.

    `name_key` sorts names (pinyin for Chinese), `search_key` holds everything a person is
    looked up by; both are made by `people.pinyin` whenever a person is flushed (rows inserted
    in bulk bring their own). Since `erased_at`, if set, a pseudonym stands in place of the
    names, for good (`trainhub.privacy`). `username`, `email` and `employee_no` are
    stored folded, so that their unique constraints see what a person would call the same.
    """

    __tablename__ = "person"
    __table_args__ = (
        # The few who are left out of counts, and those an administrator has to look after.
        Index("ix_person_disabled", "disabled_at", sqlite_where=_DISABLED,
              postgresql_where=_DISABLED),
        Index("ix_person_unset", "disabled_at", sqlite_where=_UNSET, postgresql_where=_UNSET),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    name_key: Mapped[str] = mapped_column(String(300), index=True)
    search_key: Mapped[str] = mapped_column(String(900), default="")
    email: Mapped[str | None] = mapped_column(String(254), unique=True)
    employee_no: Mapped[str | None] = mapped_column(String(40), unique=True)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"), index=True)
    start_on: Mapped[date | None]
    locale: Mapped[str | None] = mapped_column(String(5))
    time_zone: Mapped[str | None] = mapped_column(String(50))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    password_changed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    is_demonstration: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    disabled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    erased_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    team: Mapped[Team | None] = relationship(back_populates="members")
    role_rows: Mapped[list[PersonRole]] = relationship(
        cascade="all, delete-orphan", lazy="selectin", back_populates="person"
    )
    supervisions: Mapped[list[TeamSupervision]] = relationship(cascade="all, delete-orphan")

    @property
    def roles(self) -> frozenset[Role]:
        """All roles of the person."""
        return frozenset(Role(row.role) for row in self.role_rows)

    def has_role(self, *roles: Role) -> bool:
        """Whether the person holds at least one of `roles`."""
        return not self.roles.isdisjoint(roles)

    @cached_property
    def supervised_team_ids(self) -> frozenset[int]:
        """Ids of the teams whose people this person may see as their supervisor."""
        if not self.has_role(Role.SUPERVISOR):
            return frozenset()
        return frozenset(row.team_id for row in self.supervisions)

    @property
    def is_active(self) -> bool:
        """Whether the account may be used (the name is Flask-Login's, as the next three)."""
        return self.disabled_at is None

    is_authenticated = True
    is_anonymous = False
    __allow_unmapped__ = True
    # Set on the person loaded for a request, from the sign-in being used:
    sign_in_token: str | None = None
    password_typed_at: datetime | None = None

    def get_id(self) -> str | None:
        """The token of the sign-in being used, which the browser keeps."""
        return self.sign_in_token


@event.listens_for(Person, "before_insert")
@event.listens_for(Person, "before_update")
def _make_keys(_mapper: Any, _connection: Any, person: Person) -> None:
    person.name_key = pinyin.name_key(person.name)
    person.search_key = pinyin.search_key(
        person.name, person.username, person.email, person.employee_no
    )


class PersonRole(db.Model):
    """One role of one person."""

    __tablename__ = "person_role"
    __table_args__ = (
        CheckConstraint(
            "role IN ('agent', 'trainer', 'supervisor', 'planner', 'auditor', 'administrator')",
            name="role",
        ),
    )

    person_id: Mapped[int] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True
    )
    role: Mapped[str] = mapped_column(String(20), primary_key=True)

    person: Mapped[Person] = relationship(back_populates="role_rows")


class TeamSupervision(db.Model):
    """A supervisor's answer for one team."""

    __tablename__ = "team_supervision"

    team_id: Mapped[int] = mapped_column(
        ForeignKey("team.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[int] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class Cohort(db.Model):
    """People who start together, and the date from which their due days count."""

    __tablename__ = "cohort"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    start_on: Mapped[date]

    member_rows: Mapped[list[CohortMember]] = relationship(cascade="all, delete-orphan")


class CohortMember(db.Model):
    """One person in one cohort."""

    __tablename__ = "cohort_member"

    cohort_id: Mapped[int] = mapped_column(
        ForeignKey("cohort.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[int] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class SignIn(db.Model):
    """One browser signed in as one person. Only the token's hash is kept.

    `password_at` is when the password was last typed in it (asked again before grave acts).
    Until `held_until` it stays in force whatever its limits: an exam is under way in it.
    """

    __tablename__ = "sign_in"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    password_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    held_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    address: Mapped[str] = mapped_column(String(64), default="")
    browser: Mapped[str] = mapped_column(String(200), default="")

    person: Mapped[Person] = relationship()


class SignInMisses(db.Model):
    """Consecutive failed sign-ins of one account name or one address (`subject`)."""

    __tablename__ = "sign_in_misses"

    subject: Mapped[str] = mapped_column(String(300), primary_key=True)
    count: Mapped[int]
    last_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Invitation(db.Model):
    """A link that works once, to set a first (`invite`) or a new (`reset`) password.

    The token in the link is derived from the row and the server's secret
    (`people.rules.link_token`), so it is never stored.
    """

    __tablename__ = "invitation"
    __table_args__ = (CheckConstraint("kind IN ('invite', 'reset')", name="kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    nonce: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    person: Mapped[Person] = relationship()


class PendingImport(db.Model):
    """A table of people that its owner has seen a preview of and not yet confirmed."""

    __tablename__ = "pending_import"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    file: Mapped[str] = mapped_column(String(200))
    data: Mapped[bytes]
    encoding: Mapped[str | None] = mapped_column(String(20))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class AccessToken(db.Model):
    """A personal bearer token for the JSON interface. Only its hash is kept."""

    __tablename__ = "access_token"
    __table_args__ = (UniqueConstraint("person_id", "label"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    label: Mapped[str] = mapped_column(String(60))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
