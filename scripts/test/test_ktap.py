#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Tests of the KTAP parser: what kernels and selftests print, and worse."""

import contextlib
import io
import random
import tempfile
import unittest
from pathlib import Path

import ktap
from ktap import Counts

KUNIT = """\
[    1.204861] weft: loaded
[    1.210001] KTAP version 1
[    1.210002] 1..2
[    1.210003]     KTAP version 1
[    1.210004]     # Subtest: weft_identity
[    1.210005]     1..2
[    1.210006]     ok 1 name_of_31_characters_is_valid
[    1.210007]     # name_of_32_characters_is_refused: EXPECTATION FAILED at kmod/x.c:3
[    1.210008]     Expected a == b, but
[    1.210009]     not ok 2 name_of_32_characters_is_refused
[    1.210010] # weft_identity: pass:1 fail:1 skip:0 total:2
[    1.210011] # Totals: pass:1 fail:1 skip:0 total:2
[    1.210012] not ok 1 weft_identity
[    1.210013][    T77]     KTAP version 1
[    1.210014][    T77]     # Subtest: weft_policy
[    1.210015][    T77]     1..2
[    1.210016][    T77]         KTAP version 1
[    1.210017][    T77]         # Subtest: every_command
[    1.210018][    T77]         ok 1 node_get
[    1.210019][    T77]         ok 2 node_set # SKIP not configured
[    1.210020][    T77]     ok 1 every_command
[    1.210021][    T77]     ok 2 - dashes_are_no_name
[    1.210022][    T77] ok 2 weft_policy
"""
MODULE = """\
    # Subtest: weft_identity
    1..1
    ok 1 one
ok 7 weft_identity
    # Subtest: weft_policy
    1..1
    ok 1 one
ok 8 weft_policy
"""
RUNNER = """\
TAP version 13
1..2
# timeout set to 45
# selftests: smoke: load.sh
# TAP version 13
# 1..3
# # Starting 3 tests.
# ok 1 load
# not ok 2 unload
# ok 3 again # SKIP no module
# # Totals: pass:1 fail:1 xfail:0 xpass:0 skip:1 error:0
not ok 1 selftests: smoke: load.sh # exit=1
# selftests: smoke: quick.sh
ok 2 selftests: smoke: quick.sh
"""


def counted(text: str) -> tuple[int, int, int]:
    return tuple(ktap.count(ktap.parse(text)))


def failed(text: str) -> list[str]:
    return ktap.failures(ktap.parse(text))


class Shapes(unittest.TestCase):
    """Output as it is meant to be."""

    def test_kunit_log_with_time_stamps(self):
        self.assertEqual(counted(KUNIT), (3, 1, 1))
        self.assertEqual(failed(KUNIT), ["weft_identity: name_of_32_characters_is_refused"])

    def test_suites_of_a_module_have_no_plan_around_them(self):
        tests = ktap.parse(MODULE)
        self.assertEqual([test.name for test in tests], ["weft_identity", "weft_policy"])
        self.assertEqual([len(test.tests) for test in tests], [1, 1])
        self.assertEqual(counted(MODULE), (2, 0, 0))

    def test_selftest_runner_quotes_the_output_of_its_programs(self):
        self.assertEqual(counted(RUNNER), (2, 1, 1))
        self.assertEqual(failed(RUNNER), ["selftests: smoke: load.sh: unload"])

    def test_quoted_results_of_two_depths_keep_their_places(self):
        text = "1..1\n# TAP version 13\n# 1..1\n# # TAP version 13\n# # 1..1\n# # ok 1 a\n" \
               "# not ok 1 b\nnot ok 1 c\n"
        self.assertEqual(failed(text), ["c: b (failed, though all tests inside it passed)"])
        self.assertEqual(counted(text), (1, 1, 0))

    def test_two_spaces_of_indentation_nest(self):
        text = "KTAP version 1\n1..1\n  KTAP version 1\n  1..2\n    KTAP version 1\n    1..1\n" \
               "    ok 1 a\n  ok 1 b\n  ok 2 c\nok 1 d\n"
        self.assertEqual(counted(text), (2, 0, 0))
        self.assertEqual(ktap.parse(text)[0].tests[0].tests[0].name, "a")

    def test_plan_may_come_last(self):
        self.assertEqual(counted("ok 1 a\nok 2 b\n1..2\n"), (2, 0, 0))
        self.assertEqual(counted("ok 1 a\nok 2 b\n1..3\n"), (2, 1, 0))

    def test_missing_plan_is_no_failure(self):
        self.assertEqual(counted("KTAP version 1\nok 1 a\nnot ok 2 b\n"), (1, 1, 0))

    def test_several_outputs_in_one_log(self):
        self.assertEqual(counted("TAP version 13\n1..1\nok 1 a\n" * 3), (3, 0, 0))
        self.assertEqual(counted("1..1\nok 1 a\n1..2\nok 1 a\nok 2 b\n"), (3, 0, 0))

    def test_whole_output_may_be_indented(self):
        self.assertEqual(counted("   KTAP version 1\n   1..1\n   ok 1 a\n"), (1, 0, 0))

    def test_serial_console_adds_returns_and_colours(self):
        self.assertEqual(counted("1..2\r\n\x1b[32mok 1 a\x1b[0m\r\r\n 12 %\rnot ok 2 b\r\n"),
                         (1, 1, 0))

    def test_text_without_results_holds_no_tests(self):
        for text in ("", "\n", "size: ok (3 files)\nok\nok then\nokay 1\ntest_x ... ok\n"):
            self.assertEqual(ktap.parse(text), [], text)


class Directives(unittest.TestCase):

    def test_skip_in_its_spellings(self):
        for line in ("ok 1 a # SKIP", "ok 1 a # skip no tun", "ok 1 # SKIP: x", "ok 1 a #SKIP b",
                     "not ok 1 a # SKIP b", "ok 1 # SKIP"):
            self.assertEqual(counted(f"1..1\n{line}\n"), (0, 0, 1), line)

    def test_words_that_only_begin_like_skip_hide_no_failure(self):
        for line in ("not ok 1 a # skipped frames: 3", "not ok 1 a skip", "not ok 1 SKIP",
                     "not ok 1 a#SKIP", "not ok 1 a # TODO", "not ok 1 a # XFAIL known"):
            self.assertEqual(counted(f"1..1\n{line}\n"), (0, 1, 0), line)

    def test_whole_output_skipped(self):
        self.assertEqual(counted("TAP version 13\n1..0 # SKIP needs root\n"), (0, 0, 1))
        leaf = next(ktap.leaves(ktap.parse("1..0 # SKIP needs root\n")))[1]
        self.assertEqual(leaf.reason, "needs root")

    def test_skipped_suite_without_tests(self):
        text = "1..1\n    KTAP version 1\n    1..0 # SKIP x\nok 1 a # SKIP x\n"
        self.assertEqual(counted(text), (0, 0, 1))

    def test_timeout_and_error_fail_whatever_the_word(self):
        self.assertEqual(failed("1..2\nok 1 a # TIMEOUT 45 seconds\nnot ok 2 b # ERROR no node\n"),
                         ["a (TIMEOUT 45 seconds)", "b (ERROR no node)"])

    def test_other_diagnostics_are_not_part_of_the_name(self):
        self.assertEqual(ktap.parse("1..1\nok 1 a b # rcode=0\n")[0].name, "a b")


class Faults(unittest.TestCase):
    """Output that ended early or contradicts itself."""

    def test_crash_after_three_of_five(self):
        text = "KTAP version 1\n1..5\nok 1 a\nok 2 b\nok 3 c\nBUG: kernel NULL pointer\n"
        self.assertEqual(counted(text), (3, 1, 0))
        self.assertEqual(failed(text), ["(plan) (5 tests planned, 3 reported)"])

    def test_more_tests_than_planned(self):
        self.assertEqual(counted("1..1\nok 1 a\nok 2 b\n"), (2, 1, 0))

    def test_every_truncation_of_a_log_fails(self):
        lines = KUNIT.splitlines(keepends=True)
        for end in range(2, len(lines)):
            self.assertGreater(counted("".join(lines[:end]))[1], 0, lines[end - 1])

    def test_plan_without_any_test(self):
        self.assertEqual(counted("TAP version 13\n1..5\n"), (0, 1, 0))
        self.assertEqual(counted("KTAP version 1\n"), (0, 1, 0))

    def test_subtests_whose_suite_never_ended(self):
        text = "KTAP version 1\n    KTAP version 1\n    1..1\n    ok 1 a\n"
        self.assertEqual(counted(text), (1, 1, 0))

    def test_test_after_a_truncated_subtest(self):
        text = "1..1\n    1..3\n    ok 1 a\nok 1 suite\n"
        self.assertEqual(failed(text), ["suite: (plan) (3 tests planned, 1 reported)"])

    def test_number_used_twice(self):
        self.assertEqual(counted("1..3\nok 1 a\nok 2 b\nok 2 c\n"), (3, 1, 0))
        self.assertEqual(counted("1..2\nok 1 a\nok 3 c\n"), (2, 1, 0))

    def test_unnumbered_results_count(self):
        self.assertEqual(counted("1..3\nok - a\nnot ok b\nok 3 c\n"), (2, 1, 0))

    def test_suite_that_failed_though_its_tests_passed(self):
        self.assertEqual(counted("1..1\n    1..1\n    ok 1 a\nnot ok 1 suite\n"), (1, 1, 0))

    def test_suite_that_passed_though_a_test_failed(self):
        self.assertEqual(counted("1..1\n    1..1\n    not ok 1 a\nok 1 suite\n"), (0, 1, 0))

    def test_failure_in_a_skipped_suite(self):
        self.assertEqual(counted("1..1\n    1..1\n    not ok 1 a\nok 1 suite # SKIP\n"), (0, 1, 0))

    def test_bail_out(self):
        self.assertEqual(failed("1..9\nok 1 a\nBail out! no kvm\n"), ["Bail out! (no kvm)"])
        self.assertEqual(counted("Bail out!\n"), (0, 1, 0))

    def test_bail_out_inside_leaves_the_outer_plan(self):
        text = "1..2\n  1..9\n  ok 1 a\n  Bail out! x\nnot ok 1 b\nok 2 c\n"
        self.assertEqual(failed(text), ["b: Bail out! (x)"])
        self.assertEqual(counted(text), (2, 1, 0))

    def test_failure_at_an_odd_indentation_is_not_lost(self):
        self.assertEqual(counted("1..1\n    1..1\n    ok 1 a\n  not ok 9 b\nok 1 c\n")[1], 1)
        self.assertEqual(counted("1..1\nok 1 a\n       not ok 1 b\n")[1], 1)
        self.assertEqual(counted("not ok\n"), (0, 1, 0))


class Adversaries(unittest.TestCase):

    def test_numbers_beyond_measure(self):
        digits = "9" * 100000
        self.assertEqual(counted(f"1..{digits}\nnot ok {digits} a\n")[1], 1)
        self.assertEqual(counted("1..999999999\nok 1 a\n"), (1, 1, 0))
        self.assertEqual(counted("1..2\nok 999999999 a\nok 1 b\n"), (2, 1, 0))

    def test_digits_of_other_scripts_are_text(self):
        self.assertEqual(ktap.parse("ok \u0661 a\n1..\u0662\n"), [])

    def test_nesting_beyond_measure(self):
        deep = "".join(" " * depth + "KTAP version 1\n" for depth in range(500))
        back = "".join(" " * depth + "not ok 1 a\n" for depth in range(500, -1, -1))
        self.assertGreater(counted(deep + back)[1], 0)
        self.assertGreater(counted(deep)[1], 0)

    def test_long_lines_and_many_hashes(self):
        self.assertEqual(counted("1..1\nnot ok 1 " + "# " * 200000 + "\n"), (0, 1, 0))
        self.assertEqual(ktap.parse("# " * 200000 + "\n"), [])

    def test_noise_between_lines_changes_nothing(self):
        chance = random.Random(1)
        noise = ["", "# note", "    random words", "[   12.000000] usb 1-1: new device", "1..",
                 "1..x", "not okay", "KTAP version", "\ufffd\ufffd", "# 1..3", "# ok 1 quoted"]
        for _ in range(50):
            lines = []
            for line in KUNIT.splitlines():
                lines += [line, chance.choice(noise)]
            self.assertEqual(counted("\n".join(lines)), (3, 1, 1))

    def test_any_bytes_parse(self):
        chance = random.Random(2)
        words = ["ok", "not ok", "1..3", " ", "    ", "\n", "#", "# ", "SKIP", "KTAP version 1",
                 "Bail out!", "2", "\t", "\r", "\x00", "[ 1.0] ", "# Subtest: a", "name"]
        for _ in range(1500):
            text = "".join(chance.choice(words) for _ in range(60))
            counts = ktap.count(ktap.parse(text))
            self.assertEqual(counts.failed, len(failed(text)))

    def test_a_failure_among_any_results_is_counted(self):
        chance = random.Random(3)
        lines = ["ok 1 a", "  ok 2 b", "    ok 1 c", "1..2", "  1..1", "KTAP version 1",
                 "    # Subtest: x", "# note", "ok 3 # SKIP"]
        for _ in range(1000):
            text = [chance.choice(lines) for _ in range(12)]
            text.insert(chance.randrange(12), chance.choice(["", "  ", "   "]) + "not ok 4 bad")
            self.assertTrue(any("bad" in line for line in failed("\n".join(text))), text)


class Command(unittest.TestCase):

    def run_main(self, *texts: bytes) -> tuple[int, list[str]]:
        with tempfile.TemporaryDirectory() as place:
            names = []
            for number, text in enumerate(texts):
                names.append(str(Path(place, f"{number}.log")))
                Path(names[-1]).write_bytes(text)
            said = io.StringIO()
            with contextlib.redirect_stdout(said):
                status = ktap.main(names)
        return status, said.getvalue().replace(place + "/", "").splitlines()

    def test_counts_of_all_files_come_last(self):
        self.assertEqual(self.run_main(b"1..1\nok 1 a\n", b"1..2\nnot ok 1 b\nok 2 # SKIP\n"),
                         (1, ["1.log: b", "1 passed, 1 failed, 1 skipped"]))

    def test_passing_file(self):
        self.assertEqual(self.run_main(b"1..1\nok 1 \xff\n"), (0, ["1 passed, 0 failed"]))

    def test_file_without_results_fails(self):
        self.assertEqual(self.run_main(b""),
                         (1, ["0.log: no test result in it", "0 passed, 1 failed"]))

    def test_all_skipped_is_no_success(self):
        self.assertEqual(self.run_main(b"1..0 # SKIP\n"), (1, ["0 passed, 0 failed, 1 skipped"]))

    def test_counts_add_up(self):
        self.assertEqual(Counts(1, 2, 3).plus(Counts(1, 1, 1)), Counts(2, 3, 4))
        self.assertEqual(ktap.describe(Counts(1, 0, 0)), "1 passed, 0 failed")


if __name__ == "__main__":
    unittest.main()
