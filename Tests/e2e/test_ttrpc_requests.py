"""Requests of ttrpc that are wrong, late or too much."""

from __future__ import annotations

import time

import pytest

from support import ttrpc
from support.calls import request
from support.ttrpc import (
    REQUEST, frame,
)  # fmt: skip
from support.ttrpc_fixtures import (  # noqa: F401
    CONFIG, DEADLINE_EXCEEDED, ECHO, INTERNAL, INVALID_ARGUMENT, OK, RESOURCE_EXHAUSTED,
    UNIMPLEMENTED, alive, bystander, others_are_unharmed, raw, refusal, said,
)  # fmt: skip


GARBAGE = {
    "ones": b"\xff" * 40,
    "short field": b"\x0a\x7fshort",
    "group": b"\x0b",
    "not UTF-8": b"\x0a\x02\xff\xfe",
}


@pytest.mark.parametrize("name", GARBAGE)
def test_bytes_that_are_no_request_are_an_invalid_argument(alive, name):
    alive.last = 1
    alive.send(frame(1, REQUEST, 0, GARBAGE[name]))
    refusal(alive, 1, INVALID_ARGUMENT)


UNKNOWN = [
    ("", ""), ("", "Generate"), (ttrpc.LANEWAY, ""), (ttrpc.LANEWAY, "Nothing"),
    (ttrpc.LANEWAY, "generate"), ("no.such.Service", "Generate"),
    ("laneway.v1", "Laneway/Generate"), ("/" + ttrpc.LANEWAY, "Generate"),
    ("x" * 4_000_000, "y" * 100_000),
]  # fmt: skip


@pytest.mark.parametrize(("service", "method"), UNKNOWN, ids=range(len(UNKNOWN)))
def test_an_unknown_service_or_method_is_unimplemented(alive, service, method):
    answer = alive.call(method, ECHO, service=service)
    assert answer.status.code == UNIMPLEMENTED
    assert 0 < len(answer.status.message) < 1000, "what was asked for is not said back at length"


@pytest.mark.parametrize("body", [b"", b"\x08\x01", b"\x22\x01x"])
def test_a_request_without_service_and_method_is_for_nothing(alive, body):
    """A field of another kind is one that is not known, as protobuf has it."""
    alive.last = 1
    alive.send(frame(1, REQUEST, 0, body))
    refusal(alive, 1, UNIMPLEMENTED)


@pytest.mark.parametrize("payload", [b"\xff" * 40, b"\x0a\x7fshort", b"\x0b"])
def test_a_payload_that_is_no_message_is_an_internal_error_as_on_grpc(alive, payload):
    answer = alive.call("Generate", payload=payload)
    assert answer.status.code == INTERNAL and answer.reason == "BAD_REQUEST"


def test_a_payload_that_is_empty_is_an_empty_message(alive):
    assert alive.call("Generate").status.code == INVALID_ARGUMENT


@pytest.mark.parametrize("timeout", [-1e-9, -1.0, -9e9])
def test_a_timeout_below_zero_is_over_already(alive, upstream, timeout):
    before = len(upstream.exchanges)
    answer = alive.call("Generate", request("local/never"), timeout=timeout)
    assert answer.status.code == DEADLINE_EXCEEDED and answer.reason == "CALLER_DEADLINE"
    assert len(upstream.exchanges) == before


def test_the_longest_timeout_there_is_ends_nothing(alive):
    assert said(alive.call("Generate", ECHO, timeout=9.2e9)) == "one two three"


@pytest.mark.parametrize(("method", "flags"), [("Generate", 0), ("Stream", 1), ("Stream", 2)])
def test_a_timeout_that_runs_out_ends_the_call(alive, method, flags):
    began = time.monotonic()
    order = request("builtin/echo?first_chunk=10s", "a b c")
    _, end = alive.rest(alive.request(method, order, flags=flags, timeout=0.2))
    assert end.status.code == DEADLINE_EXCEEDED and end.reason == "CALLER_DEADLINE"
    assert 0.19 < time.monotonic() - began < 5


LARGE = {
    "one value": [("laneway-tool", "x" * 17_000)],
    "one name": [("x" * 17_000, "x")],
    "many pairs": [("x", "y")] * 129,
    "empty pairs": [("", "")] * 513,
}


@pytest.mark.parametrize("name", LARGE)
def test_too_much_metadata_is_refused(alive, name):
    answer = alive.call("Generate", ECHO, metadata=LARGE[name])
    assert answer.status.code == RESOURCE_EXHAUSTED
    assert "metadata" in answer.status.message


ODD = {
    "empty name": [("", "x")],
    "empty value": [("laneway-caller-id", "")],
    "line breaks": [("laneway-caller-id", "a\r\nlaneway-run-id: b")],
    "zero": [("laneway-caller-id\0", "a\0b")],
    "pseudo": [(":path", "/laneway.v1.Laneway/Cancel"), (":status", "500")],
    "reserved": [("grpc-timeout", "0S"), ("te", "x"), ("content-type", "x")],
    "binary": [("x-bin", "!!! no base64"), ("laneway-test-bin", "=")],
    "twice": [("laneway-caller-id", "a"), ("laneway-caller-id", "b")],
    "beyond ASCII": [("laneway-tool", "grüß 😈"), ("ÄÖÜ", "x")],
    "just enough": [("x", "y" * 16)] * 128,
}


@pytest.mark.parametrize("name", ODD)
def test_odd_metadata_harms_nothing(alive, name):
    answer = alive.call("Generate", ECHO, metadata=ODD[name])
    assert answer.status.code in (OK, INVALID_ARGUMENT), answer.status
