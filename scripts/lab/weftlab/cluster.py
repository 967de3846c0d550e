# SPDX-License-Identifier: GPL-2.0-only
"""Bring a whole lab up, take it down, tell how it is."""

import shutil
import time
from dataclasses import dataclass, field
from pathlib import Path

from . import accel, agent, image, kernel, machine, network, paths, state
from .errors import LabError
from .initramfs import initramfs
from .run import locked, say, uninterrupted

NODES_MAX = 64
MACHINES_MAX = 16
BOOT_LIMIT_S = {"debug": 300}
BOOT_LIMIT_DEFAULT_S = 120


@dataclass
class Wish:
    """What 'lab up' was asked for."""

    nodes: int = 3
    kernels: dict[str, str] = field(default_factory=dict)
    default_kernel: str = "6.1"
    per_vm: int = 1
    mem: int = 0
    smp: int = 2
    packages: list[str] = field(default_factory=list)
    shared_disk: int = 0


def parse_kernels(text: str) -> tuple[str, dict[str, str]]:
    """'6.12', or 'n1=6.1,n2=6.12'; nodes not named there get 6.1."""
    default, kernels = "6.1", {}
    for word in filter(None, text.split(",")):
        node, equals, kind = word.partition("=")
        if not equals:
            default, kind = word, word
        if kind not in kernel.KINDS:
            raise LabError(f"unknown kernel '{kind}'; choose one of {', '.join(kernel.KINDS)}")
        if equals:
            kernels[node] = kind
    return default, kernels


def plan(wish: Wish) -> list[state.Machine]:
    """Which machine runs which nodes and kernel."""
    if not 1 <= wish.nodes <= NODES_MAX:
        raise LabError(f"--nodes {wish.nodes}: must be 1 to {NODES_MAX}")
    if not 1 <= wish.per_vm <= NODES_MAX:
        raise LabError(f"--per-vm {wish.per_vm}: must be 1 to {NODES_MAX}")
    names = [f"n{number}" for number in range(1, wish.nodes + 1)]
    unknown = set(wish.kernels) - set(names)
    if unknown:
        raise LabError(f"--kernel names {', '.join(sorted(unknown))}, but the nodes are "
                       f"{names[0]} to {names[-1]}")
    machines = []
    for first in range(0, wish.nodes, wish.per_vm):
        nodes = names[first:first + wish.per_vm]
        kinds = {wish.kernels.get(node, wish.default_kernel) for node in nodes}
        if len(kinds) > 1:
            raise LabError(f"--kernel: {', '.join(nodes)} share a machine, so they share a kernel")
        kind = kinds.pop()
        machines.append(state.Machine(len(machines) + 1, kind, kernel.get(kind).release, nodes))
    if len(machines) > MACHINES_MAX:
        raise LabError(f"{len(machines)} machines are too many; the limit is {MACHINES_MAX}: "
                       "use --per-vm")
    return machines


def free_number() -> int:
    """A number for the loopback addresses that no other lab uses."""
    used = set()
    for path in paths.state_root().iterdir():
        try:
            used.add(state.load(path.name).number)
        except (LabError, ValueError, TypeError, NotADirectoryError):
            continue
    for number in range(1, 251):
        if number not in used and machine.can_link(number):
            return number
    raise LabError("there are 250 labs; take one down with 'lab down'")


def prepare(wish: Wish, name: str) -> state.Lab:
    """Everything before the first machine starts."""
    machines = plan(wish)
    for own in machines:
        initramfs(kernel.get(own.kernel))
    root = image.root_image(wish.packages)
    debug = any(own.kernel == "debug" for own in machines)
    mem = wish.mem or ((768 if debug else 384) + 64 * (wish.per_vm - 1))
    home = state.directory(name)
    with locked(paths.state_root() / ".number.lock", timeout=30):
        if home.exists():
            if state.processes(home):
                raise LabError(f"lab '{name}' is already up; 'lab down' takes it down")
            shutil.rmtree(home)
        number = free_number()
        home.mkdir()
        lab = state.Lab(name, number, "tcg", wish.per_vm, mem, wish.smp, str(root),
                        wish.shared_disk, machines)
        lab.save()
    return lab


def up(wish: Wish, name: str) -> state.Lab:
    """Start a lab; when this fails or is interrupted, nothing of it is left."""
    lab = prepare(wish, name)
    try:
        if lab.shared_disk:
            with open(lab.home / "shared.img", "wb") as file:
                file.truncate(lab.shared_disk << 20)
        lab.accel = accel.choose(lab)
        lab.save()
        say(f"starting {count(len(lab.machines), 'machine')}")
        start = time.monotonic()
        for own in lab.machines:
            machine.start(lab, own)
        for own in lab.machines:
            finish_boot(lab, own)
            say(f"{', '.join(own.nodes)} ready after {time.monotonic() - start:.1f} s")
    except BaseException:
        with uninterrupted():
            down(name)
        raise
    return lab


def finish_boot(lab: state.Lab, own: state.Machine) -> None:
    """Wait for a machine that was started, make its nodes and their network."""
    deadline = time.monotonic() + BOOT_LIMIT_S.get(own.kernel, BOOT_LIMIT_DEFAULT_S)
    machine.wait_until_ready(lab, own, deadline)
    if lab.per_vm > 1:
        holders = [agent.make_node(lab.home, own.number, index, node, deadline)
                   for index, node in enumerate(own.nodes, 1)]
    else:
        holders = []
        agent.make_node(lab.home, own.number, 0, own.nodes[0], deadline)
    network.configure(lab, own, holders)


def down(name: str) -> bool:
    """Stop every machine of the lab and forget it. True if there was anything."""
    home = state.directory(name)
    pids = list(state.processes(home).values())
    if pids:
        machine.stop(pids, home)
    existed = home.exists()
    if existed:
        shutil.rmtree(home)
    return bool(pids) or existed


def node_states(lab: state.Lab) -> dict[str, str]:
    """running, paused, frozen or dead, for each node."""
    return {node: condition for own in lab.machines
            for condition in [machine.condition(lab, own)] for node in own.nodes}


def describe(lab: state.Lab) -> dict:
    """What 'lab status' shows."""
    states = node_states(lab)
    alive = state.processes(lab.home)
    nodes = []
    for node in lab.nodes:
        own = lab.machine_of(node)
        ipv4, ipv6 = network.addresses(node)
        nodes.append({"name": node, "state": states[node], "machine": own.number,
                      "kernel": own.kernel, "release": own.release,
                      "pid": alive.get(own.number), "ipv4": ipv4, "ipv6": ipv6})
    return {"schema_version": 1, "name": lab.name, "accelerator": lab.accel,
            "memory_mb": lab.mem, "smp": lab.smp, "directory": str(lab.home),
            "nodes": nodes, "cuts": [{"from": a, "to": b} for a, b in lab.cuts]}


def console(lab: state.Lab, number: int) -> Path:
    """The file with all that the machine wrote to its serial console."""
    return lab.home / f"vm{number}.console"


def count(number: int, noun: str) -> str:
    """'1 node', '2 nodes'."""
    return f"{number} {noun}{'s' * (number != 1)}"


def report_up(lab: state.Lab, seconds: float) -> None:
    """One line for the user."""
    kinds = ", ".join(sorted({f"{own.kernel} ({own.release})" for own in lab.machines}))
    say(f"lab '{lab.name}' is up in {seconds:.1f} s: {count(len(lab.nodes), 'node')} in "
        f"{count(len(lab.machines), 'machine')}, kernel {kinds}, {lab.accel}")
