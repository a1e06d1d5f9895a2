"""What the spans of calls say, as rotel hands them on and OpenTelemetry reads them."""

from __future__ import annotations

import json
import time
import uuid

import pytest

from support import tracing
from support.calls import outcome
from support.canaries import canary
from support.collector import METRICS, TRACES
from support.dialects import DIALECTS, good
from support.echoing import sent_header
from support.failover_rows import error
from support.stubs import messages
from support.tracing import HEADER, KEY, USAGE, assert_whole, told
from support.upstream import completion

# The fixtures of this module.
caller, config, rotel, sink = tracing.caller, tracing.config, tracing.rotel, tracing.sink

NAMES = {
    "chat": "openai", "responses": "openai", "anthropic": "anthropic", "gemini": "gcp.gemini",
    "ollama": "ollama",
}  # fmt: skip


@pytest.mark.parametrize("way", ["generate", "stream"])
def test_a_call_is_a_span_and_its_attempt_is_one_below_it(caller, upstream, sink, way):
    call_id, model, began = caller.named(), f"plain-{way}", time.time()
    text, info = outcome(caller, way, f"local/{model}:high")
    ended = time.time()
    trace = sink.trace(call_id)
    assert text == "hello"
    assert_whole(trace, upstream.of(model), began, ended)
    method = f"laneway.v1.Laneway/{way.title()}"
    call, (attempt,) = trace.call, trace.attempts
    assert (call.name, call.kind, call.status, call.parent_id) == (method, "SERVER", "UNSET", "")
    assert not trace.waits and not call.events
    assert told(call, "rpc.method", "rpc.response.status_code") == [method, "OK"]
    assert told(call, "laneway.caller_id", "laneway.run_id") == ["e2e", "run-1"]
    assert told(call, "laneway.lane", "laneway.attempts") == ["local", 1]
    assert "error.type" not in call.attributes and "laneway.reason" not in call.attributes
    assert (attempt.name, attempt.kind, attempt.status) == (f"chat {model}", "CLIENT", "UNSET")
    waited = attempt.attributes.pop("gen_ai.response.time_to_first_chunk", None)
    assert (waited is not None) == (way == "stream")
    assert attempt.attributes == {
        "gen_ai.operation.name": "chat", "gen_ai.provider.name": "openai",
        "gen_ai.request.model": model, "gen_ai.request.reasoning.level": "high",
        "laneway.upstream_request_id": info.attempts[0].upstream_request_id,
        "gen_ai.response.finish_reasons": ["stop"],
        "gen_ai.usage.input_tokens": 3, "gen_ai.usage.output_tokens": 5,
        "server.address": "127.0.0.1", "server.port": int(upstream.base_url.split(":")[2][:-3]),
        "laneway.provider": "local", "laneway.lane": "local",
        "laneway.target": f"local/{model}:high",
    } | ({"gen_ai.request.stream": True} if way == "stream" else {})  # fmt: skip


def test_the_resource_says_whose_spans_they_are(caller, sink, daemon):
    call_id = caller.named()
    caller.generate("local/whose")
    resource = sink.trace(call_id).call.resource
    assert resource["service.name"] == "laneway"
    assert resource["deployment.environment.name"] == "test"
    assert resource["process.pid"] == daemon.process.pid
    assert uuid.UUID(resource["service.instance.id"])


@pytest.mark.parametrize("way", ["generate", "stream"])
def test_each_kind_of_provider_has_its_name_and_its_usage(caller, upstream, sink, way):
    calls = {}
    for name, dialect in DIALECTS.items():
        calls[name] = caller.named()
        model = f"kind-{name}-{way}"
        upstream.on(model, lambda one, dialect=dialect: good(dialect, one, "well"))
        text, _ = outcome(caller, way, f"a-{name}/{model}")
        assert text == "well"
    for name, call_id in calls.items():
        (attempt,) = sink.trace(call_id).attempts
        assert told(attempt, "gen_ai.provider.name", "laneway.provider") == [
            NAMES[name], f"a-{name}",
        ]  # fmt: skip
        assert told(attempt, *USAGE, "gen_ai.response.finish_reasons") == [3, 5, ["stop"]], name
        assert "laneway.usage.estimated" not in attempt.attributes, name


def test_what_was_asked_for_and_the_rarer_tokens_are_told(caller, upstream, sink):
    usage = {
        "prompt_tokens": 1_000, "completion_tokens": 70, "total_tokens": 1_070,
        "prompt_tokens_details": {"cached_tokens": 900},
        "completion_tokens_details": {"reasoning_tokens": 60},
    }  # fmt: skip

    def cut_short(exchange):
        message = {"role": "assistant", "content": "{}"}
        choice = {"index": 0, "message": message, "finish_reason": "length"}
        body = {"id": "c-7", "choices": [choice], "usage": usage}
        exchange.answer("200 OK", json.dumps(body).encode())

    upstream.on("asked", cut_short)
    call_id = caller.named()
    json_object = messages.ResponseFormat(kind=messages.ResponseFormat.KIND_JSON_OBJECT)
    caller.generate(
        "local/asked", temperature=0.5, top_p=0.25, max_output_tokens=70, seed=11,
        response_format=json_object,
    )  # fmt: skip
    (attempt,) = sink.trace(call_id).attempts
    expected = {
        "gen_ai.request.temperature": 0.5, "gen_ai.request.top_p": 0.25,
        "gen_ai.request.max_tokens": 70, "gen_ai.request.seed": 11, "gen_ai.output.type": "json",
        "laneway.upstream_request_id": "c-7", "gen_ai.response.finish_reasons": ["length"],
        "gen_ai.usage.input_tokens": 1_000, "gen_ai.usage.output_tokens": 70,
        "gen_ai.usage.cache_read.input_tokens": 900, "gen_ai.usage.reasoning.output_tokens": 60,
    }  # fmt: skip
    assert expected.items() <= attempt.attributes.items()


FAILURES = {
    "400 Bad Request": ("BAD_REQUEST", "INVALID_ARGUMENT", "UNSET", "BAD_REQUEST"),
    "503 Service Unavailable": ("CHAIN_EXHAUSTED", "UNAVAILABLE", "ERROR", "UPSTREAM_OVERLOADED"),
    "401 Unauthorized": (
        "UPSTREAM_CREDENTIALS", "FAILED_PRECONDITION", "UNSET", "UPSTREAM_CREDENTIALS",
    ),
}  # fmt: skip


@pytest.mark.parametrize("way", ["generate", "stream"])
def test_a_failed_call_says_why_and_whose_fault_it_is(caller, upstream, sink, way):
    calls = {}
    for status in FAILURES:
        model = f"fails-{status[:3]}-{way}"
        upstream.on(model, error(status))
        calls[status] = caller.named()
        failure, _ = outcome(caller, way, f"local/{model}")
        assert failure.reason == FAILURES[status][0]
    for status, call_id in calls.items():
        reason, code, fault, cause = FAILURES[status]
        trace = sink.trace(call_id)
        (attempt,) = trace.attempts
        assert told(trace.call, "error.type", "laneway.reason", "rpc.response.status_code") == [
            reason, reason, code,
        ]  # fmt: skip
        assert trace.call.status == fault
        assert told(attempt, "error.type", "http.response.status_code") == [cause, int(status[:3])]
        assert attempt.status == "ERROR" and attempt.is_within(trace.call)


def test_a_call_that_no_target_was_found_for_is_a_span_alone(caller, sink):
    call_id = caller.named()
    assert caller.fail("nowhere/model").reason == "UNKNOWN_MODEL"
    trace = sink.trace(call_id)
    assert not trace.below
    assert told(trace.call, "error.type", "laneway.model") == ["UNKNOWN_MODEL", "nowhere/model"]


def test_an_answer_that_is_given_again_is_a_call_without_an_attempt(caller, upstream, sink):
    calls = []
    for _ in range(2):
        calls.append(caller.named())
        caller.generate("local/again", idempotency_key="telemetry")
    assert len(upstream.of("again")) == 1
    first, second = map(sink.trace, calls)
    assert (len(first.attempts), len(second.below)) == (1, 0)
    assert second.call.attributes["rpc.response.status_code"] == "OK"


def test_secrets_prompts_and_answers_are_in_no_export(caller, upstream, sink):
    prompt, said, words = canary("prompt"), canary("said"), canary("words")
    upstream.on("tells", lambda exchange: completion(exchange, said.value))
    upstream.on("echoes", error("400 Bad Request", message=f"{words.value} {KEY.value}"))
    calls = []
    for way in ("generate", "stream"):
        calls.append(caller.named())
        text, _ = outcome(caller, way, "local/tells", prompt.value)
        assert said.value in text
        calls.append(caller.named())
        failure, _ = outcome(caller, way, "local/echoes", prompt.value)
        assert words.value in failure.message
    for exchange in upstream.of("tells") + upstream.of("echoes"):
        assert sent_header(exchange, "authorization") == f"Bearer {KEY.value}"
        assert prompt.found_in(json.dumps(exchange.body).encode())
    for call_id in calls:
        assert sink.trace(call_id).attempts
    series = {"gen_ai.request.model": "echoes"}
    sink.wait(lambda: sink.count_of("gen_ai.client.operation.duration", series) == 2)
    for secret in (prompt, said, words, KEY, HEADER):
        for export in sink.arrivals:
            assert not secret.found_in(export.body), f"{secret.name} in {export.path}"
    assert {export.path for export in sink.arrivals} == {TRACES, METRICS}


def test_the_collector_took_all_of_it_and_neither_side_complained(caller, sink, daemon, rotel):
    call_id = caller.named()
    caller.generate("local/last")
    sink.trace(call_id)
    log = daemon.log.read_text()
    assert "telemetry" not in log and "the collector refused" not in log
    assert rotel.process.poll() is None
    assert "ERROR" not in rotel.said and "WARN" not in rotel.said, rotel.said
    assert sink.count_of("laneway.telemetry.lost") == 0
