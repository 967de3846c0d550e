#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""
Run the stages of a check and sum up their results.

    scripts/test/summary.py --plan FILE [--logs DIR] [--jobs N] [STAGE...]

A plan has one stage on each line, "name | deadline | command": the deadline in
seconds, the command for /bin/sh. Empty lines and lines that begin with "#" are
left out. "-" is standard input. With names only those stages are run.

Up to N stages run at once, those first that stand first. The name may be followed
by "after" and names of earlier stages, with commas: this one begins when they have
ended, however they did.

A stage runs in a session of its own, reads nothing, and writes to
build/check/NAME.log. Its results are those it prints in KTAP; without any it
counts as one test by its exit status (4: skipped, as in kselftest). A stage
that exits non-zero without a failed test is one failure; so is one that is
still there at its deadline. Nothing of its process group outlives a stage.

After the table come the failed tests once more, each with what it printed last.
The last line is "N passed, N failed" or "N passed, N failed, N skipped". Exit
status: 0, or 1 if a test failed or none passed; 2 if the plan is wrong. SIGINT
and SIGTERM are passed on to the stages, and end the run with 130 or 143; a
second one kills them at once.
"""

import argparse
import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Optional, TextIO

import ktap
from ktap import Counts

LOGS = Path("build/check")
TAIL_LINES = 30
NAMES_SHOWN = 40
CONTEXT_LINES = 12              # of what a failed test printed
GRACE_INTERRUPT = 15.0          # seconds from SIGINT to SIGTERM
GRACE_TERMINATE = 5.0           # seconds from SIGTERM to SIGKILL
POLL = 0.05
SKIPPED = 4                     # exit status of a kselftest that cannot run here
REFRESH = 1.0
UNPRINTABLE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|[\x00-\x08\x0b-\x1f\x7f-\x9f]")


class PlanError(Exception):
    """The plan cannot be run; the text says which line and why."""


class Interrupted(Exception):
    """A signal ends the run; its number is the argument."""


class Signals:
    """
    Signals that arrived. They are only noted, and looked at where a stage can
    be ended in order: so none is ever left running.
    """

    caught: list[int] = []

    @classmethod
    def watch(cls) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda caught, _frame: cls.caught.append(caught))


@dataclass(frozen=True)
class Stage:
    name: str
    deadline: float
    command: str
    after: tuple[str, ...] = ()

    def log(self, logs: Path) -> Path:
        return logs / (re.sub(r"[^\w.+-]+", "-", self.name) + ".log")


@dataclass
class Outcome:
    """
    What a stage came to. failures has a line for each failed test, contexts
    what each of these printed last.
    """

    name: str
    counts: Counts
    seconds: float
    failures: list[str] = field(default_factory=list)
    contexts: list[list[str]] = field(default_factory=list)


def parse_plan(text: str) -> list[Stage]:
    """The stages of a plan, in order. Their names differ, and so do their logs."""
    stages: list[Stage] = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        parts = [part.strip() for part in line.split("|", 2)]
        if len(parts) != 3 or not all(parts):
            raise PlanError(f"line {number}: write: name | deadline in seconds | command")
        if not re.fullmatch(r"[0-9]{1,6}(?:\.[0-9]{1,3})?", parts[1]) or float(parts[1]) == 0:
            raise PlanError(f"line {number}: the deadline '{parts[1]}' is no number of seconds")
        name, _, after = parts[0].partition(" after ")
        needs = tuple(need.strip() for need in after.split(",") if need.strip())
        unknown = set(needs) - {other.name for other in stages}
        if unknown:
            raise PlanError(f"line {number}: no earlier stage {', '.join(sorted(unknown))}")
        stage = Stage(name.strip(), float(parts[1]), parts[2], needs)
        if any(stage.log(LOGS) == other.log(LOGS) for other in stages):
            raise PlanError(f"line {number}: a second stage '{stage.name}'; name it otherwise")
        stages.append(stage)
    return stages


def signal_group(process: subprocess.Popen, number: int) -> None:
    """Signal the stage and what it started; they may be gone already."""
    try:
        os.killpg(process.pid, number)
    except (ProcessLookupError, PermissionError):
        pass


def is_gone(process: subprocess.Popen) -> bool:
    """Has the stage ended, and all that it started in its group?"""
    if process.poll() is None:
        return False
    try:
        os.killpg(process.pid, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        pass
    return False


def stop(processes: list[subprocess.Popen], first: int = signal.SIGTERM) -> None:
    """End stages: ask, ask firmly, kill. Another signal means: kill now."""
    before = len(Signals.caught)
    steps = [(signal.SIGINT, GRACE_INTERRUPT), (signal.SIGTERM, GRACE_TERMINATE)]
    for number, grace in steps if first == signal.SIGINT else steps[1:]:
        for process in processes:
            signal_group(process, number)
        end = time.monotonic() + grace
        while (not all(map(is_gone, processes)) and time.monotonic() < end
               and len(Signals.caught) == before):
            time.sleep(POLL)
    for process in processes:
        signal_group(process, signal.SIGKILL)
        process.wait()


class Running:
    """A stage that runs. Whoever starts one calls kill(), whatever happens."""

    def __init__(self, stage: Stage, logs: Path) -> None:
        logs.mkdir(parents=True, exist_ok=True)
        self.stage, self.log, self.is_late = stage, stage.log(logs), False
        self.start = time.monotonic()
        with open(self.log, "wb") as file:
            self.process = subprocess.Popen(["/bin/sh", "-c", stage.command],
                                            stdin=subprocess.DEVNULL, stdout=file,
                                            stderr=subprocess.STDOUT, start_new_session=True)

    def elapsed(self) -> float:
        return time.monotonic() - self.start

    def is_over(self) -> bool:
        """Has it ended, or was it ended because it was late?"""
        if self.process.poll() is None and self.elapsed() >= self.stage.deadline:
            self.is_late = True
            stop([self.process])
        return self.process.poll() is not None

    def kill(self) -> None:
        """Leave no process of its group."""
        signal_group(self.process, signal.SIGKILL)
        self.process.wait()

    def outcome(self) -> "Outcome":
        text = self.log.read_bytes().decode("utf-8", "replace")
        status = None if self.is_late else self.process.returncode
        return evaluate(self.stage, status, text, self.elapsed())


class Progress:
    """
    The line of the stages that run. On a terminal it is rewritten each second;
    elsewhere each has one line at its start and one at its end.
    """

    def __init__(self, out: TextIO) -> None:
        self.out, self.live, self.shown = out, out.isatty(), 0.0

    def write(self, text: str, end: str = "\n") -> None:
        self.out.write(("\r\x1b[K" if self.live else "") + text + end)
        self.out.flush()

    def tick(self, running: list[Running]) -> None:
        if self.live and running and time.monotonic() - self.shown >= REFRESH:
            self.shown = time.monotonic()
            self.write(", ".join(f"{one.stage.name}: {one.elapsed():.0f} s" for one in running), "")

    def begin(self, running: Running) -> None:
        self.shown = 0.0
        if not self.live:
            self.write(f"{running.stage.name}: ...")

    def finish(self, running: Running, text: str) -> None:
        self.shown = 0.0
        self.write(f"{running.stage.name}: {text} ({running.elapsed():.1f} s)")


def evaluate(stage: Stage, status: Optional[int], text: str, seconds: float) -> Outcome:
    """Count the results of a stage from its exit status and what it printed."""
    tests = ktap.parse(text)
    counts, failed = ktap.count(tests), ktap.failed(tests)
    failures = [name for name, _ in failed]
    contexts = [ktap.context(text, line, CONTEXT_LINES) for _, line in failed]
    if status is None:
        fault = f"timed out after {stage.deadline:g} s"
    elif status < 0:
        fault = f"killed by {signal.Signals(-status).name}"
    elif status not in (0, SKIPPED) and not failures:
        fault = f"exit status {status}"
    else:
        fault = ""
        if not tests:
            counts = Counts(skipped=1) if status == SKIPPED else Counts(passed=1)
    if fault:
        counts = counts.plus(Counts(failed=1))
        failures = [*failures, fault]
        contexts = [*contexts, text.rstrip("\n").split("\n")[-CONTEXT_LINES:]]
    return Outcome(stage.name, counts, seconds, failures, contexts)


def report_failure(outcome: Outcome, log: Path, text: str, out: TextIO) -> None:
    """The failed tests, the end of the log, and where the rest of it is."""
    for failure in outcome.failures[:NAMES_SHOWN]:
        out.write(f"  failed: {UNPRINTABLE.sub('', failure)}\n")
    if len(outcome.failures) > NAMES_SHOWN:
        out.write(f"  failed: {len(outcome.failures) - NAMES_SHOWN} more, see the log\n")
    out.write(f"  the end of {log}:\n")
    for line in text.rstrip("\n").split("\n")[-TAIL_LINES:]:
        out.write(f"  | {UNPRINTABLE.sub('', line)[:400]}\n")
    out.flush()


def end_stage(running: Running, progress: Progress) -> Outcome:
    """Say how a stage went that has ended."""
    running.kill()
    outcome = running.outcome()
    progress.finish(running, ktap.describe(outcome.counts))
    if outcome.counts.failed:
        report_failure(outcome, running.log, running.log.read_text("utf-8", "replace"),
                       progress.out)
    return outcome


class Run:
    """Stages of a plan on their way: those that wait, that run, and that have ended."""

    def __init__(self, stages: list[Stage], jobs: int, logs: Path, progress: Progress) -> None:
        self.waiting, self.jobs, self.logs, self.progress = list(stages), jobs, logs, progress
        self.running: list[Running] = []
        self.outcomes: dict[str, Outcome] = {}

    def is_free(self, stage: Stage) -> bool:
        """Has all that it comes after ended? Who was not chosen is not waited for."""
        pending = {other.name for other in self.waiting} | {one.stage.name for one in self.running}
        return not pending.intersection(stage.after)

    def start(self) -> None:
        for stage in [stage for stage in self.waiting if self.is_free(stage)]:
            if len(self.running) >= self.jobs:
                return
            self.waiting.remove(stage)
            self.running.append(Running(stage, self.logs))
            self.progress.begin(self.running[-1])

    def step(self) -> None:
        """Begin what can begin, and end what has ended."""
        if Signals.caught:
            stop([one.process for one in self.running], Signals.caught[0])
            for one in self.running:
                self.progress.finish(one, "interrupted")
            raise Interrupted(Signals.caught[0])
        self.start()
        for one in [one for one in self.running if one.is_over()]:
            self.running.remove(one)
            self.outcomes[one.stage.name] = end_stage(one, self.progress)
        self.progress.tick(self.running)

    def go(self) -> None:
        try:
            while self.waiting or self.running:
                self.step()
                time.sleep(POLL)
        finally:
            for one in self.running:
                one.kill()


def table(outcomes: list[Outcome]) -> str:
    """One line for each stage, in columns."""
    rows = [("stage", "passed", "failed", "skipped", "seconds")]
    rows += [(outcome.name, *(str(number) for number in outcome.counts), f"{outcome.seconds:.1f}")
             for outcome in outcomes]
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    return "\n".join("  ".join([row[0].ljust(widths[0])] +
                               [cell.rjust(width) for cell, width in zip(row[1:], widths[1:])])
                     for row in rows)


def recall_failures(outcomes: list[Outcome], out: TextIO) -> None:
    """All failed tests together: who looks only at the end finds them there."""
    shown = [(outcome.name, failure, context) for outcome in outcomes
             for failure, context in zip(outcome.failures, outcome.contexts)]
    for stage, failure, context in shown[:NAMES_SHOWN]:
        out.write(f"\nfailed: {stage}: {UNPRINTABLE.sub('', failure)}\n")
        out.writelines(f"  | {UNPRINTABLE.sub('', line)[:400]}\n" for line in context)
    if len(shown) > NAMES_SHOWN:
        out.write(f"\nfailed: {len(shown) - NAMES_SHOWN} more, see the logs\n")


def run_plan(stages: list[Stage], logs: Path = LOGS, out: TextIO = sys.stdout,
             jobs: int = 1) -> int:
    """Run all stages, whatever fails; print the table and the last line."""
    run = Run(stages, jobs, logs, Progress(out))
    run.go()
    outcomes = [run.outcomes[stage.name] for stage in stages]
    total = Counts()
    for outcome in outcomes:
        total = total.plus(outcome.counts)
    out.write(f"\n{table(outcomes)}\n")
    recall_failures(outcomes, out)
    out.write(f"\n{ktap.describe(total)}\n")
    out.flush()
    return 0 if total.passed and not total.failed else 1


def chosen(stages: list[Stage], names: list[str]) -> list[Stage]:
    unknown = sorted(set(names) - {stage.name for stage in stages})
    if unknown:
        raise PlanError(f"no stage {', '.join(unknown)}; "
                        f"there are: {', '.join(stage.name for stage in stages)}")
    return [stage for stage in stages if not names or stage.name in names]


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description="Run the stages of a check and sum them up.")
    parser.add_argument("--plan", required=True, help="lines: name | deadline | command")
    parser.add_argument("--logs", type=Path, default=LOGS, help="directory of the logs")
    parser.add_argument("--jobs", type=int, default=1, metavar="N",
                        help="how many stages run at once (default 1)")
    parser.add_argument("stage", nargs="*", help="run only these")
    options = parser.parse_args(arguments)
    try:
        stages = chosen(parse_plan(ktap.read(options.plan)), options.stage)
    except (PlanError, OSError) as error:
        print(f"summary: {options.plan}: {error}", file=sys.stderr)
        return 2
    Signals.watch()
    try:
        return run_plan(stages, options.logs, jobs=max(options.jobs, 1))
    except Interrupted as interruption:
        return 128 + interruption.args[0]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
