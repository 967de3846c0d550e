# SPDX-License-Identifier: GPL-2.0-only
"""What is remembered of a running lab, in one JSON file.

The file is a help, not the truth: which machines run is read from /proc, where
every QEMU of a lab carries the lab's directory on its command line.
"""

import json
import os
import re
from dataclasses import asdict, dataclass, field
from pathlib import Path

from . import paths
from .errors import LabError


@dataclass
class Machine:
    """One virtual machine. number counts from 1."""

    number: int
    kernel: str
    release: str
    nodes: list[str]


@dataclass
class Lab:
    """A lab as 'lab up' made it.

    number: 1 to 250, in the second byte of its loopback addresses
    cuts:   pairs [from, to]: what 'from' sends does not reach 'to'
    """

    name: str
    number: int
    accel: str
    per_vm: int
    mem: int
    smp: int
    root: str
    shared_disk: int = 0
    machines: list[Machine] = field(default_factory=list)
    cuts: list[list[str]] = field(default_factory=list)

    @property
    def home(self) -> Path:
        """The directory of this lab."""
        return directory(self.name)

    @property
    def nodes(self) -> list[str]:
        """All nodes, n1 first."""
        return [node for machine in self.machines for node in machine.nodes]

    def machine_of(self, node: str) -> Machine:
        """The machine on which @node lives."""
        for machine in self.machines:
            if node in machine.nodes:
                return machine
        raise LabError(f"lab '{self.name}' has no node '{node}'; it has {', '.join(self.nodes)}")

    def index_of(self, node: str) -> int:
        """The number of @node in its machine: 0 is the machine itself."""
        machine = self.machine_of(node)
        return machine.nodes.index(node) + 1 if self.per_vm > 1 else 0

    def save(self) -> None:
        """Write the file; a reader sees the old or the new one, never half."""
        scratch = self.home / "lab.json.new"
        scratch.write_text(json.dumps(asdict(self), indent=1), encoding="utf-8")
        scratch.rename(self.home / "lab.json")


def lab_name() -> str:
    """LAB from the environment; it becomes part of paths."""
    name = os.environ.get("LAB", "default")
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,31}", name):
        raise LabError(f"LAB='{name}' is not a name: use 1 to 32 letters, digits, '_', '.', '-'")
    return name


def directory(name: str) -> Path:
    """Where the lab called @name keeps its sockets and files."""
    return paths.state_root() / name


def load(name: str) -> Lab:
    """The lab called @name."""
    try:
        data = json.loads((directory(name) / "lab.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise LabError(f"lab '{name}' is not up; start it with 'lab up'") from None
    machines = [Machine(**machine) for machine in data.pop("machines")]
    return Lab(machines=machines, **data)


def marker(home: Path, machine: int) -> str:
    """On the command line of the QEMU of this machine, and of nothing else."""
    return f"weft-lab:{home}:vm{machine}:"


def processes(home: Path) -> dict[int, int]:
    """Process numbers of the machines that run now, by machine number."""
    found = {}
    pattern = re.compile(re.escape(f"weft-lab:{home}:vm").encode() + rb"(\d+):")
    for entry in os.listdir("/proc"):
        if not entry.isdigit():
            continue
        try:
            line = Path(f"/proc/{entry}/cmdline").read_bytes()
        except OSError:
            continue
        match = pattern.search(line)
        if match and line.startswith(b"qemu-system") or match and b"/qemu-system" in line[:200]:
            found[int(match[1])] = int(entry)
    return found


def is_stopped(pid: int) -> bool:
    """True if the process is held by SIGSTOP."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return False
    return text.rpartition(")")[2].split()[0] in ("T", "t")
