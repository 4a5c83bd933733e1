"""The tables of programmes and awards."""

from __future__ import annotations

from trainhub.errors import N_
from trainhub.privacy.rules.declaring import PSEUDONYM, Declaration, Erase, Impersonal, Personal
from trainhub.privacy.rules.periods import Period

TABLES: tuple[Declaration, ...] = (
    Personal(
        table="award",
        path="person_id",
        title=N_("Awards"),
        purpose=N_("To say what somebody may do, on what evidence, until when."),
        period=Period.EVIDENCE,
        erase=Erase.EMPTY,
        told=(
            "programme_id version_id enrolment_id number code state granted_at reason "
            "valid_from valid_until holder_name titles evidence previous_id"
        ),
        others="granted_by_id",
        plain="id person_id",
        emptied={"holder_name": PSEUDONYM},
        why_kept=N_(
            "Whoever relied on a certificate has to be able to check it; the "
            "certificate shows the pseudonym."
        ),
    ),
    Personal(
        table="award_event",
        path="award_id.person_id",
        title=N_("What happened to awards"),
        purpose=N_("To tell when and why an award was given, reviewed or taken back."),
        period=Period.EVIDENCE,
        erase=Erase.KEEP,
        told="award_id old_state new_state occurred_at recorded_at reason values",
        others="by_id",
        plain="id",
        why_kept=N_("It is part of the award's evidence; rows cannot be changed."),
    ),
    Personal(
        table="award_refresh",
        path="award_id.person_id",
        title=N_("Refreshes"),
        purpose=N_("To ask for a short quiz when something material has changed."),
        period=Period.EVIDENCE,
        erase=Erase.KEEP,
        told="award_id request_id due_on state created_at closed_at record_id questioned_at",
        plain="id",
        why_kept=N_("It is part of the award's evidence."),
    ),
    Impersonal(
        table="competency_model",
        title="Competency models",
        plain=("id key titles content revision created_at retired_at published_version_id"),
    ),
    Impersonal(
        table="competency_model_version",
        title="Versions of competency models",
        plain="id model_id number titles content content_hash published_at note",
        others="published_by_id",
    ),
    Impersonal(
        table="issuer_key",
        title="Public keys of certificates",
        plain="id multibase first_used_at",
    ),
    Personal(
        table="observed_case",
        path="person_id",
        title=N_("Work observed"),
        purpose=N_("To judge live work by a rubric."),
        period=Period.EVIDENCE,
        erase=Erase.KEEP,
        told=(
            "enrolment_id requirement_key model_version_id what held_on state "
            "raters_needed result created_at settled_at void_reason"
        ),
        others="created_by_id",
        plain="id person_id",
        gate="settled_at",
        sealed="result",
        why_kept=N_("Awards rest on it."),
    ),
    Personal(
        table="personal_summary",
        path="enrolment_id.person_id",
        title=N_("Personal summaries"),
        purpose=N_("To let somebody say what they have learnt."),
        period=Period.EVIDENCE,
        erase=Erase.KEEP,
        told="enrolment_id requirement_key state text updated_at handed_in_at",
        plain="id revision",
        why_kept=N_("Awards rest on it."),
    ),
    Impersonal(
        table="programme",
        title="Programmes",
        plain=("id key kind titles content revision created_at retired_at published_version_id"),
        others="owner_id",
    ),
    Personal(
        table="programme_enrolment",
        path="person_id",
        title=N_("Certification programmes"),
        purpose=N_("To show the way to an award, and who is late on it."),
        period=Period.EVIDENCE,
        erase=Erase.KEEP,
        told=(
            "programme_id version_id cohort_id path renews_id state is_current "
            "starts_on created_at ended_at reviewed_at done needed stage next_due_on "
            "final_due_on is_at_risk risk"
        ),
        others="created_by_id",
        plain="id person_id facts_seen_until is_stale",
        why_kept=N_("Awards rest on it."),
    ),
    Personal(
        table="programme_enrolment_event",
        path="enrolment_id.person_id",
        title=N_("What happened in programmes"),
        purpose=N_("To tell how somebody came to an award."),
        period=Period.EVIDENCE,
        erase=Erase.KEEP,
        told="enrolment_id kind occurred_at reason values",
        others="by_id",
        plain="id",
        why_kept=N_("Awards rest on it; rows cannot be changed."),
    ),
    Impersonal(
        table="programme_version",
        title="Versions of programmes",
        plain=(
            "id programme_id number titles content content_hash those_under_way "
            "refresh published_at note"
        ),
        others="published_by_id",
    ),
    Personal(
        table="rating",
        path="case_id.person_id",
        title=N_("Ratings"),
        purpose=N_("To have live work judged by two people who do not know of each other."),
        period=Period.EVIDENCE,
        erase=Erase.KEEP,
        told="case_id place scores fatal comment asked_at handed_in_at",
        others="rater_id",
        plain="id revision",
        gate="case_id.settled_at",
        sealed="case_id place scores fatal comment asked_at handed_in_at",
        why_kept=N_("Awards rest on it."),
    ),
    Impersonal(
        table="refresh_request",
        title="Refreshes asked for",
        plain=(
            "id programme_version_id course_version_id exam_key sitting_id changed_at due_on "
            "note asked_at"
        ),
        others="asked_by_id",
    ),
    Personal(
        table="requirement_exception",
        path="enrolment_id.person_id",
        title=N_("Waivers and extensions"),
        purpose=N_("To let a requirement go or give it more time, with the reason."),
        period=Period.EVIDENCE,
        erase=Erase.KEEP,
        told=("enrolment_id requirement_key kind until_on reason granted_at ended_at end_reason"),
        others="granted_by_id ended_by_id",
        plain="id",
        why_kept=N_("Awards rest on it."),
    ),
    Personal(
        table="requirement_standing",
        path="enrolment_id.person_id",
        title=N_("Requirements"),
        purpose=N_("To say what is done, what is missing and why."),
        period=Period.EVIDENCE,
        erase=Erase.KEEP,
        told=(
            "enrolment_id requirement_key state due_on met_on ends_on evidence next_step updated_at"
        ),
        why_kept=N_("Awards rest on it."),
    ),
    Personal(
        table="saved_view",
        path="person_id",
        title=N_("Saved views"),
        purpose=N_("To find one's own filters again."),
        period=Period.ACCOUNT,
        erase=Erase.DELETE,
        told="name filters created_at",
        plain="id person_id",
    ),
    Personal(
        table="sign_off",
        path="enrolment_id.person_id",
        title=N_("Sign-offs"),
        purpose=N_("To keep the supervisor's word."),
        period=Period.EVIDENCE,
        erase=Erase.KEEP,
        told="enrolment_id requirement_key decision comment occurred_at",
        others="by_id",
        plain="id",
        why_kept=N_("Awards rest on it; rows cannot be changed."),
    ),
    Personal(
        table="summary_event",
        path="summary_id.enrolment_id.person_id",
        title=N_("Summaries handed in"),
        purpose=N_("To keep what a decision rested on."),
        period=Period.EVIDENCE,
        erase=Erase.KEEP,
        told="summary_id kind text comment occurred_at",
        others="by_id",
        plain="id",
        why_kept=N_("Awards rest on it; rows cannot be changed."),
    ),
)
