"""HTTP/2 by hand: frames, streams, settings, windows and HPACK (RFC 9113 and RFC 7541). Each case
says what a server must answer, and then shows that the daemon still serves."""

from __future__ import annotations

import struct

import pytest

from support import h2raw as h
from support.calls import request
from support.h2cases import (
    GOOD, Case, call, closed, connection_error, goes_on, prove_served, served, stream_error,
)  # fmt: skip

OPEN = h.headers(1, h.fields_of())
BLOCK = h.block(h.fields_of())
MANY = 0x7FFFFFFF


def done_then(*more: bytes):
    """A call to its end, then frames on its closed stream."""

    def send(peer: h.Peer) -> None:
        peer.send(call(1))
        peer.wait_over(1)
        peer.send(*more)

    return send


def half_closed_then(*more: bytes):
    """A call that is still being answered: its request is whole, its answer is not."""
    body = h.framed(request("builtin/echo?fail=hang").SerializeToString())
    return call(1, body, h.fields_of(h.STREAM)) + b"".join(more)


def answered(peer: h.Peer) -> None:
    assert peer.wait_over(1).grpc == 0, peer.told()


def padded(kind: int, stream: int, pad: int, payload: bytes, flags: int = 0) -> bytes:
    body = bytes([pad]) + payload + bytes(pad)
    return h.frame(kind, flags | h.PADDED, stream, body)


PREFACE = [
    closed("another preface", b"", opening=b"PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n" + h.settings()),
    closed("bytes that are no preface", b"", opening=b"\xfe\xed\xfa\xce" * 10),
    closed("the preface of HTTP/1", b"",
           opening=b"PRI * HTTP/1.0\r\n\r\nSM\r\n\r\n" + h.settings()),
    connection_error(
        "PING before SETTINGS", b"", h.PROTOCOL_ERROR,
        opening=h.PREFACE + h.frame(h.PING, payload=bytes(8)),
    ),
    connection_error(
        "HEADERS before SETTINGS", b"", h.PROTOCOL_ERROR, opening=h.PREFACE + call()
    ),
    connection_error(
        "an ACK before SETTINGS", b"", h.PROTOCOL_ERROR,
        opening=h.PREFACE + h.frame(h.SETTINGS, h.ACK),
    ),
    served("a call in the same write as the preface", call()),
]  # fmt: skip

SIZES = [
    *(
        connection_error(
            f"a {name} of 16,385 bytes", OPEN + h.frame(kind, 0, stream, bytes(16_385)),
            h.FRAME_SIZE_ERROR,
        )
        for name, kind, stream in [
            ("DATA", h.DATA, 1), ("HEADERS", h.HEADERS, 3), ("SETTINGS", h.SETTINGS, 0),
            ("GOAWAY", h.GOAWAY, 0),
        ]
    ),
    connection_error(
        "a frame that says it has 16 MiB", OPEN + h.frame(h.DATA, 0, 1, b"", 0xFFFFFF),
        h.FRAME_SIZE_ERROR,
    ),
    goes_on("a DATA of exactly 16,384 bytes",
            OPEN + h.data(1, h.framed(b"", length=99_999) + bytes(16_379))),
    *(
        connection_error(f"a PING of {size} bytes", h.frame(h.PING, payload=bytes(size)),
                         h.FRAME_SIZE_ERROR)
        for size in (0, 7, 9)
    ),
    *(
        connection_error(f"an RST_STREAM of {size} bytes",
                         OPEN + h.frame(h.RST_STREAM, 0, 1, bytes(size)), h.FRAME_SIZE_ERROR)
        for size in (0, 3, 5)
    ),
    *(
        connection_error(f"a WINDOW_UPDATE of {size} bytes",
                         h.frame(h.WINDOW_UPDATE, 0, 0, bytes(size)), h.FRAME_SIZE_ERROR)
        for size in (0, 3, 5)
    ),
    *(
        connection_error(f"a SETTINGS of {size} bytes", h.frame(h.SETTINGS, payload=bytes(size)),
                         h.FRAME_SIZE_ERROR)
        for size in (1, 5, 7)
    ),
    connection_error("a SETTINGS ACK with a payload", h.frame(h.SETTINGS, h.ACK, 0, bytes(6)),
                     h.FRAME_SIZE_ERROR),
    *(
        connection_error(f"a GOAWAY of {size} bytes", h.frame(h.GOAWAY, payload=bytes(size)),
                         h.FRAME_SIZE_ERROR)
        for size in (0, 7)
    ),
    # RFC 9113 makes it an error of the stream, and lets any be one of the connection (5.4.2).
    *(
        connection_error(f"a PRIORITY of {size} bytes", h.frame(h.PRIORITY, 0, 1, bytes(size)),
                         h.FRAME_SIZE_ERROR)
        for size in (4, 6)
    ),
    connection_error("HEADERS too short for its priority",
                     h.frame(h.HEADERS, h.END_HEADERS | h.WITH_PRIORITY, 1, bytes(4)),
                     h.FRAME_SIZE_ERROR),
]  # fmt: skip

IDENTIFIERS = [
    *(
        connection_error(f"{name} on stream 0", h.frame(kind, flags, 0, payload), h.PROTOCOL_ERROR)
        for name, kind, flags, payload in [
            ("DATA", h.DATA, 0, b"x"), ("HEADERS", h.HEADERS, h.END_HEADERS, BLOCK),
            ("PRIORITY", h.PRIORITY, 0, bytes(5)), ("RST_STREAM", h.RST_STREAM, 0, bytes(4)),
            ("CONTINUATION", h.CONTINUATION, h.END_HEADERS, BLOCK),
        ]
    ),
    *(
        connection_error(f"{name} on stream 1", OPEN + h.frame(kind, 0, 1, payload),
                         h.PROTOCOL_ERROR)
        for name, kind, payload in [
            ("SETTINGS", h.SETTINGS, b""), ("PING", h.PING, bytes(8)),
            ("GOAWAY", h.GOAWAY, bytes(8)),
        ]
    ),
    *(
        connection_error(f"a request on the even stream {stream}", call(stream), h.PROTOCOL_ERROR)
        for stream in (2, 4, 1_000)
    ),
    served("a request on a stream far above the last", call(7_001), stream=7_001),
    served("the reserved bit of the stream id",
           h.headers(1 | 1 << 31, h.fields_of()) + h.data(1 | 1 << 31, GOOD, end=True)),
    goes_on("a frame of an unknown type", h.frame(0xEE, 0xFF, 0, b"anything")),
    goes_on("a frame of an unknown type on an idle stream", h.frame(0x77, 0, 99, b"anything")),
    served("an unknown frame between a request's", OPEN + h.frame(0x42, 1, 1, b"?")
           + h.data(1, GOOD, end=True)),
    served("undefined flags", h.headers(1, h.fields_of(), flags=h.END_HEADERS | 0x52)
           + h.frame(h.DATA, h.END_STREAM | 0xF4 & ~h.PADDED, 1, GOOD)),
    connection_error("PUSH_PROMISE of a client", OPEN
                     + h.frame(h.PUSH_PROMISE, h.END_HEADERS, 1, struct.pack(">I", 2) + BLOCK),
                     h.PROTOCOL_ERROR),
]  # fmt: skip

STATES = [
    connection_error("DATA on an idle stream", h.data(1, b"x"), h.PROTOCOL_ERROR),
    connection_error("RST_STREAM on an idle stream", h.reset(1), h.PROTOCOL_ERROR),
    connection_error("WINDOW_UPDATE on an idle stream", h.window(1, 1), h.PROTOCOL_ERROR),
    connection_error("CONTINUATION on an idle stream",
                     h.frame(h.CONTINUATION, h.END_HEADERS, 1, BLOCK), h.PROTOCOL_ERROR),
    goes_on("PRIORITY on an idle stream", h.frame(h.PRIORITY, 0, 5, struct.pack(">IB", 3, 10))),
    connection_error("DATA after the request's end", half_closed_then(h.data(1, b"x")),
                     h.STREAM_CLOSED),
    connection_error("HEADERS after the request's end",
                     half_closed_then(h.headers(1, [("x", "y")], end=True)), h.STREAM_CLOSED),
    goes_on("WINDOW_UPDATE after the request's end", half_closed_then(h.window(1, 100))),
    goes_on("PRIORITY after the request's end",
            half_closed_then(h.frame(h.PRIORITY, 0, 1, bytes([0, 0, 0, 0, 9])))),
    goes_on("RST_STREAM after the request's end", half_closed_then(h.reset(1))),
    served("RST_STREAM on a closed stream", done_then(h.reset(1))),
    served("WINDOW_UPDATE on a closed stream", done_then(h.window(1, 100))),
    served("PRIORITY on a closed stream", done_then(h.frame(h.PRIORITY, 0, 1, bytes(5)))),
    # Section 5.1 lets a server ignore it for a while; nghttp2 does so for ever, and gives its room
    # in the connection's window back.
    served("DATA on a closed stream", done_then(h.data(1, b"x"))),
    served("more DATA on a closed stream than the connection's window",
           done_then(*[h.data(1, bytes(16_384))] * 600)),
    connection_error("HEADERS on a closed stream", done_then(h.headers(1, h.fields_of(), end=True)),
                     h.STREAM_CLOSED),
    connection_error("a request below the last stream", call(5) + call(3),
                     h.PROTOCOL_ERROR, h.STREAM_CLOSED),
    goes_on("DATA on a stream that was just reset", OPEN + h.reset(1)),
]  # fmt: skip

SETTINGS = [
    *(
        connection_error(f"setting {number:#x} of {value:#x}", h.settings((number, value)), code)
        for number, value, code in [
            (2, 2, h.PROTOCOL_ERROR), (2, 0xFFFFFFFF, h.PROTOCOL_ERROR),
            (4, 1 << 31, h.FLOW_CONTROL_ERROR), (4, 0xFFFFFFFF, h.FLOW_CONTROL_ERROR),
            (5, 16_383, h.PROTOCOL_ERROR), (5, 0, h.PROTOCOL_ERROR),
            (5, 1 << 24, h.PROTOCOL_ERROR), (9, 2, h.PROTOCOL_ERROR),
        ]
    ),
    *(
        served(f"setting {number:#x} of {value:#x} is taken", h.settings((number, value)) + call())
        for number, value in [
            (1, 0), (1, 0xFFFFFFFF), (2, 0), (2, 1), (3, 0), (3, 0xFFFFFFFF), (4, 0x7FFFFFFF),
            (5, 16_384), (5, (1 << 24) - 1), (6, 0xFFFFFFFF), (0x77, 7), (0xFFFF, 1),
        ]
    ),
    served("the same setting thrice, the last counts",
           h.settings((4, 0), (4, 5), (4, 65_535)) + call()),
    served("no RFC 7540 priorities in the first SETTINGS", call(),
           opening=h.PREFACE + h.settings((9, 1))),
    # RFC 9218, section 2.1.
    connection_error("no RFC 7540 priorities as an afterthought", h.settings((9, 1)),
                     h.PROTOCOL_ERROR),
    # Section 6.9.2 would have the connection end. nghttp2 gives up the stream, and nothing is lost.
    stream_error("a window made to overflow by a setting",
                 OPEN + h.window(1, MANY - 65_535) + h.settings((4, 65_536)),
                 h.FLOW_CONTROL_ERROR),
    connection_error("an ACK that nobody asked for", h.frame(h.SETTINGS, h.ACK) * 3,
                     h.PROTOCOL_ERROR),
]  # fmt: skip

WINDOWS = [
    connection_error("WINDOW_UPDATE of 0 on the connection", h.window(0, 0), h.PROTOCOL_ERROR),
    connection_error("the connection's window beyond 2^31-1", h.window(0, MANY),
                     h.FLOW_CONTROL_ERROR),
    stream_error("a stream's window beyond 2^31-1", OPEN + h.window(1, MANY),
                 h.FLOW_CONTROL_ERROR),
    served("a window of exactly 2^31-1", h.window(0, MANY - 65_535) + OPEN
           + h.window(1, MANY - 65_535) + h.data(1, GOOD, end=True)),
    served("the reserved bit of an increment",
           h.frame(h.WINDOW_UPDATE, 0, 0, struct.pack(">I", 1 << 31 | 10)) + call()),
]  # fmt: skip

PADDING = [
    served("padded HEADERS and DATA", padded(h.HEADERS, 1, 200, BLOCK, h.END_HEADERS)
           + padded(h.DATA, 1, 255, GOOD, h.END_STREAM)),
    served("padding of no bytes", padded(h.HEADERS, 1, 0, BLOCK, h.END_HEADERS)
           + padded(h.DATA, 1, 0, GOOD, h.END_STREAM)),
    served("a DATA that is padding and nothing else", OPEN + padded(h.DATA, 1, 50, b"")
           + h.data(1, GOOD, end=True)),
    served("DATA split inside the message's prefix", OPEN + h.data(1, GOOD[:2])
           + padded(h.DATA, 1, 3, GOOD[2:4]) + h.data(1, GOOD[4:], end=True)),
    connection_error("DATA with more padding than payload",
                     OPEN + h.frame(h.DATA, h.PADDED, 1, bytes([5]) + b"abc"), h.PROTOCOL_ERROR),
    connection_error("DATA padded without a pad length", OPEN + h.frame(h.DATA, h.PADDED, 1, b""),
                     h.PROTOCOL_ERROR, h.FRAME_SIZE_ERROR),
    connection_error("HEADERS with more padding than payload",
                     h.frame(h.HEADERS, h.END_HEADERS | h.PADDED, 1, bytes([200]) + BLOCK[:20]),
                     h.PROTOCOL_ERROR),
    connection_error("HEADERS padded without a pad length",
                     h.frame(h.HEADERS, h.END_HEADERS | h.PADDED, 1, b""),
                     h.PROTOCOL_ERROR, h.FRAME_SIZE_ERROR),
    served("HEADERS with a priority", h.frame(
        h.HEADERS, h.END_HEADERS | h.WITH_PRIORITY, 1, struct.pack(">IB", 0, 15) + BLOCK)
        + h.data(1, GOOD, end=True)),
    served("HEADERS with a priority and padding", padded(
        h.HEADERS, 1, 9, struct.pack(">IB", 1 << 31 | 3, 15) + BLOCK,
        h.END_HEADERS | h.WITH_PRIORITY) + h.data(1, GOOD, end=True)),
]  # fmt: skip


def in_pieces(count: int, last_flags: int = h.END_HEADERS) -> bytes:
    """A request's fields in HEADERS and so many CONTINUATION frames."""
    size = len(BLOCK) // (count + 1) + 1
    pieces = [BLOCK[start : start + size] for start in range(0, len(BLOCK), size)]
    found = h.headers(1, pieces[0], flags=0)
    for piece in pieces[1:-1]:
        found += h.frame(h.CONTINUATION, 0, 1, piece)
    return found + h.frame(h.CONTINUATION, last_flags, 1, pieces[-1])


CONTINUATIONS = [
    served("fields in HEADERS and one CONTINUATION", in_pieces(1) + h.data(1, GOOD, end=True)),
    served("fields in HEADERS and seven CONTINUATIONs", in_pieces(7) + h.data(1, GOOD, end=True)),
    served("an empty HEADERS before its CONTINUATION", h.headers(1, b"", flags=0)
           + h.frame(h.CONTINUATION, h.END_HEADERS, 1, BLOCK) + h.data(1, GOOD, end=True)),
    *(
        connection_error(f"{name} inside a header block",
                         h.headers(1, BLOCK[:20], flags=0) + inner, h.PROTOCOL_ERROR)
        for name, inner in [
            ("DATA", h.data(1, b"x")), ("HEADERS", h.headers(3, BLOCK)),
            ("PING", h.frame(h.PING, payload=bytes(8))), ("SETTINGS", h.settings()),
            ("an unknown frame", h.frame(0x99, 0, 1, b"x")),
            ("another stream's CONTINUATION", h.frame(h.CONTINUATION, h.END_HEADERS, 3, b"")),
        ]
    ),
    connection_error("CONTINUATION after the block's end",
                     OPEN + h.frame(h.CONTINUATION, h.END_HEADERS, 1, b""), h.PROTOCOL_ERROR),
]  # fmt: skip

CONNECTION = [
    # Who says goodbye with no call open gets no more of us.
    closed("GOAWAY without a call", h.frame(h.GOAWAY, payload=struct.pack(">II", 0, 0xBEEF))),
    Case("GOAWAY during a call, which is answered", OPEN
         + h.frame(h.GOAWAY, payload=bytes(8) + b"bye") + h.data(1, GOOD, end=True),
         answered, ends=True),
    goes_on("a PING's ACK that nobody asked for", h.frame(h.PING, h.ACK, 0, bytes(8))),
    goes_on("a PING", h.frame(h.PING, payload=b"12345678")),
]


def packed(*pieces: bytes) -> bytes:
    return h.headers(1, b"".join(pieces), end=True)


HPACK = [
    *(
        connection_error(name, packed(bad), h.COMPRESSION_ERROR)
        for name, bad in [
            ("index 0", b"\x80"), ("an index beyond the tables", b"\xff\x80\x01"),
            ("an index without an end", b"\xff\x80\x80\x80\x80\x80\x80\x80\x80\x01"),
            ("a string longer than the block", b"\x00\x7f\x20abc"),
            ("a name's index beyond the tables", b"\x7f\x80\x01\x01a"),
            ("Huffman padding of zeros", b"\x00\x81\x00\x01a"),
            ("Huffman padding of a whole byte", b"\x00\x82\x1f\xff\x01a"),
            ("Huffman's end of string", b"\x00\x84\xff\xff\xff\xfc\x01a"),
            ("a table size over the limit", b"\x3f\xe2\x1f" + BLOCK),
            ("a table size after a field", BLOCK + b"\x20"),
            ("a field cut off", BLOCK + b"\x00\x03ab"),
        ]
    ),
    served("a table size of 0", h.headers(1, b"\x20" + BLOCK) + h.data(1, GOOD, end=True)),
    served("two table sizes, then fields",
           h.headers(1, b"\x20\x3f\xe1\x1f" + BLOCK) + h.data(1, GOOD, end=True)),
    served("fields from the static table", h.headers(
        1, b"\x83\x86" + h.block(h.fields_of(without=(":method", ":scheme"))))
        + h.data(1, GOOD, end=True)),
    served("a field used again from the dynamic table", h.headers(
        1, BLOCK + h.literal("x-again", "1", 0x40) + b"\xbe\xbe") + h.data(1, GOOD, end=True)),
    served("never-indexed literals", h.headers(1, BLOCK + h.literal("x-never", "1", 0x10))
           + h.data(1, GOOD, end=True)),
    served("the table that HPACK shares outlives a reset stream", h.headers(
        1, BLOCK + h.literal("x-kept", "1", 0x40)) + h.reset(1)
        + h.headers(3, BLOCK + b"\xbe") + h.data(3, GOOD, end=True), stream=3),
]  # fmt: skip

CASES = [
    *PREFACE, *SIZES, *IDENTIFIERS, *STATES, *SETTINGS, *WINDOWS, *PADDING, *CONTINUATIONS,
    *CONNECTION, *HPACK,
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_frame_gets_the_answer_the_specification_asks_for(daemon, case):
    case.run(daemon.socket)
    with h.Peer(daemon.socket) as other:
        prove_served(other)
    assert daemon.process.poll() is None
