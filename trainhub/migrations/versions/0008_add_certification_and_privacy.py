"""add certification and privacy"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the structure from the revision before to this one."""
    op.create_table(
        "competency_model",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("titles", sa.JSON(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_version_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["published_version_id"],
            ["competency_model_version.id"],
            name="fk_competency_model_published_version_id",
            use_alter=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_competency_model")),
        sa.UniqueConstraint("key", name=op.f("uq_competency_model_key")),
    )
    op.create_table(
        "issuer_key",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("multibase", sa.String(length=80), nullable=False),
        sa.Column("first_used_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issuer_key")),
        sa.UniqueConstraint("multibase", name=op.f("uq_issuer_key_multibase")),
    )
    op.create_table(
        "competency_model_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("model_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("titles", sa.JSON(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["model_id"], ["competency_model.id"], name=op.f("fk_competency_model_version_model_id")
        ),
        sa.ForeignKeyConstraint(
            ["published_by_id"],
            ["person.id"],
            name=op.f("fk_competency_model_version_published_by_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_competency_model_version")),
        sa.UniqueConstraint(
            "model_id", "number", name=op.f("uq_competency_model_version_model_id_number")
        ),
    )
    op.create_table(
        "erasure",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("pseudonym", sa.String(length=40), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("erased_by_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["erased_by_id"], ["person.id"], name=op.f("fk_erasure_erased_by_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_erasure_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_erasure")),
        sa.UniqueConstraint("pseudonym", name=op.f("uq_erasure_pseudonym")),
    )
    op.create_table(
        "legal_hold",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("set_by_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["ended_by_id"], ["person.id"], name=op.f("fk_legal_hold_ended_by_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_legal_hold_person_id")),
        sa.ForeignKeyConstraint(["set_by_id"], ["person.id"], name=op.f("fk_legal_hold_set_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_hold")),
    )
    op.create_index(op.f("ix_legal_hold_person_id"), "legal_hold", ["person_id"], unique=False)
    op.create_index(
        "uq_legal_hold_in_force",
        "legal_hold",
        ["person_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )

    op.create_table(
        "programme",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("titles", sa.JSON(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_version_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('onboarding', 'renewal', 'duty', 'trainer')", name=op.f("ck_programme_kind")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name=op.f("fk_programme_owner_id")),
        sa.ForeignKeyConstraint(
            ["published_version_id"],
            ["programme_version.id"],
            name="fk_programme_published_version_id",
            use_alter=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme")),
        sa.UniqueConstraint("key", name=op.f("uq_programme_key")),
    )
    op.create_table(
        "saved_view",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("filters", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_saved_view_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
        sa.UniqueConstraint("person_id", "name", name=op.f("uq_saved_view_person_id_name")),
    )
    op.create_table(
        "programme_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("titles", sa.JSON(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("those_under_way", sa.String(length=10), nullable=False),
        sa.Column("refresh", sa.String(length=80), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "those_under_way IN ('stay', 'move')", name=op.f("ck_programme_version_those_under_way")
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_programme_version_programme_id")
        ),
        sa.ForeignKeyConstraint(
            ["published_by_id"], ["person.id"], name=op.f("fk_programme_version_published_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme_version")),
        sa.UniqueConstraint(
            "programme_id", "number", name=op.f("uq_programme_version_programme_id_number")
        ),
    )
    op.create_table(
        "programme_enrolment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=True),
        sa.Column("path", sa.String(length=10), nullable=False),
        sa.Column("renews_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("facts_seen_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_stale", sa.Boolean(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("needed", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(length=40), nullable=False),
        sa.Column("next_due_on", sa.Date(), nullable=True),
        sa.Column("final_due_on", sa.Date(), nullable=True),
        sa.Column("is_at_risk", sa.Boolean(), nullable=False),
        sa.Column("risk", sa.JSON(), nullable=False),
        sa.CheckConstraint("path IN ('full', 'renewal')", name=op.f("ck_programme_enrolment_path")),
        sa.CheckConstraint(
            "state IN ('active', 'awarded', 'withdrawn')", name=op.f("ck_programme_enrolment_state")
        ),
        sa.ForeignKeyConstraint(
            ["cohort_id"], ["cohort.id"], name=op.f("fk_programme_enrolment_cohort_id")
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["person.id"], name=op.f("fk_programme_enrolment_created_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_programme_enrolment_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_programme_enrolment_programme_id")
        ),
        sa.ForeignKeyConstraint(
            ["renews_id"], ["award.id"], name="fk_programme_enrolment_renews_id", use_alter=True
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["programme_version.id"], name=op.f("fk_programme_enrolment_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme_enrolment")),
    )
    op.create_index(
        op.f("ix_programme_enrolment_cohort_id"), "programme_enrolment", ["cohort_id"], unique=False
    )
    op.create_index(
        "ix_programme_enrolment_current",
        "programme_enrolment",
        ["programme_id", "next_due_on", "person_id"],
        unique=False,
        sqlite_where=sa.text("is_current"),
        postgresql_where=sa.text("is_current"),
    )
    op.create_index(
        op.f("ix_programme_enrolment_person_id"), "programme_enrolment", ["person_id"], unique=False
    )
    op.create_index(
        "ix_programme_enrolment_reviewed_at",
        "programme_enrolment",
        ["reviewed_at"],
        unique=False,
        sqlite_where=sa.text("state = 'active'"),
        postgresql_where=sa.text("state = 'active'"),
    )
    op.create_index(
        "uq_programme_enrolment_active",
        "programme_enrolment",
        ["person_id", "programme_id"],
        unique=True,
        sqlite_where=sa.text("state = 'active'"),
        postgresql_where=sa.text("state = 'active'"),
    )

    op.create_table(
        "award",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("granted_by_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("holder_name", sa.String(length=80), nullable=False),
        sa.Column("titles", sa.JSON(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("previous_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "state IN ('active', 'under_review', 'expired', 'revoked', 'superseded')",
            name=op.f("ck_award_state"),
        ),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["programme_enrolment.id"], name=op.f("fk_award_enrolment_id")
        ),
        sa.ForeignKeyConstraint(
            ["granted_by_id"], ["person.id"], name=op.f("fk_award_granted_by_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_award_person_id")),
        sa.ForeignKeyConstraint(["previous_id"], ["award.id"], name=op.f("fk_award_previous_id")),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_award_programme_id")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["programme_version.id"], name=op.f("fk_award_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_award")),
        sa.UniqueConstraint("code", name=op.f("uq_award_code")),
        sa.UniqueConstraint(
            "person_id",
            "programme_id",
            "number",
            name=op.f("uq_award_person_id_programme_id_number"),
        ),
    )
    op.create_index(op.f("ix_award_enrolment_id"), "award", ["enrolment_id"], unique=False)
    op.create_index(op.f("ix_award_programme_id"), "award", ["programme_id"], unique=False)
    op.create_index("ix_award_state_valid_until", "award", ["state", "valid_until"], unique=False)
    op.create_index(
        "uq_award_in_force",
        "award",
        ["person_id", "programme_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('active', 'under_review')"),
        postgresql_where=sa.text("state IN ('active', 'under_review')"),
    )

    op.create_table(
        "enrolment_round",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=True),
        sa.Column("version_id", sa.Integer(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("enrolled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lessons_done", sa.Integer(), nullable=False),
        sa.Column("lessons_total", sa.Integer(), nullable=False),
        sa.Column("marks_permille", sa.Integer(), nullable=True),
        sa.Column("active_s", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("fk_enrolment_round_assignment_id")
        ),
        sa.ForeignKeyConstraint(
            ["enrolment_id"],
            ["enrolment.id"],
            name=op.f("fk_enrolment_round_enrolment_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["course_version.id"], name=op.f("fk_enrolment_round_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolment_round")),
        sa.UniqueConstraint(
            "enrolment_id", "round", name=op.f("uq_enrolment_round_enrolment_id_round")
        ),
    )
    op.create_index(
        op.f("ix_enrolment_round_assignment_id"), "enrolment_round", ["assignment_id"], unique=False
    )

    op.create_table(
        "observed_case",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=True),
        sa.Column("requirement_key", sa.String(length=40), nullable=False),
        sa.Column("model_version_id", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(length=200), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("raters_needed", sa.Integer(), nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("void_reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "state IN ('open', 'settled', 'void')", name=op.f("ck_observed_case_state")
        ),
        sa.CheckConstraint(
            "raters_needed BETWEEN 1 AND 3", name=op.f("ck_observed_case_raters_needed")
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["person.id"], name=op.f("fk_observed_case_created_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["programme_enrolment.id"], name=op.f("fk_observed_case_enrolment_id")
        ),
        sa.ForeignKeyConstraint(
            ["model_version_id"],
            ["competency_model_version.id"],
            name=op.f("fk_observed_case_model_version_id"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_observed_case_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_observed_case")),
    )
    op.create_index(
        op.f("ix_observed_case_enrolment_id"), "observed_case", ["enrolment_id"], unique=False
    )
    op.create_index(
        op.f("ix_observed_case_person_id"), "observed_case", ["person_id"], unique=False
    )
    op.create_index(
        op.f("ix_observed_case_settled_at"), "observed_case", ["settled_at"], unique=False
    )

    op.create_table(
        "personal_summary",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("requirement_key", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handed_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('draft', 'handed_in', 'returned', 'accepted')",
            name=op.f("ck_personal_summary_state"),
        ),
        sa.ForeignKeyConstraint(
            ["enrolment_id"],
            ["programme_enrolment.id"],
            name=op.f("fk_personal_summary_enrolment_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_personal_summary")),
        sa.UniqueConstraint(
            "enrolment_id",
            "requirement_key",
            name=op.f("uq_personal_summary_enrolment_id_requirement_key"),
        ),
    )
    op.create_table(
        "programme_enrolment_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_id"], ["person.id"], name=op.f("fk_programme_enrolment_event_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["enrolment_id"],
            ["programme_enrolment.id"],
            name=op.f("fk_programme_enrolment_event_enrolment_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme_enrolment_event")),
    )
    op.create_index(
        op.f("ix_programme_enrolment_event_enrolment_id"),
        "programme_enrolment_event",
        ["enrolment_id"],
        unique=False,
    )

    op.create_table(
        "refresh_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_version_id", sa.Integer(), nullable=True),
        sa.Column("course_version_id", sa.Integer(), nullable=True),
        sa.Column("exam_key", sa.String(length=80), nullable=False),
        sa.Column("sitting_id", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(programme_version_id IS NULL) <> (course_version_id IS NULL)",
            name=op.f("ck_refresh_request_change"),
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["person.id"], name=op.f("fk_refresh_request_asked_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["course_version_id"],
            ["course_version.id"],
            name=op.f("fk_refresh_request_course_version_id"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_version_id"],
            ["programme_version.id"],
            name=op.f("fk_refresh_request_programme_version_id"),
        ),
        sa.ForeignKeyConstraint(
            ["sitting_id"], ["sitting.id"], name=op.f("fk_refresh_request_sitting_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refresh_request")),
        sa.UniqueConstraint("course_version_id", name=op.f("uq_refresh_request_course_version_id")),
        sa.UniqueConstraint(
            "programme_version_id", name=op.f("uq_refresh_request_programme_version_id")
        ),
        sa.UniqueConstraint("sitting_id", name=op.f("uq_refresh_request_sitting_id")),
    )
    op.create_table(
        "requirement_exception",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("requirement_key", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("granted_by_id", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('waiver', 'extension')", name=op.f("ck_requirement_exception_kind")
        ),
        sa.ForeignKeyConstraint(
            ["ended_by_id"], ["person.id"], name=op.f("fk_requirement_exception_ended_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["enrolment_id"],
            ["programme_enrolment.id"],
            name=op.f("fk_requirement_exception_enrolment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["granted_by_id"], ["person.id"], name=op.f("fk_requirement_exception_granted_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_requirement_exception")),
    )
    op.create_index(
        op.f("ix_requirement_exception_enrolment_id"),
        "requirement_exception",
        ["enrolment_id"],
        unique=False,
    )

    op.create_table(
        "requirement_standing",
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("requirement_key", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("met_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("next_step", sa.JSON(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('met', 'waived', 'awaited', 'open', 'failed', 'not_needed')",
            name=op.f("ck_requirement_standing_state"),
        ),
        sa.ForeignKeyConstraint(
            ["enrolment_id"],
            ["programme_enrolment.id"],
            name=op.f("fk_requirement_standing_enrolment_id"),
        ),
        sa.PrimaryKeyConstraint(
            "enrolment_id", "requirement_key", name=op.f("pk_requirement_standing")
        ),
    )
    op.create_index(
        "ix_requirement_standing_key",
        "requirement_standing",
        ["requirement_key", "state"],
        unique=False,
    )

    op.create_table(
        "sign_off",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("requirement_key", sa.String(length=40), nullable=False),
        sa.Column("decision", sa.String(length=10), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("decision IN ('signed', 'not_yet')", name=op.f("ck_sign_off_decision")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_sign_off_by_id")),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["programme_enrolment.id"], name=op.f("fk_sign_off_enrolment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_off")),
    )
    op.create_index(op.f("ix_sign_off_enrolment_id"), "sign_off", ["enrolment_id"], unique=False)

    op.create_table(
        "award_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("award_id", sa.Integer(), nullable=False),
        sa.Column("old_state", sa.String(length=12), nullable=False),
        sa.Column("new_state", sa.String(length=12), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["award_id"], ["award.id"], name=op.f("fk_award_event_award_id")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_award_event_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_award_event")),
    )
    op.create_index(op.f("ix_award_event_award_id"), "award_event", ["award_id"], unique=False)

    op.create_table(
        "award_refresh",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("award_id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("record_id", sa.Integer(), nullable=True),
        sa.Column("questioned_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('open', 'done', 'excused')", name=op.f("ck_award_refresh_state")
        ),
        sa.ForeignKeyConstraint(["award_id"], ["award.id"], name=op.f("fk_award_refresh_award_id")),
        sa.ForeignKeyConstraint(
            ["record_id"], ["learning_record.id"], name=op.f("fk_award_refresh_record_id")
        ),
        sa.ForeignKeyConstraint(
            ["request_id"], ["refresh_request.id"], name=op.f("fk_award_refresh_request_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_award_refresh")),
        sa.UniqueConstraint(
            "award_id", "request_id", name=op.f("uq_award_refresh_award_id_request_id")
        ),
    )
    op.create_index(
        op.f("ix_award_refresh_request_id"), "award_refresh", ["request_id"], unique=False
    )
    op.create_index(
        "ix_award_refresh_state_due_on", "award_refresh", ["state", "due_on"], unique=False
    )

    op.create_table(
        "rating",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("rater_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("scores", sa.JSON(), nullable=False),
        sa.Column("fatal", sa.JSON(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handed_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["observed_case.id"], name=op.f("fk_rating_case_id")),
        sa.ForeignKeyConstraint(["rater_id"], ["person.id"], name=op.f("fk_rating_rater_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rating")),
        sa.UniqueConstraint("case_id", "place", name=op.f("uq_rating_case_id_place")),
        sa.UniqueConstraint("case_id", "rater_id", name=op.f("uq_rating_case_id_rater_id")),
    )
    op.create_index(op.f("ix_rating_rater_id"), "rating", ["rater_id"], unique=False)

    op.create_table(
        "summary_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("summary_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_summary_event_by_id")),
        sa.ForeignKeyConstraint(
            ["summary_id"], ["personal_summary.id"], name=op.f("fk_summary_event_summary_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_summary_event")),
    )
    op.create_index(
        op.f("ix_summary_event_summary_id"), "summary_event", ["summary_id"], unique=False
    )

    with op.batch_alter_table("assignment", schema=None) as batch_op:
        batch_op.add_column(sa.Column("again", sa.Boolean(), server_default="0", nullable=False))

    op.drop_index(op.f("ix_audit_entry_at"), "audit_entry")
    op.create_index("ix_audit_entry_at_number", "audit_entry", ["at", "number"], unique=False)
    op.create_index(
        "ix_audit_entry_object", "audit_entry", ["object_type", "object_key"], unique=False
    )

    with op.batch_alter_table("checkpoint_response", schema=None) as batch_op:
        batch_op.add_column(sa.Column("round", sa.Integer(), server_default="1", nullable=False))

    with op.batch_alter_table("enrolment", schema=None) as batch_op:
        batch_op.add_column(sa.Column("round", sa.Integer(), server_default="1", nullable=False))
        batch_op.add_column(
            sa.Column("completed_before_at", sa.DateTime(timezone=True), nullable=True)
        )
        batch_op.drop_index(op.f("ix_enrolment_course_id_completed_at"))
        batch_op.create_index(
            "ix_enrolment_course_id_completed_at",
            [
                "course_id",
                "completed_at",
                "due_on",
                "started_at",
                "withdrawn_at",
                "completed_before_at",
                "person_id",
            ],
            unique=False,
        )
        batch_op.drop_index(op.f("ix_enrolment_person_id_completed_at"))
        batch_op.create_index(
            "ix_enrolment_person_id_completed_at",
            [
                "person_id",
                "completed_at",
                "due_on",
                "started_at",
                "withdrawn_at",
                "completed_before_at",
                "course_id",
            ],
            unique=False,
        )

    op.create_index(
        "ix_learning_record_person_id_recorded_at",
        "learning_record",
        ["person_id", "recorded_at"],
        unique=False,
    )

    with op.batch_alter_table("lesson_progress", schema=None) as batch_op:
        batch_op.add_column(sa.Column("round", sa.Integer(), server_default="1", nullable=False))
        batch_op.drop_constraint(op.f("uq_lesson_progress_enrolment_id_lesson_key"), type_="unique")
        batch_op.create_unique_constraint(
            op.f("uq_lesson_progress_enrolment_id_round_lesson_key"),
            ["enrolment_id", "round", "lesson_key"],
        )

    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.add_column(sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True))

    _close_the_circles()
    _allow_roles(*ROLES, "auditor")
    _guard_append_only()


ROLES = ("agent", "trainer", "supervisor", "planner", "administrator")
APPEND_ONLY = (
    "award_event",
    "issuer_key",
    "competency_model_version",
    "programme_enrolment_event",
    "programme_version",
    "enrolment_round",
    "refresh_request",
    "summary_event",
    "sign_off",
    "erasure",
)


def _allow_roles(*roles: str) -> None:
    """Let `person_role` hold these roles and no others."""
    name, rule = op.f("ck_person_role_role"), f"role IN ({', '.join(map(repr, roles))})"
    with op.batch_alter_table("person_role") as table:
        table.drop_constraint(name, type_="check")
        table.create_check_constraint(name, rule)


CIRCLES = (
    ("competency_model", "competency_model_version", "published_version_id"),
    ("programme", "programme_version", "published_version_id"),
    ("programme_enrolment", "award", "renews_id"),
)


def _close_the_circles() -> None:
    """Some tables point at each other: SQLite takes that with the tables."""
    if op.get_bind().dialect.name == "sqlite":
        return
    for table, target, column in CIRCLES:
        op.create_foreign_key(f"fk_{table}_{column}", table, target, [column], ["id"])


def _open_the_circles() -> None:
    """Let the tables be dropped one after the other."""
    if op.get_bind().dialect.name == "sqlite":
        return
    for table, _target, column in CIRCLES:
        op.drop_constraint(f"fk_{table}_{column}", table, type_="foreignkey")


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
    op.execute("DELETE FROM person_role WHERE role = 'auditor'")
    _allow_roles(*ROLES)
    _open_the_circles()
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_column("erased_at")

    # What was read in an earlier round has no place there.
    op.execute(
        "DELETE FROM lesson_progress WHERE round <> "
        "(SELECT enrolment.round FROM enrolment WHERE enrolment.id = lesson_progress.enrolment_id)"
    )
    with op.batch_alter_table("lesson_progress", schema=None) as batch_op:
        batch_op.drop_constraint(
            op.f("uq_lesson_progress_enrolment_id_round_lesson_key"), type_="unique"
        )
        batch_op.create_unique_constraint(
            op.f("uq_lesson_progress_enrolment_id_lesson_key"), ["enrolment_id", "lesson_key"]
        )
        batch_op.drop_column("round")

    op.drop_index("ix_learning_record_person_id_recorded_at", "learning_record")

    op.execute(
        "UPDATE enrolment SET completed_at = completed_before_at "
        "WHERE completed_at IS NULL AND completed_before_at IS NOT NULL"
    )
    # Column by column: to rebuild a table on SQLite would empty those that hang on it, and lose
    # the triggers of the answers.
    for column in ("person_id", "course_id"):
        other = {"person_id": "course_id", "course_id": "person_id"}[column]
        op.drop_index(f"ix_enrolment_{column}_completed_at", "enrolment")
        op.create_index(
            f"ix_enrolment_{column}_completed_at",
            "enrolment",
            [column, "completed_at", "due_on", "started_at", "withdrawn_at", other],
        )
    op.drop_column("enrolment", "completed_before_at")
    op.drop_column("enrolment", "round")
    op.drop_column("checkpoint_response", "round")

    op.drop_index("ix_audit_entry_object", "audit_entry")
    op.drop_index("ix_audit_entry_at_number", "audit_entry")
    op.create_index(op.f("ix_audit_entry_at"), "audit_entry", ["at"], unique=False)

    op.drop_column("assignment", "again")

    op.drop_index(op.f("ix_summary_event_summary_id"), "summary_event")

    op.drop_table("summary_event")
    op.drop_index(op.f("ix_rating_rater_id"), "rating")

    op.drop_table("rating")
    op.drop_index("ix_award_refresh_state_due_on", "award_refresh")
    op.drop_index(op.f("ix_award_refresh_request_id"), "award_refresh")

    op.drop_table("award_refresh")
    op.drop_index(op.f("ix_award_event_award_id"), "award_event")

    op.drop_table("award_event")
    op.drop_index(op.f("ix_sign_off_enrolment_id"), "sign_off")

    op.drop_table("sign_off")
    op.drop_index("ix_requirement_standing_key", "requirement_standing")

    op.drop_table("requirement_standing")
    op.drop_index(op.f("ix_requirement_exception_enrolment_id"), "requirement_exception")

    op.drop_table("requirement_exception")
    op.drop_table("refresh_request")
    op.drop_index(op.f("ix_programme_enrolment_event_enrolment_id"), "programme_enrolment_event")

    op.drop_table("programme_enrolment_event")
    op.drop_table("personal_summary")
    op.drop_index(op.f("ix_observed_case_settled_at"), "observed_case")
    op.drop_index(op.f("ix_observed_case_person_id"), "observed_case")
    op.drop_index(op.f("ix_observed_case_enrolment_id"), "observed_case")

    op.drop_table("observed_case")
    op.drop_index(op.f("ix_enrolment_round_assignment_id"), "enrolment_round")

    op.drop_table("enrolment_round")
    op.drop_index(
        "uq_award_in_force",
        "award",
        sqlite_where=sa.text("state IN ('active', 'under_review')"),
        postgresql_where=sa.text("state IN ('active', 'under_review')"),
    )
    op.drop_index("ix_award_state_valid_until", "award")
    op.drop_index(op.f("ix_award_programme_id"), "award")
    op.drop_index(op.f("ix_award_enrolment_id"), "award")

    op.drop_table("award")
    op.drop_index(
        "uq_programme_enrolment_active",
        "programme_enrolment",
        sqlite_where=sa.text("state = 'active'"),
        postgresql_where=sa.text("state = 'active'"),
    )
    op.drop_index(
        "ix_programme_enrolment_reviewed_at",
        "programme_enrolment",
        sqlite_where=sa.text("state = 'active'"),
        postgresql_where=sa.text("state = 'active'"),
    )
    op.drop_index(op.f("ix_programme_enrolment_person_id"), "programme_enrolment")
    op.drop_index(
        "ix_programme_enrolment_current",
        "programme_enrolment",
        sqlite_where=sa.text("is_current"),
        postgresql_where=sa.text("is_current"),
    )
    op.drop_index(op.f("ix_programme_enrolment_cohort_id"), "programme_enrolment")

    op.drop_table("programme_enrolment")
    op.drop_table("programme_version")
    op.drop_table("saved_view")
    op.drop_table("programme")
    op.drop_index(
        "uq_legal_hold_in_force",
        "legal_hold",
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.drop_index(op.f("ix_legal_hold_person_id"), "legal_hold")

    op.drop_table("legal_hold")
    op.drop_table("erasure")
    op.drop_table("competency_model_version")
    op.drop_table("issuer_key")
    op.drop_table("competency_model")
