"""Changing the catalogue: importing, writing, publishing."""

from trainhub.catalogue.services.drafts import (
    DraftMoved,
    discard_draft,
    restore_version,
    save_draft,
    tidy_source,
)
from trainhub.catalogue.services.importing import (
    Clash,
    ImportConflict,
    ImportReport,
    import_files,
)
from trainhub.catalogue.services.pictures import add_picture
from trainhub.catalogue.services.publishing import (
    ensure_course,
    ensure_quiz,
    ensure_series,
    publish_course,
    publish_quiz,
    republish_courses_asking,
)

__all__ = [
    "Clash",
    "DraftMoved",
    "ImportConflict",
    "ImportReport",
    "add_picture",
    "discard_draft",
    "ensure_course",
    "ensure_quiz",
    "ensure_series",
    "import_files",
    "publish_course",
    "publish_quiz",
    "republish_courses_asking",
    "restore_version",
    "save_draft",
    "tidy_source",
]
