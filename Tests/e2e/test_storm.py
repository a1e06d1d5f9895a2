"""Thousands of calls, many cancelled, while the lanes change under them: none lost, nothing left.

`make storm` does the same with 100,000.
"""

import concurrent.futures
import itertools
import threading

import grpc

from support import storm
from support.calls import Client, text_of
from support.stubs import lane_admin, lane_admin_services

CONFIG = "lanes: { builtin: { concurrency: 4, queue_depth_max: 1024 } }"


def test_a_storm_of_calls_leaves_nothing_behind(figures):
    result = storm.run(storm.Size(calls=2000, processes=2, in_flight=32, seed=7))
    figures.append(f"storm: {result.size.calls / result.seconds:,.0f} calls/s")
    assert not result.wrong
    assert not [str(check) for check in result.checks if not check.passed]


def test_concurrency_raised_and_lowered_under_load_loses_no_call(daemon):
    channel = grpc.insecure_channel(daemon.target)
    admin = lane_admin_services.LaneAdminStub(channel)
    over = threading.Event()
    changes = []

    def change():
        for concurrency in itertools.cycle((1, 8, 2, 16, 1, 3)):
            if over.wait(0.02):
                return
            update = lane_admin.UpdateLaneRequest(name="builtin", concurrency=concurrency)
            changes.append(admin.UpdateLane(update).lane)

    changing = threading.Thread(target=change)
    clients = [Client(daemon.target, f"caller-{number}") for number in range(4)]
    changing.start()
    try:
        with concurrent.futures.ThreadPoolExecutor(32) as hands:
            answers = hands.map(
                lambda number: clients[number % 4].generate(
                    "builtin/echo?first_chunk=5ms", f"call {number}"),
                range(600),
            )
            texts = [text_of(answer) for answer in answers]
    finally:
        over.set()
        changing.join()
    assert texts == [f"call {number}" for number in range(600)]
    assert len(changes) > 10
    assert {lane.concurrency for lane in changes} == {1, 2, 3, 8, 16}
    assert max(lane.running for lane in changes) <= 16
    lane = admin.ListLanes(lane_admin.ListLanesRequest(names=["builtin"])).lanes[0]
    assert (lane.running, lane.queued, lane.leaked_slots) == (0, 0, 0)
    assert lane.started == 600
    for client in clients:
        client.close()
    channel.close()
