"""A storm of calls, many of them cancelled, while the lanes change under it; and what it leaves.

Benchmarks/storm.py makes a large one, test_storm.py a small one.
"""

from __future__ import annotations

import dataclasses
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import time

import grpc

from .calls import request
from .checks import Check
from .daemon import Daemon
from .process_figures import Figures, figures
from .storm_fates import LANES
from .patience import IS_MEASURED, patient
from .stubs import lane_admin, lane_admin_services, services
from .weather import Weather

CONFIG = """
providers:
  quick: { kind: builtin }
  held: { kind: builtin }
  kept: { kind: builtin }
lane_defaults: { queue_depth_max: 64 }
lanes:
  quick: { concurrency: 16 }
  held: { concurrency: 16, hold: completion }
  kept: { concurrency: 16, on_disconnect: finish }
log: { level: warning }
"""
SETTLE_SECONDS = patient(10.0)
RSS_PART, RSS_BYTES = 0.10, (8 if IS_MEASURED else 512) << 20


@dataclasses.dataclass(frozen=True)
class Size:
    """How much of a storm."""

    calls: int = 100_000
    processes: int = 4
    in_flight: int = 48
    seed: int = 1


@dataclasses.dataclass
class Result:
    """What came of a storm."""

    size: Size
    seconds: float
    seen: dict[str, int]
    wrong: list[str]
    changes: dict[str, int]
    figures: dict[str, Figures]
    # By lane: how many calls it started, and how many it refused for which reason.
    lanes: dict[str, dict[str, int]]
    checks: list[Check]

    @property
    def passed(self) -> bool:
        return all(check.passed for check in self.checks)


def blow(target: str, size: Size) -> dict:
    """The calls of one storm, by its processes; how often which fate had which outcome."""
    script = pathlib.Path(__file__).with_name("storm_process.py")
    plan = dataclasses.asdict(size) | {"target": target}
    process = subprocess.Popen(
        [sys.executable, str(script), json.dumps(plan)], stdout=subprocess.PIPE, text=True,
        start_new_session=True,
    )
    try:
        out, _ = process.communicate(timeout=60 + size.calls / 100)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    assert process.returncode == 0, "a process of the storm ended ill"
    return json.loads(out)


def run(size: Size) -> Result:
    """A tenth of the storm to warm up, then all of it, and what is left behind."""
    daemon = Daemon(CONFIG).wait_until_listening()
    try:
        with grpc.insecure_channel(daemon.target) as channel:
            return _run(daemon, channel, size)
    finally:
        daemon.stop()


def _run(daemon: Daemon, channel, size: Size) -> Result:
    admin = lane_admin_services.LaneAdminStub(channel)
    for name in LANES:
        services.LanewayStub(channel).Generate(request(f"{name}/echo"), timeout=20)
    pid = daemon.process.pid
    kept = {"at the start": figures(pid)}
    with Weather(admin, LANES, size.seed):
        warm_up = blow(daemon.target, dataclasses.replace(size, calls=size.calls // 10))
    settle(admin, pid, kept["at the start"], None)
    kept["after a tenth"] = figures(pid)

    began = time.monotonic()
    with Weather(admin, LANES, size.seed + 1) as weather:
        found = blow(daemon.target, dataclasses.replace(size, seed=size.seed + 1))
    seconds = time.monotonic() - began
    lanes = settle(admin, pid, kept["at the start"], kept["after a tenth"])
    kept["after all"] = figures(pid)
    result = Result(
        size, seconds, found["seen"], warm_up["wrong"] + found["wrong"] + weather.wrong,
        weather.changes, kept, {lane.name: told(lane) for lane in lanes}, [],
    )
    seen = sum((sum(part["seen"].values()) for part in (warm_up, found)), len(LANES))
    result.checks = checks(result, lanes, seen, daemon.log.read_text())
    return result


def told(lane) -> dict[str, int]:
    """What the lane says that it did since its beginning."""
    refusals = {refusal.reason: refusal.count for refusal in lane.refusals}
    return {"started": lane.started, "promotions": lane.promotions} | refusals


def rss_limit(before: Figures) -> int:
    return before.rss_bytes + max(int(before.rss_bytes * RSS_PART), RSS_BYTES)


def settle(admin, pid: int, start: Figures, warm: Figures | None) -> list:
    """The lanes once all has come back, or as they are when that takes too long."""
    limit = time.monotonic() + SETTLE_SECONDS
    while True:
        lanes = list(admin.ListLanes(lane_admin.ListLanesRequest()).lanes)
        now = figures(pid)
        idle = not any(lane.running or lane.open_streams or lane.queued for lane in lanes)
        slim = now.descriptors <= start.descriptors and now.threads <= start.threads
        slim = slim and (warm is None or now.rss_bytes <= rss_limit(warm))
        if (idle and slim) or time.monotonic() > limit:
            return lanes
        time.sleep(0.1)


def checks(result: Result, lanes: list, seen_ever: int, log: str) -> list[Check]:
    """What a storm must leave behind: nothing."""
    end, start = result.figures["after all"], result.figures["at the start"]
    outcomes = sum(result.seen.values())
    ok = sum(count for name, count in result.seen.items() if name.endswith(": OK"))
    started = sum(lane.started for lane in lanes)
    left = sum(refusal.count for lane in lanes for refusal in lane.refusals
               if refusal.reason.lower() == "caller_left")
    refused = sum(refusal.count for lane in lanes for refusal in lane.refusals)
    return [
        Check("calls without an outcome, or with two", abs(outcomes - result.size.calls), 0),
        Check("calls that ended as they must not", len(result.wrong), 0),
        Check("lanes looked at", len(lanes), len(LANES), True),
        Check("slots taken in the end", sum(lane.running for lane in lanes), 0),
        Check("streams open in the end", sum(lane.open_streams for lane in lanes), 0),
        Check("calls queued in the end", sum(lane.queued for lane in lanes), 0),
        Check("bytes queued in the end", sum(lane.queued_bytes for lane in lanes), 0),
        Check("slots leaked", sum(lane.leaked_slots for lane in lanes), 0),
        Check("lines of the log about leaks", len(re.findall("leaked", log)), 0),
        Check("calls started or refused in the lanes", started + refused, seen_ever),
        Check("calls started in the lanes", started, ok, True),
        Check("calls cancelled while they were queued", left, result.size.calls / 200, True),
        Check("descriptors in the end", end.descriptors, start.descriptors),
        Check("threads in the end", end.threads, start.threads),
        Check(
            "resident memory in the end, MiB", end.rss_bytes / (1 << 20),
            rss_limit(result.figures["after a tenth"]) / (1 << 20),
        ),
    ]
