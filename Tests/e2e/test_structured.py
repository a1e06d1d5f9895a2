"""Answers that have to satisfy a JSON Schema."""

import json

import grpc
import pytest

from support import daemon as daemons
from support.calls import messages, text_of
from support.upstream import completion

CONFIG = """
providers:
  local: { kind: openai, base_url: BASE_URL }
"""
SCHEMA = {
    "type": "object", "required": ["city", "people"], "additionalProperties": False,
    "properties": {"city": {"type": "string"}, "people": {"type": "integer", "minimum": 1}},
}  # fmt: skip
GOOD = '{"city": "Rome", "people": 3}'
BAD = '{"city": "Rome", "people": 0}'


def wanted(schema=SCHEMA):
    text = schema if isinstance(schema, str) else json.dumps(schema)
    return messages.ResponseFormat(
        kind=messages.ResponseFormat.KIND_JSON_SCHEMA,
        json_schema=messages.JsonSchema(name="answer", schema_json=text),
    )


def saying(*answers):
    """One after the other, the last again and again."""
    left = list(answers)
    return lambda exchange: completion(exchange, left.pop(0) if len(left) > 1 else left[0])


def test_a_good_answer_is_given_and_asked_for_natively(client, upstream):
    upstream.on("good", saying(GOOD))
    assert text_of(client.generate("local/good", response_format=wanted())) == GOOD
    (exchange,) = upstream.of("good")
    assert exchange.body["response_format"]["json_schema"]["schema"] == SCHEMA


def test_a_bad_answer_is_sent_back_once_with_what_is_wrong(client, upstream):
    upstream.on("mends", saying(BAD, f"```json\n{GOOD}\n```"))
    answer = client.generate("local/mends", response_format=wanted())
    assert json.loads(text_of(answer)) == json.loads(GOOD)
    assert [one.reason for one in answer.call.attempts] == ["OUTPUT_SCHEMA_INVALID", ""]
    assert answer.usage.output_tokens == 10, "both turns"
    first, second = upstream.of("mends")
    roles = [message["role"] for message in second.body["messages"]]
    assert roles == ["user", "assistant", "user"]
    assert "people" in second.prompt, "the model is told where it went wrong"


def test_a_model_that_will_not_keep_to_it_fails_the_call_with_what_it_said(client, upstream):
    upstream.on("stubborn", saying(BAD))
    failure = client.fail("local/stubborn", response_format=wanted())
    assert failure.code == grpc.StatusCode.FAILED_PRECONDITION
    assert failure.reason == "OUTPUT_SCHEMA_INVALID"
    assert failure.retry_seconds is None
    assert failure.invalid_output.text == BAD and not failure.invalid_output.truncated
    assert any("people" in problem for problem in failure.invalid_output.problems)
    assert len(upstream.of("stubborn")) == 2
    assert [one.reason for one in failure.call.attempts] == ["OUTPUT_SCHEMA_INVALID"] * 2


def test_a_long_answer_is_cut_in_the_failure(client, upstream):
    upstream.on("long", saying("x" * 100_000))
    failure = client.fail("local/long", response_format=wanted())
    assert failure.reason == "OUTPUT_SCHEMA_INVALID"
    assert failure.invalid_output.truncated and len(failure.invalid_output.text) > 500
    assert failure.call.caller_id == "e2e"


def test_a_json_object_may_be_asked_for_without_a_schema(client, upstream):
    kind = messages.ResponseFormat(kind=messages.ResponseFormat.KIND_JSON_OBJECT)
    upstream.on("object", saying("[1]", '{"any": 1}'))
    assert text_of(client.generate("local/object", response_format=kind)) == '{"any": 1}'


def test_a_stream_that_breaks_it_fails_in_place_of_its_end(client, upstream):
    upstream.on("streams", saying(BAD))
    reader = client.stream("local/streams", response_format=wanted())
    kinds = [event.WhichOneof("event") for event in reader.rest()]
    assert kinds == ["started", "text"]
    failure = reader.failure()
    assert (failure.code, failure.reason) == (
        grpc.StatusCode.FAILED_PRECONDITION, "OUTPUT_SCHEMA_INVALID",
    )  # fmt: skip
    upstream.on("streams", saying(GOOD))
    events = client.stream("local/streams", response_format=wanted()).rest()
    assert events[-1].WhichOneof("event") == "finish"


@pytest.mark.parametrize(
    "schema",
    [
        "no json", '{"type": "nonsense-type"}', '{"$ref": "https://example.com/other.json"}',
        '{"$ref": "#"}', '{"type": "string", "pattern": "(?=x)y"}',
    ],
    ids=["no JSON", "no type", "elsewhere", "itself", "look-ahead"],
)  # fmt: skip
def test_a_schema_that_cannot_be_used_is_refused_before_anything_runs(client, upstream, schema):
    before = len(upstream.exchanges)
    failure = client.fail("local/any", response_format=wanted(schema))
    assert (failure.code, failure.reason) == (
        grpc.StatusCode.INVALID_ARGUMENT, "BAD_REQUEST",
    )  # fmt: skip
    assert "schema" in failure.message
    assert len(upstream.exchanges) == before


def test_the_command_asks_for_a_schema(daemon, upstream, tmp_path):
    file = tmp_path / "schema.json"
    file.write_text(json.dumps(SCHEMA))
    upstream.on("command", saying(GOOD))

    def laneway(model, schema=file):
        return daemons.run(
            "generate", model, "Where?", "--schema", str(schema), "--socket", daemon.socket
        )

    done = laneway("local/command")
    assert (done.returncode, done.stdout.strip()) == (0, GOOD), done.stderr
    upstream.on("command", saying(BAD))
    done = laneway("local/command")
    assert done.returncode == 1 and "OUTPUT_SCHEMA_INVALID" in done.stderr
    assert f"it said   {BAD}" in done.stderr
    done = laneway("local/command", tmp_path / "missing.json")
    assert done.returncode == 64 and "missing.json" in done.stderr
