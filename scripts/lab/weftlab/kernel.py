# SPDX-License-Identifier: GPL-2.0-only
"""Kernels for the machines: Debian's own, from their packages, and our debug one.

Nothing is installed on this computer: the package of the kernel image is
unpacked into the cache, and its modules become a small read-only disk.
"""

import lzma
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from . import cache, debugkernel, paths
from .errors import LabError
from .run import output, run, say

KINDS = ("6.1", "6.12", "debug", "generic")

# Changes when what unpack() does changes.
FORMAT = 1


@dataclass(frozen=True)
class Kernel:
    """A kernel that can be booted.

    kind:    what the user called it, one of KINDS
    release: as in uname -r
    image:   the bzImage
    modules: directory that holds lib/modules/RELEASE, or None if all is built in
    disk:    the same as a read-only ext4 image, or None
    """

    kind: str
    release: str
    image: Path
    modules: Path | None
    disk: Path | None


def release_of(kind: str) -> str:
    """The installed headers decide: the module is built against them."""
    if kind == "generic":
        found = [path.name for path in Path("/lib/modules").glob("6.1.*-amd64")
                 if "-cloud-" not in path.name and (path / "build").exists()]
        if not found:
            raise LabError("no headers of Debian's generic 6.1 kernel; run scripts/setup-host.sh")
        return max(found, key=lambda name: [int(n) for n in re.findall(r"\d+", name)])
    words = output([paths.TOP / "scripts/build/kernel-headers.sh", kind]).split()
    return words[0]


def get(kind: str) -> Kernel:
    """The kernel called @kind, downloaded or built if the cache lacks it."""
    if kind not in KINDS:
        raise LabError(f"unknown kernel '{kind}'; choose one of {', '.join(KINDS)}")
    if kind == "debug":
        build = debugkernel.build_dir()
        release = (build / "include/config/kernel.release").read_text(encoding="ascii").strip()
        return Kernel(kind, release, build / "arch/x86/boot/bzImage", None, None)
    release = release_of(kind)
    name = f"{release}-{cache.key(FORMAT)[:4]}"
    home = cache.entry("kernel", name, lambda scratch: unpack(release, scratch))
    return Kernel(kind, release, home / "vmlinuz", home / "root", home / "modules.img")


def unpack(release: str, scratch: Path) -> None:
    """Fill @scratch with vmlinuz, root/lib/modules/RELEASE and modules.img."""
    say(f"downloading Debian's kernel {release} (once)")
    log = scratch / "log"
    package = f"linux-image-{release}"
    try:
        run(["apt-get", "-q", "download", package], log=log, cwd=scratch)
    except LabError as error:
        raise LabError(f"the package {package} cannot be downloaded; "
                       f"'apt-get update' may help: {error}") from None
    deb = next(scratch.glob("*.deb"))
    run(["dpkg-deb", "-x", deb, scratch / "deb"], log=log)
    shutil.move(scratch / f"deb/boot/vmlinuz-{release}", scratch / "vmlinuz")
    modules = scratch / "root/lib/modules"
    modules.mkdir(parents=True)
    where = "usr/lib/modules" if (scratch / "deb/usr/lib/modules").is_dir() else "lib/modules"
    shutil.move(scratch / "deb" / where / release, modules / release)
    uncompress(modules / release)
    run(["depmod", "-b", scratch / "root", release], log=log)
    make_disk(modules / release, scratch / "modules.img", log)
    cache.remove(scratch / "deb")
    deb.unlink()


def uncompress(tree: Path) -> None:
    """Modules are read often and the machines are slow: store them plain."""
    for path in tree.rglob("*.ko.xz"):
        path.with_suffix("").write_bytes(lzma.decompress(path.read_bytes()))
        path.unlink()


def make_disk(tree: Path, image: Path, log: Path) -> None:
    """A file system with the contents of @tree, and little more room than that."""
    used = sum(path.stat().st_size + 4096 for path in tree.rglob("*") if not path.is_symlink())
    megabytes = used * 11 // 10 // 2**20 + 16
    run(["mke2fs", "-q", "-t", "ext4", "-O", "^has_journal", "-E", "root_owner=0:0",
         "-m", "0", "-d", tree, image, f"{megabytes}M"], log=log)
