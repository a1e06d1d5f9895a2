"""Lanes from outside: what reaches the upstream, and when."""

import grpc

from support.calls import settle, text_of
from support.upstream import Gate, completion

CONFIG = """
providers:
  local: { kind: openai, base_url: BASE_URL }
lanes:
  streams: { match: ["local/streams-*"], concurrency: 1 }
  held: { match: ["local/held-*"], concurrency: 1, hold: completion }
  serial: { match: ["local/serial-*"], concurrency: 1 }
  pair: { match: ["local/pair-*"], concurrency: 2 }
  short: { match: ["local/short-*"], concurrency: 1, queue_depth_max: 2 }
  single: { match: ["local/single-*"], concurrency: 1, queue_depth_max: 1 }
  fair: { match: ["local/fair-*"], concurrency: 1 }
"""


def gated(gate):
    """Answers well, once the gate is open."""

    def answer(exchange):
        gate.wait()
        completion(exchange, "done")

    return answer


def gated_stream(gate):
    """Streams `1 2 3 `, each chunk when the gate is opened once more."""

    def answer(exchange):
        exchange.begin_events()
        for word in ("1 ", "2 ", "3 "):
            gate.wait()
            exchange.say(word)
        exchange.finish()

    return answer


def test_established_streams_of_a_lane_with_one_slot_run_side_by_side(client, upstream):
    gates = {"streams-a": Gate(), "streams-b": Gate()}
    for model, gate in gates.items():
        upstream.on(model, gated_stream(gate))
    first = client.stream("local/streams-a")
    upstream.wait_for("streams-a")
    second = client.stream("local/streams-b")
    settle()
    assert not upstream.of("streams-b"), "the slot is held until the first is established"

    gates["streams-a"].open()
    assert first.next_of("started").lane == "streams"
    assert first.next_of("text") == "1 "
    upstream.wait_for("streams-b")
    gates["streams-b"].open()
    second.next_of("started")
    assert second.next_of("text") == "1 "

    for word in ("2 ", "3 "):
        for reader, gate in ((second, gates["streams-b"]), (first, gates["streams-a"])):
            gate.open()
            assert reader.next_of("text") == word
    first.next_of("finish")
    second.next_of("finish")


def test_a_lane_that_holds_to_completion_runs_one_stream_after_the_other(client, upstream):
    gate = Gate()
    upstream.on("held-a", gated_stream(gate))
    first = client.stream("local/held-a")
    gate.open()
    first.next_of("started")
    second = client.stream("local/held-b")
    settle()
    assert not upstream.of("held-b")
    gate.open(2)
    first.rest()
    assert upstream.wait_for("held-b").arrived_at >= upstream.of("held-a")[0].ended_at - 0.05
    assert second.rest()[-1].WhichOneof("event") == "finish"


def test_two_generates_in_a_lane_with_one_slot_run_strictly_one_after_the_other(client, upstream):
    gate = Gate()
    upstream.on("serial-a", gated(gate))
    calls = [client.begin_generate("local/serial-a") for _ in range(3)]
    for count in (1, 2, 3):
        upstream.wait_for("serial-a", count)
        settle()
        assert len(upstream.of("serial-a")) == count, "only one runs at a time"
        gate.open()
    assert [text_of(call.result()) for call in calls] == ["done"] * 3
    runs = upstream.of("serial-a")
    assert all(after.arrived_at >= before.ended_at for before, after in zip(runs, runs[1:]))


def test_a_lane_runs_as_many_at_once_as_it_has_slots(client, upstream):
    gate = Gate()
    upstream.on("pair-a", gated(gate))
    calls = [client.begin_generate("local/pair-a") for _ in range(5)]
    upstream.wait_for("pair-a", 2)
    settle()
    assert len(upstream.of("pair-a")) == 2
    gate.open(5)
    assert len([call.result() for call in calls]) == 5


def test_a_full_queue_refuses_the_new_call_and_says_when_to_come_back(new_client, upstream):
    gate = Gate()
    upstream.on("short-a", gated(gate))
    light, greedy, late = new_client("light"), new_client("greedy"), new_client("late")
    running = greedy.begin_generate("local/short-a")
    upstream.wait_for("short-a")
    waiting = greedy.begin_generate("local/short-a")
    settle()

    own = greedy.fail("local/short-a")
    assert own.code == grpc.StatusCode.RESOURCE_EXHAUSTED
    assert own.reason == "CALLER_QUEUE_FULL", "half of the queue is all one caller gets"

    beside = light.begin_generate("local/short-a")
    settle()
    refused = late.fail("local/short-a")
    assert refused.code == grpc.StatusCode.RESOURCE_EXHAUSTED
    assert refused.reason == "QUEUE_FULL"
    assert refused.retry_seconds > 0
    assert refused.pushback_ms > 0
    assert refused.call.lane == "short"
    assert not refused.call.attempts

    gate.open(3)
    assert [text_of(call.result()) for call in (running, waiting, beside)] == ["done"] * 3


def test_a_waiting_caller_that_leaves_gives_its_place_back(new_client, upstream):
    gate = Gate()
    upstream.on("single-a", gated(gate))
    client = new_client()
    running = client.begin_generate("local/single-a")
    upstream.wait_for("single-a")
    leaving = client.begin_generate("local/single-a", "leaving")
    settle()
    assert client.fail("local/single-a").code == grpc.StatusCode.RESOURCE_EXHAUSTED
    leaving.cancel()
    settle()
    staying = client.begin_generate("local/single-a", "staying")
    settle()
    assert not staying.ended.is_set(), "the place that was left is free"
    gate.open(2)
    assert text_of(running.result()) == text_of(staying.result()) == "done"
    assert [exchange.prompt for exchange in upstream.of("single-a")] == ["hello", "staying"]


def test_a_light_caller_does_not_wait_behind_a_greedy_ones_whole_queue(new_client, upstream):
    gate = Gate()
    upstream.on("fair-a", gated(gate))
    greedy, light = new_client("greedy"), new_client("light")
    for caller in (greedy, light):
        # Calls made before a client has connected may leave it in any order.
        caller.generate("builtin/echo")
    calls = [greedy.begin_generate("local/fair-a", f"greedy {n}") for n in range(6)]
    upstream.wait_for("fair-a")
    settle()
    calls.append(light.begin_generate("local/fair-a", "light"))
    settle()
    gate.open(7)
    for call in calls:
        call.result()
    order = [exchange.prompt for exchange in upstream.of("fair-a")]
    assert order.index("light") <= 2, order
    mine = [prompt for prompt in order if prompt != "light"]
    assert mine == sorted(mine), "first in, first out within a caller"
