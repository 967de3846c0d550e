#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""
Read test results in KTAP or TAP, as kernels, selftests and programs print them.

    scripts/test/ktap.py FILE...        ("-" is standard input)

One line per failed test, then the counts of all files. Exit status 1 if a test
failed, or if there was none that passed.

What must stay true, whatever the input: a line "not ok" is never lost, a plan
that was not fulfilled is a failure, and so is output that ends early.
Lines of other kinds may stand anywhere and change nothing. Time stamps of the
kernel log, carriage returns and colours are removed first. A plan is not
required: the kernel prints none for suites of a module.

Counted are the leaves of the tree. A test with tests inside counts by these;
it is one failure more if it failed while all inside it passed.
"""

import re
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Iterator, NamedTuple, Optional

PASS, FAIL, SKIP = "passed", "failed", "skipped"
DEEPEST = 32                    # levels; deeper ones are read as this one

_NOISE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|[\x00-\x08\x0b-\x1f\x7f]")
_STAMP = re.compile(r"^(?:<[0-9]{1,3}>)?"
                    r"(?:\[[ ]{0,12}[0-9]{1,12}\.[0-9]{1,9}\](?:\[ *[TC][0-9]+\])? ?)")
_HEADER = re.compile(r"^(?:KTAP version [0-9]+|TAP version [0-9]+)\s*$")
_SUBTEST = re.compile(r"^# Subtest: ?(.*)$")
_PLAN = re.compile(r"^1\.\.([0-9]{1,9})\s*(?:#\s*(.*))?$")
_RESULT = re.compile(r"^(ok|not ok)(?=\s|$)(?:\s+([0-9]{1,9})(?=\s|$))?(?:\s+-(?=\s|$))?\s*(.*)$")
_DIRECTIVE = re.compile(r"(?:^|(?<=\s))#\s*((?i:skip)|TIMEOUT|ERROR)\b:?\s*(.*)$")
_BAIL = re.compile(r"^Bail out!\s*(.*)$")


class Counts(NamedTuple):
    """How many leaves passed, failed and were skipped."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def plus(self, other: "Counts") -> "Counts":
        return Counts(*(a + b for a, b in zip(self, other)))


@dataclass
class Test:
    """One result, or a fault of the output itself, with the tests inside it."""

    name: str
    status: str
    reason: str = ""
    line: int = 0
    tests: list["Test"] = field(default_factory=list)


@dataclass
class _Level:
    """Results at one depth of indentation, as long as more may follow."""

    indent: int
    nested: bool
    line: int
    declared: bool = False          # a version, plan or subtest line opened it
    name: str = ""
    plan: Optional[int] = None
    skip_all: Optional[str] = None
    numbers: set[int] = field(default_factory=set)
    numbered: int = 0
    results: int = 0
    tests: list[Test] = field(default_factory=list)
    inside: list[Test] = field(default_factory=list)    # for the next result


def _plain(line: str) -> tuple[int, str]:
    """How far a line is indented, and its text."""
    line = _NOISE.sub("", line.expandtabs(8))
    line = _STAMP.sub("", line, count=1)
    text = line.lstrip(" ")
    return len(line) - len(text), text.rstrip()


def _faults(level: _Level) -> Iterator[Test]:
    """What is wrong with a level that ended: its plan was not fulfilled."""
    if level.inside:
        yield Test("(end of output)", FAIL, "tests have no result line of the test around them",
                   level.line, level.inside)
    if level.plan is None:
        return
    if level.results != level.plan:
        yield Test("(plan)", FAIL, f"{level.plan} tests planned, {level.results} reported",
                   level.line)
    elif level.numbered == level.plan and level.numbers != set(range(1, level.plan + 1)):
        yield Test("(plan)", FAIL, "a test number is missing or was used twice", level.line)


class _Parser:
    """The open levels, outermost first; the finished top-level tests."""

    def __init__(self) -> None:
        self.levels: list[_Level] = []
        self.finished: list[Test] = []
        self.seen = False

    def close(self) -> list[Test]:
        """End the innermost level; its tests wait for a result one level up."""
        level = self.levels.pop()
        tests = level.tests + list(_faults(level))
        if not self.levels:
            if level.skip_all is not None and not tests:
                tests = [Test(level.name or "(all)", SKIP, level.skip_all, level.line)]
            elif level.declared and not tests:
                tests = [Test("(plan)", FAIL, "announced, but no test was reported", level.line)]
            self.finished += tests
        else:
            self.levels[-1].inside += tests
        return tests

    def open(self, indent: int, line: int, declared: bool) -> _Level:
        """Begin a level, inside the innermost one that is indented less."""
        while self.levels and self.levels[-1].indent >= indent:
            self.close()
        self.levels.append(_Level(indent, bool(self.levels), line, declared))
        return self.levels[-1]

    def at(self, indent: int) -> Optional[_Level]:
        """The open level of this indentation, if there is one."""
        return next((level for level in self.levels if level.indent == indent), None)

    def declare(self, indent: int, line: int) -> _Level:
        """A version, subtest or plan line: a new level unless one just began."""
        if self.levels and self.levels[-1].indent == indent:
            level = self.levels[-1]
            if level.plan is None and not level.tests:
                level.declared = True
                return level
        return self.open(indent, line, declared=True)

    def plan(self, indent: int, line: int, count: int, note: str) -> None:
        level = self.at(indent)
        if level and level.plan is None:
            while self.levels[-1] is not level:
                self.close()
        else:
            level = self.declare(indent, line)
        level.plan = count
        level.declared = True
        if count == 0:
            level.skip_all = re.sub(r"(?i)^skip\w*:?\s*", "", note)

    def result(self, indent: int, line: int, match: re.Match) -> None:
        level = self.at(indent)
        if level is None and self.levels and indent < self.levels[0].indent:
            level = self.around(indent, line)
        elif level is None:
            level = self.open(indent, line, declared=False)
        while self.levels[-1] is not level:
            self.close()
        test = _result(match, line)
        test.tests, level.inside = level.inside, []
        level.tests.append(test)
        level.results += 1
        if match[2]:
            level.numbered += 1
            level.numbers.add(int(match[2]))

    def around(self, indent: int, line: int) -> _Level:
        """
        A result left of everything open: the test around it. Kernels print it
        so, without a plan, when a module brings a suite.
        """
        while len(self.levels) > 1:
            self.close()
        before = len(self.finished)
        self.close()
        level = self.open(indent, line, declared=False)
        level.inside = self.finished[before:]
        del self.finished[before:]
        return level

    def bail(self, indent: int, line: int, reason: str) -> None:
        """The program at this indentation gave up: what it still owed is lost."""
        fault = Test("Bail out!", FAIL, reason or "no reason given", line)
        if self.levels:
            self.levels[-1].tests.append(fault)
        else:
            self.finished.append(fault)
        while self.levels and self.levels[-1].indent >= indent:
            self.levels[-1].plan = None
            self.close()

    def feed(self, line: int, indent: int, text: str) -> None:
        if _HEADER.match(text):
            self.declare(indent, line)
        elif subtest := _SUBTEST.match(text):
            self.declare(indent, line).name = subtest[1]
        elif plan := _PLAN.match(text):
            self.plan(indent, line, int(plan[1]), plan[2] or "")
        elif bail := _BAIL.match(text):
            self.bail(indent, line, bail[1])
        elif (result := _RESULT.match(text)) and self.is_result(result):
            self.result(indent, line, result)
        else:
            return
        self.seen = True

    def is_result(self, match: re.Match) -> bool:
        """Words such as "ok" alone are a result only where results are expected."""
        return bool(match[2]) or match[1] == "not ok" or bool(self.levels)


def _result(match: re.Match, line: int) -> Test:
    """The result that a line states. SKIP wins over both words, as KTAP says."""
    name, reason, status = match[3], "", PASS if match[1] == "ok" else FAIL
    directive = _DIRECTIVE.search(name)
    if directive:
        word, reason = directive[1].upper(), directive[2].strip()
        name = name[:directive.start()]
        status = SKIP if word == "SKIP" else FAIL
        if status == FAIL:
            reason = f"{word} {reason}".strip()
    name = re.sub(r"\s#\s.*$", "", name).strip()
    return Test(name or f"test {match[2] or '?'}", status, reason, line)


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Lines and their number; what a carriage return overwrote is a line too."""
    for number, line in enumerate(re.sub(r"\r+\n", "\n", text).split("\n"), 1):
        for part in line.split("\r"):
            yield number, part


def _streams(text: str) -> Iterator[tuple[int, int, str]]:
    """
    Lines with their number and indentation. The selftest runner puts "# " in
    front of a program's output; from a version line on that is a level too,
    until a result or a version with fewer "# " ends it.
    """
    quoted = 0                      # how many "# " stand in front of that output
    for number, raw in _lines(text):
        indent, line = _plain(raw)
        header = re.match(r"(?:# )+(?=K?TAP version [0-9]+$)", line)
        if header:
            quoted = len(header.group()) // 2
        hashes = 0
        while hashes < quoted and line.startswith("# "):
            hashes += 1
            line = line[2:]
        rest = line.lstrip(" ")
        indent += 2 * hashes + len(line) - len(rest)
        if _RESULT.match(rest) or _HEADER.match(rest):
            quoted = hashes
        yield number, min(indent, 2 * DEEPEST), rest


def parse(text: str) -> list[Test]:
    """The top-level tests of an output; none if it holds no KTAP at all."""
    parser = _Parser()
    for number, indent, line in _streams(text):
        parser.feed(number, indent, line)
    while parser.levels:
        parser.close()
    return parser.finished


def leaves(tests: list[Test], path: tuple[str, ...] = ()) -> Iterator[tuple[str, Test]]:
    """What counts: each leaf, and each failure that no test inside explains."""
    for test in tests:
        here = (*path, test.name)
        inside = list(leaves(test.tests, here))
        yield from inside
        if not inside:
            yield ": ".join(here), test
        elif test.status == FAIL and not any(leaf.status == FAIL for _, leaf in inside):
            reason = test.reason or "failed, though all tests inside it passed"
            yield ": ".join(here), Test(test.name, FAIL, reason, test.line)


def count(tests: list[Test]) -> Counts:
    """How many leaves passed, failed and were skipped."""
    found = [leaf.status for _, leaf in leaves(tests)]
    return Counts(found.count(PASS), found.count(FAIL), found.count(SKIP))


def failed(tests: list[Test]) -> list[tuple[str, int]]:
    """Each failed leaf: its path with, where one is known, why; and its line."""
    return [(f"{path} ({leaf.reason})" if leaf.reason else path, leaf.line)
            for path, leaf in leaves(tests) if leaf.status == FAIL]


def failures(tests: list[Test]) -> list[str]:
    """A line for each failed leaf: its path and, where one is known, why."""
    return [text for text, _ in failed(tests)]


def context(text: str, line: int, most: int) -> list[str]:
    """
    What a test printed before the result in this line of the text: at most so
    many lines, the last ones, without the marks of a diagnostic.
    """
    found: list[str] = []
    for raw in reversed(text.split("\n")[:max(line - 1, 0)]):
        plain = re.sub(r"^(?:# ?)+", "", _plain(raw)[1]).strip()
        if _RESULT.match(plain) or _HEADER.match(plain) or _PLAN.match(plain):
            break
        if len(found) == most:
            break
        if plain:
            found.append(plain)
    return found[::-1]


def describe(counts: Counts) -> str:
    """The one way in which results are summed up."""
    text = f"{counts.passed} passed, {counts.failed} failed"
    return text + (f", {counts.skipped} skipped" if counts.skipped else "")


def read(name: str) -> str:
    data = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    return data.decode("utf-8", "replace")


def main(names: list[str]) -> int:
    if not names:
        print("usage: ktap.py FILE...", file=sys.stderr)
        return 2
    total = Counts()
    for name in names:
        try:
            tests = parse(read(name))
        except OSError as error:
            tests = [Test(error.strerror or "cannot be read", FAIL)]
        if not tests:
            tests = [Test("no test result in it", FAIL)]
        for failure in failures(tests):
            print(f"{name}: {failure}")
        total = total.plus(count(tests))
    print(describe(total))
    return 0 if total.passed and not total.failed else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
