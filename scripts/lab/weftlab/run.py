# SPDX-License-Identifier: GPL-2.0-only
"""Run other programs so that an interrupt never leaves one behind."""

import contextlib
import fcntl
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from .errors import Interrupted, LabError


def say(text: str) -> None:
    """Tell the user what takes time. Goes to stderr: stdout is for results."""
    print(f"lab: {text}", file=sys.stderr, flush=True)


def install_signal_handlers() -> None:
    """From now on SIGINT, SIGTERM and SIGHUP raise Interrupted."""

    def handler(number, _frame):
        raise Interrupted(number)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, handler)


@contextlib.contextmanager
def uninterrupted():
    """Cleaning up must finish: further signals are ignored meanwhile."""
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = [signal.signal(number, signal.SIG_IGN) for number in numbers]
    try:
        yield
    finally:
        for number, old in zip(numbers, before):
            signal.signal(number, old)


def stop_group(process: subprocess.Popen, grace: float = 10) -> None:
    """End a process that leads its own group, politely at first."""
    for number, patience in ((signal.SIGTERM, grace), (signal.SIGKILL, 10)):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(patience)
            break
    # Whatever the leader left in its group.
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def watch(process: subprocess.Popen, log: Path | None) -> int:
    """Wait for the end. At a terminal, show how long it takes and what it does."""
    if not log or not sys.stderr.isatty():
        return process.wait()
    start = time.monotonic()
    while True:
        try:
            status = process.wait(1)
            print("\r\033[K", end="", file=sys.stderr, flush=True)
            return status
        except subprocess.TimeoutExpired:
            words = last_line(log)[:56]
            print(f"\r\033[K  {time.monotonic() - start:4.0f} s  {words}", end="",
                  file=sys.stderr, flush=True)


def last_line(log: Path) -> str:
    """The newest complete line of a growing log."""
    with open(log, "rb") as file:
        file.seek(max(0, log.stat().st_size - 400))
        lines = file.read().decode(errors="replace").split("\n")
    text = lines[-2] if len(lines) > 1 else ""
    return "".join(letter for letter in text.expandtabs(2) if letter.isprintable())


def run(argv: list, log: Path | None = None, cwd: Path | None = None,
        env: dict | None = None) -> None:
    """Run a helper program to its end; its output goes to @log.

    It gets a process group of its own, which is stopped if we are interrupted.
    Raises LabError with the end of the log if it fails.
    """
    sink = open(log, "ab") if log else subprocess.DEVNULL
    try:
        try:
            process = subprocess.Popen([str(word) for word in argv], cwd=cwd, env=env,
                                       stdin=subprocess.DEVNULL, stdout=sink,
                                       stderr=subprocess.STDOUT, start_new_session=True)
        except FileNotFoundError:
            raise LabError(f"'{argv[0]}' is not installed; run scripts/setup-host.sh") from None
        try:
            status = watch(process, log)
        except BaseException:
            with uninterrupted():
                stop_group(process)
            raise
    finally:
        if log:
            sink.close()
    if status:
        tail = ""
        if log:
            lines = log.read_text(errors="replace").splitlines()[-15:]
            tail = "; its last lines:\n  " + "\n  ".join(lines)
        raise LabError(f"'{argv[0]}' failed with status {status}{tail}")


def output(argv: list, cwd: Path | None = None) -> str:
    """What a short program prints; LabError with its words if it fails."""
    try:
        result = subprocess.run([str(word) for word in argv], cwd=cwd, stdin=subprocess.DEVNULL,
                                capture_output=True, text=True, timeout=300, check=False)
    except FileNotFoundError:
        raise LabError(f"'{argv[0]}' is not installed; run scripts/setup-host.sh") from None
    if result.returncode:
        raise LabError(result.stderr.strip() or f"'{argv[0]}' failed")
    return result.stdout


@contextlib.contextmanager
def locked(path: Path, timeout: float = 3600):
    """Hold an exclusive lock on @path. The kernel drops it if we die."""
    with open(path, "a", encoding="ascii") as file:
        end = time.monotonic() + timeout
        waiting = False
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > end:
                    raise LabError(f"another process holds {path} for too long") from None
                if not waiting and timeout > 60:
                    say(f"waiting for another process that holds {path.name}")
                    waiting = True
                time.sleep(0.1)
        yield file
