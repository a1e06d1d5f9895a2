"""P7: resident memory of the daemon: idle, with many open streams, and after they have ended.

The streams are open in every sense: the daemon's own ListLanes has to say so. Half of the cases
are streams of builtin/echo at a slow pace, the others come from an HTTP upstream that says one
chunk and then nothing, so that each has a connection of its own upstream as well.
"""

from __future__ import annotations

import dataclasses
import os
import subprocess
import time

import grpc
from support.calls import request
from support.stubs import lane_admin, lane_admin_services

from . import gateways, load, rpc, work
from .options import Options
from .peers import UPSTREAM
from .places import LOAD_CORE
from .results import Goal, Result
from .servers import Rig, Server
from .work import PROMPT, expect

BUILDS = [UPSTREAM]
STREAMS_A_CONNECTION = 100
OPEN_SECONDS_MAX, SETTLE_SECONDS, AFTER_SECONDS_MAX = 60, 2, 20
IDLE_MB, LIMITS_MB, AFTER_TIMES = 30, {1_000: 80, 10_000: 300}, 1.1
# The lane of each source, and the model that keeps its streams open.
SOURCES = {
    "builtin": "builtin/echo?repeat=100000&pace=0.2",
    "upstream": "upstream/silent",
}
PROVIDER = """providers:
  upstream: { kind: openai, base_url: "http://127.0.0.1:PORT/v1" }
"""
CONFIG = """threads: 1
lane_defaults: { concurrency: 16384, max_open_streams: 16384 }
limits: { calls_per_uid_max: 20000, idle_timeout: 10m }
log: { level: error }
"""


@dataclasses.dataclass(frozen=True)
class Held:
    """What one source of streams did to the daemon, in MB and seconds."""

    idle: float
    opened: dict[int, float]
    after: float
    after_seconds: float


def resident(options: Options) -> Result:
    sources, notes = dict(SOURCES), options.available([UPSTREAM])[1]
    if notes:
        del sources["upstream"]
    held = {lane: _held(options, lane, model) for lane, model in sources.items()}
    goals = []
    for lane, one in held.items():
        back = f"{AFTER_SECONDS_MAX} s after they ended, over idle, {lane}"
        goals += [
            Goal("P7", f"idle, before {lane}", IDLE_MB, "MB", False, one.idle),
            *(Goal("P7", f"{count:,} open streams of {lane}", limit, "MB", False, one.opened[count])
              for count, limit in LIMITS_MB.items()),
            Goal("P7", back, AFTER_TIMES, "×", False, one.after / one.idle),
        ]
    header = ["streams of", "idle MB", *(f"{count:,} open, MB" for count in LIMITS_MB),
              "ended, MB", "after s"]
    rows = [
        [lane, f"{one.idle:.1f}", *(f"{mb:.1f}" for mb in one.opened.values()),
         f"{one.after:.1f}", f"{one.after_seconds:.1f}"]
        for lane, one in held.items()
    ]
    return Result(
        "P7", "Resident memory",
        "Idle is after the first call. *Ended* is the least within"
        f" {AFTER_SECONDS_MAX} s after the clients have gone, and when it was reached.",
        [header, *rows], goals, {lane: dataclasses.asdict(one) for lane, one in held.items()},
        notes,
    )


def _held(options: Options, lane: str, model: str) -> Held:
    """A daemon of its own for each source."""
    _forget_pages(options.daemon)
    with Rig() as rig:
        config = CONFIG
        if lane == "upstream":
            config += PROVIDER.replace("PORT", str(gateways.upstream(rig).address))
        server = rig.laneway(options.daemon, config)
        work.answers_unary(server.target, rpc.UNARY)
        time.sleep(SETTLE_SECONDS)
        idle, opened = server.resident_mb(), {}
        for count in LIMITS_MB:
            opened[count] = _with_open(rig, server, lane, model, count)
            print(f"  P7, {lane}: {count:,} open streams take {opened[count]:.1f} MB,"
                  f" idle {idle:.1f} MB", flush=True)
        after, seconds = _least(server, idle * AFTER_TIMES)
        print(f"  P7, {lane}: {after:.1f} MB after {seconds:.1f} s", flush=True)
        return Held(idle, opened, after, seconds)


def _forget_pages(daemon: str) -> None:
    """Has the program read from disk, as after it was installed. One that was just linked lies in
    memory in larger pieces, and more of it counts as resident than was used: 3 MB of 29."""
    with open(daemon, "rb") as program:
        os.fsync(program.fileno())
        os.posix_fadvise(program.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def _with_open(rig: Rig, server: Server, lane: str, model: str, count: int) -> float:
    """Resident MB while so many streams are open; they are closed again by the client's end."""
    body = rig.folder / "hold.bin"
    body.write_bytes(work.framed(request(model, PROMPT)))
    command = load.h2load(
        server.address, "/laneway.v1.Laneway/Stream", body, rpc.HEADERS,
        connections=count // STREAMS_A_CONNECTION, in_flight=STREAMS_A_CONNECTION,
    )
    holder = subprocess.Popen(
        ["taskset", "-c", LOAD_CORE, *command, "-n", str(count)],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )
    try:
        _await_open(server, lane, count)
        time.sleep(SETTLE_SECONDS)
        return server.resident_mb()
    finally:
        holder.terminate()
        holder.wait()
        _await_open(server, lane, 0)


def _await_open(server: Server, lane: str, count: int) -> None:
    """Until the daemon itself says that so many streams are open in the lane."""
    limit = time.monotonic() + OPEN_SECONDS_MAX
    seen = -1
    with grpc.insecure_channel(server.target) as channel:
        admin = lane_admin_services.LaneAdminStub(channel)
        while seen != count:
            expect(time.monotonic() < limit,
                   f"{seen:,} streams are open in lane {lane} after {OPEN_SECONDS_MAX} s,"
                   f" not {count:,}")
            time.sleep(0.1)
            told = admin.ListLanes(lane_admin.ListLanesRequest(names=[lane]), timeout=20)
            seen = told.lanes[0].open_streams if told.lanes else 0


def _least(server: Server, wanted: float) -> tuple[float, float]:
    """The least memory seen until it is as little as wanted or the time is over, and when."""
    began = time.monotonic()
    least, when = server.resident_mb(), 0.0
    while least > wanted and time.monotonic() - began < AFTER_SECONDS_MAX:
        time.sleep(0.2)
        if (now := server.resident_mb()) < least:
            least, when = now, time.monotonic() - began
    return least, when
