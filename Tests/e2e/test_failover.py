"""The table of docs/failover.md, row by row, on an upstream that fails as it is told."""

from __future__ import annotations

import json
import socketserver
import ssl
import subprocess
import threading
import time

import grpc
import pytest

from support.calls import outcome
from support.failover_rows import INVALID, ROWS, UNAVAILABLE, error, reset, say_nothing
from support.lane_checks import assert_nothing_is_left, cooling_seconds
from support.stubs import call_info
from support.upstream import Exchange, completion

CONFIG = """
providers:
  local:
    kind: openai
    base_url: BASE_URL
    models:
      "*-small": { context_window: 8192 }
      "*-large": { context_window: 200000 }
  other: { kind: openai, base_url: BASE_URL }
  refused: { kind: openai, base_url: "http://127.0.0.1:1/v1" }
  nameless: { kind: openai, base_url: "http://no-such-host.invalid/v1", allow_insecure: true }
  no-tls: { kind: openai, base_url: "TLS_URL" }
  untrusted: { kind: openai, base_url: "UNTRUSTED_URL" }
  reused: { kind: openai, base_url: "REUSED_URL" }
model:
  tier:
    lenient: local/policy-lenient, other/after-policy
  fail_over_on_content_policy: [lenient]
limits:
  first_chunk_timeout: 600ms
  idle_timeout: 600ms
"""
CASES = [(name, way) for name, row in ROWS.items() for way in row.ways]


class NoTLS(socketserver.BaseRequestHandler):
    """Answers a TLS handshake in the clear."""

    def handle(self) -> None:
        self.request.recv(4096)
        self.request.sendall(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n")


@pytest.fixture(scope="module")
def no_tls():
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), NoTLS) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"https://127.0.0.1:{server.server_address[1]}/v1"
        server.shutdown()


@pytest.fixture(scope="module")
def untrusted(tmp_path_factory):
    """A TLS server whose certificate nobody has signed."""
    folder = tmp_path_factory.mktemp("tls")
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost",
         "-keyout", key, "-out", certificate],
        check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)

    class Server(socketserver.ThreadingTCPServer):
        def get_request(self):
            connection, address = super().get_request()
            return context.wrap_socket(connection, server_side=True), address

    with Server(("127.0.0.1", 0), socketserver.BaseRequestHandler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"https://localhost:{server.server_address[1]}/v1"
        server.shutdown()


class ClosesWhenReused(socketserver.StreamRequestHandler):
    """Answers one request of a connection, and closes under the next."""

    requests = 0

    def handle(self) -> None:
        self.answer()
        if self.rfile.readline():
            ClosesWhenReused.requests += 1

    def answer(self) -> None:
        length = 0
        while (line := self.rfile.readline().strip().lower()):
            if line.startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        self.rfile.read(length)
        ClosesWhenReused.requests += 1
        message = {"role": "assistant", "content": "well"}
        choice = {"index": 0, "message": message, "finish_reason": "stop"}
        body = json.dumps({"id": "c", "choices": [choice]}).encode()
        head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(body)}"
        self.wfile.write(head.encode() + b"\r\n\r\n" + body)


@pytest.fixture(scope="module")
def reused():
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), ClosesWhenReused) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/v1"
        server.shutdown()


@pytest.fixture(scope="module")
def config(upstream, no_tls, untrusted, reused):
    """Each row has a lane, for its budget of retries is the lane's."""
    lanes = "".join(
        f'  row-{name}: {{ match: ["local/{name}-generate*", "local/{name}-stream*"] }}\n'
        for name in ROWS
    )
    text = CONFIG.replace("BASE_URL", upstream.base_url).replace("UNTRUSTED_URL", untrusted)
    text = text.replace("TLS_URL", no_tls).replace("REUSED_URL", reused)
    return f"{text}lanes:\n{lanes}"


@pytest.mark.parametrize(("name", "way"), CASES, ids=[f"{name}-{way}" for name, way in CASES])
def test_a_chain_of_one_ends_as_the_table_says(client, upstream, name, way):
    row, model = ROWS[name], f"{name}-{way}"
    upstream.on(model, row.behaviour)
    failure, call = outcome(client, way, f"local/{model}", **row.fields)
    assert not isinstance(failure, str), f"it was answered: {failure}"
    assert (failure.code, failure.reason) == (row.code, row.ends), failure
    assert failure.domain == "laneway"
    assert [attempt.reason for attempt in call.attempts] == [row.reason] * row.attempts, failure
    assert len(upstream.of(model)) == row.attempts
    if row.http_status is not None:
        assert {attempt.http_status for attempt in call.attempts} == {row.http_status}
    phases = {"generate": call_info.PHASE_EXECUTE, "stream": call_info.PHASE_ESTABLISH}
    assert call.phase == phases[way]
    if row.hints is None:
        assert failure.retry_seconds is None
        assert failure.pushback_ms in (None, -1)
    else:
        assert row.hints[0] <= failure.retry_seconds <= row.hints[1], failure
        assert failure.pushback_ms == pytest.approx(failure.retry_seconds * 1000, abs=1)
    cools = cooling_seconds(client, f"local/{model}")
    if row.cools is None:
        assert cools == 0
    else:
        assert row.cools[0] <= cools <= row.cools[1]
    assert_nothing_is_left(client, upstream, model)


@pytest.mark.parametrize(("name", "way"), CASES, ids=[f"{name}-{way}" for name, way in CASES])
def test_a_chain_of_two_goes_on_as_the_table_says(client, upstream, name, way):
    row, model, after = ROWS[name], f"{name}-{way}-first", f"{name}-{way}-second"
    upstream.on(model, row.behaviour)
    upstream.on(after, lambda exchange: completion(exchange, "from the second"))
    found, call = outcome(client, way, f"local/{model},other/{after}", **row.fields)
    reasons = [attempt.reason for attempt in call.attempts]
    if row.fails_over:
        assert found == "from the second", found
        assert reasons == [row.reason] * row.attempts + [""]
        lanes = [f"row-{name}"] * row.attempts + ["other"]
        assert [attempt.lane for attempt in call.attempts] == lanes
        assert len(upstream.of(after)) == 1
    else:
        assert (found.code, found.reason) == (row.code, row.ends), found
        assert reasons == [row.reason]
        assert not upstream.of(after), "the table says that no other target is asked"
    assert len(upstream.of(model)) == row.attempts
    assert_nothing_is_left(client, upstream, model)


@pytest.mark.parametrize("provider", ["refused", "nameless", "no-tls", "untrusted"])
@pytest.mark.parametrize("way", ["generate", "stream"])
def test_a_server_that_cannot_be_reached_is_tried_twice(client, upstream, provider, way):
    failure, call = outcome(client, way, f"{provider}/m-{way}")
    assert (failure.code, failure.reason) == (UNAVAILABLE, "NO_HEALTHY_TARGET"), failure
    assert [attempt.reason for attempt in call.attempts] == ["UPSTREAM_UNREACHABLE"] * 2
    assert failure.retry_seconds == 1
    model = f"after-{provider}-{way}"
    found, call = outcome(client, way, f"{provider}/n-{way},other/{model}", "hello")
    assert found == "hello"
    assert [attempt.reason for attempt in call.attempts] == ["UPSTREAM_UNREACHABLE"] * 2 + [""]
    assert_nothing_is_left(client, upstream, model)


def test_a_connection_that_closes_when_it_is_used_again_costs_one_retry(client):
    found, call = outcome(client, "generate", "reused/m")
    assert (found, [one.reason for one in call.attempts]) == ("well", [""])
    found, call = outcome(client, "generate", "reused/m")
    assert found == "well"
    assert [one.reason for one in call.attempts] == ["UPSTREAM_UNREACHABLE", ""]
    assert ClosesWhenReused.requests == 3, "nothing of the answer was read, so it is asked again"


@pytest.mark.parametrize("way", ["generate", "stream"])
def test_a_prompt_too_long_goes_on_only_to_a_larger_window(client, upstream, way):
    too_long = error("400 Bad Request", code="context_length_exceeded")
    small, same, large = f"{way}-a-small", f"{way}-b-small", f"{way}-c-large"
    upstream.on(small, too_long)
    failure, call = outcome(client, way, f"local/{small},local/{same}")
    assert (failure.code, failure.reason) == (INVALID, "CONTEXT_TOO_LONG")
    assert failure.retry_seconds is None
    assert not upstream.of(same)
    assert [attempt.reason for attempt in call.attempts] == ["CONTEXT_TOO_LONG", "TARGET_INCAPABLE"]
    found, call = outcome(client, way, f"local/{small},local/{same},local/{large}")
    assert found == "hello"
    assert not upstream.of(same)
    assert [attempt.reason for attempt in call.attempts] == [
        "CONTEXT_TOO_LONG", "TARGET_INCAPABLE", "",
    ]  # fmt: skip
    assert cooling_seconds(client, f"local/{small}") == 0
    assert_nothing_is_left(client, upstream, small)


@pytest.mark.parametrize("way", ["generate", "stream"])
def test_a_tier_may_go_on_after_a_refusal_of_the_content(client, upstream, way):
    upstream.on("policy-lenient", ROWS["policy"].behaviour)
    found, call = outcome(client, way, "lenient")
    assert found == "hello"
    assert [attempt.reason for attempt in call.attempts] == ["CONTENT_POLICY", ""]
    assert_nothing_is_left(client, upstream, "policy-lenient")


@pytest.mark.parametrize("way", ["generate", "stream"])
def test_with_no_other_target_a_rate_limit_that_fits_is_waited_out(client, upstream, way):
    model, asked = f"limited-{way}", []

    def once(exchange):
        asked.append(time.monotonic())
        if len(asked) == 1:
            error("429 Too Many Requests", "retry-after: 3")(exchange)
        else:
            completion(exchange, "after the limit")

    upstream.on(model, once)
    found, call = outcome(client, way, f"local/{model}")
    assert found == "after the limit"
    assert asked[1] - asked[0] >= 2.9, "it was asked before it said"
    assert [attempt.reason for attempt in call.attempts] == ["UPSTREAM_RATE_LIMITED", ""]
    assert 2_900 <= call.queue_wait_ms < 6_000
    assert call.execution_ms < 2_000, "waiting eats nothing of the execution budget"
    assert_nothing_is_left(client, upstream, model)


@pytest.mark.parametrize("way", ["generate", "stream"])
def test_a_caller_that_leaves_or_runs_out_of_time_is_not_retried(client, upstream, way):
    for name, ends in (("leaves", "cancel"), ("late", "deadline")):
        model, after = f"{name}-{way}", f"{name}-{way}-after"
        upstream.on(model, say_nothing)
        timeout = 0.3 if ends == "deadline" else None
        start = client.begin_generate if way == "generate" else client.stream
        running = start(f"local/{model},other/{after}", timeout=timeout)
        exchange = upstream.wait_for(model)
        if ends == "cancel":
            running.cancel()
        assert exchange.closed.wait(2), "upstream runs on for nobody"
        assert_nothing_is_left(client, upstream, model)
        assert len(upstream.of(model)) == 1
        assert not upstream.of(after)
        assert cooling_seconds(client, f"local/{model}") == 0


def just_end(exchange: Exchange) -> None:
    """The commonest bug of this field is to call this a success."""


BREAKS = {
    "eof": just_end,
    "reset": reset,
    "half-event": lambda exchange: exchange.send(b'data: {"choices": [{"delta": {"cont'),
    "error-event": lambda exchange: exchange.event({"error": {"message": "x", "code": 500}}),
    "limit-event": lambda exchange: exchange.event(
        {"error": {"message": "x", "code": "rate_limit_exceeded"}}
    ),
    "no-json": lambda exchange: exchange.event("<html>"),
    "silence": say_nothing,
}


@pytest.mark.parametrize("name", BREAKS)
def test_what_breaks_after_it_was_established_is_not_tried_again(client, upstream, name):
    model, after = f"breaks-{name}", f"breaks-{name}-after"

    def answer(exchange):
        exchange.begin_events()
        exchange.say("one ")
        exchange.say("two ")
        time.sleep(0.1)
        BREAKS[name](exchange)

    upstream.on(model, answer)
    reader = client.stream(f"local/{model},other/{after}")
    events = reader.rest()
    assert [event.WhichOneof("event") for event in events] == ["started", "text", "text"]
    failure = reader.failure()
    assert (failure.code, failure.reason) == (grpc.StatusCode.ABORTED, "STREAM_INTERRUPTED")
    assert failure.call.phase == call_info.PHASE_STREAM
    assert failure.pushback_ms == -1 and failure.retry_seconds is None
    assert len(failure.call.attempts) == 1
    assert len(upstream.of(model)) == 1 and not upstream.of(after)
    assert_nothing_is_left(client, upstream, model)
