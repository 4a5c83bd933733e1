"""Sets of agents as whole numbers: bit a is set when agent a is in. Fast to join and to count."""

from __future__ import annotations

from collections.abc import Iterable

_BITS = [tuple(bit for bit in range(8) if byte >> bit & 1) for byte in range(256)]


def mask_of(agents: Iterable[int], count: int) -> int:
    """The mask of these agents out of `count`."""
    octets = bytearray((count >> 3) + 1)
    for agent in agents:
        octets[agent >> 3] |= 1 << (agent & 7)
    return int.from_bytes(octets, "little")


def agents_in(mask: int) -> list[int]:
    """The agents of a mask in rising order."""
    if not mask:
        return []
    low = ((mask & -mask).bit_length() - 1) >> 3
    mask >>= low << 3
    octets = mask.to_bytes((mask.bit_length() + 7) >> 3, "little")
    return [
        (position << 3) + bit
        for position, octet in enumerate(octets, low)
        if octet
        for bit in _BITS[octet]
    ]
