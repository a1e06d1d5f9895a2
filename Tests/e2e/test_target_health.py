"""Targets that fail are left alone, and found again."""

import time

from support.calls import text_of
from support.failover_rows import UNAVAILABLE, error
from support.lane_checks import assert_nothing_is_left, cooling_seconds
from support.upstream import completion

CONFIG = """
providers:
  local: { kind: openai, base_url: BASE_URL }
  other: { kind: openai, base_url: BASE_URL }
"""


def test_five_failures_in_a_row_open_the_breaker_and_one_probe_closes_it(client, upstream):
    broken_until = [True]

    def answer(exchange):
        if broken_until[0]:
            error("500 Internal Server Error")(exchange)
        else:
            completion(exchange, "well again")

    upstream.on("breaker", answer)
    target = "local/breaker"
    chain = f"{target},other/spare"
    for _ in range(2):
        client.fail(target)
    assert cooling_seconds(client, target) == 0, "four failures are not five"
    assert text_of(client.generate(chain)) == "hello"
    assert 4 < cooling_seconds(client, target) <= 5
    asked = len(upstream.of("breaker"))
    assert asked == 5, "the fifth opens it: there is no retry then"
    answer = client.generate(chain)
    assert [attempt.reason for attempt in answer.call.attempts] == ["TARGET_COOLING", ""]
    failure = client.fail(target, max_queue_wait_ms=100)
    assert (failure.code, failure.reason) == (UNAVAILABLE, "NO_HEALTHY_TARGET")
    assert 0 < failure.retry_seconds <= 5
    assert len(upstream.of("breaker")) == asked, "it is left alone"
    broken_until[0] = False
    began = time.monotonic()
    waiting = [client.begin_generate(target) for _ in range(8)]
    for one in waiting:
        assert text_of(one.result()) == "hello" or text_of(one.result()) == "well again"
    assert time.monotonic() - began > 2, "they waited for it"
    assert cooling_seconds(client, target) == 0
    first, *others = upstream.of("breaker")[asked:]
    assert first.ended_at <= min(other.arrived_at for other in others), "one probe goes first"
