# SPDX-License-Identifier: GPL-2.0-only
"""Tests of downtime.py."""

import unittest

from downtime import downtime_ns, error_ns


def record(gaps, clocks=((0, 100), (0, 100)), window=(1000, 2000)):
    return {"gaps": [number for gap in gaps for number in gap],
            "clocks": [list(pair) for pair in clocks], "window": list(window)}


class Downtime(unittest.TestCase):

    def test_longest_gap_during_the_move_counts(self):
        self.assertEqual(downtime_ns(record([(1100, 30), (1200, 500), (1900, 40)])), 500)

    def test_longer_gaps_before_and_after_do_not(self):
        self.assertEqual(downtime_ns(record([(999, 9000), (1500, 7), (2001, 9000), (0, 0)])), 7)

    def test_both_ends_belong_to_the_move(self):
        self.assertEqual(downtime_ns(record([(1000, 5)])), 5)
        self.assertEqual(downtime_ns(record([(2000, 5)])), 5)

    def test_clock_that_is_ahead_makes_the_gap_too_long(self):
        self.assertEqual(downtime_ns(record([(1500, 500)], clocks=((20, 9), (40, 9)))), 470)

    def test_clock_that_is_behind_makes_it_too_short(self):
        self.assertEqual(downtime_ns(record([(1500, 500)], clocks=((-20, 9), (-40, 9)))), 530)

    def test_no_gap_is_an_error(self):
        for gaps in ([], [(999, 5)], [(2001, 5)], [(0, 0)]):
            with self.assertRaises(ValueError):
                downtime_ns(record(gaps))

    def test_error_is_half_of_the_slower_answer(self):
        self.assertEqual(error_ns(record([], clocks=((0, 100), (0, 300)))), 150)


if __name__ == "__main__":
    unittest.main()
