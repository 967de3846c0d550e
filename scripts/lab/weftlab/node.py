# SPDX-License-Identifier: GPL-2.0-only
"""Work with one node: run commands, copy files, read its logs."""

import contextlib
import io
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
from pathlib import Path

from . import agent, machine, state
from .errors import LabError

# The log of the daemon in a node; 'lab load' starts it so.
DAEMON_LOG = "/var/log/weftd.log"
COPY_LIMIT_S = 600


def run(lab: state.Lab, node: str, argv: list[str], timeout: float = 60,
        stdin: bytes = b"") -> agent.Result:
    """Run a command in @node and collect what it says."""
    own = lab.machine_of(node)
    check_running(lab, own)
    return agent.execute(lab.home, own.number, lab.index_of(node), argv, timeout, stdin,
                         {"LAB_NODE": node})


def must(lab: state.Lab, node: str, argv: list[str], timeout: float = 60,
         stdin: bytes = b"") -> str:
    """The output of a command that has to succeed."""
    result = run(lab, node, argv, timeout, stdin)
    if result.status:
        said = (result.stderr or result.stdout).decode(errors="replace").strip()
        raise LabError(f"{node}: '{' '.join(argv)}' failed with status {result.status}: {said}")
    return result.text


def check_running(lab: state.Lab, own: state.Machine) -> None:
    """A dead machine is an error now, not a timeout later."""
    advice = {"dead": ("not running", "boot"), "frozen": ("frozen", "thaw"),
              "paused": ("paused", "resume")}
    condition = machine.condition(lab, own)
    if condition in advice:
        what, verb = advice[condition]
        raise LabError(f"the machine of {', '.join(own.nodes)} is {what}; "
                       f"'lab {verb} {own.nodes[0]}' lets it run")


def attach(lab: state.Lab, node: str, argv: list[str], timeout: float | None) -> int:
    """Run a command with our own standard input, output and error; its status."""
    own = lab.machine_of(node)
    check_running(lab, own)
    deadline = time.monotonic() + (timeout or 10 * 365 * 86400)
    outputs = {"O": sys.stdout.buffer, "R": sys.stderr.buffer}

    def sink(kind: str, data: bytes) -> None:
        outputs[kind].write(data)
        outputs[kind].flush()

    with agent.claim(lab.home, own.number, deadline) as port:
        # A machine that is paused does not answer the greeting.
        soon = min(deadline, time.monotonic() + 60)
        session = agent.Session(lab.home / f"vm{own.number}.port{port}", soon)
        session.deadline = deadline
        with contextlib.closing(session.socket):
            session.send("E", agent.encode_exec(lab.index_of(node), argv, {"LAB_NODE": node}))
            status = agent.stream(session, sys.stdin.fileno(), sink, pass_on=True)
            return agent.exit_code(status)


def push(lab: state.Lab, node: str, source: str, target: str) -> None:
    """Copy a file or a directory into @node, like cp -r."""
    path = Path(source)
    if not path.exists():
        raise LabError(f"'{source}' does not exist")
    into = target.endswith("/") or not run(lab, node, ["test", "-d", target]).status
    folder, name = (target, path.name) if into else os.path.split(target)
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w", format=tarfile.PAX_FORMAT) as tar:
        tar.add(path, arcname=name, filter=as_root)
    must(lab, node, ["sh", "-c", 'mkdir -p "$1" && tar -C "$1" -xf -', "sh", folder or "."],
         COPY_LIMIT_S, archive.getvalue())


def as_root(info: tarfile.TarInfo) -> tarfile.TarInfo:
    """Files in a node belong to root."""
    info.uid = info.gid = 0
    info.uname = info.gname = "root"
    return info


def pull(lab: state.Lab, node: str, source: str, target: str) -> None:
    """Copy a file or a directory out of @node, like cp -r."""
    folder, name = os.path.split(source.rstrip("/"))
    result = run(lab, node, ["tar", "-C", folder or ".", "-cf", "-", "--", name], COPY_LIMIT_S)
    if result.status:
        # The second line of tar only says that there was a first one.
        said = result.stderr.decode(errors="replace").strip()
        raise LabError(f"{node}: {said.partition(chr(10))[0]}")
    into = Path(target) if os.path.isdir(target) else Path(target).parent
    final = into / (name if os.path.isdir(target) else Path(target).name)
    if not into.is_dir():
        raise LabError(f"the directory '{into}' does not exist")
    # A node is not trusted: tar stays below the scratch directory, and without
    # --same-permissions it makes nothing setuid.
    with tempfile.TemporaryDirectory(dir=into) as scratch:
        unpacked = subprocess.run(["tar", "-C", scratch, "-xf", "-", "--no-same-owner",
                                   "--no-same-permissions"], input=result.stdout,
                                  stderr=subprocess.PIPE, timeout=COPY_LIMIT_S, check=False)
        if unpacked.returncode:
            raise LabError(unpacked.stderr.decode(errors="replace").strip())
        if final.is_dir():
            shutil.copytree(Path(scratch) / name, final, symlinks=True, dirs_exist_ok=True)
        else:
            os.replace(Path(scratch) / name, final)


def kernel_log(lab: state.Lab, node: str) -> str:
    """The kernel log; of a machine that does not answer, what its console saw."""
    own = lab.machine_of(node)
    try:
        return must(lab, node, ["dmesg"], 60)
    except LabError:
        path = lab.home / f"vm{own.number}.console"
        return path.read_text(errors="replace") if path.exists() else ""


def daemon_log(lab: state.Lab, node: str) -> str:
    """What weftd wrote since it was started by 'lab load'."""
    result = run(lab, node, ["cat", DAEMON_LOG])
    if result.status:
        raise LabError(f"{node} has no daemon log; 'lab load' starts the daemon")
    return result.text


def console_tail(lab: state.Lab, node: str) -> str:
    """The last words on the serial console."""
    return machine.last_words(lab, lab.machine_of(node).number)
