"""Parts of typing rhythms"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the structure from the revision before to this one."""
    op.create_table(
        "typing_run_part",
        sa.Column("passage_version_id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("from_gap", sa.Integer(), nullable=False),
        sa.Column("to_gap", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["passage_version_id"],
            ["typing_passage_version.id"],
            name=op.f("fk_typing_run_part_passage_version_id"),
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["typing_run.id"], name=op.f("fk_typing_run_part_run_id")
        ),
        sa.PrimaryKeyConstraint("passage_version_id", "run_id", name=op.f("pk_typing_run_part")),
    )
    op.create_index("ix_typing_run_part_run_id", "typing_run_part", ["run_id"], unique=False)


def downgrade() -> None:
    """Back to the revision before."""
    op.drop_index("ix_typing_run_part_run_id", "typing_run_part")
    op.drop_table("typing_run_part")
