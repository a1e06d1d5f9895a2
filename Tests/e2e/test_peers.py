"""Who may call, and how much of one uid: `socket.uids`, `socket.gids`, `limits.*_per_uid_max`."""

from __future__ import annotations

import contextlib
import os
import socket
import time

import grpc
import pytest
from support.calls import PATIENCE, Client
from support.daemon import Daemon

OTHER = 4_000_000_000


@contextlib.contextmanager
def serving(config: str):
    daemon = Daemon(config)
    try:
        daemon.wait_until_listening()
        client = Client(daemon.target)
        try:
            yield daemon, client
        finally:
            client.close()
    finally:
        daemon.stop()


@pytest.mark.parametrize(
    "lists", [f"uids: [{os.getuid()}]", f"gids: [{os.getgid()}]",
              f"uids: [{OTHER}], gids: [{os.getgid()}]"],
)  # fmt: skip
def test_a_peer_in_either_list_may_call(lists):
    with serving(f"socket: {{ {lists} }}") as (_, client):
        assert client.generate("builtin/echo").message.parts[0].text.text == "hello"


@pytest.mark.parametrize("lists", [f"uids: [{OTHER}]", f"gids: [{OTHER}]"])
def test_another_peer_is_told_that_it_may_not(lists):
    with serving(f"socket: {{ {lists} }}") as (_, client):
        failure = client.fail("builtin/echo")
        assert (failure.code.name, failure.reason) == ("PERMISSION_DENIED", "CALLER_NOT_ALLOWED")
        assert f"uid {os.getuid()}, gid {os.getgid()}" in failure.message
        assert "socket.uids, socket.gids" in failure.message


def test_a_uid_has_as_many_calls_as_it_may():
    with serving("limits: { calls_per_uid_max: 2 }") as (_, client):
        held = [client.stream("builtin/echo?pace=1", "one two three four") for _ in range(2)]
        for stream in held:
            stream.next_of("started")
        failure = client.fail("builtin/echo")
        assert (failure.code.name, failure.reason) == ("RESOURCE_EXHAUSTED", "CALLER_QUEUE_FULL")
        assert f"2 calls of uid {os.getuid()}" in failure.message
        assert "limits.calls_per_uid_max" in failure.message
        for stream in held:
            stream.cancel()
            stream.failure()
        served_again(client)


def served_again(client: Client) -> None:
    """What was cancelled is known to the client before it has ended at the daemon."""
    limit = time.monotonic() + PATIENCE
    while True:
        try:
            assert client.generate("builtin/echo").message.parts[0].text.text == "hello"
            return
        except grpc.RpcError as error:
            assert error.code() == grpc.StatusCode.RESOURCE_EXHAUSTED
            assert time.monotonic() < limit, error.details()


def test_a_uid_has_as_many_connections_as_it_may():
    with serving("limits: { connections_per_uid_max: 2 }") as (daemon, client):
        client.generate("builtin/echo")
        peers = [socket.socket(socket.AF_UNIX) for _ in range(2)]
        for peer in peers:
            peer.settimeout(PATIENCE)
            peer.connect(daemon.socket)
        # The client has one, the first of these the other; the second is closed at once.
        assert peers[1].recv(1) == b""
        assert client.generate("builtin/echo").message.parts[0].text.text == "hello"
        for peer in peers:
            peer.close()
        assert "limits.connections_per_uid_max" in daemon.log.read_text()
