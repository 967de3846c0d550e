# SPDX-License-Identifier: GPL-2.0-only
"""What benchmarks between machines share: a lab, its nodes, and echoes."""

import json
import subprocess
import time
from pathlib import Path
from typing import Any

from form import Form, Row, make_row

TOP = Path(__file__).resolve().parents[2]
LAB = str(TOP / "scripts/lab/lab")

UP_LIMIT_S = 30
RUN_LIMIT_S = "900"
# One echo, also on the bulk lane of a computer that has much else to do.
ECHO_LIMIT_S = "60"


class Trouble(Exception):
    """The benchmark cannot go on."""


def lab(*words: str) -> str:
    """Run the lab; an error ends the benchmark."""
    return subprocess.run([LAB, *words], check=True, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, text=True).stdout


def echo_command(*words: str) -> list[str]:
    """The command line of 'weft bench echo' on the first machine."""
    return [LAB, "exec", "n1", "--timeout", RUN_LIMIT_S, "--",
            "weft", "--timeout", ECHO_LIMIT_S, "--json", "bench", "echo", "--to", "2", *words]


def echo(*words: str) -> list[dict[str, Any]]:
    """Run 'weft bench echo'; its results, in the order of sizes and paths."""
    return json.loads(lab(*echo_command(*words)[1:]))["results"]


def are_connected() -> bool:
    """Are both lanes up, seen from both sides?"""
    for node in ("n1", "n2"):
        peers = json.loads(lab("exec", node, "--", "weft", "--json", "peers"))["peers"]
        if [peer["state"] for peer in peers] != ["up"]:
            return False
    return True


def load(cipher: str) -> None:
    """Module and daemons with this cipher, and connected."""
    lab("load", "--cipher", cipher)
    deadline = time.monotonic() + UP_LIMIT_S
    while not are_connected():
        if time.monotonic() > deadline:
            raise Trouble(f"the nodes are not connected after {UP_LIMIT_S} s; "
                          "run 'lab up', 'lab load', and read 'lab logs n1'")
        time.sleep(0.2)


def add_times(form: Form, name: str, result: dict[str, Any], **more: Any) -> Row:
    """A row of round trip times, in microseconds."""
    return form.append(make_row(name, "us", result["rounds"], result["median_ns"] / 1e3,
                                result["p99_ns"] / 1e3, **more))


def add_number(form: Form, name: str, unit: str, result: dict[str, Any], key: str,
               **more: Any) -> Row:
    """A row of one number that many rounds gave."""
    value = result[key]
    if value is None:               # a quotient by zero: a thread that starved
        value = float(result["rounds"])
    return form.append(make_row(name, unit, result["rounds"], value, value, **more))
