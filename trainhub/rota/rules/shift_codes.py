"""Shift codes: what makes one sound, the words they go by in tables, the ones we bring along."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from trainhub.errors import N_, InputError
from trainhub.rota.rules.clock_times import DAY_MIN, clock_time, read_clock_time, read_stretch
from trainhub.rota.rules.shift_times import KINDS, WORKING_KINDS, Stretch, without

LONGEST_SHIFT_MIN = 16 * 60
MOST_SYNONYMS = 30
KINDS_WITH_TIMES = (*WORKING_KINDS, "training")


@dataclass(frozen=True)
class CodeDraft:
    """A shift code as somebody writes it, times still as text."""

    code: str
    name_zh: str
    name_en: str
    kind: str
    starts: str = ""
    ends: str = ""
    breaks: str = ""
    early_class: str = ""
    early_class_on_phones: bool = True
    synonyms: tuple[str, ...] = ()


@dataclass(frozen=True)
class CheckedCode:
    """A sound shift code."""

    code: str
    name_zh: str
    name_en: str
    kind: str
    span: Stretch | None
    breaks: tuple[Stretch, ...]
    early_class: Stretch | None
    early_class_on_phones: bool
    synonyms: tuple[str, ...]


@dataclass(frozen=True)
class CodeWords:
    """A code in use and the words it goes by, for matching the cells of a table."""

    id: int
    code: str
    names: tuple[str, ...] = ()
    synonyms: tuple[str, ...] = ()


def folded(text: str) -> str:
    """A word of a table as it is compared: width, case and blanks do not count."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def index_of(codes: Iterable[CodeWords]) -> dict[str, int]:
    """Folded word → the code's id. A code wins over a name, a name over a synonym."""
    known = list(codes)
    index: dict[str, int] = {}
    for words in (
        [(one.id, (one.code,)) for one in known],
        [(one.id, one.names) for one in known],
        [(one.id, one.synonyms) for one in known],
    ):
        for code_id, texts in words:
            for text in texts:
                if text:
                    index.setdefault(folded(text), code_id)
    return index


def read_stretches(text: str, starts_min: int) -> list[Stretch] | None:
    """Stretches people write, "12:00-12:30, 02:00-02:30"; None where one cannot be read.

    A time before the shift's start is meant for the next day, so a night shift's break may be
    written 02:00.
    """
    found = []
    plain = unicodedata.normalize("NFKC", text).replace("、", ",").replace(";", ",")
    for piece in filter(None, (part.strip() for part in plain.split(","))):
        stretch = read_stretch(piece)
        if stretch is None:
            return None
        start, end = stretch
        start += DAY_MIN if start < starts_min else 0
        end += DAY_MIN if end <= start and end + DAY_MIN > start else 0
        if not start < end:
            return None
        found.append((start, end))
    return sorted(found)


def stretches_text(stretches: Sequence[Sequence[int]]) -> str:
    """Stretches as `read_stretches` reads them."""
    return ", ".join(f"{clock_time(start)}-{clock_time(end)}" for start, end in stretches)


def check_code(draft: CodeDraft, taken: Mapping[str, str]) -> CheckedCode | list[InputError]:
    """The sound code, or everything that is wrong with it, by field.

    `taken`: folded words of the other codes → the code that has them.
    """
    faults = _name_faults(draft, taken)
    span: Stretch | None = None
    breaks: tuple[Stretch, ...] = ()
    early_class: Stretch | None = None
    if draft.kind in KINDS_WITH_TIMES:
        times = _read_times(draft)
        if isinstance(times, list):
            faults += times
        else:
            span, breaks, early_class = times
    elif draft.starts or draft.ends or draft.breaks or draft.early_class:
        message = N_("Rest and leave have no times.")
        faults.append(InputError("times_of_day_off", message, field="starts"))
    if faults:
        return faults
    return CheckedCode(
        draft.code, draft.name_zh, draft.name_en, draft.kind, span, breaks, early_class,
        draft.early_class_on_phones, draft.synonyms,
    )  # fmt: skip


def _name_faults(draft: CodeDraft, taken: Mapping[str, str]) -> list[InputError]:
    faults = []
    if not draft.code or len(draft.code) > 20:
        message = N_("A code has 1 to 20 characters.")
        faults.append(InputError("code_length", message, field="code"))
    for name, text in (("name_zh", draft.name_zh), ("name_en", draft.name_en)):
        if not text or len(text) > 60:
            message = N_("A name has 1 to 60 characters.")
            faults.append(InputError("name_length", message, field=name))
    if draft.kind not in KINDS:
        faults.append(InputError("kind_unknown", N_("Choose a kind."), field="kind"))
    if len(draft.synonyms) > MOST_SYNONYMS or any(len(word) > 60 for word in draft.synonyms):
        message = N_("At most 30 further words of 60 characters each.")
        faults.append(InputError("synonyms_too_many", message, field="synonyms"))
    words = [("code", draft.code), *(("synonyms", word) for word in draft.synonyms)]
    for name, word in words:
        if word and folded(word) in taken:
            message = N_("“%(word)s” already means the shift code %(code)s.")
            params = {"word": word, "code": taken[folded(word)]}
            faults.append(InputError("word_taken", message, params, field=name))
    return faults


def _read_times(
    draft: CodeDraft,
) -> tuple[Stretch, tuple[Stretch, ...], Stretch | None] | list[InputError]:
    starts, ends = read_clock_time(draft.starts), read_clock_time(draft.ends)
    if starts is None or starts >= DAY_MIN:
        message = N_("Write the start as a time, such as 09:00.")
        return [InputError("start_unreadable", message, field="starts")]
    if ends is None:
        message = N_("Write the end as a time, such as 18:00, or 06:00 for the next morning.")
        return [InputError("end_unreadable", message, field="ends")]
    ends += DAY_MIN if ends <= starts else 0
    if ends - starts > LONGEST_SHIFT_MIN:
        message = N_("A shift lasts 16 hours at most.")
        return [InputError("shift_too_long", message, field="ends")]
    faults: list[InputError] = []
    breaks = _pieces(draft.breaks, "breaks", (starts, ends), faults)
    early = _pieces(draft.early_class, "early_class", (starts, ends), faults)
    if len(early) > 1:
        message = N_("A shift has one early class at most.")
        faults.append(InputError("early_class_twice", message, field="early_class"))
    elif early and without(early, breaks) != early:
        message = N_("The early class overlaps a break.")
        faults.append(InputError("early_class_in_break", message, field="early_class"))
    return faults or ((starts, ends), tuple(breaks), early[0] if early else None)


def _pieces(text: str, name: str, span: Stretch, faults: list[InputError]) -> list[Stretch]:
    """The stretches of a field, all inside the shift and apart; faults go to the list."""
    stretches = read_stretches(text, span[0])
    if stretches is None:
        message = N_("Write times from–to, such as 12:00-12:30, with commas between them.")
        faults.append(InputError("stretch_unreadable", message, field=name))
        return []
    if any(start < span[0] or end > span[1] for start, end in stretches):
        message = N_("This lies outside the shift.")
        faults.append(InputError("outside_shift", message, field=name))
    if any(left[1] > right[0] for left, right in pairwise(stretches)):
        message = N_("Two of these overlap.")
        faults.append(InputError("stretches_overlap", message, field=name))
    return stretches


STANDARD_CODES = (
    CodeDraft("E", "早班", "Early", "early", "07:00", "15:00", "11:00-11:30",
              synonyms=("早", "早班", "early shift", "morning", "A班")),
    CodeDraft("M", "中班", "Mid", "mid", "09:00", "18:00", "12:30-13:30", "09:00-10:00",
              synonyms=("中", "中班", "mid shift", "middle", "B班")),
    CodeDraft("L", "晚班", "Late", "late", "14:00", "22:00", "17:30-18:00",
              synonyms=("晚", "晚班", "late shift", "evening", "C班")),
    CodeDraft("N", "夜班", "Night", "night", "22:00", "07:00", "02:00-03:00",
              synonyms=("夜", "夜班", "大夜", "通宵", "night shift")),
    CodeDraft("T", "培训", "Training", "training", "09:00", "17:00", "12:00-13:00",
              synonyms=("训", "培训", "全天培训", "training day")),
    CodeDraft("R", "休息", "Rest", "rest",
              synonyms=("休", "休班", "轮休", "公休", "off", "rest day", "day off")),
    CodeDraft("V", "年假", "Annual leave", "leave",
              synonyms=("年", "年休", "假", "休假", "leave", "vacation", "AL")),
    CodeDraft("S", "病假", "Sick leave", "leave", synonyms=("病", "sick", "SL")),
    CodeDraft("P", "事假", "Personal leave", "leave", synonyms=("事", "personal", "PL")),
)  # fmt: skip
