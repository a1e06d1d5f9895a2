"""P5: how much later an answer comes than from the upstream itself, at 1,000 calls a second.

The calls are begun by the clock, whether those before have been answered or not: 50 a second on
each of 20 connections, a millisecond after each other.

One way has nothing in it: the upstream's own program on the gateways' core. What that adds is the
machine's, which wakes another core for each call, and takes the core away for a while.
"""

from __future__ import annotations

import pathlib
import statistics
import subprocess

from . import gateways, load, machine, work
from .gateways import UNARY, Gateway
from .options import Options
from .peers import NGINX, RELAY, UPSTREAM
from .places import LOAD_CORE, SERVER_CORE
from .results import Goal, Result
from .servers import Rig
from .work import expect

PEERS = [NGINX, RELAY]
BUILDS = [UPSTREAM, *PEERS]
CONNECTIONS, RATE = 20, 1000
SECONDS_LEAST = 4
DIRECT, NOTHING = "direct", "no gateway, on its core"
Quantiles = dict[str, float]


def added(options: Options) -> Result:
    peers, notes = options.available(PEERS)
    runs: dict[str, list[Quantiles]] = {}
    with Rig() as rig:
        provider, ways = gateways.start(rig, options, peers)
        nothing = gateways.upstream(rig, NOTHING, SERVER_CORE)
        ways += [gateways.over_http(rig, server, {}) for server in (nothing, provider)]
        for way in ways:
            with work.checking(way.name):
                way.verify(UNARY)
            _calls(rig, way, 1)
        for number in range(options.rounds):
            for way in ways if number % 2 == 0 else reversed(ways):
                name = DIRECT if way.server is provider else way.name
                found = _calls(rig, way, max(SECONDS_LEAST, options.seconds))
                runs.setdefault(name, []).append(found)
                print(f"  P5, round {number + 1}: {name:<22} p50 {found['p50']:.3f} ms,"
                      f" p99 {found['p99']:.3f} ms, core away {found['away']:.1f} ms/s", flush=True)
    return Result(
        "P5", "Added latency",
        f"Unary calls, {RATE:,} begun in every second on {CONNECTIONS} connections, through the"
        " gateway and to the upstream itself, in turns. Added is the median of the rounds' own"
        f" differences. *{NOTHING}* is the upstream's program on core {SERVER_CORE}; *away* is how"
        " long the hypervisor kept that core for something else.",
        _table(runs),
        [Goal("P5", f"added at {name}", limit, "ms", False, _added(runs, "laneway", name))
         for name, limit in (("p50", 0.25), ("p99", 1.0))],
        runs, notes,
    )


def _calls(rig: Rig, way: Gateway, seconds: float) -> Quantiles:
    """One run: quantiles of its calls, and how long the core was away, in milliseconds a second."""
    log = rig.folder / "calls.log"
    log.unlink(missing_ok=True)
    calls = int(RATE * seconds) // CONNECTIONS * CONNECTIONS
    command = [
        *way.command(UNARY, CONNECTIONS, 16 if way.multiplexes else 1), "-n", str(calls),
        # One new connection a millisecond, and the calls of each by a clock of its own.
        "-r", "1", "--rate-period", "1ms", "--rps", str(RATE // CONNECTIONS),
        "--log-file", str(log),
    ]
    away = machine.stolen_seconds(SERVER_CORE)
    done = subprocess.run(
        ["taskset", "-c", LOAD_CORE, *command],
        capture_output=True, text=True, timeout=120, check=True,
    )
    away = machine.stolen_seconds(SERVER_CORE) - away
    load.read_h2load(done.stdout, calls, UNARY.bytes_least)
    return _quantiles(log, calls) | {"away": 1000 * away / seconds}


def _quantiles(log: pathlib.Path, calls: int) -> Quantiles:
    """A line of the log is when the call began, its HTTP status and its microseconds."""
    rows = [line.split("\t") for line in log.read_text().splitlines()]
    took = sorted(int(row[2]) / 1000 for row in rows)
    expect(len(took) == calls, f"{len(took)} of {calls} calls are in h2load's log")
    return {"p50": statistics.median(took), "p99": took[int(calls * 0.99)], "max": took[-1]}


def _added(runs: dict[str, list[Quantiles]], name: str, quantile: str) -> float:
    pairs = zip(runs[name], runs[DIRECT])
    return statistics.median(through[quantile] - direct[quantile] for through, direct in pairs)


def _table(runs: dict[str, list[Quantiles]]) -> list[list[str]]:
    rows = [["way", "p50 ms", "p99 ms", "added at p50, ms", "added at p99, ms", "away, ms/s"]]
    for name, own in runs.items():
        plain = [f"{statistics.median(run[which] for run in own):.3f}" for which in ("p50", "p99")]
        away = f"{statistics.mean(run['away'] for run in own):.1f}"
        more = ["", ""]
        if name != DIRECT:
            more = [f"{_added(runs, name, which):.3f}" for which in ("p50", "p99")]
        rows.append([name, *plain, *more, away])
    return rows
