"""Starts daemons as operators and service managers do, and measures how soon they serve."""

from __future__ import annotations

import contextlib
import math
import pathlib
import signal
import socket
import struct
import subprocess
import time

from . import ttrpc
from .calls import request
from .daemon import BINARY, environment
from .ttrpc_fixtures import said

# A shell says its own process id, which nobody knows before it is started.
ACTIVATE = """
if [ "$0" != 3 ]; then exec 3<&"$0"; eval "exec $0<&-"; fi
LISTEN_PID=$$ exec "$@"
"""
PATIENCE = 20.0


def served_by(path: str) -> int | None:
    """Who listens at the path and has served a call there; None while there is nobody."""
    try:
        with contextlib.closing(ttrpc.Connection(path)) as one:
            who = one.socket.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12)
            assert said(one.call("Generate", request("builtin/echo", "served"))) == "served"
            return struct.unpack("iII", who)[0]
    except (OSError, EOFError):
        return None


def percentiles(times: list[float]) -> str:
    """Of seconds, in milliseconds."""
    ordered = sorted(times)

    def at(share: float) -> str:
        return f"{ordered[math.ceil(share * len(ordered)) - 1] * 1_000:.0f}"

    return f"p50 {at(0.5)}, p99 {at(0.99)}, at most {at(1)} ms"


class Service:
    """A daemon at a path, with those that follow it there."""

    def __init__(self, folder: pathlib.Path) -> None:
        self.path = str(folder / "laneway.sock")
        self.log = folder / "daemon.log"
        self.process: subprocess.Popen | None = None
        self._started: list[subprocess.Popen] = []

    def spawn(self, *options: str) -> subprocess.Popen:
        return self._spawn([BINARY, "serve", "--socket", self.path, *options])

    def _spawn(self, command: list[str], **options) -> subprocess.Popen:
        options.setdefault("env", environment())
        with self.log.open("ab") as log:
            one = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, **options)
        self._started.append(one)
        return one

    def start(self) -> float:
        """Seconds to the first call that was served."""
        began = time.monotonic()
        self.process = self.spawn()
        return self.wait_until_served(began)

    def wait_until_served(self, began: float | None = None) -> float:
        began = began or time.monotonic()
        while served_by(self.path) != self.process.pid:
            assert self.process.poll() is None, self.said()
            assert time.monotonic() - began < PATIENCE, f"nothing is served: {self.said()}"
            time.sleep(0.002)
        return time.monotonic() - began

    def take_over(self) -> float:
        """As `start`, while the one before serves; that one has ended well when this returns."""
        before, began = self.process, time.monotonic()
        self.process = self.spawn("--take-over")
        took = self.wait_until_served(began)
        assert before.wait(PATIENCE) == 0, self.said()
        self._started.remove(before)
        return took

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def said(self) -> str:
        return self.log.read_text()[-3_000:]

    def __enter__(self) -> Service:
        return self

    def __exit__(self, *_) -> None:
        for one in self._started:
            if one.poll() is None:
                one.kill()
                one.wait()


class Activated(Service):
    """What systemd does for a socket unit: it listens, and keeps on while the service restarts."""

    def __init__(self, folder: pathlib.Path) -> None:
        super().__init__(folder)
        self.listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.listener.bind(self.path)
        self.listener.listen(4096)

    def spawn(self, *options: str) -> subprocess.Popen:
        number = self.listener.fileno()
        variables = environment() | {"LISTEN_FDS": "1", "LISTEN_FDNAMES": "laneway"}
        command = ["bash", "-c", ACTIVATE, str(number), BINARY, "serve", *options]
        return self._spawn(command, env=variables, pass_fds=(number,))

    def wait_until_served(self, began: float | None = None) -> float:
        began = began or time.monotonic()
        # It is the kernel's to say who listens, and that is who made the backlog last.
        while served_by(self.path) is None:
            assert self.process.poll() is None, self.said()
            assert time.monotonic() - began < PATIENCE, f"nothing is served: {self.said()}"
        return time.monotonic() - began

    def __exit__(self, *_) -> None:
        super().__exit__()
        self.listener.close()
