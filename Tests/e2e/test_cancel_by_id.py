"""`Laneway.Cancel`: ending a call by its id, from another connection."""

import os
import subprocess
import sys
import textwrap

import grpc
import pytest

from support.calls import PATIENCE, request
from support.stubs import CHECKOUT, messages
from support.upstream import endless

CONFIG = """
socket: { mode: "0666" }
providers:
  local: { kind: openai, base_url: BASE_URL }
lanes:
  queue: { match: ["local/queue"], concurrency: 1 }
"""


def begin(client, way: str, call_id: str, model: str):
    metadata = (*client.metadata, ("laneway-call-id", call_id))
    if way == "stream":
        return client.laneway.Stream(request(model), timeout=PATIENCE, metadata=metadata)
    return client.laneway.Generate.future(request(model), timeout=PATIENCE, metadata=metadata)


def cancel(client, call_id: str) -> bool:
    return client.laneway.Cancel(messages.CancelRequest(call_id=call_id), timeout=PATIENCE).found


@pytest.mark.parametrize("way", ["generate", "stream"])
def test_a_running_call_ends_and_its_upstream_is_closed(new_client, upstream, way):
    model = f"running-{way}"
    upstream.on(model, endless if way == "stream" else lambda one: one.closed.wait(PATIENCE))
    call = begin(new_client(), way, f"id-{way}", f"local/{model}")
    exchange = upstream.wait_for(model)
    if way == "stream":
        assert next(call).WhichOneof("event") == "started"
    # Another connection, and another caller id: what counts is the uid.
    assert cancel(new_client("another"), f"id-{way}")
    assert exchange.closed.wait(2)
    if way == "stream":
        with pytest.raises(grpc.RpcError):
            list(call)
    assert call.code() == grpc.StatusCode.CANCELLED
    assert not cancel(new_client(), f"id-{way}"), "it has ended"


def test_a_waiting_call_leaves_the_queue(new_client, upstream):
    upstream.on("queue", lambda one: one.closed.wait(PATIENCE))
    client = new_client()
    running = begin(client, "generate", "id-runs", "local/queue")
    upstream.wait_for("queue")
    waiting = begin(client, "generate", "id-waits", "local/queue")
    while not cancel(client, "id-waits"):
        pass
    with pytest.raises(grpc.RpcError):
        waiting.result(timeout=PATIENCE)
    assert waiting.code() == grpc.StatusCode.CANCELLED
    assert not running.done()
    assert cancel(client, "id-runs")
    assert len(upstream.of("queue")) == 1


def test_an_id_that_nothing_runs_under_is_not_found(client):
    assert not cancel(client, "never-heard-of")


def test_an_empty_id_is_a_bad_request(client):
    with pytest.raises(grpc.RpcError) as raised:
        cancel(client, "")
    assert raised.value.code() == grpc.StatusCode.INVALID_ARGUMENT
    assert "call_id" in raised.value.details()


@pytest.mark.skipif(os.getuid() != 0, reason="only root can be somebody else")
def test_another_user_cannot_end_it(daemon, new_client, upstream):
    upstream.on("mine", lambda one: one.closed.wait(PATIENCE))
    client = new_client()
    call = begin(client, "generate", "id-mine", "local/mine")
    exchange = upstream.wait_for("mine")
    os.chmod(daemon.folder, 0o755)
    script = textwrap.dedent("""
        import os, sys
        sys.path.insert(0, sys.argv[1])
        from support.calls import Client
        from support.stubs import messages
        os.setuid(65534)
        client = Client(sys.argv[2])
        print(client.laneway.Cancel(messages.CancelRequest(call_id="id-mine"), timeout=20).found)
    """)
    folder = str(CHECKOUT / "Tests/e2e")
    done = subprocess.run(
        [sys.executable, "-c", script, folder, daemon.target], capture_output=True, text=True,
        timeout=60, check=False,
    )  # fmt: skip
    assert (done.stdout.strip(), done.returncode) == ("False", 0), done.stderr
    assert not exchange.closed.is_set() and not call.done()
    assert cancel(client, "id-mine")
