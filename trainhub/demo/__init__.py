"""The demonstration centre: a believable month, the same for the same seed and day.

Built in bulk, so that measurements can ask for twenty thousand people.
"""

from trainhub.demo.centre import DEMO_PASSWORD, Centre, build_centre

__all__ = ["DEMO_PASSWORD", "Centre", "build_centre"]
