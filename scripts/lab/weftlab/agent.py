# SPDX-License-Identifier: GPL-2.0-only
"""Run commands in a machine, over a virtio serial port: see guest/guest.h.

One session uses one port, so a machine runs PORTS commands at the same time;
further ones wait. When this process dies, the port is closed and the guest
kills the command.
"""

import contextlib
import fcntl
import os
import select
import signal
import socket
import struct
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Iterator

from .errors import Interrupted, LabError, Timeout

PORTS = 8
MAGIC = b"\xffweftlab"
NONCE = 16
CHUNK = 32 * 1024

# How long one hello may take before it is taken for lost.
HELLO_S = 1.0


@dataclass
class Result:
    """What a command did. status is the exit code, or 128 + the signal."""

    status: int
    stdout: bytes
    stderr: bytes

    @property
    def text(self) -> str:
        """Standard output as text."""
        return self.stdout.decode(errors="replace")


def exit_code(wait_status: int) -> int:
    """As a shell gives it."""
    if os.WIFSIGNALED(wait_status):
        return 128 + os.WTERMSIG(wait_status)
    return os.WEXITSTATUS(wait_status)


@contextlib.contextmanager
def claim(home: Path, machine: int, deadline: float) -> Iterator[int]:
    """One of the ports of the machine, ours until we leave or die."""
    while True:
        for port in range(PORTS):
            with open(home / f"vm{machine}.port{port}.lock", "a", encoding="ascii") as file:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    continue
                yield port
                return
        if time.monotonic() > deadline:
            raise Timeout(f"all {PORTS} command channels of machine {machine} are busy")
        time.sleep(0.05)


class Session:
    """A connection to one port, greeted and ready for one request."""

    def __init__(self, path: Path, deadline: float):
        self.deadline = deadline
        self.buffer = bytearray()
        self.pending = bytearray()
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            self.connect(path)
            self.greet()
        except BaseException:
            self.socket.close()
            raise

    def connect(self, path: Path) -> None:
        """The port is there as soon as the virtual machine has started."""
        while True:
            try:
                self.socket.connect(str(path))
                self.socket.setblocking(False)
                return
            except (FileNotFoundError, ConnectionRefusedError):
                self.check_time("the machine is not running")
                time.sleep(0.02)

    def check_time(self, what: str) -> None:
        """Raise Timeout when the deadline has passed."""
        if time.monotonic() > self.deadline:
            raise Timeout(what)

    def greet(self) -> None:
        """Both ends drop what an earlier session left on the line.

        A hello can be lost with that, so it is repeated, each time with a new
        nonce: what comes before the echo of the newest one is dropped.
        """
        deadline, hello = self.deadline, b""
        while not hello or hello not in self.buffer:
            if not hello or time.monotonic() > self.deadline:
                if time.monotonic() > deadline:
                    raise Timeout("the machine does not answer")
                hello = MAGIC + os.urandom(NONCE)
                self.pending += hello
                self.deadline = min(deadline, time.monotonic() + HELLO_S)
            with contextlib.suppress(Timeout):
                self.transfer("")
        self.deadline = deadline
        del self.buffer[:self.buffer.index(hello) + len(hello)]

    def transfer(self, what: str, extra: tuple = ()) -> list[int]:
        """Move what can be moved; the numbers of @extra that became readable."""
        poll = select.poll()
        poll.register(self.socket, select.POLLIN | (select.POLLOUT if self.pending else 0))
        for number in extra:
            poll.register(number, select.POLLIN)
        left = self.deadline - time.monotonic()
        ready = dict(poll.poll(min(max(left, 0), 86400) * 1000))
        if not ready:
            self.check_time(what)
        events = ready.pop(self.socket.fileno(), 0)
        if events & select.POLLOUT:
            self.push_out()
        if events & (select.POLLIN | select.POLLHUP | select.POLLERR):
            self.receive()
        return list(ready)

    def push_out(self) -> None:
        """Send what fits now."""
        try:
            del self.pending[:self.socket.send(self.pending)]
        except BlockingIOError:
            return
        except ConnectionError:
            raise LabError("the machine went away") from None

    def receive(self) -> None:
        """Take what has arrived."""
        try:
            data = self.socket.recv(1 << 18)
        except BlockingIOError:
            return
        except ConnectionError:
            data = b""
        if not data:
            raise LabError("the machine went away")
        self.buffer += data

    def send(self, kind: str, payload: bytes = b"") -> None:
        """Queue a frame."""
        self.pending += kind.encode() + struct.pack("<I", len(payload)) + payload

    def frame(self) -> tuple[str, bytes] | None:
        """The next complete frame, if there is one."""
        if len(self.buffer) < 5:
            return None
        length, = struct.unpack_from("<I", self.buffer, 1)
        if len(self.buffer) < 5 + length:
            return None
        kind, payload = chr(self.buffer[0]), bytes(self.buffer[5:5 + length])
        del self.buffer[:5 + length]
        return kind, payload


def encode_exec(node: int, argv: list[str], environment: dict[str, str]) -> bytes:
    """The payload of an 'E' frame."""
    words = list(argv) + [f"{name}={value}" for name, value in environment.items()]
    payload = struct.pack("<II", node, len(argv))
    payload += b"".join(os.fsencode(word) + b"\0" for word in words)
    if len(payload) > 120 * 1024:
        raise LabError(f"the command line has {len(payload)} bytes; the limit is 122880")
    return payload


def stream(session: Session, source: int | None, sink: Callable[[str, bytes], None],
           pass_on: bool = False) -> int:
    """Carry a started command to its end; its wait status.

    Input is read from the descriptor @source, output goes to @sink with 'O' or
    'R'. With @pass_on an interrupt goes to the command first, and ends us only
    the next time; without, the command is a step of ours and ends with us.
    """
    interrupted = None
    while True:
        try:
            wanted = (source,) if source is not None and not session.pending else ()
            for number in session.transfer("the command did not end in time", wanted):
                data = os.read(number, CHUNK)
                session.send("I", data)
                if not data:
                    source = None
            while (frame := session.frame()) is not None:
                kind, payload = frame
                if kind == "X":
                    return struct.unpack("<I", payload)[0]
                if kind == "F":
                    raise LabError(f"cannot run {payload.decode(errors='replace')}")
                sink(kind, payload)
        except Interrupted as stop:
            if interrupted or not pass_on or stop.signal_number != signal.SIGINT:
                raise
            interrupted = stop
            session.send("S", struct.pack("<I", signal.SIGINT))


def execute(home: Path, machine: int, node: int, argv: list[str], timeout: float,
            stdin: bytes = b"", environment: dict[str, str] | None = None) -> Result:
    """Run a command to its end and collect what it says."""
    deadline = time.monotonic() + timeout
    collected = {"O": bytearray(), "R": bytearray()}
    with claim(home, machine, deadline) as port:
        session = Session(home / f"vm{machine}.port{port}", deadline)
        with contextlib.closing(session.socket):
            session.send("E", encode_exec(node, argv, environment or {}))
            for start in range(0, len(stdin), CHUNK):
                session.send("I", stdin[start:start + CHUNK])
            session.send("I")
            status = stream(session, None, lambda kind, data: collected[kind].extend(data))
    return Result(exit_code(status), bytes(collected["O"]), bytes(collected["R"]))


def make_node(home: Path, machine: int, node: int, name: str, deadline: float) -> int:
    """Create node @node of the machine; the number of the process that holds it."""
    session = Session(home / f"vm{machine}.port0", deadline)
    with contextlib.closing(session.socket):
        session.send("N", struct.pack("<I", node) + name.encode() + b"\0")
        while (frame := session.frame()) is None:
            session.transfer("the machine does not make its nodes")
    kind, payload = frame
    if kind != "D":
        raise LabError(f"node {name} cannot be made: {payload.decode(errors='replace')}")
    return struct.unpack("<I", payload)[0]
