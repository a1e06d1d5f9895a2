"""Daemons that are replaced, killed and started twice while their callers go on calling.

`make restarts COUNT=1000` does each so often; the checks do it a few times.
"""

from __future__ import annotations

import os
import pathlib
import signal
import time

import pytest

from support.calls import Client, text_of
from support.patience import patient
from support.restart_load import Load
from support.restarts import Activated, Service, percentiles, served_by

COUNT = int(os.environ.get("LANEWAY_RESTARTS", "5"))
SERVING_SECONDS = patient(1.0)
# For callers to be in the midst of something when the next one comes.
BETWEEN = 0.03


def test_restarted_behind_a_socket_that_stays_no_caller_notices(tmp_path, figures):
    def restart(unit: Activated) -> float:
        assert unit.stop() == 0, unit.said()
        return unit.start()

    times, outcome = repeat(Activated(tmp_path), restart)
    figures.append(f"{COUNT} restarts, socket kept: serving {percentiles(times)}; {outcome}")
    assert outcome.failures() == {}
    assert max(times) < SERVING_SECONDS


def test_taken_over_by_the_next_daemon_no_caller_notices(tmp_path, figures):
    times, outcome = repeat(Service(tmp_path), Service.take_over)
    # Of the next one: the one before serves meanwhile.
    figures.append(f"{COUNT} take-overs: serving {percentiles(times)}; {outcome}")
    assert outcome.failures() == {}


@pytest.mark.parametrize("kind", [Service, Activated], ids=["own path", "socket activation"])
def test_killed_under_load_the_next_one_serves_within_a_second(tmp_path, figures, kind):
    def kill(service: Service) -> float:
        service.kill()
        return service.start()

    times, outcome = repeat(kind(tmp_path), kill)
    figures.append(f"{COUNT} SIGKILLs, {kind.__name__}: serving {percentiles(times)}; {outcome}")
    assert max(times) < SERVING_SECONDS
    assert outcome.wrong == 0
    if kind is Activated:
        assert outcome.unconnected == 0


def repeat(service: Service, replace):
    """COUNT times under load: how long each took, and what the callers saw."""
    with service, Load(service.path) as load:
        service.start()
        load.begin()
        times = []
        for _ in range(COUNT):
            time.sleep(BETWEEN)
            times.append(replace(service))
        return times, load.stop()


def test_of_daemons_that_start_at_once_exactly_one_owns_the_path(tmp_path, figures):
    refused = 0
    with Service(tmp_path) as service:
        for number in range(COUNT):
            rivals = [service.spawn() for _ in range(2 + number % 2)]
            owner = wait_for_owner(service, rivals)
            for one in rivals:
                if one is not owner:
                    assert one.wait(20) == 1, service.said()
                    refused += 1
            assert served_by(service.path) == owner.pid
            service.process = owner
            # Every second one leaves a socket behind for the next to find.
            if number % 2:
                service.kill()
            else:
                assert service.stop() == 0 and not pathlib.Path(service.path).exists()
        lines = service.log.read_text().splitlines()
    figures.append(f"{COUNT} double starts: one owner each, {refused} refused")
    assert sum(is_refusal(line, service.path) for line in lines) == refused
    # One that is killed as soon as it serves may not have come to say so.
    assert COUNT // 2 <= sum("daemon started" in line for line in lines) <= COUNT


def wait_for_owner(service: Service, rivals):
    limit = time.monotonic() + 20
    while True:
        pid = served_by(service.path)
        for one in rivals:
            if one.pid == pid:
                return one
        assert time.monotonic() < limit, service.said()


def is_refusal(line: str, path: str) -> bool:
    return path in line and ("is served by another process" in line or "is starting or" in line)


def test_of_daemons_that_take_over_at_once_one_owns_the_path_in_the_end(tmp_path):
    with Service(tmp_path) as service:
        service.start()
        rivals = [service.spawn("--take-over") for _ in range(3)]
        assert service.process.wait(20) == 0, service.said()
        limit = time.monotonic() + 20
        while len(left := [one for one in rivals if one.poll() is None]) > 1:
            assert time.monotonic() < limit, service.said()
            time.sleep(0.01)
        assert served_by(service.path) == left[0].pid
        assert {one.returncode for one in rivals} <= {None, 0, 1}


def test_a_take_over_that_cannot_serve_leaves_the_daemon_before_it_alone(tmp_path):
    config = tmp_path / "bad.yaml"
    config.write_text("lanes: [\n")
    with Service(tmp_path) as service:
        service.start()
        assert service.spawn("--take-over", "--config", str(config)).wait(20) == 1
        assert served_by(service.path) == service.process.pid
        assert service.stop() == 0


def test_where_nobody_serves_a_take_over_is_a_start(tmp_path):
    with Service(tmp_path) as service:
        service.process = service.spawn("--take-over")
        service.wait_until_served()
        assert service.stop() == 0 and not pathlib.Path(service.path).exists()


def test_a_call_that_runs_at_the_take_over_ends_on_the_daemon_it_began_on(tmp_path):
    with Service(tmp_path) as service:
        service.start()
        client = Client(f"unix:{service.path}")
        slow = client.begin_generate("builtin/echo?first_chunk=700ms", "begun before")
        time.sleep(0.1)
        service.take_over()
        assert text_of(slow.result()) == "begun before"
        assert text_of(client.generate("builtin/echo", "after")) == "after"
        client.close()


@pytest.mark.skipif(COUNT < 100, reason="it waits for five seconds: make restarts")
def test_a_daemon_that_nobody_follows_serves_on(tmp_path):
    with Service(tmp_path) as service:
        service.start()
        service.process.send_signal(signal.SIGUSR2)
        limit = time.monotonic() + 20
        while "nobody took the socket" not in service.said():
            assert served_by(service.path) == service.process.pid, service.said()
            assert time.monotonic() < limit
            time.sleep(0.05)
        assert service.spawn().wait(20) == 1, "the lock is held again"
        assert service.stop() == 0 and not pathlib.Path(service.path).exists()
