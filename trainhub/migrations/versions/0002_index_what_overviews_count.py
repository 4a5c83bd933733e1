"""Index the people whom overviews leave out or count"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

PARTS = {
    "ix_person_disabled": sa.text("disabled_at IS NOT NULL"),
    "ix_person_unset": sa.text("password_hash IS NULL"),
}


def upgrade() -> None:
    """Bring the structure from the revision before to this one."""
    for name, part in PARTS.items():
        op.create_index(name, "person", ["disabled_at"], sqlite_where=part, postgresql_where=part)


def downgrade() -> None:
    """Back to the revision before."""
    for name in PARTS:
        op.drop_index(name, "person")
