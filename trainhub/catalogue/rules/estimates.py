"""How long a course takes in class.

Reading pace: 300 Chinese characters or 180 English words a minute; half of that for cases and
phrases, which are read aloud. To it come the minutes of exercises and of trainers' notes, and
one minute for each question of a checkpoint (docs/content-format.md).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from trainhub.catalogue.rules.blocks import Block, BlockKind, scan
from trainhub.catalogue.rules.course_text import CourseText
from trainhub.catalogue.rules.source_lines import walk

CHARACTERS_A_MINUTE = 300
WORDS_A_MINUTE = 180
ALOUD = 2
MINUTES_A_QUESTION = 1

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_WORD = re.compile(r"[A-Za-z0-9\u00c0-\u024f]+(?:['’.,:%/-][A-Za-z0-9\u00c0-\u024f]+)*")
_UNREAD = re.compile(r"\]\([^()]*\)|\{[:#.][^{}]*\}|^[ ]*\[[^\]]+\]:.*$|<[^<>\s]+>")


@dataclass(frozen=True)
class Estimate:
    """Minutes of a text by what takes them."""

    reading: float = 0.0
    exercises: float = 0.0
    trainer: float = 0.0
    checkpoints: float = 0.0

    @property
    def total(self) -> float:
        return self.reading + self.exercises + self.trainer + self.checkpoints

    def __add__(self, other: Estimate) -> Estimate:
        return Estimate(
            self.reading + other.reading,
            self.exercises + other.exercises,
            self.trainer + other.trainer,
            self.checkpoints + other.checkpoints,
        )


def reading_minutes(text: str) -> float:
    """Minutes to read a text silently, code and addresses left out."""
    characters = words = 0
    for line in walk(text):
        if line.fence:
            continue
        read = _UNREAD.sub("]", line.text)
        characters += len(_HAN.findall(read))
        words += len(_WORD.findall(read))
    return characters / CHARACTERS_A_MINUTE + words / WORDS_A_MINUTE


def estimate_text(body: str) -> Estimate:
    """The minutes of an introduction or a lesson. Raises `InputErrors` for unreadable blocks."""
    total = Estimate()
    for part in scan(body):
        if isinstance(part, Block):
            total += _block(part)
        else:
            total += Estimate(reading=reading_minutes(part.text))
    return total


def _block(block: Block) -> Estimate:
    match block.kind:
        case BlockKind.CHECKPOINT:
            return Estimate(checkpoints=MINUTES_A_QUESTION * len(block.items))
        case BlockKind.TRAINER:
            return Estimate(trainer=block.minutes or 0)
        case BlockKind.EXERCISE:
            return Estimate(reading=reading_minutes(block.body), exercises=block.minutes or 0)
        case BlockKind.CASE | BlockKind.PHRASE:
            return Estimate(reading=ALOUD * reading_minutes(block.body))
        case _:
            return Estimate(reading=reading_minutes(block.body))


def estimate_course(course: CourseText) -> Estimate:
    """The minutes of a whole course."""
    total = estimate_text(course.intro)
    for lesson in course.lessons:
        total += estimate_text(lesson.body)
    return total


def lesson_minutes(body: str) -> int:
    """Whole minutes of one lesson, at least one."""
    return max(1, round(estimate_text(body).total))
