"""Counts the system calls of a daemon, by strace."""

from __future__ import annotations

import collections
import pathlib
import re
import tempfile

from ..strace import Trace


class Syscalls:
    """Counts in a process that runs already, however it was started."""

    name = "syscalls"

    def __init__(self) -> None:
        self.environment: dict[str, str] = {}
        self.pid = 0
        self.by_name: collections.Counter = collections.Counter()

    def attach(self, pid: int) -> None:
        self.pid = pid

    def during(self, work) -> int:
        """How many there were while `work` ran. strace stops the process at each, so it is slow."""
        with tempfile.TemporaryDirectory(prefix="laneway-syscalls.") as folder:
            table = pathlib.Path(folder) / "table"
            trace = Trace(self.pid, ["-c", "-U", "calls,name", "-o", str(table)])
            try:
                work()
            finally:
                trace.end()
            rows = re.findall(r"^\s*(\d+)\s+([a-z]\w*)$", table.read_text(), re.MULTILINE)
        self.by_name = collections.Counter({name: int(calls) for calls, name in rows})
        del self.by_name["total"]
        return self.by_name.total()

    def close(self) -> None:
        """Nothing stays attached."""
