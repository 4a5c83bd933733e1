"""Reading the catalogue."""

from trainhub.catalogue.queries.files import list_export_files
from trainhub.catalogue.queries.finding import (
    current_pictures,
    find_course,
    find_edition,
    find_edition_by_slug,
    find_quiz,
    find_quiz_edition,
    find_series,
    find_version,
    find_version_picture,
    list_editions_asking,
    list_source_hashes,
    published_quizzes,
)
from trainhub.catalogue.queries.map import MapCourse, MapSeries, list_map

__all__ = [
    "MapCourse",
    "MapSeries",
    "current_pictures",
    "find_course",
    "find_edition",
    "find_edition_by_slug",
    "find_quiz",
    "find_quiz_edition",
    "find_series",
    "find_version",
    "find_version_picture",
    "list_editions_asking",
    "list_export_files",
    "list_map",
    "list_source_hashes",
    "published_quizzes",
]
