# SPDX-License-Identifier: GPL-2.0-only
"""The network of a lab as seen from inside its machines.

Machines are joined by one cable for each pair. Every node has one interface,
eth0, in one flat network. Where there are two machines of one node each, eth0
is the cable's own interface, so that measurements see nothing else. Otherwise
a bridge joins the cables and the nodes of a machine; cables are isolated ports
of it: what came in by a cable never goes out by another, so there is no loop.
"""

from . import agent, machine, state
from .errors import LabError

LIMIT_S = 60


def addresses(node: str) -> tuple[str, str]:
    """The IPv4 and the IPv6 address of a node."""
    number = int(node[1:])
    return f"10.77.0.{number}", f"fd77::{number}"


def own_addresses(node: str) -> list[str]:
    """ip commands that give eth0 of @node its addresses."""
    ipv4, ipv6 = addresses(node)
    return ["link set lo up", "link set eth0 up", f"addr add {ipv4}/24 dev eth0",
            f"addr add {ipv6}/64 dev eth0 nodad"]


def bridge(name: str, own: state.Machine, cables: list[str]) -> list[str]:
    """ip commands for a bridge with these cables as isolated ports."""
    lines = [f"link add name {name} address {machine.link_address(own.number, 0)} "
             "type bridge stp_state 0 forward_delay 0"]
    for cable in cables:
        lines += [f"link set {cable} master {name}",
                  f"link set {cable} type bridge_slave isolated on", f"link set {cable} up"]
    return lines + [f"link set {name} up"]


def machine_commands(lab: state.Lab, own: state.Machine, holders: list[int]) -> list[str]:
    """ip commands for the machine itself. @holders: a process in each node."""
    others = [other.number for other in lab.machines if other.number != own.number]
    cables = [f"cable{number}" for number in others]
    renames = [f"link set eth{index} name {cable}" for index, cable in enumerate(cables)]
    if lab.per_vm > 1:
        lines = ["link set lo up"] + renames + bridge("lab0", own, cables)
        for index, holder in enumerate(holders, 1):
            lines += [f"link add name node{index} type veth peer name eth0 netns {holder}",
                      f"link set node{index} master lab0 up"]
        return lines
    if len(others) == 1:
        return own_addresses(own.nodes[0])
    if others:
        return renames + bridge("eth0", own, cables) + own_addresses(own.nodes[0])
    return ["link add name eth0 type dummy"] + own_addresses(own.nodes[0])


def hosts_file(lab: state.Lab) -> str:
    """/etc/hosts of every machine."""
    lines = ["127.0.0.1 localhost", "::1 localhost"]
    for node in lab.nodes:
        lines += [f"{address} {node}" for address in addresses(node)]
    return "\n".join(lines) + "\n"


def run_batch(lab: state.Lab, own: state.Machine, index: int, lines: list[str],
              hosts: str = "") -> None:
    """Run ip commands in node @index of the machine, in one go."""
    script = ""
    if hosts:
        script = f"cat >/etc/hosts <<'END'\n{hosts}END\n"
    script += "exec ip -batch - <<'END'\n" + "\n".join(lines) + "\nEND\n"
    result = agent.execute(lab.home, own.number, index, ["sh", "-s"], LIMIT_S,
                           stdin=script.encode())
    if result.status:
        raise LabError(f"the network of machine {own.number} cannot be set up: "
                       + result.stderr.decode(errors="replace").strip())


def configure(lab: state.Lab, own: state.Machine, holders: list[int]) -> None:
    """Set up a machine that has just booted, and its nodes."""
    run_batch(lab, own, 0, machine_commands(lab, own, holders), hosts_file(lab))
    if lab.per_vm > 1:
        for index, node in enumerate(own.nodes, 1):
            run_batch(lab, own, index, own_addresses(node))
