"""Counts the mallocs of a daemon, by a library that stands before the C library's."""

from __future__ import annotations

import hashlib
import os
import pathlib
import shutil
import struct
import subprocess
import tempfile

SOURCE = pathlib.Path(__file__).with_name("mallocs.c")
BUILD = pathlib.Path(__file__).resolve().parents[4] / ".build" / "counting"
COUNT = struct.Struct("=Q")


def why_not() -> str | None:
    """Why nothing can be counted on this machine; None where it can."""
    if not _compiler():
        return "there is no C compiler: clang comes with Swift, put its folder into PATH"
    if os.confstr("CS_GNU_LIBC_VERSION") is None:
        return "the library counts for glibc's malloc, and this C library is another"
    return None


def _compiler() -> str | None:
    return shutil.which(os.environ.get("CC", "clang")) or shutil.which("cc")


def _library() -> pathlib.Path:
    """The library, compiled anew where its source has changed."""
    digest = hashlib.sha256(SOURCE.read_bytes()).hexdigest()[:16]
    library = BUILD / f"mallocs-{digest}.so"
    if not library.exists():
        BUILD.mkdir(parents=True, exist_ok=True)
        made = library.with_suffix(f".{os.getpid()}")
        subprocess.run(
            [_compiler(), "-O2", "-shared", "-fPIC", "-o", str(made), str(SOURCE)], check=True
        )
        # Whole or not at all: another run may want it at the same time.
        made.rename(library)
    return library


class Mallocs:
    """Counts in the process that is started with `environment`."""

    name = "mallocs"

    def __init__(self) -> None:
        self._file = tempfile.NamedTemporaryFile(prefix="laneway-mallocs.")
        self._file.write(COUNT.pack(0))
        self._file.flush()
        self.environment = {
            "LD_PRELOAD": str(_library()), "MALLOC_COUNT_FILE": self._file.name,
        }  # fmt: skip

    def attach(self, pid: int) -> None:
        """It counts from the start."""

    def during(self, work) -> int:
        """How many there were while `work` ran."""
        before = self._now()
        work()
        return self._now() - before

    def _now(self) -> int:
        return COUNT.unpack(os.pread(self._file.fileno(), COUNT.size, 0))[0]

    def close(self) -> None:
        self._file.close()
