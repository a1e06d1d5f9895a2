"""The fields of a request by hand: RFC 9113, sections 8.1 to 8.3, both ways. A breach costs the
stream, never the connection."""

from __future__ import annotations

import pytest

from support import h2raw as h
from support.h2cases import (
    GOOD, call, connection_error, http, prove_served, served, stream_error,
)  # fmt: skip

BODY = h.data(1, GOOD, end=True)


def asks(*more, path: str = h.GENERATE, **changed) -> bytes:
    """A call with fields that are added, changed or left out."""
    return h.headers(1, h.fields_of(path, *more, **changed)) + BODY


def malformed(name: str, *more, **changed):
    return stream_error(name, asks(*more, **changed), h.PROTOCOL_ERROR)


def fine(name: str, *more, **changed):
    return served(name, asks(*more, **changed))


def in_order(name: str, *fields):
    return stream_error(name, h.headers(1, list(fields)) + BODY, h.PROTOCOL_ERROR)


METHOD, SCHEME = (":method", "POST"), (":scheme", "http")
PATH, AUTHORITY = (":path", h.GENERATE), (":authority", "localhost")
REST = [("te", "trailers"), ("content-type", "application/grpc")]

PSEUDO = [
    *(malformed(f"no {name}", without=(name,)) for name in (":method", ":scheme", ":path")),
    *(
        in_order(f"two of {name}", METHOD, SCHEME, PATH, AUTHORITY, (name, value), *REST)
        for name, value in [METHOD, SCHEME, PATH, AUTHORITY]
    ),
    *(malformed(f"an empty {name}", **{name: ""}) for name in ("method", "scheme", "path")),
    in_order("a pseudo-header field after a regular one", METHOD, SCHEME, REST[0], PATH, AUTHORITY),
    in_order("a pseudo-header field last of all", METHOD, SCHEME, PATH, *REST, AUTHORITY),
    in_order("a response's :status", METHOD, SCHEME, PATH, AUTHORITY, (":status", "200"), *REST),
    in_order("an unknown pseudo-header field", METHOD, SCHEME, PATH, (":protocol", "x"), *REST),
    in_order("a pseudo-header field in upper case", (":METHOD", "POST"), SCHEME, PATH, *REST),
    in_order("a name that is a colon alone", METHOD, SCHEME, PATH, (":", "x"), *REST),
    in_order("no field at all"),
    malformed("a path without a slash", path="laneway.v1.Laneway/Generate"),
    malformed("a path of * for POST", path="*"),
    http("a path of * for OPTIONS", asks(path="*", method="OPTIONS"), 405),
    in_order("CONNECT with a path", (":method", "CONNECT"), SCHEME, PATH, AUTHORITY, *REST),
    in_order("CONNECT without an authority", (":method", "CONNECT"), *REST),
    http("CONNECT as it should be", h.headers(
        1, [(":method", "CONNECT"), AUTHORITY, *REST]) + BODY, 405),
    served("pseudo-header fields in another order", h.headers(
        1, [AUTHORITY, PATH, SCHEME, METHOD, *REST]) + BODY),
    served("a :scheme of https", asks(scheme="https")),
]  # fmt: skip

# wire.md's list of what clients send for a Unix socket, and what others do.
AUTHORITIES = [
    *(
        fine(f"an authority of {text or 'nothing'}", authority=text)
        for text in ("localhost", "localhost:80", "127.0.0.1:50051", "run%2Fx.sock",
                     "/run/x.sock", "")
    ),
    served("no authority", asks(without=(":authority",))),
    served("a host beside the authority", asks(("host", "localhost"))),
    served("a host in place of the authority", asks(("host", "x"), without=(":authority",))),
]  # fmt: skip

NAMES = [
    *(
        malformed(f"a name {what}", (name, "x"))
        for what, name in [
            ("in upper case", "X-Upper"), ("with one capital", "x-uPper"), ("of nothing", ""),
            ("with a blank", "x y"), ("with a colon", "x:y"), ("with a NUL", "x\0y"),
            ("with a line break", "x\ny"), ("with a DEL", "x\x7f"), ("that is no ASCII", "x-é"),
            ("with a slash", "x/y"), ("with a bracket", "x[y]"), ("with a quote", 'x"y'),
            ("with a comma", "x,y"), ("that ends in a blank", "x-y "),
        ]
    ),
    fine("a name of every sign a token has", ("!#$%&'*+-.^_`|~09az", "x")),
    fine("a name of one letter", ("x", "y")),
]  # fmt: skip

VALUES = [
    *(
        malformed(f"a value {what}", ("x-value", value))
        for what, value in [
            ("with a NUL", "a\0b"), ("with a line feed", "a\nb"),
            ("with a carriage return", "a\rb"),
            ("that begins with a blank", " a"), ("that ends with a blank", "a "),
            ("that begins with a tab", "\ta"), ("that ends with a tab", "a\t"),
            ("with a bell", "a\x07b"), ("with a DEL", "a\x7fb"),
        ]
    ),
    fine("a value of nothing", ("x-value", "")),
    fine("a value with blanks and tabs inside", ("x-value", "a b\tc")),
    fine("a value of every printable sign", ("x-value", "".join(map(chr, range(0x21, 0x7F))))),
    fine("a value in UTF-8", ("x-value", "grüße ☺")),
    fine("a value that is no UTF-8", ("x-value", b"\xc3\x28\xff")),
]  # fmt: skip

CONNECTION_FIELDS = [
    *(
        malformed(f"{name}: {value}", (name, value))
        for name, value in [
            ("connection", "close"), ("connection", "keep-alive"), ("keep-alive", "timeout=5"),
            ("proxy-connection", "keep-alive"), ("transfer-encoding", "chunked"),
            ("upgrade", "h2c"), ("te", "gzip"), ("te", "trailers, deflate"), ("te", ""),
        ]
    ),
    fine("te: trailers twice", ("te", "trailers")),
    # A token, so its case says nothing (RFC 9110, section 10.1.4).
    fine("te: Trailers", ("te", "Trailers")),
    served("no te at all", h.headers(
        1, [METHOD, SCHEME, PATH, AUTHORITY, REST[1]]) + BODY),
    fine("fields that only begin like a connection's", ("connection-id", "1"), ("upgrades", "2")),
]  # fmt: skip

LENGTH = str(len(GOOD))
LENGTHS = [
    fine("the right content-length", ("content-length", LENGTH)),
    fine("the right content-length twice", ("content-length", LENGTH), ("content-length", LENGTH)),
    malformed("a content-length too great", ("content-length", str(len(GOOD) + 1))),
    malformed("a content-length too small", ("content-length", str(len(GOOD) - 1))),
    malformed("a content-length of 0 with a body", ("content-length", "0")),
    *(
        malformed(f"a content-length of {value or 'nothing'}", ("content-length", value))
        for value in ("x", "", "-1", "+5", "1.5", "0x10", "5, 5", "99999999999999999999")
    ),
    malformed("two content-lengths", ("content-length", LENGTH), ("content-length", "7")),
    stream_error("a content-length without a body", h.headers(
        1, h.fields_of(h.GENERATE, ("content-length", "9")), end=True), h.PROTOCOL_ERROR),
    served("a content-length over padded DATA", h.headers(
        1, h.fields_of(h.GENERATE, ("content-length", LENGTH)))
        + h.frame(h.DATA, h.PADDED | h.END_STREAM, 1, bytes([3]) + GOOD + bytes(3))),
    served("a content-length over a body in pieces", h.headers(
        1, h.fields_of(h.GENERATE, ("content-length", LENGTH)))
        + h.data(1, GOOD[:7]) + h.data(1) + h.data(1, GOOD[7:], end=True)),
]  # fmt: skip

OPEN = h.headers(1, h.fields_of()) + h.data(1, GOOD)
TRAILERS = [
    served("trailers after the body", OPEN + h.headers(1, [("x-sum", "1")], end=True)),
    served("trailers of no fields", OPEN + h.headers(1, b"", end=True)),
    served("trailers over a CONTINUATION", OPEN + h.headers(
        1, h.block([("x-a", "1")]), end=True, flags=0)
        + h.frame(h.CONTINUATION, h.END_HEADERS, 1, h.block([("x-b", "2")]))),
    *(
        stream_error(f"trailers {what}", OPEN + h.headers(1, fields, end=end), h.PROTOCOL_ERROR)
        for what, fields, end in [
            ("that end nothing", [("x", "1")], False),
            ("with :path", [(":path", "/")], True),
            ("with :status", [("x", "1"), (":status", "200")], True),
            ("in upper case", [("X-Sum", "1")], True),
            ("with a line break", [("x", "a\nb")], True),
            ("with connection", [("connection", "close")], True),
            ("with another te", [("te", "gzip")], True),
        ]
    ),
    stream_error("trailers that come before the announced body is whole", h.headers(
        1, h.fields_of(h.GENERATE, ("content-length", "99"))) + h.data(1, GOOD)
        + h.headers(1, [("x", "1")], end=True), h.PROTOCOL_ERROR),
]  # fmt: skip


def many(count: int) -> bytes:
    """A call with so many fields in all."""
    fields = h.fields_of()
    return asks(*[(f"x-{number}", "v") for number in range(count - len(fields))])


def sized(size: int) -> bytes:
    """A call whose header list is of just that size (RFC 9113, section 6.5.2)."""
    fields = h.fields_of(h.GENERATE, ("x-fill", ""))
    used = sum(len(name) + len(value) + 32 for name, value in fields)
    block = h.block(fields[:-1] + [("x-fill", "v" * (size - used))])
    pieces = [block[start : start + 16_384] for start in range(0, len(block), 16_384)]
    found = h.headers(1, pieces[0], flags=h.END_HEADERS if len(pieces) == 1 else 0)
    for number, piece in enumerate(pieces[1:], 2):
        flags = h.END_HEADERS if number == len(pieces) else 0
        found += h.frame(h.CONTINUATION, flags, 1, piece)
    return found + BODY


def unpacking_to(fields: int, size: int) -> bytes:
    """A header block of few bytes that unpacks to many."""
    block = h.block(h.fields_of()) + h.literal("x-bomb", "v" * size, 0x40) + b"\xbe" * fields
    return h.headers(1, block[:16_384]) + BODY


LIMITS = [
    served("128 fields", many(128)),
    http("129 fields", many(129), 431),
    http("500 fields", many(500), 431),
    served("a header list of 16,384 bytes", sized(16_384)),
    http("a header list of 16,385 bytes", sized(16_385), 431),
    http("a header list of 40,000 bytes", sized(40_000), 431),
    http("30 times 1 KiB out of the table", unpacking_to(30, 1_024), 431),
    connection_error("2,000 times 3 KiB out of the table", unpacking_to(2_000, 3_072),
                     h.ENHANCE_YOUR_CALM),
]  # fmt: skip

CASES = [
    *PSEUDO, *AUTHORITIES, *NAMES, *VALUES, *CONNECTION_FIELDS, *LENGTHS, *TRAILERS, *LIMITS,
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name.replace("\0", ""))
def test_fields_get_the_answer_the_specification_asks_for(daemon, case):
    case.run(daemon.socket)
    with h.Peer(daemon.socket) as other:
        prove_served(other)
    assert daemon.process.poll() is None


def test_the_limits_are_announced(daemon):
    with h.Peer(daemon.socket) as peer:
        peer.settled()
        # MAX_CONCURRENT_STREAMS, INITIAL_WINDOW_SIZE, MAX_HEADER_LIST_SIZE, no RFC 7540 priorities
        assert peer.settings == {3: 4096, 4: 262_144, 6: 16_384, 9: 1}
        assert peer.settings_acks == 2


def test_streams_over_the_announced_number_are_refused_and_none_of_the_others_is(daemon):
    with h.Peer(daemon.socket) as peer:
        peer.settled()
        for start in range(0, 4_096, 256):
            peer.send(*(h.headers(2 * (start + n) + 1, h.fields_of()) for n in range(256)))
        peer.settled()
        assert not peer.goaways and not peer.streams
        peer.send(call(9_001))
        # nghttp2 makes a breach after the ACK one of the connection.
        assert peer.wait_closed()
        assert peer.goaways[-1].error_code in (h.PROTOCOL_ERROR, h.REFUSED_STREAM)
    with h.Peer(daemon.socket) as other:
        prove_served(other)


def test_a_malformed_request_on_one_stream_harms_no_other(daemon):
    with h.Peer(daemon.socket) as peer:
        peer.send(h.headers(1, h.fields_of()), h.headers(3, h.fields_of(h.GENERATE, ("X", "y"))))
        peer.send(h.data(1, GOOD, end=True))
        assert peer.wait_over(1).grpc == 0
        assert peer.wait_over(3).reset == h.PROTOCOL_ERROR


def test_of_a_hundred_malformed_streams_each_is_reset_alone(daemon):
    bad = h.fields_of(h.GENERATE, ("Upper", "1"))
    with h.Peer(daemon.socket) as peer:
        peer.send(*(h.headers(2 * number + 1, bad, end=True) for number in range(100)))
        peer.settled()
        assert [peer[2 * n + 1].reset for n in range(100)] == [h.PROTOCOL_ERROR] * 100
        prove_served(peer, 201)


def test_grpc_names_are_no_metadata_and_change_nothing(daemon):
    with h.Peer(daemon.socket) as peer:
        peer.send(call(1, GOOD, h.fields_of(h.GENERATE, ("grpc-status", "7"), ("grpc-odd", "x"))))
        assert peer.wait_over(1).grpc == 0
