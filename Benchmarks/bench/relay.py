"""P4: what it costs to relay a real HTTP upstream, 16 at a time. Only the gateway's processor time
counts: upstream and load share the other core."""

from __future__ import annotations

from . import gateways, load, rounds, work
from .gateways import PACED, UNARY, UNPACED, Gateway, Kind
from .options import Options
from .peers import LITELLM, NGINX, RELAY, UPSTREAM
from .results import Goal, Result
from .rounds import Side
from .servers import Rig

PEERS = [NGINX, RELAY, LITELLM]
BUILDS = [UPSTREAM, *PEERS]
IN_FLIGHT = 16
# What ours may cost, as a multiple of theirs.
LIMITS = {
    UNPACED: {NGINX.name: 3, LITELLM.name: 1 / 60},
    PACED: {NGINX.name: 3, LITELLM.name: 1 / 60},
    UNARY: {NGINX.name: 4, LITELLM.name: 1 / 100},
}


def relay(options: Options) -> Result:
    peers, notes = options.available(PEERS)
    runs: dict[Kind, rounds.Runs] = {}
    with Rig() as rig:
        _, ways = gateways.start(rig, options, peers)
        for kind in LIMITS:
            for way in ways:
                with work.checking(way.name):
                    way.verify(kind)
            sides = [_side(way, kind) for way in ways]
            runs[kind] = rounds.in_turns(
                f"P4, {kind.name}", sides, options.rounds, options.seconds
            )
        resident = ", ".join(f"{way.name} {way.server.resident_mb():,.0f} MB" for way in ways)
    return Result(
        "P4", "Relay of an HTTP upstream",
        f"{IN_FLIGHT} at a time: streams of {gateways.CHUNKS} chunks, unpaced and with one chunk a"
        " millisecond, and whole answers. The daemon takes gRPC, the others HTTP/1.1; upstream is"
        f" HTTP/1.1 for all. Resident memory afterwards: {resident}.",
        _table(runs), _goals(runs, notes),
        {kind.name: rounds.as_json(own) for kind, own in runs.items()}, notes,
    )


def _side(way: Gateway, kind: Kind) -> Side:
    command = way.load(kind, IN_FLIGHT)

    def run(calls: int) -> load.Run:
        return load.run(
            way.server, [*command, "-n", str(calls)],
            lambda text: load.read_h2load(text, calls, kind.bytes_least), calls * kind.per_call,
        )

    slow = way.name == LITELLM.name
    trial = IN_FLIGHT if kind.stream or slow else 1600
    return Side(way.name, run, kind.per_call, trial, rounds_max=2 if slow else 1000)


def _goals(runs: dict[Kind, rounds.Runs], notes: list[str]) -> list[Goal]:
    goals = []
    for kind, limits in LIMITS.items():
        for name, limit in limits.items():
            times = None
            if name in runs[kind]:
                times = rounds.ratio(runs[kind], "laneway", name, "cpu_us")
            per = "chunk, " + kind.name if kind.stream else "unary call"
            goals.append(Goal("P4", f"CPU a {per}, over {name}'s", limit, "×", False, times,
                              "; ".join(notes)))
    return goals


def _table(runs: dict[Kind, rounds.Runs]) -> list[list[str]]:
    found = []
    for kind, own in runs.items():
        header, *rows = rounds.table(own, "laneway", "units")
        found += [["what", *header]] if not found else []
        found += [[f"{kind.counted}, {kind.name}" if kind.stream else kind.counted, *row]
                  for row in rows]
    return found
