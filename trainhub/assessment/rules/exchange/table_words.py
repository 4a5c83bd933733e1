"""The heads and words of question tables, in both languages; reading takes either."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from string import ascii_uppercase

# column: (Chinese, English, further heads that people use)
_HEADS: Mapping[str, tuple[str, ...]] = {
    "key": ("编号", "Key", "题号", "id"),
    "kind": ("题型", "Kind", "题目类型", "type"),
    "stem": ("题干", "Stem", "题目", "question"),
    "right": ("正确答案", "Right answer", "答案", "answer"),
    "feedback": ("解析", "Feedback", "答案解析", "explanation"),
    "points": ("分值", "Points", "分数"),
    "topic": ("主题", "Topic", "知识点"),
    "level": ("难度", "Level"),
    "tags": ("标签", "Tags"),
    "objective": ("目标", "Objective"),
    "enemies": ("互斥组", "Enemies"),
    "status": ("状态", "Status"),
    "language": ("语言", "Language"),
    "tolerance": ("允许误差", "Tolerance"),
    "unit": ("单位", "Unit"),
    "strict": ("严格比对", "Strict"),
    "limit": ("字数上限", "Limit"),
    "model_answer": ("参考答案", "Model answer"),
}
_OPTION = ("选项{}", "Option {}")
_OPTION_FEEDBACK = ("选项{}解析", "Feedback {}")
_EXACT = ("程序用{}", "For programs {}")
MOST_EXACT = 20

_WORDS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "kind": {
        "single": ("单选题", "Single choice", "单选", "单项选择题"),
        "multiple": ("多选题", "Multiple choice", "多选", "多项选择题"),
        "true_false": ("判断题", "True or false", "判断", "是非题"),
        "short_answer": ("简答题", "Short answer", "简答"),
        "numeric": ("数值题", "Number", "数字题", "numeric"),
        "ordering": ("排序题", "Ordering", "排序"),
        "matching": ("配对题", "Matching", "配对", "匹配题", "匹配", "连线题"),
        "cloze": ("填空题", "Cloze", "填空", "完形填空题", "完形填空"),
        "long_answer": ("论述题", "Long answer", "论述", "问答题", "essay"),
    },
    "level": {
        "basic": ("基础", "Basic", "易", "简单"),
        "standard": ("标准", "Standard", "中", "一般"),
        "advanced": ("提高", "Advanced", "难", "困难"),
    },
    "status": {
        "draft": ("草稿", "Draft"),
        "live": ("可用", "Live", "启用"),
        "retired": ("已停用", "Retired", "停用"),
    },
    "language": {"zh": ("中文", "Chinese"), "en": ("英文", "English", "英语")},
    "strict": {"yes": ("是", "Yes", "true", "1"), "no": ("否", "No", "false", "0")},
    "truth": {
        "yes": ("对", "True", "正确", "是", "√", "✓", "t", "yes", "y", "1"),
        "no": ("错", "False", "错误", "否", "×", "✗", "x", "f", "no", "n", "0"),
    },
}


def place_of(language: str) -> int:
    """Which of the words is that of a language: heads are in Chinese or in English."""
    return 0 if language == "zh" else 1


def head(column: str, language: str) -> str:
    """The head of a column: a name, `option.3`, `option_feedback.3` or `exact.1`."""
    name, _, number = column.partition(".")
    at = place_of(language)
    if name == "exact":
        return _EXACT[at].format(number)
    if number:
        pattern = _OPTION if name == "option" else _OPTION_FEEDBACK
        return pattern[at].format(ascii_uppercase[int(number) - 1])
    return _HEADS[name][at]


def _fold(text: str) -> str:
    return "".join(text.split()).casefold()


def _all_heads() -> dict[str, str]:
    known = {_fold(word): column for column, words in _HEADS.items() for word in words}
    known |= {_fold(column): column for column in _HEADS}
    for at, letter in enumerate(ascii_uppercase, start=1):
        known[_fold(letter)] = f"option.{at}"
        for place in (0, 1):
            known[_fold(_OPTION[place].format(letter))] = f"option.{at}"
            known[_fold(_OPTION_FEEDBACK[place].format(letter))] = f"option_feedback.{at}"
    for number in range(1, MOST_EXACT + 1):
        for pattern in _EXACT:
            known[_fold(pattern.format(number))] = f"exact.{number}"
    return known


COLUMNS_BY_HEAD: Mapping[str, str] = _all_heads()


def column_of(heading: str) -> str | None:
    """The column a head means, or None."""
    return COLUMNS_BY_HEAD.get(_fold(heading))


def word(group: str, value: str, language: str) -> str:
    """A value as the table shows it."""
    return _WORDS[group][value][place_of(language)]


def value_of(group: str, given: str) -> str | None:
    """The value a word means; a value itself is taken as well. None where it means none."""
    folded = _fold(given)
    for value, words in _WORDS[group].items():
        if folded == value.casefold() or folded in map(_fold, words):
            return value
    return None


def known_words(group: str, language: str) -> str:
    """What may stand in a column, for messages."""
    at = place_of(language)
    return ", ".join(words[at] for words in _WORDS[group].values())


def list_columns(options: int, feedbacks: int, others: Sequence[str], exact: int) -> list[str]:
    """The columns of a table in their order."""
    columns = ["key", "kind", "stem"]
    columns += [f"option.{place}" for place in range(1, options + 1)]
    columns += ["right", "feedback", "points", "topic", "level", "tags", "objective", "enemies"]
    columns += ["status", "language", *others]
    columns += [f"option_feedback.{place}" for place in range(1, feedbacks + 1)]
    return columns + [f"exact.{number}" for number in range(1, exact + 1)]
