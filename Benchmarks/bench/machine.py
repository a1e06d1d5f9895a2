"""What machine this is."""

from __future__ import annotations

import os
import pathlib
import platform
import re
import shutil
import subprocess

from .places import CHECKOUT


def tools() -> dict[str, str]:
    """What everything here was built and loaded with."""
    return {
        "laneway": _first_line("git", "-C", str(CHECKOUT), "describe", "--always", "--dirty"),
        "h2load": _first_line("h2load", "--version").removeprefix("h2load "),
        "swift": _first_line("swift", "--version").partition(" (")[0],
        "g++": _first_line("g++", "-dumpfullversion"),
        "go": _first_line("go", "version").removeprefix("go version "),
        "python": platform.python_version(),
    }


def _first_line(*command: str) -> str:
    if not shutil.which(command[0]):
        return "none"
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return (done.stdout.splitlines() or ["unknown"])[0]


def stolen_seconds(core: str) -> float:
    """How long the hypervisor has kept a core for something else, where it says so, since start."""
    row = re.search(rf"^cpu{core} (.*)", pathlib.Path("/proc/stat").read_text(), re.MULTILINE)
    # proc(5): user, nice, system, idle, iowait, irq, softirq, steal.
    return int(row[1].split()[7]) / os.sysconf("SC_CLK_TCK")


def describe() -> dict[str, str]:
    cpu = re.search(r"model name\s*: (.*)", pathlib.Path("/proc/cpuinfo").read_text())
    memory = re.search(r"MemTotal:\s+(\d+)", pathlib.Path("/proc/meminfo").read_text())
    return {
        "processor": cpu[1] if cpu else platform.machine(),
        "cores": str(os.cpu_count()),
        "memory": f"{int(memory[1]) / (1 << 20):.1f} GiB",
        "kernel": platform.release(),
        "load average before": f"{os.getloadavg()[0]:.2f}",
    }
