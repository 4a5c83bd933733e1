"""What is asked and what is answered: the problem and the plan as values and as JSON.

The problem and its parts are handed on from here so that readers need one import. `duties` reads
the rota quickly for whoever solves or writes problems; judging reads it plainly for itself.
"""

from trainhub.planner.problem.entities import (
    DAY_MIN,
    KINDS,
    OFF,
    POLICIES,
    WEEK_DAYS,
    Agents,
    Calendar,
    Course,
    Dislike,
    Kind,
    Leave,
    PinnedSession,
    Policy,
    Precedence,
    PreviousSeat,
    Queue,
    Room,
    Rules,
    Shift,
    Span,
    Swap,
    Team,
    Trainer,
    Weights,
    Window,
)
from trainhub.planner.problem.fields import BadProblem
from trainhub.planner.problem.whole import SCHEMA, Problem, read_problem

__all__ = [
    "DAY_MIN", "KINDS", "OFF", "POLICIES", "SCHEMA", "WEEK_DAYS", "Agents", "BadProblem",
    "Calendar", "Course", "Dislike", "Kind", "Leave", "PinnedSession", "Policy", "Precedence",
    "PreviousSeat", "Problem", "Queue", "Room", "Rules", "Shift", "Span", "Swap", "Team",
    "Trainer", "Weights", "Window", "read_problem",
]  # fmt: skip
