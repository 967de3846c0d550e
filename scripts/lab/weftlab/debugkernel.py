# SPDX-License-Identifier: GPL-2.0-only
"""The debug kernel: Debian's 6.1 source with every checker that finds our bugs."""

import os
from pathlib import Path

from . import cache, paths
from .errors import LabError
from .run import output, run, say

FRAGMENT = paths.TOP / "scripts/lab/kernel/debug.config"

# Changes when what build() does changes.
FORMAT = 1


def missing_options(fragment: str, config: str) -> list[str]:
    """The options of @fragment that did not survive into @config."""
    final = set(config.splitlines())
    wanted = [line.strip() for line in fragment.splitlines()]
    return [line for line in wanted if line.startswith("CONFIG_") and line not in final]


def build_dir() -> Path:
    """The build tree of the kernel, made if the cache lacks it."""
    source = Path(output([paths.TOP / "scripts/build/kernel-source.sh"]).strip())
    fragment = FRAGMENT.read_text(encoding="ascii")
    version = (source / ".weft-version").read_text(encoding="ascii")
    compiler = output(["gcc", "--version"]).splitlines()[0]
    name = cache.key(FORMAT, version, compiler, fragment)
    return cache.entry("debug", name, lambda scratch: build(source, fragment, scratch))


def build(source: Path, fragment: str, scratch: Path) -> None:
    """Configure, prove that the configuration is the one asked for, compile."""
    log = scratch / "log"
    make = ["make", "-C", source, f"O={scratch}", f"-j{(os.cpu_count() or 1) + 1}"]
    run(make + [f"KCONFIG_ALLCONFIG={FRAGMENT}", "allnoconfig"], log=log)
    config = (scratch / ".config").read_text(encoding="ascii")
    lost = missing_options(fragment, config)
    if lost:
        raise LabError("options of scripts/lab/kernel/debug.config did not survive into the "
                       "final configuration; name what they depend on: " + ", ".join(lost))
    say("building the debug kernel (10 to 20 minutes on two cores, once)")
    run(make + ["bzImage", "modules"], log=log)
    prune(scratch)


def prune(tree: Path) -> None:
    """Keep what building a module needs, drop the objects of the kernel itself."""
    for path in list(tree.rglob("*.o")) + list(tree.rglob("*.a")):
        if path.relative_to(tree).parts[0] not in ("scripts", "tools"):
            path.unlink()
    for path in tree.glob("vmlinux*"):
        path.unlink()
    (tree / "arch/x86/boot/compressed/vmlinux").unlink(missing_ok=True)
