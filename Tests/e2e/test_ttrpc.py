"""ttrpc, the other wire on the same socket, as a good client speaks it. After every case its own
connection, an old one of another client and one of gRPC still answer."""

from __future__ import annotations

import time

import pytest

from support.calls import request
from support.stubs import messages
from support.ttrpc import (
    DATA, NO_DATA, REMOTE_CLOSED, REQUEST, fields, frame,
)  # fmt: skip
from support.ttrpc_fixtures import (  # noqa: F401
    BODY, CONFIG, ECHO, alive, bystander, events_of, others_are_unharmed, raw, said, texts_of,
)  # fmt: skip


def test_a_unary_call_has_one_response_without_a_status(alive):
    answer = alive.call("Generate", ECHO)
    assert fields(answer.body).keys() == {2} and answer.flags == 0
    assert said(answer) == "one two three"


@pytest.mark.parametrize("flags", [0, REMOTE_CLOSED], ids=["as an old client", "closed"])
def test_a_stream_is_data_and_then_the_end_without_any(alive, flags):
    bodies, end = alive.rest(alive.request("Stream", ECHO, flags=flags))
    kinds = [event.WhichOneof("event") for event in events_of(bodies)]
    assert (kinds[0], kinds[-1]) == ("started", "finish")
    assert texts_of(bodies) == "one two three"
    assert (end.kind, end.flags, end.body) == (DATA, REMOTE_CLOSED | NO_DATA, b"")


def test_metadata_says_whose_the_call_is(alive):
    pairs = [("laneway-caller-id", "shim"), ("laneway-run-id", "r-7"), ("laneway-call-id", "c-9")]
    answer = messages.GenerateResponse.FromString(
        alive.call("Generate", ECHO, metadata=pairs).payload
    )
    call = answer.call
    assert (call.caller_id, call.run_id, call.call_id) == ("shim", "r-7", "c-9")


def test_names_of_metadata_in_upper_case_are_the_same_names(alive):
    answer = messages.GenerateResponse.FromString(
        alive.call("Generate", ECHO, metadata=[("Laneway-Call-ID", "c-10")]).payload
    )
    assert answer.call.call_id == "c-10"


@pytest.mark.parametrize("flags", [0x80, 0xF8], ids=["one", "all"])
def test_flags_that_mean_nothing_are_ignored(alive, flags):
    assert said(alive.call("Generate", ECHO, flags=flags)) == "one two three"
    bodies, _ = alive.rest(alive.request("Stream", ECHO, flags=flags | REMOTE_CLOSED))
    assert texts_of(bodies) == "one two three"


def test_a_hundred_calls_in_one_write_are_all_answered(alive):
    alive.send(b"".join(frame(stream, REQUEST, 0, BODY) for stream in range(1, 201, 2)))
    alive.last = 199
    answers = [alive.receive() for _ in range(100)]
    assert {answer.stream for answer in answers} == set(range(1, 201, 2))
    assert {said(answer) for answer in answers} == {"one two three"}


def test_a_frame_may_be_cut_anywhere(alive):
    whole = frame(1, REQUEST, 0, BODY)
    for at in range(1, len(whole)):
        alive.last += 2
        whole = frame(alive.last, REQUEST, 0, BODY)
        alive.send(whole[:at])
        time.sleep(0.001)  # or the kernel would join the two
        alive.send(whole[at:])
        assert said(alive.response(alive.last)) == "one two three", at


def test_a_frame_may_come_byte_by_byte(alive):
    for byte in frame(1, REQUEST, 0, BODY):
        alive.send(bytes([byte]))
    alive.last = 1
    assert said(alive.response(1)) == "one two three"
