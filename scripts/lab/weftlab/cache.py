# SPDX-License-Identifier: GPL-2.0-only
"""The cache: entries that are complete or absent, named by what went in."""

import contextlib
import hashlib
import shutil
from pathlib import Path
from typing import Callable

from . import paths
from .run import locked, uninterrupted


def key(*parts) -> str:
    """A name for an entry: changes when anything that went in changes."""
    digest = hashlib.sha256()
    for part in parts:
        data = part if isinstance(part, bytes) else str(part).encode()
        digest.update(len(data).to_bytes(8, "little") + data)
    return digest.hexdigest()[:16]


def entry(kind: str, name: str, make: Callable[[Path], None]) -> Path:
    """The directory cache/kind/name, made by @make if it is not there.

    @make fills a scratch directory, which is renamed when it is complete: an
    interrupt at any moment leaves nothing half made. Two processes that need
    the same entry make it once.
    """
    base = paths.cache() / kind
    base.mkdir(parents=True, exist_ok=True)
    final = base / name
    if final.is_dir():
        return final
    with locked(base / f".{name}.lock"):
        if final.is_dir():
            return final
        scratch = base / f".{name}.new"
        remove(scratch)
        scratch.mkdir()
        try:
            make(scratch)
            scratch.rename(final)
        except BaseException:
            with uninterrupted():
                keep_log(scratch, base / f"{name}.failed.log")
                remove(scratch)
            raise
    return final


def keep_log(scratch: Path, where: Path) -> None:
    """The log of a failure outlives what failed."""
    with contextlib.suppress(OSError):
        shutil.copy(scratch / "log", where)


def remove(path: Path) -> None:
    """Delete a tree whatever the modes in it."""

    def allow(function, name, _error):
        Path(name).parent.chmod(0o700)
        function(name)

    if path.exists():
        shutil.rmtree(path, onerror=allow)
