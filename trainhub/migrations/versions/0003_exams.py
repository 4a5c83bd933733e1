"""Add exams"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the structure from the revision before to this one."""
    # Plain columns, never a rebuilt table: its triggers keep published questions as they are.
    op.add_column(
        "item",
        sa.Column("level", sa.String(length=20), server_default="standard", nullable=False),
    )
    op.add_column("item", sa.Column("enemies", sa.JSON(), nullable=True))
    op.add_column("sign_in", sa.Column("held_until", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "bank_picture",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("media_type", sa.String(length=40), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_picture")),
        sa.UniqueConstraint("sha256", name=op.f("uq_bank_picture_sha256")),
    )
    op.create_table(
        "bank_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("topic", sa.String(length=80), nullable=False),
        sa.Column("level", sa.String(length=20), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("objective", sa.String(length=80), nullable=False),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("enemies", sa.JSON(), nullable=False),
        sa.Column("expected_s", sa.Integer(), nullable=False),
        sa.Column("quiz_key", sa.String(length=80), nullable=True),
        sa.Column("item_key", sa.String(length=80), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["person.id"], name=op.f("fk_bank_item_created_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_item")),
        sa.UniqueConstraint("key", name=op.f("uq_bank_item_key")),
        sa.UniqueConstraint("quiz_key", "item_key", name=op.f("uq_bank_item_quiz_key_item_key")),
    )
    op.create_index("ix_bank_item_status", "bank_item", ["status"], unique=False)
    op.create_index("ix_bank_item_topic", "bank_item", ["topic"], unique=False)

    op.create_table(
        "bank_take_over",
        sa.Column("quiz_edition_id", sa.Integer(), nullable=False),
        sa.Column("quiz_version_id", sa.Integer(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["quiz_edition_id"],
            ["quiz_edition.id"],
            name=op.f("fk_bank_take_over_quiz_edition_id"),
        ),
        sa.ForeignKeyConstraint(
            ["quiz_version_id"],
            ["quiz_version.id"],
            name=op.f("fk_bank_take_over_quiz_version_id"),
        ),
        sa.PrimaryKeyConstraint("quiz_edition_id", name=op.f("pk_bank_take_over")),
    )
    op.create_table(
        "exam",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("titles", sa.JSON(), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_version_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name=op.f("fk_exam_owner_id")),
        sa.ForeignKeyConstraint(
            ["published_version_id"],
            ["exam_version.id"],
            name="fk_exam_published_version_id",
            use_alter=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exam")),
        sa.UniqueConstraint("key", name=op.f("uq_exam_key")),
    )
    op.create_table(
        "pending_item_import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_pending_item_import_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pending_item_import")),
    )
    op.create_index(
        "ix_pending_item_import_person_id", "pending_item_import", ["person_id"], unique=False
    )

    op.create_table(
        "angoff_sheet",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("exam_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("item_ids", sa.JSON(), nullable=False),
        sa.Column("judge_ids", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cut_per_cent", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["person.id"], name=op.f("fk_angoff_sheet_created_by_id")
        ),
        sa.ForeignKeyConstraint(["exam_id"], ["exam.id"], name=op.f("fk_angoff_sheet_exam_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_angoff_sheet")),
    )
    op.create_index("ix_angoff_sheet_exam_id", "angoff_sheet", ["exam_id"], unique=False)

    op.create_table(
        "bank_item_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("stem", sa.Text(), nullable=False),
        sa.Column("feedback", sa.Text(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("pictures", sa.JSON(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["person.id"], name=op.f("fk_bank_item_version_created_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["bank_item.id"], name=op.f("fk_bank_item_version_item_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_item_version")),
        sa.UniqueConstraint(
            "item_id",
            "language",
            "number",
            name=op.f("uq_bank_item_version_item_id_language_number"),
        ),
    )
    op.create_table(
        "exam_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("exam_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("titles", sa.JSON(), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["exam_id"], ["exam.id"], name=op.f("fk_exam_version_exam_id")),
        sa.ForeignKeyConstraint(
            ["published_by_id"], ["person.id"], name=op.f("fk_exam_version_published_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exam_version")),
        sa.UniqueConstraint("exam_id", "number", name=op.f("uq_exam_version_exam_id_number")),
    )
    op.create_table(
        "angoff_judgement",
        sa.Column("sheet_id", sa.Integer(), nullable=False),
        sa.Column("judge_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("per_cent", sa.Integer(), nullable=False),
        sa.Column("judged_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["bank_item.id"], name=op.f("fk_angoff_judgement_item_id")
        ),
        sa.ForeignKeyConstraint(
            ["judge_id"], ["person.id"], name=op.f("fk_angoff_judgement_judge_id")
        ),
        sa.ForeignKeyConstraint(
            ["sheet_id"], ["angoff_sheet.id"], name=op.f("fk_angoff_judgement_sheet_id")
        ),
        sa.PrimaryKeyConstraint(
            "sheet_id", "judge_id", "item_id", name=op.f("pk_angoff_judgement")
        ),
    )
    op.create_table(
        "bank_item_edition",
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["bank_item.id"], name=op.f("fk_bank_item_edition_item_id")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["bank_item_version.id"], name=op.f("fk_bank_item_edition_version_id")
        ),
        sa.PrimaryKeyConstraint("item_id", "language", name=op.f("pk_bank_item_edition")),
    )
    op.create_index(
        "ix_bank_item_edition_version_id", "bank_item_edition", ["version_id"], unique=False
    )

    op.create_table(
        "regrade",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("from_version_id", sa.Integer(), nullable=False),
        sa.Column("to_version_id", sa.Integer(), nullable=True),
        sa.Column("how", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["person.id"], name=op.f("fk_regrade_decided_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["from_version_id"], ["bank_item_version.id"], name=op.f("fk_regrade_from_version_id")
        ),
        sa.ForeignKeyConstraint(["item_id"], ["bank_item.id"], name=op.f("fk_regrade_item_id")),
        sa.ForeignKeyConstraint(
            ["to_version_id"], ["bank_item_version.id"], name=op.f("fk_regrade_to_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_regrade")),
    )
    op.create_index("ix_regrade_item_id", "regrade", ["item_id"], unique=False)

    op.create_table(
        "sitting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("exam_id", sa.Integer(), nullable=False),
        sa.Column("exam_version_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("access_code", sa.String(length=40), nullable=False),
        sa.Column("networks", sa.JSON(), nullable=False),
        sa.Column("form_seed", sa.String(length=32), nullable=False),
        sa.Column("form_item_ids", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancel_reason", sa.Text(), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("opens_at < closes_at", name=op.f("ck_sitting_window")),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["person.id"], name=op.f("fk_sitting_created_by_id")
        ),
        sa.ForeignKeyConstraint(["exam_id"], ["exam.id"], name=op.f("fk_sitting_exam_id")),
        sa.ForeignKeyConstraint(
            ["exam_version_id"], ["exam_version.id"], name=op.f("fk_sitting_exam_version_id")
        ),
        sa.ForeignKeyConstraint(
            ["released_by_id"], ["person.id"], name=op.f("fk_sitting_released_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sitting")),
    )
    op.create_index("ix_sitting_closes_at", "sitting", ["closes_at"], unique=False)
    op.create_index("ix_sitting_exam_id", "sitting", ["exam_id"], unique=False)

    op.create_table(
        "candidate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sitting_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("extra_s", sa.Integer(), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("extra_attempts", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["added_by_id"], ["person.id"], name=op.f("fk_candidate_added_by_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_candidate_person_id")),
        sa.ForeignKeyConstraint(
            ["sitting_id"], ["sitting.id"], name=op.f("fk_candidate_sitting_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_candidate")),
        sa.UniqueConstraint(
            "sitting_id", "person_id", name=op.f("uq_candidate_sitting_id_person_id")
        ),
    )
    op.create_index("ix_candidate_person_id", "candidate", ["person_id"], unique=False)

    op.create_table(
        "sitting_target",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sitting_id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.Column("cohort_id", sa.Integer(), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(team_id IS NULL) <> (cohort_id IS NULL)", name=op.f("ck_sitting_target_target")
        ),
        sa.ForeignKeyConstraint(
            ["added_by_id"], ["person.id"], name=op.f("fk_sitting_target_added_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["cohort_id"], ["cohort.id"], name=op.f("fk_sitting_target_cohort_id")
        ),
        sa.ForeignKeyConstraint(
            ["sitting_id"], ["sitting.id"], name=op.f("fk_sitting_target_sitting_id")
        ),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_sitting_target_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sitting_target")),
        sa.UniqueConstraint(
            "sitting_id", "cohort_id", name=op.f("uq_sitting_target_sitting_id_cohort_id")
        ),
        sa.UniqueConstraint(
            "sitting_id", "team_id", name=op.f("uq_sitting_target_sitting_id_team_id")
        ),
    )
    op.create_table(
        "attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("candidate_id", sa.Integer(), nullable=True),
        sa.Column("sitting_id", sa.Integer(), nullable=True),
        sa.Column("exam_id", sa.Integer(), nullable=False),
        sa.Column("exam_version_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("seed", sa.String(length=32), nullable=False),
        sa.Column("copy_key", sa.String(length=64), nullable=False),
        sa.Column("extra_s", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(length=20), nullable=True),
        sa.Column("marked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("marking_round", sa.Integer(), nullable=False),
        sa.Column("mark_millionths", sa.BigInteger(), nullable=True),
        sa.Column("max_points", sa.Integer(), nullable=False),
        sa.Column("is_passed", sa.Boolean(), nullable=True),
        sa.CheckConstraint(
            "(candidate_id IS NULL) = (kind = 'preview')", name=op.f("ck_attempt_candidate")
        ),
        sa.ForeignKeyConstraint(
            ["candidate_id"], ["candidate.id"], name=op.f("fk_attempt_candidate_id")
        ),
        sa.ForeignKeyConstraint(["exam_id"], ["exam.id"], name=op.f("fk_attempt_exam_id")),
        sa.ForeignKeyConstraint(
            ["exam_version_id"], ["exam_version.id"], name=op.f("fk_attempt_exam_version_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_attempt_person_id")),
        sa.ForeignKeyConstraint(["sitting_id"], ["sitting.id"], name=op.f("fk_attempt_sitting_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt")),
        sa.UniqueConstraint("candidate_id", "number", name=op.f("uq_attempt_candidate_id_number")),
    )
    op.create_index(
        "ix_attempt_exam_version_id_state", "attempt", ["exam_version_id", "state"], unique=False
    )
    op.create_index("ix_attempt_person_id", "attempt", ["person_id"], unique=False)
    op.create_index(
        "ix_attempt_running",
        "attempt",
        ["closes_at"],
        unique=False,
        sqlite_where=sa.text("state = 'in_progress'"),
        postgresql_where=sa.text("state = 'in_progress'"),
    )
    op.create_index("ix_attempt_sitting_id_state", "attempt", ["sitting_id", "state"], unique=False)
    op.create_index(
        "uq_attempt_open",
        "attempt",
        ["person_id", "exam_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('created', 'in_progress')"),
        postgresql_where=sa.text("state IN ('created', 'in_progress')"),
    )

    op.create_table(
        "candidate_override",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("candidate_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("granted_by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["candidate_id"], ["candidate.id"], name=op.f("fk_candidate_override_candidate_id")
        ),
        sa.ForeignKeyConstraint(
            ["granted_by_id"], ["person.id"], name=op.f("fk_candidate_override_granted_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_candidate_override")),
    )
    op.create_index(
        "ix_candidate_override_candidate_id", "candidate_override", ["candidate_id"], unique=False
    )

    op.create_table(
        "attempt_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("old_state", sa.String(length=20), nullable=False),
        sa.Column("new_state", sa.String(length=20), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempt.id"], name=op.f("fk_attempt_event_attempt_id")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_attempt_event_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt_event")),
    )
    op.create_index("ix_attempt_event_attempt_id", "attempt_event", ["attempt_id"], unique=False)

    op.create_table(
        "attempt_item",
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("option_seed", sa.String(length=32), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("response", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("idempotency_key", sa.String(length=60), nullable=False),
        sa.Column("device", sa.String(length=40), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("active_ms", sa.Integer(), nullable=False),
        sa.Column("is_flagged", sa.Boolean(), nullable=False),
        sa.Column("mark_millionths", sa.BigInteger(), nullable=True),
        sa.Column("is_right", sa.Boolean(), nullable=True),
        sa.Column("needs_marking", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempt.id"], name=op.f("fk_attempt_item_attempt_id")
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["bank_item.id"], name=op.f("fk_attempt_item_item_id")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["bank_item_version.id"], name=op.f("fk_attempt_item_version_id")
        ),
        sa.PrimaryKeyConstraint("attempt_id", "no", name=op.f("pk_attempt_item")),
    )
    op.create_index(
        "ix_attempt_item_item_id", "attempt_item", ["item_id", "version_id"], unique=False
    )
    op.create_index("ix_attempt_item_version_id", "attempt_item", ["version_id"], unique=False)

    op.create_table(
        "attempt_sighting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempt.id"], name=op.f("fk_attempt_sighting_attempt_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt_sighting")),
    )
    op.create_index(
        "ix_attempt_sighting_attempt_id", "attempt_sighting", ["attempt_id"], unique=False
    )

    op.create_table(
        "kept_response",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("response", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("idempotency_key", sa.String(length=60), nullable=False),
        sa.Column("device", sa.String(length=40), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("why", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempt.id"], name=op.f("fk_kept_response_attempt_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_response")),
        sa.UniqueConstraint(
            "attempt_id",
            "no",
            "idempotency_key",
            name=op.f("uq_kept_response_attempt_id_no_idempotency_key"),
        ),
    )
    op.create_table(
        "regrade_change",
        sa.Column("regrade_id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("marking_round", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("item_mark_before", sa.BigInteger(), nullable=False),
        sa.Column("item_mark_after", sa.BigInteger(), nullable=False),
        sa.Column("mark_before", sa.BigInteger(), nullable=False),
        sa.Column("mark_after", sa.BigInteger(), nullable=False),
        sa.Column("max_points_before", sa.Integer(), nullable=False),
        sa.Column("max_points_after", sa.Integer(), nullable=False),
        sa.Column("was_passed", sa.Boolean(), nullable=False),
        sa.Column("is_passed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempt.id"], name=op.f("fk_regrade_change_attempt_id")
        ),
        sa.ForeignKeyConstraint(
            ["regrade_id"], ["regrade.id"], name=op.f("fk_regrade_change_regrade_id")
        ),
        sa.PrimaryKeyConstraint(
            "regrade_id", "attempt_id", "marking_round", name=op.f("pk_regrade_change")
        ),
    )
    op.create_index("ix_regrade_change_attempt_id", "regrade_change", ["attempt_id"], unique=False)
    op.create_table(
        "marking_task",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("marking_round", sa.Integer(), nullable=False),
        sa.Column("markers_needed", sa.Integer(), nullable=False),
        sa.Column("claimed_by_id", sa.Integer(), nullable=True),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("draft", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["attempt_id", "no"],
            ["attempt_item.attempt_id", "attempt_item.no"],
            name=op.f("fk_marking_task_attempt_id_no"),
        ),
        sa.ForeignKeyConstraint(
            ["claimed_by_id"], ["person.id"], name=op.f("fk_marking_task_claimed_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_marking_task")),
        sa.UniqueConstraint("attempt_id", "no", name=op.f("uq_marking_task_attempt_id_no")),
    )
    op.create_index(
        "ix_marking_task_claimed_by_id", "marking_task", ["claimed_by_id"], unique=False
    )
    op.create_index("ix_marking_task_done_at", "marking_task", ["done_at"], unique=False)

    op.create_table(
        "hand_mark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("marker_id", sa.Integer(), nullable=False),
        sa.Column("marking_round", sa.Integer(), nullable=False),
        sa.Column("criteria", sa.JSON(), nullable=False),
        sa.Column("points_millionths", sa.BigInteger(), nullable=False),
        sa.Column("is_fatal", sa.Boolean(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("marked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["marker_id"], ["person.id"], name=op.f("fk_hand_mark_marker_id")),
        sa.ForeignKeyConstraint(
            ["task_id"], ["marking_task.id"], name=op.f("fk_hand_mark_task_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hand_mark")),
        sa.UniqueConstraint(
            "task_id",
            "marker_id",
            "marking_round",
            name=op.f("uq_hand_mark_task_id_marker_id_marking_round"),
        ),
    )
    op.create_index("ix_hand_mark_task_id", "hand_mark", ["task_id"], unique=False)
    _close_the_circle()
    _guard_append_only()


APPEND_ONLY = (
    "bank_item_version",
    "exam_version",
    "candidate_override",
    "attempt_event",
    "attempt_sighting",
    "kept_response",
    "hand_mark",
    "regrade",
    "regrade_change",
)


def _close_the_circle() -> None:
    """An exam and its versions point at each other: SQLite takes that with the tables."""
    if op.get_bind().dialect.name != "sqlite":
        op.create_foreign_key(
            "fk_exam_published_version_id",
            "exam",
            "exam_version",
            ["published_version_id"],
            ["id"],
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
    if op.get_bind().dialect.name != "sqlite":
        op.drop_constraint("fk_exam_published_version_id", "exam", type_="foreignkey")
    op.drop_index("ix_hand_mark_task_id", "hand_mark")

    op.drop_table("hand_mark")
    op.drop_index("ix_marking_task_done_at", "marking_task")
    op.drop_index("ix_marking_task_claimed_by_id", "marking_task")

    op.drop_table("marking_task")
    op.drop_index("ix_regrade_change_attempt_id", "regrade_change")

    op.drop_table("regrade_change")
    op.drop_table("kept_response")
    op.drop_index("ix_attempt_sighting_attempt_id", "attempt_sighting")

    op.drop_table("attempt_sighting")
    op.drop_index("ix_attempt_item_version_id", "attempt_item")
    op.drop_index("ix_attempt_item_item_id", "attempt_item")

    op.drop_table("attempt_item")
    op.drop_index("ix_attempt_event_attempt_id", "attempt_event")

    op.drop_table("attempt_event")
    op.drop_index("ix_candidate_override_candidate_id", "candidate_override")

    op.drop_table("candidate_override")
    op.drop_index("uq_attempt_open", "attempt")
    op.drop_index("ix_attempt_sitting_id_state", "attempt")
    op.drop_index("ix_attempt_running", "attempt")
    op.drop_index("ix_attempt_person_id", "attempt")
    op.drop_index("ix_attempt_exam_version_id_state", "attempt")

    op.drop_table("attempt")
    op.drop_table("sitting_target")
    op.drop_index("ix_candidate_person_id", "candidate")

    op.drop_table("candidate")
    op.drop_index("ix_sitting_exam_id", "sitting")
    op.drop_index("ix_sitting_closes_at", "sitting")

    op.drop_table("sitting")
    op.drop_index("ix_regrade_item_id", "regrade")

    op.drop_table("regrade")
    op.drop_index("ix_bank_item_edition_version_id", "bank_item_edition")

    op.drop_table("bank_item_edition")
    op.drop_table("angoff_judgement")
    op.drop_table("exam_version")
    op.drop_table("bank_item_version")
    op.drop_index("ix_angoff_sheet_exam_id", "angoff_sheet")

    op.drop_table("angoff_sheet")
    op.drop_index("ix_pending_item_import_person_id", "pending_item_import")

    op.drop_table("pending_item_import")
    op.drop_table("exam")
    op.drop_table("bank_take_over")
    op.drop_index("ix_bank_item_topic", "bank_item")
    op.drop_index("ix_bank_item_status", "bank_item")

    op.drop_table("bank_item")
    op.drop_table("bank_picture")
    op.drop_column("sign_in", "held_until")
    op.drop_column("item", "enemies")
    op.drop_column("item", "level")
