# SPDX-License-Identifier: GPL-2.0-only
"""Start and stop one virtual machine."""

import contextlib
import os
import signal
import socket
import subprocess
import time
from pathlib import Path

from . import agent, kernel, state
from .errors import LabError
from .initramfs import initramfs

COMMAND_LINE = ("console=ttyS0 loglevel=5 panic=-1 mitigations=off tsc=reliable "
                "no_timer_check random.trust_cpu=on net.ifnames=0")

# Emulated processors of a machine take turns. Side by side, one may go on to execute
# what another has just written over, before QEMU 8.1: a kernel that patches itself,
# at a tracepoint say, then dies of a breakpoint that is no more (Oops: int3).
TURNS = {"tcg": ",thread=single"}

# Of every link between two machines, on addresses 127.LAB.FROM.TO.
LINK_PORT = 7700
LINK_BUFFER = 4 << 20


def link_socket(lab: state.Lab, here: int, there: int) -> socket.socket:
    """Our end of the cable between two machines: UDP on loopback.

    Both ends are fixed addresses, so that either machine may die and come back.
    """
    link = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    for option in (socket.SO_SNDBUF, socket.SO_RCVBUF):
        link.setsockopt(socket.SOL_SOCKET, option, LINK_BUFFER)
    # The same beyond the system's limit, where we are allowed to.
    for forced in (32, 33):
        with contextlib.suppress(OSError):
            link.setsockopt(socket.SOL_SOCKET, forced, LINK_BUFFER)
    try:
        link.bind((f"127.{lab.number}.{here}.{there}", LINK_PORT))
    except OSError as error:
        link.close()
        raise LabError(f"the link from machine {here} to {there} cannot be made: {error}; "
                       "a machine of an earlier lab may still run: 'lab down'") from None
    link.connect((f"127.{lab.number}.{there}.{here}", LINK_PORT))
    return link


def can_link(number: int) -> bool:
    """False if a lab we do not know of, of another user say, has this number."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind((f"127.{number}.1.2", LINK_PORT))
            return True
        except OSError:
            return False


def link_address(here: int, there: int) -> str:
    """The hardware address of the interface of machine @here towards @there."""
    return f"52:54:77:00:{here:02x}:{there:02x}"


def arguments(lab: state.Lab, machine: state.Machine, links: dict[int, int]) -> list[str]:
    """The command line of QEMU. @links: socket number for each other machine."""
    home, number = lab.home, machine.number
    booted = kernel.get(machine.kernel)
    argv = ["qemu-system-x86_64", "-name", state.marker(home, number), "-M", "q35",
            "-accel", lab.accel + TURNS.get(lab.accel, ""),
            "-cpu", "host" if lab.accel == "kvm" else "max", "-m", str(lab.mem),
            "-smp", str(lab.smp), "-nodefaults", "-no-user-config", "-no-reboot",
            "-display", "none", "-serial", f"file:{home}/vm{number}.console",
            "-qmp", f"unix:{home}/vm{number}.qmp,server=on,wait=off",
            "-kernel", str(booted.image), "-initrd", str(initramfs(booted)),
            "-append", COMMAND_LINE]
    disks = [lab.root] + ([str(booted.disk)] if booted.disk else [])
    for index, path in enumerate(disks):
        argv += ["-drive", f"if=none,id=d{index},file={path},format=raw,readonly=on,"
                 "file.locking=off", "-device", f"virtio-blk-pci,drive=d{index}"]
    if lab.shared_disk:
        argv += ["-drive", f"if=none,id=shared,file={home}/shared.img,format=raw,cache=none,"
                 "file.locking=off", "-device",
                 "virtio-blk-pci,drive=shared,share-rw=on,serial=shared"]
    argv += ["-device", f"virtio-serial-pci,max_ports={agent.PORTS + 1}"]
    for port in range(agent.PORTS):
        argv += ["-chardev", f"socket,id=c{port},path={home}/vm{number}.port{port},"
                 "server=on,wait=off",
                 "-device", f"virtserialport,chardev=c{port},name=weft.{port}"]
    for there, descriptor in links.items():
        argv += ["-netdev", f"dgram,id=l{there},local.type=fd,local.str={descriptor}",
                 "-device", f"virtio-net-pci,netdev=l{there},romfile=,"
                 f"mac={link_address(number, there)}"]
    return argv


def start(lab: state.Lab, machine: state.Machine) -> None:
    """Start QEMU for @machine and come back at once.

    From here on the process is found by its command line, so that an interrupt
    between these lines loses nothing.
    """
    others = [other.number for other in lab.machines if other.number != machine.number]
    pause_flag(lab, machine.number).unlink(missing_ok=True)
    with contextlib.ExitStack() as stack:
        links = {there: stack.enter_context(
            contextlib.closing(link_socket(lab, machine.number, there))) for there in others}
        numbers = {there: link.fileno() for there, link in links.items()}
        with open(lab.home / f"vm{machine.number}.qemu.log", "ab") as log:
            try:
                subprocess.Popen(arguments(lab, machine, numbers), stdin=subprocess.DEVNULL,
                                 stdout=log, stderr=log, pass_fds=list(numbers.values()),
                                 start_new_session=True)
            except FileNotFoundError:
                raise LabError("QEMU is not installed; run scripts/setup-host.sh") from None


def condition(lab: state.Lab, machine: state.Machine) -> str:
    """running, paused, frozen or dead."""
    pid = state.processes(lab.home).get(machine.number)
    if pid is None:
        return "dead"
    if state.is_stopped(pid):
        return "frozen"
    return "paused" if pause_flag(lab, machine.number).exists() else "running"


def pause_flag(lab: state.Lab, number: int) -> Path:
    """There while the machine is paused. QEMU answers one question at a time, and
    every command in a node would have to ask."""
    return lab.home / f"vm{number}.paused"


def wait_until_ready(lab: state.Lab, machine: state.Machine, deadline: float) -> None:
    """Until the machine answers, or died, or the time is over."""
    while True:
        try:
            soon = min(deadline, time.monotonic() + 2)
            session = agent.Session(lab.home / f"vm{machine.number}.port0", soon)
            session.socket.close()
            return
        except LabError:
            if machine.number not in state.processes(lab.home):
                raise LabError(f"machine {machine.number} ended while it booted:\n"
                               + last_words(lab, machine.number)) from None
            if time.monotonic() > deadline:
                raise LabError(f"machine {machine.number} did not answer in time:\n"
                               + last_words(lab, machine.number)) from None


def last_words(lab: state.Lab, number: int) -> str:
    """The ends of QEMU's messages and of the console."""
    lines = []
    for name in (f"vm{number}.qemu.log", f"vm{number}.console"):
        with contextlib.suppress(OSError):
            text = (lab.home / name).read_text(errors="replace")
            lines += [f"  {line}" for line in text.splitlines()[-10:]]
    return "\n".join(lines) or "  (it said nothing)"


def stop(pids: list[int], home: Path) -> None:
    """Kill these QEMUs and wait until they are gone. A stopped one dies as well."""
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    end = time.monotonic() + 10
    while set(pids) & set(state.processes(home).values()):
        # Our own children stay in the table until they are collected.
        with contextlib.suppress(ChildProcessError):
            os.waitpid(-1, os.WNOHANG)
        if time.monotonic() > end:
            raise LabError(f"QEMU {pids} does not die")
        time.sleep(0.01)
