"""Collectors that are down, refuse, ask to wait, hang, or answer nonsense; and their keys."""

from __future__ import annotations

import statistics
import threading
import time
import uuid

import pytest

from support import daemon as daemons
from support.calls import PATIENCE, Client, request, text_of
from support.canaries import canary
from support.collector import METRICS, TAKE, TRACES, Rotel, Sink, answering, babbling
from support.otlp import partly_refused
from support.patience import patient
from support.process_figures import figures as process_figures

CONFIG = """
telemetry: { endpoint: ENDPOINT, interval: INTERVAL MORE }
log: { level: trace }
limits: { drain_timeout: 10s }
"""
WARNING = "telemetry was not exported"
LOST = "laneway.telemetry.lost"


class Told:
    """A daemon that tells a collector, and a caller of it."""

    def __init__(self, endpoint: str, more: str = "", interval: str = "1s") -> None:
        text = CONFIG.replace("ENDPOINT", f'"{endpoint}"').replace("INTERVAL", interval)
        self.daemon = daemons.Daemon(text.replace("MORE", more)).wait_until_listening()
        self.client = Client(self.daemon.target)
        self.plain = self.client.metadata

    def call(self) -> str:
        """One that is answered, in next to no time; its id."""
        call_id = uuid.uuid4().hex
        self.client.metadata = (*self.plain, ("laneway-call-id", call_id))
        began = time.monotonic()
        assert text_of(self.client.generate("builtin/echo", "well")) == "well"
        assert time.monotonic() - began < patient(1)
        return call_id

    @property
    def log(self) -> str:
        return self.daemon.log.read_text()

    @property
    def warnings(self) -> int:
        return self.log.count(WARNING)

    def wait_for_warning(self, seconds: float = PATIENCE) -> None:
        limit = time.monotonic() + seconds
        while not self.warnings:
            assert time.monotonic() < limit, self.log
            time.sleep(0.05)

    def end(self) -> float:
        """Stops it in good order; how many seconds that took."""
        began = time.monotonic()
        self.daemon.terminate()
        assert self.daemon.wait(30) == 0
        return time.monotonic() - began

    def close(self) -> None:
        self.client.close()
        self.daemon.stop()


@pytest.fixture
def sink():
    made = Sink()
    yield made
    made.close()


@pytest.fixture
def tell():
    made = []

    def start(endpoint: str, *more: str) -> Told:
        made.append(Told(endpoint, *more))
        return made[-1]

    yield start
    for one in made:
        one.close()


def traces(sink: Sink) -> list:
    return [export for export in sink.arrivals if export.path == TRACES]


def refused(sink: Sink, told: Told, batches: int) -> int:
    """Calls one after the other, each in an export of its own; how many."""
    for _ in range(batches):
        count = len(traces(sink))
        told.call()
        sink.wait(lambda count=count: len(traces(sink)) > count)
    return batches


# --- Down, and nonsense. Both are given up after five tries, so they are tried side by side.


@pytest.fixture(scope="module")
def troubled(tmp_path_factory):
    """By name: a daemon, the sink behind its collector, and what makes the collector well."""
    babbler, behind = Sink(), Sink()
    babbler.answer = babbling
    rotel = Rotel(tmp_path_factory.mktemp("rotel"), behind)
    made = {}
    try:
        # Spans are due before metrics, so what is given up first are spans.
        made["down"] = Told(rotel.endpoint, interval="3s"), behind, rotel.start
        told = Told(babbler.endpoint, interval="3s")
        made["babbles"] = told, babbler, lambda: setattr(babbler, "answer", TAKE)
        for told, _, _ in made.values():
            told.lost = [told.call() for _ in range(3)]
        yield made
    finally:
        for told, _, _ in made.values():
            told.close()
        rotel.stop()
        babbler.close()
        behind.close()


@pytest.mark.parametrize("name", ["down", "babbles"])
def test_what_a_collector_never_took_is_lost_and_what_comes_later_arrives(troubled, name):
    told, sink, mend = troubled[name]
    told.wait_for_warning()
    told.call()
    assert told.warnings == 1
    mend()
    later = told.call()
    assert sink.trace(later).attempts
    sink.wait(lambda: sink.count_of(LOST) == len(told.lost))
    assert not [call_id for call_id in told.lost if sink.trace_now(call_id)]
    assert told.warnings == 1


def test_a_collector_that_is_started_anew_misses_nothing(tell, sink, tmp_path):
    rotel = Rotel(tmp_path, sink).start()
    told = tell(rotel.endpoint)
    try:
        calls = [told.call()]
        sink.trace(calls[0])
        rotel.stop()
        calls += [told.call() for _ in range(3)]
        # For longer than a batch waits for others.
        time.sleep(1.5)
        rotel.start()
        for call_id in calls:
            sink.trace(call_id)
        told.end()
        assert told.warnings == 0 and sink.count_of(LOST) == 0
    finally:
        rotel.stop()


# --- Refusals.


def test_a_collector_that_refuses_is_told_of_once_and_asked_once_for_each(tell, sink):
    sink.answer = answering(400, b"\x0a\x02no")
    told = tell(sink.endpoint)
    lost = refused(sink, told, 3)
    assert told.warnings == 1 and "the collector answered 400" in told.log
    bodies = [export.body for export in traces(sink)]
    assert len(bodies) == len(set(bodies)) == lost, "what was refused is not sent again"
    sink.answer = TAKE
    sink.trace(told.call())
    sink.wait(lambda: sink.count_of(LOST) == lost)
    # Metrics lose nothing: the refused calls are in the first export that tells of this one.
    sink.wait(lambda: sink.count_of("laneway.call.duration") == lost + 1)
    sink.answer = answering(400)
    refused(sink, told, 2)
    assert told.warnings == 2, "another bad time is news again"


def test_a_collector_that_takes_metrics_alone_is_told_of_once(tell, sink):
    sink.answer = lambda handler, export: (
        handler.say(404) if export.path == TRACES else TAKE(handler, export)
    )
    told = tell(sink.endpoint)
    for _ in range(3):
        refused(sink, told, 1)
        count = len(metrics(sink))
        sink.wait(lambda count=count: len(metrics(sink)) > count)
    assert told.warnings == 1, told.log


def metrics(sink: Sink) -> list:
    return [export for export in sink.arrivals if export.path == METRICS]


def test_a_collector_that_asks_to_wait_is_left_alone_so_long(tell, sink):
    answers = [answering(503, retry_after="soon"), answering(429, retry_after="2"), TAKE]

    sink.answer = lambda handler, export: (
        answers.pop(0) if export.path == TRACES and len(answers) > 1 else TAKE
    )(handler, export)
    told = tell(sink.endpoint)
    told.call()
    sink.wait(lambda: len(traces(sink)) == 3)
    first, second, third = traces(sink)
    assert first.body == second.body == third.body
    assert 0.5 <= second.at - first.at < 2, "what is no number of seconds is not heeded"
    assert 2 <= third.at - second.at < 4
    assert told.warnings == 0
    sink.answer = TAKE
    sink.trace(told.call())
    sink.wait(lambda: sink.metrics)
    assert sink.count_of(LOST) == 0


def test_an_answer_that_is_no_answer_is_taken_for_one(tell, sink):
    sink.answer = answering(200, b"\xff" * 4_000)
    told = tell(sink.endpoint)
    refused(sink, told, 2)
    assert told.warnings == 0
    sink.answer = TAKE
    sink.trace(told.call())


# --- Hanging.


@pytest.mark.speed
def test_a_collector_that_hangs_slows_no_call(tell, sink, start, figures):
    sink.answer = sink.hang
    told = tell(sink.endpoint, "", "3s")
    plain = start("log: { level: trace }\n").wait_until_listening()
    clients = {"hangs": told.client, "none": Client(plain.target)}
    refused(sink, told, 1)
    took = {name: [] for name in clients}
    for _ in range(300):
        for name, client in clients.items():
            began = time.monotonic()
            client.generate("builtin/echo", "well")
            took[name].append(time.monotonic() - began)
    middle = {name: statistics.median(times) for name, times in took.items()}
    figures.append(
        f"telemetry: a call takes {middle['hangs'] * 1e6:.0f} µs while the collector hangs, "
        f"{middle['none'] * 1e6:.0f} µs without one"
    )
    assert middle["hangs"] < 1.5 * middle["none"]
    assert max(took["hangs"]) < 1
    took_to_stop = told.end()
    figures.append(f"telemetry: stopped in {took_to_stop:.1f} s while the collector hung")
    assert took_to_stop < 10, "the drain time is all it gets"
    assert told.warnings == 1 and "the daemon stopped" in told.log


@pytest.mark.speed
def test_what_waits_for_a_collector_is_bounded_and_the_rest_is_counted(tell, sink, figures):
    sink.answer = sink.hang
    told = tell(sink.endpoint, "", "3s")
    refused(sink, told, 1)
    pump(told.client, 9_000)
    full = process_figures(told.daemon.process.pid).rss_bytes
    pump(told.client, 4_000)
    fuller = process_figures(told.daemon.process.pid).rss_bytes
    figures.append(f"telemetry: {full >> 20} MiB with a full queue, {fuller >> 20} MiB 4,000 later")
    assert fuller - full < 8 << 20
    sink.answer = TAKE
    sink.closed.set()
    made = 13_000 + 1
    sink.wait(lambda: sink.count_of("laneway.call.duration") == made)
    sink.wait(lambda: sink.count_of(LOST) > 0)
    arrived = len([span for span in sink.spans if span.kind == "SERVER"])
    lost = sink.count_of(LOST)
    figures.append(f"telemetry: of {made} calls {arrived} were told and {lost} were lost")
    assert arrived + lost == made


def pump(client: Client, count: int) -> None:
    """That many calls, some of them at a time."""
    room, failed = threading.Semaphore(64), []

    def ended(future) -> None:
        if future.exception() is not None:
            failed.append(future.exception())
        room.release()

    for _ in range(count):
        room.acquire()
        future = client.laneway.Generate.future(request("builtin/echo", "well"))
        future.add_done_callback(ended)
    for _ in range(64):
        assert room.acquire(timeout=PATIENCE)
    assert not failed, failed[:3]


# --- The end, and keys.


def test_what_waits_when_the_daemon_stops_is_still_sent(tell, sink):
    told = tell(sink.endpoint)
    sink.wait(lambda: sink.metrics)
    call_id = told.call()
    assert told.end() < patient(2)
    assert sink.trace_now(call_id).attempts
    assert sink.count_of("laneway.call.duration") == 1
    assert told.warnings == 0


def test_a_key_goes_to_the_collector_alone(tell, sink, monkeypatch):
    key, other = canary("key", "{core}.{more}=="), canary("other")
    monkeypatch.setenv("COLLECTOR_TEST_KEY", key.value)
    more = f", api_key_env: COLLECTOR_TEST_KEY, headers: {{ x-tenant: {other.value} }}"
    told = tell(sink.endpoint, more)
    for answer in (
        answering(401, key.value.encode(), www_authenticate=key.value),
        answering(307, location=f"{sink.endpoint}/{key.value}"),
        answering(200, partly_refused(1, f"bad key {key.value}\nwarning: forged {other.value}")),
    ):
        sink.answer = answer
        refused(sink, told, 1)
    sink.answer = TAKE
    sink.trace(told.call())
    told.end()
    for export in sink.arrivals:
        assert export.headers["authorization"] == f"Bearer {key.value}"
        assert export.headers["x-tenant"] == other.value
        assert export.headers["content-type"] == "application/x-protobuf"
        assert export.path in (TRACES, METRICS), "a redirect is not followed"
        assert not key.found_in(export.body) and not other.found_in(export.body)
    for secret in (key, other):
        assert not secret.found_in(told.log.encode()), secret.found_in(told.log.encode())
    assert "the collector refused a part" in told.log and "***" in told.log
    assert "\nwarning: forged" not in told.log


def test_a_key_goes_in_the_header_that_its_vendor_wants(tell, sink, monkeypatch):
    monkeypatch.setenv("COLLECTOR_TEST_KEY", "one-of-a-vendor")
    told = tell(sink.endpoint, ", api_key_env: COLLECTOR_TEST_KEY, api_key_header: X-Vendor-Key")
    sink.trace(told.call())
    for export in sink.arrivals:
        assert export.headers["x-vendor-key"] == "one-of-a-vendor"
        assert "authorization" not in export.headers
    assert "one-of-a-vendor" not in told.log
