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
        sa.Column("synonyms", sa.JSON(), nullable=False),
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
        "room",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("is_online", sa.Boolean(), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("seats BETWEEN 1 AND 1000", name=op.f("ck_room_seats")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_room_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room")),
        sa.UniqueConstraint("site_id", "name", name=op.f("uq_room_site_id_name")),
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
        "calendar_feed",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("nonce", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_calendar_feed_person_id")
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_calendar_feed")),
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
        "room_block",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("room_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_room_block_times")),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_room_block_room_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_block")),
    )
    op.create_index(op.f("ix_room_block_room_id"), "room_block", ["room_id"], unique=False)

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
        "trainer_course",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("certified_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["course_id"], ["course.id"], name=op.f("fk_trainer_course_course_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_trainer_course_person_id")
        ),
        sa.PrimaryKeyConstraint("person_id", "course_id", name=op.f("pk_trainer_course")),
    )
    op.create_index(
        op.f("ix_trainer_course_course_id"), "trainer_course", ["course_id"], unique=False
    )

    op.create_table(
        "trainer_profile",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("max_min_per_week", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "max_min_per_week BETWEEN 0 AND 4200", name=op.f("ck_trainer_profile_limit")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_trainer_profile_person_id")
        ),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_trainer_profile_site_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_trainer_profile")),
    )
    op.create_index(
        op.f("ix_trainer_profile_site_id"), "trainer_profile", ["site_id"], unique=False
    )

    op.create_table(
        "trainer_time",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=True),
        sa.Column("on", sa.Date(), nullable=True),
        sa.Column("starts_min", sa.Integer(), nullable=False),
        sa.Column("ends_min", sa.Integer(), nullable=False),
        sa.Column("is_away", sa.Boolean(), nullable=False),
        sa.CheckConstraint('(weekday IS NULL) <> ("on" IS NULL)', name=op.f("ck_trainer_time_day")),
        sa.CheckConstraint("starts_min < ends_min", name=op.f("ck_trainer_time_times")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_trainer_time_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trainer_time")),
    )
    op.create_index(op.f("ix_trainer_time_person_id"), "trainer_time", ["person_id"], unique=False)

    op.create_table(
        "training_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("topic", sa.String(length=160), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=True),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.Column("heads", sa.Integer(), nullable=False),
        sa.Column("wished_from", sa.Date(), nullable=False),
        sa.Column("wished_until", sa.Date(), nullable=False),
        sa.Column("figure", sa.String(length=160), nullable=False),
        sa.Column("figure_now", sa.String(length=60), nullable=False),
        sa.Column("figure_goal", sa.String(length=60), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("reviewer_id", sa.Integer(), nullable=True),
        sa.Column("trainer_id", sa.Integer(), nullable=True),
        sa.Column("trainer_state", sa.String(length=10), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('draft', 'submitted', 'in_review', 'approved', 'rejected', 'withdrawn', 'planned', 'delivered', 'evaluated', 'closed')",
            name=op.f("ck_training_request_state"),
        ),
        sa.CheckConstraint(
            "trainer_state IN ('', 'proposed', 'accepted', 'declined')",
            name=op.f("ck_training_request_trainer_state"),
        ),
        sa.CheckConstraint("wished_from <= wished_until", name=op.f("ck_training_request_window")),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["person.id"], name=op.f("fk_training_request_asked_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["course_id"], ["course.id"], name=op.f("fk_training_request_course_id")
        ),
        sa.ForeignKeyConstraint(
            ["reviewer_id"], ["person.id"], name=op.f("fk_training_request_reviewer_id")
        ),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_training_request_team_id")),
        sa.ForeignKeyConstraint(
            ["trainer_id"], ["person.id"], name=op.f("fk_training_request_trainer_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_request")),
    )
    op.create_index(
        op.f("ix_training_request_asked_by_id"), "training_request", ["asked_by_id"], unique=False
    )
    op.create_index(
        op.f("ix_training_request_course_id"), "training_request", ["course_id"], unique=False
    )
    op.create_index(
        op.f("ix_training_request_reviewer_id"), "training_request", ["reviewer_id"], unique=False
    )
    op.create_index(
        "ix_training_request_state", "training_request", ["state", "submitted_at"], unique=False
    )
    op.create_index(
        op.f("ix_training_request_team_id"), "training_request", ["team_id"], unique=False
    )
    op.create_index(
        op.f("ix_training_request_trainer_id"), "training_request", ["trainer_id"], unique=False
    )

    op.create_table(
        "campaign",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("series_id", sa.Integer(), nullable=True),
        sa.Column("request_id", sa.Integer(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('draft', 'agreed', 'published', 'closed')", name=op.f("ck_campaign_state")
        ),
        sa.CheckConstraint(
            "starts_on <= due_on AND due_on <= ends_on", name=op.f("ck_campaign_dates")
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["person.id"], name=op.f("fk_campaign_created_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["request_id"], ["training_request.id"], name=op.f("fk_campaign_request_id")
        ),
        sa.ForeignKeyConstraint(["series_id"], ["series.id"], name=op.f("fk_campaign_series_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign")),
        sa.UniqueConstraint("key", name=op.f("uq_campaign_key")),
    )
    op.create_index(op.f("ix_campaign_request_id"), "campaign", ["request_id"], unique=False)
    op.create_index(op.f("ix_campaign_state"), "campaign", ["state"], unique=False)

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
        "training_request_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("old_state", sa.String(length=12), nullable=False),
        sa.Column("new_state", sa.String(length=12), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["by_id"], ["person.id"], name=op.f("fk_training_request_event_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["training_request.id"],
            name=op.f("fk_training_request_event_request_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_request_event")),
    )
    op.create_index(
        op.f("ix_training_request_event_request_id"),
        "training_request_event",
        ["request_id"],
        unique=False,
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
    op.create_table(
        "campaign_course",
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("duration_min", sa.Integer(), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("min_seats", sa.Integer(), nullable=False),
        sa.Column("min_gap_days", sa.Integer(), nullable=True),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "duration_min BETWEEN 5 AND 480", name=op.f("ck_campaign_course_duration")
        ),
        sa.CheckConstraint(
            "min_seats >= 1 AND seats >= min_seats", name=op.f("ck_campaign_course_seats")
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id"],
            ["campaign.id"],
            name=op.f("fk_campaign_course_campaign_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["course_id"], ["course.id"], name=op.f("fk_campaign_course_course_id")
        ),
        sa.PrimaryKeyConstraint("campaign_id", "course_id", name=op.f("pk_campaign_course")),
    )
    op.create_index(
        op.f("ix_campaign_course_course_id"), "campaign_course", ["course_id"], unique=False
    )

    op.create_table(
        "campaign_target",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.Column("cohort_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "CASE WHEN person_id IS NULL THEN 0 ELSE 1 END + CASE WHEN team_id IS NULL THEN 0 ELSE 1 END + CASE WHEN cohort_id IS NULL THEN 0 ELSE 1 END = 1",
            name=op.f("ck_campaign_target_target"),
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id"],
            ["campaign.id"],
            name=op.f("fk_campaign_target_campaign_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["cohort_id"], ["cohort.id"], name=op.f("fk_campaign_target_cohort_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_campaign_target_person_id")
        ),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_campaign_target_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign_target")),
    )
    op.create_index(
        op.f("ix_campaign_target_campaign_id"), "campaign_target", ["campaign_id"], unique=False
    )
    op.create_index(
        op.f("ix_campaign_target_cohort_id"), "campaign_target", ["cohort_id"], unique=False
    )
    op.create_index(
        op.f("ix_campaign_target_person_id"), "campaign_target", ["person_id"], unique=False
    )
    op.create_index(
        op.f("ix_campaign_target_team_id"), "campaign_target", ["team_id"], unique=False
    )

    op.create_table(
        "plan_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("is_again", sa.Boolean(), nullable=False),
        sa.Column("problem", sa.LargeBinary(), nullable=False),
        sa.Column("people", sa.JSON(), nullable=False),
        sa.Column("plan", sa.LargeBinary(), nullable=True),
        sa.Column("progress", sa.JSON(), nullable=False),
        sa.Column("time_limit_s", sa.Integer(), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("cancel_asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("requested_by_id", sa.Integer(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "state IN ('queued', 'running', 'done', 'cancelled', 'failed', 'agreed', 'dismissed')",
            name=op.f("ck_plan_run_state"),
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_plan_run_campaign_id")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["person.id"], name=op.f("fk_plan_run_decided_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["requested_by_id"], ["person.id"], name=op.f("fk_plan_run_requested_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_run")),
    )
    op.create_index(op.f("ix_plan_run_campaign_id"), "plan_run", ["campaign_id"], unique=False)
    op.create_index("ix_plan_run_state", "plan_run", ["state", "requested_at"], unique=False)

    op.create_table(
        "training_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=True),
        sa.Column("request_id", sa.Integer(), nullable=True),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("room_id", sa.Integer(), nullable=False),
        sa.Column("trainer_id", sa.Integer(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("starts_min", sa.Integer(), nullable=False),
        sa.Column("ends_min", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("window_kind", sa.String(length=10), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("min_seats", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("is_pinned", sa.Boolean(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("check_in_nonce", sa.String(length=64), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("remaining_s", sa.Integer(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_cause", sa.String(length=20), nullable=False),
        sa.CheckConstraint(
            "state IN ('scheduled', 'running', 'paused', 'completed', 'cancelled')",
            name=op.f("ck_training_session_state"),
        ),
        sa.CheckConstraint(
            "window_kind IN ('early', 'before', 'after', 'in_shift')",
            name=op.f("ck_training_session_window_kind"),
        ),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_training_session_times")),
        sa.CheckConstraint("taken BETWEEN 0 AND seats", name=op.f("ck_training_session_taken")),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_training_session_campaign_id")
        ),
        sa.ForeignKeyConstraint(
            ["course_id"], ["course.id"], name=op.f("fk_training_session_course_id")
        ),
        sa.ForeignKeyConstraint(
            ["request_id"], ["training_request.id"], name=op.f("fk_training_session_request_id")
        ),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_training_session_room_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_training_session_site_id")),
        sa.ForeignKeyConstraint(
            ["trainer_id"], ["person.id"], name=op.f("fk_training_session_trainer_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_session")),
    )
    op.create_index(
        op.f("ix_training_session_campaign_id"), "training_session", ["campaign_id"], unique=False
    )
    op.create_index(
        op.f("ix_training_session_course_id"), "training_session", ["course_id"], unique=False
    )
    op.create_index(
        op.f("ix_training_session_request_id"), "training_session", ["request_id"], unique=False
    )
    op.create_index(
        "ix_training_session_room_id", "training_session", ["room_id", "starts_at"], unique=False
    )
    op.create_index(
        "ix_training_session_starts_at", "training_session", ["starts_at", "site_id"], unique=False
    )
    op.create_index(
        "ix_training_session_trainer_id",
        "training_session",
        ["trainer_id", "starts_at"],
        unique=False,
    )

    op.create_table(
        "booking",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("training_session_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("window_kind", sa.String(length=10), nullable=False),
        sa.Column("is_on_phones", sa.Boolean(), nullable=False),
        sa.Column("is_pinned", sa.Boolean(), nullable=False),
        sa.Column("is_make_up", sa.Boolean(), nullable=False),
        sa.Column("uid", sa.String(length=80), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("booked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.CheckConstraint(
            "state IN ('booked', 'waiting', 'attended', 'missed', 'declined', 'moved', 'cancelled')",
            name=op.f("ck_booking_state"),
        ),
        sa.CheckConstraint(
            "window_kind IN ('early', 'before', 'after', 'in_shift')",
            name=op.f("ck_booking_window_kind"),
        ),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_booking_course_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_booking_person_id")),
        sa.ForeignKeyConstraint(
            ["training_session_id"],
            ["training_session.id"],
            name=op.f("fk_booking_training_session_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking")),
        sa.UniqueConstraint(
            "training_session_id",
            "person_id",
            name=op.f("uq_booking_training_session_id_person_id"),
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_booking_uid")),
    )
    op.create_index("ix_booking_course_id_state", "booking", ["course_id", "state"], unique=False)
    op.create_index(
        "ix_booking_person_id_course_id",
        "booking",
        ["person_id", "course_id"],
        unique=True,
        sqlite_where=sa.text("state = 'booked'"),
        postgresql_where=sa.text("state = 'booked'"),
    )
    op.create_index("ix_booking_person_id_state", "booking", ["person_id", "state"], unique=False)

    op.create_table(
        "debt_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("training_session_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("cause", sa.String(length=20), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("dedupe_key", sa.String(length=120), nullable=False),
        sa.CheckConstraint(
            "cause IN ('', 'operations', 'trainer', 'room', 'planner', 'personal', 'absent')",
            name=op.f("ck_debt_entry_cause"),
        ),
        sa.CheckConstraint(
            "kind IN ('planned', 'delivered', 'cancelled', 'owed', 'repaid', 'waived')",
            name=op.f("ck_debt_entry_kind"),
        ),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_debt_entry_by_id")),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_debt_entry_course_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_debt_entry_person_id")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_debt_entry_team_id")),
        sa.ForeignKeyConstraint(
            ["training_session_id"],
            ["training_session.id"],
            name=op.f("fk_debt_entry_training_session_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_debt_entry")),
        sa.UniqueConstraint("dedupe_key", name=op.f("uq_debt_entry_dedupe_key")),
    )
    op.create_index(op.f("ix_debt_entry_course_id"), "debt_entry", ["course_id"], unique=False)
    op.create_index("ix_debt_entry_person_id_on", "debt_entry", ["person_id", "on"], unique=False)
    op.create_index(
        "ix_debt_entry_team_id_on", "debt_entry", ["team_id", "on", "kind"], unique=False
    )
    op.create_index(
        op.f("ix_debt_entry_training_session_id"),
        "debt_entry",
        ["training_session_id"],
        unique=False,
    )

    op.create_table(
        "delivery_record",
        sa.Column("training_session_id", sa.Integer(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["training_session_id"],
            ["training_session.id"],
            name=op.f("fk_delivery_record_training_session_id"),
        ),
        sa.PrimaryKeyConstraint("training_session_id", name=op.f("pk_delivery_record")),
    )
    op.create_table(
        "survey_answer",
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("training_session_id", sa.Integer(), nullable=False),
        sa.Column("content", sa.Integer(), nullable=False),
        sa.Column("trainer", sa.Integer(), nullable=False),
        sa.Column("usefulness", sa.Integer(), nullable=False),
        sa.Column("fit", sa.Integer(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "content BETWEEN 1 AND 5 AND trainer BETWEEN 1 AND 5 AND usefulness BETWEEN 1 AND 5 AND fit BETWEEN 1 AND 5",
            name=op.f("ck_survey_answer_points"),
        ),
        sa.ForeignKeyConstraint(
            ["training_session_id"],
            ["training_session.id"],
            name=op.f("fk_survey_answer_training_session_id"),
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_survey_answer")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_survey_answer_training_session_id"),
        "survey_answer",
        ["training_session_id"],
        unique=False,
    )

    op.create_table(
        "survey_ticket",
        sa.Column("training_session_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_answered", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_survey_ticket_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["training_session_id"],
            ["training_session.id"],
            name=op.f("fk_survey_ticket_training_session_id"),
        ),
        sa.PrimaryKeyConstraint("training_session_id", "person_id", name=op.f("pk_survey_ticket")),
    )
    op.create_index(
        op.f("ix_survey_ticket_person_id"), "survey_ticket", ["person_id"], unique=False
    )

    op.create_table(
        "training_session_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("training_session_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("old", sa.JSON(), nullable=False),
        sa.Column("new", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["by_id"], ["person.id"], name=op.f("fk_training_session_event_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["training_session_id"],
            ["training_session.id"],
            name=op.f("fk_training_session_event_training_session_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_session_event")),
    )
    op.create_index(
        op.f("ix_training_session_event_training_session_id"),
        "training_session_event",
        ["training_session_id"],
        unique=False,
    )

    op.create_table(
        "attendance",
        sa.Column("booking_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("way", sa.String(length=10), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("checked_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("marked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("marked_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "state IN ('present', 'late', 'excused_operations', 'excused_personal', 'absent')",
            name=op.f("ck_attendance_state"),
        ),
        sa.CheckConstraint("way IN ('code', 'roster', 'rule')", name=op.f("ck_attendance_way")),
        sa.ForeignKeyConstraint(
            ["booking_id"], ["booking.id"], name=op.f("fk_attendance_booking_id")
        ),
        sa.ForeignKeyConstraint(
            ["marked_by_id"], ["person.id"], name=op.f("fk_attendance_marked_by_id")
        ),
        sa.PrimaryKeyConstraint("booking_id", name=op.f("pk_attendance")),
    )
    op.create_table(
        "booking_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("booking_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("old_state", sa.String(length=20), nullable=False),
        sa.Column("new_state", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["booking_id"], ["booking.id"], name=op.f("fk_booking_event_booking_id")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_booking_event_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking_event")),
    )
    op.create_index(
        op.f("ix_booking_event_booking_id"), "booking_event", ["booking_id"], unique=False
    )

    op.create_table(
        "make_up",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("missed_booking_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("cause", sa.String(length=20), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("owed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("offered_session_id", sa.Integer(), nullable=True),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_as", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.CheckConstraint(
            "settled_as IN ('', 'attended', 'waived', 'learned')",
            name=op.f("ck_make_up_settled_as"),
        ),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_make_up_course_id")),
        sa.ForeignKeyConstraint(
            ["missed_booking_id"], ["booking.id"], name=op.f("fk_make_up_missed_booking_id")
        ),
        sa.ForeignKeyConstraint(
            ["offered_session_id"],
            ["training_session.id"],
            name=op.f("fk_make_up_offered_session_id"),
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_make_up_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_make_up")),
        sa.UniqueConstraint("missed_booking_id", name=op.f("uq_make_up_missed_booking_id")),
    )
    op.create_index(op.f("ix_make_up_course_id"), "make_up", ["course_id"], unique=False)
    op.create_index(
        op.f("ix_make_up_offered_session_id"), "make_up", ["offered_session_id"], unique=False
    )
    op.create_index(
        "ix_make_up_person_id_settled_at", "make_up", ["person_id", "settled_at"], unique=False
    )

    op.create_table(
        "swap_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("booking_id", sa.Integer(), nullable=False),
        sa.Column("other_booking_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('asked', 'done', 'refused', 'withdrawn', 'expired')",
            name=op.f("ck_swap_request_state"),
        ),
        sa.ForeignKeyConstraint(
            ["booking_id"], ["booking.id"], name=op.f("fk_swap_request_booking_id")
        ),
        sa.ForeignKeyConstraint(
            ["other_booking_id"], ["booking.id"], name=op.f("fk_swap_request_other_booking_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_swap_request")),
    )
    op.create_index(
        op.f("ix_swap_request_booking_id"), "swap_request", ["booking_id"], unique=False
    )
    op.create_index(
        op.f("ix_swap_request_other_booking_id"), "swap_request", ["other_booking_id"], unique=False
    )

    _guard_append_only()


APPEND_ONLY = (
    "table_import",
    "rota_change",
    "training_session_event",
    "booking_event",
    "debt_entry",
    "survey_answer",
    "delivery_record",
    "training_request_event",
)


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
    op.drop_index(op.f("ix_swap_request_other_booking_id"), "swap_request")
    op.drop_index(op.f("ix_swap_request_booking_id"), "swap_request")

    op.drop_table("swap_request")
    op.drop_index("ix_make_up_person_id_settled_at", "make_up")
    op.drop_index(op.f("ix_make_up_offered_session_id"), "make_up")
    op.drop_index(op.f("ix_make_up_course_id"), "make_up")

    op.drop_table("make_up")
    op.drop_index(op.f("ix_booking_event_booking_id"), "booking_event")

    op.drop_table("booking_event")
    op.drop_table("attendance")
    op.drop_index(op.f("ix_training_session_event_training_session_id"), "training_session_event")

    op.drop_table("training_session_event")
    op.drop_index(op.f("ix_survey_ticket_person_id"), "survey_ticket")

    op.drop_table("survey_ticket")
    op.drop_index(op.f("ix_survey_answer_training_session_id"), "survey_answer")

    op.drop_table("survey_answer")
    op.drop_table("delivery_record")
    op.drop_index(op.f("ix_debt_entry_training_session_id"), "debt_entry")
    op.drop_index("ix_debt_entry_team_id_on", "debt_entry")
    op.drop_index("ix_debt_entry_person_id_on", "debt_entry")
    op.drop_index(op.f("ix_debt_entry_course_id"), "debt_entry")

    op.drop_table("debt_entry")
    op.drop_index("ix_booking_person_id_state", "booking")
    op.drop_index(
        "ix_booking_person_id_course_id",
        "booking",
        sqlite_where=sa.text("state = 'booked'"),
        postgresql_where=sa.text("state = 'booked'"),
    )
    op.drop_index("ix_booking_course_id_state", "booking")

    op.drop_table("booking")
    op.drop_index("ix_training_session_trainer_id", "training_session")
    op.drop_index("ix_training_session_starts_at", "training_session")
    op.drop_index("ix_training_session_room_id", "training_session")
    op.drop_index(op.f("ix_training_session_request_id"), "training_session")
    op.drop_index(op.f("ix_training_session_course_id"), "training_session")
    op.drop_index(op.f("ix_training_session_campaign_id"), "training_session")

    op.drop_table("training_session")
    op.drop_index("ix_plan_run_state", "plan_run")
    op.drop_index(op.f("ix_plan_run_campaign_id"), "plan_run")

    op.drop_table("plan_run")
    op.drop_index(op.f("ix_campaign_target_team_id"), "campaign_target")
    op.drop_index(op.f("ix_campaign_target_person_id"), "campaign_target")
    op.drop_index(op.f("ix_campaign_target_cohort_id"), "campaign_target")
    op.drop_index(op.f("ix_campaign_target_campaign_id"), "campaign_target")

    op.drop_table("campaign_target")
    op.drop_index(op.f("ix_campaign_course_course_id"), "campaign_course")

    op.drop_table("campaign_course")
    op.drop_table("typical_day")
    op.drop_index(op.f("ix_training_request_event_request_id"), "training_request_event")

    op.drop_table("training_request_event")
    op.drop_index("ix_shift_on_shift_code_id", "shift")

    op.drop_table("shift")
    op.drop_index("ix_rota_change_person_id_on", "rota_change")
    op.drop_index(op.f("ix_rota_change_import_id"), "rota_change")
    op.drop_index(op.f("ix_rota_change_changed_at"), "rota_change")

    op.drop_table("rota_change")
    op.drop_table("day_demand")
    op.drop_index(op.f("ix_campaign_state"), "campaign")
    op.drop_index(op.f("ix_campaign_request_id"), "campaign")

    op.drop_table("campaign")
    op.drop_index(op.f("ix_training_request_trainer_id"), "training_request")
    op.drop_index(op.f("ix_training_request_team_id"), "training_request")
    op.drop_index("ix_training_request_state", "training_request")
    op.drop_index(op.f("ix_training_request_reviewer_id"), "training_request")
    op.drop_index(op.f("ix_training_request_course_id"), "training_request")
    op.drop_index(op.f("ix_training_request_asked_by_id"), "training_request")

    op.drop_table("training_request")
    op.drop_index(op.f("ix_trainer_time_person_id"), "trainer_time")

    op.drop_table("trainer_time")
    op.drop_index(op.f("ix_trainer_profile_site_id"), "trainer_profile")

    op.drop_table("trainer_profile")
    op.drop_index(op.f("ix_trainer_course_course_id"), "trainer_course")

    op.drop_table("trainer_course")
    op.drop_table("table_mapping")
    op.drop_index(op.f("ix_table_import_imported_at"), "table_import")

    op.drop_table("table_import")
    op.drop_index(op.f("ix_room_block_room_id"), "room_block")

    op.drop_table("room_block")
    op.drop_table("pending_table")
    op.drop_table("calendar_feed")
    op.drop_table("calendar_day")
    op.drop_index(op.f("ix_team_place_site_id"), "team_place")
    op.drop_index(op.f("ix_team_place_queue_id"), "team_place")

    op.drop_table("team_place")
    op.drop_table("room")
    op.drop_table("site")
    op.drop_table("shift_code")
    op.drop_table("queue")
