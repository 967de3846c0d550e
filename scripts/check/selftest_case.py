# SPDX-License-Identifier: GPL-2.0-only
"""The form of a case of the rules' self-test, and what many cases share."""

from dataclasses import dataclass

TAG = "SPDX-License-" + "Identifier: "
GPL = f"// {TAG}GPL-2.0-only\n"
GPL_HEADER = f"/* {TAG}GPL-2.0-only */\n"
GPL_HASH = f"# {TAG}GPL-2.0-only\n"
UAPI_HEADER = f"/* {TAG}GPL-2.0-only WITH Linux-syscall-note */\n"
LGPL_HEADER = f"/* {TAG}LGPL-2.1-or-later */\n"
SHELL = "#!/bin/sh\n" + GPL_HASH
PYTHON = "#!/usr/bin/env python3\n" + GPL_HASH


@dataclass(frozen=True)
class Case:
    """
    A tree and what a rule says of it: one pattern for each line of findings,
    none at all for a tree that passes.
    """

    rule: str
    fact: str
    files: dict[str, str]
    expected: tuple[str, ...] = ()


def function(lines: int, name: str = "work") -> str:
    """A C function of so many lines, the braces included."""
    return f"void {name}(void)\n{{\n" + "\tstep();\n" * (lines - 3) + "}\n"


def guarded(guard: str, body: str) -> str:
    return f"#ifndef {guard}\n#define {guard}\n{body}#endif\n"
