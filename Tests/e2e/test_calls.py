"""Generate and Stream as a stock client sees them, on builtin/echo with no configuration at all."""

import concurrent.futures

import grpc
import pytest

from support.calls import request, settle, text_of
from support.stubs import call_info, messages


def test_generate_answers_with_the_whole_message(client):
    answer = client.generate("builtin/echo", "Hello from a stock client.")
    assert text_of(answer) == "Hello from a stock client."
    assert answer.message.role == messages.ROLE_ASSISTANT
    assert answer.finish_reason == messages.FINISH_REASON_STOP
    assert answer.usage.output_tokens == 5


def test_an_answer_says_what_happened_to_its_call(new_client):
    call = new_client("bot-7").generate("builtin/echo", "hi").call
    assert (call.caller_id, call.run_id, call.model) == ("bot-7", "run-1", "builtin/echo")
    assert call.call_id
    assert [attempt.target for attempt in call.attempts] == ["builtin/echo"]
    assert call.attempts[0].code == 0
    assert not call.messages, "the prompt is never sent back with an answer"


def test_a_stream_opens_with_started_and_ends_with_finish(client):
    events = client.stream("builtin/echo", "one two three").rest()
    kinds = [event.WhichOneof("event") for event in events]
    assert kinds == ["started", "text", "text", "text", "finish"]
    assert events[0].started.target == "builtin/echo"
    finish = events[-1].finish
    assert finish.finish_reason == messages.FINISH_REASON_STOP
    assert finish.usage.output_tokens == 3
    assert finish.call.phase == call_info.PHASE_STREAM
    assert finish.call.caller_id == "e2e"


@pytest.mark.parametrize(
    "prompt",
    ["one two  three\n\nfour", "ends with space ", " ", "ünïcödé ☺ 😈 文字 end", "x" * 100_000],
    ids=["spaces", "trailing", "only space", "unicode", "one long word"],
)
def test_the_chunks_of_a_stream_put_together_are_the_text(client, prompt):
    events = client.stream("builtin/echo", prompt).rest()
    assert "".join(event.text for event in events) == prompt


def test_a_long_stream_loses_and_doubles_nothing(client):
    prompt = "".join(f" {number:06d}" for number in range(20_000))
    reader = client.stream("builtin/echo", prompt)
    events = reader.rest()
    assert reader.error is None
    assert "".join(event.text for event in events) == prompt
    assert len(events) == 20_002


def test_a_reader_that_pauses_loses_nothing(client):
    call = client.laneway.Stream(request("builtin/echo?repeat=20000", " fifteen-letters"))
    events = iter(call)
    assert next(events).WhichOneof("event") == "started"
    # More than every buffer on the way holds: the daemon has to wait for us.
    settle()
    texts = [event.text for event in events if event.WhichOneof("event") == "text"]
    assert texts == [" fifteen-letters"] * 20_000


def test_a_client_chooses_its_call_id(client):
    client.metadata += (("laneway-call-id", "my-own-id-1"),)
    assert client.generate("builtin/echo").call.call_id == "my-own-id-1"


def test_two_hundred_calls_at_once_on_one_connection_all_get_their_own_answer(client):
    calls = [client.begin_generate("builtin/echo", f"number {n}") for n in range(200)]
    assert [text_of(call.result()) for call in calls] == [f"number {n}" for n in range(200)]


def test_many_connections_are_served_side_by_side(new_client):
    def one(number: int) -> str:
        return text_of(new_client(f"caller-{number}").generate("builtin/echo", f"{number}"))

    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        assert list(pool.map(one, range(48))) == [f"{number}" for number in range(48)]


def test_the_socket_is_there_as_long_as_the_daemon(daemon, client):
    client.generate("builtin/echo")
    grpc.channel_ready_future(client.channel).result(timeout=5)
    assert daemon.process.poll() is None
