#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Judge what one node saw while its connections were reset.

usage: stalls.py DIRECTORY PEER_DIRECTORY PEER (1 or 2, of the two)

A directory has what a node saw: for the lanes "fast" and "bulk", LANE.json with one
result of "weft bench echo" in each line, LANE.undisturbed with the number of those
that came before the first reset, LANE.settled with those that came before the last
one was over; "trace" with the events weft_lane_state; and "standstills" with the
times when the machine itself did not run, each with its begin and its length.

An echo may take as long as its lane was without a connection, and three round trips,
where a round trip is the longest one that either node saw undisturbed: the lanes
share their machines. A connection that does not last for an ordinary round trip
carries no echo, and counts as none. A machine that stood still meanwhile answers
that much later.
"""

import json
import re
import sys
from pathlib import Path

LANES = ("fast", "bulk")
EVENT = re.compile(r" (\d+\.\d+): weft_lane_state: .*node=(\d+) lane=(\w+) .* (\w+) -> (\w+)")
NS = 1_000_000_000


def ms(seconds: float) -> str:
    """A time as words."""
    return f"{seconds * 1000:.0f} ms"


def outages(trace: str, peer: int, lane: str) -> list[tuple[float, float]]:
    """When the lane was not up: beginning and end, in seconds."""
    found = []
    since = None
    events = [event for event in map(EVENT.search, trace.splitlines()) if event]
    for event in sorted(events, key=lambda event: float(event[1])):
        if int(event[2]) != peer or event[3] != lane:
            continue
        if event[4] == "UP" and event[5] != "UP":
            since = float(event[1])
        elif event[5] == "UP" and since is not None:
            found.append((since, float(event[1])))
            since = None
    return found


def join(cuts: list[tuple[float, float]], gap: float) -> list[tuple[float, float]]:
    """The same, where those that are less than @gap apart are one."""
    joined: list[tuple[float, float]] = []
    for begin, end in cuts:
        if joined and begin - joined[-1][1] < gap:
            begin = joined.pop()[0]
        joined.append((begin, end))
    return joined


def longest_stall(cuts: list[tuple[float, float]], needed: float) -> float:
    """How long it may take, from any moment on, until there was no cut for @needed.

    The worst moment is the beginning of a cut: earlier there is something to use.
    """
    longest = needed
    for first, (begin, _) in enumerate(cuts):
        left, now = needed, begin
        for cut_begin, cut_end in cuts[first:]:
            if cut_begin - now >= left:
                break
            left -= cut_begin - now
            now = cut_end
        longest = max(longest, now + left - begin)
    return longest


def rows_of(folder: Path, lane: str) -> list[dict]:
    """The results of all runs."""
    lines = (folder / f"{lane}.json").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["results"][0] for line in lines]


def marks(folder: Path, lane: str) -> tuple[int, int]:
    """How many results there were before the first reset, and before the last was over."""
    before, settled = (int((folder / f"{lane}.{mark}").read_text(encoding="utf-8"))
                       for mark in ("undisturbed", "settled"))
    return before, settled


def undisturbed(folder: Path, lane: str) -> list[dict]:
    """The results of the runs of which none was reset."""
    before, settled = marks(folder, lane)
    rows = rows_of(folder, lane)
    # the run that was under way at the mark is not known to be undisturbed
    return rows[:before] + rows[settled + 1:]


def longest_round_trip(folder: Path) -> float:
    """The longest undisturbed one that a node saw, in seconds. 0 if there was none."""
    return max((row["max_ns"] for lane in LANES for row in undisturbed(folder, lane)),
               default=0) / NS


def ordinary_round_trip(folder: Path, lane: str) -> float:
    """The median of the medians of the undisturbed runs, in seconds."""
    medians = sorted(row["median_ns"] for row in undisturbed(folder, lane))
    return medians[len(medians) // 2] / NS if medians else 0


def longest_standstill(folder: Path, peer: int) -> float:
    """The longest one between the first cut and the last one, in seconds."""
    trace = (folder / "trace").read_text(encoding="utf-8")
    cuts = [cut for lane in LANES for cut in outages(trace, peer, lane)]
    if not cuts:
        return 0
    first, last = min(cut[0] for cut in cuts), max(cut[1] for cut in cuts)
    lines = (folder / "standstills").read_text(encoding="utf-8").splitlines()
    found = [tuple(map(float, line.split())) for line in lines]
    return max((long for begin, long in found if first < begin + long and begin < last),
               default=0)


def judge(folder: Path, peer: int, lane: str, round_trip: float, still: float) -> str | None:
    """Print what was seen. Return what is wrong."""
    rows = rows_of(folder, lane)
    before, settled = marks(folder, lane)
    disturbed = rows[before:settled + 1]
    if not disturbed or not round_trip:
        return f"{lane}: {len(disturbed)} runs during the resets of {len(rows)}"
    rounds = {row["rounds"] for row in rows}
    if len(rounds) != 1:
        return f"{lane}: runs ended with different numbers of echoes: {sorted(rounds)}"
    cuts = outages((folder / "trace").read_text(encoding="utf-8"), peer, lane)
    if not cuts:
        return f"{lane}: it never was without a connection"
    times = sorted(end - begin for begin, end in cuts)
    ordinary = ordinary_round_trip(folder, lane)
    limit = longest_stall(join(cuts, ordinary), 3 * round_trip + still)
    stall = max(row["max_ns"] for row in disturbed) / NS
    print(f"{lane}: {sum(row['rounds'] for row in disturbed)} echoes, {len(cuts)} reconnects "
          f"in {ms(times[0])} to {ms(times[-1])}, median {ms(times[len(times) // 2])}; "
          f"round trip undisturbed {ms(ordinary)}, at most {ms(round_trip)}, "
          f"standstill at most {ms(still)}; "
          f"longest echo {ms(stall)}, limit {ms(limit)}")
    if stall > limit:
        return f"{lane}: an echo took {ms(stall)}, expected at most {ms(limit)}"
    return None


def main() -> int:
    """Both lanes."""
    folder, other, peer = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    node = 3 - peer
    round_trip = max(longest_round_trip(folder), longest_round_trip(other))
    still = longest_standstill(folder, peer) + longest_standstill(other, node)
    problems = [judge(folder, peer, lane, round_trip, still) for lane in LANES]
    for problem in filter(None, problems):
        print(problem)
    return int(any(problems))


if __name__ == "__main__":
    sys.exit(main())
