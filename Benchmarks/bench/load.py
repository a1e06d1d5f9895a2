"""Load on a server from the other core, and what it cost the server."""

from __future__ import annotations

import dataclasses
import json
import pathlib
import re
import resource
import subprocess

from .places import LOAD_CORE
from .servers import Server
from .work import Wrong, expect

LOAD_SECONDS_MAX = 300


@dataclasses.dataclass(frozen=True)
class Run:
    """One run of a load. What is counted is calls, messages or chunks."""

    per_second: float
    # The server's processor time for each, user and system.
    cpu_us: float
    # The part of a core that each end kept busy: whoever is at 1 was the limit.
    server_busy: float
    load_busy: float


def h2load(
    address: pathlib.Path | int, path: str, body: pathlib.Path, headers: list[str], *,
    connections: int, in_flight: int, h1: bool = False,
) -> list[str]:
    """The command, but for how many calls (`-n N`)."""
    where = [f"http://127.0.0.1:{address}{path}"]
    if not isinstance(address, int):
        where = ["-B", f"unix:{address}", f"http://localhost{path}"]
    command = ["h2load", "-t", "1", "-c", str(connections), "-m", str(in_flight), "-d", str(body)]
    command += [word for header in headers for word in ("-H", header)]
    return [*command, *(["--h1"] if h1 else []), *where]


def read_h2load(text: str, calls: int, bytes_least: int) -> float:
    """The seconds it took, once its calls and bytes have been counted.

    A failed gRPC call is a success to h2load, but one with fewer bytes.
    """
    seconds, unit = re.search(r"finished in ([\d.]+)(us|ms|s|m)\b", text).groups()
    succeeded = int(re.search(r"(\d+) succeeded", text)[1])
    codes = int(re.search(r"status codes: (\d+) 2xx", text)[1])
    received = int(re.search(r"\((\d+)\) data", text)[1])
    expect(succeeded == codes == calls, f"{succeeded} of {calls} calls succeeded:\n{text}")
    expect(
        received >= calls * bytes_least,
        f"{received} bytes were answered to {calls} calls, not {calls * bytes_least} or more",
    )
    return float(seconds) * {"us": 1e-6, "ms": 1e-3, "s": 1, "m": 60}[unit]


def read_json(text: str, calls: int) -> float:
    """The seconds, as our own loads say them; they check each answer themselves."""
    told = json.loads(text)
    expect(told["calls"] == calls, f"made {told['calls']} calls instead of {calls}")
    return told["seconds"]


def run(server: Server, command: list[str], read, counted: int) -> Run:
    """Runs a load to its end. `read` gets what it printed and gives the seconds it took."""
    used, server_used = _children_seconds(), server.cpu_seconds()
    done = subprocess.run(
        ["taskset", "-c", LOAD_CORE, *command],
        capture_output=True, text=True, timeout=LOAD_SECONDS_MAX, check=False,
    )
    cpu, used = server.cpu_seconds() - server_used, _children_seconds() - used
    if done.returncode != 0:
        raise Wrong(f"the load on {server.name} failed: {(done.stderr or done.stdout)[-500:]}")
    try:
        seconds = read(done.stdout)
    except Wrong as wrong:
        raise Wrong(f"{server.name}: {wrong}") from None
    return Run(counted / seconds, cpu / counted * 1e6, cpu / seconds, used / seconds)


def _children_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
