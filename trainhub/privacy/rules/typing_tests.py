"""The tables of typing tests."""

from __future__ import annotations

from trainhub.errors import N_
from trainhub.privacy.rules.declaring import Declaration, Erase, Impersonal, Personal
from trainhub.privacy.rules.periods import Period

TABLES: tuple[Declaration, ...] = (
    Personal(
        table="typing_allowance",
        path="person_id",
        title=N_("Exceptions in typing tests"),
        purpose=N_("To give somebody more time or another try, with the reason."),
        period=Period.EVIDENCE,
        erase=Erase.KEEP,
        told="test_id extra_s extra_attempts is_exempt reason granted_at",
        others="granted_by_id",
        plain="id person_id",
        why_kept=N_("A result is judged by the time there was."),
    ),
    Personal(
        table="typing_assignment",
        path="person_id",
        title=N_("Typing tests assigned"),
        purpose=N_("To say what is to be typed until when."),
        period=Period.EVIDENCE,
        erase=Erase.KEEP,
        told="test_id team_id cohort_id due_on created_at withdrawn_at",
        others="created_by_id",
        plain="id person_id",
        why_kept=N_("It tells what was asked of somebody."),
    ),
    Personal(
        table="typing_chunk",
        path="run_id.person_id",
        title=N_("Keystrokes"),
        purpose=N_("To compute a run's result, and to judge it if it is contested."),
        period=Period.KEYSTROKES,
        erase=Erase.DELETE,
        told="run_id no upto_event server_ms events",
        plain="digest",
    ),
    Impersonal(
        table="typing_passage",
        title="Typing passages",
        plain="id key language kind is_shipped created_at retired_at version_id",
        others="created_by_id",
    ),
    Impersonal(
        table="typing_passage_version",
        title="Versions of typing passages",
        plain="id passage_id number title text tests_width facts created_at",
        others="created_by_id",
    ),
    Impersonal(
        table="typing_phrase",
        title="Quick phrases",
        plain="id language group text created_at retired_at",
        others="created_by_id",
    ),
    Personal(
        table="typing_review",
        path="run_id.person_id",
        title=N_("Typing runs reviewed"),
        purpose=N_("To have people decide on what a program found odd."),
        period=Period.EVIDENCE,
        erase=Erase.KEEP,
        told="run_id decision retest_run_id reason at",
        others="by_id",
        plain="id",
        why_kept=N_("It is how a result can be contested years later."),
    ),
    Personal(
        table="typing_run",
        path="person_id",
        title=N_("Typing runs"),
        purpose=N_("To measure speed and accuracy, and to know copied runs."),
        period=Period.EVIDENCE,
        erase=Erase.KEEP,
        told=(
            "passage_version_id passage_version_ids text test_id test_revision "
            "sitting_id number rules state started_at closes_at last_chunk_at events "
            "ended_at ended_by final_text metrics speed_tenths accuracy verdict "
            "reasons review timeline_gone_at"
        ),
        withheld={
            "token_hash": N_("the key itself is known to its holder only"),
            "rhythm": N_("goes with the keystrokes; they are handed out"),
        },
        plain="id person_id sweep_at next_chunk",
        why_kept=N_("Awards rest on it. The rhythm of the keys goes with the keystrokes."),
    ),
    Personal(
        table="typing_run_event",
        path="run_id.person_id",
        title=N_("What happened to typing runs"),
        purpose=N_("To tell how a result came about."),
        period=Period.EVIDENCE,
        erase=Erase.KEEP,
        told="run_id kind at values reason",
        others="by_id",
        plain="id",
        why_kept=N_("It is how a result can be contested years later."),
    ),
    Personal(
        table="typing_run_part",
        path="run_id.person_id",
        title=N_("Passages in typing runs"),
        purpose=N_("To find runs of the same text."),
        period=Period.KEYSTROKES,
        erase=Erase.DELETE,
        told="from_gap to_gap",
        plain="passage_version_id run_id",
    ),
    Impersonal(
        table="typing_sitting",
        title="Typing rooms",
        plain="id test_id name room_code opens_at closes_at created_at",
        others="created_by_id",
    ),
    Impersonal(
        table="typing_test",
        title="Typing tests",
        plain="id key titles settings revision created_at retired_at",
        others="owner_id",
    ),
)
