"""What can be asked for, what it stands for, and who may use it."""

import json

import grpc
import pytest

from support import daemon as daemons
from support.calls import PATIENCE, messages, outcome, text_of
from support.failover_rows import error
from support.lane_checks import cooling_seconds, resolved
from support.stubs import models, models_services

CONFIG = """
providers:
  local:
    kind: openai
    base_url: BASE_URL
    models:
      "*": { context_window: 100, reasoning: false }
      "blind*": { images: false, tools: false, json_schema: false }
      "big*": { context_window: 1000000 }
  other: { kind: openai, base_url: BASE_URL }
lanes:
  one: { match: ["local/one"] }
callers:
  - { match: { caller_id: narrow }, tiers: [fast] }
  - { match: { caller_id: pattern }, targets: ["other/*"] }
  - { match: { caller_id: nobody }, targets: [] }
model:
  tier:
    fast: local/one, other/two:high
    deep: other/three, local/big
"""


def listed(client) -> dict:
    stub = models_services.ModelsStub(client.channel)
    found = stub.ListModels(
        models.ListModelsRequest(), metadata=client.metadata, timeout=PATIENCE
    )
    return {entry.name: entry for entry in found.models}


def test_tiers_and_known_targets_are_listed_in_order(client):
    found = listed(client)
    assert list(found) == [
        "deep", "fast", "builtin/echo", "local/big", "local/one", "other/three", "other/two:high",
    ]  # fmt: skip
    assert found["fast"].tier and list(found["fast"].targets) == ["local/one", "other/two:high"]
    assert not found["local/one"].tier and list(found["local/one"].targets) == ["local/one"]


def test_a_name_is_resolved_to_its_targets(client):
    one, two = resolved(client, "fast:low")
    assert (one.target, one.provider, one.model, one.effort) == ("local/one:low", "local", "one", "low")
    assert (two.target, two.effort) == ("other/two:high", "high"), "a target's own effort wins"
    assert (one.lane, two.lane) == ("one", "other")
    assert one.capabilities.context_window_tokens == 100
    assert one.capabilities.tools and not one.capabilities.reasoning


def test_what_is_well_known_is_known(client):
    (target,) = resolved(client, "other/gpt-4o-mini")
    assert target.capabilities.context_window_tokens == 128_000
    assert target.capabilities.images and not target.capabilities.reasoning


@pytest.mark.parametrize("name", ["nothing", "nowhere/x", "local/", ""])
def test_a_name_that_stands_for_nothing_is_refused(client, name):
    with pytest.raises(grpc.RpcError) as raised:
        resolved(client, name)
    assert raised.value.code() in (grpc.StatusCode.NOT_FOUND, grpc.StatusCode.INVALID_ARGUMENT)


def test_a_target_that_is_left_alone_says_for_how_long(client, upstream):
    upstream.on("limited", error("429 Too Many Requests", "retry-after: 40"))
    assert cooling_seconds(client, "other/limited") == 0
    client.fail("other/limited", max_queue_wait_ms=1)
    assert 35 < cooling_seconds(client, "other/limited") <= 40
    assert 35 < cooling_seconds(client, "other/limited:high") <= 40, "an effort is no other target"


NEEDS = {
    "images": {
        "messages": [
            messages.Message(
                role=messages.ROLE_USER,
                parts=[messages.Part(image=messages.ImagePart(media_type="image/png", data=b"x"))],
            )
        ]
    },
    "tools": {"tools": [messages.Tool(name="look", parameters_json="{}")]},
    "JSON Schema": {
        "response_format": messages.ResponseFormat(
            kind=messages.ResponseFormat.KIND_JSON_SCHEMA,
            json_schema=messages.JsonSchema(name="n", schema_json="{}"),
        )
    },
}


@pytest.mark.parametrize("need", NEEDS)
def test_a_target_that_lacks_what_a_request_needs_is_skipped_and_says_so(client, upstream, need):
    asked = messages.GenerateRequest(model="local/blind,other/sees")
    prompt = messages.Message(
        role=messages.ROLE_USER, parts=[messages.Part(text=messages.TextPart(text='{"a": 1}'))]
    )
    fields = dict(NEEDS[need])
    asked.messages.extend(fields.pop("messages", []) or [prompt])
    for name, value in fields.items():
        if isinstance(value, list):
            getattr(asked, name).extend(value)
        else:
            getattr(asked, name).CopyFrom(value)
    answer = client.laneway.Generate(asked, metadata=client.metadata, timeout=PATIENCE)
    first, second = answer.call.attempts
    assert (first.target, first.reason) == ("local/blind", "TARGET_INCAPABLE")
    assert need in first.message
    assert (second.target, second.reason) == ("other/sees", "")
    assert not upstream.of("blind")


def test_an_effort_asked_of_a_tier_passes_over_what_does_not_reason(client):
    found, call = outcome(client, "generate", "fast:low")
    assert found == "hello"
    assert [(one.target, one.reason) for one in call.attempts] == [
        ("local/one:low", "TARGET_INCAPABLE"), ("other/two:high", ""),
    ]  # fmt: skip
    _, call = outcome(client, "generate", "fast")
    assert [one.target for one in call.attempts] == ["local/one"]


def test_a_prompt_that_cannot_fit_a_window_goes_to_a_larger_one(client, upstream):
    found, call = outcome(client, "generate", "local/one,local/big", "word " * 400)
    assert found == "word " * 400
    assert [attempt.reason for attempt in call.attempts] == ["CONTEXT_TOO_LONG", ""]
    failure = client.fail("local/one", "word " * 400)
    assert (failure.code, failure.reason) == (
        grpc.StatusCode.INVALID_ARGUMENT, "CONTEXT_TOO_LONG",
    )  # fmt: skip
    assert "2,000 bytes" in failure.message and "100 tokens" in failure.message


@pytest.mark.parametrize(
    ("caller", "name", "allowed"),
    [
        ("narrow", "fast", True), ("narrow", "local/one", True), ("narrow", "other/two", True),
        ("narrow", "fast:low", True), ("narrow", "deep", False), ("narrow", "other/three", False),
        ("narrow", "local/one,other/three", False), ("pattern", "other/three", True),
        ("pattern", "deep", False), ("pattern", "fast", False), ("nobody", "builtin/echo", False),
        ("anyone", "deep", True),
    ],
)  # fmt: skip
def test_allow_lists_are_checked_on_the_targets(new_client, upstream, caller, name, allowed):
    client = new_client(caller)
    before = len(upstream.exchanges)
    if allowed:
        assert text_of(client.generate(name)) == "hello"
        return
    failure = client.fail(name)
    assert (failure.code, failure.reason) == (
        grpc.StatusCode.PERMISSION_DENIED, "CALLER_NOT_ALLOWED",
    )  # fmt: skip
    assert caller in failure.message and "callers[]" in failure.message
    assert len(upstream.exchanges) == before and not failure.call.attempts


def test_what_a_caller_may_not_use_is_not_listed(new_client):
    assert list(listed(new_client("narrow"))) == ["fast", "local/one", "other/two:high"]
    assert list(listed(new_client("pattern"))) == ["other/three", "other/two:high"]
    assert list(listed(new_client("nobody"))) == []


def test_the_command_lists_and_resolves(daemon, client, upstream):
    def laneway(*arguments):
        return daemons.run(*arguments, "--socket", daemon.socket)

    done = laneway("models")
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0].split() == ["MODEL", "STANDS", "FOR"]
    assert "fast" in lines[2] and "local/one, other/two:high" in lines[2]
    entries = [json.loads(line) for line in laneway("models", "--json").stdout.splitlines()]
    assert [entry["name"] for entry in entries if entry["tier"]] == ["deep", "fast"]

    upstream.on("rate-limited", error("429 Too Many Requests", "retry-after: 30"))
    client.fail("other/rate-limited", max_queue_wait_ms=1)
    done = laneway("resolve", "local/one,other/rate-limited")
    assert (done.returncode, done.stderr) == (0, "")
    one, limited = done.stdout.splitlines()[1:]
    assert one.split() == ["local/one", "one", "100", "tools,images,json_schema", "healthy"]
    assert "cools for" in limited
    (target,) = map(json.loads, laneway("resolve", "local/one", "--json").stdout.splitlines())
    assert target["capabilities"]["context_window_tokens"] == 100

    done = laneway("resolve", "nothing")
    assert done.returncode != 0 and "nothing" in done.stderr and not done.stdout
