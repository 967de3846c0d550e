# SPDX-License-Identifier: GPL-2.0-only
"""Break things, so that every one of them can be mended again."""

import contextlib
import os
import re
import signal
import time

from . import cluster, machine, network, node, qmp, state
from .errors import LabError
from .run import locked, say


def parse_cut(lab: state.Lab, text: str) -> list[list[str]]:
    """The pairs that a partition cuts.

    'n1 | n2,n3'  nothing passes between the groups, in both directions
    'n1 -> n2,n3' what n1 sends does not reach n2 and n3
    """
    one_way = "->" in text
    if one_way == ("|" in text):
        raise LabError(f"partition '{text}': write 'n1 | n2,n3' or, one way only, 'n1 -> n2,n3'")
    groups = [[name for name in re.split(r"[,\s]+", part) if name]
              for part in re.split(r"->|\|", text)]
    named = [name for group in groups for name in group]
    for name in named:
        lab.machine_of(name)
    if len(named) != len(set(named)):
        raise LabError(f"partition '{text}': a node is named twice")
    if not all(groups) or one_way and len(groups) != 2:
        raise LabError(f"partition '{text}': each side needs at least one node")
    cuts = []
    for number, group in enumerate(groups):
        others = groups[number + 1:] if one_way else groups[:number] + groups[number + 1:]
        cuts += [[a, b] for a in group for other in others for b in other]
    return cuts


def ruleset(sources: list[str]) -> str:
    """nftables input: drop what comes from these nodes, and nothing else.

    Dropping where it arrives makes a cut silent for the sender, as a broken
    cable is. Replaces what an earlier cut left.
    """
    lines = ["table inet lab", "delete table inet lab"]
    if sources:
        rules = []
        for name in sources:
            ipv4, ipv6 = network.addresses(name)
            rules += [f"ip saddr {ipv4} drop", f"ip6 saddr {ipv6} drop"]
        lines += ["table inet lab {", "chain cut {",
                  "type filter hook prerouting priority -400;", *rules, "}", "}"]
    return "\n".join(lines) + "\n"


def apply_cuts(lab: state.Lab, name: str) -> None:
    """Make the filter of one node agree with lab.cuts."""
    sources = [a for a, b in lab.cuts if b == name]
    node.must(lab, name, ["nft", "-f", "-"], stdin=ruleset(sources).encode())


def partition(name: str, text: str) -> None:
    """Add a cut to those that are there."""
    with locked(state.directory(name) / "lock", timeout=60):
        lab = state.load(name)
        added = [cut for cut in parse_cut(lab, text) if cut not in lab.cuts]
        lab.cuts += added
        lab.save()
        for target in sorted({b for _, b in added}):
            apply_cuts(lab, target)


def heal(name: str) -> None:
    """Mend the network: all cuts and all netem are gone."""
    with locked(state.directory(name) / "lock", timeout=60):
        lab = state.load(name)
        lab.cuts = []
        lab.save()
        states = cluster.node_states(lab)
        for target in lab.nodes:
            if states[target] == "running":
                apply_cuts(lab, target)
                netem(lab, target, ["off"])
        asleep = [target for target in lab.nodes if states[target] in ("paused", "frozen")]
    if asleep:
        raise LabError(f"{', '.join(asleep)} cannot be reached: resume or thaw, then heal again")


def netem(lab: state.Lab, name: str, words: list[str]) -> None:
    """Shape what a node sends. 'off' ends it."""
    if words == ["off"]:
        node.run(lab, name, ["tc", "qdisc", "del", "dev", "eth0", "root"])
        return
    node.must(lab, name, ["tc", "qdisc", "replace", "dev", "eth0", "root", "netem", *words])


def pause(lab: state.Lab, name: str) -> None:
    """Stop the virtual processors: the clocks of the guest stand still."""
    number = lab.machine_of(name).number
    qmp.command(lab.home / f"vm{number}.qmp", "stop")
    machine.pause_flag(lab, number).touch()


def resume(lab: state.Lab, name: str) -> None:
    """The opposite of pause()."""
    number = lab.machine_of(name).number
    qmp.command(lab.home / f"vm{number}.qmp", "cont")
    machine.pause_flag(lab, number).unlink(missing_ok=True)


def process_of(lab: state.Lab, name: str) -> int:
    """The QEMU that runs @name."""
    own = lab.machine_of(name)
    pid = state.processes(lab.home).get(own.number)
    if pid is None:
        raise LabError(f"the machine of {name} is not running; 'lab boot {name}' starts it")
    return pid


def freeze(lab: state.Lab, name: str) -> None:
    """Stop the process of the machine: afterwards its clocks jump."""
    pid = process_of(lab, name)
    os.kill(pid, signal.SIGSTOP)
    end = time.monotonic() + 10
    while not state.is_stopped(pid):
        if time.monotonic() > end:
            raise LabError(f"the machine of {name} does not stop")
        time.sleep(0.01)


def thaw(lab: state.Lab, name: str) -> None:
    """The opposite of freeze()."""
    os.kill(process_of(lab, name), signal.SIGCONT)


def kill(lab: state.Lab, name: str) -> None:
    """The power fails. All nodes of the machine are gone."""
    machine.stop([process_of(lab, name)], lab.home)
    say(f"the machine of {', '.join(lab.machine_of(name).nodes)} is dead")


def boot(name: str, target: str) -> None:
    """Start the machine of @target again, from its clean root image."""
    lab = state.load(name)
    own = lab.machine_of(target)
    if own.number in state.processes(lab.home):
        raise LabError(f"the machine of {target} is running; 'lab kill {target}' first")
    try:
        machine.start(lab, own)
        cluster.finish_boot(lab, own)
    except BaseException:
        pid = state.processes(lab.home).get(own.number)
        if pid:
            machine.stop([pid], lab.home)
        raise
    for name_here in own.nodes:
        if any(b == name_here for _, b in lab.cuts):
            apply_cuts(lab, name_here)


def clock(lab: state.Lab, name: str, text: str) -> None:
    """Step the wall clock of the machine; 'sync' sets it to ours."""
    if text == "sync":
        node.must(lab, name, ["date", "-u", "-s", f"@{time.time():.6f}"])
        return
    if not re.fullmatch(r"[+-]\d+(\.\d+)?", text):
        raise LabError(f"clock '{text}': write +SECONDS, -SECONDS or sync")
    node.must(lab, name, ["date", "-u", "-s", f"{text} seconds"])


def undo_stops(lab: state.Lab) -> None:
    """Let every paused or frozen machine go on."""
    for own in lab.machines:
        with contextlib.suppress(LabError, ProcessLookupError):
            thaw(lab, own.nodes[0])
        with contextlib.suppress(LabError):
            resume(lab, own.nodes[0])
