"""What a judge of a run says."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Verdict:
    """`lost` are acknowledged and not stored; `faults` is everything else that is not right."""

    attempts: int = 0
    handed_in: int = 0
    acknowledged: int = 0
    lost: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
