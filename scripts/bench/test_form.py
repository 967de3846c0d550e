#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Tests of the form of benchmarks: numbers, goals, table and file."""

import contextlib
import io
import json
import re
import tempfile
import unittest
from pathlib import Path

import form
from form import Form, FormError


class Numbers(unittest.TestCase):

    def test_median_and_p99_do_not_depend_on_order(self):
        row = form.from_samples("a", "us", [3, 1, 2, 4])
        self.assertEqual((row.n, row.median, row.p99), (4, 2.5, 4))

    def test_p99_is_the_nearest_rank(self):
        for count, expected in ((1, 1), (99, 99), (100, 99), (101, 100), (1000, 990), (200, 198)):
            self.assertEqual(form.percentile(list(range(1, count + 1)), 99), expected, count)

    def test_bad_samples_are_refused(self):
        for samples in ([], [float("nan")], [float("inf")], ["1"], [True], [None], [10 ** 400]):
            with self.assertRaises(FormError):
                form.from_samples("a", "us", samples)

    def test_ratio_is_median_over_baseline(self):
        row = form.from_samples("a", "us", [10, 20, 90], baseline=8)
        self.assertEqual((row.baseline, row.ratio), (8, 2.5))
        for baseline in (0, -1, float("nan")):
            with self.assertRaises(FormError):
                form.from_samples("a", "us", [1], baseline=baseline)

    def test_numbers_are_short_and_without_exponent(self):
        for value, text in ((0, "0"), (1234567.8, "1234568"), (999.96, "1000"), (12.3456, "12.35"),
                            (0.00012344, "0.0001234"), (-2.5, "-2.5"), (3.0, "3"), (100.0, "100"),
                            (None, "-"), (1e-12, "0")):
            self.assertEqual(form.number_text(value), text)


class Goals(unittest.TestCase):

    def judge(self, goal: str, baseline=None):
        row = form.from_samples("a", "us", [1] * 98 + [10] * 2, baseline, goal)
        return row.goal, row.met

    def test_goal_says_what_it_is_about(self):
        self.assertEqual(self.judge("<= 1"), ("median <= 1", True))
        self.assertEqual(self.judge("median<1"), ("median < 1", False))
        self.assertEqual(self.judge("p99 <= 9.5"), ("p99 <= 9.5", False))
        self.assertEqual(self.judge("ratio >= 0.5", 2), ("ratio >= 0.5", True))
        self.assertEqual(self.judge("ratio > 0.5", 2), ("ratio > 0.5", False))

    def test_wrong_goals_are_refused(self):
        for goal in ("", "10", "= 10", "<= ", "<= x", "mean <= 3", "<= 1 2", "<= 1e999", "<= -"):
            with self.assertRaises(FormError, msg=goal):
                self.judge(goal)

    def test_ratio_needs_a_baseline(self):
        with self.assertRaisesRegex(FormError, "needs a baseline"):
            self.judge("ratio <= 1")


class Filled(unittest.TestCase):

    def setUp(self):
        self.place = tempfile.TemporaryDirectory()
        self.addCleanup(self.place.cleanup)
        self.form = Form("fault", "6.1.0-30-amd64", "kvm", Path(self.place.name, "bench"))

    def finish(self) -> tuple[dict, str]:
        out = io.StringIO()
        path = self.form.finish(out)
        return json.loads(path.read_text(encoding="utf-8")), out.getvalue()

    def test_file_says_all_of_the_run(self):
        echo = self.form.add("echo 64 B", "us", [10, 20, 30])
        self.form.add("read fault", "us", [50], baseline=echo.median, goal="ratio <= 2")
        document, _ = self.finish()
        self.assertEqual(sorted(document), ["accelerator", "date", "kernel", "machine", "name",
                                            "rows", "schema_version"])
        self.assertEqual((document["schema_version"], document["name"]), (1, "fault"))
        self.assertRegex(document["date"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
        self.assertEqual(document["kernel"]["guest"], "6.1.0-30-amd64")
        self.assertTrue(document["kernel"]["host"])
        self.assertEqual(sorted(document["machine"]), ["cores", "cpu", "memory_mib"])
        self.assertEqual(document["accelerator"], "kvm")
        self.assertEqual(document["rows"], [
            {"name": "echo 64 B", "unit": "us", "n": 3, "median": 20, "p99": 30,
             "baseline": None, "ratio": None, "goal": None, "met": None},
            {"name": "read fault", "unit": "us", "n": 1, "median": 50, "p99": 50,
             "baseline": 20, "ratio": 2.5, "goal": "ratio <= 2", "met": False}])

    def test_table_is_aligned_and_shouts_what_was_missed(self):
        self.form.add("echo", "us", [10], goal="<= 10")
        self.form.add("a longer name", "MiB/s", [1000.4], baseline=1, goal="ratio <= 10")
        lines = self.finish()[1].splitlines()
        self.assertEqual(lines[0].split(), list(form.COLUMNS))
        self.assertTrue(lines[1].endswith("met") and lines[2].endswith("MISSED"))
        self.assertEqual(lines[1].index("median"), lines[2].index("ratio"))
        self.assertEqual(re.search(r"\b10\b", lines[1]).end(), re.search(r"\b1000\b",
                                                                         lines[2]).end())
        self.assertTrue(lines[3].endswith("fault.json: 2 rows, 1 MISSED"))

    def test_file_is_replaced_and_nothing_else_is_left(self):
        for _ in range(2):
            self.form.rows = []
            self.form.add("a", "us", [1])
            self.finish()
        self.assertEqual([path.name for path in self.form.directory.iterdir()], ["fault.json"])

    def test_rows_have_different_names(self):
        self.form.add("a", "us", [1])
        with self.assertRaises(FormError):
            self.form.add("a", "us", [1])

    def test_empty_form_writes_nothing(self):
        with self.assertRaises(FormError):
            self.finish()
        self.assertFalse(self.form.directory.exists())

    def test_name_stays_inside_the_directory(self):
        for name in ("", "../x", "a/b", ".x", "a b"):
            with self.assertRaises(FormError):
                Form(name)


class Command(unittest.TestCase):

    def run_main(self, text: str) -> tuple[int, str, str, list[str]]:
        out, err = io.StringIO(), io.StringIO()
        with tempfile.TemporaryDirectory() as place:
            source = Path(place, "rows")
            source.write_text(text, encoding="utf-8")
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                status = form.main(["echo", str(source), "--directory", place])
            left = sorted(path.name for path in Path(place).iterdir())
        return status, out.getvalue(), err.getvalue(), left

    def test_rows_of_samples_and_of_sums(self):
        status, out, _, left = self.run_main(
            '{"name": "a", "unit": "us", "samples": [1, 2, 3], "goal": "< 1"}\n\n'
            '{"name": "b", "unit": "us", "n": 5, "median": 4, "p99": 6, "baseline": 2}\n')
        self.assertEqual((status, left), (0, ["echo.json", "rows"]))
        self.assertRegex(out, r"a +us +3 +2 +3 +- +- +median < 1 +MISSED\nb +us +5 +4 +6 +2 +2 +-")

    def test_wrong_input_is_an_error_and_writes_nothing(self):
        for text in ("", "{", "[]", "[" * 100000, '{"name": "a", "unit": "us"}',
                     '{"name": "a", "unit": "us", "samples": [NaN]}',
                     '{"name": "a", "unit": "us", "samples": 3}',
                     '{"name": "a", "unit": "us", "samples": [1], "n": 1}',
                     '{"name": "a", "unit": "us", "n": 1, "median": 2}',
                     '{"name": "a", "unit": "us", "n": 0, "median": 2, "p99": 2}',
                     '{"name": 7, "unit": "us", "samples": [1]}',
                     '{"name": "a", "unit": "us", "samples": [1], "goal": 3}',
                     '{"name": "a", "unit": "us", "samples": [1], "colour": "red"}'):
            status, _, err, left = self.run_main(text)
            self.assertEqual((status, left), (1, ["rows"]), text[:60])
            self.assertTrue(err.startswith("form: "), err)


if __name__ == "__main__":
    unittest.main()
