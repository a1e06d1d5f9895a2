"""Two tiers share a target that fails for a minute, and 32 callers hear nothing of it."""

from __future__ import annotations

import collections
import itertools
import random
import threading
import time

from support.calls import Client, outcome
from support.failover_rows import error, nothing, reset
from support.lane_checks import assert_nothing_is_left, cooling_seconds
from support.patience import IS_MEASURED
from support.upstream import completion

CONFIG = """
providers:
  shared: { kind: openai, base_url: BASE_URL }
  plain: { kind: openai, base_url: BASE_URL }
  deep: { kind: openai, base_url: BASE_URL }
lane_defaults: { concurrency: 8 }
model:
  tier:
    fast: shared/flaky, plain/steady
    thinking: shared/flaky, deep/steady
limits: { first_chunk_timeout: 2s }
"""
CALLERS = 32
FAILING_SECONDS = 60.0
# Ten in store, and one more for each ten calls that went well.
BUDGET, CALLS_FOR_A_RETRY = 10, 10
# Five open the breaker, with those beside them; then one probe after 5, 10, 20 and 40 s. A rate
# limit ends without a probe and lets the lane's width through. Of a slow daemon more are on their
# way when one fails.
FAILED_MAX = 60 if IS_MEASURED else 90


class SharedTarget:
    """Fails in turn in every way that a target can, while it is told to."""

    FAULTS = [
        error("500 Internal Server Error"), nothing, error("503 Service Unavailable"), reset,
        error("429 Too Many Requests", "retry-after: 1"), lambda exchange: exchange.closed.wait(5),
        lambda exchange: exchange.answer("200 OK", b"<html>", kind="text/html"),
    ]  # fmt: skip

    def __init__(self) -> None:
        self.fails = threading.Event()
        self.failed: list[float] = []
        self._faults = itertools.cycle(self.FAULTS)
        self._lock = threading.Lock()

    def __call__(self, exchange) -> None:
        if not self.fails.is_set():
            return completion(exchange, exchange.prompt)
        with self._lock:
            fault = next(self._faults)
            self.failed.append(time.monotonic())
        return fault(exchange)


class Caller:
    """Calls one tier again and again, as a generate and as a stream in turn."""

    def __init__(self, target: str, number: int) -> None:
        self.client = Client(target, f"caller-{number}")
        self.tier = ("fast", "thinking")[number % 2]
        self.number = number
        self.errors: list = []
        self.calls: list = []

    def run(self, until: threading.Event) -> None:
        pauses = random.Random(self.number)
        for turn in itertools.count():
            if until.is_set():
                break
            way = ("generate", "stream")[turn % 2]
            found, call = outcome(self.client, way, self.tier, f"{self.number}/{turn}")
            self.calls.append(call)
            if found != f"{self.number}/{turn}":
                self.errors.append(found)
            time.sleep(pauses.uniform(0, 0.2))
        self.client.close()


def retries(attempts) -> int:
    """Attempts on a target that the call had tried before."""
    asked = collections.Counter(one.target for one in attempts if one.reason != "TARGET_COOLING")
    return sum(count - 1 for count in asked.values())


def test_a_target_that_fails_for_a_minute_costs_nobody_a_call(daemon, client, upstream, figures):
    shared = SharedTarget()
    upstream.on("flaky", shared)
    callers = [Caller(daemon.target, number) for number in range(CALLERS)]
    enough = threading.Event()
    threads = [threading.Thread(target=one.run, args=(enough,)) for one in callers]
    for thread in threads:
        thread.start()
    time.sleep(2)
    shared.fails.set()
    time.sleep(FAILING_SECONDS)
    shared.fails.clear()
    time.sleep(cooling_seconds(client, "shared/flaky") + 1)
    enough.set()
    for thread in threads:
        thread.join()

    assert not [error for one in callers for error in one.errors]
    calls = [call for one in callers for call in one.calls]
    attempts = [attempt for call in calls for attempt in call.attempts]
    repeated = sum(retries(call.attempts) for call in calls)
    asked = [one for one in attempts if one.lane == "shared" and one.reason != "TARGET_COOLING"]
    good = sum(1 for one in asked if not one.reason)
    figures.append(
        f"failing minute: {len(calls)} calls of {CALLERS} callers, no error; "
        f"{len(shared.failed)} failed at the target, {repeated} of them retries"
    )
    assert max(retries(call.attempts) for call in calls) <= 1
    assert repeated <= BUDGET + good / CALLS_FOR_A_RETRY
    assert len(asked) == len(upstream.of("flaky")), "nothing was asked that is not reported"
    assert len(shared.failed) <= FAILED_MAX
    assert sum(1 for call in calls if len(call.attempts) > 1) > 100, "nobody had to move on"
    assert cooling_seconds(client, "shared/flaky") == 0
    assert asked[-1].reason == "" and good > 0
    assert_nothing_is_left(client, upstream, "flaky")
