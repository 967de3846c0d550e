# SPDX-License-Identifier: GPL-2.0-only
"""The kernel log as judge: a test whose kernel complained has failed.

mark() writes a line into each kernel log, check() judges what came after the
last mark. A machine that died is judged by its console.
"""

import re

from . import node, state
from .errors import LabError

MARK = "weft-lab: mark"

# What a healthy kernel never says.
COMPLAINTS = re.compile("|".join([
    r"\bWARNING: ", r"\bBUG: ", r"kernel BUG at", r"\bKASAN\b", r"KFENCE", r"UBSAN:",
    r"Oops[: ]", r"invalid opcode",
    r"general protection fault", r"Unable to handle kernel", r"Kernel panic",
    r"possible circular locking", r"possible recursive locking", r"inconsistent lock state",
    r"suspicious RCU usage", r"rcu: INFO: .*stall", r"rcu_\w+ (detected|self-detected)",
    r"blocked for more than \d+ seconds", r"soft lockup", r"hard LOCKUP",
    r"list_(add|del) (corrup|double add)",
    r"ODEBUG: ", r"sleeping function called", r"scheduling while atomic", r"refcount_t: ",
    r"bad page state", r"unreferenced object 0x", r"kmemleak: \d+ new suspected",
    r"Workqueue lockup", r"unregister_netdevice: waiting", r"Call Trace:",
    r"memory leak", r"slab .* start .* object .* overwritten", r"Redzone .*overwritten",
    r"Object padding overwritten", r"kobject_add_internal failed", r"UAF",
    r"trying to register non-static key", r"held lock freed", r"lock held when returning",
    r"has taint", r"Tainted: .*[BDWL]",
]))

# Said by healthy kernels, with the reason why it is not a complaint.
HARMLESS = re.compile("|".join([
    # A kernel that was built to be slow announces it at boot.
    r"\*\*.*NOTICE", r"lockdep: .*debug", r"Lock dependency validator",
    # What the checkers say when they start.
    r"kasan: KernelAddressSanitizer initialized", r"kmemleak: Kernel memory leak detector",
    r"kmemleak: Automatic memory scanning",
]))


def complaints(log: str) -> list[str]:
    """The lines of a kernel log that no healthy kernel prints."""
    return [line for line in log.splitlines()
            if COMPLAINTS.search(line) and not HARMLESS.search(line)]


def since_mark(log: str) -> str:
    """What follows the last mark; all of it if the mark was pushed out."""
    before, found, after = log.rpartition(MARK)
    return after if found else before or log


def mark(lab: state.Lab, text: str = "") -> None:
    """Begin a new judgement in every machine."""
    for own in lab.machines:
        line = f"<5>{MARK} {text}\n"
        node.must(lab, own.nodes[0], ["sh", "-c", "cat >/dev/kmsg"], stdin=line.encode())


def leaks(lab: state.Lab, name: str) -> list[str]:
    """Ask kmemleak. It reports what was unreferenced for at least five seconds."""
    script = ("f=/sys/kernel/debug/kmemleak; [ -w $f ] || exit 0; "
              "echo scan >$f && sleep 6 && echo scan >$f && cat $f")
    return node.must(lab, name, ["sh", "-c", script], 300).splitlines()


def check(lab: state.Lab, want_leaks: bool = False) -> list[str]:
    """Every complaint since the mark, each line named by its machine."""
    found = []
    alive = state.processes(lab.home)
    for own in lab.machines:
        name = own.nodes[0]
        prefix = f"{','.join(own.nodes)}: "
        if own.number not in alive:
            found.append(prefix + "the machine is not running")
        lines = complaints(since_mark(node.kernel_log(lab, name)))
        if want_leaks and own.number in alive:
            try:
                lines += leaks(lab, name)
            except LabError as error:
                lines.append(str(error))
        found += [prefix + line for line in lines]
    return found
