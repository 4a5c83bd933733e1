"""Changing the catalogue: importing, writing, publishing."""

from trainhub.catalogue.services.authoring import (
    publish_draft,
    start_course,
    start_course_translation,
    start_quiz,
    start_quiz_translation,
)
from trainhub.catalogue.services.drafts import (
    DraftMoved,
    check_storable,
    current_source,
    discard_draft,
    draft_token,
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
from trainhub.catalogue.services.questions import QuestionMoved, change_quiz, item_token
from trainhub.catalogue.services.retiring import restore_course, retire_course

__all__ = [
    "Clash",
    "DraftMoved",
    "ImportConflict",
    "ImportReport",
    "QuestionMoved",
    "add_picture",
    "change_quiz",
    "check_storable",
    "current_source",
    "discard_draft",
    "draft_token",
    "ensure_course",
    "ensure_quiz",
    "ensure_series",
    "import_files",
    "item_token",
    "publish_course",
    "publish_draft",
    "publish_quiz",
    "republish_courses_asking",
    "restore_course",
    "restore_version",
    "retire_course",
    "save_draft",
    "start_course",
    "start_course_translation",
    "start_quiz",
    "start_quiz_translation",
    "tidy_source",
]
