"""The tables of accounts, teams and cohorts."""

from __future__ import annotations

from trainhub.errors import N_
from trainhub.privacy.rules.declaring import PSEUDONYM, Declaration, Erase, Impersonal, Personal
from trainhub.privacy.rules.periods import Period

TABLES: tuple[Declaration, ...] = (
    Personal(
        table="access_token",
        path="person_id",
        title=N_("Access tokens"),
        purpose=N_("To let a program act for somebody."),
        period=Period.SECURITY,
        erase=Erase.DELETE,
        told="label created_at expires_at revoked_at",
        withheld={"token_hash": N_("the key itself is known to its holder only")},
        plain="id person_id",
        counted=("revoked_at", "expires_at"),
    ),
    Impersonal(
        table="cohort",
        title="Cohorts",
        plain="id name start_on",
    ),
    Personal(
        table="cohort_member",
        path="person_id",
        title=N_("Cohorts"),
        purpose=N_("To count due days from the common start."),
        period=Period.EVIDENCE,
        erase=Erase.KEEP,
        told="cohort_id",
        plain="person_id",
        why_kept=N_("The due days of the evidence were counted from it."),
    ),
    Personal(
        table="invitation",
        path="person_id",
        title=N_("Links to set a password"),
        purpose=N_("To let somebody set a first or new password."),
        period=Period.SECURITY,
        erase=Erase.DELETE,
        told="kind created_at expires_at used_at",
        withheld={"nonce": N_("a secret of the link")},
        plain="id person_id",
        counted=("expires_at",),
    ),
    Personal(
        table="pending_import",
        path="person_id",
        title=N_("Uploads waiting: people"),
        purpose=N_("To show what an import would do before it is stored."),
        period=Period.UPLOADS,
        erase=Erase.DELETE,
        told="file encoding created_at",
        withheld={"data": N_("the uploaded table, which names other people")},
        plain="person_id",
        counted=("created_at",),
    ),
    Personal(
        table="person",
        path="id",
        title=N_("Account"),
        purpose=N_("To know who learns, and to let them sign in."),
        period=Period.EVIDENCE,
        erase=Erase.EMPTY,
        told=(
            "username name email employee_no team_id start_on locale time_zone "
            "password_changed_at is_demonstration created_at disabled_at erased_at"
        ),
        withheld={
            "password_hash": N_("the password's hash, good for nothing but guessing it"),
            "name_key": N_("made of the name, for sorting"),
            "search_key": N_("made of the names, for finding"),
        },
        plain="id",
        emptied={
            "username": PSEUDONYM,
            "name": PSEUDONYM,
            "email": None,
            "employee_no": None,
            "team_id": None,
            "start_on": None,
            "locale": None,
            "time_zone": None,
            "password_hash": None,
            "password_changed_at": None,
        },
        why_kept=N_(
            "The row itself stays: records point to it. Names, addresses, number, "
            "team, dates and language go."
        ),
    ),
    Personal(
        table="person_role",
        path="person_id",
        title=N_("Roles"),
        purpose=N_("To know what somebody may do."),
        period=Period.EVIDENCE,
        erase=Erase.KEEP,
        told="role",
        plain="person_id",
        why_kept=N_("Acts on record were done in a role."),
    ),
    Personal(
        table="sign_in",
        path="person_id",
        title=N_("Sign-ins"),
        purpose=N_("To keep a browser signed in, and to find misuse."),
        period=Period.SECURITY,
        erase=Erase.DELETE,
        told=("started_at last_seen_at password_at ends_at ended_at held_until address browser"),
        withheld={"token_hash": N_("the key itself is known to its holder only")},
        plain="id person_id",
        counted=("ends_at",),
    ),
    Personal(
        table="sign_in_misses",
        path="",
        title=N_("Failed sign-ins"),
        purpose=N_("To slow guessing of passwords down."),
        period=Period.SECURITY,
        erase=Erase.DELETE,
        withheld={
            "subject": N_("a name that was typed or an address, nobody's account for certain")
        },
        plain="count last_at",
        counted=("last_at",),
    ),
    Impersonal(
        table="team",
        title="Teams",
        plain="id name",
    ),
    Personal(
        table="team_supervision",
        path="person_id",
        title=N_("Teams answered for"),
        purpose=N_("To let supervisors see their own teams."),
        period=Period.ACCOUNT,
        erase=Erase.DELETE,
        told="team_id",
        plain="person_id",
    ),
)
