"""The pages of the catalogue: the library that everybody reads, and the writers' desk."""

from trainhub.catalogue.views import media
from trainhub.catalogue.views.blueprint import bp

__all__ = ["bp", "media"]
