"""P1 and P2: calls and streams over gRPC, the daemon beside bare echoes in other gRPC libraries.

The daemon decodes, admits, queues, runs builtin/echo and encodes, with attribution; the others
only echo. All of them take and give the real messages of proto/.
"""

from __future__ import annotations

from support.calls import request

from . import load, rounds
from .options import Options
from .peers import CALLBACK, FLOOR, GO, PYTHON, QUEUE, RUNTIME, SWIFT, Peer
from .places import BUILT
from .results import Goal, Result
from .rounds import Side
from .servers import Rig, Server
from .work import CHUNK, PREFIX_BYTES, PROMPT, STREAM_MESSAGES
from .work import answers_stream, answers_unary, checking, framed

PEERS = [RUNTIME, CALLBACK, QUEUE, SWIFT, GO, PYTHON, FLOOR]
CONNECTIONS, UNARY_IN_FLIGHT, STREAMS_IN_FLIGHT = 4, 32, 4
HEADERS = ["content-type: application/grpc", "te: trailers"]
UNARY = "builtin/echo"
STREAM = f"builtin/echo?repeat={STREAM_MESSAGES}"
# Every lane takes what h2load keeps in flight, or the queue is measured instead of the path.
CONFIG = """threads: 1
lanes:
  builtin: { concurrency: 1024, max_open_streams: 8192 }
log: { level: error }
"""


def unary(options: Options) -> Result:
    """P1."""
    peers, notes = options.available(PEERS)
    with Rig() as rig:
        sides = []
        for server in start(rig, options, [peer for peer in peers if peer is not FLOOR]):
            with checking(server.name):
                answers_unary(server.target, UNARY)
            sides.append(Side(server.name, _unary(rig, server)))
        if FLOOR in peers:
            server = rig.start(
                FLOOR.name, FLOOR.start(rig.socket(FLOOR.name), 0), rig.socket(FLOOR.name)
            )
            sides.append(Side(FLOOR.name, _floor(server), trial=100_000))
        runs = rounds.in_turns("P1", sides, options.rounds, options.seconds)
    return Result(
        "P1", "Unary calls over gRPC",
        f"`Generate` with a prompt of {len(PROMPT)} bytes, {CONNECTIONS} connections with"
        f" {UNARY_IN_FLIGHT} calls in flight each, by h2load. The floor is frames of 64 bytes over"
        " the bare socket, as many in flight.",
        rounds.table(runs, "laneway", "calls"),
        goals("P1", "calls/s", runs, 2.0, 8.0, notes), rounds.as_json(runs), notes,
    )


def stream(options: Options) -> Result:
    """P2."""
    peers, notes = options.available([peer for peer in PEERS if peer is not FLOOR])
    with Rig() as rig:
        sides = []
        for server in start(rig, options, peers):
            with checking(server.name):
                answers_stream(server.target, STREAM, [CHUNK] * STREAM_MESSAGES)
            sides.append(Side(server.name, _stream(rig, server), STREAM_MESSAGES, trial=32))
        runs = rounds.in_turns("P2", sides, options.rounds, options.seconds)
    return Result(
        "P2", "Streams over gRPC",
        f"`Stream` of {STREAM_MESSAGES:,} messages of {len(CHUNK)} bytes, each written by itself;"
        f" {CONNECTIONS} connections with {STREAMS_IN_FLIGHT} streams each, by h2load.",
        rounds.table(runs, "laneway", "messages"),
        goals("P2", "messages/s", runs, 5.0, 10.0, notes), rounds.as_json(runs), notes,
    )


def start(rig: Rig, options: Options, peers: list[Peer]) -> list[Server]:
    """The daemon and the peers, each on a socket of its own."""
    servers = [rig.laneway(options.daemon, CONFIG)]
    for peer in peers:
        socket = rig.socket(peer.name)
        servers.append(rig.start(peer.name, peer.start(socket, STREAM_MESSAGES), socket))
    return servers


def goals(
    target: str, what: str, runs: rounds.Runs, over_cpp: float, over_swift: float,
    notes: list[str],
) -> list[Goal]:
    """Against the better of the two in C++, and against Swift."""
    why_not = "; ".join(notes) or "not chosen"

    def times(names: list[str]) -> float | None:
        here = [name for name in names if name in runs]
        return min(
            (rounds.ratio(runs, "laneway", name, "per_second") for name in here), default=None
        )

    of_cpp = [CALLBACK.name, QUEUE.name]
    better = ", the better of its two" if all(name in runs for name in of_cpp) else ""
    return [
        Goal(target, f"{what} over gRPC C++'s{better}", over_cpp, "×", True, times(of_cpp),
             why_not),
        Goal(target, f"{what} over grpc-swift-2's", over_swift, "×", True, times([SWIFT.name]),
             why_not),
    ]


def _unary(rig: Rig, server: Server):
    return h2load_side(rig, server, "Generate", UNARY, PROMPT, UNARY_IN_FLIGHT, 1, len(PROMPT))


def _stream(rig: Rig, server: Server):
    least = STREAM_MESSAGES * (len(CHUNK) + PREFIX_BYTES)
    return h2load_side(
        rig, server, "Stream", STREAM, CHUNK, STREAMS_IN_FLIGHT, STREAM_MESSAGES, least
    )


def h2load_side(
    rig: Rig, server: Server, method: str, model: str, prompt: str, in_flight: int,
    per_call: int, bytes_least: int,
):
    """A load of one method over gRPC, as `Side` wants it."""
    body = rig.folder / f"{method}-{model.replace('/', '-')}.bin"
    body.write_bytes(framed(request(model, prompt)))
    command = load.h2load(
        server.address, f"/laneway.v1.Laneway/{method}", body, HEADERS,
        connections=CONNECTIONS, in_flight=in_flight,
    )

    def run(calls: int) -> load.Run:
        return load.run(
            server, [*command, "-n", str(calls)],
            lambda text: load.read_h2load(text, calls, bytes_least), calls * per_call,
        )

    return run


def _floor(server: Server):
    def run(frames: int) -> load.Run:
        command = [str(BUILT / "floor/floor"), "load", str(server.address), str(frames)]
        return load.run(server, command, lambda text: load.read_json(text, frames), frames)

    return run
