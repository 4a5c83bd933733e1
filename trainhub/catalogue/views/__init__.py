"""The pages of the catalogue: the library that everybody reads, and the writers' desk."""

from trainhub.catalogue.views import files, home_section, library, media, searching
from trainhub.catalogue.views.blueprint import bp

__all__ = ["bp", "files", "home_section", "library", "media", "searching"]
