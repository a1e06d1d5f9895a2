"""Where the daemon's processor time goes, by module, under one of the loads that are measured.

    make profile                    a unary call of builtin/echo
    make profile ARGS='relay'       a unary call of an HTTP upstream
    make profile ARGS='stream'      a stream of builtin/echo
    make profile ARGS='chunks'      a stream of an HTTP upstream, unpaced

Needs perf (Debian's linux-perf) and a kernel that lets it sample. A sample counts for the Swift
module that is nearest to where it was taken, so what malloc, the runtime or the kernel do counts
for whoever called them; `self` tells them apart again.
"""

from __future__ import annotations

import argparse
import collections
import pathlib
import re
import shutil
import subprocess
import sys

from . import gateways, load, peers, rpc
from .options import Options
from .places import BUILT, CHECKOUT, LOAD_CORE
from .servers import Rig, Server

LOADS = {
    "unary": (rpc.UNARY, None),
    "stream": (rpc.STREAM, None),
    "relay": (None, gateways.UNARY),
    "chunks": (None, gateways.UNPACED),
}
FREQUENCY, SECONDS, WARM_UP, CALLS_MAX = 2_000, 5, 2, 100_000_000
# A mangled Swift name: the length of its module's name, and that.
MODULE = re.compile(r"\$s(\d+)([A-Za-z_]\w*)")
FRAME = re.compile(r"\s*[0-9a-f]+ (.*) \((.*)\)$")


def main() -> int:
    chosen = argparse.ArgumentParser(
        prog="profile", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    chosen.add_argument("load", nargs="?", choices=LOADS, default="unary")
    chosen.add_argument("--daemon", default=str(CHECKOUT / ".build/release/laneway"))
    chosen.add_argument("--rows", type=int, default=20)
    told = chosen.parse_args()
    if not shutil.which("perf"):
        raise SystemExit("profile: perf is missing; install Debian's linux-perf")
    options = Options(told.daemon, 1, 1, [], BUILT)
    options.prepare([peers.UPSTREAM])
    with Rig() as rig:
        server, command = start_load(rig, options, *LOADS[told.load])
        samples = _sample(rig, server, command)
    print(_table(f"{told.load}, {sum(samples.self.values()):,} samples", samples, told.rows))
    return 0


def start_load(
    rig: Rig, options: Options, model: str | None, kind
) -> tuple[Server, list[str]]:
    """The daemon, and the command of the load, but for how many calls (`-n N`)."""
    if kind:
        way = gateways.laneway(rig, options, gateways.upstream(rig))
        way.verify(kind)
        return way.server, way.command(kind, rpc.CONNECTIONS, 4)
    server = rig.laneway(options.daemon, rpc.CONFIG)
    return server, grpc_command(rig, server, model)


def grpc_command(rig: Rig, server: Server, model: str) -> list[str]:
    """The load of P1, or where the model is P2's, that one."""
    method, prompt, in_flight = "Generate", rpc.PROMPT, rpc.UNARY_IN_FLIGHT
    if model == rpc.STREAM:
        method, prompt, in_flight = "Stream", rpc.CHUNK, rpc.STREAMS_IN_FLIGHT
    body = rig.folder / "profile.bin"
    body.write_bytes(rpc.framed(rpc.request(model, prompt)))
    return load.h2load(
        server.address, f"/laneway.v1.Laneway/{method}", body, rpc.HEADERS,
        connections=rpc.CONNECTIONS, in_flight=in_flight,
    )


class Samples:
    """How often a module was nearest, was anywhere on the stack, and where exactly it was."""

    def __init__(self, script: str) -> None:
        self.nearest: collections.Counter[str] = collections.Counter()
        self.anywhere: collections.Counter[str] = collections.Counter()
        self.self: collections.Counter[str] = collections.Counter()
        for stack in script.split("\n\n"):
            frames = [FRAME.match(line) for line in stack.splitlines()]
            self._count([frame.groups() for frame in frames if frame])

    def _count(self, frames: list[tuple[str, str]]) -> None:
        if not frames:
            return
        modules = [found for name, _ in frames if (found := module(name))]
        self.nearest[modules[0] if modules else "(no Swift on the stack)"] += 1
        self.anywhere.update(set(modules))
        name, binary = frames[0]
        self.self[module(name) or owner(binary)] += 1


def module(name: str) -> str | None:
    """The Swift module of a mangled name."""
    found = MODULE.search(name)
    return found[2][: int(found[1])] if found else None


def owner(binary: str) -> str:
    """What a function without a module belongs to, by the file that it is in."""
    file = pathlib.Path(binary.strip("[]")).name
    if file.startswith("laneway"):
        return "Swift's runtime"
    return "kernel" if file.startswith("kernel") else re.sub(r"\.so.*", "", file)


def _sample(rig: Rig, server: Server, command: list[str]) -> Samples:
    data = rig.folder / "perf.data"
    loading = subprocess.Popen(
        ["taskset", "-c", LOAD_CORE, *command, "-n", str(CALLS_MAX)], stdout=subprocess.DEVNULL
    )
    try:
        subprocess.run(["sleep", str(WARM_UP)], check=True)
        subprocess.run(
            ["perf", "record", "-q", "-F", str(FREQUENCY), "-g", "-p", str(server.process.pid),
             "-o", data, "--", "sleep", str(SECONDS)],
            check=True, stdout=subprocess.DEVNULL,
        )
    finally:
        loading.kill()
        loading.wait()
    script = ["perf", "script", "-i", data, "--no-demangle", "-F", "ip,sym,dso"]
    return Samples(subprocess.run(script, capture_output=True, text=True, check=True).stdout)


def _table(title: str, samples: Samples, rows: int) -> str:
    total = sum(samples.self.values())
    names = samples.nearest + samples.self
    lines = [f"{title}; per cent:", "", "| module | nearest | self | anywhere on the stack |",
             "| --- | --- | --- | --- |"]
    for name, _ in names.most_common(rows):
        shares = [samples.nearest[name], samples.self[name], samples.anywhere[name]]
        lines.append(f"| {name} | " + " | ".join(f"{100 * x / total:.1f}" for x in shares) + " |")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
