"""Attacks on the daemon over raw frames, each run until the daemon ends it or its time is over."""

from __future__ import annotations

import contextlib
import socket
import struct
import time

from . import h2raw as h
from .calls import request
from .h2cases import GOOD, call

BLOCK = h.block(h.fields_of())
# Says a lot: an answer that nobody reads.
LONG = h.framed(request("builtin/echo?repeat=10000", "x" * 8_000).SerializeToString())
CONTROL = 64


class CutOff(Exception):
    """The daemon has closed."""


class Attack:
    """What one attacker does on one connection after the other, and how the daemon ended each."""

    def __init__(self, path: str, seconds: float) -> None:
        self.path = path
        self.until = time.monotonic() + seconds
        # Seconds from a connection's first frame to its end, and the codes of the GOAWAYs.
        self.lives: list[float] = []
        self.codes: list[int | None] = []
        self.frames = 0

    @property
    def goes_on(self) -> bool:
        return time.monotonic() < self.until

    @contextlib.contextmanager
    def peer(self, opening: bytes | None = None):
        """A connection of the attacker, and the account of how it ended."""
        one = h.Peer(self.path, opening=opening)
        # An ACK in the midst of what it sends would be a breach of its own.
        one.acknowledges = False
        began = time.monotonic()
        try:
            yield one
        except CutOff:
            self.lives.append(time.monotonic() - began)
            with contextlib.suppress(OSError):
                one.wait_closed(1)
            self.codes.append(one.goaways[-1].error_code if one.goaways else None)
        finally:
            one.close()

    def pour(self, peer: h.Peer, piece: bytes, frames: int, *, reads: bool = True) -> None:
        """Sends it again and again. A peer that does not read is cut off when it cannot write."""
        while self.goes_on:
            self.send(peer, piece, reads=reads)
            self.frames += frames

    def send(self, peer: h.Peer, piece: bytes, *, reads: bool = True) -> None:
        peer.socket.settimeout(0.2)
        view = memoryview(piece)
        while view and self.goes_on:
            try:
                view = view[peer.socket.send(view) :]
            except TimeoutError:
                pass
            except OSError as error:
                raise CutOff from error
        if reads:
            self.read(peer)

    def read(self, peer: h.Peer, seconds: float = 0.001) -> None:
        peer.wait(lambda: False, seconds)
        if peer.closed:
            raise CutOff

    def linger(self, peer: h.Peer) -> None:
        """Does nothing more until the daemon has enough."""
        while self.goes_on:
            self.read(peer, 0.2)


def streams(first: int = 1):
    return range(first, 0x7FFFFFFF, 2)


def harmless(attack: Attack, peer: h.Peer) -> None:
    """Whole calls, one after the other: what company of any kind costs on this machine."""
    peer.send(h.settings((4, 0x7FFFFFFF)) + h.window(0, 0x7FFF0000))
    for one in streams():
        if not attack.goes_on:
            return
        # Whole, also where its time ends meanwhile: an answer is waited for.
        peer.send(call(one))
        peer.wait(lambda one=one: peer[one].is_over)
        attack.frames += 2


def rapid_reset(attack: Attack, peer: h.Peer) -> None:
    ids = iter(streams())
    while attack.goes_on:
        pieces = [(h.headers(one, BLOCK), h.reset(one)) for one in (next(ids) for _ in range(200))]
        attack.send(peer, b"".join(piece for pair in pieces for piece in pair))
        attack.frames += 400


def made_you_reset(attack: Attack, peer: h.Peer) -> None:
    ids = iter(streams())
    while attack.goes_on:
        some = [next(ids) for _ in range(50)]
        opened = b"".join(h.headers(one, BLOCK) + h.window(one, 0x7FFFFFFF) for one in some)
        attack.send(peer, opened)
        attack.frames += 100


def continuation_flood(attack: Attack, peer: h.Peer) -> None:
    attack.send(peer, h.headers(1, BLOCK, flags=0), reads=False)
    attack.pour(peer, h.frame(h.CONTINUATION, 0, 1, h.literal("x", "y")) * CONTROL, CONTROL)


def settings_flood(attack: Attack, peer: h.Peer) -> None:
    attack.pour(peer, h.settings((4, 65_535)) * CONTROL, CONTROL)


def settings_flood_unread(attack: Attack, peer: h.Peer) -> None:
    attack.pour(peer, h.settings((4, 65_535)) * CONTROL, CONTROL, reads=False)


def ping_flood(attack: Attack, peer: h.Peer) -> None:
    attack.pour(peer, h.frame(h.PING, payload=bytes(8)) * CONTROL, CONTROL)


def ping_flood_unread(attack: Attack, peer: h.Peer) -> None:
    attack.pour(peer, h.frame(h.PING, payload=bytes(8)) * CONTROL, CONTROL, reads=False)


def empty_data_flood(attack: Attack, peer: h.Peer) -> None:
    attack.send(peer, h.headers(1, BLOCK), reads=False)
    attack.pour(peer, h.data(1) * CONTROL, CONTROL)


def padding_flood(attack: Attack, peer: h.Peer) -> None:
    attack.send(peer, h.headers(1, BLOCK), reads=False)
    attack.pour(peer, h.frame(h.DATA, h.PADDED, 1, bytes([255]) + bytes(255)) * CONTROL, CONTROL)


def hpack_bomb(attack: Attack, peer: h.Peer) -> None:
    bomb = BLOCK + h.literal("x-bomb", "v" * 3_900, 0x40) + b"\xbe" * 8_000
    for one in streams():
        if not attack.goes_on:
            return
        attack.send(peer, h.headers(one, bomb))
        attack.frames += 1


def window_stall(attack: Attack, peer: h.Peer) -> None:
    # A window that never opens holds back an answer each.
    for one in range(1, 401, 2):
        attack.send(peer, call(one, LONG, h.fields_of(h.STREAM)))
        attack.frames += 2
    attack.linger(peer)


def slow_reader(attack: Attack, peer: h.Peer) -> None:
    for one in range(1, 201, 2):
        attack.send(peer, call(one, LONG, h.fields_of(h.STREAM)), reads=False)
        attack.frames += 2
    while attack.goes_on:
        time.sleep(0.2)
        peer.socket.settimeout(1)
        try:
            if not peer.socket.recv(1):
                raise CutOff
        except TimeoutError:
            pass
        except OSError as error:
            raise CutOff from error


def slow_writer(attack: Attack, peer: h.Peer) -> None:
    # Half of a message each, and never the rest.
    for one in range(1, 401, 2):
        attack.send(peer, h.headers(one, BLOCK) + h.data(one, GOOD[:-2]))
        attack.frames += 2
    attack.linger(peer)


def slow_headers(attack: Attack, peer: h.Peer) -> None:
    attack.send(peer, h.headers(1, BLOCK[:10], flags=0))
    attack.linger(peer)


def slow_preface(attack: Attack, peer: h.Peer) -> None:
    attack.linger(peer)


def priority_churn(attack: Attack, peer: h.Peer) -> None:
    number = 1
    while attack.goes_on:
        pieces = []
        for _ in range(200):
            number = (number + 2) & 0x7FFFFFFF
            pieces.append(h.frame(h.PRIORITY, 0, number, struct.pack(">IB", number // 2 | 1, 7)))
        attack.send(peer, b"".join(pieces))
        attack.frames += 200


def window_update_flood(attack: Attack, peer: h.Peer) -> None:
    attack.pour(peer, h.window(0, 1) * 200, 200)


def oversize_headers(attack: Attack, peer: h.Peer) -> None:
    fields = h.block(h.fields_of() + [(f"x-{n}", "v" * 200) for n in range(60)])
    for one in streams():
        if not attack.goes_on:
            return
        attack.send(peer, h.headers(one, fields[:16_384], flags=0) + h.frame(
            h.CONTINUATION, h.END_HEADERS, one, h.block([("x-fill", "v" * 12_000)])))
        attack.frames += 2


def oversize_messages(attack: Attack, peer: h.Peer) -> None:
    for one in streams():
        if not attack.goes_on:
            return
        body = h.framed(b"", length=0xFFFFFFFF) + bytes(16_000)
        attack.send(peer, h.headers(one, BLOCK) + h.data(one, body))
        attack.frames += 2


def outbound_queue(attack: Attack, peer: h.Peer) -> None:
    # Refusals that nobody reads.
    fields = h.block(h.fields_of("/no.such/Method"))
    for one in streams():
        if not attack.goes_on:
            return
        attack.send(peer, h.headers(one, fields, end=True), reads=False)
        attack.frames += 1


def connections(path: str, count: int, opening: bytes = b"") -> list[socket.socket]:
    """Connections that say `opening` and nothing more; those that were not refused at once."""
    found = []
    for _ in range(count):
        one = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        one.settimeout(1)
        try:
            one.connect(path)
            one.sendall(opening)
            found.append(one)
        except OSError:
            one.close()
    return found
