"""gRPC over HTTP/2 by hand: admission, messages, answers, cancels, flow control and the end of a
connection, as gRPC's `PROTOCOL-HTTP2.md` and `compression.md` have them."""

from __future__ import annotations

import base64
import gzip
import struct
import time
import urllib.parse

import pytest
from google.rpc import status_pb2

from support import h2raw as h
from support.calls import PATIENCE, request
from support.h2cases import GOOD, call, grpc, http, prove_served, served, stream_error
from support.stubs import lane_admin, lane_admin_services, messages

BODY = h.data(1, GOOD, end=True)
OK, INVALID, DEADLINE, EXHAUSTED, UNIMPLEMENTED, INTERNAL = 0, 3, 4, 8, 12, 13


def asks(*more, path: str = h.GENERATE, body: bytes = GOOD, **changed) -> bytes:
    return h.headers(1, h.fields_of(path, *more, **changed)) + h.body(1, body)


def message(model: str, prompt: str = "hello") -> bytes:
    return h.framed(request(model, prompt).SerializeToString())


TIMEOUTS = [
    *(
        served(f"a grpc-timeout of {text}", asks(("grpc-timeout", text)))
        for text in ("1H", "99999999H", "60M", "20S", "00000020S", "20000m", "20000000u",
                     "99999999u")
    ),
    *(
        grpc(f"a grpc-timeout of {text} is over at once", asks(("grpc-timeout", text)), DEADLINE)
        for text in ("0H", "0S", "0n", "00000000m")
    ),
    *(
        http(f"a grpc-timeout of {text!r}", asks(("grpc-timeout", text)), 400)
        for text in ("", "1", "S", "1s", "1h", "123456789S", "-1S", "+1S", "1.5S", "1 S", "1SS",
                     "0x1S", "soon")
    ),
    grpc("a deadline that passes", asks(
        ("grpc-timeout", "100m"), body=message("builtin/echo?fail=hang")), DEADLINE),
]  # fmt: skip

ADMISSION = [
    *(
        served(f"the content type {kind}", asks(content_type=kind))
        for kind in ("application/grpc", "application/grpc+proto", "application/grpc;charset=utf-8",
                     "application/grpc+proto; x=y")
    ),
    *(
        http(f"the content type {kind!r}", asks(content_type=kind), 415)
        for kind in ("", "application/json", "text/html", "application/grpc-web",
                     "application/grpc-web+proto", "application/grpcfoo", "application/grpc+json",
                     "application/grp", "application/octet-stream", "grpc")
    ),
    http("no content type", h.headers(1, h.fields_of(without=("content-type",))) + BODY, 415),
    *(
        http(f"the method {method}", asks(method=method), 405)
        for method in ("GET", "PUT", "HEAD", "DELETE", "OPTIONS", "PATCH", "post", "POSTS")
    ),
    *(
        grpc(f"the path {path}", asks(path=path), UNIMPLEMENTED)
        for path in ("/", "/x", "//", "/laneway.v1.Laneway/", "/laneway.v1.Laneway/generate",
                     "/laneway.v1.laneway/Generate", "/laneway.v1.Laneway/Generate/",
                     "/laneway.v1.Laneway/Generate?x", "/Laneway/Generate",
                     "/x/laneway.v1.Laneway/Generate")
    ),
]  # fmt: skip

METADATA = [
    *(
        served(f"binary metadata of {text!r}", asks(("x-y-bin", text)))
        for text in ("", "AQID", "AQI", "AQI=", "AQ", "AQ==", "AQID,AQ,AQ==", "+/+/")
    ),
    *(
        grpc(f"binary metadata of {text!r}", asks(("x-y-bin", text)), INVALID)
        for text in ("A", "AQ!D", "AQID,A", "=")
    ),
    served("the same name again", asks(("x-y", "1"), ("x-y", "2"), ("x-y-bin", "AQ"))),
    served("a name of -bin alone", asks(("-bin", "AQ"))),
]  # fmt: skip

MESSAGES = [
    grpc("no message", h.headers(1, h.fields_of(), end=True), INTERNAL),
    grpc("an empty DATA that ends", h.headers(1, h.fields_of()) + h.data(1, end=True), INTERNAL),
    grpc("two messages", asks(body=GOOD * 2), INTERNAL),
    grpc("two messages for a stream", asks(path=h.STREAM, body=GOOD * 2), INTERNAL),
    grpc("no message for a stream", asks(path=h.STREAM, body=b""), INTERNAL),
    *(
        grpc(f"a request that ends after {count} bytes", asks(body=GOOD[:count]), INTERNAL)
        for count in (1, 4, 5, 6, len(GOOD) - 1)
    ),
    grpc("bytes after the message", asks(body=GOOD + b"\0"), INTERNAL),
    grpc("bytes that are no protobuf", asks(body=h.framed(b"\xff\xff")), INTERNAL),
    grpc("an empty message", asks(body=h.framed(b"")), INVALID),
    *(
        grpc(f"the flag {flag}", asks(body=h.framed(GOOD[5:], flag=flag)), INTERNAL)
        for flag in (1, 2, 0x80, 0xFF)
    ),
    grpc("a message of 4 MiB and a byte, by its prefix", h.headers(1, h.fields_of())
         + h.data(1, h.framed(b"", length=4_194_305)), EXHAUSTED),
    grpc("a message of 4 GiB, by its prefix", h.headers(1, h.fields_of())
         + h.data(1, h.framed(b"", length=0xFFFFFFFF)), EXHAUSTED),
    served("a message in DATA of one byte each", h.headers(1, h.fields_of()) + b"".join(
        h.data(1, GOOD[n : n + 1], end=n == len(GOOD) - 1) for n in range(len(GOOD)))),
    served("empty DATA between", h.headers(1, h.fields_of()) + h.data(1) * 16
           + h.data(1, GOOD) + h.data(1) * 16 + h.data(1, end=True)),
    served("an answer as a stream", asks(path=h.STREAM)),
]  # fmt: skip

COMPRESSION = [
    grpc("an encoding that does not exist", asks(
        ("grpc-encoding", "snappy"), body=h.framed(GOOD[5:], flag=1)), UNIMPLEMENTED),
    served("identity by name", asks(("grpc-encoding", "identity"))),
    served("encodings the client would take", asks(("grpc-accept-encoding", "br,gzip,identity"))),
]  # fmt: skip

CANCELS = [
    served(f"a cancel by {code:#x}", asks(path=h.STREAM, body=message("builtin/echo?fail=hang"))
           + h.reset(1, code) + call(3), stream=3)
    for code in (*range(0, 14), 0x77, 0xFFFFFFFF)
]  # fmt: skip

# Before it has acknowledged our SETTINGS a client has the window of the specification. It stays shut
# for requests that nobody reads, as those of whoever does not read the answers.
DESCRIBE = "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo"
ASKED = h.framed(b"\x22\x12laneway.v1.Laneway")
EXCESS = [
    stream_error("more of a body than the stream's window",
        h.window(0, 1 << 20) + h.headers(1, h.fields_of(DESCRIBE))
        + h.body(1, ASKED * 6_000, end=False),
        h.FLOW_CONTROL_ERROR),
]  # fmt: skip

CASES = [*TIMEOUTS, *ADMISSION, *METADATA, *MESSAGES, *COMPRESSION, *CANCELS, *EXCESS]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_call_gets_the_answer_that_grpc_asks_for(daemon, case):
    case.run(daemon.socket)
    with h.Peer(daemon.socket) as other:
        prove_served(other)
    assert daemon.process.poll() is None


@pytest.fixture
def peer(daemon):
    with h.Peer(daemon.socket) as one:
        yield one


# Answers


def test_an_answer_is_headers_a_message_and_trailers_that_end_it(peer):
    peer.send(call())
    seen = peer.wait_over(1)
    assert [dict(block).keys() for block in seen.blocks] == [
        {":status", "content-type"}, {"grpc-status"},
    ]  # fmt: skip
    assert seen.fields["content-type"].startswith("application/grpc")
    size = struct.unpack(">BI", seen.data[:5])
    assert size == (0, len(seen.data) - 5)
    assert messages.GenerateResponse.FromString(seen.data[5:]).message.parts[0].text.text == "hello"
    assert seen.order == ["end"]


def test_a_failure_is_trailers_only_with_details_that_say_the_same(peer):
    peer.send(call(1, message("builtin/nosuch")))
    seen = peer.wait_over(1)
    assert (seen.http, seen.grpc, len(seen.blocks), seen.data) == (200, 5, 1, b"")
    encoded = seen.fields["grpc-status-details-bin"]
    assert "=" not in encoded
    status = status_pb2.Status.FromString(base64.b64decode(encoded + "=" * (-len(encoded) % 4)))
    assert status.code == 5
    assert status.message == urllib.parse.unquote(seen.fields["grpc-message"])


INTEROP = "\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n"


def test_the_interop_text_survives_in_a_message(peer):
    # What a failure says again of a request: the model that there is not.
    model = "nosuch/" + INTEROP
    peer.send(call(1, message(model)))
    seen = peer.wait_over(1)
    encoded = seen.fields["grpc-message"]
    assert all(0x20 <= ord(sign) <= 0x7E for sign in encoded)
    text = urllib.parse.unquote(encoded, errors="strict")
    details = seen.fields["grpc-status-details-bin"]
    status = status_pb2.Status.FromString(base64.b64decode(details + "=" * (-len(details) % 4)))
    assert text == status.message
    assert "%" not in text and ("☺" in text or "BMP" in text or text.isascii())


def test_the_prompt_comes_back_to_the_byte(peer):
    peer.send(call(1, message("builtin/echo", INTEROP)))
    answer = messages.GenerateResponse.FromString(peer.wait_over(1).data[5:])
    assert answer.message.parts[0].text.text == INTEROP


@pytest.mark.parametrize("limit", [300, 600, 2_000])
def test_trailers_fit_what_the_peer_takes(daemon, limit):
    with h.Peer(daemon.socket, opening=h.PREFACE + h.settings((6, limit))) as peer:
        peer.settled()
        peer.send(call(1, message("nosuch/" + "m" * 1_500)))
        seen = peer.wait_over(1)
        assert seen.grpc == 5
        size = sum(len(name) + len(value) + 32 for name, value in seen.fields.items())
        assert size <= limit


def test_trailers_before_the_request_is_whole_are_followed_by_a_reset_without_error(peer):
    peer.send(h.headers(1, h.fields_of(path="/no.such/Method")))
    assert peer.wait(lambda: peer[1].reset is not None)
    assert peer[1].order == ["end", "reset"]
    assert (peer[1].grpc, peer[1].reset) == (UNIMPLEMENTED, h.NO_ERROR)
    # The body was on its way: that is no offence.
    peer.send(h.data(1, GOOD), h.data(1, b"", end=True))
    prove_served(peer, 3)


def test_a_plain_answer_has_the_length_it_says(peer):
    peer.send(asks(method="GET"))
    seen = peer.wait_over(1)
    assert seen.fields["content-length"] == str(len(seen.data))
    assert seen.fields["allow"] == "POST"
    assert not any(name.startswith("grpc-") for name in seen.fields)


def test_an_unknown_encoding_is_told_those_that_there_are(peer):
    peer.send(asks(("grpc-encoding", "snappy"), body=h.framed(GOOD[5:], flag=1)))
    accepted = peer.wait_over(1).fields["grpc-accept-encoding"].replace(" ", "").split(",")
    assert "identity" in accepted and "snappy" not in accepted


def test_a_packed_message_is_unpacked(peer):
    packed = h.framed(gzip.compress(GOOD[5:]), flag=1)
    peer.send(asks(("grpc-encoding", "gzip"), body=packed))
    assert peer.wait_over(1).grpc == OK


def test_a_message_that_unpacks_to_more_than_the_limit_is_refused(peer):
    packed = h.framed(gzip.compress(bytes(32 << 20)), flag=1)
    peer.send(asks(("grpc-encoding", "gzip"), body=packed))
    assert peer.wait_over(1).grpc == EXHAUSTED


def test_who_offers_no_encoding_gets_none(peer):
    peer.send(call(1, message("builtin/echo", "x" * 10_000)))
    seen = peer.wait_over(1)
    assert seen.data[0] == 0 and "grpc-encoding" not in seen.fields


# Cancels


def running(client) -> int:
    """Calls that hold a slot or wait for one."""
    stub = lane_admin_services.LaneAdminStub(client.channel)
    lanes = stub.ListLanes(lane_admin.ListLanesRequest(), timeout=PATIENCE).lanes
    return sum(lane.running + lane.queued for lane in lanes)


def settles_at(client, count: int, seconds: float = 5) -> bool:
    limit = time.monotonic() + seconds
    while running(client) != count:
        if time.monotonic() > limit:
            return False
        time.sleep(0.02)
    return True


HANGING = message("builtin/echo?fail=hang")


@pytest.mark.parametrize("code", [h.NO_ERROR, h.CANCEL, h.PROTOCOL_ERROR, h.REFUSED_STREAM, 0x77])
def test_a_reset_of_any_code_frees_the_slot(daemon, peer, client, code):
    peer.send(call(1, HANGING))
    assert settles_at(client, 1)
    peer.send(h.reset(1, code))
    assert settles_at(client, 0)


def test_the_end_of_the_connection_frees_the_slots_of_all_its_calls(daemon, client):
    with h.Peer(daemon.socket) as peer:
        peer.send(*(call(stream, HANGING) for stream in (1, 3, 5)))
        assert settles_at(client, 3)
    assert settles_at(client, 0)


def test_a_deadline_frees_the_slot(peer, client):
    peer.send(asks(("grpc-timeout", "200m"), body=HANGING))
    assert peer.wait_over(1).grpc == DEADLINE
    assert settles_at(client, 0)


# Flow control


def test_nothing_is_sent_beyond_a_stream_window_and_byte_by_byte_all_of_it_comes(daemon):
    opening = h.PREFACE + h.settings((4, 0))
    with h.Peer(daemon.socket, opening=opening) as peer:
        peer.send(call())
        peer.settled()
        peer.settled()
        assert len(peer[1].blocks) == 1 and not peer[1].data
        for size in range(1, 6):
            peer.send(h.window(1, 1))
            assert peer.wait(lambda size=size: len(peer[1].data) >= size)
            peer.settled()
            assert len(peer[1].data) == size
        peer.send(h.settings((4, 65_535)))
        assert peer.wait_over(1).grpc == OK


def test_nothing_is_sent_beyond_the_window_of_the_connection(daemon):
    opening = h.PREFACE + h.settings((4, 0x7FFFFFFF))
    with h.Peer(daemon.socket, opening=opening) as peer:
        peer.settled()
        peer.send(call(1, message("builtin/echo", "x" * 100_000)), call(3))
        assert peer.wait(lambda: len(peer[1].data) + len(peer[3].data) >= 65_535)
        peer.settled()
        assert len(peer[1].data) + len(peer[3].data) == 65_535
        peer.send(h.window(0, 1_000_000))
        assert peer.wait_over(1).grpc == OK and len(peer[1].data) > 100_000
        assert peer.wait_over(3).grpc == OK


def test_a_window_made_negative_by_a_setting_has_to_grow_above_nothing_first(daemon):
    opening = h.PREFACE + h.settings((4, 1_000))
    with h.Peer(daemon.socket, opening=opening) as peer:
        peer.send(call(1, message("builtin/echo", "x" * 5_000)))
        assert peer.wait(lambda: len(peer[1].data) == 1_000)
        peer.send(h.settings((4, 0)), h.window(1, 1_000))
        peer.settled()
        assert len(peer[1].data) == 1_000
        peer.send(h.window(1, 10))
        assert peer.wait(lambda: len(peer[1].data) == 1_010)
        peer.send(h.window(1, 100_000))
        assert peer.wait_over(1).grpc == OK


def test_a_stalled_stream_holds_back_no_other(daemon):
    opening = h.PREFACE + h.settings((4, 10))
    with h.Peer(daemon.socket, opening=opening) as peer:
        peer.send(call(1, message("builtin/echo", "x" * 5_000)))
        assert peer.wait(lambda: len(peer[1].data) == 10)
        peer.send(call(3), h.window(3, 60_000))
        assert peer.wait_over(3).grpc == OK
        assert len(peer[1].data) == 10


def test_windows_open_again_as_a_body_is_taken(peer):
    body = message("builtin/echo", "x" * 1_000_000)
    peer.send(h.settings((4, 0x7FFFFFFF)), h.window(0, 2_000_000), h.headers(1, h.fields_of()))
    peer.settled()
    room, sent = {0: 65_535 + peer.windows.get(0, 0), 1: 262_144}, 0
    seen = dict(peer.windows)
    while sent < len(body):
        size = min(16_384, len(body) - sent, room[0], room[1])
        if size == 0:
            assert peer.wait(lambda: peer.windows != seen), "no window opens"
            for key in room:
                room[key] += peer.windows.get(key, 0) - seen.get(key, 0)
            seen = dict(peer.windows)
            continue
        peer.send(h.data(1, body[sent : sent + size], end=sent + size == len(body)))
        sent, room = sent + size, {key: value - size for key, value in room.items()}
    assert peer.wait_over(1).grpc == OK
    assert peer.windows[1] >= len(body) - 262_144


# The end of a connection


def test_a_drain_says_goodbye_twice_and_lets_calls_end(start):
    daemon = start().wait_until_listening()
    with h.Peer(daemon.socket) as peer:
        peer.send(call(1, message("builtin/echo?first_chunk=2s")))
        peer.settled()
        daemon.terminate()
        assert peer.wait(lambda: peer.goaways)
        assert (peer.goaways[0].last_stream_id, peer.goaways[0].error_code) == (0x7FFFFFFF, 0)
        # On its way before the client could know: it is taken.
        peer.send(call(3))
        assert peer.wait(lambda: peer.pings)
        peer.send(h.frame(h.PING, h.ACK, 0, peer.pings[0]))
        assert peer.wait(lambda: len(peer.goaways) == 2)
        assert (peer.goaways[1].last_stream_id, peer.goaways[1].error_code) == (3, 0)
        peer.send(call(5))
        assert peer.wait_over(3).is_over
        assert peer.wait_over(1).grpc == OK
        assert peer.wait_closed()
        assert peer[5].grpc is None
    assert daemon.wait() == 0


def test_a_drain_without_an_answer_to_its_ping_goes_on_all_the_same(start):
    daemon = start().wait_until_listening()
    with h.Peer(daemon.socket) as peer:
        peer.send(call(1, message("builtin/echo?first_chunk=2s")))
        peer.settled()
        daemon.terminate()
        assert peer.wait(lambda: len(peer.goaways) == 2)
        assert peer.wait_over(1).grpc == OK
        assert peer.wait_closed()


def test_an_old_connection_is_drained(start):
    daemon = start("limits:\n  connection_age: 1s\n").wait_until_listening()
    with h.Peer(daemon.socket) as peer:
        prove_served(peer)
        assert peer.wait_closed()
        assert [one.error_code for one in peer.goaways] == [0, 0]


def test_an_idle_connection_is_drained_and_one_with_a_call_is_not(start):
    config = "limits:\n  connection_idle_timeout: 1s\n  slow_consumer_timeout: 1s\n"
    daemon = start(config).wait_until_listening()
    with h.Peer(daemon.socket) as busy, h.Peer(daemon.socket) as idle:
        busy.send(call(1, message("builtin/echo?first_chunk=4s")))
        prove_served(idle)
        assert idle.wait_closed()
        assert busy.wait_over(1).grpc == OK and not busy.goaways
        assert busy.wait_closed()


def test_two_pings_too_many_are_borne_and_the_third_is_not(daemon):
    with h.Peer(daemon.socket) as peer:
        for number in range(3):
            peer.send(h.frame(h.PING, payload=bytes([number]) * 8))
        assert peer.wait(lambda: len(peer.pongs) == 3)
        peer.send(h.frame(h.PING, payload=bytes(8)))
        assert peer.wait_closed()
        assert peer.goaways[-1].error_code == h.ENHANCE_YOUR_CALM
        assert bytes(peer.goaways[-1].additional_data) == b"too_many_pings"
