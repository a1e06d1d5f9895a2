"""What `profile exact` counts: of each kind which server, called how, and what a piece of it is."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from . import gateways, load, peers, profile, relay, rpc, ttrpc
from .gateways import CHUNKS, SLOW, UNARY, UNPACED, Kind
from .options import Options
from .peers import RELAY, RUNTIME, Peer
from .places import BUILT
from .servers import Rig, Server
from .work import STREAM_MESSAGES

# Makes so many calls, and checks what was answered.
Calls = Callable[[int], object]
# Starts the server by this program; with the load on it.
Start = Callable[[Rig, str], tuple[Server, Calls]]


@dataclasses.dataclass(frozen=True)
class Counted:
    start: Start
    # Whose program, where it is not the daemon.
    peer: Peer | None = None
    calls: int = 4_000
    # In a call: messages, chunks, or itself.
    pieces: int = 1


def _over_grpc(model: str) -> Start:
    def start(rig: Rig, program: str) -> tuple[Server, Calls]:
        server = rig.laneway(program, rpc.CONFIG)
        return server, _h2load(server, profile.grpc_command(rig, server, model), len(rpc.PROMPT))

    return start


def _bare_over_grpc(rig: Rig, program: str) -> tuple[Server, Calls]:
    server = _bare(rig, program)
    command = profile.grpc_command(rig, server, rpc.UNARY)
    return server, _h2load(server, command, len(rpc.PROMPT))


def _over_ttrpc(rig: Rig, program: str) -> tuple[Server, Calls]:
    return _ready_made(rig.laneway(program, rpc.CONFIG))


def _bare_over_ttrpc(rig: Rig, program: str) -> tuple[Server, Calls]:
    return _ready_made(_bare(rig, program))


def _bare(rig: Rig, program: str) -> Server:
    socket = rig.socket(RUNTIME.name)
    return rig.start(RUNTIME.name, [program, str(socket), "1"], socket)


def _ready_made(server: Server) -> tuple[Server, Calls]:
    _options("").prepare([peers.TTRPC])
    return server, ttrpc.load_on(server, "frames")


def _relayed(kind: Kind, in_flight: int, bare: bool = False) -> Start:
    def start(rig: Rig, program: str) -> tuple[Server, Calls]:
        options = _options(program)
        options.prepare([peers.UPSTREAM])
        provider = gateways.upstream(rig)
        if bare:
            way = gateways.http_relay(rig, options, provider, program)
        else:
            way = gateways.laneway(rig, options, provider)
        way.verify(kind)
        return way.server, _h2load(way.server, way.load(kind, in_flight), kind.bytes_least)

    return start


def _h2load(server: Server, command: list[str], bytes_least: int) -> Calls:
    """A call that fails has a shorter answer, and would be cheaper than it is."""
    def make(calls: int) -> load.Run:
        return load.run(server, [*command, "-n", str(calls)],
                        lambda text: load.read_h2load(text, calls, bytes_least), calls)

    return make


def _options(program: str) -> Options:
    return Options(program, 1, 1, [], BUILT)


# A stream of slow chunks is alone: each chunk is to wake the server by itself, which sixteen
# would not do to one that is a hundred times slower.
COUNTED = {
    "unary": Counted(_over_grpc(rpc.UNARY)),
    "runtime": Counted(_bare_over_grpc, RUNTIME),
    "stream": Counted(_over_grpc(rpc.STREAM), None, 64, STREAM_MESSAGES),
    "ttrpc": Counted(_over_ttrpc),
    "ttrpc-runtime": Counted(_bare_over_ttrpc, RUNTIME),
    "relay": Counted(_relayed(UNARY, relay.IN_FLIGHT)),
    "http-relay": Counted(_relayed(UNARY, relay.IN_FLIGHT, bare=True), RELAY),
    "chunks": Counted(_relayed(UNPACED, relay.IN_FLIGHT), None, 64, CHUNKS),
    "paced": Counted(_relayed(SLOW, 1), None, 1, CHUNKS),
    "paced-http-relay": Counted(_relayed(SLOW, 1, bare=True), RELAY, 1, CHUNKS),
}
