"""Data of ttrpc where there should be none, or of another kind."""

from __future__ import annotations

import pytest

from support.calls import request
from support.ttrpc import (
    DATA, NO_DATA, REMOTE_CLOSED, REMOTE_OPEN, frame,
)  # fmt: skip
from support.ttrpc_fixtures import (  # noqa: F401
    CONFIG, ECHO, INVALID_ARGUMENT, alive, bystander, others_are_unharmed, raw, refusal,
    texts_of,
)  # fmt: skip


@pytest.mark.parametrize("flags", [0, REMOTE_CLOSED, NO_DATA, REMOTE_CLOSED | NO_DATA])
@pytest.mark.parametrize("stream", [1, 7, 8, 0])
def test_data_of_a_stream_that_never_was_are_refused(alive, stream, flags):
    alive.send(frame(stream, DATA, flags, b"" if flags & NO_DATA else b"x"))
    refusal(alive, stream, INVALID_ARGUMENT)


@pytest.mark.parametrize(("method", "flags"), [("Generate", 0), ("Stream", 1), ("Stream", 2)])
def test_data_of_a_finished_stream_are_refused(alive, method, flags):
    stream = alive.request(method, ECHO, flags=flags)
    alive.rest(stream)
    alive.data(stream, ECHO)
    refusal(alive, stream, INVALID_ARGUMENT)


SLOW = request("builtin/echo?first_chunk=10s", "a b c")


@pytest.mark.parametrize(("method", "flags"), [("Generate", 0), ("Stream", 1)])
def test_data_of_a_stream_that_takes_none_end_it(alive, method, flags):
    stream = alive.request(method, SLOW, flags=flags)
    alive.data(stream, ECHO)
    bodies, end = alive.rest(stream)
    assert end.status.code == INVALID_ARGUMENT and texts_of(bodies) == ""


def test_data_that_say_there_are_none_and_are_some_end_their_stream(alive):
    stream = alive.request("Stream", SLOW, flags=REMOTE_OPEN)
    alive.data(stream, ECHO, flags=NO_DATA | REMOTE_CLOSED)
    assert alive.rest(stream)[1].status.code == INVALID_ARGUMENT


def test_a_zero_length_without_the_flag_is_a_message_and_one_too_many_here(alive):
    stream = alive.request("Stream", SLOW, flags=REMOTE_OPEN)
    alive.data(stream)
    assert alive.rest(stream)[1].status.code == INVALID_ARGUMENT


def test_a_client_may_close_its_side_of_a_stream_later(alive):
    order = request("builtin/echo?pace=50", "one two three")
    stream = alive.request("Stream", order, flags=REMOTE_OPEN)
    alive.data(stream, flags=NO_DATA)
    alive.data(stream, flags=NO_DATA | REMOTE_CLOSED)
    bodies, end = alive.rest(stream)
    assert texts_of(bodies) == "one two three" and end.kind == DATA


def test_data_after_its_client_has_closed_end_a_stream(alive):
    stream = alive.request("Stream", SLOW, flags=REMOTE_OPEN)
    alive.data(stream, flags=NO_DATA | REMOTE_CLOSED)
    alive.data(stream, flags=NO_DATA)
    assert alive.rest(stream)[1].status.code == INVALID_ARGUMENT


def test_ten_thousand_wrong_frames_are_ten_thousand_answers(alive):
    alive.send(frame(7, DATA, 0, b"x") * 10_000)
    for _ in range(10_000):
        refusal(alive, 7, INVALID_ARGUMENT)


def test_a_connection_that_sends_and_never_reads_is_held_up_alone(raw):
    raw.socket.settimeout(1)
    sent = 0
    with pytest.raises(TimeoutError):
        while sent < 64 << 20:
            sent += raw.socket.send(frame(7, DATA, 0, b"x") * 5_000)
    assert sent < 16 << 20, "what is not answered is not read either"
