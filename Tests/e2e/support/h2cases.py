"""A case of HTTP/2: what is sent by hand, and what the specifications say must come back."""

from __future__ import annotations

import dataclasses
import typing

from . import h2raw as h
from .calls import PATIENCE, request

GOOD = h.framed(request("builtin/echo", "hello").SerializeToString())

# Far above any stream a case opens.
PROOF_STREAM = 9001

Send = bytes | typing.Callable[[h.Peer], None]
Check = typing.Callable[[h.Peer], None]


def call(stream: int = 1, body: bytes = GOOD, fields=None) -> bytes:
    """A whole request."""
    return h.headers(stream, fields or h.fields_of()) + h.body(stream, body)


@dataclasses.dataclass
class Case:
    """`ends`: whether the daemon is to close the connection."""

    name: str
    send: Send
    check: Check
    ends: bool = False
    opening: bytes | None = None

    def run(self, path: str) -> None:
        with h.Peer(path, opening=self.opening) as peer:
            if callable(self.send):
                self.send(peer)
            else:
                peer.send(self.send)
            self.check(peer)
            if self.ends:
                assert peer.wait_closed(PATIENCE), f"the daemon did not close: {peer.told()}"
            else:
                prove_served(peer, PROOF_STREAM)


def prove_served(peer: h.Peer, stream: int = 1) -> None:
    """An honest call on this connection is answered."""
    peer.send(call(stream))
    seen = peer.wait_over(stream)
    assert (seen.http, seen.grpc, seen.reset) == (200, 0, None), peer.told()
    assert b"hello" in seen.data


def connection_error(name: str, send: Send, *codes: int, opening: bytes | None = None) -> Case:
    """GOAWAY with one of these codes, and the end of the connection."""

    def check(peer: h.Peer) -> None:
        peer.wait_closed(PATIENCE)
        assert peer.goaways, f"no GOAWAY: {peer.told()}"
        assert peer.goaways[-1].error_code in codes, peer.told()

    return Case(name, send, check, ends=True, opening=opening)


def closed(name: str, send: Send, *, opening: bytes | None = None) -> Case:
    """The end of the connection; what comes before is left to the server."""
    return Case(name, send, lambda peer: None, ends=True, opening=opening)


def stream_error(name: str, send: Send, code: int, stream: int = 1) -> Case:
    """RST_STREAM on that stream alone."""

    def check(peer: h.Peer) -> None:
        seen = peer.wait_over(stream)
        assert (seen.reset, seen.ended) == (code, False), peer.told()
        assert not peer.goaways, peer.told()

    return Case(name, send, check)


def http(name: str, send: Send, status: int) -> Case:
    """A plain answer without gRPC's trailers."""

    def check(peer: h.Peer) -> None:
        seen = peer.wait_over(1)
        assert (seen.http, seen.grpc, seen.ended) == (status, None, True), peer.told()

    return Case(name, send, check)


def grpc(
    name: str, send: Send, status: int, stream: int = 1, *, opening: bytes | None = None
) -> Case:
    """A gRPC status; a failure comes trailers-only, in one block that ends the stream."""

    def check(peer: h.Peer) -> None:
        seen = peer.wait_over(stream)
        assert (seen.http, seen.grpc, seen.ended) == (200, status, True), peer.told()
        assert len(seen.blocks) == (2 if status == 0 else 1), peer.told()

    return Case(name, send, check, opening=opening)


def served(name: str, send: Send, stream: int = 1, *, opening: bytes | None = None) -> Case:
    """Nothing wrong with it: the call is answered."""
    return grpc(name, send, 0, stream, opening=opening)


def goes_on(name: str, send: Send) -> Case:
    """Nothing comes of it, and the connection lives."""

    def check(peer: h.Peer) -> None:
        peer.settled()
        assert not peer.goaways and not peer.closed, peer.told()
        assert all(seen.reset is None for seen in peer.streams.values()), peer.told()

    return Case(name, send, check)
