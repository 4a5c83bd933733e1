"""The tables of exams."""

from __future__ import annotations

from trainhub.errors import N_
from trainhub.privacy.rules.declaring import Declaration, Erase, Impersonal, Personal
from trainhub.privacy.rules.periods import Period

TABLES: tuple[Declaration, ...] = (
    Personal(
        table="angoff_judgement",
        path="judge_id",
        title=N_("Judgements of difficulty"),
        purpose=N_("To find a pass mark by experts' judgement."),
        period=Period.EVIDENCE,
        erase=Erase.KEEP,
        told="sheet_id item_id per_cent judged_at",
        plain="judge_id",
        why_kept=N_("The pass mark rests on it."),
    ),
    Impersonal(
        table="angoff_sheet",
        title="Rounds of judging",
        plain=("id exam_id name item_ids judge_ids created_at closed_at cut_per_cent note"),
        others="created_by_id",
    ),
    Personal(
        table="attempt",
        path="person_id",
        title=N_("Exam attempts"),
        purpose=N_("To hold an exam and its result."),
        period=Period.EVIDENCE,
        erase=Erase.KEEP,
        told=(
            "candidate_id sitting_id exam_id exam_version_id number kind language "
            "state extra_s position started_at closes_at last_seen_at ended_at "
            "ended_by marked_at released_at marking_round mark_millionths max_points "
            "is_passed"
        ),
        withheld={
            "seed": N_("it would tell how questions are drawn for others"),
            "copy_key": N_("a secret of the exam's page"),
        },
        plain="id person_id",
        gate="released_at",
        sealed="mark_millionths max_points is_passed",
        why_kept=N_("Awards rest on it."),
    ),
    Personal(
        table="attempt_event",
        path="attempt_id.person_id",
        title=N_("What happened to exam attempts"),
        purpose=N_("To tell how a result came about."),
        period=Period.EVIDENCE,
        erase=Erase.KEEP,
        told=("attempt_id kind old_state new_state occurred_at recorded_at reason values"),
        others="by_id",
        plain="id",
        gate="attempt_id.released_at",
        sealed="values",
        why_kept=N_("It is how a result can be contested years later."),
    ),
    Personal(
        table="attempt_item",
        path="attempt_id.person_id",
        title=N_("Exam answers"),
        purpose=N_("To mark an exam, and every night to mark it again and compare."),
        period=Period.EVIDENCE,
        erase=Erase.EMPTY,
        told=(
            "attempt_id no item_id points response device saved_at opened_at "
            "active_ms is_flagged mark_millionths is_right needs_marking"
        ),
        plain="option_seed idempotency_key seq version_id",
        emptied={"device": ""},
        gate="attempt_id.released_at",
        sealed="mark_millionths is_right needs_marking",
        why_kept=N_("Marks have to come out again from the answers."),
    ),
    Personal(
        table="attempt_sighting",
        path="attempt_id.person_id",
        title=N_("Seen during exams"),
        purpose=N_("To let people judge whether an exam was sat alone."),
        period=Period.EVIDENCE,
        erase=Erase.KEEP,
        told="attempt_id kind at values",
        plain="id",
        why_kept=N_("It is how a result can be contested years later."),
    ),
    Impersonal(
        table="bank_item",
        title="Exam questions",
        plain=(
            "id key topic level status objective tags enemies expected_s quiz_key "
            "item_key revision used created_at"
        ),
        others="created_by_id",
    ),
    Impersonal(
        table="bank_item_edition",
        title="Questions by language",
        plain="item_id language version_id",
    ),
    Impersonal(
        table="bank_item_version",
        title="Versions of questions",
        plain=(
            "id item_id language number kind points stem feedback content pictures "
            "content_hash created_at note"
        ),
        others="created_by_id",
    ),
    Impersonal(
        table="bank_picture",
        title="Pictures of questions",
        plain="id sha256 media_type width height data",
    ),
    Impersonal(
        table="bank_take_over",
        title="Questions taken over from quizzes",
        plain="quiz_edition_id quiz_version_id taken_at",
    ),
    Personal(
        table="candidate",
        path="person_id",
        title=N_("Exams to sit"),
        purpose=N_("To say who may sit an exam, when and for how long."),
        period=Period.EVIDENCE,
        erase=Erase.KEEP,
        told="sitting_id extra_s opens_at closes_at extra_attempts added_at removed_at",
        others="added_by_id",
        plain="id person_id",
        why_kept=N_("Awards rest on exams."),
    ),
    Personal(
        table="candidate_override",
        path="candidate_id.person_id",
        title=N_("Exceptions in exams"),
        purpose=N_("To give somebody more time or another try, with the reason."),
        period=Period.EVIDENCE,
        erase=Erase.KEEP,
        told="candidate_id kind before after reason granted_at",
        others="granted_by_id",
        plain="id",
        why_kept=N_("An exam's result is judged by the time there was."),
    ),
    Impersonal(
        table="exam",
        title="Exams",
        plain=("id key titles settings revision created_at retired_at published_version_id"),
        others="owner_id",
    ),
    Impersonal(
        table="exam_version",
        title="Versions of exams",
        plain="id exam_id number titles settings published_at note",
        others="published_by_id",
    ),
    Personal(
        table="hand_mark",
        path="task_id.attempt_id.attempt_id.person_id",
        title=N_("Marks given by people"),
        purpose=N_("To mark what a program cannot."),
        period=Period.EVIDENCE,
        erase=Erase.KEEP,
        told=("task_id marking_round criteria points_millionths is_fatal comment marked_at"),
        others="marker_id",
        plain="id",
        gate="task_id.attempt_id.attempt_id.released_at",
        sealed=("task_id marking_round criteria points_millionths is_fatal comment marked_at"),
        why_kept=N_("Awards rest on exams."),
    ),
    Personal(
        table="kept_response",
        path="attempt_id.person_id",
        title=N_("Late or doubled exam answers"),
        purpose=N_("To lose no answer that came late or twice."),
        period=Period.EVIDENCE,
        erase=Erase.KEEP,
        told="attempt_id no response device received_at why",
        plain="id seq idempotency_key",
        why_kept=N_("It is how a result can be contested years later; rows cannot be changed."),
    ),
    Personal(
        table="marking_task",
        path="attempt_id.attempt_id.person_id",
        title=N_("Answers marked by people"),
        purpose=N_("To give answers to markers without a name."),
        period=Period.EVIDENCE,
        erase=Erase.KEEP,
        told="created_at marking_round markers_needed done_at",
        withheld={"draft": N_("a marker's unfinished notes")},
        others="claimed_by_id",
        plain="id attempt_id no claimed_until",
        why_kept=N_("Awards rest on exams."),
    ),
    Personal(
        table="pending_item_import",
        path="person_id",
        title=N_("Uploads waiting: questions"),
        purpose=N_("To show what an import would do before it is stored."),
        period=Period.UPLOADS,
        erase=Erase.DELETE,
        told="file_name options uploaded_at",
        withheld={"data": N_("the uploaded questions, which exams use")},
        plain="id person_id",
        counted=("uploaded_at",),
    ),
    Impersonal(
        table="regrade",
        title="Questions marked again",
        plain="id item_id from_version_id to_version_id how reason decided_at",
        others="decided_by_id",
    ),
    Personal(
        table="regrade_change",
        path="attempt_id.person_id",
        title=N_("Exams marked again"),
        purpose=N_("To put wrong questions right for everybody."),
        period=Period.EVIDENCE,
        erase=Erase.KEEP,
        told=(
            "regrade_id attempt_id marking_round changed_at no item_mark_before "
            "item_mark_after mark_before mark_after max_points_before "
            "max_points_after was_passed is_passed"
        ),
        gate="attempt_id.released_at",
        sealed=(
            "regrade_id attempt_id marking_round changed_at no item_mark_before "
            "item_mark_after mark_before mark_after max_points_before "
            "max_points_after was_passed is_passed"
        ),
        why_kept=N_("It tells how a result changed."),
    ),
    Impersonal(
        table="sitting",
        title="Exam sittings",
        plain=(
            "id exam_id exam_version_id name opens_at closes_at access_code networks "
            "form_seed form_item_ids created_at cancelled_at cancel_reason "
            "released_at"
        ),
        others="created_by_id released_by_id",
    ),
    Impersonal(
        table="sitting_target",
        title="Groups of sittings",
        plain="id sitting_id team_id cohort_id added_at",
        others="added_by_id",
    ),
)
