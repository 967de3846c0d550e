# SPDX-License-Identifier: GPL-2.0-only
"""The root image: a minimal Debian 12 that all machines share, read-only."""

import os
from pathlib import Path

from . import cache
from .errors import LabError
from .run import run, say

SUITE = "bookworm"

# What the nodes and the tests need. weft's own programs are pushed later.
PACKAGES = [
    "ethtool", "iproute2", "iputils-ping", "kmod", "libgnutls30", "libinih1", "libjson-c5",
    "libnl-3-200", "libnl-genl-3-200", "nftables", "procps",
]

# Nobody reads manuals in a node.
LEAVE_OUT = ["/usr/share/man/*", "/usr/share/doc/*", "/usr/share/locale/*", "/usr/share/info/*"]

# Changes when what make() does changes.
FORMAT = 1


def root_image(extra: list[str]) -> Path:
    """The image with PACKAGES and @extra, as a read-only ext2 file system."""
    packages = sorted(set(PACKAGES) | set(extra))
    mirror = os.environ.get("WEFT_DEBIAN_MIRROR", "")
    name = cache.key(FORMAT, SUITE, mirror, *packages, "-", *LEAVE_OUT)

    def make(scratch: Path) -> None:
        say(f"making the root image with {len(packages)} packages (about a minute, once)")
        argv = ["mmdebstrap", "--variant=minbase", "--format=ext2",
                "--include=" + ",".join(packages)]
        argv += [f"--dpkgopt=path-exclude={pattern}" for pattern in LEAVE_OUT]
        argv += [SUITE, scratch / "root.img"]
        if mirror:
            argv.append(mirror)
        try:
            run(argv, log=scratch / "log")
        except LabError as error:
            raise LabError(f"the root image cannot be made: {error}") from None

    return cache.entry("root", name, make) / "root.img"
