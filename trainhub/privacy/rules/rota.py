"""The tables of the rota."""

from __future__ import annotations

from trainhub.errors import N_
from trainhub.privacy.rules.declaring import Declaration, Erase, Impersonal, Personal
from trainhub.privacy.rules.periods import Period

TABLES: tuple[Declaration, ...] = (
    Impersonal(
        table="calendar_day",
        title="Exceptions of the calendar",
        plain="on kind name changed_at",
        others="changed_by_id",
    ),
    Impersonal(
        table="day_demand",
        title="Demand of days",
        plain="queue_id on interval_min contacts handling_s minimum import_id",
    ),
    Personal(
        table="pending_table",
        path="person_id",
        title=N_("Uploads waiting: tables"),
        purpose=N_("To show what an import would do before it is stored."),
        period=Period.UPLOADS,
        erase=Erase.DELETE,
        told="kind file mapping created_at",
        withheld={"data": N_("the uploaded table, which names other people")},
        plain="person_id",
        counted=("created_at",),
    ),
    Impersonal(
        table="queue",
        title="Queues",
        plain=(
            "id key name channel method interval_min service_level answer_within_s "
            "max_occupancy patience_s planned_shrinkage unplanned_shrinkage "
            "concurrency buffer revision retired_at"
        ),
    ),
    Personal(
        table="rota_change",
        path="person_id",
        title=N_("Changes of shifts"),
        purpose=N_("To tell why a shift is not the one planned."),
        period=Period.EVIDENCE,
        erase=Erase.KEEP,
        told="on old_code new_code kind reason import_id changed_at",
        others="changed_by_id",
        plain="id person_id",
        why_kept=N_("Working time may be contested; rows cannot be changed."),
    ),
    Personal(
        table="shift",
        path="person_id",
        title=N_("Shifts"),
        purpose=N_("To plan classes within working time."),
        period=Period.WORK,
        erase=Erase.KEEP,
        told="on shift_code_id import_id",
        plain="person_id",
        counted=("on",),
        why_kept=N_("Cover is accounted for by it until its time is over."),
    ),
    Impersonal(
        table="shift_code",
        title="Shift codes",
        plain=(
            "id code name_zh name_en kind starts_min ends_min breaks "
            "early_class_starts_min early_class_ends_min early_class_on_phones "
            "synonyms position retired_at"
        ),
    ),
    Impersonal(
        table="site",
        title="Sites",
        plain="id name time_zone",
    ),
    Impersonal(
        table="table_import",
        title="Tables imported",
        plain="id kind file file_hash counts imported_at",
        others="imported_by_id",
    ),
    Impersonal(
        table="table_mapping",
        title="Columns recognised",
        plain="id kind signature mapping used_at",
        others="used_by_id",
    ),
    Impersonal(
        table="team_place",
        title="Places of teams",
        plain="team_id site_id queue_id",
    ),
    Impersonal(
        table="typical_day",
        title="Demand of typical days",
        plain="queue_id weekday interval_min contacts handling_s minimum import_id",
    ),
)
