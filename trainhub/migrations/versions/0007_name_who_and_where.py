"""Name who and where"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the structure from the revision before to this one."""
    op.create_table(
        "training_request_person",
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_training_request_person_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["training_request.id"],
            name=op.f("fk_training_request_person_request_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("request_id", "person_id", name=op.f("pk_training_request_person")),
    )
    op.create_index(
        op.f("ix_training_request_person_person_id"),
        "training_request_person",
        ["person_id"],
        unique=False,
    )
    op.add_column(
        "room", sa.Column("join_url", sa.String(length=300), server_default="", nullable=False)
    )
    op.create_index("ix_booking_event_occurred_at", "booking_event", ["occurred_at"], unique=False)
    op.create_index(
        "ix_swap_request_asked",
        "swap_request",
        ["asked_at"],
        unique=False,
        sqlite_where=sa.text("state = 'asked'"),
        postgresql_where=sa.text("state = 'asked'"),
    )
    op.create_index("ix_training_session_on", "training_session", ["on", "site_id"], unique=False)
    op.create_index(
        "ix_training_session_event_kind",
        "training_session_event",
        ["kind", "occurred_at"],
        unique=False,
    )


def downgrade() -> None:
    """Back to the revision before."""
    op.drop_index("ix_training_session_event_kind", "training_session_event")
    op.drop_index("ix_training_session_on", "training_session")
    op.drop_index(
        "ix_swap_request_asked",
        "swap_request",
        sqlite_where=sa.text("state = 'asked'"),
        postgresql_where=sa.text("state = 'asked'"),
    )
    op.drop_index("ix_booking_event_occurred_at", "booking_event")
    op.drop_column("room", "join_url")
    op.drop_index(op.f("ix_training_request_person_person_id"), "training_request_person")

    op.drop_table("training_request_person")
