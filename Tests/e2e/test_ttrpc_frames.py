"""Frames of ttrpc that break its rules: refused on their stream or the end of their connection, and
nothing to anybody else."""

from __future__ import annotations

import pytest

from support import ttrpc
from support.calls import request
from support.ttrpc import (
    DATA, LENGTH_MAX, REQUEST, RESPONSE, envelope, frame,
)  # fmt: skip
from support.ttrpc_fixtures import (  # noqa: F401
    BODY, CONFIG, ECHO, INVALID_ARGUMENT, RESOURCE_EXHAUSTED, alive, bystander,
    others_are_unharmed, raw, refusal, said, texts_of,
)  # fmt: skip


@pytest.mark.parametrize("length", [LENGTH_MAX + 1, 0xFFFFFF], ids=["by one", "by far"])
@pytest.mark.parametrize("kind", [REQUEST, DATA])
def test_a_frame_over_4_mib_is_refused_and_its_body_passed_over(alive, length, kind):
    alive.last = 1
    # Were the body read as frames, each would be a request of its own.
    alive.send(frame(1, kind, 0, length=length))
    answer = refusal(alive, 1, RESOURCE_EXHAUSTED)
    assert str(length) in answer.status.message and str(LENGTH_MAX) in answer.status.message
    alive.send((frame(3, REQUEST, 0, BODY) * (length // len(BODY) + 1))[:length])


def padded(total: int) -> bytes:
    """A good request of exactly so many bytes: a field that the contract does not have fills it."""
    def of(filler: int) -> bytes:
        payload = ECHO.SerializeToString() + ttrpc.field(127, b"z" * filler)
        return envelope(ttrpc.LANEWAY, "Generate", payload)

    return of(3_000_000 + total - len(of(3_000_000)))


def test_a_request_of_exactly_4_mib_is_legal(alive):
    body = padded(LENGTH_MAX)
    assert len(body) == LENGTH_MAX
    alive.last = 1
    alive.send(frame(1, REQUEST, 0, body))
    assert said(alive.response(1)) == "one two three"


@pytest.mark.parametrize("first", [1, 0x0A, 0x50, 0xFF])
def test_a_later_frame_that_begins_with_no_zero_closes_the_connection(raw, first):
    assert said(raw.call("Generate", ECHO)) == "one two three"
    raw.send(bytes([first]))
    assert raw.is_closed()


def test_a_frame_cut_short_by_its_client_is_no_call(raw):
    raw.send(frame(1, REQUEST, 0, BODY)[:-1])
    raw.close()


@pytest.mark.parametrize("stream", [0, 2, 0xFFFFFFFE])
def test_an_even_stream_is_refused(alive, stream):
    alive.send(frame(stream, REQUEST, 0, BODY))
    assert "odd" in refusal(alive, stream, INVALID_ARGUMENT).status.message


@pytest.mark.parametrize("stream", [1, 3, 5], ids=["far back", "back", "the same"])
def test_a_stream_that_does_not_come_after_the_last_is_refused(alive, stream):
    alive.last = 3
    assert said(alive.call("Generate", ECHO)) == "one two three"
    alive.send(frame(stream, REQUEST, 0, BODY))
    refusal(alive, stream, INVALID_ARGUMENT)


def test_the_number_of_a_stream_that_runs_refused_to_another_leaves_it_running(alive):
    running = alive.request("Stream", request("builtin/echo?pace=20", "a b c"), flags=1)
    first = alive.receive()
    assert first.kind == DATA
    alive.send(frame(running, REQUEST, 0, BODY))
    refused, bodies = None, [first.body]
    while refused is None:
        answer = alive.receive()
        if answer.kind == DATA:
            bodies.append(answer.body)
        else:
            refused = answer.status.code
    assert refused == INVALID_ARGUMENT
    rest, end = alive.rest(running)
    assert texts_of(bodies + rest) == "a b c" and end.kind == DATA


def test_the_last_stream_there_can_be_is_served_and_is_the_last(raw):
    raw.last = 0xFFFFFFFD
    assert said(raw.call("Generate", ECHO)) == "one two three"
    raw.send(frame(0xFFFFFFFF, REQUEST, 0, BODY))
    refusal(raw, 0xFFFFFFFF, INVALID_ARGUMENT)


@pytest.mark.parametrize("kind", [0, RESPONSE, 4, 0x7F, 0xFF])
@pytest.mark.parametrize("stream", [1, 2])
def test_frames_that_no_client_sends_are_ignored(alive, kind, stream):
    alive.send(frame(stream, kind, 0, BODY))
    alive.last = -1
    assert said(alive.call("Generate", ECHO)) == "one two three"
