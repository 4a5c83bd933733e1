"""The `:::` blocks of a lesson: cases, wordings, exercises, trainer's notes, checkpoints.

`scan` is strict and finds every error; `learner_text` is forgiving and errs on the side of
showing less: what might be a trainer's note is never left in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from trainhub.catalogue.rules.fields import KEY, tidy_plain
from trainhub.catalogue.rules.source_lines import Line, unclosed_fence, walk
from trainhub.errors import N_, InputError, InputErrors


class BlockKind(StrEnum):
    """What a block is; the word after `:::`."""

    CASE = "case"
    PHRASE = "phrase"
    EXERCISE = "exercise"
    TIP = "tip"
    WARNING = "warning"
    TRAINER = "trainer"
    CHECKPOINT = "checkpoint"


_KINDS = tuple(kind.value for kind in BlockKind)
_ATTRIBUTES = {
    BlockKind.EXERCISE: ("minutes", "title"),
    BlockKind.TRAINER: ("minutes", "title"),
    BlockKind.CHECKPOINT: ("quiz", "items"),
}
_MAX_TITLE = 120
_MAX_MINUTES = 180
_OPENING = re.compile(r"[ ]{0,3}:{3,}[ ]*(?P<kind>[^\s:=\"]+)(?P<rest>(?:[ ].*)?)$")
_CLOSING = re.compile(r"[ ]{0,3}:{3,}[ ]*$")
_ATTRIBUTE = re.compile(r"[ ]*(?P<name>[a-z]+)=(?:\"(?P<quoted>[^\"]*)\"|(?P<bare>[^\s\"]+))")

_MESSAGES = {
    "block_unknown": N_("“%(kind)s” is not a kind of block. Known are: %(known)s."),
    "block_unclosed": N_("This block is never closed; put “:::” alone on a line after it."),
    "block_nested": N_("Blocks cannot stand inside each other; close the one of line %(outer)s."),
    "block_not_open": N_("This “:::” closes nothing."),
    "block_attribute": N_('“%(text)s” cannot be read; write name=value or name="some words".'),
    "block_attribute_unknown": N_("“%(name)s” does not belong here. Known are: %(known)s."),
    "block_attribute_twice": N_("“%(name)s” stands twice."),
    "block_minutes": N_("“minutes” must be a whole number from 1 to %(limit)s."),
    "block_minutes_missing": N_("An exercise names its minutes: minutes=8."),
    "block_title": N_("A title may have at most %(limit)s characters."),
    "checkpoint_quiz": N_("A checkpoint names its quiz: quiz=some-key."),
    "checkpoint_items": N_('A checkpoint names different items: items="one-key another-key".'),
    "checkpoint_text": N_("A checkpoint holds no text of its own."),
    "fence_unclosed": N_("This code fence is never closed."),
}


@dataclass(frozen=True)
class Block:
    """One `:::` block. `line` is the line of its opening, `body` the Markdown inside."""

    kind: BlockKind
    body: str
    line: int
    title: str = ""
    minutes: int | None = None
    quiz: str = ""
    items: tuple[str, ...] = ()


@dataclass(frozen=True)
class MarkdownSegment:
    """A stretch of Markdown between two checkpoints; presentational blocks are still in it."""

    text: str
    line: int


@dataclass(frozen=True)
class CheckpointSegment:
    """Questions answered in place: keys of items of a quiz."""

    quiz: str
    items: tuple[str, ...]
    line: int


Segment = MarkdownSegment | CheckpointSegment


def opening_kind(line: str) -> str | None:
    """The word after `:::` if the line opens a block (of a known kind or not), else None."""
    match = _OPENING.match(line)
    return match["kind"] if match else None


def is_closing(line: str) -> bool:
    """Whether the line is a bare `:::`."""
    return bool(_CLOSING.match(line))


def scan(
    body: str, *, first_line: int = 1, file: str | None = None
) -> list[MarkdownSegment | Block]:
    """The Markdown and the blocks of a text, in order. Raises `InputErrors`."""
    scanner = _Scanner(file)
    for line in walk(body, first_line):
        scanner.take(line)
    unclosed = unclosed_fence(body, first_line)
    if unclosed is not None:
        scanner.refuse("fence_unclosed", unclosed)
    scanner.finish()
    if scanner.errors:
        raise InputErrors(sorted(scanner.errors, key=lambda error: error.line or 0))
    return scanner.found


def lesson_segments(body: str, *, first_line: int = 1, for_trainer: bool = False) -> list[Segment]:
    """A lesson as the reader shows it: Markdown and checkpoints by turns.

    Trainer's notes are taken out unless it is shown `for_trainer`. Empty stretches are left
    out. Definitions of links and abbreviations serve the whole lesson: they are repeated in
    each stretch. Raises `InputErrors` like `scan`.
    """
    kept = body if for_trainer else learner_text(body)
    segments: list[Segment] = []
    stretch: list[Line] = []
    for part in _stretches(kept, scan(kept, first_line=first_line), first_line):
        if isinstance(part, CheckpointSegment):
            segments += _markdown(stretch)
            segments.append(part)
            stretch = []
        else:
            stretch.append(part)
    segments += _markdown(stretch)
    definitions = _definitions(kept)
    return [_with_definitions(segment, definitions) for segment in segments]


def learner_text(body: str) -> str:
    """The text without trainer's notes, line for line (their lines become empty).

    An unclosed note takes everything after it along, and an opening inside a note needs a
    closing of its own: a slip of the author hides too much rather than too little.
    """
    depth = 0
    kept: list[str] = []
    for line in walk(body):
        opens = None if line.fence and not depth else opening_kind(line.text)
        if depth:
            if line.fence == 0:
                depth += 1 if opens else -1 if is_closing(line.text) else 0
            kept.append("")
        elif opens == BlockKind.TRAINER:
            depth = 1
            kept.append("")
        else:
            kept.append(line.text)
    return "\n".join(kept)


_DEFINITION = re.compile(r"[ ]{0,3}(?:\*\[[^\]]+\]:|\[(?!\^)[^\]]+\]:)[ ]*\S.*$")


def _definitions(body: str) -> list[str]:
    return [line.text for line in walk(body) if not line.fence and _DEFINITION.match(line.text)]


def _with_definitions(segment: Segment, definitions: list[str]) -> Segment:
    if isinstance(segment, CheckpointSegment) or not definitions:
        return segment
    lines = set(segment.text.split("\n"))
    missing = [each for each in definitions if each not in lines]
    text = "\n\n".join([segment.text, *missing])
    return MarkdownSegment(text, segment.line)


def _stretches(
    body: str, parts: Iterable[MarkdownSegment | Block], first_line: int
) -> Iterable[Line | CheckpointSegment]:
    """The lines of a text with each checkpoint's lines put together into one segment."""
    checkpoints = {
        part.line: part
        for part in parts
        if isinstance(part, Block) and part.kind is BlockKind.CHECKPOINT
    }
    inside = False
    for line in walk(body, first_line):
        if inside:
            inside = not is_closing(line.text)
        elif line.number in checkpoints:
            block = checkpoints[line.number]
            inside = True
            yield CheckpointSegment(block.quiz, block.items, block.line)
        else:
            yield line


def _markdown(lines: list[Line]) -> list[Segment]:
    text = "\n".join(line.text for line in lines)
    return [MarkdownSegment(text, lines[0].number)] if text.strip() else []


@dataclass
class _Scanner:
    """Collects blocks, the Markdown between them, and errors."""

    file: str | None
    errors: list[InputError] = field(default_factory=list)
    found: list[MarkdownSegment | Block] = field(default_factory=list)
    opening: Line | None = None
    lines: list[Line] = field(default_factory=list)

    def refuse(self, code: str, line: int, **params: Any) -> None:
        error = InputError(code, _MESSAGES[code], params, file=self.file, line=line)
        self.errors.append(error)

    def take(self, line: Line) -> None:
        if line.fence:
            self.lines.append(line)
        elif is_closing(line.text):
            self.close(line)
        elif opening_kind(line.text):
            self.open(line)
        else:
            self.lines.append(line)

    def open(self, line: Line) -> None:
        if self.opening is not None:
            self.refuse("block_nested", line.number, outer=self.opening.number)
        self.flush()
        self.opening = line

    def close(self, line: Line) -> None:
        if self.opening is None:
            self.refuse("block_not_open", line.number)
            return
        block = self.block(self.opening)
        if block is not None:
            self.found.append(block)
        self.opening, self.lines = None, []

    def finish(self) -> None:
        if self.opening is not None:
            self.refuse("block_unclosed", self.opening.number)
        else:
            self.flush()

    def flush(self) -> None:
        text = "\n".join(line.text for line in self.lines)
        if text.strip():
            self.found.append(MarkdownSegment(text, self.lines[0].number))
        self.lines = []

    def block(self, opening: Line) -> Block | None:
        match = _OPENING.match(opening.text)
        kind_word = match["kind"] if match else ""
        if match is None or kind_word not in _KINDS:
            known = ", ".join(_KINDS)
            self.refuse("block_unknown", opening.number, kind=kind_word[:40], known=known)
            return None
        kind = BlockKind(kind_word)
        given = self.attributes(match["rest"], kind, opening.number)
        body = "\n".join(line.text for line in self.lines)
        if kind is BlockKind.CHECKPOINT:
            return self.checkpoint(given, body, opening.number)
        title = tidy_plain(given.get("title", ""))
        if len(title) > _MAX_TITLE:
            self.refuse("block_title", opening.number, limit=_MAX_TITLE)
        minutes = self.minutes(given.get("minutes"), opening.number)
        if kind is BlockKind.EXERCISE and "minutes" not in given:
            self.refuse("block_minutes_missing", opening.number)
        return Block(kind, body, opening.number, title, minutes)

    def attributes(self, rest: str, kind: BlockKind, line: int) -> Mapping[str, str]:
        known = _ATTRIBUTES.get(kind, ("title",))
        given: dict[str, str] = {}
        rest = rest.rstrip()
        while rest:
            match = _ATTRIBUTE.match(rest)
            if match is None:
                self.refuse("block_attribute", line, text=rest.strip()[:60])
                break
            name = match["name"]
            if name not in known:
                shown = ", ".join(known)
                self.refuse("block_attribute_unknown", line, name=name[:40], known=shown)
            if name in given:
                self.refuse("block_attribute_twice", line, name=name[:40])
            given[name] = match["quoted"] if match["quoted"] is not None else match["bare"]
            rest = rest[match.end() :]
        return given

    def minutes(self, text: str | None, line: int) -> int | None:
        if text is None:
            return None
        if not re.fullmatch(r"[0-9]{1,3}", text) or not 1 <= int(text) <= _MAX_MINUTES:
            self.refuse("block_minutes", line, limit=_MAX_MINUTES)
            return None
        return int(text)

    def checkpoint(self, given: Mapping[str, str], body: str, line: int) -> Block:
        quiz = given.get("quiz", "")
        items = given.get("items", "").split()
        if not KEY.fullmatch(quiz):
            self.refuse("checkpoint_quiz", line)
        if not items or len(set(items)) != len(items) or not all(map(KEY.fullmatch, items)):
            self.refuse("checkpoint_items", line)
        if body.strip():
            self.refuse("checkpoint_text", line)
        return Block(BlockKind.CHECKPOINT, "", line, quiz=quiz, items=tuple(items))
