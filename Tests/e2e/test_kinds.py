"""The RPC runtime alone, driven by stock grpcio: all four kinds of calls, their ends and limits."""

from __future__ import annotations

import concurrent.futures
import os
import pathlib
import subprocess
import tempfile
import threading
import time

import grpc
import pytest
from google.rpc import error_details_pb2
from grpc_status import rpc_status

from support.calls import PATIENCE, request
from support.daemon import CHECKOUT
from support.stubs import messages

SERVER = os.environ.get("LANEWAY_TEST_SERVER", str(CHECKOUT / ".build/debug/TestServer"))
LIMIT = 4 * 1024 * 1024


class Kinds:
    """The test server's service on a channel of its own."""

    def __init__(self, target: str) -> None:
        self.channel = grpc.insecure_channel(
            target,
            options=[
                ("grpc.use_local_subchannel_pool", 1),
                ("grpc.enable_retries", 0),
                ("grpc.max_receive_message_length", -1),
                ("grpc.max_send_message_length", -1),
            ],
        )
        coding = {
            "request_serializer": messages.GenerateRequest.SerializeToString,
            "response_deserializer": messages.StreamResponse.FromString,
        }
        path = "/laneway.test.Kinds/"
        self.unary = self.channel.unary_unary(path + "Unary", **coding)
        self.server_streaming = self.channel.unary_stream(path + "ServerStreaming", **coding)
        self.client_streaming = self.channel.stream_unary(path + "ClientStreaming", **coding)
        self.bidirectional = self.channel.stream_stream(path + "Bidirectional", **coding)
        self.missing = self.channel.unary_unary(path + "Missing", **coding)

    def interruptions(self) -> str:
        """What the server counts of calls that were ended from outside."""
        return self.unary(request("interruptions"), timeout=PATIENCE).text


@pytest.fixture(scope="module")
def server():
    if not pathlib.Path(SERVER).exists():
        pytest.skip(f"{SERVER} is not built")
    with tempfile.TemporaryDirectory(prefix="laneway-kinds.") as folder:
        path = f"{folder}/x.sock"
        with subprocess.Popen([SERVER, path]) as process:
            limit = time.monotonic() + PATIENCE
            while not os.path.exists(path):
                assert process.poll() is None and time.monotonic() < limit
                time.sleep(0.01)
            yield f"unix:{path}"
            assert process.poll() is None, "the server ended by itself"
            process.kill()


@pytest.fixture
def kinds(server):
    made = Kinds(server)
    yield made
    made.channel.close()


def wait_for(what, expected) -> None:
    limit = time.monotonic() + PATIENCE
    while (found := what()) != expected:
        assert time.monotonic() < limit, f"still {found}, not {expected}"
        time.sleep(0.02)


def test_a_unary_call_has_one_answer(kinds):
    assert kinds.unary(request("echo", "grüß dich"), timeout=PATIENCE).text == "grüß dich"


def test_a_server_stream_has_all_its_answers_in_order(kinds):
    events = list(kinds.server_streaming(request("many/20000", "x"), timeout=PATIENCE * 3))
    assert len(events) == 20000
    assert {event.text for event in events} == {"x"}


def test_a_client_stream_is_answered_once_at_its_end(kinds):
    requests = (request("echo", str(number)) for number in range(500))
    answer = kinds.client_streaming(requests, timeout=PATIENCE)
    assert answer.text == "|".join(str(number) for number in range(500))


def test_an_empty_client_stream_is_answered(kinds):
    assert kinds.client_streaming(iter(()), timeout=PATIENCE).text == ""


def test_both_sides_of_a_bidirectional_call_speak_in_turn(kinds):
    spoken = threading.Semaphore(1)

    def turns():
        for number in range(50):
            assert spoken.acquire(timeout=PATIENCE)
            yield request("echo", str(number))

    heard = []
    for event in kinds.bidirectional(turns(), timeout=PATIENCE):
        heard.append(event.text)
        spoken.release()
    assert heard == [str(number) for number in range(50)]


def test_a_hundred_bidirectional_calls_share_a_connection(kinds):
    def run(number: int) -> bool:
        requests = [request("echo", f"{number}.{turn}") for turn in range(20)]
        heard = [event.text for event in kinds.bidirectional(iter(requests), timeout=PATIENCE * 3)]
        return heard == [f"{number}.{turn}" for turn in range(20)]

    with concurrent.futures.ThreadPoolExecutor(100) as pool:
        assert all(pool.map(run, range(100)))


def test_metadata_arrives_text_and_binary(kinds):
    metadata = (("laneway-test", "some text"), ("laneway-test-bin", bytes([0, 255, 44, 10])))
    answer = kinds.unary(request("metadata"), metadata=metadata, timeout=PATIENCE)
    assert answer.text == "some text [0, 255, 44, 10]"


@pytest.mark.parametrize("code", [code for code in grpc.StatusCode if code.value[0] != 0])
@pytest.mark.parametrize("kind", ["unary", "stream"])
def test_every_code_arrives_with_message_and_details(kinds, code, kind):
    said = "\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n"
    order = request(f"fail/{code.value[0]}", said)
    with pytest.raises(grpc.RpcError) as caught:
        if kind == "unary":
            kinds.unary(order, timeout=PATIENCE)
        else:
            list(kinds.bidirectional(iter([request("echo", "first"), order]), timeout=PATIENCE))
    assert caught.value.code() == code
    assert caught.value.details() == said
    status = rpc_status.from_call(caught.value)
    info = error_details_pb2.ErrorInfo()
    assert status.details[0].Unpack(info) and info.reason == "ORDERED"
    assert ("grpc-retry-pushback-ms", "250") in caught.value.trailing_metadata()


def test_a_message_too_long_for_trailers_is_cut_in_details_too(kinds):
    said = "ü" * 3000
    with pytest.raises(grpc.RpcError) as caught:
        kinds.unary(request("fail/9", said), timeout=PATIENCE)
    assert said.startswith(caught.value.details()) and len(caught.value.details()) > 300
    # Raises where details and trailers contradict each other.
    assert rpc_status.from_call(caught.value).message == caught.value.details()


def test_an_unknown_method_is_unimplemented(kinds):
    with pytest.raises(grpc.RpcError) as caught:
        kinds.missing(request("echo"), timeout=PATIENCE)
    assert caught.value.code() == grpc.StatusCode.UNIMPLEMENTED


def test_a_message_up_to_the_limit_passes_both_ways(kinds):
    size = LIMIT - 1024
    assert kinds.unary(request("size", "x" * size), timeout=PATIENCE).text == str(size)
    assert kinds.unary(request("echo", "y" * size), timeout=PATIENCE).text == "y" * size


def test_a_message_over_the_limit_is_refused_and_the_connection_lives(kinds):
    for call in range(3):
        with pytest.raises(grpc.RpcError) as caught:
            kinds.unary(request("size", "x" * (2 * LIMIT)), timeout=PATIENCE)
        assert caught.value.code() == grpc.StatusCode.RESOURCE_EXHAUSTED
        assert "limits.message_bytes_max" in caught.value.details()
    assert kinds.unary(request("echo", "after"), timeout=PATIENCE).text == "after"


def test_answers_may_be_larger_than_requests(kinds):
    answer = kinds.unary(request("large/20000000"), timeout=PATIENCE * 2)
    assert len(answer.text) == 20_000_000


def test_a_deadline_ends_a_call_of_every_kind(kinds):
    order = request("wait")
    calls = [
        lambda: kinds.unary(order, timeout=0.2),
        lambda: list(kinds.server_streaming(order, timeout=0.2)),
        lambda: kinds.client_streaming(iter([order]), timeout=0.2),
        lambda: list(kinds.bidirectional(iter([order]), timeout=0.2)),
    ]
    for call in calls:
        began = time.monotonic()
        with pytest.raises(grpc.RpcError) as caught:
            call()
        assert caught.value.code() == grpc.StatusCode.DEADLINE_EXCEEDED
        assert 0.19 < time.monotonic() - began < 5


def test_a_cancel_in_the_middle_reaches_the_handler(server, kinds):
    watcher = Kinds(server)
    left = int(watcher.interruptions().split()[1].strip(","))
    deadline = watcher.interruptions().split()[-1]
    never = threading.Event()

    def requests():
        yield request("echo", "first")
        never.wait(PATIENCE)

    call = kinds.bidirectional(requests(), timeout=PATIENCE * 2)
    assert next(iter(call)).text == "first"
    call.cancel()
    wait_for(watcher.interruptions, f"left {left + 1}, deadline {deadline}")
    never.set()
    waiting = kinds.unary.future(request("wait"), timeout=PATIENCE * 2)
    time.sleep(0.2)
    waiting.cancel()
    wait_for(watcher.interruptions, f"left {left + 2}, deadline {deadline}")
    watcher.channel.close()


def test_a_closed_channel_ends_all_its_calls(server):
    leaver, watcher = Kinds(server), Kinds(server)
    left = int(watcher.interruptions().split()[1].strip(","))
    calls = [leaver.unary.future(request("wait"), timeout=PATIENCE * 2) for _ in range(20)]
    assert leaver.unary(request("echo", "here"), timeout=PATIENCE).text == "here"
    leaver.channel.close()
    wait_for(lambda: watcher.interruptions().split(",")[0], f"left {left + 20}")
    assert all(call.done() for call in calls)
    watcher.channel.close()


def test_a_slow_reader_gets_everything_and_holds_up_nobody(kinds):
    slow = iter(kinds.server_streaming(request("many/3000", "z" * 1000), timeout=PATIENCE * 3))
    assert next(slow).text == "z" * 1000
    for number in range(50):
        assert kinds.unary(request("echo", str(number)), timeout=PATIENCE).text == str(number)
    assert sum(1 for _ in slow) == 2999
