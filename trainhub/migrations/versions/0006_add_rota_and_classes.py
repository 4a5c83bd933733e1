"""add rota and classes"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the structure from the revision before to this one."""
    op.create_table(
        "queue",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("method", sa.String(length=10), nullable=False),
        sa.Column("interval_min", sa.Integer(), nullable=False),
        sa.Column("service_level", sa.Double(), nullable=False),
        sa.Column("answer_within_s", sa.Integer(), nullable=False),
        sa.Column("max_occupancy", sa.Double(), nullable=False),
        sa.Column("patience_s", sa.Integer(), nullable=True),
        sa.Column("planned_shrinkage", sa.Double(), nullable=False),
        sa.Column("unplanned_shrinkage", sa.Double(), nullable=False),
        sa.Column("concurrency", sa.Double(), nullable=False),
        sa.Column("buffer", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("channel IN ('calls', 'chats')", name=op.f("ck_queue_channel")),
        sa.CheckConstraint(
            "method IN ('erlang_c', 'erlang_a', 'given')", name=op.f("ck_queue_method")
        ),
        sa.CheckConstraint("concurrency >= 1 AND buffer >= 0", name=op.f("ck_queue_bounds")),
        sa.CheckConstraint("interval_min IN (15, 30, 60)", name=op.f("ck_queue_interval")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_queue")),
        sa.UniqueConstraint("key", name=op.f("uq_queue_key")),
    )
    op.create_table(
        "shift_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name_zh", sa.String(length=60), nullable=False),
        sa.Column("name_en", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("starts_min", sa.Integer(), nullable=True),
        sa.Column("ends_min", sa.Integer(), nullable=True),
        sa.Column("breaks", sa.JSON(), nullable=False),
        sa.Column("early_class_starts_min", sa.Integer(), nullable=True),
        sa.Column("early_class_ends_min", sa.Integer(), nullable=True),
        sa.Column("early_class_on_phones", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind IN ('early', 'mid', 'late', 'night', 'training', 'rest', 'leave', 'other')",
            name=op.f("ck_shift_code_kind"),
        ),
        sa.CheckConstraint(
            "(early_class_starts_min IS NULL) = (early_class_ends_min IS NULL)",
            name=op.f("ck_shift_code_early_class"),
        ),
        sa.CheckConstraint(
            "(starts_min IS NULL) = (ends_min IS NULL) AND (starts_min IS NULL OR starts_min < ends_min)",
            name=op.f("ck_shift_code_times"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shift_code")),
        sa.UniqueConstraint("code", name=op.f("uq_shift_code_code")),
    )
    op.create_table(
        "site",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("time_zone", sa.String(length=50), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site")),
        sa.UniqueConstraint("name", name=op.f("uq_site_name")),
    )
    op.create_table(
        "team_place",
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("queue_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["queue_id"], ["queue.id"], name=op.f("fk_team_place_queue_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_team_place_site_id")),
        sa.ForeignKeyConstraint(
            ["team_id"], ["team.id"], name=op.f("fk_team_place_team_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("team_id", name=op.f("pk_team_place")),
    )
    op.create_index(op.f("ix_team_place_queue_id"), "team_place", ["queue_id"], unique=False)
    op.create_index(op.f("ix_team_place_site_id"), "team_place", ["site_id"], unique=False)

    op.create_table(
        "calendar_day",
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("kind IN ('holiday', 'workday')", name=op.f("ck_calendar_day_kind")),
        sa.ForeignKeyConstraint(
            ["changed_by_id"], ["person.id"], name=op.f("fk_calendar_day_changed_by_id")
        ),
        sa.PrimaryKeyConstraint("on", name=op.f("pk_calendar_day")),
    )
    op.create_table(
        "pending_table",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("file", sa.String(length=200), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("mapping", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('rota', 'demand')", name=op.f("ck_pending_table_kind")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_pending_table_person_id")
        ),
        sa.PrimaryKeyConstraint("person_id", "kind", name=op.f("pk_pending_table")),
    )
    op.create_table(
        "table_import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("file", sa.String(length=200), nullable=False),
        sa.Column("file_hash", sa.String(length=64), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("imported_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("kind IN ('rota', 'demand')", name=op.f("ck_table_import_kind")),
        sa.ForeignKeyConstraint(
            ["imported_by_id"], ["person.id"], name=op.f("fk_table_import_imported_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_table_import")),
    )
    op.create_index(
        op.f("ix_table_import_imported_at"), "table_import", ["imported_at"], unique=False
    )

    op.create_table(
        "table_mapping",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("signature", sa.String(length=64), nullable=False),
        sa.Column("mapping", sa.JSON(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("kind IN ('rota', 'demand')", name=op.f("ck_table_mapping_kind")),
        sa.ForeignKeyConstraint(
            ["used_by_id"], ["person.id"], name=op.f("fk_table_mapping_used_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_table_mapping")),
        sa.UniqueConstraint("kind", "signature", name=op.f("uq_table_mapping_kind_signature")),
    )
    op.create_table(
        "day_demand",
        sa.Column("queue_id", sa.Integer(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("interval_min", sa.Integer(), nullable=False),
        sa.Column("contacts", sa.JSON(), nullable=False),
        sa.Column("handling_s", sa.JSON(), nullable=False),
        sa.Column("minimum", sa.JSON(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("interval_min IN (15, 30, 60)", name=op.f("ck_day_demand_interval")),
        sa.ForeignKeyConstraint(
            ["import_id"], ["table_import.id"], name=op.f("fk_day_demand_import_id")
        ),
        sa.ForeignKeyConstraint(["queue_id"], ["queue.id"], name=op.f("fk_day_demand_queue_id")),
        sa.PrimaryKeyConstraint("queue_id", "on", name=op.f("pk_day_demand")),
    )
    op.create_table(
        "rota_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("old_code", sa.String(length=20), nullable=False),
        sa.Column("new_code", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('import', 'edit', 'swap', 'leave')", name=op.f("ck_rota_change_kind")
        ),
        sa.ForeignKeyConstraint(
            ["changed_by_id"], ["person.id"], name=op.f("fk_rota_change_changed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["import_id"], ["table_import.id"], name=op.f("fk_rota_change_import_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_rota_change_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rota_change")),
    )
    op.create_index(op.f("ix_rota_change_changed_at"), "rota_change", ["changed_at"], unique=False)
    op.create_index(op.f("ix_rota_change_import_id"), "rota_change", ["import_id"], unique=False)
    op.create_index("ix_rota_change_person_id_on", "rota_change", ["person_id", "on"], unique=False)

    op.create_table(
        "shift",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("shift_code_id", sa.Integer(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["import_id"], ["table_import.id"], name=op.f("fk_shift_import_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_shift_person_id")),
        sa.ForeignKeyConstraint(
            ["shift_code_id"], ["shift_code.id"], name=op.f("fk_shift_shift_code_id")
        ),
        sa.PrimaryKeyConstraint("person_id", "on", name=op.f("pk_shift")),
    )
    op.create_index(
        "ix_shift_on_shift_code_id", "shift", ["on", "shift_code_id", "person_id"], unique=False
    )

    op.create_table(
        "typical_day",
        sa.Column("queue_id", sa.Integer(), nullable=False),
        sa.Column("weekday", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("interval_min", sa.Integer(), nullable=False),
        sa.Column("contacts", sa.JSON(), nullable=False),
        sa.Column("handling_s", sa.JSON(), nullable=False),
        sa.Column("minimum", sa.JSON(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("interval_min IN (15, 30, 60)", name=op.f("ck_typical_day_interval")),
        sa.CheckConstraint("weekday BETWEEN 0 AND 7", name=op.f("ck_typical_day_weekday")),
        sa.ForeignKeyConstraint(
            ["import_id"], ["table_import.id"], name=op.f("fk_typical_day_import_id")
        ),
        sa.ForeignKeyConstraint(["queue_id"], ["queue.id"], name=op.f("fk_typical_day_queue_id")),
        sa.PrimaryKeyConstraint("queue_id", "weekday", name=op.f("pk_typical_day")),
    )

    _guard_append_only()


APPEND_ONLY = ("table_import", "rota_change")


def _guard_append_only() -> None:
    """Have the database itself refuse changing or deleting what is only ever appended."""
    for table in APPEND_ONLY:
        if op.get_bind().dialect.name == "sqlite":
            for verb in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{table} is append only'); END"
                )
        else:
            op.execute(
                f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
            )


def downgrade() -> None:
    """Back to the revision before."""
    op.drop_table("typical_day")
    op.drop_index("ix_shift_on_shift_code_id", "shift")

    op.drop_table("shift")
    op.drop_index("ix_rota_change_person_id_on", "rota_change")
    op.drop_index(op.f("ix_rota_change_import_id"), "rota_change")
    op.drop_index(op.f("ix_rota_change_changed_at"), "rota_change")

    op.drop_table("rota_change")
    op.drop_table("day_demand")
    op.drop_table("table_mapping")
    op.drop_index(op.f("ix_table_import_imported_at"), "table_import")

    op.drop_table("table_import")
    op.drop_table("pending_table")
    op.drop_table("calendar_day")
    op.drop_index(op.f("ix_team_place_site_id"), "team_place")
    op.drop_index(op.f("ix_team_place_queue_id"), "team_place")

    op.drop_table("team_place")
    op.drop_table("site")
    op.drop_table("shift_code")
    op.drop_table("queue")
