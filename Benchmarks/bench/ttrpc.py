"""P3: calls over ttrpc, the daemon beside containerd's server and the bare echo on our own runtime,
all called by the same program.

Its client "frames" costs little itself, so the server is what is measured; containerd's own client
is the limit where it makes the calls, and is shown for what its users get.
"""

from __future__ import annotations

from collections.abc import Callable

from . import load, rounds
from .options import Options
from .peers import RUNTIME, TTRPC
from .places import BUILT
from .results import Goal, Result
from .rounds import Side
from .rpc import CONFIG
from .servers import Rig, Server
from .work import PROMPT

PEERS = [TTRPC, RUNTIME]
CLIENTS = {"frames": "ready-made frames", "stock": "containerd's client"}


def unary(options: Options) -> Result:
    here, notes = options.available(PEERS)
    if TTRPC not in here:
        goal = Goal("P3", "calls/s over ttrpc-go's", 1.5, "×", True, why_not=notes[0])
        return Result("P3", "Unary calls over ttrpc", "", [], [goal], notes=notes)
    with Rig() as rig:
        servers = [rig.laneway(options.daemon, CONFIG)]
        for peer in here:
            socket = rig.socket(peer.name)
            servers.append(rig.start(peer.name, peer.start(socket, 0), socket))
        runs = {}
        for client, title in CLIENTS.items():
            sides = [Side(server.name, load_on(server, client)) for server in servers]
            runs[client] = rounds.in_turns(
                f"P3, {title}", sides, options.rounds, options.seconds
            )
    return Result(
        "P3", "Unary calls over ttrpc",
        f"`Generate` with a prompt of {len(PROMPT)} bytes, 4 connections with 32 calls in flight"
        " each, by one program in Go: with ready-made frames, and with containerd's own client.",
        _table(runs),
        [Goal("P3", "calls/s over ttrpc-go's, with ready-made frames", 1.5, "×", True,
              rounds.ratio(runs["frames"], "laneway", TTRPC.name, "per_second"))],
        {client: rounds.as_json(own) for client, own in runs.items()}, notes,
    )


def load_on(server: Server, client: str) -> Callable[[int], load.Run]:
    """Makes so many calls by one of the clients."""
    def run(calls: int) -> load.Run:
        command = [
            "env", "GOMAXPROCS=1", str(BUILT / "ttrpc-go/load"), "-socket", str(server.address),
            "-client", client, "-prompt", PROMPT, "-calls", str(calls),
        ]
        return load.run(server, command, lambda text: load.read_json(text, calls), calls)

    return run


def _table(runs: dict[str, rounds.Runs]) -> list[list[str]]:
    found = []
    for client, title in CLIENTS.items():
        header, *rows = rounds.table(runs[client], "laneway", "calls")
        found += [["client", *header]] if not found else []
        found += [[title, *row] for row in rows]
    return found
