"""Starts daemons on sockets of their own, and runs the command line against them."""

from __future__ import annotations

import contextlib
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time

from .patience import patient

CHECKOUT = pathlib.Path(__file__).resolve().parents[3]
BINARY = os.environ.get("LANEWAY_BINARY", str(CHECKOUT / ".build/debug/laneway"))

# A debug build on a busy machine; the wait ends as soon as the socket is there.
START_SECONDS = patient(20)


def environment() -> dict[str, str]:
    """Ours without what would configure the daemon behind a test's back."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.endswith("_API_KEY") and not name.startswith("LANEWAY_")
    }


class Daemon:
    """One running `laneway serve`, with its own folder, socket, configuration and log."""

    def __init__(
        self, config: str | None = None, *, socket: str | None = None, **extra: str
    ) -> None:
        """`extra` goes into its environment."""
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="laneway-e2e."))
        self.socket = socket or str(self.folder / "laneway.sock")
        self.log = self.folder / "daemon.log"
        self.config: pathlib.Path | None = None
        arguments = ["serve", "--socket", self.socket]
        if config is not None:
            self.config = self.folder / "laneway.yaml"
            self.config.write_text(config)
            arguments += ["--config", str(self.config)]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [BINARY, *arguments],
                stdout=log, stderr=subprocess.STDOUT, env=environment() | extra,
            )  # fmt: skip

    def wait_until_listening(self) -> Daemon:
        limit = time.monotonic() + START_SECONDS
        while not os.path.exists(self.socket):
            if self.process.poll() is not None or time.monotonic() > limit:
                raise AssertionError(f"the daemon did not start:\n{self.log.read_text()}")
            time.sleep(0.01)
        return self

    @property
    def target(self) -> str:
        """What a gRPC client dials."""
        return f"unix:{self.socket}"

    def terminate(self) -> None:
        """Asks it to end, as systemd would."""
        self.process.send_signal(signal.SIGTERM)

    def wait(self, seconds: float = 20) -> int:
        """Its exit code, once it has ended."""
        return self.process.wait(patient(seconds))

    def stop(self) -> None:
        """Ends it for good, whatever state it is in."""
        if self.process.poll() is None:
            self.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.wait(5)
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def run(*arguments: str, stdin: str | None = None, seconds: float = 30, **extra: str):
    """Runs the command line to its end; `extra` goes into its environment."""
    return subprocess.run(
        [BINARY, *arguments],
        input=stdin,
        capture_output=True,
        text=True,
        timeout=patient(seconds),
        env=environment() | extra,
        check=False,
    )
