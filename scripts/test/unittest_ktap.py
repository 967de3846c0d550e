#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Run the test_*.py files of some directories and say the results in KTAP."""

import sys
import unittest


class KtapResult(unittest.TestResult):
    """One line for each test, as it ends."""

    count = 0

    def line(self, word: str, test, note: str = "", details: str = "") -> None:
        """Print one result."""
        self.count += 1
        for detail in details.splitlines():
            print(f"# {detail}", file=sys.__stdout__)
        print(f"{word} {self.count} {test.id()}{note}", file=sys.__stdout__, flush=True)

    def addSuccess(self, test):
        self.line("ok", test)

    def addSkip(self, test, reason):
        self.line("ok", test, f" # SKIP {reason}")

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.line("not ok", test, details=self.failures[-1][1])

    def addError(self, test, err):
        super().addError(test, err)
        self.line("not ok", test, details=self.errors[-1][1])


def main(directories: list[str]) -> int:
    """Find, run, report."""
    suite = unittest.TestSuite()
    for directory in directories:
        sys.path.insert(0, directory)
        suite.addTests(unittest.TestLoader().discover(directory, top_level_dir=directory))
    print(f"KTAP version 1\n1..{suite.countTestCases()}", flush=True)
    result = KtapResult()
    # What the code under test prints must not look like results.
    result.buffer = True
    suite.run(result)
    return 0 if result.wasSuccessful() and result.count else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
