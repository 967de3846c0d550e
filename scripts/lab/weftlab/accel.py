# SPDX-License-Identifier: GPL-2.0-only
"""Hardware acceleration: used only where it was seen to work.

/dev/kvm can exist and hang every guest (nested virtualisation often does), so
a probe boots a machine with it once, and the answer is remembered until this
computer is started again.
"""

import json
import os
import time
from pathlib import Path

from . import machine, paths, state
from .errors import LabError
from .run import output, say, uninterrupted

# A machine that is accelerated boots in about a second.
PROBE_S = 8


def choose(lab: state.Lab) -> str:
    """'kvm' or 'tcg'. LAB_ACCEL=kvm or tcg decides without a probe."""
    wish = os.environ.get("LAB_ACCEL", "auto")
    if wish in ("kvm", "tcg"):
        return wish
    if wish != "auto":
        raise LabError(f"LAB_ACCEL='{wish}' is unknown; use auto, kvm or tcg")
    if not os.access("/dev/kvm", os.R_OK | os.W_OK):
        return "tcg"
    key = [Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip(),
           output(["qemu-system-x86_64", "--version"]).splitlines()[0]]
    memory = paths.cache() / "accel.json"
    known = read(memory)
    if known.get("key") != key:
        known = {"key": key, "accel": "kvm" if probe(lab) else "tcg"}
        memory.write_text(json.dumps(known), encoding="ascii")
    return known["accel"]


def read(memory: Path) -> dict:
    """What an earlier probe found."""
    try:
        return json.loads(memory.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return {}


def probe(lab: state.Lab) -> bool:
    """Boot the first machine of @lab alone with KVM; True if it answers soon."""
    say(f"trying hardware acceleration (at most {PROBE_S} s, once)")
    alone = state.Lab(**{**lab.__dict__, "accel": "kvm", "machines": lab.machines[:1]})
    try:
        machine.start(alone, alone.machines[0])
        machine.wait_until_ready(alone, alone.machines[0], time.monotonic() + PROBE_S)
        return True
    except LabError:
        say("it does not work here: the machines are emulated")
        return False
    finally:
        with uninterrupted():
            machine.stop(list(state.processes(lab.home).values()), lab.home)
