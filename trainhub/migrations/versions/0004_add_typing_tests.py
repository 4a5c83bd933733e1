"""Add typing tests"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the structure from the revision before to this one."""
    op.create_table(
        "typing_passage",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("is_shipped", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["person.id"], name=op.f("fk_typing_passage_created_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["typing_passage_version.id"],
            name="fk_typing_passage_version_id",
            use_alter=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_typing_passage")),
        sa.UniqueConstraint("key", name=op.f("uq_typing_passage_key")),
    )
    op.create_index(
        "ix_typing_passage_language_kind", "typing_passage", ["language", "kind"], unique=False
    )

    op.create_table(
        "typing_phrase",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("group", sa.String(length=60), nullable=False),
        sa.Column("text", sa.String(length=400), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["person.id"], name=op.f("fk_typing_phrase_created_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_typing_phrase")),
        sa.UniqueConstraint("language", "text", name=op.f("uq_typing_phrase_language_text")),
    )
    op.create_table(
        "typing_test",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("titles", sa.JSON(), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name=op.f("fk_typing_test_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_typing_test")),
        sa.UniqueConstraint("key", name=op.f("uq_typing_test_key")),
    )
    op.create_table(
        "typing_allowance",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("test_id", sa.Integer(), nullable=True),
        sa.Column("extra_s", sa.Integer(), nullable=False),
        sa.Column("extra_attempts", sa.Integer(), nullable=False),
        sa.Column("is_exempt", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("granted_by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["granted_by_id"], ["person.id"], name=op.f("fk_typing_allowance_granted_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_typing_allowance_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["test_id"], ["typing_test.id"], name=op.f("fk_typing_allowance_test_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_typing_allowance")),
    )
    op.create_index(
        "ix_typing_allowance_person_id", "typing_allowance", ["person_id"], unique=False
    )

    op.create_table(
        "typing_assignment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("test_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.Column("cohort_id", sa.Integer(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "CASE WHEN person_id IS NULL THEN 0 ELSE 1 END + CASE WHEN team_id IS NULL THEN 0 ELSE 1 END + CASE WHEN cohort_id IS NULL THEN 0 ELSE 1 END = 1",
            name=op.f("ck_typing_assignment_target"),
        ),
        sa.ForeignKeyConstraint(
            ["cohort_id"], ["cohort.id"], name=op.f("fk_typing_assignment_cohort_id")
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["person.id"], name=op.f("fk_typing_assignment_created_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_typing_assignment_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["team_id"], ["team.id"], name=op.f("fk_typing_assignment_team_id")
        ),
        sa.ForeignKeyConstraint(
            ["test_id"], ["typing_test.id"], name=op.f("fk_typing_assignment_test_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_typing_assignment")),
    )
    op.create_index(
        "ix_typing_assignment_cohort_id", "typing_assignment", ["cohort_id"], unique=False
    )
    op.create_index(
        "ix_typing_assignment_person_id", "typing_assignment", ["person_id"], unique=False
    )
    op.create_index("ix_typing_assignment_team_id", "typing_assignment", ["team_id"], unique=False)
    op.create_index("ix_typing_assignment_test_id", "typing_assignment", ["test_id"], unique=False)

    op.create_table(
        "typing_passage_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("passage_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("tests_width", sa.Boolean(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["person.id"], name=op.f("fk_typing_passage_version_created_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["passage_id"], ["typing_passage.id"], name=op.f("fk_typing_passage_version_passage_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_typing_passage_version")),
        sa.UniqueConstraint(
            "passage_id", "number", name=op.f("uq_typing_passage_version_passage_id_number")
        ),
    )
    op.create_table(
        "typing_sitting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("test_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("room_code", sa.String(length=40), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("opens_at < closes_at", name=op.f("ck_typing_sitting_window")),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["person.id"], name=op.f("fk_typing_sitting_created_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["test_id"], ["typing_test.id"], name=op.f("fk_typing_sitting_test_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_typing_sitting")),
    )
    op.create_index("ix_typing_sitting_closes_at", "typing_sitting", ["closes_at"], unique=False)
    op.create_index("ix_typing_sitting_test_id", "typing_sitting", ["test_id"], unique=False)

    op.create_table(
        "typing_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("passage_version_id", sa.Integer(), nullable=True),
        sa.Column("passage_version_ids", sa.JSON(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("test_id", sa.Integer(), nullable=True),
        sa.Column("test_revision", sa.Integer(), nullable=True),
        sa.Column("sitting_id", sa.Integer(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("rules", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sweep_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_chunk_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_chunk", sa.Integer(), nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(length=12), nullable=True),
        sa.Column("final_text", sa.Text(), nullable=True),
        sa.Column("metrics", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("speed_tenths", sa.Integer(), nullable=True),
        sa.Column("accuracy", sa.Integer(), nullable=True),
        sa.Column("verdict", sa.String(length=12), nullable=True),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("review", sa.String(length=12), nullable=False),
        sa.Column("rhythm", sa.LargeBinary(), nullable=True),
        sa.Column("timeline_gone_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(test_id IS NULL) = (number IS NULL)", name=op.f("ck_typing_run_number")
        ),
        sa.CheckConstraint(
            "sitting_id IS NULL OR test_id IS NOT NULL", name=op.f("ck_typing_run_sitting")
        ),
        sa.CheckConstraint(
            "test_id IS NULL OR passage_version_id IS NOT NULL", name=op.f("ck_typing_run_passage")
        ),
        sa.ForeignKeyConstraint(
            ["passage_version_id"],
            ["typing_passage_version.id"],
            name=op.f("fk_typing_run_passage_version_id"),
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_typing_run_person_id")),
        sa.ForeignKeyConstraint(
            ["sitting_id"], ["typing_sitting.id"], name=op.f("fk_typing_run_sitting_id")
        ),
        sa.ForeignKeyConstraint(
            ["test_id"], ["typing_test.id"], name=op.f("fk_typing_run_test_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_typing_run")),
        sa.UniqueConstraint(
            "person_id", "test_id", "number", name=op.f("uq_typing_run_person_id_test_id_number")
        ),
        sa.UniqueConstraint("token_hash", name=op.f("uq_typing_run_token_hash")),
    )
    op.create_index(
        "ix_typing_run_kept",
        "typing_run",
        ["ended_at"],
        unique=False,
        sqlite_where=sa.text("timeline_gone_at IS NULL"),
        postgresql_where=sa.text("timeline_gone_at IS NULL"),
    )
    op.create_index(
        "ix_typing_run_passage_version_id", "typing_run", ["passage_version_id"], unique=False
    )
    op.create_index(
        "ix_typing_run_person_id_started_at",
        "typing_run",
        ["person_id", "started_at"],
        unique=False,
    )
    op.create_index("ix_typing_run_sitting_id", "typing_run", ["sitting_id"], unique=False)
    op.create_index(
        "ix_typing_run_sweep_at",
        "typing_run",
        ["sweep_at"],
        unique=False,
        sqlite_where=sa.text("sweep_at IS NOT NULL"),
        postgresql_where=sa.text("sweep_at IS NOT NULL"),
    )
    op.create_index("ix_typing_run_test_id_state", "typing_run", ["test_id", "state"], unique=False)
    op.create_index(
        "ix_typing_run_waiting",
        "typing_run",
        ["ended_at"],
        unique=False,
        sqlite_where=sa.text("review = 'waiting'"),
        postgresql_where=sa.text("review = 'waiting'"),
    )
    op.create_index(
        "uq_typing_run_open",
        "typing_run",
        ["person_id"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )

    op.create_table(
        "typing_chunk",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("upto_event", sa.Integer(), nullable=False),
        sa.Column("server_ms", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("events", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["typing_run.id"], name=op.f("fk_typing_chunk_run_id")),
        sa.PrimaryKeyConstraint("run_id", "no", name=op.f("pk_typing_chunk")),
    )
    op.create_table(
        "typing_review",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("decision", sa.String(length=12), nullable=False),
        sa.Column("retest_run_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_typing_review_by_id")),
        sa.ForeignKeyConstraint(
            ["retest_run_id"], ["typing_run.id"], name=op.f("fk_typing_review_retest_run_id")
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["typing_run.id"], name=op.f("fk_typing_review_run_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_typing_review")),
    )
    op.create_index("ix_typing_review_run_id", "typing_review", ["run_id"], unique=False)

    op.create_table(
        "typing_run_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_typing_run_event_by_id")),
        sa.ForeignKeyConstraint(
            ["run_id"], ["typing_run.id"], name=op.f("fk_typing_run_event_run_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_typing_run_event")),
    )
    op.create_index("ix_typing_run_event_run_id", "typing_run_event", ["run_id"], unique=False)

    _close_the_circle()
    _guard_append_only()


APPEND_ONLY = ("typing_passage_version", "typing_allowance", "typing_run_event", "typing_review")


def _close_the_circle() -> None:
    """A passage and its versions point at each other: SQLite takes that with the tables."""
    if op.get_bind().dialect.name != "sqlite":
        op.create_foreign_key(
            "fk_typing_passage_version_id",
            "typing_passage",
            "typing_passage_version",
            ["version_id"],
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
        op.drop_constraint("fk_typing_passage_version_id", "typing_passage", type_="foreignkey")
    op.drop_index("ix_typing_run_event_run_id", "typing_run_event")

    op.drop_table("typing_run_event")
    op.drop_index("ix_typing_review_run_id", "typing_review")

    op.drop_table("typing_review")
    op.drop_table("typing_chunk")
    op.drop_index("uq_typing_run_open", "typing_run")
    op.drop_index("ix_typing_run_waiting", "typing_run")
    op.drop_index("ix_typing_run_test_id_state", "typing_run")
    op.drop_index("ix_typing_run_sweep_at", "typing_run")
    op.drop_index("ix_typing_run_sitting_id", "typing_run")
    op.drop_index("ix_typing_run_person_id_started_at", "typing_run")
    op.drop_index("ix_typing_run_passage_version_id", "typing_run")
    op.drop_index("ix_typing_run_kept", "typing_run")

    op.drop_table("typing_run")
    op.drop_index("ix_typing_sitting_test_id", "typing_sitting")
    op.drop_index("ix_typing_sitting_closes_at", "typing_sitting")

    op.drop_table("typing_sitting")
    op.drop_table("typing_passage_version")
    op.drop_index("ix_typing_assignment_test_id", "typing_assignment")
    op.drop_index("ix_typing_assignment_team_id", "typing_assignment")
    op.drop_index("ix_typing_assignment_person_id", "typing_assignment")
    op.drop_index("ix_typing_assignment_cohort_id", "typing_assignment")

    op.drop_table("typing_assignment")
    op.drop_index("ix_typing_allowance_person_id", "typing_allowance")

    op.drop_table("typing_allowance")
    op.drop_table("typing_test")
    op.drop_table("typing_phrase")
    op.drop_index("ix_typing_passage_language_kind", "typing_passage")

    op.drop_table("typing_passage")
