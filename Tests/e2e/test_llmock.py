"""The verdict of llmock (PyPI) on the daemon as a client: what it makes of faults it injects."""

import pytest
from llmock.scenarios import Fail, StreamFault
from llmock.testing import LLMockServer
from llmock.verdict import judge

from support.calls import outcome

# What each API calls a model, where llmock has it, and after how many events there has been text.
KINDS = {
    "openai": ("kind: openai", "/v1", "gpt-4o", 3),
    "responses": ("kind: openai, api: responses", "/v1", "gpt-4o", 6),
    "anthropic": ("kind: anthropic", "/anthropic/v1", "claude-sonnet-4-5", 4),
    "gemini": ("kind: gemini", "/gemini/v1beta", "gemini-2.5-flash", 2),
}
WAYS = ["generate", "stream"]


@pytest.fixture(scope="module")
def mock():
    with LLMockServer() as server:
        yield server


@pytest.fixture
def daemon(start, config):
    """One for each test: what it has learnt of a target is not the next test's."""
    return start(config).wait_until_listening()


@pytest.fixture(scope="module")
def config(mock) -> str:
    root = mock.base_url("openai").removesuffix("/v1")
    lines = [
        f'  {name}: {{ {kind}, base_url: "{root}{path}" }}' for name, (kind, path, *_) in KINDS.items()
    ]
    return (
        "providers:\n" + "\n".join(lines)
        + "\nlimits: { first_chunk_timeout: 800ms, idle_timeout: 800ms }\n"
    )


@pytest.fixture
def told(mock):
    """Tells the mock what to do to the next calls, and gives its verdict on what came of it."""
    mock.state.reset()
    yield mock.state.scenarios
    verdict = judge(mock.state.journal.records())
    # Of so short a stream all has been sent when the daemon stops reading, so that looks alike.
    found = [one for one in verdict.findings if one.code != "malformed_chunk_ignored"]
    assert not found, verdict.render()
    mock.state.reset()


def target(name: str) -> str:
    return f"{name}/{KINDS[name][2]}"


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", KINDS)
def test_a_good_answer_is_read(client, told, name, way):
    found, call = outcome(client, way, target(name), "hello")
    assert isinstance(found, str) and found, found
    assert [attempt.reason for attempt in call.attempts] == [""]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("status", [429, 500, 503])
def test_an_error_that_passes_is_waited_out_and_retried(client, told, name, way, status):
    told.add(Fail(status, retry_after=0.4))
    found, call = outcome(client, way, target(name), f"{status} {way}")
    assert isinstance(found, str) and found, found
    assert len(call.attempts) == 2


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("status", [400, 422])
def test_an_error_that_stays_is_not_retried(client, told, name, status):
    told.add(Fail(status, times=None))
    failure, _ = outcome(client, "generate", target(name), f"stays {status}")
    assert failure.reason == "BAD_REQUEST", failure


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("fault", ["truncate", "disconnect", "malformed"])
@pytest.mark.parametrize("established", [False, True])
def test_a_stream_that_breaks_is_never_an_answer(client, told, name, fault, established):
    """Before its first chunk the daemon asks again; after it the stream fails, and the caller does."""
    told.add(StreamFault(fault, after_chunks=KINDS[name][3] if established else 0))
    prompt = f"break {fault} {established}"
    found, call = outcome_or_break(client, target(name), prompt)
    if established:
        assert found.reason == "STREAM_INTERRUPTED" and found.pushback_ms == -1, found
        found, call = outcome_or_break(client, target(name), prompt)
    assert isinstance(found, str) and found, found
    assert len(call.attempts) == (1 if established else 2)


@pytest.mark.parametrize("name", KINDS)
def test_a_stall_is_not_sat_through(client, told, name):
    told.add(StreamFault("stall", after_chunks=KINDS[name][3], stall_seconds=5))
    found, _ = outcome_or_break(client, target(name), "stall")
    assert found.reason == "STREAM_INTERRUPTED", found
    found, _ = outcome_or_break(client, target(name), "stall")
    assert isinstance(found, str), found


def outcome_or_break(client, model: str, prompt: str):
    """As `outcome` of a stream, but the stream may break after it was established."""
    reader = client.stream(model, prompt)
    events = reader.rest()
    if reader.error is not None:
        failure = reader.failure()
        return failure, failure.call
    text = "".join(event.text for event in events if event.WhichOneof("event") == "text")
    return text, events[-1].finish.call
