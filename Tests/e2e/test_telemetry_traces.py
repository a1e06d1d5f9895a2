"""Where spans stand in a trace: a client's above, waits and attempts below, upstream's next."""

from __future__ import annotations

import json
import threading
import time

import pytest
from opentelemetry import trace as otel

from support import tracing
from support.calls import outcome, settle
from support.failover_rows import error
from support.stubs import messages
from support.tracing import USAGE, assert_whole, client_span, context_of, told
from support.upstream import Gate, completion, endless

# The fixtures of this module.
caller, config, rotel, sink = tracing.caller, tracing.config, tracing.rotel, tracing.sink


def gated(gate: Gate):
    """Answers well, once the gate is open."""

    def answer(exchange):
        gate.wait()
        completion(exchange, "done")

    return answer


@pytest.mark.parametrize("way", ["generate", "stream"])
def test_each_attempt_of_a_call_that_fails_over_has_a_span(caller, upstream, sink, way):
    first, second = f"over-{way}-first", f"over-{way}-second"
    upstream.on(first, error("500 Internal Server Error"))
    call_id, began = caller.named(), time.time()
    text, _ = outcome(caller, way, f"local/{first},other/{second}")
    trace, ended = sink.trace(call_id), time.time()
    assert text == "hello"
    assert_whole(trace, upstream.of(first) + upstream.of(second), began, ended)
    assert [span.name for span in trace.attempts] == [f"chat {first}"] * 2 + [f"chat {second}"]
    assert [span.status for span in trace.attempts] == ["ERROR", "ERROR", "UNSET"]
    for span in trace.attempts[:2]:
        assert told(span, "error.type", "http.response.status_code") == ["UPSTREAM_ERROR", 500]
        assert "gen_ai.usage.output_tokens" not in span.attributes
    assert told(trace.attempts[2], "error.type", "laneway.provider") == [None, "other"]
    one, two, three = trace.attempts
    assert one.ended <= two.began and two.ended <= three.began, "one after the other"
    assert trace.call.status == "UNSET" and trace.call.attributes["laneway.attempts"] == 3


def test_a_target_that_was_passed_over_is_an_event_of_the_call(caller, upstream, sink):
    call_id = caller.named()
    tool = {"name": "look", "description": "looks", "parameters_json": "{}"}
    _, info = outcome(caller, "generate", "local/blind,other/seeing", tools=[tool])
    trace = sink.trace(call_id)
    assert [one.reason for one in info.attempts] == ["TARGET_INCAPABLE", ""]
    assert trace.call.events == [
        ("laneway.target.skipped",
         {"laneway.target": "local/blind", "laneway.reason": "TARGET_INCAPABLE"}),
    ]  # fmt: skip
    (attempt,) = trace.attempts
    assert attempt.attributes["gen_ai.request.model"] == "seeing"
    (exchange,) = upstream.of("seeing")
    assert otel.format_span_id(context_of(exchange).span_id) == attempt.span_id


def test_a_wait_for_a_slot_is_a_span_before_the_attempt(caller, new_client, upstream, sink):
    gate = Gate()
    upstream.on("serial-a", gated(gate))
    first = new_client().begin_generate("local/serial-a")
    upstream.wait_for("serial-a")
    call_id, began = caller.named(), time.time()
    second = caller.begin_generate("local/serial-a")
    settle()
    gate.open(2)
    first.result()
    info, ended = second.result().call, time.time()
    trace = sink.trace(call_id)
    assert_whole(trace, upstream.of("serial-a")[1:], began, ended)
    (wait,), (attempt,) = trace.waits, trace.attempts
    assert (wait.name, wait.kind, wait.status) == ("queue serial", "INTERNAL", "UNSET")
    assert wait.attributes == {"laneway.lane": "serial"}
    assert 0.2 < wait.seconds < ended - began
    assert wait.seconds * 1_000 == pytest.approx(info.queue_wait_ms, abs=1.5)
    assert wait.ended == attempt.began, "it runs as soon as it has its slot"
    assert trace.call.attributes["laneway.queue_wait"] == pytest.approx(wait.seconds)


def test_a_wait_that_ended_without_a_slot_is_a_span_too(caller, new_client, upstream, sink):
    gate = Gate()
    upstream.on("serial-b", lambda exchange: gate.wait())
    first = new_client().begin_generate("local/serial-b")
    upstream.wait_for("serial-b")
    call_id = caller.named()
    failure = caller.fail("local/serial-b", max_queue_wait_ms=250)
    # What ends without an answer is asked once more.
    gate.open(2)
    first.failure()
    trace = sink.trace(call_id)
    assert failure.reason == "QUEUE_TIMEOUT"
    (wait,) = trace.below
    assert wait.is_within(trace.call)
    assert wait.name == "queue serial" and 0.25 <= wait.seconds < 1
    assert told(trace.call, "error.type", "rpc.response.status_code", "laneway.phase") == [
        "QUEUE_TIMEOUT", "RESOURCE_EXHAUSTED", "queue",
    ]  # fmt: skip
    assert trace.call.status == "UNSET", "whoever asks too much is no fault of the server"


def test_a_client_that_leaves_the_queue_leaves_a_wait(caller, new_client, upstream, sink):
    gate = Gate()
    upstream.on("serial-c", gated(gate))
    first = new_client().begin_generate("local/serial-c")
    upstream.wait_for("serial-c")
    call_id = caller.named()
    leaving = caller.begin_generate("local/serial-c")
    settle()
    leaving.cancel()
    trace = sink.trace(call_id)
    gate.open()
    first.result()
    (wait,) = trace.below
    assert wait.name == "queue serial" and wait.seconds > 0.2 and wait.is_within(trace.call)
    assert told(trace.call, "laneway.reason", "error.type") == ["CALLER_LEFT", None]


@pytest.mark.parametrize("way", ["generate", "stream"])
def test_a_wait_for_a_target_is_a_span_between_its_attempts(caller, upstream, sink, way):
    model, asked = f"limited-{way}", []

    def once(exchange):
        asked.append(exchange)
        if len(asked) == 1:
            error("429 Too Many Requests", "retry-after-ms: 400")(exchange)
        else:
            completion(exchange, "after the limit")

    upstream.on(model, once)
    call_id, began = caller.named(), time.time()
    text, _ = outcome(caller, way, f"local/{model}")
    trace = sink.trace(call_id)
    assert text == "after the limit"
    assert_whole(trace, asked, began, time.time())
    first, wait, second = trace.below
    assert (wait.name, wait.attributes) == ("wait for target", {})
    assert [first, second] == trace.attempts
    assert first.ended <= wait.began and wait.ended <= second.began
    assert 0.4 <= wait.seconds <= asked[1].arrived_at - asked[0].arrived_at
    assert told(first, "error.type", "laneway.retry_after") == ["UPSTREAM_RATE_LIMITED", 0.4]


def test_a_corrective_turn_is_an_attempt_with_a_span_of_its_own(caller, upstream, sink):
    answers = ['{"people": 0}', '{"people": 3}']
    upstream.on("mends", lambda exchange: completion(exchange, answers.pop(0)))
    schema = {"type": "object", "properties": {"people": {"type": "integer", "minimum": 1}}}
    wanted = messages.ResponseFormat(
        kind=messages.ResponseFormat.KIND_JSON_SCHEMA,
        json_schema=messages.JsonSchema(name="answer", schema_json=json.dumps(schema)),
    )
    call_id, began = caller.named(), time.time()
    caller.generate("local/mends", response_format=wanted)
    trace = sink.trace(call_id)
    assert_whole(trace, upstream.of("mends"), began, time.time())
    first, second = trace.attempts
    assert told(first, "error.type", *USAGE) == ["OUTPUT_SCHEMA_INVALID", 3, 5]
    assert told(second, "error.type", *USAGE) == [None, 3, 5]
    assert [span.attributes["gen_ai.output.type"] for span in (first, second)] == ["json"] * 2


@pytest.mark.parametrize("way", ["generate", "stream"])
def test_a_call_that_its_client_cancels_failed_nobody(caller, upstream, sink, way):
    model = f"left-{way}"
    upstream.on(model, endless)
    call_id, began = caller.named(), time.time()
    start = caller.begin_generate if way == "generate" else caller.stream
    running = start(f"local/{model}")
    upstream.wait_for(model)
    if way == "stream":
        running.next_of("started")
        running.next_of("text")
    running.cancel()
    ended = time.time()
    trace = sink.trace(call_id)
    # The daemon hears of it after the client has left.
    assert_whole(trace, upstream.of(model), began, ended + 0.5)
    (attempt,) = trace.attempts
    for span in (trace.call, attempt):
        assert (span.status, *told(span, "error.type", "laneway.reason")) == (
            "UNSET", None, "CALLER_LEFT",
        )  # fmt: skip
    assert trace.call.attributes["rpc.response.status_code"] == "CANCELLED"
    assert attempt.attributes["laneway.usage.estimated"] is True
    assert abs(trace.call.ended / 1e9 - ended) < 1


def test_an_execution_that_its_caller_has_left_ends_in_a_span_of_its_own(caller, upstream, sink):
    let_go = threading.Event()

    def slowly(exchange):
        let_go.wait(20)
        completion(exchange, "done")

    upstream.on("finish-a", slowly)
    call_id = caller.named()
    running = caller.begin_generate("local/finish-a")
    upstream.wait_for("finish-a")
    running.cancel()
    trace = sink.trace(call_id)
    (left,) = trace.attempts
    assert left.attributes["laneway.reason"] == "CALLER_LEFT"
    let_go.set()
    trace = sink.wait(lambda: len(sink.trace_now(call_id).below) > 1 and sink.trace_now(call_id))
    detached = next(span for span in trace.attempts if span.span_id != left.span_id)
    assert detached.ended > trace.call.ended, "it outlived its call"
    assert abs(detached.began - left.began) < 1_000_000, "it began with its call's attempt"
    assert told(detached, *USAGE, "error.type", "laneway.reason") == [3, 5, None, None]


def test_a_clients_span_is_the_parent_of_the_calls(caller, upstream, sink):
    mine, traceparent = client_span()
    for way in ("generate", "stream"):
        call_id, began, model = caller.named(traceparent), time.time(), f"mine-{way}"
        outcome(caller, way, f"local/{model}")
        trace = sink.trace(call_id)
        assert trace.call.trace_id == otel.format_trace_id(mine.trace_id)
        assert trace.call.parent_id == otel.format_span_id(mine.span_id)
        assert trace.call.flags & 0xFF == 1
        assert_whole(trace, upstream.of(model), began, time.time())


def test_a_trace_that_is_not_recorded_goes_on_to_upstream_and_nowhere_else(caller, upstream, sink):
    mine, traceparent = client_span(flags=0)
    assert traceparent.endswith("-00")
    caller.named(traceparent)
    outcome(caller, "stream", "local/not-recorded")
    outcome(caller, "generate", "local/not-recorded")
    call_id = caller.named()
    caller.generate("local/recorded")
    sink.trace(call_id)
    assert otel.format_trace_id(mine.trace_id) not in {span.trace_id for span in sink.spans}
    assert not [one for one in sink.spans if one.attributes.get("gen_ai.request.model") ==
                "not-recorded"]  # fmt: skip
    contexts = [context_of(exchange) for exchange in upstream.of("not-recorded")]
    assert {context.trace_id for context in contexts} == {mine.trace_id}
    assert [context.trace_flags for context in contexts] == [0, 0]
    assert mine.span_id not in {context.span_id for context in contexts}


BROKEN = {
    "words": "not a trace",
    "no-trace-id": f"00-{'0' * 32}-{'1' * 16}-01",
    "no-span-id": f"00-{'1' * 32}-{'0' * 16}-01",
    "upper-case": f"00-{'A' * 32}-{'1' * 16}-01",
    "version-ff": f"ff-{'1' * 32}-{'1' * 16}-01",
    "short": f"00-{'1' * 31}-{'1' * 16}-01",
    "more": f"00-{'1' * 32}-{'1' * 16}-01-more",
}


def test_a_traceparent_that_breaks_its_specification_counts_as_none(caller, upstream, sink):
    calls = {}
    for name, traceparent in BROKEN.items():
        calls[name] = caller.named(traceparent)
        caller.generate(f"local/broken-{name}")
    trace_ids = set()
    for name, call_id in calls.items():
        trace = sink.trace(call_id)
        assert trace.call.parent_id == "", name
        assert context_of(upstream.of(f"broken-{name}")[0]).is_valid
        trace_ids.add(trace.call.trace_id)
    assert len(trace_ids) == len(BROKEN), "each begins a trace"
    assert not trace_ids & {"1" * 32, "a" * 32, "A" * 32}


def test_a_later_version_of_traceparent_is_read_as_far_as_it_is_known(caller, upstream, sink):
    call_id = caller.named(f"01-{'3' * 32}-{'4' * 16}-01-what-comes-later")
    caller.generate("local/later")
    call = sink.trace(call_id).call
    assert (call.trace_id, call.parent_id) == ("3" * 32, "4" * 16)
