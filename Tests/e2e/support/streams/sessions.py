"""Valid sessions of each wire, frame by frame: what is mutated and spliced."""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import itertools
import re
import struct
import time

import hpack

from .. import h2raw as h
from .. import ttrpc
from ..calls import PATIENCE
from ..daemon import CHECKOUT
from . import asks
from .asks import CANCELLED, DEADLINE_EXCEEDED, NOT_FOUND, UNIMPLEMENTED, Ask
from .frames import Frame, frames_of

START = h.PREFACE + h.settings()
# Upstreams of the run that answers these.
SLOW, ENDLESS = "local/slow", "local/endless"


@dataclasses.dataclass(frozen=True)
class Session:
    """What one client says on one connection, and how each of its calls ends."""

    name: str
    opening: bytes
    frames: tuple[Frame, ...]
    codes: dict[int, int]

    def __bytes__(self) -> bytes:
        return self.opening + b"".join(map(bytes, self.frames))


COMMON: dict[str, list[Ask]] = {
    "a unary call": [asks.generate()],
    "unary calls": [asks.generate(prompt=f"call {n}") for n in range(4)],
    "a stream": [asks.stream()],
    "a paced stream": [asks.stream("builtin/echo?pace=100", "a b c d")],
    "calls of all kinds at once": [
        asks.generate(), asks.stream("builtin/echo?pace=100"), asks.health(), asks.lanes(),
        asks.generate("builtin/echo?first_chunk=20ms"), asks.held("held-1"),
    ],
    "a held call": [asks.held("held-2")],
    "many calls, and one that is held": [
        *(asks.generate(prompt=f"call {n}") for n in range(40)), asks.held("held-6")],
    "a held call, cancelled by its id": [
        dataclasses.replace(asks.held("held-3"), code=CANCELLED), asks.cancel("held-3")],
    "cancelled by an id that nobody has": [asks.cancel("no-such-call")],
    "a call of upstream": [asks.generate(SLOW), asks.stream(SLOW)],
    "a call of upstream that never ends": [asks.stream(ENDLESS, code=None), asks.generate()],
    "health": [
        asks.health(), asks.health(asks.LANEWAY), asks.health("no.such", code=NOT_FOUND),
        asks.health(method="Watch", code=None), asks.health("no.such", "Watch", code=None),
    ],
    "reflection": [asks.reflection(), asks.reflection("v1alpha")],
    "lanes and models": [
        asks.lanes(), asks.watch_lanes(), asks.list_models(), asks.resolve(),
    ],
    "a rich request": [asks.rich()],
    "deadlines": [
        asks.generate(timeout_ms=5000),
        dataclasses.replace(asks.held("held-4", timeout_ms=20), code=DEADLINE_EXCEEDED),
    ],
    "a long prompt": [asks.generate(prompt="word " * 12_000)],
    "a long answer": [asks.stream("builtin/echo?repeat=20", "many words " * 20)],
    "methods that are not there": [
        dataclasses.replace(asks.generate(), method="Degenerate", code=UNIMPLEMENTED),
        dataclasses.replace(asks.generate(), service="no.Such", code=UNIMPLEMENTED),
    ],
}  # fmt: skip


@functools.cache
def sessions(wire: str) -> tuple[Session, ...]:
    """All of them."""
    common = [_session(wire, name, calls) for name, calls in COMMON.items()]
    interleaved = [
        _session(wire, f"{name}, interleaved", calls, interleaved=True)
        for name, calls in COMMON.items() if len(calls) > 1
    ]  # fmt: skip
    own = _of_http2() if wire == "grpc" else _of_ttrpc()
    return (*common, *interleaved, *own, *_transcripts(wire))


def _session(wire: str, name: str, calls: list[Ask], *, interleaved=False, **how) -> Session:
    numbered = list(zip(itertools.count(1, 2), calls))
    pieces = [getattr(ask, wire)(number, **how) for number, ask in numbered]
    if interleaved:
        rounds = itertools.zip_longest(*pieces, fillvalue=b"")
        data = b"".join(itertools.chain(*rounds))
    else:
        data = b"".join(itertools.chain(*pieces))
    codes = {number: ask.code for number, ask in numbered if ask.code is not None}
    return _made(wire, name, data, codes)


def _made(wire: str, name: str, data: bytes, codes: dict[int, int]) -> Session:
    opening = h.PREFACE if wire == "grpc" else b""
    data = h.settings() + data if wire == "grpc" else data
    return Session(name, opening, tuple(frames_of(wire, data)), codes)


def _of_http2() -> list[Session]:
    unary, endless = asks.generate(), asks.stream("builtin/echo?pace=20", "a b c d e f g h")
    calls = [asks.generate(prompt=f"call {n}") for n in range(4)]
    upstream = asks.stream(ENDLESS)
    fill = b"".join
    block = h.block(unary.fields())
    body = unary.grpc(1)[1]
    return [
        _session("grpc", "packed headers", calls, encoder=hpack.Encoder()),
        _session("grpc", "packed messages", [
            dataclasses.replace(ask, packed=True) for ask in (unary, asks.rich(), endless)]),
        _made("grpc", "streams that are reset", fill([
            *endless.grpc(1), *upstream.grpc(3), *asks.held("held-5").grpc(5), h.reset(1),
            h.reset(3), h.reset(5), *unary.grpc(7)]), {7: 0}),
        _made("grpc", "a request in parts", fill([
            h.headers(1, block[:9], flags=0), h.frame(h.CONTINUATION, 0, 1, block[9:40]),
            h.frame(h.CONTINUATION, h.END_HEADERS, 1, block[40:]), h.data(1, body[9:12]),
            h.data(1), h.data(1, body[12:20]),
            h.frame(h.DATA, h.PADDED | h.END_STREAM, 1, b"\x07" + body[20:] + bytes(7))]), {1: 0}),
        _made("grpc", "frames of the connection", fill([
            h.settings((1, 100), (3, 10), (4, 70_000), (6, 20_000)), h.window(0, 100_000),
            h.frame(h.SETTINGS, h.ACK), *unary.grpc(1), h.window(1, 100),
            h.frame(h.PRIORITY, 0, 3, struct.pack(">IB", 1, 7)),
            h.frame(h.PING, payload=b"12345678"), h.frame(h.PING, h.ACK, payload=bytes(8)),
            h.frame(0x77, 0xFF, 1, b"unknown"), *asks.health().grpc(3)]), {1: 0, 3: 0}),
        _made("grpc", "an answer longer than a window", fill([
            h.settings((4, 1 << 20)), h.window(0, 1 << 20),
            *asks.stream("builtin/echo?repeat=200", "many words " * 20).grpc(1)]), {1: 0}),
        _made("grpc", "a goodbye", fill([
            *unary.grpc(1), h.frame(h.GOAWAY, payload=bytes(8) + b"bye")]), {1: 0}),
    ]  # fmt: skip


def _of_ttrpc() -> list[Session]:
    unary = asks.generate()
    paced = asks.stream("builtin/echo?pace=100").messages[0]
    held_open = ttrpc.envelope(asks.LANEWAY, "Stream", paced)
    return [
        _made("ttrpc", "a stream whose request is ended by Data", b"".join([
            ttrpc.frame(1, ttrpc.REQUEST, ttrpc.REMOTE_OPEN, held_open),
            ttrpc.frame(1, ttrpc.DATA, ttrpc.REMOTE_CLOSED | ttrpc.NO_DATA),
            *unary.ttrpc(3)]), {1: 0, 3: 0}),
        _made("ttrpc", "frames that no client sends", b"".join([
            ttrpc.frame(1, ttrpc.RESPONSE, 0, b"\x0a\x00"), ttrpc.frame(7, 9, 0xFF, b"unknown"),
            *unary.ttrpc(1)]), {1: 0}),
        _made("ttrpc", "numbers that leap", b"".join(
            b"".join(unary.ttrpc(n)) for n in (1, 9, 2**31 + 1)), {1: 0, 9: 0, 2**31 + 1: 0}),
    ]  # fmt: skip


def _transcripts(wire: str) -> list[Session]:
    """What docs/protocol.md has a client say."""
    page = (CHECKOUT / "docs/protocol.md").read_text()
    found = []
    for block in re.findall(r"```hex\n(.*?)```", page, re.DOTALL):
        data = _said_by_client(block)
        if (data[0] != 0) == (wire == "grpc"):
            frames = frames_of(wire, data.removeprefix(h.PREFACE))
            opening = h.PREFACE if wire == "grpc" else b""
            number = max(frame.stream for frame in frames)
            found.append(Session(f"transcript {len(found)}", opening, tuple(frames), {number: 0}))
    return found


def _said_by_client(block: str) -> bytes:
    who, said = "", b""
    for line in block.splitlines():
        who = line[0] if line[0] in "<>" else who
        said += bytes.fromhex(line.lstrip("<>").partition("#")[0]) if who == ">" else b""
    return said


def ends_of(path: str, wire: str, session: Session) -> dict[int, int]:
    """How the calls of a session end that is sent as it is: those that should, and all that do."""
    return (_ends_on_http2 if wire == "grpc" else _ends_on_ttrpc)(path, session)


def _ends_on_http2(path: str, session: Session) -> dict[int, int]:
    with h.Peer(path, opening=bytes(session)) as peer:
        peer.wait(lambda: all(peer[number].is_over for number in session.codes))
        peer.wait(lambda: False, 0.03)
        return {n: seen.grpc for n, seen in peer.streams.items() if seen.grpc is not None}


def _ends_on_ttrpc(path: str, session: Session) -> dict[int, int]:
    found: dict[int, int] = {}
    connection = ttrpc.Connection(path)
    connection.send(bytes(session))
    limit = time.monotonic() + PATIENCE
    # Streams that never end say something all the time.
    with contextlib.suppress(TimeoutError):
        while True:
            if not session.codes.keys() - found:
                limit = min(limit, time.monotonic() + 0.03)
            answer = connection.receive(max(0.001, limit - time.monotonic()))
            if answer.kind == ttrpc.RESPONSE:
                found[answer.stream] = answer.status.code
            elif answer.flags & ttrpc.REMOTE_CLOSED:
                found[answer.stream] = 0
            if time.monotonic() > limit:
                break
    connection.close()
    return found
