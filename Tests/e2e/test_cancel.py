"""What a client that leaves means for the upstream.

The goal is 100 ms; the tests allow a second, for debug builds on busy machines, and print what they
measured.
"""

import contextlib
import socket
import time

import grpc
import pytest

from support import h2raw as h
from support.calls import settle
from support.lane_checks import assert_nothing_is_left
from support.patience import patient
from support.streams import asks
from support.upstream import Gate, completion, endless

CONFIG = """
providers:
  local: { kind: openai, base_url: BASE_URL }
lanes:
  cancelled: { match: ["local/cancel-*"], concurrency: 1 }
  finished: { match: ["local/finish-*"], concurrency: 1, on_disconnect: finish }
"""
LIMIT = patient(1.0)


def closed_after(exchange, left_at: float) -> float:
    assert exchange.closed.wait(LIMIT), f"upstream still open {LIMIT} s after the client left"
    return exchange.closed_at - left_at


def test_cancelling_a_stream_closes_its_upstream(client, upstream, figures):
    upstream.on("cancel-stream", endless)
    took = []
    for count in range(1, 11):
        reader = client.stream("local/cancel-stream")
        reader.next_of("started")
        reader.next_of("text")
        left_at = time.monotonic()
        reader.cancel()
        took.append(closed_after(upstream.wait_for("cancel-stream", count), left_at))
        assert reader.failure().code == grpc.StatusCode.CANCELLED
    figures.append(f"stream cancel to upstream closed: worst of 10 is {max(took) * 1000:.1f} ms")
    assert max(took) < LIMIT


def test_cancelling_a_generate_closes_its_upstream_and_frees_its_slot(client, upstream, figures):
    gate = Gate()
    upstream.on("cancel-generate", lambda exchange: gate.wait())
    took = []
    for count in range(1, 11):
        # The lane has one slot: the next one arriving proves that the slot came back.
        call = client.begin_generate("local/cancel-generate")
        exchange = upstream.wait_for("cancel-generate", count)
        left_at = time.monotonic()
        call.cancel()
        took.append(closed_after(exchange, left_at))
    gate.open(10)
    figures.append(f"generate cancel to upstream closed: worst of 10 is {max(took) * 1000:.1f} ms")
    assert max(took) < LIMIT


def test_a_client_that_dies_closes_its_upstream(new_client, upstream):
    upstream.on("cancel-eof", endless)
    client = new_client()
    reader = client.stream("local/cancel-eof")
    reader.next_of("started")
    left_at = time.monotonic()
    client.close()
    assert closed_after(upstream.wait_for("cancel-eof"), left_at) < LIMIT


def test_cancelling_before_the_first_chunk_closes_the_upstream_too(client, upstream):
    gate = Gate()
    upstream.on("cancel-early", lambda exchange: gate.wait())
    reader = client.stream("local/cancel-early")
    exchange = upstream.wait_for("cancel-early")
    left_at = time.monotonic()
    reader.cancel()
    assert closed_after(exchange, left_at) < LIMIT
    gate.open()


def test_a_lane_may_let_a_generate_finish_without_its_caller(new_client, upstream):
    gate = Gate()

    def answer(exchange):
        gate.wait()
        completion(exchange, "for the record")

    upstream.on("finish-a", answer)
    client = new_client()
    call = client.begin_generate("local/finish-a")
    exchange = upstream.wait_for("finish-a")
    call.cancel()
    assert not exchange.closed.wait(1), "it runs on under its execution clock"
    gate.open()
    limit = time.monotonic() + 5
    while exchange.ended_at is None and time.monotonic() < limit:
        settle()
    assert exchange.ended_at is not None
    assert exchange.closed_at is None, "the whole answer was taken"
    new_client().generate("local/finish-b", timeout=5)


@pytest.mark.parametrize("model", ["local/cancel-echo", "builtin/echo"])
def test_a_client_that_cancels_a_thousand_calls_is_served_all_the_same(new_client, model):
    client = new_client()
    for _ in range(1_000):
        client.begin_generate(model).cancel()
    assert client.generate(model, "still here").call.call_id


def ending(wire: str) -> bytes:
    """All that a client ever says: calls that take the daemon a while, and one that never ends."""
    calls = [*(asks.generate() for _ in range(40)), asks.held("held")]
    opening = h.PREFACE + h.settings() if wire == "grpc" else b""
    frames = (getattr(ask, wire)(number) for number, ask in zip(range(1, 99, 2), calls))
    return opening + b"".join(map(b"".join, frames))


@pytest.mark.parametrize("wire", ["grpc", "ttrpc"])
def test_a_call_that_waits_to_be_read_when_its_connection_is_lost_does_not_begin(
    client, daemon, upstream, wire
):
    for _ in range(50):
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(daemon.socket)
            connection.sendall(ending(wire))
            connection.shutdown(socket.SHUT_WR)
            with contextlib.suppress(ConnectionError):
                while connection.recv(65_536):
                    pass
    assert_nothing_is_left(client, upstream, "none")
