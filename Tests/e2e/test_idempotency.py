"""Calls with the same idempotency key run once."""

import grpc

from support.calls import settle, text_of
from support.failover_rows import error
from support.upstream import Gate, completion

CONFIG = """
providers:
  local: { kind: openai, base_url: BASE_URL }
lanes:
  finished: { match: ["local/finish-*"], concurrency: 8, on_disconnect: finish }
  local: { concurrency: 8 }
"""


def gated(gate, answer="once"):
    def behave(exchange):
        gate.wait()
        completion(exchange, answer)

    return behave


def test_a_second_call_joins_the_first_while_it_runs(new_client, upstream):
    gate = Gate()
    upstream.on("join", gated(gate))
    one, two = new_client(), new_client()
    first = one.begin_generate("local/join", idempotency_key="k-join")
    upstream.wait_for("join")
    others = [client.begin_generate("local/join", idempotency_key="k-join") for client in (one, two)]
    settle()
    assert not any(other.ended.is_set() for other in others)
    gate.open()
    assert [text_of(call.result()) for call in (first, *others)] == ["once"] * 3
    assert len(upstream.of("join")) == 1
    ids = {call.result().call.call_id for call in (first, *others)}
    assert len(ids) == 1, "all were given what the first one was given"


def test_an_answer_is_given_again_afterwards(client, upstream):
    first = client.generate("local/replay", "hello", idempotency_key="k-replay")
    again = client.generate("local/replay", "hello", idempotency_key="k-replay")
    assert again == first
    assert len(upstream.of("replay")) == 1
    assert text_of(client.generate("local/replay", "hello")) == "hello"
    assert len(upstream.of("replay")) == 2, "without a key it runs"


def test_a_key_of_another_caller_is_another_key(new_client, upstream):
    for name in ("one", "two"):
        new_client(name).generate("local/whose", idempotency_key="k-whose")
    assert len(upstream.of("whose")) == 2


def test_the_same_key_with_another_request_is_a_conflict(client, upstream):
    gate = Gate()
    upstream.on("conflict", gated(gate))
    running = client.begin_generate("local/conflict", "this", idempotency_key="k-conflict")
    upstream.wait_for("conflict")
    for moment in ("while it runs", "when it was answered"):
        failure = client.fail("local/conflict", "that", idempotency_key="k-conflict")
        assert failure.code == grpc.StatusCode.ALREADY_EXISTS, moment
        assert failure.reason == "IDEMPOTENCY_CONFLICT"
        assert failure.retry_seconds is None
        assert "k-conflict" in failure.message
        assert failure.call.caller_id == "e2e"
        gate.open()
        running.result()
    assert len(upstream.of("conflict")) == 1


def test_failures_are_shared_by_those_who_wait_and_never_kept(client, upstream):
    gate = Gate()

    def fail(exchange):
        gate.wait()
        error("400 Bad Request", message="no such thing")(exchange)

    upstream.on("fails", fail)
    calls = [client.begin_generate("local/fails", idempotency_key="k-fails") for _ in range(3)]
    upstream.wait_for("fails")
    settle()
    gate.open()
    assert {call.failure().reason for call in calls} == {"BAD_REQUEST"}
    assert len(upstream.of("fails")) == 1
    upstream.on("fails", lambda exchange: completion(exchange, "now it does"))
    assert text_of(client.generate("local/fails", idempotency_key="k-fails")) == "now it does"


def test_when_the_first_leaves_the_next_runs(new_client, upstream):
    gate = Gate()
    upstream.on("leaves", gated(gate))
    one, two = new_client(), new_client()
    first = one.begin_generate("local/leaves", idempotency_key="k-leaves")
    upstream.wait_for("leaves")
    second = two.begin_generate("local/leaves", idempotency_key="k-leaves")
    settle()
    first.cancel()
    upstream.wait_for("leaves", 2)
    gate.open(2)
    assert text_of(second.result()) == "once"


def test_where_the_lane_finishes_a_caller_that_comes_back_finds_its_answer(new_client, upstream):
    gate = Gate()
    upstream.on("finish-once", gated(gate))
    first = new_client().begin_generate("local/finish-once", idempotency_key="k-finish")
    upstream.wait_for("finish-once")
    first.cancel()
    settle()
    again = new_client().begin_generate("local/finish-once", idempotency_key="k-finish")
    settle()
    assert not again.ended.is_set()
    gate.open()
    assert text_of(again.result()) == "once"
    later = new_client().generate("local/finish-once", idempotency_key="k-finish")
    assert text_of(later) == "once"
    assert len(upstream.of("finish-once")) == 1, "it ran once"


def test_who_is_told_anothers_failure_is_told_as_itself(client, new_client, upstream):
    gate = Gate()

    def fail(exchange):
        gate.wait()
        error("400 Bad Request")(exchange)

    upstream.on("told", fail)
    calls = [client.begin_generate("local/told", idempotency_key="k-told") for _ in range(2)]
    upstream.wait_for("told")
    settle()
    gate.open()
    failures = [call.failure() for call in calls]
    assert len({failure.call.call_id for failure in failures}) == 2
    assert [len(failure.call.attempts) for failure in failures] == [1, 1]


def test_who_joined_may_leave_or_run_out_of_time_alone(client, upstream):
    gate = Gate()
    upstream.on("stays", gated(gate))
    first = client.begin_generate("local/stays", idempotency_key="k-stays")
    upstream.wait_for("stays")
    late = client.begin_generate("local/stays", idempotency_key="k-stays", timeout=0.3)
    gone = client.begin_generate("local/stays", idempotency_key="k-stays")
    settle()
    gone.cancel()
    assert late.failure().code == grpc.StatusCode.DEADLINE_EXCEEDED
    gate.open()
    assert text_of(first.result()) == "once"
    assert len(upstream.of("stays")) == 1


def test_a_stream_with_a_key_is_refused(client):
    failure = client.stream("builtin/echo", idempotency_key="k").failure()
    assert (failure.code, failure.reason) == (grpc.StatusCode.INVALID_ARGUMENT, "BAD_REQUEST")
    assert "idempotency_key" in failure.message
