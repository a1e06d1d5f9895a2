"""An upstream that misbehaves never becomes a success, and the daemon keeps serving."""

import json

import grpc
import pytest

from support.calls import text_of
from support.upstream import completion

CONFIG = """
providers:
  local: { kind: openai, base_url: BASE_URL }
  nowhere: { kind: openai, base_url: "http://127.0.0.1:1/v1" }
lanes:
  local: { concurrency: 4 }
limits:
  first_chunk_timeout: 700ms
  idle_timeout: 700ms
"""
ERROR = {"error": {"message": "the engine caught fire", "type": "server_error", "code": 500}}


def html(exchange):
    exchange.answer("200 OK", b"<html><body>Welcome to the proxy</body></html>", kind="text/html")


def empty(exchange):
    exchange.answer("200 OK", b"")


def half_json(exchange):
    exchange.answer("200 OK", b'{"choices": [{"message": {"role": "assis')


def server_error(exchange):
    exchange.answer("500 Internal Server Error", json.dumps(ERROR).encode())


def bad_gateway(exchange):
    exchange.answer("502 Bad Gateway", b"<html>" + b"x" * 200_000, kind="text/html")


def rate_limited(exchange):
    body = {"error": {"message": "slow down", "type": "requests", "code": "rate_limit_exceeded"}}
    exchange.answer("429 Too Many Requests", json.dumps(body).encode(), "retry-after: 9")


def error_in_200(exchange):
    if not exchange.body.get("stream"):
        exchange.answer("200 OK", json.dumps(ERROR).encode())
        return
    exchange.begin_events()
    exchange.event(ERROR)


def close_at_once(exchange):
    """Reads the request and hangs up."""


def say_nothing(exchange):
    exchange.closed.wait(20)


def half_event_first(exchange):
    exchange.begin_events()
    exchange.send(b'data: {"choices": [{"index": 0, "del')


def headers_only(exchange):
    exchange.begin_events()


BEFORE_ESTABLISHED = {
    "html": (html, "UPSTREAM_MALFORMED"),
    "empty": (empty, "UPSTREAM_MALFORMED"),
    "half-json": (half_json, "UPSTREAM_MALFORMED"),
    "server-error": (server_error, "UPSTREAM_ERROR"),
    "bad-gateway": (bad_gateway, "UPSTREAM_ERROR"),
    "error-in-200": (error_in_200, None),
    "close-at-once": (close_at_once, "UPSTREAM_UNREACHABLE"),
}


@pytest.mark.parametrize("name", BEFORE_ESTABLISHED)
@pytest.mark.parametrize("way", ["generate", "stream"])
def test_an_upstream_that_gives_no_answer_is_unavailable(client, upstream, name, way):
    behaviour, reason = BEFORE_ESTABLISHED[name]
    upstream.on(name, behaviour)
    model = f"local/{name}"
    failure = client.fail(model) if way == "generate" else client.stream(model).failure()
    assert failure.code == grpc.StatusCode.UNAVAILABLE, failure
    assert failure.last_attempt_reason == reason or reason is None, failure
    assert failure.call.attempts
    assert failure.domain == "laneway"


def test_an_upstream_that_says_nothing_ends_by_its_clock(client, upstream):
    upstream.on("nothing", say_nothing)
    stream = client.stream("local/nothing").failure()
    assert stream.code == grpc.StatusCode.UNAVAILABLE
    assert stream.last_attempt_reason == "UPSTREAM_FIRST_CHUNK_TIMEOUT"
    generate = client.fail("local/nothing", execution_timeout_ms=400)
    assert generate.reason == "EXECUTION_TIMEOUT", "a Generate's answer comes in one piece"


@pytest.mark.parametrize("behaviour", [half_event_first, headers_only])
def test_a_stream_that_ends_before_its_first_chunk_is_unavailable(client, upstream, behaviour):
    upstream.on("early-end", behaviour)
    assert client.stream("local/early-end").failure().code == grpc.StatusCode.UNAVAILABLE


def test_an_upstream_that_is_not_there_is_unavailable(client):
    failure = client.fail("nowhere/model")
    assert failure.code == grpc.StatusCode.UNAVAILABLE
    assert failure.last_attempt_reason == "UPSTREAM_UNREACHABLE"


def test_a_rate_limit_of_the_upstream_reaches_the_caller_with_its_hint(client, upstream):
    upstream.on("limited", rate_limited)
    failure = client.fail("local/limited")
    assert failure.code == grpc.StatusCode.RESOURCE_EXHAUSTED
    assert failure.reason == "UPSTREAM_RATE_LIMITED"
    assert 8 <= failure.retry_seconds <= 9
    attempt = failure.call.attempts[-1]
    assert (attempt.http_status, attempt.retry_after_ms) == (429, 9000)


def broken_stream(ending):
    def answer(exchange):
        exchange.begin_events()
        exchange.say("one ")
        exchange.say("two ")
        ending(exchange)

    return answer


def just_end(exchange):
    """The commonest bug of this field is to call this a success."""


def half_event(exchange):
    exchange.send(b'data: {"choices": [{"index": 0, "delta": {"content": "thr')


def error_event(exchange):
    exchange.event(ERROR)


def no_json(exchange):
    exchange.event("<html>")


ENDINGS = {
    "eof": just_end,
    "half-event": half_event,
    "error-event": error_event,
    "no-json": no_json,
    "silence": say_nothing,
}


@pytest.mark.parametrize("name", ENDINGS)
def test_a_stream_that_breaks_is_aborted_and_never_a_success(client, upstream, name):
    upstream.on(f"breaks-{name}", broken_stream(ENDINGS[name]))
    reader = client.stream(f"local/breaks-{name}")
    events = reader.rest()
    assert [event.WhichOneof("event") for event in events] == ["started", "text", "text"]
    assert "".join(event.text for event in events) == "one two "
    failure = reader.failure()
    assert failure.code == grpc.StatusCode.ABORTED
    assert failure.reason == "STREAM_INTERRUPTED"
    assert failure.pushback_ms == -1


def test_a_finished_stream_without_its_done_is_a_success(client, upstream):
    def answer(exchange):
        exchange.begin_events()
        exchange.say("whole")
        choice = {"index": 0, "delta": {}, "finish_reason": "stop"}
        exchange.event({"id": "c", "choices": [choice]})

    upstream.on("no-done", answer)
    events = client.stream("local/no-done").rest()
    assert events[-1].WhichOneof("event") == "finish"


def test_an_error_body_is_not_handed_on_with_the_key_in_it(client, upstream):
    def answer(exchange):
        body = {"error": {"message": "bad key sk-canary-0815-abcdefghijklmnop", "type": "x"}}
        exchange.answer("401 Unauthorized", json.dumps(body).encode())

    upstream.on("leaky", answer)
    failure = client.fail("local/leaky")
    assert failure.code == grpc.StatusCode.FAILED_PRECONDITION
    assert "sk-canary-0815" not in failure.message + str(failure.call)


def test_after_all_that_a_good_upstream_is_served_well(client, upstream):
    upstream.on("good", lambda exchange: completion(exchange, "all is well"))
    assert text_of(client.generate("local/good")) == "all is well"
    answer = client.generate("local/good")
    assert answer.usage.output_tokens == 5
    assert answer.call.attempts[-1].upstream_request_id in ("up-1", "c-1")
