"""What the kernel says that a process has."""

from __future__ import annotations

import dataclasses
import os
import pathlib
import re


@dataclasses.dataclass(frozen=True)
class Figures:
    """What one process has."""

    descriptors: int
    threads: int
    rss_bytes: int


def figures(pid: int) -> Figures:
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    value = {name: int(re.search(rf"{name}:\s+(\d+)", status)[1]) for name in ("Threads", "VmRSS")}
    descriptors = len(os.listdir(f"/proc/{pid}/fd"))
    return Figures(descriptors, value["Threads"], value["VmRSS"] * 1024)


def processor_seconds(pid: int) -> float:
    """What the process has had of the processors."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def peak_bytes(pid: int, *, anew: bool = False) -> int:
    """The most memory the process has had, since it was last asked for `anew`."""
    if anew:
        pathlib.Path(f"/proc/{pid}/clear_refs").write_text("5")
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) * 1024
