"""What the tests of metrics do to a daemon: calls of all fates, on an upstream that counts."""

from __future__ import annotations

import json
import time

from .calls import Client, outcome, settle
from .failover_rows import error
from .otlp import Metric
from .upstream import Gate, completion, endless

CONFIG = """
providers:
  local: { kind: openai, base_url: BASE_URL, models: { blind: { tools: false } } }
  other: { kind: openai, base_url: BASE_URL }
  builtin: { kind: builtin }
lanes:
  serial: { match: ["local/serial"], concurrency: 1 }
  finished: { match: ["local/finished"], on_disconnect: finish }
telemetry: { endpoint: ENDPOINT, interval: 1s }
"""
TOKENS = "gen_ai.client.token.usage"
CALLS = "laneway.call.duration"
# Of prompt and answer, call by call, at the edges of the buckets and around them.
USAGES = [(0, 1), (1, 4), (5, 0), (16, 17), (63, 64), (65, 1_000), (4_096, 4_097), (900_000, 3)]
STREAMS, CHUNKS = 4, 5
FIRST_DELAY, GAP = 0.15, 0.06
UNRECORDED = f"00-{'5' * 32}-{'6' * 16}-00"


class Work:
    """All that was done to one daemon, and what was exported of it."""

    def __init__(self, daemon, upstream, sink) -> None:
        self.daemon, self.upstream, self.sink = daemon, upstream, sink
        self.client = Client(daemon.target)
        # Until when the daemon had not been started.
        self.began = 0.0
        # How long the calls took for their client, by model.
        self.seconds: dict[str, float] = {}
        self.calls = 0

    def call(self, way: str, model: str, **fields):
        self.calls += 1
        began = time.monotonic()
        found = outcome(self.client, way, model, **fields)
        name = model.partition("/")[2]
        self.seconds[name] = self.seconds.get(name, 0) + time.monotonic() - began
        return found

    def do(self) -> None:
        self.serve()
        self.fail()
        self.leave()
        self.queue()

    def serve(self) -> None:
        left = list(USAGES)
        self.upstream.on("alpha", lambda exchange: whole(exchange, *left.pop(0)))
        for _ in USAGES:
            self.call("generate", "local/alpha")
        self.upstream.on("beta", streamed)
        for _ in range(STREAMS):
            self.call("stream", "local/beta")
        self.call("generate", "builtin/echo")
        plain = self.client.metadata
        self.client.metadata = (*plain, ("traceparent", UNRECORDED))
        for way in ("generate", "stream"):
            self.call(way, "local/unrecorded")
        self.client.metadata = plain

    def fail(self) -> None:
        self.upstream.on("down", error("503 Service Unavailable"))
        for _ in range(3):
            assert self.call("generate", "local/down,other/up")[0] == "hello"
        self.upstream.on("bad", error("400 Bad Request"))
        for way in ("generate", "stream", "generate"):
            self.call(way, "local/bad")
        self.call("generate", "nowhere/model")
        tool = {"name": "look", "description": "looks", "parameters_json": "{}"}
        self.call("generate", "local/blind,other/up", tools=[tool])

    def leave(self) -> None:
        self.upstream.on("left", endless)
        self.calls += 1
        reader = self.client.stream("local/left")
        reader.next_of("started")
        reader.next_of("text")
        reader.cancel()
        gate = Gate()
        self.upstream.on("finished", gated(gate))
        self.calls += 1
        call = self.client.begin_generate("local/finished")
        self.upstream.wait_for("finished")
        call.cancel()
        settle()
        gate.open()

    def queue(self) -> None:
        """Three in a lane with one slot, and one that would not wait."""
        gate = Gate()
        self.upstream.on("serial", gated(gate))
        self.calls += 4
        calls = [self.client.begin_generate("local/serial") for _ in range(3)]
        self.upstream.wait_for("serial")
        assert self.client.fail("local/serial", max_queue_wait_ms=100).reason == "QUEUE_TIMEOUT"
        self.sink.wait(lambda: self.gauge("queue_depth") == 2 and self.gauge("running") == 1)
        gate.open(3)
        for call in calls:
            call.result()

    def gauge(self, name: str) -> float:
        return self.sink.count_of(f"laneway.lane.{name}", {"laneway.lane": "serial"})

    def wait_until_told(self) -> None:
        """All that was done, and once more after it."""
        self.sink.wait(lambda: self.sink.count_of(CALLS) == self.calls)
        # What its caller has left is told when it has ended by itself.
        self.sink.wait(lambda: self.sink.count_of(TOKENS, of_model("finished")) == 2)
        count = len(self.sink.metrics)
        self.sink.wait(lambda: len(self.sink.metrics) > count)

    def last(self, name: str) -> Metric:
        return self.sink.metrics[-1][name]


def of_model(name: str, **more) -> dict:
    return {"gen_ai.request.model": name} | more


def gated(gate: Gate):
    def answer(exchange):
        gate.wait()
        completion(exchange, "done")

    return answer


def whole(exchange, prompt: int, answer: int) -> None:
    usage = {"prompt_tokens": prompt, "completion_tokens": answer, "total_tokens": prompt + answer}
    message = {"role": "assistant", "content": "well"}
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    exchange.answer(
        "200 OK", json.dumps({"id": "c", "choices": [choice], "usage": usage}).encode()
    )


def streamed(exchange) -> None:
    exchange.begin_events()
    time.sleep(FIRST_DELAY)
    exchange.say("word ")
    for _ in range(CHUNKS - 1):
        time.sleep(GAP)
        exchange.say("word ")
    exchange.finish()
