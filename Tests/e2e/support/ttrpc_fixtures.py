"""What the tests of ttrpc share: a call, a connection, and those that must not be harmed."""

from __future__ import annotations

import pytest

from . import ttrpc
from .calls import request, text_of
from .stubs import messages
from .ttrpc import DATA, NO_DATA, REMOTE_CLOSED, envelope

CONFIG = """
providers:
  local: { kind: openai, base_url: BASE_URL }
"""
OK, INVALID_ARGUMENT, DEADLINE_EXCEEDED = 0, 3, 4
RESOURCE_EXHAUSTED, UNIMPLEMENTED, INTERNAL, UNAVAILABLE = 8, 12, 13, 14
ECHO = request("builtin/echo", "one two three")
BODY = envelope(ttrpc.LANEWAY, "Generate", ECHO.SerializeToString())


def said(answer: ttrpc.Frame) -> str:
    return text_of(messages.GenerateResponse.FromString(answer.payload))


def events_of(bodies: list[bytes]) -> list:
    return [messages.StreamResponse.FromString(body) for body in bodies]


def texts_of(bodies: list[bytes]) -> str:
    return "".join(one.text for one in events_of(bodies) if one.WhichOneof("event") == "text")


@pytest.fixture(scope="module")
def bystander(daemon):
    """Another client, connected before all the others."""
    connection = ttrpc.Connection(daemon.socket)
    yield connection
    connection.close()


@pytest.fixture(autouse=True)
def others_are_unharmed(daemon, bystander, client):
    """Whatever a test sent, a call that ran meanwhile and calls of others are answered."""
    running = bystander.request("Stream", request("builtin/echo?pace=50", "a b c d"), flags=1)
    yield
    bodies, end = bystander.rest(running)
    assert texts_of(bodies) == "a b c d"
    assert (end.kind, end.flags) == (DATA, REMOTE_CLOSED | NO_DATA)
    assert said(bystander.call("Generate", ECHO)) == "one two three"
    assert text_of(client.generate("builtin/echo", "on the other wire")) == "on the other wire"
    assert daemon.process.poll() is None


@pytest.fixture
def raw(daemon):
    connection = ttrpc.Connection(daemon.socket)
    yield connection
    connection.close()


@pytest.fixture
def alive(raw):
    """A connection that has to serve on after the test."""
    yield raw
    assert said(raw.call("Generate", ECHO)) == "one two three"


def refusal(connection: ttrpc.Connection, stream: int, code: int) -> ttrpc.Frame:
    answer = connection.response(stream)
    assert answer.status.code == code and answer.status.message, answer.status
    return answer
