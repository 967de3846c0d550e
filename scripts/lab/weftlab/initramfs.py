# SPDX-License-Identifier: GPL-2.0-only
"""The initramfs of the machines: our init and the drivers it needs to find the root."""

import shutil
import subprocess
from pathlib import Path

from . import cache, paths
from .errors import LabError
from .kernel import Kernel
from .run import output, run

# Drivers before anything can be loaded from a disk; dependencies follow.
DRIVERS = ["virtio_pci", "virtio_blk", "virtio_console", "virtio_net", "ext4", "overlay"]


def init_binary() -> Path:
    """scripts/lab/guest, compiled to one static program."""
    sources = sorted(paths.GUEST.glob("*.c"))
    text = b"".join(path.read_bytes() for path in sorted(paths.GUEST.glob("*.[ch]")))

    def make(scratch: Path) -> None:
        run(["gcc", "-static", "-O2", "-Wall", "-Wextra", "-o", scratch / "init", *sources],
            log=scratch / "log")

    return cache.entry("init", cache.key(text), make) / "init"


def driver_files(kernel: Kernel) -> list[Path]:
    """The files of DRIVERS, each after what it depends on, none twice.

    A driver that is built into the kernel has no file.
    """
    if kernel.modules is None:
        return []
    files = []
    for driver in DRIVERS:
        text = output(["modprobe", "-d", kernel.modules, "-S", kernel.release,
                       "--show-depends", driver])
        for line in text.splitlines():
            words = line.split()
            if words[:1] == ["insmod"] and Path(words[1]) not in files:
                files.append(Path(words[1]))
    return files


def initramfs(kernel: Kernel) -> Path:
    """The initramfs for @kernel, uncompressed: copying is faster than unpacking."""
    init = init_binary()
    name = cache.key(kernel.release, init.parent.name, *DRIVERS, kernel.disk is None)

    def make(scratch: Path) -> None:
        tree = scratch / "tree"
        tree.mkdir()
        shutil.copy(init, tree / "init")
        names = []
        for path in driver_files(kernel):
            shutil.copy(path, tree / path.name)
            names.append(f"/{path.name}\n")
        (tree / "modules.list").write_text("".join(names), encoding="ascii")
        if kernel.disk:
            (tree / "has-modules-disk").touch()
        pack(tree, scratch / "initrd.img")
        cache.remove(tree)

    return cache.entry("initrd", name, make) / "initrd.img"


def pack(tree: Path, image: Path) -> None:
    """A cpio archive of @tree, owned by root."""
    names = "\n".join(str(path.relative_to(tree)) for path in sorted(tree.rglob("*")))
    with open(image, "wb") as file:
        result = subprocess.run(["cpio", "--quiet", "-o", "-H", "newc", "-R", "0:0"], cwd=tree,
                                input=names.encode(), stdout=file, check=False, timeout=60)
    if result.returncode:
        raise LabError("cpio cannot pack the initramfs")
