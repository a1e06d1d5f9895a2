"""The RPC runtime alone over ttrpc: all four kinds of calls, their ends and limits."""

from __future__ import annotations

import pytest

from support import ttrpc
from support.calls import request
from support.stubs import messages
from support.ttrpc import LENGTH_MAX, NO_DATA, REMOTE_CLOSED, REMOTE_OPEN
from test_kinds import server, wait_for  # noqa: F401

SERVICE = "laneway.test.Kinds"


class Kinds(ttrpc.Connection):
    """A connection to the test server whose answers are texts."""

    def begin(self, method: str, order=None, flags: int = 0, **options) -> int:
        return self.request(method, order, service=SERVICE, flags=flags, **options)

    def texts(self, stream: int) -> list[str]:
        bodies, end = self.rest(stream)
        if end.kind == ttrpc.RESPONSE:
            bodies.append(end.payload)
        return [messages.StreamResponse.FromString(body).text for body in bodies]

    def unary(self, word: str, text: str = "", **options) -> str:
        return self.texts(self.begin("Unary", request(word, text), **options))[0]


@pytest.fixture
def kinds(server):  # noqa: F811
    connection = Kinds(server)
    yield connection
    assert connection.unary("echo", "still here") == "still here"
    connection.close()


def test_a_unary_call_has_one_answer(kinds):
    assert kinds.unary("echo", "grüß dich") == "grüß dich"


def test_a_server_stream_has_all_its_answers_in_order(kinds):
    texts = kinds.texts(kinds.begin("ServerStreaming", request("many/20000", "x"), REMOTE_CLOSED))
    assert texts == ["x"] * 20000


@pytest.mark.parametrize("last", ["on its own", "with the last message"])
def test_a_client_stream_is_answered_once_at_its_end(kinds, last):
    stream = kinds.begin("ClientStreaming", flags=REMOTE_OPEN)
    for number in range(499):
        kinds.data(stream, request("echo", str(number)))
    if last == "on its own":
        kinds.data(stream, request("echo", "499"))
        kinds.data(stream, flags=REMOTE_CLOSED | NO_DATA)
    else:
        kinds.data(stream, request("echo", "499"), flags=REMOTE_CLOSED)
    answer = kinds.response(stream)
    text = messages.StreamResponse.FromString(answer.payload).text
    assert text == "|".join(str(number) for number in range(500))


def test_an_empty_client_stream_is_answered(kinds):
    stream = kinds.begin("ClientStreaming", flags=REMOTE_OPEN)
    kinds.data(stream, flags=REMOTE_CLOSED | NO_DATA)
    assert kinds.texts(stream) == [""]


def test_the_request_of_a_client_stream_may_be_its_first_message(kinds):
    stream = kinds.begin("ClientStreaming", request("echo", "a"), REMOTE_OPEN)
    kinds.data(stream, request("echo", "b"), flags=REMOTE_CLOSED)
    assert kinds.texts(stream) == ["a|b"]


def test_an_empty_message_of_a_client_stream_counts(kinds):
    stream = kinds.begin("ClientStreaming", flags=REMOTE_OPEN)
    for _ in range(3):
        kinds.data(stream)
    kinds.data(stream, flags=REMOTE_CLOSED | NO_DATA)
    assert kinds.texts(stream) == ["||"]


def test_both_sides_of_a_bidirectional_call_speak_in_turn(kinds):
    stream = kinds.begin("Bidirectional", flags=REMOTE_OPEN)
    for number in range(50):
        kinds.data(stream, request("echo", str(number)))
        answer = kinds.receive()
        assert (answer.stream, answer.kind, answer.flags) == (stream, ttrpc.DATA, 0)
        assert messages.StreamResponse.FromString(answer.body).text == str(number)
    kinds.data(stream, flags=REMOTE_CLOSED | NO_DATA)
    assert kinds.texts(stream) == []


def test_a_hundred_bidirectional_calls_share_a_connection(kinds):
    streams = [kinds.begin("Bidirectional", flags=REMOTE_OPEN) for _ in range(100)]
    for turn in range(20):
        for stream in streams:
            kinds.data(stream, request("echo", f"{stream}.{turn}"))
    for stream in streams:
        kinds.data(stream, flags=REMOTE_CLOSED | NO_DATA)
    heard: dict[int, list[str]] = {stream: [] for stream in streams}
    ended = 0
    while ended < 100:
        answer = kinds.receive()
        assert answer.kind == ttrpc.DATA
        ended += answer.flags == REMOTE_CLOSED | NO_DATA
        if answer.body:
            heard[answer.stream].append(messages.StreamResponse.FromString(answer.body).text)
    assert heard == {one: [f"{one}.{turn}" for turn in range(20)] for one in streams}


def test_metadata_arrives_text_and_binary(kinds):
    metadata = (("laneway-test", "some text"), ("laneway-test-bin", "AP8sCg=="))
    assert kinds.unary("metadata", metadata=metadata) == "some text [0, 255, 44, 10]"


@pytest.mark.parametrize("code", range(1, 17))
@pytest.mark.parametrize("kind", ["Unary", "Bidirectional"])
def test_every_code_arrives_with_message_and_details(kinds, code, kind):
    said = "\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n"
    flags = 0 if kind == "Unary" else REMOTE_OPEN
    stream = kinds.begin(kind, request(f"fail/{code}", said), flags)
    status = kinds.response(stream).status
    assert (status.code, status.message) == (code, said)
    assert status.details[0].type_url.endswith("/google.rpc.ErrorInfo")


@pytest.mark.parametrize("kind", ["Unary", "ServerStreaming", "ClientStreaming", "Bidirectional"])
def test_a_timeout_ends_a_call_of_every_kind(kinds, kind):
    flags = {"Unary": 0, "ServerStreaming": REMOTE_CLOSED}.get(kind, REMOTE_OPEN)
    stream = kinds.begin(kind, request("wait"), flags, timeout=0.2)
    assert kinds.response(stream).status.code == 4


def test_a_message_up_to_the_limit_passes_both_ways(kinds):
    size = LENGTH_MAX - 1024
    assert kinds.unary("size", "x" * size) == str(size)
    assert kinds.unary("echo", "y" * size) == "y" * size


@pytest.mark.parametrize("kind", ["Unary", "ServerStreaming"])
def test_an_answer_over_the_limit_fails_its_call(kinds, kind):
    stream = kinds.begin(kind, request("large/20000000"), 0)
    status = kinds.response(stream).status
    assert status.code == 8 and str(LENGTH_MAX) in status.message


def test_a_failure_whose_message_is_larger_than_a_frame_is_still_one_frame(kinds):
    stream = kinds.begin("Unary", request("fail/9", "ü" * 2_090_000))
    status = kinds.response(stream).status
    assert status.code == 9 and "ü" * 300 in status.message


def test_a_closed_connection_ends_all_its_calls(server):  # noqa: F811
    watcher, leaver = Kinds(server), Kinds(server)
    left = int(watcher.unary("interruptions").split()[1].strip(","))
    for _ in range(20):
        leaver.begin("Unary", request("wait"))
        leaver.begin("Bidirectional", request("wait"), REMOTE_OPEN)
    assert leaver.unary("echo", "here") == "here"
    leaver.close()
    wait_for(lambda: watcher.unary("interruptions").split(",")[0], f"left {left + 40}")
    watcher.close()
