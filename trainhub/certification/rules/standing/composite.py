"""The combined result of an entry exam: weighted parts, some of them gates, with a rank.

`score = Σ weight · score of the part / Σ weight`, in thousandths; a part that is a gate has to
be met by itself, whatever the sum (source facts, section 2: 综合考核选拔).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from trainhub.certification.rules.programmes.settings import Part
from trainhub.certification.rules.standing.findings import Finding, State


@dataclass(frozen=True)
class PartScore:
    """A part with what it has brought so far; `permille` None where there is no result yet."""

    part: Part
    permille: int | None
    is_met: bool

    @property
    def is_failed_gate(self) -> bool:
        """Whether there is a result, and it does not open the gate."""
        return self.part.is_gate and self.permille is not None and not self.is_met


@dataclass(frozen=True)
class Composite:
    """All parts together. `permille` is None until every part has a result."""

    parts: tuple[PartScore, ...]
    permille: int | None
    pass_permille: int

    @property
    def is_passed(self) -> bool:
        """Whether the sum is reached and every gate is open."""
        if self.permille is None or self.permille < self.pass_permille:
            return False
        return all(part.is_met for part in self.parts if part.part.is_gate)

    @property
    def formula(self) -> str:
        """The sum as it is reckoned, such as ``(40×912 + 20×750) ÷ 60 = 858``."""
        terms = " + ".join(
            f"{one.part.weight}×{'…' if one.permille is None else one.permille}"
            for one in self.parts
        )
        total = sum(one.part.weight for one in self.parts)
        return f"({terms}) ÷ {total} = {'…' if self.permille is None else self.permille}"


def combine(
    parts: Sequence[Part], pass_permille: int, findings: Mapping[str, Finding]
) -> Composite:
    """Put the parts together from what has been found about their requirements."""
    scored = []
    for part in parts:
        found = findings.get(part.requirement)
        is_met = found is not None and found.state in (State.MET, State.WAIVED)
        scored.append(PartScore(part, found.score_permille if found else None, is_met))
    total = None
    if all(one.permille is not None for one in scored):
        weighted = sum(one.part.weight * (one.permille or 0) for one in scored)
        weights = sum(one.part.weight for one in scored)
        total = (2 * weighted + weights) // (2 * weights)  # rounded half up, in whole numbers
    return Composite(tuple(scored), total, pass_permille)
