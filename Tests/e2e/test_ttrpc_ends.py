"""How calls of ttrpc end from outside: a closed connection, a reader that stops, an answer too
large, a daemon that stops."""

from __future__ import annotations

import time

import pytest

from support import ttrpc
from support.calls import request, settle
from support.patience import patient
from support.ttrpc_fixtures import ECHO, RESOURCE_EXHAUSTED, UNAVAILABLE, said, texts_of
from support.upstream import Gate, Gone, completion, endless

CONFIG = """
providers:
  local: { kind: openai, base_url: BASE_URL }
lanes:
  held: { match: ["local/held-*"], concurrency: 4 }
limits: { slow_consumer_timeout: 1s }
"""
LIMIT = patient(1.0)


@pytest.fixture
def connect(daemon):
    """Makes connections that close with the test."""
    made = []

    def make(target: str | None = None) -> ttrpc.Connection:
        made.append(ttrpc.Connection(target or daemon.socket))
        return made[-1]

    yield make
    for connection in made:
        connection.close()


def hold(connection: ttrpc.Connection, upstream, model: str, times: int) -> list:
    """Fills the lane from one connection, half with streams; the upstream's exchanges."""
    for number in range(times):
        method, flags = ("Stream", 1) if number % 2 else ("Generate", 0)
        connection.request(method, request(f"local/{model}"), flags=flags)
    upstream.wait_for(model, times)
    return upstream.of(model)


def test_a_connection_that_closes_ends_all_its_calls_and_frees_their_slots(
    connect, upstream, figures
):
    upstream.on("held-close", lambda exchange: exchange.closed.wait(20))
    other, leaver = connect(), connect()
    exchanges = hold(leaver, upstream, "held-close", 4)
    waiting = other.request("Generate", request("local/held-next", "mine"))
    settle()
    assert not upstream.of("held-next"), "all four slots are taken"
    left_at = time.monotonic()
    leaver.close()
    for exchange in exchanges:
        assert exchange.closed.wait(LIMIT), "the upstream is still open"
    took = max(exchange.closed_at for exchange in exchanges) - left_at
    figures.append(f"ttrpc close to the last of 4 upstreams closed: {took * 1000:.1f} ms")
    assert took < LIMIT
    assert said(other.response(waiting)) == "mine"
    upstream.on("held-again", lambda exchange: exchange.closed.wait(20))
    assert len(hold(connect(), upstream, "held-again", 4)) == 4, "every slot is free again"


def test_a_timeout_closes_the_upstream_and_nothing_else(connect, upstream):
    upstream.on("timed", endless)
    connection = connect()
    stream = connection.request("Stream", request("local/timed"), flags=1, timeout=0.5)
    _, end = connection.rest(stream)
    assert end.reason == "CALLER_DEADLINE"
    assert upstream.wait_for("timed").closed.wait(LIMIT)
    assert said(connection.call("Generate", ECHO)) == "one two three"


def torrent(exchange) -> None:
    """Streams as fast as it is read, until the daemon leaves."""
    exchange.begin_events()
    try:
        while not exchange.closed.is_set():
            exchange.say("x" * 10_000)
    except Gone:
        exchange.closed.wait(1)
        raise


def test_a_reader_that_stops_loses_its_stream_and_keeps_its_connection(connect, upstream):
    upstream.on("torrent-a", torrent)
    slow, other = connect(), connect()
    stream = slow.request("Stream", request("local/torrent-a"), flags=1)
    assert slow.receive().stream == stream
    exchange = upstream.wait_for("torrent-a")
    limit = time.monotonic() + 5
    while not exchange.closed.is_set():
        assert time.monotonic() < limit, "the upstream of a stream nobody reads is still open"
        assert said(other.call("Generate", ECHO)) == "one two three"
    bodies, end = slow.rest(stream)
    assert (end.status.code, end.reason) == (RESOURCE_EXHAUSTED, "SLOW_CONSUMER")
    assert len(bodies) > 10 and set(texts_of(bodies)) == {"x"}
    assert said(slow.call("Generate", ECHO)) == "one two three"


def test_a_reader_that_never_comes_back_loses_its_connection(connect, upstream):
    upstream.on("torrent-b", torrent)
    slow = connect()
    slow.request("Stream", request("local/torrent-b"), flags=1)
    time.sleep(4)
    assert slow.is_closed(1)


def test_a_frame_that_is_never_whole_ends_its_connection_alone(connect):
    stuck, other = connect(), connect()
    stuck.send(bytes.fromhex("00400000000000010100"))
    assert not stuck.is_closed(1)
    assert said(other.call("Generate", ECHO)) == "one two three"
    assert stuck.is_closed(5)


def test_a_slow_reader_that_goes_on_reading_gets_everything(connect):
    slow = connect()
    order = request("builtin/echo?repeat=400", "word " * 20)
    stream = slow.request("Stream", order, flags=1)
    time.sleep(0.5)
    bodies, end = slow.rest(stream)
    assert end.kind == ttrpc.DATA
    assert texts_of(bodies).count("word") == 8_000


@pytest.mark.parametrize("repeat", [2, 20])
def test_an_answer_over_4_mib_fails_that_call_alone(connect, repeat):
    connection = connect()
    running = connection.request("Generate", request("builtin/echo?first_chunk=1s", "still here"))
    order = request(f"builtin/echo?repeat={repeat}", "x" * 3_000_000)
    answer = connection.call("Generate", order)
    assert answer.status.code == RESOURCE_EXHAUSTED
    assert str(ttrpc.LENGTH_MAX) in answer.status.message
    assert said(connection.response(running)) == "still here"
    assert said(connection.call("Generate", ECHO)) == "one two three"


def test_a_message_over_the_daemons_own_limit_is_refused(start, connect):
    running = start("limits: { message_bytes_max: 64KiB }\n").wait_until_listening()
    connection = connect(running.socket)
    answer = connection.call("Generate", request("builtin/echo", "x" * 65_536))
    assert answer.status.code == RESOURCE_EXHAUSTED
    assert "limits.message_bytes_max" in answer.status.message
    assert said(connection.call("Generate", ECHO)) == "one two three"


def test_on_sigterm_running_calls_finish_new_ones_are_refused_and_all_is_closed(
    start, connect, upstream
):
    config = f"providers:\n  local: {{ kind: openai, base_url: {upstream.base_url} }}\n"
    running = start(config).wait_until_listening()
    gate = Gate()

    def answer(exchange):
        gate.wait()
        completion(exchange, "finished in time")

    upstream.on("draining", answer)
    busy, idle = connect(running.socket), connect(running.socket)
    assert said(idle.call("Generate", ECHO)) == "one two three"
    stream = busy.request("Generate", request("local/draining"))
    upstream.wait_for("draining")
    running.terminate()
    settle()
    refused = busy.call("Generate", ECHO)
    assert (refused.status.code, refused.reason) == (UNAVAILABLE, "SHUTTING_DOWN")
    gate.open()
    assert said(busy.response(stream)) == "finished in time"
    assert busy.is_closed() and idle.is_closed()
    assert running.wait() == 0
