"""`laneway lanes` and `laneway top`, as an operator uses them."""

import json
import os
import pty
import select
import signal
import time

import prometheus_client.parser as prometheus
import pyte
import pytest
from prometheus_client.openmetrics import parser as openmetrics

from support import daemon as daemons
from support.calls import PATIENCE
from support.patience import patient

CONFIG = """
lanes:
  slow: { match: ["builtin/echo?first_chunk=*"], concurrency: 1 }
  other: { match: ["builtin/none"], concurrency: 3 }
"""
SLOW = f"builtin/echo?first_chunk={round(patient(700))}ms"


@pytest.fixture
def laneway(daemon):
    def run(*arguments: str):
        return daemons.run(*arguments, "--socket", daemon.socket)

    return run


@pytest.fixture
def busy(new_client):
    """Three calls in the slow lane: one runs, two wait."""
    calls = [new_client(name).begin_generate(SLOW) for name in ("runs", "waits", "waits")]
    time.sleep(0.3)
    yield
    for call in calls:
        call.result()


def test_the_lanes_are_a_table_with_their_callers(laneway, busy):
    done = laneway("lanes", "slow")
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0].split()[:4] == ["LANE", "RUN", "OPEN", "QUEUED"]
    assert lines[1].split()[:4] == ["slow", "1/1", "0/8", "2/256"]
    assert [line.split()[0] for line in lines[2:]] == ["CALLER", "runs", "waits"]
    assert "#2" in lines[4], "its last call stands behind its first"


def test_json_is_one_lane_a_line(laneway, busy):
    done = laneway("lanes", "--json")
    lanes = {lane["name"]: lane for lane in map(json.loads, done.stdout.splitlines())}
    assert lanes["slow"]["queued"] == 2 and lanes["slow"]["cost"] == "slot_seconds"
    assert {share["caller_id"] for share in lanes["slow"]["callers"]} == {"runs", "waits"}
    assert lanes["other"]["concurrency"] == 3


@pytest.mark.parametrize("parse", [
    openmetrics.text_string_to_metric_families, prometheus.text_string_to_metric_families,
])
def test_metrics_are_what_prometheus_reads(laneway, client, parse):
    client.generate(SLOW)
    done = laneway("lanes", "--openmetrics")
    assert done.returncode == 0, done.stderr
    families = {family.name: family for family in parse(done.stdout)}
    waits = families["laneway_lane_queue_duration_seconds"]
    assert waits.type == "histogram"
    counts = {s.labels["lane"]: s.value for s in waits.samples if s.name.endswith("_count")}
    assert counts["slow"] >= 1 and counts["other"] == 0
    slots = {s.labels["lane"]: s.value for s in families["laneway_lane_concurrency"].samples}
    assert slots["slow"] == 1 and slots["other"] == 3


def test_a_lane_is_changed_under_the_names_of_the_configuration(laneway):
    done = laneway(
        "lanes", "set", "other", "concurrency=5", "queue_depth_max=7", "queue_bytes_max=2MiB",
        "max_open_streams=9", "paused=true", "--json")
    assert done.returncode == 0, done.stderr
    lane = json.loads(done.stdout)
    assert [lane[key] for key in (
        "concurrency", "queue_depth_max", "queue_bytes_max", "max_open_streams", "paused",
    )] == [5, 7, 2 << 20, 9, True]
    assert "paused" not in laneway("lanes", "resume", "other").stdout
    assert "paused" in laneway("lanes", "pause", "other").stdout
    laneway("lanes", "resume", "other")


@pytest.mark.parametrize("arguments, code, words", [
    (["set", "other", "concurency=2"], 64, "did you mean concurrency?"),
    (["set", "other", "speed=2"], 64, "known keys: concurrency, queue_depth_max"),
    (["set", "other", "concurrency"], 64, "write key=value"),
    (["set", "other", "concurrency=many"], 64, "write a whole number"),
    (["set", "other", "queue_bytes_max=2MB"], 64, "write bytes such as"),
    (["set", "other", "concurrency=0"], 1, "concurrency is 0; it takes 1 to 65536"),
    (["set", "nosuch", "concurrency=2"], 1, 'there is no lane "nosuch"; known lanes: '),
    (["nosuch"], 1, "UNKNOWN_LANE"),
])
def test_a_change_that_cannot_be_is_explained(laneway, arguments, code, words):
    done = laneway("lanes", *arguments)
    assert done.returncode == code, done
    assert words in done.stderr and done.stdout == ""


def test_a_stream_says_where_it_waits(laneway, new_client):
    first = new_client("first").begin_generate(SLOW)
    time.sleep(0.2)
    done = laneway("stream", SLOW, "hi there", "--queue-events")
    assert (done.returncode, done.stdout) == (0, "hi there\n")
    assert done.stderr.startswith("waits: next")
    first.result()
    assert "waits" not in laneway("stream", SLOW, "hi").stderr


def test_top_in_a_pipe_prints_frames_without_escapes(laneway, busy):
    done = laneway("top", "--count", "2", "--interval", "0.1")
    assert (done.returncode, done.stderr) == (0, "")
    assert "\x1b" not in done.stdout
    frames = done.stdout.split("\n\n")
    assert len(frames) == 2 and all(frame.count("slow") == 1 for frame in frames)


class Top:
    """`laneway top` on a terminal of its own, drawn by a terminal emulator."""

    def __init__(self, *arguments: str) -> None:
        self.screen = pyte.Screen(100, 30)
        self.stream = pyte.ByteStream(self.screen)
        self.raw = b""
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.execv(daemons.BINARY, [str(daemons.BINARY), "top", *arguments])

    def shows(self, *words: str) -> bool:
        text = "\n".join(self.screen.display)
        return all(word in text for word in words)

    def wait_for(self, *words: str) -> None:
        end = time.monotonic() + PATIENCE
        while not self.shows(*words):
            assert time.monotonic() < end, f"{words} in:\n" + "\n".join(self.screen.display)
            self.read()

    def read(self) -> None:
        if select.select([self.terminal], [], [], 0.1)[0]:
            try:
                data = os.read(self.terminal, 65536)
            except OSError:
                return
            self.raw += data
            self.stream.feed(data)

    def press(self, keys: bytes) -> None:
        os.write(self.terminal, keys)

    def end(self) -> int:
        """Its exit status, once it has ended by itself."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.read()
                os.close(self.terminal)
                return os.waitstatus_to_exitcode(status)
            self.read()
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        raise AssertionError("it did not end")


def test_top_shows_the_lanes_live_and_pauses_one_on_a_key(daemon, laneway, client):
    top = Top("--socket", daemon.socket, "--interval", "0.1")
    try:
        top.wait_for("lanes", "by name", "slow", "other")
        call = client.begin_generate(SLOW)
        top.wait_for("1 running")
        call.result()
        top.press(b"\x1b[B" if top.screen.display[3].startswith("other") else b"\x1b[A")
        top.press(b"p")
        top.wait_for("paused")
        assert '"paused":true' in laneway("lanes", "slow", "--json").stdout
        top.press(b"p")
        top.wait_for("changed")
        assert '"paused":false' in laneway("lanes", "slow", "--json").stdout
        top.press(b"s?")
        top.wait_for("by queued", "pause or resume it")
    finally:
        top.press(b"q")
        assert top.end() == 0
    assert b"\x1b[?1049h" in top.raw and top.raw.endswith(b"\x1b[?1049l")


def test_top_goes_on_when_the_daemon_comes_back(start):
    first = start(CONFIG).wait_until_listening()
    top = Top("--socket", first.socket, "--interval", "0.1")
    try:
        top.wait_for("slow")
        first.terminate()
        first.wait()
        top.wait_for("UNAVAILABLE", "slow")
        start(CONFIG, socket=first.socket).wait_until_listening()
        end = time.monotonic() + PATIENCE
        while top.shows("UNAVAILABLE"):
            assert time.monotonic() < end, "it did not come back"
            top.read()
    finally:
        os.kill(top.pid, signal.SIGTERM)
        assert top.end() == 0
