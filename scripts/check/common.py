# SPDX-License-Identifier: GPL-2.0-only
"""
What every rule shares: which files there are, how findings are printed.

A rule runs at the top level of a tree and never changes a file outside build/.
Its findings go to standard output, one line each, sorted; its last line says
the rule's name and "ok (N files)" or how much was found. Exit status: 0 or 1.
"""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Callable, Iterable, NamedTuple, NoReturn

PYTHON_SHEBANG = re.compile(rb"^#!.*\bpython3?\b")
SHELL_SHEBANG = re.compile(rb"^#!.*[/ ](ba|da)?sh\b")
SCRIPTS = Path(__file__).resolve().parent.parent


class Finding(NamedTuple):
    """One breach of a rule. The message says what is wrong and how to fix it."""

    path: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


class Failure(Exception):
    """The rule could not do its work: a tool or a source is missing."""


def git_files(*options: str) -> list[str]:
    """The paths that git lists below the current directory, sorted."""
    try:
        done = subprocess.run(["git", "ls-files", "-z", *options], check=True,
                              capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise Failure("git lists no files here; run the rule at the top of a clone") from error
    return sorted(set(os.fsdecode(name) for name in done.stdout.split(b"\0") if name))


def tree_files(only: Iterable[str] = ()) -> list[str]:
    """
    Regular files that are tracked or could be: ignored ones and build/ are left
    out, and so are links and files that are gone from disk. With arguments
    only those files, or the files below those directories.
    """
    wanted = [os.path.normpath(name) for name in only]
    found = [name for name in git_files("-c", "-o", "--exclude-standard")
             if not name.startswith("build/")
             and os.path.isfile(name) and not os.path.islink(name)]
    if not wanted:
        return found
    return [name for name in found
            if any(want == "." or name == want or name.startswith(want + "/")
                   for want in wanted)]


def read_text(path: str) -> str:
    """The file as text; what is not UTF-8 becomes a replacement character."""
    return Path(path).read_text(encoding="utf-8", errors="replace")


def first_bytes(path: str, count: int = 4096) -> bytes:
    with open(path, "rb") as file:
        return file.read(count)


def is_python(path: str) -> bool:
    return path.endswith(".py") or bool(PYTHON_SHEBANG.match(first_bytes(path, 128)))


def is_shell(path: str) -> bool:
    return path.endswith((".sh", ".bash")) or bool(SHELL_SHEBANG.match(first_bytes(path, 128)))


def is_c(path: str) -> bool:
    return path.endswith((".c", ".h"))


def line_of(text: str, offset: int) -> int:
    """The line number, from 1, of a character."""
    return text.count("\n", 0, offset) + 1


def need(tool: str, package: str) -> None:
    """Fail, naming the package to install, unless the tool is there."""
    for directory in os.environ.get("PATH", "").split(os.pathsep):
        if os.access(os.path.join(directory, tool), os.X_OK):
            return
    raise Failure(f"{tool} is missing; install the package {package}")


def kernel_source() -> Path:
    """
    The directory of an unpacked kernel source, for the tools in its scripts/.
    WEFT_KERNEL_SOURCE wins; else the build scripts fetch it and say where.
    """
    named = os.environ.get("WEFT_KERNEL_SOURCE")
    if named:
        return Path(named)
    helper = SCRIPTS / "build" / "kernel-source.sh"
    if not helper.exists():
        raise Failure("no kernel source; set WEFT_KERNEL_SOURCE to an unpacked one")
    done = subprocess.run([str(helper)], stdout=subprocess.PIPE, text=True, check=False)
    lines = done.stdout.split()
    if done.returncode or not lines:
        raise Failure("scripts/build/kernel-source.sh failed; run it alone to see why")
    return Path(lines[-1])


def kernel_script(name: str) -> Path:
    """A script of the kernel source; fails unless it is there."""
    path = kernel_source() / "scripts" / name
    if not path.is_file():
        raise Failure(f"the kernel source has no scripts/{name}; "
                      "remove its directory and run scripts/build/kernel-source.sh")
    return path


Checker = Callable[[list[str]], Iterable[Finding]]


def run_rule(rule: str, select: Callable[[str], bool], check: Checker) -> NoReturn:
    """
    Run one rule over the files of the tree, or of the command line, that
    select() takes; print what check() finds and exit.
    """
    os.environ["LC_ALL"] = "C.UTF-8"    # tools speak the language that rules read
    try:
        files = [path for path in tree_files(sys.argv[1:]) if select(path)]
        findings = sorted(set(check(files)))
    except Failure as failure:
        print(f"{rule}: cannot run: {failure}")
        sys.exit(1)
    for finding in findings:
        print(finding)
    if findings:
        print(f"{rule}: {len(findings)} found ({len(files)} files)")
        sys.exit(1)
    print(f"{rule}: ok ({len(files)} files)")
    sys.exit(0)
