"""Bytes at random: of all distributions, and behind a valid beginning of every length."""

from __future__ import annotations

import random

from .. import h2raw as h
from .. import ttrpc
from .asks import LANEWAY, generate
from .frames import Frame
from .sessions import START


def noise(chance: random.Random, wire: str) -> list[bytes]:
    """A stream that nobody meant, in pieces."""
    ways = HTTP2_WAYS if wire == "grpc" else TTRPC_WAYS
    return chance.choice(ways)(chance)


def size(chance: random.Random, most: int = 65_536) -> int:
    """Small ones as often as large ones."""
    return min(most, int(2 ** chance.uniform(0, 17)) - 1)


def some_bytes(chance: random.Random, most: int = 65_536) -> bytes:
    count = size(chance, most)
    match chance.randrange(5):
        case 0 | 1:
            return chance.randbytes(count)
        case 2:  # few different ones
            return bytes(chance.choices(chance.randbytes(3), k=count))
        case 3:  # mostly small ones, as lengths and tags are
            return bytes(min(255, int(chance.expovariate(0.2))) for _ in range(min(count, 4096)))
        case _:
            return bytes([chance.randrange(256)]) * count


def some_field(chance: random.Random) -> bytes:
    """Something like a field of protobuf."""
    number = chance.choice((1, 2, 3, 4, 5, 10, 14, chance.randrange(1 << 29)))
    kind = chance.choice((0, 1, 2, 2, 2, 5, chance.randrange(8)))
    tag = ttrpc.varint(number << 3 | kind)
    if kind == 2:
        body = chance.randbytes(chance.randrange(30))
        if chance.random() < 0.5:
            body = b"".join(some_field(chance) for _ in range(chance.randrange(3)))
        lie = chance.choice((0, 0, 0, 0, 1, -1, 1 << 31))
        return tag + ttrpc.varint(max(0, len(body) + lie)) + body
    if kind in (1, 5):
        return tag + chance.randbytes(8 if kind == 1 else 4)
    return tag + ttrpc.varint(chance.getrandbits(chance.choice((1, 7, 32, 64))))


def some_message(chance: random.Random) -> bytes:
    if chance.random() < 0.3:
        return some_bytes(chance, 4096)
    return b"".join(some_field(chance) for _ in range(chance.randrange(8)))


def some_frames(chance: random.Random, wire: str, kinds: int) -> list[bytes]:
    """Frames whose headers are sound, mostly, and whose payloads are not."""
    return [
        bytes(Frame(
            wire, chance.randrange(kinds) if chance.random() < 0.95 else chance.randrange(256),
            chance.choice((0, 1, 4, 5, chance.randrange(256))),
            chance.choice((0, 1, 1, 1, 3, 5, 2, chance.getrandbits(32))),
            some_bytes(chance, chance.choice((8, 64, 16_384))),
        ))
        for _ in range(chance.randint(1, 30))
    ]  # fmt: skip


# HTTP/2


def without_preface(chance) -> list[bytes]:
    # A zero would be of the other wire, which gets its own.
    return [bytes([chance.randrange(1, 256)]) + some_bytes(chance)]


def part_of_preface(chance) -> list[bytes]:
    return [h.PREFACE[: chance.randint(1, len(h.PREFACE))] + some_bytes(chance, 64)]


def behind_preface(chance) -> list[bytes]:
    return [h.PREFACE, some_bytes(chance)]


def behind_settings(chance) -> list[bytes]:
    return [START, some_bytes(chance)]


def http2_frames(chance) -> list[bytes]:
    return [START, *some_frames(chance, "grpc", 11)]


def some_settings(chance) -> list[bytes]:
    pairs = [
        (chance.randrange(12), chance.choice((0, 1, 4096, 65_535, chance.getrandbits(32))))
        for _ in range(chance.randrange(20))
    ]
    return [h.PREFACE + h.settings(*pairs), *generate().grpc(1)]


def some_hpack(chance) -> list[bytes]:
    """Blocks made of the pieces that HPACK has, and DATA for them."""
    pieces = [START]
    for number in range(1, chance.randint(3, 20), 2):
        fields = [_hpack_piece(chance) for _ in range(chance.randint(1, 30))]
        block = b"".join(fields)[:16_384]
        good = h.block(generate().fields()) if chance.random() < 0.5 else b""
        pieces += [h.headers(number, good + block), h.data(number, some_message(chance), end=True)]
    return pieces


def _hpack_piece(chance) -> bytes:
    match chance.randrange(5):
        case 0:
            return h.integer(chance.choice((1, 3, 7, 62, 63, chance.getrandbits(12))), 7, 0x80)
        case 1:
            name = chance.choice((b"x", b"te", b":path", b"grpc-timeout", chance.randbytes(4)))
            return h.literal(name, chance.randbytes(chance.randrange(20)), chance.choice((0, 0x40)))
        case 2:  # Huffman codes, or what is none
            coded = chance.randbytes(chance.randrange(1, 12))
            return b"\x00\x01x" + h.integer(len(coded), 7, 0x80) + coded
        case 3:
            return h.integer(chance.choice((0, 100, 4096, 5000)), 5, 0x20)
        case _:
            return chance.randbytes(chance.randrange(1, 6))


def http2_messages(chance) -> list[bytes]:
    """Calls that are sound up to their messages, or to the prefix of these."""
    pieces = [START]
    for number in range(1, chance.randint(3, 16), 2):
        message = some_message(chance)
        flag = chance.choice((0, 0, 0, 0, 1, 255))
        lie = chance.choice((None, None, None, 0, len(message) + 1, 0xFFFFFFFF))
        body = h.framed(message, flag, lie) * chance.choice((1, 1, 1, 2))
        pieces += [h.headers(number, _of_any_method(chance)), h.body(number, body)]
    return pieces


def _of_any_method(chance):
    return h.fields_of(f"/{chance.choice(SERVICES)}/{chance.choice(METHODS)}")


SERVICES = (
    LANEWAY, LANEWAY, "laneway.v1.LaneAdmin", "laneway.v1.Models", "grpc.health.v1.Health",
    "grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection",
)  # fmt: skip
# All but UpdateLane, which could pause the lanes of the others.
METHODS = (
    "Generate", "Generate", "Stream", "Cancel", "ListLanes", "WatchLanes", "ListModels",
    "ResolveModel", "Check", "Watch", "ServerReflectionInfo",
)  # fmt: skip
HTTP2_WAYS = (
    without_preface, part_of_preface, behind_preface, behind_settings, http2_frames, http2_frames,
    some_settings, some_hpack, some_hpack, http2_messages, http2_messages,
)  # fmt: skip

# ttrpc


def behind_zero(chance) -> list[bytes]:
    return [b"\x00" + some_bytes(chance)]


def ttrpc_frames(chance) -> list[bytes]:
    return some_frames(chance, "ttrpc", 5)


def ttrpc_bodies(chance) -> list[bytes]:
    """Requests whose body is something like protobuf."""
    return [
        ttrpc.frame(number, ttrpc.REQUEST, chance.choice((0, 1, 2, 3)), some_message(chance))
        for number in range(1, chance.randint(3, 40), 2)
    ]


def ttrpc_messages(chance) -> list[bytes]:
    """Requests that are sound up to the message within, and Data for them."""
    pieces = []
    for number in range(1, chance.randint(3, 24), 2):
        metadata = [(chance.choice(("a", "B", "é", "laneway-run-id")), "v")] * chance.randrange(3)
        timeout = chance.choice((0, 0, 0, 1, -1, 1_000_000, 1 << 62))
        body = ttrpc.envelope(
            chance.choice(SERVICES), chance.choice(METHODS), some_message(chance), timeout,
            metadata,
        )
        pieces.append(ttrpc.frame(number, ttrpc.REQUEST, chance.choice((0, 0, 1, 2)), body))
        if chance.random() < 0.3:
            flags = chance.choice((0, 1, 4, 5))
            pieces.append(ttrpc.frame(number, ttrpc.DATA, flags, some_message(chance)))
    return pieces


def ttrpc_lengths(chance) -> list[bytes]:
    """Frames that lie about their lengths, the longest too."""
    length = chance.choice((0, 1, 9, 10, 4 << 20, (4 << 20) + 1, 0xFFFFFF))
    body = some_bytes(chance)
    return [*generate().ttrpc(1), ttrpc.frame(3, chance.choice((1, 3)), 0, body, length)]


TTRPC_WAYS = (
    behind_zero, ttrpc_frames, ttrpc_frames, ttrpc_bodies, ttrpc_messages, ttrpc_messages,
    ttrpc_lengths,
)  # fmt: skip
