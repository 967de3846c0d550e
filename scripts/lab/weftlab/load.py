# SPDX-License-Identifier: GPL-2.0-only
"""Put what was built into the nodes: the module, the daemon, the command."""

import os
import secrets
import tempfile
from pathlib import Path

from . import network, node, paths, state
from .errors import LabError
from .run import run, say

MODULE = "/lib/weft/weft.ko"
# The programs, and where they lie in a node; the last where "make tools" expects it.
PROGRAMS = {"bin/weft": "/usr/bin/weft", "bin/weftd": "/usr/bin/weftd",
            "libexec/weft-body": "/usr/local/libexec/weft/weft-body"}
CONFIG = "/etc/weft/weft.conf"
KEY = "/etc/weft/key"
# Not crc32c_intel: without hardware virtualisation its instruction is slower than a table.
KERNEL_MODULES = ["aesni_intel", "ghash_clmulni_intel", "tls"]
# How the nodes protect what they say to each other; "none" is plain TCP.
CIPHERS = ["aes-128-gcm", "chacha20-poly1305", "none"]
READY_LIMIT_S = 60

# Start the daemon and come back when it serves, or with its words when it died.
START_DAEMON = r"""
log=$1
setsid weftd --config /etc/weft/weft.conf </dev/null >"$log" 2>&1 &
pid=$!
echo $pid >/run/weftd.lab
tries=0
until weft status >/dev/null 2>&1; do
    kill -0 $pid 2>/dev/null || { cat "$log" >&2; exit 1; }
    tries=$((tries + 1))
    [ $tries -lt 100 ] || { echo "weftd does not answer" >&2; exit 1; }
    sleep 0.1
done
"""

# End the daemon that START_DAEMON started, if it still runs.
STOP_DAEMON = r"""
[ -s /run/weftd.lab ] || exit 0
pid=$(cat /run/weftd.lab)
rm /run/weftd.lab
kill "$pid" 2>/dev/null || exit 0
tries=0
while kill -0 "$pid" 2>/dev/null; do
    tries=$((tries + 1))
    [ $tries -lt 100 ] || { echo "weftd does not end" >&2; exit 1; }
    sleep 0.1
done
"""


def built(name: str, hint: str) -> Path:
    """A file below build/, which 'make' makes."""
    path = paths.BUILD / name
    if not path.exists():
        raise LabError(f"build/{name} is missing; run '{hint}'")
    return path


def config_text(lab: state.Lab, number: int, cipher: str) -> str:
    """The configuration of one node: all nodes of the lab are the cluster."""
    lines = ["[cluster]", f"name = {lab.name}", f"node = {number}", "[security]"]
    if cipher == "none":
        lines += ["insecure = yes"]
    else:
        lines += [f"key_file = {KEY}", f"cipher = {cipher}"]
    lines += ["[membership]", "backend = static", "[nodes]"]
    lines += [f"{name[1:]} = {network.addresses(name)[0]}" for name in lab.nodes]
    return "\n".join(lines) + "\n"


def cluster_key(lab: state.Lab) -> bytes:
    """The key of the lab's cluster, as 'weft keygen' would write it."""
    path = lab.home / "cluster.key"
    if not path.exists():
        fresh = path.with_suffix(f".{os.getpid()}")
        fresh.write_text(secrets.token_hex(32) + "\n", encoding="ascii")
        fresh.chmod(0o600)
        os.replace(fresh, path)
    return path.read_bytes()


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
    programs = {built(name, "make tools"): target for name, target in PROGRAMS.items()}
    first = own.nodes[0]
    for program, target in programs.items():
        node.push(lab, first, str(program), target)
    push_stripped(lab, first, module)
    identity = []
    if lab.per_vm == 1:
        # As a user does it. Nodes that share a kernel are named by their daemons.
        identity = [f"cluster={cluster}", f"node={first[1:]}"]
    for name in own.nodes:
        node.must(lab, name, ["sh", "-c", STOP_DAEMON])
    node.must(lab, first, ["sh", "-c", "! grep -q '^weft ' /proc/modules || rmmod weft"])
    # What udev and the daemon would load, which takes seconds in an emulated machine.
    node.run(lab, first, ["modprobe", "-qa", *KERNEL_MODULES])
    node.must(lab, first, ["insmod", MODULE, *identity])


def load(lab: state.Lab, nodes: list[str], daemons: bool = True,
         cipher: str = CIPHERS[0]) -> None:
    """Load the machines of @nodes, or all, then start a daemon in every node of them.

    What 'lab load' started there before is stopped and replaced."""
    numbers = {lab.machine_of(name).number for name in nodes or lab.nodes}
    machines = [own for own in lab.machines if own.number in numbers]
    for own in machines:
        say(f"loading weft into {', '.join(own.nodes)}")
        load_machine(lab, own, lab.name)
    for name in [name for own in machines for name in own.nodes] if daemons else []:
        start_daemon(lab, name, cipher)


def start_daemon(lab: state.Lab, name: str, cipher: str) -> None:
    """Configure and start weftd in one node."""
    node.must(lab, name, ["sh", "-c", f"umask 077; cat >{KEY}"], stdin=cluster_key(lab))
    node.must(lab, name, ["sh", "-c", f"cat >{CONFIG}"],
              stdin=config_text(lab, int(name[1:]), cipher).encode())
    node.must(lab, name, ["sh", "-c", START_DAEMON, "sh", node.DAEMON_LOG], READY_LIMIT_S)
