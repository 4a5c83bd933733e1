"""Item and test statistics, agreement of markers, pass marks: figures in, no database.

`exam_statistics` computes everything about an exam and its items from the marks; `Hidden`
stands where a figure would mislead. `docs/statistics.md` explains each figure to trainers.
Sources: Moodle's question and quiz statistics calculators; Kuder and Richardson; the classical
27 % index; modified Angoff.
"""

from trainhub.assessment.rules.statistics.cut_scores import (
    AngoffResult,
    ContrastingGroups,
    JudgedItem,
    angoff,
    contrasting_groups,
)
from trainhub.assessment.rules.statistics.distractors import NO_ANSWER
from trainhub.assessment.rules.statistics.faint import explanation, is_faint
from trainhub.assessment.rules.statistics.flags import (
    EXPLANATIONS,
    Explanation,
    Flag,
    OptionFlag,
    mastery_flags,
)
from trainhub.assessment.rules.statistics.guessing import random_guess
from trainhub.assessment.rules.statistics.items import exam_statistics, item_statistics
from trainhub.assessment.rules.statistics.markers import (
    CLOSE_SHARE_TARGET,
    Agreement,
    kappa,
    marker_agreement,
)
from trainhub.assessment.rules.statistics.values import (
    FEWEST_FIRM,
    FEWEST_SHOWN,
    REASONS,
    Answer,
    Basis,
    Figure,
    Form,
    Hidden,
    ItemScores,
    ItemStatistics,
    Number,
    Option,
    OptionStatistics,
    Reason,
    TestStatistics,
)

__all__ = [
    "CLOSE_SHARE_TARGET",
    "EXPLANATIONS",
    "FEWEST_FIRM",
    "FEWEST_SHOWN",
    "NO_ANSWER",
    "REASONS",
    "Agreement",
    "AngoffResult",
    "Answer",
    "Basis",
    "ContrastingGroups",
    "Explanation",
    "Figure",
    "Flag",
    "Form",
    "Hidden",
    "ItemScores",
    "ItemStatistics",
    "JudgedItem",
    "Number",
    "Option",
    "OptionFlag",
    "OptionStatistics",
    "Reason",
    "TestStatistics",
    "angoff",
    "contrasting_groups",
    "exam_statistics",
    "explanation",
    "is_faint",
    "item_statistics",
    "kappa",
    "marker_agreement",
    "mastery_flags",
    "random_guess",
]
