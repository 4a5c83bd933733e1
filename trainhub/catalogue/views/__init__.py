"""The pages of the catalogue: the library that everybody reads, and the writers' desk."""

from trainhub.catalogue.views import (
    desk,
    editing,
    files,
    home_section,
    items,
    library,
    media,
    pictures,
    quizzes,
    searching,
    versions,
)
from trainhub.catalogue.views.blueprint import bp

__all__ = [
    "bp",
    "desk",
    "editing",
    "files",
    "home_section",
    "items",
    "library",
    "media",
    "pictures",
    "quizzes",
    "searching",
    "versions",
]
