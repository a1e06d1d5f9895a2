"""Servers that are measured: started on their core, and what the kernel says of them."""

from __future__ import annotations

import contextlib
import os
import pathlib
import socket
import subprocess
import tempfile
import time

from support import daemon as daemons
from support.process_figures import figures, processor_seconds

from .places import SERVER_CORE
from .work import Wrong, connect

START_SECONDS = 120


class Server:
    """One running server with all its processes. Its address is a Unix socket or a port."""

    def __init__(
        self, name: str, command: list[str], address: pathlib.Path | int, log, *,
        core: str = SERVER_CORE, environment: dict[str, str] | None = None,
    ) -> None:
        self.name, self.address = name, address
        # One scheduler processor each, whatever the machine has.
        variables = daemons.environment() | {"GOMAXPROCS": "1"} | (environment or {})
        self.process = subprocess.Popen(
            ["taskset", "-c", core, *command],
            stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, env=variables,
        )

    @property
    def target(self) -> str:
        """What a gRPC client dials."""
        return f"unix:{self.address}"

    def wait_until_listening(self) -> Server:
        limit = time.monotonic() + START_SECONDS
        while not self._listens():
            if self.process.poll() is not None or time.monotonic() > limit:
                raise Wrong(f"{self.name} did not start within {START_SECONDS} s")
            time.sleep(0.02)
        return self

    def _listens(self) -> bool:
        try:
            connect(self.address, 1).close()
        except OSError:
            return False
        return True

    def _pids(self) -> list[int]:
        """Its own process and those below it, such as workers."""
        found = [self.process.pid]
        for pid in found:
            with contextlib.suppress(OSError):
                for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
                    found += [int(child) for child in (task / "children").read_text().split()]
        return found

    def cpu_seconds(self) -> float:
        """User and system time of all its threads so far."""
        return sum(processor_seconds(pid) for pid in self._pids())

    def resident_mb(self) -> float:
        return sum(figures(pid).rss_bytes for pid in self._pids()) / (1 << 20)

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Rig:
    """Servers that run together for one measurement, with a folder for their sockets and logs."""

    def __init__(self) -> None:
        self._exits = contextlib.ExitStack()
        self.folder = pathlib.Path(
            self._exits.enter_context(tempfile.TemporaryDirectory(prefix="laneway-bench."))
        )

    def __enter__(self) -> Rig:
        return self

    def __exit__(self, *_) -> None:
        self._exits.close()

    def start(self, name: str, command: list[str], address: pathlib.Path | int, **how) -> Server:
        """Starts a server and waits until it listens. It is stopped with the rig."""
        log = self.folder / f"{name}.log"
        with log.open("wb") as file:
            server = Server(name, command, address, file, **how)
        self._exits.callback(server.stop)
        try:
            return server.wait_until_listening()
        except Wrong as wrong:
            end = log.read_text(errors="replace")[-2000:]
            raise Wrong(f"{wrong}; the end of its log:\n{end}") from None

    def socket(self, name: str) -> pathlib.Path:
        return self.folder / f"{name}.sock"

    def laneway(self, binary: str, config: str, **how) -> Server:
        """Our daemon, with this configuration."""
        file = self.folder / "laneway.yaml"
        file.write_text(config)
        address = self.socket("laneway")
        command = [binary, "serve", "--socket", str(address), "--config", str(file)]
        return self.start("laneway", command, address, **how)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def has_two_cores() -> bool:
    return len(os.sched_getaffinity(0)) >= 2
