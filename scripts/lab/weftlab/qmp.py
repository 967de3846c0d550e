# SPDX-License-Identifier: GPL-2.0-only
"""Speak to QEMU: the few commands of its machine protocol that the lab needs."""

import contextlib
import json
import socket
from pathlib import Path

from .errors import LabError

LIMIT_S = 10


def command(path: Path, name: str, **arguments):
    """Send one command and give its answer."""
    with contextlib.closing(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)) as link:
        link.settimeout(LIMIT_S)
        try:
            link.connect(str(path))
            with link.makefile("rw", encoding="utf-8") as file:
                return converse(file, name, arguments)
        except (OSError, ValueError) as error:
            raise LabError(f"QEMU does not answer '{name}' ({error}); "
                           "a frozen machine must be thawed first") from None


def converse(file, name: str, arguments: dict):
    """The greeting, the negotiation, the command; events in between are skipped."""
    json.loads(file.readline())
    for request in ({"execute": "qmp_capabilities"}, {"execute": name, "arguments": arguments}):
        file.write(json.dumps(request) + "\n")
        file.flush()
        answer = {}
        while "return" not in answer and "error" not in answer:
            answer = json.loads(file.readline())
        if "error" in answer:
            raise LabError(f"QEMU refuses '{name}': {answer['error'].get('desc')}")
    return answer["return"]
