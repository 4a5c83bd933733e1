"""The tables of learning."""

from __future__ import annotations

from trainhub.errors import N_
from trainhub.privacy.rules.declaring import Declaration, Erase, Personal
from trainhub.privacy.rules.periods import Period

TABLES: tuple[Declaration, ...] = (
    Personal(
        table="assignment",
        path="person_id",
        title=N_("Courses assigned"),
        purpose=N_("To say what is to be learnt until when."),
        period=Period.EVIDENCE,
        erase=Erase.KEEP,
        told=("course_id series_id team_id cohort_id due_on note again assigned_at withdrawn_at"),
        others="assigned_by_id",
        plain="id person_id",
        why_kept=N_("It tells what was asked of somebody."),
    ),
    Personal(
        table="checkpoint_response",
        path="enrolment_id.person_id",
        title=N_("Answers in courses"),
        purpose=N_("To give feedback at once, and to find questions that are badly put."),
        period=Period.EVIDENCE,
        erase=Erase.KEEP,
        told=(
            "enrolment_id item_id quiz_key item_key lesson_key number response "
            "score_permille is_right responded_at round"
        ),
        plain="id idempotency_key",
        why_kept=N_("Completing a course rests on it; rows cannot be changed."),
    ),
    Personal(
        table="enrolment",
        path="person_id",
        title=N_("Courses"),
        purpose=N_("To go on where one left off, and to show what is done."),
        period=Period.EVIDENCE,
        erase=Erase.KEEP,
        told=(
            "course_id assignment_id version_id due_on enrolled_at started_at "
            "last_active_at last_lesson_key completed_at withdrawn_at lessons_done "
            "lessons_total round completed_before_at"
        ),
        plain="id person_id",
        why_kept=N_("Awards rest on it."),
    ),
    Personal(
        table="enrolment_round",
        path="enrolment_id.person_id",
        title=N_("Courses taken again"),
        purpose=N_("To keep what was completed before a course was taken again."),
        period=Period.EVIDENCE,
        erase=Erase.KEEP,
        told=(
            "enrolment_id round assignment_id version_id due_on enrolled_at started_at "
            "completed_at ended_at lessons_done lessons_total marks_permille active_s"
        ),
        plain="id",
        why_kept=N_("Awards rest on it; rows cannot be changed."),
    ),
    Personal(
        table="lesson_note",
        path="person_id",
        title=N_("Own notes"),
        purpose=N_("To remember what one has written beside a lesson."),
        period=Period.ACCOUNT,
        erase=Erase.DELETE,
        told="course_id lesson_key text updated_at",
        plain="id person_id",
    ),
    Personal(
        table="lesson_progress",
        path="enrolment_id.person_id",
        title=N_("Lessons read"),
        purpose=N_("To go on where one left off."),
        period=Period.EVIDENCE,
        erase=Erase.KEEP,
        told=(
            "enrolment_id lesson_key opened_at updated_at completed_at scroll_permille active_s "
            "round"
        ),
        plain="id",
        why_kept=N_("Completing a course rests on it."),
    ),
)
