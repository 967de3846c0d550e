#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""
The one form of all benchmarks: a table to read, and build/bench/NAME.json.

    scripts/bench/form.py NAME [--guest-kernel R] [--accelerator A] [FILE]

reads one JSON object on each line (standard input without FILE) and makes a row
of each: {"name", "unit", "samples": [...]} or {"name", "unit", "n", "median",
"p99"}, and where they apply "baseline" and "goal". From Python:

    form = Form("fault", guest_kernel="6.1.0-30-cloud-amd64", accelerator="kvm")
    echo = form.add("echo 64 B", "us", samples)
    form.add("read fault", "us", others, baseline=echo.median, goal="ratio <= 3")
    form.finish()

median: the middle sample, or the mean of the two in the middle. p99: nearest
rank, the smallest sample that at least 99 % of all samples do not exceed; with
fewer than 100 samples that is the largest one. Both are of the samples as
measured, none is dropped. ratio: median / baseline.

A goal is "[median|p99|ratio] <=|<|>=|> NUMBER" and says what it is about;
without a word it is about the median. A missed goal is printed as MISSED and
is no error: the exit status is 0. Wrong input is an error and writes nothing.
"""

import argparse
import datetime
import json
import math
import operator
import os
import platform
import re
import statistics
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Iterable, Optional, Sequence, TextIO

SCHEMA_VERSION = 1
DIRECTORY = Path("build/bench")
NAME = re.compile(r"[A-Za-z0-9][\w.+-]*")
GOAL = re.compile(r"(?:(median|p99|ratio)\s*)?(<=|>=|<|>)\s*([0-9.eE+-]+)")
COMPARE = {"<=": operator.le, ">=": operator.ge, "<": operator.lt, ">": operator.gt}
FIELDS = {"name", "unit", "samples", "n", "median", "p99", "baseline", "goal"}
COLUMNS = ("name", "unit", "n", "median", "p99", "baseline", "ratio", "goal", "result")
LEFT = {"name", "unit", "goal", "result"}


class FormError(ValueError):
    """What was measured or asked for cannot be put into a row."""


@dataclass(frozen=True)
class Row:
    """
    One line of a benchmark. ratio is there exactly when baseline is, met
    exactly when goal is; the goal always names what it is about.
    """

    name: str
    unit: str
    n: int
    median: float
    p99: float
    baseline: Optional[float] = None
    ratio: Optional[float] = None
    goal: Optional[str] = None
    met: Optional[bool] = None


def number(value: Any, what: str) -> float:
    """A finite number; True and "1" are none."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise FormError(f"{what} is no number: {value!r}")
    try:
        result = float(value)
    except OverflowError as error:
        raise FormError(f"{what} is too large") from error
    if not math.isfinite(result):
        raise FormError(f"{what} is not finite: {value!r}")
    return result


def percentile(ordered: Sequence[float], percent: float) -> float:
    """Nearest rank, of samples in ascending order; there is at least one."""
    rank = math.ceil(len(ordered) * percent / 100)
    return ordered[max(rank, 1) - 1]


def parse_goal(text: str) -> tuple[str, str, float]:
    """What a goal is about, how it compares, and with which number."""
    match = GOAL.fullmatch(text.strip())
    try:
        return (match[1] or "median", match[2], number(float(match[3]), "the goal"))
    except (TypeError, ValueError) as error:
        raise FormError(f"goal '{text}'; write: [median|p99|ratio] <= NUMBER") from error


def make_row(name: str, unit: str, n: int, median: float, p99: float,
             baseline: Optional[float] = None, goal: Optional[str] = None) -> Row:
    """Check the values of a row and work out ratio, goal and met."""
    if not isinstance(name, str) or not isinstance(unit, str) or not name or not unit:
        raise FormError("a row needs a name and a unit")
    if isinstance(n, bool) or not isinstance(n, int) or n < 1:
        raise FormError(f"{name}: n is no number of samples: {n!r}")
    values = {"median": number(median, f"{name}: median"), "p99": number(p99, f"{name}: p99")}
    if baseline is not None:
        baseline = number(baseline, f"{name}: baseline")
        if baseline <= 0:
            raise FormError(f"{name}: the baseline must be above zero")
        values["ratio"] = number(values["median"] / baseline, f"{name}: ratio")
    met = None
    if goal is not None:
        about, comparison, bound = parse_goal(goal)
        if about not in values:
            raise FormError(f"{name}: goal '{goal}' needs a baseline")
        met = COMPARE[comparison](values[about], bound)
        goal = f"{about} {comparison} {bound:g}"
    return Row(name, unit, n, values["median"], values["p99"], baseline, values.get("ratio"),
               goal, met)


def from_samples(name: str, unit: str, samples: Iterable[float],
                 baseline: Optional[float] = None, goal: Optional[str] = None) -> Row:
    """A row from all samples that were measured."""
    ordered = sorted(number(sample, f"{name}: a sample") for sample in samples)
    if not ordered:
        raise FormError(f"{name}: there is no sample")
    return make_row(name, unit, len(ordered), statistics.median(ordered),
                    percentile(ordered, 99), baseline, goal)


def from_object(entry: Any) -> Row:
    """A row from one JSON object of the input."""
    if not isinstance(entry, dict) or not {"name", "unit"} <= entry.keys() <= FIELDS:
        raise FormError(f"not a row: {str(entry)[:80]}; its fields: {', '.join(sorted(FIELDS))}")
    summed = {"n", "median", "p99"} & entry.keys()
    if ("samples" in entry) == bool(summed) or len(summed) not in (0, 3):
        raise FormError(f"{entry['name']}: give either samples, or n, median and p99")
    make = from_samples if "samples" in entry else make_row
    if "samples" in entry and not isinstance(entry["samples"], list):
        raise FormError(f"{entry['name']}: samples is no list")
    if not isinstance(entry.get("goal"), (str, type(None))):
        raise FormError(f"{entry['name']}: the goal is no text")
    return make(**entry)


def first_match(path: str, pattern: str) -> Optional[str]:
    """The group of the first line of a file that matches, if one does."""
    try:
        match = re.search(pattern, Path(path).read_text(encoding="utf-8"), re.M)
    except OSError:
        return None
    return match[1].strip() if match else None


def machine() -> dict[str, Any]:
    """The host that everything ran on. Memory is in MiB."""
    memory = first_match("/proc/meminfo", r"^MemTotal:\s*(\d+) kB")
    return {
        "cpu": first_match("/proc/cpuinfo", r"^model name\s*:\s*(.*)$") or platform.machine(),
        "cores": os.cpu_count(),
        "memory_mib": int(memory) // 1024 if memory else None,
    }


def number_text(value: Optional[float]) -> str:
    """Four digits that mean something, and never an exponent."""
    if value is None:
        return "-"
    if value == 0 or abs(value) >= 1000:
        return f"{value:.0f}"
    places = 3 - math.floor(math.log10(abs(value)))
    text = f"{value:.{min(max(places, 0), 9)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def cells(row: Row) -> tuple[str, ...]:
    result = {None: "-", True: "met", False: "MISSED"}[row.met]
    return (row.name, row.unit, str(row.n), number_text(row.median), number_text(row.p99),
            number_text(row.baseline), number_text(row.ratio), row.goal or "-", result)


class Form:
    """A benchmark while it is filled in. Nothing is written before finish()."""

    def __init__(self, name: str, guest_kernel: Optional[str] = None,
                 accelerator: Optional[str] = None, directory: Path = DIRECTORY) -> None:
        if not NAME.fullmatch(name):
            raise FormError(f"'{name}' is no name for a file: letters, digits, '.', '_', '+', '-'")
        self.name = name
        self.guest_kernel = guest_kernel
        self.accelerator = accelerator
        self.directory = Path(directory)
        self.rows: list[Row] = []

    def append(self, row: Row) -> Row:
        if any(row.name == other.name for other in self.rows):
            raise FormError(f"{row.name}: a second row of this name")
        self.rows.append(row)
        return row

    def add(self, name: str, unit: str, samples: Iterable[float],
            baseline: Optional[float] = None, goal: Optional[str] = None) -> Row:
        """A row from samples; its median may be the baseline of others."""
        return self.append(from_samples(name, unit, samples, baseline, goal))

    def table(self) -> str:
        """The rows in columns, numbers to the right."""
        lines = [COLUMNS, *(cells(row) for row in self.rows)]
        widths = [max(len(line[at]) for line in lines) for at in range(len(COLUMNS))]
        return "\n".join("  ".join(
            cell.ljust(width) if column in LEFT else cell.rjust(width)
            for cell, width, column in zip(line, widths, COLUMNS)).rstrip() for line in lines)

    def document(self) -> dict[str, Any]:
        """What the JSON file says."""
        now = datetime.datetime.now(datetime.timezone.utc)
        return {
            "schema_version": SCHEMA_VERSION,
            "name": self.name,
            "date": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "machine": machine(),
            "kernel": {"host": platform.release(), "guest": self.guest_kernel},
            "accelerator": self.accelerator,
            "rows": [asdict(row) for row in self.rows],
        }

    def write(self) -> Path:
        """Replace the JSON file as a whole: a reader sees the old or the new one."""
        self.directory.mkdir(parents=True, exist_ok=True)
        path = self.directory / f"{self.name}.json"
        fresh = path.with_suffix(".json.new")
        fresh.write_text(json.dumps(self.document(), indent=2, allow_nan=False) + "\n",
                         encoding="utf-8")
        fresh.replace(path)
        return path

    def finish(self, out: Optional[TextIO] = None) -> Path:
        """Print the table and write the file; a form without rows is an error."""
        if not self.rows:
            raise FormError(f"{self.name}: nothing was measured")
        path = self.write()
        missed = sum(row.met is False for row in self.rows)
        note = f", {missed} MISSED" if missed else ""
        print(f"{self.table()}\n{path}: {len(self.rows)} rows{note}", file=out or sys.stdout)
        return path


def read_rows(form: Form, lines: Iterable[str]) -> None:
    """Add a row for each line of JSON."""
    for at, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            form.append(from_object(json.loads(line)))
        except (ValueError, RecursionError) as error:
            raise FormError(f"line {at}: {error}") from error


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description="Turn measurements into a table and a file.")
    parser.add_argument("name", help="of the benchmark, and of its file")
    parser.add_argument("file", nargs="?", help="JSON, one row on each line")
    parser.add_argument("--guest-kernel", help="release of the kernel measured, in a guest")
    parser.add_argument("--accelerator", help="kvm or tcg, in a guest")
    parser.add_argument("--directory", type=Path, default=DIRECTORY)
    options = parser.parse_intermixed_args(arguments)
    try:
        form = Form(options.name, options.guest_kernel, options.accelerator, options.directory)
        if options.file:
            with open(options.file, encoding="utf-8") as file:
                read_rows(form, file)
        else:
            read_rows(form, sys.stdin)
        form.finish()
    except (FormError, OSError, UnicodeDecodeError) as error:
        print(f"form: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
