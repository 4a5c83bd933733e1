"""The item bank: questions whatever their language, their published texts, their pictures."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from trainhub.db import UtcDateTime, append_only, db


class BankItem(db.Model):
    """A question, whatever the language.

    `quiz_key` and `item_key` name the catalogue's question that it was taken over from; both
    are None for the bank's own. `enemies` are keys of groups of which a paper holds one question
    at most. `expected_s` is how long a prepared agent should need, in seconds. `revision` counts
    the changes of what stands here, so that two authors do not overwrite each other. `used` is
    how many papers have held it, as the tick counted last (`services.bank.count_usage`).
    """

    __tablename__ = "bank_item"
    __table_args__ = (UniqueConstraint("quiz_key", "item_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(80), unique=True)
    topic: Mapped[str] = mapped_column(String(80), index=True)
    level: Mapped[str] = mapped_column(String(20))
    status: Mapped[str] = mapped_column(String(20), index=True)
    objective: Mapped[str] = mapped_column(String(80), default="")
    tags: Mapped[list[str]] = mapped_column(JSON)
    enemies: Mapped[list[str]] = mapped_column(JSON)
    expected_s: Mapped[int] = mapped_column(default=60)
    quiz_key: Mapped[str | None] = mapped_column(String(80))
    item_key: Mapped[str | None] = mapped_column(String(80))
    revision: Mapped[int] = mapped_column(default=1)
    used: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    editions: Mapped[list[BankItemEdition]] = relationship(
        back_populates="item", order_by="BankItemEdition.language"
    )


class BankItemEdition(db.Model):
    """A question in one language, pointing to the text in force."""

    __tablename__ = "bank_item_edition"

    item_id: Mapped[int] = mapped_column(ForeignKey("bank_item.id"), primary_key=True)
    language: Mapped[str] = mapped_column(String(5), primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("bank_item_version.id"), index=True)

    item: Mapped[BankItem] = relationship(back_populates="editions")
    version: Mapped[BankItemVersion] = relationship()


class BankItemVersion(db.Model):
    """A text of a question in one language. Append only, so papers and marks stay provable.

    `content` is the kind's own part, key included (`catalogue.rules.quiz_kinds`); `pictures`
    maps the names shown as `media/<name>` to rows of `BankPicture`. `content_hash` is SHA-256
    over everything that a candidate or a marker sees.
    """

    __tablename__ = "bank_item_version"
    __table_args__ = (UniqueConstraint("item_id", "language", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("bank_item.id"))
    language: Mapped[str] = mapped_column(String(5))
    number: Mapped[int]
    kind: Mapped[str] = mapped_column(String(20))
    points: Mapped[int] = mapped_column(default=1)
    stem: Mapped[str] = mapped_column(Text)
    feedback: Mapped[str] = mapped_column(Text, default="")
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    pictures: Mapped[dict[str, int]] = mapped_column(JSON)
    content_hash: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    note: Mapped[str] = mapped_column(Text, default="")

    item: Mapped[BankItem] = relationship()


class BankPicture(db.Model):
    """A picture of questions, re-encoded by us, kept once whatever its names."""

    __tablename__ = "bank_picture"

    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    media_type: Mapped[str] = mapped_column(String(40))
    width: Mapped[int]
    height: Mapped[int]
    data: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)


class BankTakeOver(db.Model):
    """Which text of a catalogue quiz the bank has taken over: what it need not look at again."""

    __tablename__ = "bank_take_over"

    quiz_edition_id: Mapped[int] = mapped_column(ForeignKey("quiz_edition.id"), primary_key=True)
    quiz_version_id: Mapped[int] = mapped_column(ForeignKey("quiz_version.id"))
    taken_at: Mapped[datetime] = mapped_column(UtcDateTime)


class PendingItemImport(db.Model):
    """An uploaded file of questions that waits for its owner to confirm it."""

    __tablename__ = "pending_item_import"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    file_name: Mapped[str] = mapped_column(String(200))
    options: Mapped[dict[str, Any]] = mapped_column(JSON)
    uploaded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    data: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)


append_only(BankItemVersion.__table__)
