"""Messages made to be slow, or to be large in memory, when they are parsed.

protobuf-c alone takes 38 s for a mebibyte of the first, and 68 times the size of the second. Each is
held against a harmless message of the same size: what it takes beside that is parsing. `make
attacks` holds a release build on a quiet machine to the goal; a debug build beside other tests gets
ten times the time.
"""

from __future__ import annotations

import os
import time

import grpc
import pytest

from support.calls import Client, request, text_of
from support.patience import IS_MEASURED, patient
from support.process_figures import peak_bytes

GENERATE = "/laneway.v1.Laneway/Generate"
GOOD = request("builtin/echo", "hello").SerializeToString()
MEBIBYTE = 1 << 20
IS_QUIET = float(os.environ.get("LANEWAY_ATTACK_SECONDS", "0")) >= 30
SECONDS_MAX = 0.05 if IS_QUIET else patient(0.5)
GROWTH_MAX = (32 if IS_MEASURED else 512) * MEBIBYTE

# Fields that come again and again.
NASTY = {
    # response_format { json_schema { name: "" } }: a parser that merges by copying goes quadratic.
    "one field over and over": b"\x52\x04\x12\x02\x0a\x00",
    # messages {}: two bytes on the wire, dozens in memory.
    "empty messages": b"\x12\x00",
    # A field this contract does not have.
    "unknown fields": b"\xf8\x07\x01",
    # messages { parts { text { text: "" } } }
    "nested and empty": b"\x12\x06\x12\x04\x0a\x02\x0a\x00",
    # messages { parts: 30 empty ones }: fewer fields a message, all of them parsed.
    "many empty parts": b"\x12\x3c" + b"\x12\x00" * 30,
    # messages { parts { text { text: 250 bytes } } }: in four mebibytes as many fields as are taken.
    "as many fields as are taken": b"\x12\x83\x02\x12\x80\x02\x0a\xfd\x01\x0a\xfa\x01" + b"x" * 250,
}


@pytest.mark.parametrize("mebibytes", [1, 4])
@pytest.mark.parametrize("name", NASTY)
def test_a_message_made_to_be_slow_is_answered_quickly(start, figures, name, mebibytes):
    room = mebibytes * MEBIBYTE - len(GOOD)
    harmless = request("no/such-model", "x" * (room - 64)).SerializeToString()
    piece = NASTY[name]
    _, quick, small = parsed(start, harmless)
    outcome, took, growth = parsed(start, GOOD + piece * (room // len(piece)))
    figures.append(
        f"{mebibytes} MiB of {name}: {outcome} in {took * 1e3:.1f} ms and {growth >> 20} MiB, "
        f"a harmless message in {quick * 1e3:.1f} ms and {small >> 20} MiB"
    )
    assert outcome in ("OK", "INTERNAL", "INVALID_ARGUMENT", "RESOURCE_EXHAUSTED")
    assert took - quick < SECONDS_MAX
    assert growth - small < GROWTH_MAX


def parsed(start, payload: bytes) -> tuple[str, float, int]:
    """The status, the seconds and the bytes of memory that a message costs a daemon of its own."""
    daemon = start().wait_until_listening()
    client = Client(daemon.target, "parsing")
    client.generate("builtin/echo")
    call = client.channel.unary_unary(GENERATE)
    before = peak_bytes(daemon.process.pid, anew=True)
    began = time.monotonic()
    try:
        call(payload, timeout=20)
        outcome = "OK"
    except grpc.RpcError as error:
        outcome = error.code().name
    took = time.monotonic() - began
    growth = peak_bytes(daemon.process.pid) - before
    assert text_of(client.generate("builtin/echo", "still serving")) == "still serving"
    client.close()
    daemon.stop()
    return outcome, took, growth
