"""Whom the daemon is measured beside, how each is built, and which version it is."""

from __future__ import annotations

import dataclasses
import os
import pathlib
import re
import subprocess
import sys
from collections.abc import Callable

from .places import BENCHMARKS, BUILT, CHECKOUT, PEERS


def _output(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return (done.stdout + done.stderr).strip()


def _debian(package: str) -> str:
    return _output("dpkg-query", "-W", "-f", "${Version}", package)


def _python(environment: str, package: str) -> str:
    code = f"from importlib.metadata import version; print(version({package!r}))"
    return _output(str(CHECKOUT / f".build/{environment}/bin/python"), "-c", code)


def _swift_packages() -> str:
    text = (PEERS / "grpc-swift/Package.swift").read_text()
    found = dict(re.findall(r'/(grpc-swift[a-z0-9-]*)", exact: "([\d.]+)"', text))
    return ", ".join(f"{name} {version}" for name, version in found.items())


@dataclasses.dataclass(frozen=True)
class Peer:
    """One peer; `folder` holds its sources and the script that builds it."""

    name: str
    folder: str
    version: Callable[[], str]
    # Starts it; SOCKET and MESSAGES are filled in.
    command: tuple[str, ...] = ()

    def start(self, socket: pathlib.Path, messages: int) -> list[str]:
        filled = {"SOCKET": str(socket), "MESSAGES": str(messages)}
        return [filled.get(word, word) for word in self.command]


def _echo(name: str, folder: str, program: str, version: Callable[[], str]) -> Peer:
    return Peer(name, folder, version, (str(BUILT / folder / program), "SOCKET", "MESSAGES"))


CALLBACK = _echo("grpc-cpp-callback", "grpc-cpp", "callback", lambda: _debian("libgrpc++-dev"))
QUEUE = _echo("grpc-cpp-queue", "grpc-cpp", "queue", lambda: _debian("libgrpc++-dev"))
SWIFT = _echo("grpc-swift", "grpc-swift", "server", _swift_packages)
GO = _echo("grpc-go", "grpc-go", "server", lambda: _debian("golang-google-grpc-dev"))
# Our own runtime without the daemon: how much of a call is the one's cost and the other's.
RUNTIME = Peer(
    "laneway-runtime", "laneway-runtime", lambda: "of this checkout",
    (str(CHECKOUT / ".build/release/RuntimeEcho"), "SOCKET", "MESSAGES"),
)
# The daemon's HTTP client without the daemon: how much of a relayed call's cost is the library's.
RELAY = Peer(
    "http-relay", "http-relay", lambda: "of this checkout",
    (str(CHECKOUT / ".build/release/HTTPRelay"),),
)
PYTHON = Peer(
    "grpc-python", "grpc-python", lambda: _python("venv", "grpcio"),
    (sys.executable, str(PEERS / "grpc-python/server.py"), "SOCKET", "MESSAGES"),
)
FLOOR = Peer(
    "socket-floor", "floor", lambda: "of this checkout",
    (str(BUILT / "floor/floor"), "serve", "SOCKET"),
)
TTRPC = Peer(
    "ttrpc-go", "ttrpc-go", lambda: _debian("golang-github-containerd-ttrpc-dev"),
    (str(BUILT / "ttrpc-go/server"), "SOCKET"),
)
NGINX = Peer(
    "nginx", "nginx",
    lambda: (BUILT / "nginx/version").read_text().strip().removeprefix("nginx version: "),
)
LITELLM = Peer("litellm", "litellm", lambda: _python("venv-litellm", "litellm"))
# Not a peer, but what stands behind the gateways.
UPSTREAM = Peer("upstream", "upstream", lambda: "of this checkout")

ALL = [RUNTIME, CALLBACK, QUEUE, SWIFT, GO, PYTHON, FLOOR, TTRPC, NGINX, RELAY, LITELLM]


def build(peer: Peer) -> str | None:
    """Builds it where it is not built yet; what is missing, where that cannot be done."""
    home = BENCHMARKS / peer.folder if peer is UPSTREAM else PEERS / peer.folder
    script = home / "build"
    if not script.exists():
        return None
    log = BUILT / f"{peer.folder}.build.log"
    BUILT.mkdir(parents=True, exist_ok=True)
    with log.open("w") as file:
        done = subprocess.run(
            [script], stdout=file, stderr=subprocess.STDOUT, check=False, env=os.environ
        )
    if done.returncode == 0:
        return None
    said = [line for line in log.read_text(errors="replace").splitlines() if line.strip()]
    return f"{said[-1] if said else 'its build failed'} ({log.relative_to(CHECKOUT)})"
