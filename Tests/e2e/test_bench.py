"""`laneway bench` against a daemon: what it counts is what was asked, and what came of it."""

from __future__ import annotations

import json
import signal
import subprocess
import time

import pytest

from support import daemon as daemons
from support.patience import patient

CONFIG = """
lanes:
  builtin: { concurrency: 64, max_open_streams: 256 }
"""
ALWAYS = {
    "model", "method", "concurrency", "connections", "duration_s", "warmup_s", "interrupted",
    "calls", "warmup_calls", "failed", "unfinished", "calls_per_second", "statuses", "failures",
}  # fmt: skip
TIMES = {"count", "p50", "p90", "p99", "p999", "max", "mean"}


@pytest.fixture
def bench(daemon):
    """Runs it for half a second, for a program to read unless `text` is wanted."""

    def run(*arguments: str, text: bool = False, duration: str = "500ms", warmup: str = "100ms"):
        length = ["--duration", duration, "--warmup", warmup]
        form = [] if text else ["--json"]
        return daemons.run("bench", *arguments, *length, *form, "--socket", daemon.socket)

    return run


def test_unary_calls_are_counted_by_their_status(bench):
    done = bench("builtin/echo", "hello there", "--concurrency", "4", "--connections", "2")
    assert (done.returncode, done.stderr) == (0, "")
    found = json.loads(done.stdout)
    assert set(found) == ALWAYS | {"latency_ms"}
    assert set(found["latency_ms"]) == TIMES
    assert (found["method"], found["concurrency"], found["connections"]) == ("Generate", 4, 2)
    assert found["statuses"] == {"OK": found["calls"]} and found["failures"] == []
    assert found["latency_ms"]["count"] == found["calls"] - found["warmup_calls"] > 10
    assert found["warmup_calls"] > 0 and found["calls_per_second"] > 20
    latency = found["latency_ms"]
    assert 0 < latency["p50"] <= latency["p90"] <= latency["p99"] <= latency["max"]


def test_the_daemon_has_seen_the_calls_that_are_counted(start):
    fresh = start(CONFIG).wait_until_listening()
    done = daemons.run(
        "bench", "--duration", "300ms", "--warmup", "0s", "--json", "--socket", fresh.socket
    )
    calls = json.loads(done.stdout)["calls"]
    lanes = daemons.run("lanes", "--json", "--socket", fresh.socket).stdout
    assert json.loads(lanes)["started"] == calls


def test_streams_are_measured_by_their_chunks(bench):
    done = bench("builtin/echo?pace=200", "one two three four", "--stream", "--concurrency", "3")
    assert (done.returncode, done.stderr) == (0, "")
    found = json.loads(done.stdout)
    chunks = {"chunks", "chunks_per_second", "first_chunk_ms", "chunk_gap_ms"}
    assert set(found) == ALWAYS | chunks | {"latency_ms"}
    measured = found["latency_ms"]["count"]
    assert found["method"] == "Stream" and found["chunks"] == 4 * measured
    assert found["first_chunk_ms"]["count"] == measured
    assert found["chunk_gap_ms"]["count"] == 3 * measured
    # Paced at a token every 5 ms.
    assert 3 < found["chunk_gap_ms"]["mean"] < found["latency_ms"]["mean"]
    assert found["first_chunk_ms"]["mean"] < found["latency_ms"]["mean"]


def test_an_open_loop_makes_the_calls_that_are_due(bench):
    done = bench("--rate", "100", duration="1s", warmup="500ms")
    assert (done.returncode, done.stderr) == (0, "")
    found = json.loads(done.stdout)
    assert set(found) == ALWAYS | {"rate", "not_started", "start_lag_ms", "latency_ms"}
    assert (found["calls"], found["warmup_calls"], found["not_started"]) == (150, 50, 0)
    assert found["start_lag_ms"]["count"] == 100


def test_an_open_loop_charges_a_slow_daemon_for_the_calls_it_held_up(bench):
    # One at a time and 100 ms each: of 40 that are due, ten or so can be begun.
    done = bench(
        "builtin/echo?first_chunk=100ms", "--rate", "40", "--concurrency", "1",
        duration="1s", warmup="0s",
    )  # fmt: skip
    assert done.returncode == 1
    found = json.loads(done.stdout)
    assert found["failed"] == 0
    assert found["not_started"] == 40 - found["calls"] >= 29
    assert f"{found['not_started']} calls were due and not started in time" in done.stderr
    # The last one was due long before it could be begun.
    assert found["latency_ms"]["max"] > 400 and found["start_lag_ms"]["max"] > 300


@pytest.mark.parametrize("stream", [[], ["--stream"]], ids=["generate", "stream"])
def test_calls_that_fail_are_counted_and_set_the_exit_code(bench, stream):
    model = "builtin/echo?fail=content_policy"
    done = bench(model, "--concurrency", "2", *stream)
    assert done.returncode == 1
    found = json.loads(done.stdout)
    assert found["statuses"] == {"FAILED_PRECONDITION": found["calls"]}
    (failure,) = found["failures"]
    assert failure["reason"] == "CONTENT_POLICY" and failure["calls"] == found["calls"]
    assert "builtin/echo" in failure["message"]
    assert "latency_ms" not in found and found["failed_latency_ms"]["count"] > 0
    calls = found["calls"]
    assert done.stderr.startswith(f"{calls} of {calls} calls failed: {calls} FAILED_PRECONDITION")


def test_one_call_that_fails_among_good_ones_is_not_overlooked(start):
    full = start("lanes:\n  builtin: { concurrency: 1, queue_depth_max: 1 }\n")
    full.wait_until_listening()
    done = daemons.run(
        "bench", "builtin/echo?first_chunk=20ms", "--concurrency", "4", "--duration", "300ms",
        "--warmup", "0s", "--json", "--socket", full.socket,
    )  # fmt: skip
    assert done.returncode == 1
    found = json.loads(done.stdout)
    assert set(found["statuses"]) == {"OK", "RESOURCE_EXHAUSTED"}
    assert {failure["reason"] for failure in found["failures"]} <= {
        "QUEUE_FULL", "CALLER_QUEUE_FULL",
    }  # fmt: skip
    assert found["latency_ms"]["count"] == found["statuses"]["OK"]


def test_a_call_that_never_ends_is_given_its_timeout(bench):
    done = bench("builtin/echo?fail=hang", "--timeout", "0.3", "--concurrency", "2")
    assert done.returncode == 1
    assert json.loads(done.stdout)["statuses"].keys() == {"DEADLINE_EXCEEDED"}


def test_people_get_a_short_table(bench):
    done = bench("builtin/echo", "hi", "--stream", text=True)
    assert (done.returncode, done.stderr) == (0, "")
    head, _, counts, _, _, times, *rows = done.stdout.splitlines()
    assert head.startswith("stream builtin/echo: 8 in flight on 1 connection, 0.5 s after 0.1 s")
    assert counts.split()[:2] == ["CALLS", "WARM-UP"]
    assert times.split() == ["TIME", "P50", "P90", "P99", "P99.9", "MAX", "MEAN"]
    assert [row.split("  ")[0] for row in rows][:2] == ["whole call", "first chunk"]


def test_control_c_ends_it_early_and_prints_what_was_measured(daemon):
    process = subprocess.Popen(
        [daemons.BINARY, "bench", "builtin/echo?first_chunk=50ms", "--duration", "10m"]
        + ["--warmup", "0s", "--json", "--socket", daemon.socket],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=daemons.environment(),
    )  # fmt: skip
    time.sleep(1)
    began = time.monotonic()
    process.send_signal(signal.SIGINT)
    stdout, stderr = process.communicate(timeout=patient(20))
    assert time.monotonic() - began < patient(5)
    assert (process.returncode, stderr) == (130, "")
    found = json.loads(stdout)
    assert found["interrupted"] and found["failed"] == 0
    assert found["calls"] == found["latency_ms"]["count"] + found["unfinished"] > 8
    # They were in flight when it came.
    assert 1 <= found["unfinished"] <= 8


def test_no_daemon_is_said_so(tmp_path):
    done = daemons.run("bench", "--socket", f"{tmp_path}/nobody.sock")
    assert done.returncode == 69 and "nobody.sock" in done.stderr


@pytest.mark.parametrize("arguments, words", [
    (["--concurrency", "0"], "--concurrency is 0; it is 1 to 100000"),
    (["--connections", "9"], "--connections is 9; it is 1 to 8, as many as --concurrency"),
    (["--rate", "0"], "--rate is 0.0; it is more than 0"),
    (["--duration", "10"], "--duration is 10; write a number and ms, s, m or h"),
    (["--duration", "0s"], "--duration is 0s; it is more than 0"),
    (["--warmup", "x"], "--warmup is x; write a number"),
])
def test_bad_arguments_are_explained(arguments, words):
    done = daemons.run("bench", *arguments)
    assert done.returncode == 64 and words in done.stderr


def test_help_says_from_when_times_count():
    done = daemons.run("bench", "--help")
    words = " ".join(done.stdout.split())
    assert "no coordinated omission" in words and "from when they were due" in words
