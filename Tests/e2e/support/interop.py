"""gRPC's interoperability tests: the server of ours they are about, and their official client."""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import sys

import pytest

from support.daemon import CHECKOUT

SERVER = os.environ.get("LANEWAY_INTEROP_SERVER", str(CHECKOUT / ".build/debug/InteropServer"))
CLIENT = CHECKOUT / ".build/interop"
PROCESS = pathlib.Path(__file__).with_name("interop_process.py")

# All that the client has but those about credentials (gRPC, doc/interop-test-descriptions.md).
CASES = [
    "empty_unary",
    "large_unary",
    "client_streaming",
    "server_streaming",
    "ping_pong",
    "empty_stream",
    "cancel_after_begin",
    "cancel_after_first_response",
    "timeout_on_sleeping_server",
    "custom_metadata",
    "status_code_and_message",
    "special_status_message",
    "unimplemented_method",
    "unimplemented_service",
]


def require_client() -> None:
    """Skips where the client cannot be had."""
    made = subprocess.run([CHECKOUT / "scripts/interop-client"], capture_output=True, text=True)
    if made.returncode != 0:
        pytest.skip((made.stderr.strip() or "scripts/interop-client failed").splitlines()[-1])


class InteropServer:
    """The server in a folder of its own, on a Unix socket and a TCP port."""

    def __init__(self, folder: pathlib.Path) -> None:
        # The client insists on a port that is a number: to it a socket of that name in its
        # working directory is host `unix`, port 1.
        self.folder = folder
        self.process = subprocess.Popen(
            [SERVER, str(folder / "1")], stdout=subprocess.PIPE, text=True
        )
        unix, tcp = (self.process.stdout.readline().strip() for _ in range(2))
        assert unix == f"unix:{folder}/1", f"the server says: {unix}"
        self.addresses = {"unix": ("unix", "1"), "tcp": tuple(tcp.split(":"))}

    def run_client(self, wire: str, runs: int, patience: float) -> dict[str, dict]:
        """What the client says of each case; a case it never came to is missing."""
        command = [sys.executable, PROCESS, CLIENT, str(runs), *self.addresses[wire], *CASES]
        try:
            done = subprocess.run(
                command, cwd=self.folder, stdout=subprocess.PIPE, timeout=patience
            ).stdout
        except subprocess.TimeoutExpired as late:
            done = late.stdout or b""
        return {line["case"]: line for line in map(json.loads, done.splitlines())}

    def close(self) -> None:
        assert self.process.poll() is None, "the server ended by itself"
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
