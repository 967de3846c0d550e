# SPDX-License-Identifier: GPL-2.0-only
"""Where things live: the project, the cache, the state of running labs."""

import os
from pathlib import Path

TOP = Path(__file__).resolve().parents[3]
GUEST = TOP / "scripts" / "lab" / "guest"
BUILD = TOP / "build"


def cache() -> Path:
    """What is expensive to make and may be deleted at any time."""
    base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    path = Path(base) / "weft"
    path.mkdir(parents=True, exist_ok=True)
    return path


def state_root() -> Path:
    """Holds one directory for each running lab of this user.

    The path is short because the names of Unix sockets below it are limited
    to 107 bytes, and private because whoever can connect to them is root in
    the virtual machines.
    """
    path = Path("/tmp") / f"weft-lab-{os.getuid()}"
    path.mkdir(mode=0o700, exist_ok=True)
    info = path.lstat()
    if info.st_uid != os.getuid() or info.st_mode & 0o077:
        raise PermissionError(f"{path} is not private to this user; remove it")
    return path
