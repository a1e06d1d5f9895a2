"""Metrics by OpenTelemetry: what a scripted upstream served, and what was done to the lanes."""

from __future__ import annotations

import bisect
import time

import pytest
from prometheus_client.openmetrics import parser as openmetrics

from support import daemon as daemons
from support.collector import Rotel, Sink
from support.lane_checks import all_lanes
from support.otlp import Metric
from support.telemetry_work import (
    CALLS, CHUNKS, CONFIG, FIRST_DELAY, GAP, STREAMS, TOKENS, USAGES, Work, of_model,
)  # fmt: skip

DURATION = "gen_ai.client.operation.duration"
FIRST_CHUNK = "gen_ai.client.operation.time_to_first_chunk"
CHUNK = "gen_ai.client.operation.time_per_output_chunk"
HOPS, SKIPS = "laneway.failover.hops", "laneway.failover.skips"
# What the conventions say their histograms are cut at.
USUAL = {
    TOKENS: [4.0**power for power in range(14)],
    DURATION: [0.01 * 2**power for power in range(14)],
    FIRST_CHUNK: [
        0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
    ],
    CHUNK: [0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5],
}  # fmt: skip


@pytest.fixture(scope="module")
def work(upstream, tmp_path_factory):
    sink = Sink()
    rotel = Rotel(tmp_path_factory.mktemp("rotel"), sink)
    running = made = None
    try:
        text = CONFIG.replace("BASE_URL", upstream.base_url)
        began = time.time()
        running = daemons.Daemon(text.replace("ENDPOINT", rotel.start().endpoint))
        made = Work(running.wait_until_listening(), upstream, sink)
        made.began = began
        made.do()
        made.wait_until_told()
        yield made
    finally:
        if made is not None:
            made.client.close()
        if running is not None:
            running.stop()
        rotel.stop()
        sink.close()


def test_tokens_are_those_that_upstream_served(work):
    metric = work.last(TOKENS)
    assert (metric.kind, metric.unit) == ("histogram", "{token}")
    for place, kind in enumerate(("input", "output")):
        series = {"gen_ai.token.type": kind, "gen_ai.provider.name": "openai"}
        served = [usage[place] for usage in USAGES]
        (point,) = metric.of(of_model("alpha") | series)
        assert (point.count, point.value) == (len(served), sum(served))
        expected = [0] * len(point.buckets)
        for count in served:
            expected[bisect.bisect_left(point.bounds, count)] += 1
        assert list(point.buckets) == expected, "each is where its size belongs"
        (point,) = metric.of(of_model("beta") | series)
        assert (point.count, point.value) == (STREAMS, STREAMS * (3, 5)[place])


def test_what_was_estimated_says_so_and_what_failed_used_nothing(work):
    metric = work.last(TOKENS)
    left = metric.of(of_model("left"))
    assert [point.attributes["laneway.usage.estimated"] for point in left] == [True, True]
    assert not [point for model in ("alpha", "beta", "finished")
                for point in metric.of(of_model(model))
                if "laneway.usage.estimated" in point.attributes]  # fmt: skip
    for model in ("bad", "down"):
        assert not sum(point.value for point in metric.of(of_model(model)))


def test_what_outlived_its_caller_is_counted_once(work):
    points = work.last(TOKENS).of(of_model("finished"))
    assert sorted((point.count, point.value) for point in points) == [(1, 3), (1, 5)]


def test_each_attempt_is_timed_under_its_provider_and_its_error(work):
    metric = work.last(DURATION)
    assert (metric.kind, metric.unit) == ("histogram", "s")
    port = int(work.upstream.base_url.split(":")[2][:-3])
    (point,) = metric.of(of_model("beta"))
    assert point.attributes == {
        "gen_ai.operation.name": "chat", "gen_ai.provider.name": "openai",
        "gen_ai.request.model": "beta", "server.address": "127.0.0.1", "server.port": port,
        "laneway.provider": "local",
    }  # fmt: skip
    assert point.count == STREAMS
    assert STREAMS * (FIRST_DELAY + GAP * (CHUNKS - 1)) <= point.value <= work.seconds["beta"]
    counts = {
        "alpha": (len(USAGES), None), "bad": (3, "BAD_REQUEST"), "down": (3, "UPSTREAM_OVERLOADED"),
        "up": (4, None), "left": (1, None), "serial": (3, None), "unrecorded": (2, None),
    }  # fmt: skip
    for model, (count, reason) in counts.items():
        (point,) = metric.of(of_model(model))
        assert (point.count, point.attributes.get("error.type")) == (count, reason), model
    (echo,) = metric.of(of_model("echo"))
    assert "server.address" not in echo.attributes, "a model inside the daemon has no address"
    (left,) = metric.of(of_model("left"))
    assert left.attributes["laneway.reason"] == "CALLER_LEFT"


def test_the_chunks_of_streams_are_timed(work):
    first, gaps = work.last(FIRST_CHUNK), work.last(CHUNK)
    assert (first.unit, gaps.unit) == ("s", "s")
    (point,) = first.of(of_model("beta"))
    assert point.count == STREAMS
    # A busy machine is late with any of them, but not by more than the whole took.
    scripted, whole = STREAMS * GAP * (CHUNKS - 1), work.seconds["beta"]
    assert STREAMS * FIRST_DELAY <= point.value <= whole - 0.75 * scripted
    (point,) = gaps.of(of_model("beta"))
    assert point.count == STREAMS * (CHUNKS - 1)
    assert 0.75 * scripted <= point.value <= whole - STREAMS * FIRST_DELAY
    assert not [one for one in first.points + gaps.points
                if one.attributes["gen_ai.request.model"] in ("alpha", "bad", "up")]  # fmt: skip


def test_each_call_is_counted_by_its_method_and_its_status(work):
    metric = work.last(CALLS)
    assert (metric.kind, metric.unit) == ("histogram", "s")
    found = {
        (one.attributes["rpc.method"].rpartition("/")[2],
         one.attributes["rpc.response.status_code"], one.attributes.get("error.type")): one.count
        for one in metric.points
    }  # fmt: skip
    assert found == {
        # alpha, echo, one unrecorded, three that hopped, one that skipped, three in the queue.
        ("Generate", "OK", None): len(USAGES) + 1 + 1 + 3 + 1 + 3,
        ("Stream", "OK", None): STREAMS + 1,
        ("Generate", "INVALID_ARGUMENT", "BAD_REQUEST"): 2,
        ("Stream", "INVALID_ARGUMENT", "BAD_REQUEST"): 1,
        ("Generate", "NOT_FOUND", "UNKNOWN_MODEL"): 1,
        ("Stream", "CANCELLED", None): 1,
        ("Generate", "CANCELLED", None): 1,
        ("Generate", "RESOURCE_EXHAUSTED", "QUEUE_TIMEOUT"): 1,
    }
    assert sum(found.values()) == work.calls


def test_hops_and_skips_say_from_where_to_where_and_why(work):
    hops, skips = work.last(HOPS), work.last(SKIPS)
    assert (hops.kind, hops.unit, hops.is_monotonic) == ("sum", "{hop}", True)
    assert told(hops) == {("local/down", "other/up", "UPSTREAM_OVERLOADED"): 3,
                          ("local/blind", "other/up", "TARGET_INCAPABLE"): 1}  # fmt: skip
    assert told(skips) == {("local/blind", "TARGET_INCAPABLE"): 1}


def told(metric: Metric) -> dict:
    """The values by those of the attributes, in the order in which they are told."""
    return {tuple(point.attributes.values()): point.value for point in metric.points}


def test_lanes_count_what_was_done_to_them(work):
    expected = {
        "serial": {
            "started": 3, "queue_depth": 0, "running": 0, "concurrency": 1, "leaked_slots": 0,
            "queue_depth_max": 256, "queue_bytes": 0, "open_streams": 0, "paused": 0,
        },
        "other": {"started": 4, "running": 0, "concurrency": 4},
        "builtin": {"started": 1},
    }  # fmt: skip
    for lane, values in expected.items():
        for name, value in values.items():
            (point,) = work.last(f"laneway.lane.{name}").of({"laneway.lane": lane})
            assert point.value == value, (lane, name)
    serial = {"laneway.lane": "serial"}
    (waits,) = work.last("laneway.lane.queue_duration").of(serial)
    assert waits.count == 3 and sum(waits.buckets) == 3
    assert waits.buckets[0] == 1, "the first did not wait"
    assert waits.value > 2 * 0.1, "the others did, while one gave up"
    (refusal,) = work.last("laneway.lane.refusals").of(serial)
    assert (refusal.value, refusal.attributes["laneway.reason"]) == (1, "QUEUE_TIMEOUT")


def test_lanes_are_what_the_daemon_tells_its_other_readers(work):
    """The same names and numbers as for Prometheus, by the daemon's own word for it."""
    done = daemons.run("lanes", "--openmetrics", "--socket", work.daemon.socket)
    families = {
        family.name.removesuffix("_seconds"): family
        for family in openmetrics.text_string_to_metric_families(done.stdout)
    }
    told = {name for name in work.sink.metrics[-1] if name.startswith("laneway.lane.")}
    assert {name.replace(".", "_") for name in told} == set(families)
    lanes = {lane.name for lane in all_lanes(work.client)}
    for name in told:
        family, metric = families[name.replace(".", "_")], work.last(name)
        ending = {"counter": "_total", "histogram": "_count"}.get(family.type, "")
        theirs = {
            (one.labels["lane"], one.labels.get("reason")): one.value
            for one in family.samples if one.name == family.name + ending
        }  # fmt: skip
        ours = {
            (one.attributes["laneway.lane"], one.attributes.get("laneway.reason")):
                one.count if metric.kind == "histogram" else one.value
            for one in metric.points
        }  # fmt: skip
        assert ours.items() <= theirs.items(), name
        assert {lane for lane, _ in ours} == lanes or name.endswith(("refusals", "jain_index"))


def test_buckets_begin_as_the_conventions_say_and_reach_half_an_hour(work):
    histograms = [one for one in work.sink.metrics[-1].values() if one.kind == "histogram"]
    assert len(histograms) == 6
    for metric in histograms:
        for point in metric.points:
            bounds = list(point.bounds)
            assert bounds == sorted(set(bounds))
            assert len(point.buckets) == len(bounds) + 1
            assert sum(point.buckets) == point.count, metric.name
            usual = USUAL.get(metric.name, [])
            assert bounds[: len(usual)] == pytest.approx(usual), metric.name
            assert metric.unit != "s" or bounds[-1] == 1_800, metric.name


def test_what_is_counted_is_cumulative_from_one_moment_on(work):
    began = {one.began for export in work.sink.metrics for metric in export.values()
             for one in metric.points}  # fmt: skip
    (moment,) = began
    assert work.began <= moment / 1e9 < work.began + 20
    assert len(work.sink.metrics) >= 3
    for export in work.sink.metrics:
        for metric in export.values():
            assert metric.is_cumulative == (metric.kind != "gauge"), metric.name
    assert not work.last("laneway.lane.running").is_monotonic
    assert work.last("laneway.lane.started").is_monotonic
    for before, after in zip(work.sink.metrics, work.sink.metrics[1:]):
        for name, metric in before.items():
            assert_grows(metric, after[name])


def assert_grows(before: Metric, after: Metric) -> None:
    """No series is lost, none goes back, and their time goes on."""
    for point in before.points:
        (later,) = [one for one in after.points if one.attributes == point.attributes]
        assert later.at > point.at
        if before.kind == "histogram":
            assert later.count >= point.count and later.value >= point.value
            assert all(new >= old for new, old in zip(later.buckets, point.buckets))
        elif before.is_monotonic:
            assert later.value >= point.value


def test_no_series_tells_whose_a_call_was(work):
    for name, metric in work.sink.metrics[-1].items():
        for point in metric.points:
            assert not {"e2e", "run-1"} & set(point.attributes.values()), name
            parts = {part for key in point.attributes for part in key.split(".")}
            assert not {"caller_id", "run_id", "user", "uid", "tool", "call_id"} & parts, name
