"""A failed call says whose it was and where it died."""

import os

import grpc
import pytest

from support.stubs import call_info


def test_a_failed_generate_carries_its_call_and_its_reason(new_client):
    failure = new_client("nightly").fail("builtin/echo?fail=server_error", "hi")
    assert failure.code == grpc.StatusCode.UNAVAILABLE
    assert failure.domain == "laneway"
    assert failure.reason in ("CHAIN_EXHAUSTED", "UPSTREAM_ERROR")
    call = failure.call
    assert (call.caller_id, call.run_id) == ("nightly", "run-1")
    assert call.uid == os.getuid()
    assert call.model == "builtin/echo?fail=server_error"
    assert call.lane
    assert call.phase == call_info.PHASE_EXECUTE
    assert call.attempts[-1].reason == "UPSTREAM_ERROR"
    assert call.attempts[-1].http_status == 500
    assert call.attempts[-1].code == 14


def test_a_failed_stream_carries_them_too(client):
    failure = client.stream("builtin/echo?fail=server_error").failure()
    assert failure.code == grpc.StatusCode.UNAVAILABLE
    assert failure.domain == "laneway"
    assert failure.call.phase == call_info.PHASE_ESTABLISH
    assert failure.last_attempt_reason == "UPSTREAM_ERROR"


def test_a_rate_limit_says_when_to_come_back(client):
    failure = client.fail("builtin/echo?fail=rate_limited&retry_after=7s")
    assert failure.code == grpc.StatusCode.RESOURCE_EXHAUSTED
    assert failure.reason == "UPSTREAM_RATE_LIMITED"
    assert 0 < failure.retry_seconds <= 7
    assert 0 < failure.pushback_ms <= 7000
    assert failure.call.attempts[-1].retry_after_ms == 7000


@pytest.mark.parametrize(
    ("kind", "code", "reason"),
    [
        ("quota_exhausted", "RESOURCE_EXHAUSTED", "UPSTREAM_QUOTA_EXHAUSTED"),
        ("credentials", "FAILED_PRECONDITION", "UPSTREAM_CREDENTIALS"),
        ("context_too_long", "INVALID_ARGUMENT", "CONTEXT_TOO_LONG"),
        ("content_policy", "FAILED_PRECONDITION", "CONTENT_POLICY"),
        ("bad_request", "INVALID_ARGUMENT", "BAD_REQUEST"),
    ],
)
def test_a_failure_no_retry_can_mend_carries_no_hint_to_retry(client, kind, code, reason):
    failure = client.fail(f"builtin/echo?fail={kind}")
    assert failure.code == grpc.StatusCode[code]
    assert failure.last_attempt_reason == reason
    assert failure.retry_seconds is None


def test_a_stream_that_breaks_keeps_what_was_sent_and_says_so(client):
    reader = client.stream("builtin/echo?fail=interrupted&after=2", "one two three")
    events = reader.rest()
    assert "".join(event.text for event in events) == "one two"
    failure = reader.failure()
    assert failure.code == grpc.StatusCode.ABORTED
    assert failure.reason == "STREAM_INTERRUPTED"
    assert failure.call.phase == call_info.PHASE_STREAM
    assert failure.pushback_ms == -1, "a client library must not send it again"


def test_the_prompt_is_not_in_a_failure_unless_the_operator_wants_it(client):
    failure = client.fail("builtin/echo?fail=server_error", "canary-4711")
    assert not failure.call.messages
    assert "canary-4711" not in str(failure.call) + failure.message


def test_with_persist_prompts_on_a_failure_carries_the_prompt(start, new_client):
    running = start("attribution: { persist_prompts: true }\n").wait_until_listening()
    failure = new_client(target=running.target).fail("builtin/echo?fail=server_error", "canary-4712")
    assert list(failure.call.messages) == ["user: canary-4712"]
    assert not failure.call.messages_truncated


def test_a_prompt_too_long_for_the_trailers_is_cut_and_flagged(start, new_client):
    running = start("attribution: { persist_prompts: true }\n").wait_until_listening()
    failure = new_client(target=running.target).fail("builtin/echo?fail=server_error", "é" * 50_000)
    assert failure.call.messages_truncated
    assert failure.call.ByteSize() <= 6 * 1024
