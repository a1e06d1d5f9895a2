"""Counts a running process's system calls, or has the kernel refuse them, by strace."""

from __future__ import annotations

import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import time

PATIENCE = 10.0


class Trace:
    """While it is on, strace sees every system call of the process and its threads."""

    def __init__(self, pid: int, options: list[str]) -> None:
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="laneway-strace."))
        with (self.folder / "said").open("wb") as said:
            self.process = subprocess.Popen(
                ["strace", "-f", "-p", str(pid), *options],
                stdin=subprocess.DEVNULL, stdout=said, stderr=said,
            )  # fmt: skip
        self._wait_until_attached(pid)

    def _wait_until_attached(self, pid: int) -> None:
        limit = time.monotonic() + PATIENCE
        while not all(_tracer(thread) == self.process.pid for thread in _threads(pid)):
            said = (self.folder / "said").read_text()
            assert self.process.poll() is None, f"strace ended: {said}"
            assert time.monotonic() < limit, f"strace does not attach: {said}"
            time.sleep(0.005)

    def end(self) -> None:
        self.process.send_signal(signal.SIGINT)
        self.process.wait(PATIENCE)
        shutil.rmtree(self.folder)


class Injection:
    """While it is on, the calls fail instead of being made. Sees only calls on `places`, if any."""

    def __init__(self, pid: int, calls: str, what: str, places: tuple[str, ...] = ()) -> None:
        self.log = tempfile.NamedTemporaryFile("r", prefix="laneway-strace.")
        paths = [word for place in places for word in ("-P", place)]
        options = ["-e", f"trace={calls}", "-e", f"inject={calls}:{what}"]
        self.trace = Trace(pid, ["-o", self.log.name, *paths, *options])

    def end(self) -> int:
        """How many calls were refused."""
        self.trace.end()
        with self.log:
            return len(re.findall(r"\(INJECTED\)", self.log.read()))


def _threads(pid: int) -> list[pathlib.Path]:
    return list(pathlib.Path(f"/proc/{pid}/task").iterdir())


def _tracer(thread: pathlib.Path) -> int:
    return int(re.search(r"TracerPid:\s+(\d+)", (thread / "status").read_text())[1])


def why_not() -> str | None:
    """Why nothing can be injected on this machine; None where it can."""
    if not shutil.which("strace"):
        return "strace is not installed: scripts/packages python"
    sleeper = subprocess.Popen(["sleep", "60"])
    try:
        Injection(sleeper.pid, "getpid", "error=EPERM").end()
    except AssertionError as error:
        return f"this machine lets nobody trace: {error}"
    finally:
        sleeper.kill()
        sleeper.wait()
    return None


def sockets(pid: int) -> set[str]:
    """The process's sockets, by the names that strace knows them by."""
    found = set()
    for entry in os.scandir(f"/proc/{pid}/fd"):
        try:
            found.add(os.readlink(entry.path))
        except FileNotFoundError:
            continue
    return {name for name in found if name.startswith("socket:")}
