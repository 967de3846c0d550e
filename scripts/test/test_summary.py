#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Tests of the summary: counting, the end of stages, what is printed."""

import io
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path
from unittest import mock

import summary
from ktap import Counts
from summary import PlanError, Stage

SCRIPT = Path(summary.__file__).resolve()
KTAP = "printf 'KTAP version 1\\n1..2\\nok 1 a\\n%s 2 b\\n'"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class WatchedTerminal(Terminal):
    """Makes a file as soon as a text has been shown."""

    def __init__(self, pattern: str, seen: Path) -> None:
        super().__init__()
        self.pattern = pattern
        self.seen = seen

    def write(self, text: str) -> int:
        if re.search(self.pattern, text):
            self.seen.touch()
        return super().write(text)


def is_alive(pid: int) -> bool:
    """A process that has ended but was not waited for counts as dead."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def wait_for(condition, deadline: float = 10.0) -> bool:
    end = time.monotonic() + deadline
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return False


class Plan(unittest.TestCase):

    def test_lines_comments_and_bars_in_the_command(self):
        stages = summary.parse_plan("# all\n\na b | 5 | x | y\n  c|0.5|z\n")
        self.assertEqual(stages, [Stage("a b", 5.0, "x | y"), Stage("c", 0.5, "z")])
        self.assertEqual(stages[0].log(Path("logs")), Path("logs/a-b.log"))

    def test_wrong_lines_are_named(self):
        for text in ("a|5", "a||x", "|5|x", "a|5|", "a|0|x", "a|-1|x", "a|inf|x", "a|5s|x",
                     "a/b|1|x\na b|1|x"):
            with self.assertRaisesRegex(PlanError, r"^line \d: "):
                summary.parse_plan(text)

    def test_stages_after_others(self):
        stages = summary.parse_plan("a|1|x\nb after a|1|x\nc after a, b|1|x\n")
        self.assertEqual([s.after for s in stages], [(), ("a",), ("a", "b")])
        self.assertEqual(stages[2].name, "c")
        with self.assertRaisesRegex(PlanError, "^line 1: no earlier stage b"):
            summary.parse_plan("a after b|1|x\nb|1|x\n")

    def test_a_log_never_leaves_its_directory(self):
        self.assertEqual(Stage("../../x", 1, "x").log(Path("logs")).parent, Path("logs"))

    def test_choosing_stages(self):
        stages = summary.parse_plan("a|1|x\nb|1|x\nc|1|x\n")
        self.assertEqual([s.name for s in summary.chosen(stages, ["c", "a"])], ["a", "c"])
        with self.assertRaisesRegex(PlanError, "no stage d; there are: a, b, c"):
            summary.chosen(stages, ["d"])


class Counting(unittest.TestCase):

    def judge(self, status, text: str = "") -> tuple[tuple[int, int, int], list[str]]:
        outcome = summary.evaluate(Stage("s", 7, "x"), status, text, 0.1)
        return tuple(outcome.counts), outcome.failures

    def test_without_results_the_exit_status_counts(self):
        self.assertEqual(self.judge(0, "compiled\n"), ((1, 0, 0), []))
        self.assertEqual(self.judge(2, "error\n"), ((0, 1, 0), ["exit status 2"]))
        self.assertEqual(self.judge(4), ((0, 0, 1), []))
        self.assertEqual(self.judge(-11), ((0, 1, 0), ["killed by SIGSEGV"]))

    def test_results_count_and_the_exit_status_adds_no_second_failure(self):
        text = "1..3\nok 1 a\nnot ok 2 b\nok 3 c # SKIP\n"
        self.assertEqual(self.judge(1, text), ((1, 1, 1), ["b"]))
        self.assertEqual(self.judge(0, text), ((1, 1, 1), ["b"]))

    def test_bad_exit_with_good_results_is_a_failure(self):
        self.assertEqual(self.judge(3, "1..1\nok 1 a\n"), ((1, 1, 0), ["exit status 3"]))
        self.assertEqual(self.judge(-9, "1..1\nnot ok 1 a\n"),
                         ((0, 2, 0), ["a", "killed by SIGKILL"]))

    def test_deadline_is_a_failure_besides_the_plan(self):
        self.assertEqual(self.judge(None, "1..1\nok 1 a\n"),
                         ((1, 1, 0), ["timed out after 7 s"]))

    def test_truncated_results_fail_a_good_exit(self):
        self.assertEqual(self.judge(0, "1..2\nok 1 a\n")[0], (1, 1, 0))


class Running(unittest.TestCase):

    def setUp(self):
        self.place = tempfile.TemporaryDirectory()
        self.addCleanup(self.place.cleanup)
        self.logs = Path(self.place.name, "logs")

    def run_plan(self, text: str, out=None, jobs: int = 1) -> tuple[int, str]:
        out = out or io.StringIO()
        status = summary.run_plan(summary.parse_plan(text), self.logs, out, jobs)
        return status, out.getvalue()

    def test_all_passed(self):
        status, said = self.run_plan(f"one|5|{KTAP % 'ok'}\ntwo|5|true\n")
        self.assertEqual((status, said.splitlines()[-1]), (0, "3 passed, 0 failed"))
        self.assertRegex(said, r"\none +2 +0 +0 +\d+\.\d\ntwo +1 +0 +0 +\d+\.\d\n")

    def test_failure_is_explained_and_later_stages_run(self):
        command = f"seq 50; {KTAP % 'not ok'}; exit 1"
        status, said = self.run_plan(f"one|5|{command}\ntwo|5|exit 4\n")
        self.assertEqual((status, said.splitlines()[-1]), (1, "1 passed, 1 failed, 1 skipped"))
        self.assertIn("  failed: b\n", said)
        self.assertIn(f"  the end of {self.logs}/one.log:\n  | 25\n", said)
        self.assertEqual(len(re.findall(r"^  \| ", said, re.M)), summary.TAIL_LINES)

    def test_failures_are_named_again_at_the_end_with_their_last_words(self):
        words = "".join(f"# word {number}\\n" for number in range(20))
        command = f"printf 'TAP version 13\\n1..3\\n# old\\nok 1 a\\n{words}not ok 2 b\\n'; exit 1"
        said = self.run_plan(f"one|5|{command}\ntwo|5|echo no; exit 3\n")[1]
        end = said[said.index("stage "):]
        shown = "".join(f"  | word {number}\n" for number in range(8, 20))
        self.assertIn(f"\nfailed: one: b\n{shown}\nfailed: one: (plan)", end)
        self.assertIn("\nfailed: two: exit status 3\n  | no\n\n1 passed, 3 failed\n", end)
        self.assertNotIn("old", end)

    def test_nothing_passed_is_no_success(self):
        self.assertEqual(self.run_plan("")[0], 1)
        status, said = self.run_plan("one|5|exit 4\n")
        self.assertEqual((status, said.splitlines()[-1]), (1, "0 passed, 0 failed, 1 skipped"))

    def test_log_has_both_streams_and_stage_has_no_input(self):
        self.run_plan("one|5|echo out; echo err >&2; cat; printf '\\377'\n")
        self.assertEqual((self.logs / "one.log").read_bytes(), b"out\nerr\n\xff")

    def test_control_characters_of_a_log_do_not_reach_the_terminal(self):
        said = self.run_plan("one|5|printf 'a\\033[2J\\033]b\\rc\\n'; false\n")[1]
        self.assertIn("  | a]bc\n", said)

    def test_pipe_gets_one_line_at_start_and_one_at_end(self):
        said = self.run_plan("one|5|sleep 0.2\n")[1]
        self.assertRegex(said, r"^one: \.\.\.\none: 1 passed, 0 failed \(\d+\.\d s\)\n\n")

    def test_terminal_gets_one_line_that_is_rewritten(self):
        until = f"while [ ! -e {self.logs}/again ]; do sleep 0.02; done"
        out = WatchedTerminal(r"one: \d+ s", self.logs / "again")
        with mock.patch.object(summary, "REFRESH", 0.1):
            said = self.run_plan(f"one|60|{until}; sleep 0.5\n", out)[1]
        first = said.split("\n")[0]
        self.assertGreater(len(re.findall(r"\r\x1b\[Kone: \d+ s", first)), 1)
        self.assertTrue(re.search(r"\r\x1b\[Kone: 1 passed, 0 failed \(\d+\.\d s\)$", first))

    def test_deadline_ends_the_whole_group(self):
        begin = time.monotonic()
        with mock.patch.object(summary, "GRACE_TERMINATE", 0.3):
            status, said = self.run_plan(
                "one|0.5|trap '' TERM; sh -c 'trap \"\" TERM; echo $$; sleep 60' & sleep 60\n")
        self.assertLess(time.monotonic() - begin, 10)
        self.assertEqual((status, said.splitlines()[-1]), (1, "0 passed, 1 failed"))
        self.assertIn("failed: timed out after 0.5 s", said)
        child = int((self.logs / "one.log").read_text().split()[0])
        self.assertTrue(wait_for(lambda: not is_alive(child)))

    def test_so_many_run_at_once_and_those_after_others_wait(self):
        # a and d end when both have been shown in one line
        until = f"while [ ! -e {self.logs}/both ]; do sleep 0.02; done"
        plan = (f"a|60|{until}\nb after a|60|test ! -e {self.logs}/c && sleep 0.3\n"
                f"c after b|60|touch {self.logs}/c\nd|60|{until}\n")
        out = WatchedTerminal(r"a: \d+ s, d: \d+ s", self.logs / "both")
        with mock.patch.object(summary, "REFRESH", 0.02):
            status, said = self.run_plan(plan, out, jobs=2)
        self.assertEqual((status, said.splitlines()[-1]), (0, "4 passed, 0 failed"))
        self.assertRegex(said, r"(?s)\na +1 .*\nb +1 .*\nc +1 .*\nd +1 ")

    def test_a_stage_that_was_not_chosen_is_not_waited_for(self):
        stages = summary.chosen(summary.parse_plan("a|5|false\nb after a|5|true\n"), ["b"])
        self.assertEqual(summary.run_plan(stages, self.logs, io.StringIO()), 0)

    def test_what_a_stage_leaves_behind_is_ended(self):
        self.assertEqual(self.run_plan("one|5|sleep 60 & echo $!\n")[0], 0)
        child = int((self.logs / "one.log").read_text())
        self.assertTrue(wait_for(lambda: not is_alive(child)))


class Command(unittest.TestCase):
    """The script as it is called."""

    def setUp(self):
        self.place = tempfile.TemporaryDirectory()
        self.addCleanup(self.place.cleanup)
        self.logs = Path(self.place.name)

    def start(self, plan: str, *names: str) -> subprocess.Popen:
        path = self.logs / "plan"
        path.write_text(plan, encoding="utf-8")
        return subprocess.Popen([sys.executable, "-B", str(SCRIPT), "--plan", str(path), "--logs",
                                 self.place.name, *names], stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True, start_new_session=True)

    def started(self, name: str) -> int:
        """The number that a stage printed first, as soon as it did."""
        log = self.logs / f"{name}.log"
        self.assertTrue(wait_for(lambda: log.exists() and "\n" in log.read_text()))
        return int(log.read_text().split()[0])

    def test_plan_from_a_file_and_names(self):
        process = self.start("a|5|true\nb|5|false\n", "a")
        out, _ = process.communicate(timeout=20)
        self.assertEqual((process.returncode, out.splitlines()[-1]), (0, "1 passed, 0 failed"))

    def test_wrong_plan(self):
        process = self.start("a|b\n")
        out, err = process.communicate(timeout=20)
        self.assertEqual((process.returncode, out), (2, ""))
        self.assertIn("line 1: write: name | deadline", err)

    def test_interrupt_reaches_the_stage_and_gives_it_time(self):
        process = self.start(
            "a|60|trap 'sleep 0.3; echo cleaned; exit' INT; echo $$; while :; do sleep 0.1; done\n"
            "b|5|true\n")
        shell = self.started("a")
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=20)
        self.assertEqual(process.returncode, 130)
        self.assertIn("cleaned", (self.logs / "a.log").read_text())
        self.assertIn("a: interrupted", out)
        self.assertNotIn("passed", out)
        self.assertFalse(is_alive(shell))

    def test_second_interrupt_kills(self):
        process = self.start("a|60|trap '' INT TERM; echo $$; while :; do sleep 0.1; done\n")
        shell = self.started("a")
        process.send_signal(signal.SIGINT)
        time.sleep(0.3)
        self.assertTrue(is_alive(shell))
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=10)
        self.assertEqual(process.returncode, 130)
        self.assertTrue(wait_for(lambda: not is_alive(shell)))

    def test_terminate(self):
        process = self.start("a|60|echo $$; exec sleep 60\n")
        child = self.started("a")
        os.kill(process.pid, signal.SIGTERM)
        process.communicate(timeout=10)
        self.assertEqual(process.returncode, 143)
        self.assertTrue(wait_for(lambda: not is_alive(child)))


class Words(unittest.TestCase):

    def test_table_is_aligned(self):
        rows = summary.table([summary.Outcome("a", Counts(1, 0, 0), 0.04),
                              summary.Outcome("long name", Counts(1234, 5, 6), 99.96)]).split("\n")
        self.assertEqual(len({len(row) for row in rows}), 1)
        self.assertEqual(rows[2], "long name    1234       5        6    100.0")


if __name__ == "__main__":
    unittest.main()
