#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Tests of the judgement about resets: a judge that lets everything pass is none."""

import contextlib
import io
import json
import tempfile
import unittest
from pathlib import Path

import stalls

NS = 1_000_000_000


def event(when: float, lane: str, before: str, after: str) -> str:
    """A line of the trace."""
    return (f" x-1 [000] ..... {when:.6f}: weft_lane_state: node=2 lane={lane} x "
            f"{before} -> {after}\n")


class Times(unittest.TestCase):

    def test_cuts_with_less_than_a_round_trip_between_them_are_one(self):
        self.assertEqual(stalls.join([(0, 1), (1.5, 2), (4, 5)], 1), [(0, 2), (4, 5)])
        self.assertEqual(stalls.join([], 1), [])

    def test_a_stall_is_the_cuts_and_what_is_needed_between_them(self):
        for cuts, expected in (([], 3),
                               ([(0, 1)], 4),
                               ([(0, 1), (2, 4)], 6),
                               ([(0, 1), (2, 4), (6, 7)], 6),
                               ([(0, 1), (2, 4), (5, 7)], 8),
                               ([(0, 1), (9, 10)], 4)):
            self.assertEqual(stalls.longest_stall(cuts, 3), expected, cuts)

    def test_only_what_is_up_again_is_an_outage_and_only_of_that_lane(self):
        trace = (event(3, "fast", "RESUME", "UP") + event(1, "fast", "UP", "DOWN") +
                 event(2, "bulk", "UP", "DOWN") + event(7, "fast", "UP", "DOWN"))
        self.assertEqual(stalls.outages(trace, 2, "fast"), [(1, 3)])
        self.assertEqual(stalls.outages(trace, 1, "fast"), [])


class Judgement(unittest.TestCase):

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def judge(self, longest: float, rounds: int = 25) -> str | None:
        """One run of three is disturbed, by a cut of two seconds; a round trip takes one."""
        rows = [{"results": [{"rounds": count, "median_ns": NS // 10, "max_ns": top * NS}]}
                for count, top in ((25, 1), (rounds, longest), (25, 1))]
        (self.folder / "fast.json").write_text("\n".join(map(json.dumps, rows)))
        (self.folder / "fast.undisturbed").write_text("1")
        (self.folder / "fast.settled").write_text("1")
        (self.folder / "trace").write_text(event(1, "fast", "UP", "DOWN") +
                                           event(3, "fast", "RESUME", "UP"))
        with contextlib.redirect_stdout(io.StringIO()):
            return stalls.judge(self.folder, 2, "fast", 1, 0)

    def test_a_stall_of_the_cut_and_three_round_trips_is_allowed(self):
        self.assertIsNone(self.judge(5))

    def test_a_longer_one_is_not(self):
        self.assertIn("expected at most 5000 ms", self.judge(5.001))

    def test_a_call_that_was_not_made_is_not(self):
        self.assertIn("different numbers", self.judge(1, rounds=24))


if __name__ == "__main__":
    unittest.main()
