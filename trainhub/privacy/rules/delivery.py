"""The tables of classes."""

from __future__ import annotations

from trainhub.errors import N_
from trainhub.privacy.rules.declaring import Declaration, Erase, Impersonal, Personal
from trainhub.privacy.rules.periods import Period

TABLES: tuple[Declaration, ...] = (
    Personal(
        table="attendance",
        path="booking_id.person_id",
        title=N_("Attendance"),
        purpose=N_("To know who was in a class, and for how long."),
        period=Period.EVIDENCE,
        erase=Erase.KEEP,
        told="booking_id state way minutes checked_in_at note marked_at",
        others="marked_by_id",
        why_kept=N_("It is evidence of an award."),
    ),
    Personal(
        table="booking",
        path="person_id",
        title=N_("Classes booked"),
        purpose=N_("To hold a seat in a class."),
        period=Period.EVIDENCE,
        erase=Erase.KEEP,
        told=(
            "training_session_id course_id state window_kind is_on_phones is_pinned "
            "is_make_up booked_at changed_at reason"
        ),
        plain="id person_id uid sequence",
        why_kept=N_("Attendance is evidence of an award."),
    ),
    Personal(
        table="booking_event",
        path="booking_id.person_id",
        title=N_("What happened to bookings"),
        purpose=N_("To tell why somebody was not in a class."),
        period=Period.EVIDENCE,
        erase=Erase.KEEP,
        told="booking_id kind old_state new_state reason occurred_at",
        others="by_id",
        plain="id",
        why_kept=N_("Attendance is evidence of an award; rows cannot be changed."),
    ),
    Personal(
        table="calendar_feed",
        path="person_id",
        title=N_("Calendar address"),
        purpose=N_("To show one's classes in one's own calendar."),
        period=Period.ACCOUNT,
        erase=Erase.DELETE,
        told="created_at read_at",
        withheld={"nonce": N_("a secret of the link")},
        plain="person_id",
    ),
    Impersonal(
        table="campaign",
        title="Campaigns",
        plain=(
            "id key name state series_id request_id starts_on due_on ends_on settings "
            "revision created_at published_at closed_at"
        ),
        others="created_by_id",
    ),
    Impersonal(
        table="campaign_course",
        title="Courses of campaigns",
        plain=("campaign_id course_id position duration_min seats min_seats min_gap_days priority"),
    ),
    Personal(
        table="campaign_target",
        path="person_id",
        title=N_("Named for a campaign"),
        purpose=N_("To say whom classes are planned for."),
        period=Period.EVIDENCE,
        erase=Erase.KEEP,
        told="campaign_id team_id cohort_id",
        plain="id person_id",
        why_kept=N_("It tells what was asked of somebody."),
    ),
    Personal(
        table="debt_entry",
        path="person_id",
        title=N_("Training-debt account"),
        purpose=N_("To count classes owed and held."),
        period=Period.EVIDENCE,
        erase=Erase.KEEP,
        told=("team_id course_id training_session_id kind cause minutes on reason recorded_at"),
        others="by_id",
        plain="id person_id dedupe_key",
        why_kept=N_("Teams and people are accounted for by it; rows cannot be changed."),
    ),
    Personal(
        table="delivery_record",
        path="",
        title=N_("Archive of classes"),
        purpose=N_("To account for classes held."),
        period=Period.EVIDENCE,
        erase=Erase.KEEP,
        withheld={
            "facts": N_(
                "about everybody in a class, as numbers; one's own part is one's attendance"
            )
        },
        plain="training_session_id recorded_at",
        why_kept=N_("People are numbers in it; rows cannot be changed."),
    ),
    Personal(
        table="make_up",
        path="person_id",
        title=N_("Classes owed"),
        purpose=N_("To offer somebody the class they missed."),
        period=Period.EVIDENCE,
        erase=Erase.KEEP,
        told=(
            "missed_booking_id course_id cause minutes owed_at offered_session_id "
            "offered_at settled_at settled_as reason"
        ),
        plain="id person_id",
        why_kept=N_("It tells why a duty was late."),
    ),
    Personal(
        table="plan_run",
        path="",
        title=N_("Plans of classes"),
        purpose=N_("To plan classes within cover and working time."),
        period=Period.EVIDENCE,
        erase=Erase.KEEP,
        withheld={
            "problem": N_(
                "a whole plan about many people, as numbers; one's own part are one's bookings"
            ),
            "people": N_("numbers of many people"),
            "plan": N_(
                "a whole plan about many people, as numbers; one's own part are one's bookings"
            ),
        },
        others="requested_by_id decided_by_id",
        plain=(
            "id campaign_id state is_again progress time_limit_s seed cancel_asked_at "
            "error requested_at started_at seen_at ended_at decided_at"
        ),
        why_kept=N_("People are numbers in it; it tells why a class was planned so."),
    ),
    Impersonal(
        table="room",
        title="Classrooms",
        plain="id site_id name seats is_online join_url retired_at",
    ),
    Impersonal(
        table="room_block",
        title="Classrooms blocked",
        plain="id room_id starts_at ends_at reason",
    ),
    Impersonal(
        table="survey_answer",
        title="Answers to surveys",
        plain="key training_session_id content trainer usefulness fit comment",
        note="Anonymous by design: no person, no time, a random key.",
    ),
    Personal(
        table="survey_ticket",
        path="person_id",
        title=N_("Surveys"),
        purpose=N_("To let somebody answer once, without a name on the answer."),
        period=Period.WORK,
        erase=Erase.KEEP,
        told="training_session_id opened_at closes_at is_answered",
        plain="person_id",
        counted=("closes_at",),
        why_kept=N_(
            "It holds no answer; how many answered is counted by it until its time is over."
        ),
    ),
    Personal(
        table="swap_request",
        path="booking_id.person_id",
        title=N_("Swaps asked for"),
        purpose=N_("To let two people change seats."),
        period=Period.EVIDENCE,
        erase=Erase.KEEP,
        told="booking_id other_booking_id state reason asked_at answered_at",
        plain="id",
        why_kept=N_("It tells who was in which class."),
    ),
    Personal(
        table="trainer_course",
        path="person_id",
        title=N_("Trainer: courses"),
        purpose=N_("To plan who teaches what."),
        period=Period.EVIDENCE,
        erase=Erase.KEEP,
        told="course_id certified_on",
        plain="person_id",
        why_kept=N_("It tells that a class was taught by somebody allowed to."),
    ),
    Personal(
        table="trainer_profile",
        path="person_id",
        title=N_("Trainer: place and hours"),
        purpose=N_("To plan who teaches where."),
        period=Period.ACCOUNT,
        erase=Erase.DELETE,
        told="site_id max_min_per_week",
        plain="person_id",
    ),
    Personal(
        table="trainer_time",
        path="person_id",
        title=N_("Trainer: times"),
        purpose=N_("To plan when somebody teaches."),
        period=Period.ACCOUNT,
        erase=Erase.DELETE,
        told="weekday on starts_min ends_min is_away",
        plain="id person_id",
    ),
    Personal(
        table="training_request",
        path="asked_by_id",
        title=N_("Training asked for"),
        purpose=N_("To have training held that a team needs."),
        period=Period.EVIDENCE,
        erase=Erase.KEEP,
        told=(
            "topic reason course_id team_id heads wished_from wished_until figure "
            "figure_now figure_goal state trainer_state created_at submitted_at "
            "ended_at"
        ),
        others="reviewer_id trainer_id",
        plain="id revision asked_by_id",
        why_kept=N_("It tells why a class was held."),
    ),
    Personal(
        table="training_request_event",
        path="request_id.asked_by_id",
        title=N_("What happened to training asked for"),
        purpose=N_("To tell what became of a request."),
        period=Period.EVIDENCE,
        erase=Erase.KEEP,
        told="request_id kind old_state new_state note facts occurred_at",
        others="by_id",
        plain="id",
        why_kept=N_("It tells why a class was held; rows cannot be changed."),
    ),
    Personal(
        table="training_request_person",
        path="person_id",
        title=N_("Named for training"),
        purpose=N_("To say who needs a training."),
        period=Period.EVIDENCE,
        erase=Erase.KEEP,
        told="request_id",
        plain="person_id",
        why_kept=N_("It tells why a class was held."),
    ),
    Personal(
        table="training_session",
        path="trainer_id",
        title=N_("Classes one has taught"),
        purpose=N_("To hold a class."),
        period=Period.EVIDENCE,
        erase=Erase.KEEP,
        told=(
            "campaign_id request_id course_id site_id room_id on starts_min ends_min "
            "starts_at ends_at window_kind seats min_seats taken state is_pinned "
            "published_at begun_at paused_at remaining_s ended_at cancelled_cause"
        ),
        withheld={"check_in_nonce": N_("a secret of the class")},
        plain="id trainer_id sequence revision",
        why_kept=N_("Attendance is evidence of an award."),
    ),
    Impersonal(
        table="training_session_event",
        title="What happened to classes",
        plain="id training_session_id kind old new reason occurred_at",
        others="by_id",
    ),
)
