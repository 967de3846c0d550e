# SPDX-License-Identifier: GPL-2.0-only
"""Put what was built into the nodes: the module, the daemon, the command."""

import tempfile
from pathlib import Path

from . import node, paths, state
from .errors import LabError
from .run import run, say

MODULE = "/lib/weft/weft.ko"
CONFIG = "/etc/weft/weft.conf"
READY_LIMIT_S = 60

# Start the daemon and come back when it serves, or with its words when it died.
START_DAEMON = r"""
log=$1
setsid weftd --config /etc/weft/weft.conf </dev/null >"$log" 2>&1 &
pid=$!
tries=0
until weft status >/dev/null 2>&1; do
    kill -0 $pid 2>/dev/null || { cat "$log" >&2; exit 1; }
    tries=$((tries + 1))
    [ $tries -lt 100 ] || { echo "weftd does not answer" >&2; exit 1; }
    sleep 0.1
done
"""


def built(name: str, hint: str) -> Path:
    """A file below build/, which 'make' makes."""
    path = paths.BUILD / name
    if not path.exists():
        raise LabError(f"build/{name} is missing; run '{hint}'")
    return path


def config_text(cluster: str, number: int) -> str:
    """The configuration of one node."""
    return f"[cluster]\nname = {cluster}\nnode = {number}\n"


def push_stripped(lab: state.Lab, name: str, module: Path) -> None:
    """The module without what only a debugger reads, most of its size."""
    with tempfile.TemporaryDirectory() as folder:
        slim = Path(folder) / "weft.ko"
        run(["strip", "--strip-debug", "-o", slim, module])
        node.push(lab, name, str(slim), MODULE)


def load_machine(lab: state.Lab, own: state.Machine, cluster: str) -> None:
    """Programs and module into one machine; the module is loaded."""
    wanted = own.kernel if own.kernel == "debug" else own.release
    module = built(f"{own.release}/weft.ko", f"make module KVER={wanted}")
    programs = [built(f"bin/{name}", "make tools") for name in ("weft", "weftd")]
    first = own.nodes[0]
    for program in programs:
        node.push(lab, first, str(program), "/usr/bin/" + program.name)
    push_stripped(lab, first, module)
    identity = []
    if lab.per_vm == 1:
        # As a user does it. Nodes that share a kernel are named by their daemons.
        identity = [f"cluster={cluster}", f"node={first[1:]}"]
    node.must(lab, first, ["insmod", MODULE, *identity])


def load(lab: state.Lab, nodes: list[str], daemons: bool = True) -> None:
    """Load the machines of @nodes, or all, then start a daemon in every node of them."""
    numbers = {lab.machine_of(name).number for name in nodes or lab.nodes}
    machines = [own for own in lab.machines if own.number in numbers]
    for own in machines:
        say(f"loading weft into {', '.join(own.nodes)}")
        load_machine(lab, own, lab.name)
    for name in [name for own in machines for name in own.nodes] if daemons else []:
        start_daemon(lab, name, lab.name)


def start_daemon(lab: state.Lab, name: str, cluster: str) -> None:
    """Configure and start weftd in one node."""
    node.must(lab, name, ["sh", "-c", f"cat >{CONFIG}"],
              stdin=config_text(cluster, int(name[1:])).encode())
    node.must(lab, name, ["sh", "-c", START_DAEMON, "sh", node.DAEMON_LOG], READY_LIMIT_S)
