# SPDX-License-Identifier: GPL-2.0-only
"""How long a program stood still, from what it saw on two machines.

The program looks at the clock of the machine on which it is. So the gap in its work
during which it moved is too long by what the other clock was ahead; that was asked
before and after, and the mean is taken off.

A record is what mover.sh prints:

    clocks      two pairs: by how much the other clock was ahead, and how long
                the answer took
    window      when the move began and ended, by the clock of home
    gaps        when a gap began, and how long it was, one after another; 0, 0 where
                there was none
"""

import statistics
from typing import Any


def gaps_of(record: dict[str, Any]) -> list[tuple[int, int]]:
    """When each gap began, and how long it was."""
    numbers = record["gaps"]
    return list(zip(numbers[0::2], numbers[1::2]))


def downtime_ns(record: dict[str, Any]) -> float:
    """The longest gap that began during the move, corrected; ValueError if there is none."""
    begin, end = record["window"]
    lengths = [length for start, length in gaps_of(record) if begin <= start <= end]
    if not lengths:
        raise ValueError("the program saw no gap while it moved")
    return max(lengths) - statistics.fmean(ahead for ahead, _ in record["clocks"])


def error_ns(record: dict[str, Any]) -> float:
    """By how much downtime_ns() may be wrong: an answer may have had one way only."""
    return max(took for _, took in record["clocks"]) / 2
