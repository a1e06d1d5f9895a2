"""Three clocks: the caller's deadline, the queue clock, the execution clock."""

import time

import grpc

from support.calls import settle, text_of
from support.stubs import call_info
from support.upstream import Gate, completion

CONFIG = """
providers:
  local: { kind: openai, base_url: BASE_URL }
lanes:
  budget: { match: ["local/budget-*"], concurrency: 1 }
  queue: { match: ["local/queue-*"], concurrency: 1 }
  impatient: { match: ["local/impatient-*"], concurrency: 1, queue_wait_max: 400ms }
"""


def gated(gate):
    def answer(exchange):
        gate.wait()
        completion(exchange, "done")

    return answer


def test_waiting_in_the_queue_does_not_eat_the_execution_budget(client, upstream):
    gate = Gate()
    upstream.on("budget-first", gated(gate))
    first = client.begin_generate("local/budget-first")
    upstream.wait_for("budget-first")
    second = client.begin_generate("local/budget-second", "mine", execution_timeout_ms=600)
    assert not second.ended.wait(1.2), "it has waited twice its execution budget"
    gate.open()
    first.result()
    answer = second.result()
    assert text_of(answer) == "mine"
    assert answer.call.queue_wait_ms >= 1000
    assert answer.call.execution_ms < 600


def test_an_execution_over_its_budget_ends(client):
    began = time.monotonic()
    failure = client.fail("builtin/echo?fail=hang", execution_timeout_ms=300)
    took = time.monotonic() - began
    assert failure.code == grpc.StatusCode.DEADLINE_EXCEEDED
    assert failure.reason == "EXECUTION_TIMEOUT"
    assert failure.call.phase == call_info.PHASE_EXECUTE
    assert failure.retry_seconds is None
    assert 0.25 <= took < 3


def test_a_wait_over_the_calls_own_limit_ends(client, upstream):
    gate = Gate()
    upstream.on("queue-first", gated(gate))
    running = client.begin_generate("local/queue-first")
    upstream.wait_for("queue-first")
    began = time.monotonic()
    failure = client.fail("local/queue-second", max_queue_wait_ms=250)
    took = time.monotonic() - began
    assert failure.code == grpc.StatusCode.RESOURCE_EXHAUSTED
    assert failure.reason == "QUEUE_TIMEOUT"
    assert failure.call.phase == call_info.PHASE_QUEUE
    assert failure.call.lane == "queue"
    assert failure.call.queue_wait_ms >= 250
    assert failure.retry_seconds > 0
    assert failure.pushback_ms > 0
    assert 0.2 <= took < 3
    assert not upstream.of("queue-second")
    gate.open()
    running.result()


def test_a_lane_says_how_long_its_callers_wait_at_most(client, upstream):
    gate = Gate()
    upstream.on("impatient-first", gated(gate))
    running = client.begin_generate("local/impatient-first")
    upstream.wait_for("impatient-first")
    assert client.fail("local/impatient-second").reason == "QUEUE_TIMEOUT"
    gate.open()
    running.result()


def test_the_callers_deadline_ends_a_running_call_and_its_upstream(client, upstream):
    gate = Gate()
    upstream.on("deadline", gated(gate))
    failure = client.fail("local/deadline", timeout=0.5)
    assert failure.code == grpc.StatusCode.DEADLINE_EXCEEDED
    assert upstream.wait_for("deadline").closed.wait(2)
    gate.open()


def test_the_callers_deadline_ends_a_waiting_call(client, upstream):
    gate = Gate()
    upstream.on("queue-held", gated(gate))
    running = client.begin_generate("local/queue-held")
    upstream.wait_for("queue-held")
    failure = client.fail("local/queue-late", timeout=0.3)
    assert failure.code == grpc.StatusCode.DEADLINE_EXCEEDED
    settle()
    gate.open()
    running.result()
    settle()
    assert not upstream.of("queue-late")


def test_a_stream_whose_first_chunk_does_not_come_gives_up(start, new_client, config, upstream):
    running = start(config + "limits: { first_chunk_timeout: 400ms }\n").wait_until_listening()
    gate = Gate()
    upstream.on("silent", gated(gate))
    failure = new_client(target=running.target).stream("local/silent").failure()
    assert failure.code == grpc.StatusCode.UNAVAILABLE
    assert failure.last_attempt_reason == "UPSTREAM_FIRST_CHUNK_TIMEOUT"
    assert failure.call.phase == call_info.PHASE_ESTABLISH
    gate.open(10)
