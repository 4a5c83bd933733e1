"""The JSON interface of certification: roads, the matrix, awards with their evidence.

It hands out what the pages show, in the pages' own words: rows, states and sentences come from
`queries` and `views`, nothing is worked out here.
"""

from trainhub.certification.api import awards, matrix, roads
from trainhub.certification.api.blueprint import bp

__all__ = ["awards", "bp", "matrix", "roads"]
