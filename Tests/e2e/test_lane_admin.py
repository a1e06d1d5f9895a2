"""`LaneAdmin` and queue positions, as a stock client sees them."""

import os
import threading

import grpc
import pytest

from support.calls import PATIENCE, failure_of, settle
from support.stubs import lane_admin, lane_admin_services
from support.upstream import Gate, completion

CONFIG = """
providers:
  local: { kind: openai, base_url: BASE_URL }
lanes:
  one: { match: ["local/one-*"], concurrency: 1 }
  grow: { match: ["local/grow-*"], concurrency: 1 }
  pause: { match: ["local/pause-*"], concurrency: 2 }
  seen: { match: ["local/seen-*"], concurrency: 1, cost: requests, queue_depth_max: 8 }
  late: { match: ["local/late-*"], concurrency: 1 }
callers:
  - { match: { caller_id: heavy }, weight: 4 }
  - { match: { caller_id: humble }, max_priority: batch }
"""


@pytest.fixture
def admin(daemon):
    options = [("grpc.use_local_subchannel_pool", 1)]
    with grpc.insecure_channel(daemon.target, options=options) as channel:
        yield lane_admin_services.LaneAdminStub(channel)


def lane(admin, name):
    found = admin.ListLanes(lane_admin.ListLanesRequest(names=[name]), timeout=PATIENCE)
    assert [one.name for one in found.lanes] == [name]
    return found.lanes[0]


def wait_for(condition):
    """The condition's first true value; the daemon's own threads hold it up, nothing else."""
    ticks = threading.Event()
    for _ in range(int(PATIENCE / 0.01)):
        if value := condition():
            return value
        ticks.wait(0.01)
    raise AssertionError("it did not come to that")


def hold(upstream, model):
    """Has the model answer once its gate is opened; returns the gate."""
    gate = Gate()

    def answer(exchange):
        gate.wait()
        completion(exchange, "done")

    upstream.on(model, answer)
    return gate


def test_configured_lanes_are_listed_before_anyone_uses_them(admin):
    lanes = admin.ListLanes(lane_admin.ListLanesRequest(), timeout=PATIENCE).lanes
    assert {"one", "grow", "pause", "seen"} <= {one.name for one in lanes}
    assert [one.name for one in lanes] == sorted(one.name for one in lanes)
    seen = lane(admin, "seen")
    assert (seen.concurrency, seen.queue_depth_max, seen.max_open_streams) == (1, 8, 8)
    assert (seen.cost, seen.hold) == ("requests", "establishment")
    assert seen.jain_index == 0.0 and seen.started == 0


def test_a_lane_shows_who_runs_and_who_waits_where(admin, new_client, upstream):
    gate = hold(upstream, "seen-a")
    first = new_client("first").begin_generate("local/seen-a")
    upstream.wait_for("seen-a")
    heavy = [new_client("heavy").begin_generate("local/seen-a") for _ in range(3)]
    wait_for(lambda: lane(admin, "seen").queued == 3)
    light = new_client("light").begin_generate("local/seen-a")
    wait_for(lambda: lane(admin, "seen").queued == 4)
    status = lane(admin, "seen")
    shares = {share.caller_id: share for share in status.callers}
    assert (status.running, status.queued) == (1, 4)
    assert list(shares) == ["first", "heavy", "light"]
    assert all(share.uid == os.getuid() for share in status.callers)
    assert (shares["first"].running, shares["first"].queued) == (1, 0)
    assert (shares["heavy"].weight, shares["heavy"].queued) == (4.0, 3)
    # Nothing has run yet, so both start level: heavy came first, and light is next.
    assert (shares["heavy"].first_position, shares["heavy"].last_position) == (0, 3)
    assert (shares["light"].first_position, shares["light"].last_position) == (1, 1)
    assert shares["heavy"].queued_bytes > 0
    gate.open(5)
    for call in [first, light, *heavy]:
        call.result()
    done = wait_for(lambda: (s := lane(admin, "seen")).running == 0 and s)
    assert (done.started, done.queued, done.leaked_slots) == (5, 0, 0)
    assert sum(bucket.count for bucket in done.queue_wait.buckets) == 5
    assert done.queue_wait.buckets[-1].upto_ms == 0 and done.queue_wait.sum_ms > 0
    assert 0.9 < done.jain_index <= 1.0


def test_growing_a_lane_starts_waiting_calls_and_shrinking_it_loses_none(
    admin, new_client, upstream
):
    gate = hold(upstream, "grow-a")
    calls = [new_client(f"c{n}").begin_generate("local/grow-a") for n in range(6)]
    wait_for(lambda: lane(admin, "grow").queued == 5)
    grown = admin.UpdateLane(
        lane_admin.UpdateLaneRequest(name="grow", concurrency=4), timeout=PATIENCE
    ).lane
    assert (grown.concurrency, grown.running, grown.queued) == (4, 4, 2)
    shrunk = admin.UpdateLane(
        lane_admin.UpdateLaneRequest(name="grow", concurrency=1), timeout=PATIENCE
    ).lane
    assert (shrunk.concurrency, shrunk.running, shrunk.queued) == (1, 4, 2)
    gate.open(3)
    wait_for(lambda: lane(admin, "grow").running == 1)
    settle()
    assert lane(admin, "grow").queued == 2, "the lane has one slot, and that one is taken"
    gate.open(3)
    for call in calls:
        call.result()


def test_a_paused_lane_keeps_its_calls_until_it_is_resumed(admin, new_client, upstream):
    gate = hold(upstream, "pause-a")
    gate.open(9)
    admin.UpdateLane(lane_admin.UpdateLaneRequest(name="pause", paused=True), timeout=PATIENCE)
    calls = [new_client().begin_generate("local/pause-a") for _ in range(3)]
    wait_for(lambda: lane(admin, "pause").queued == 3)
    settle()
    status = lane(admin, "pause")
    assert (status.paused, status.running, status.queued) == (True, 0, 3)
    resumed = admin.UpdateLane(
        lane_admin.UpdateLaneRequest(name="pause", paused=False), timeout=PATIENCE
    ).lane
    assert not resumed.paused
    for call in calls:
        call.result()


def test_a_watcher_hears_of_a_change_and_of_nothing_else(admin, new_client, upstream):
    gate = hold(upstream, "one-watched")
    watch = admin.WatchLanes(
        lane_admin.WatchLanesRequest(names=["one"], interval_ms=50), timeout=PATIENCE
    )
    before = next(watch).lanes[0]
    call = new_client("watched").begin_generate("local/one-watched")
    during = next(watch).lanes[0]
    assert (before.running, during.running) == (0, 1)
    assert [share.caller_id for share in during.callers] == ["watched"]
    gate.open()
    call.result()
    after = next(watch).lanes[0]
    assert (after.running, after.started) == (0, before.started + 1)
    watch.cancel()


@pytest.mark.parametrize(
    "change, part",
    [
        ({"concurrency": 0}, "concurrency is 0; it takes 1 to 65536"),
        ({"queue_depth_max": -1}, "queue_depth_max is -1; it takes 0 to 1000000"),
        ({"max_open_streams": 0, "concurrency": 3}, "max_open_streams is 0; it takes 1 to"),
        ({}, "nothing to change"),
    ],
)
def test_a_change_out_of_bounds_changes_nothing(admin, change, part):
    with pytest.raises(grpc.RpcError) as caught:
        admin.UpdateLane(
            lane_admin.UpdateLaneRequest(name="late", **change), timeout=PATIENCE)
    failure = failure_of(caught.value)
    assert failure.code == grpc.StatusCode.INVALID_ARGUMENT
    assert (failure.reason, failure.domain) == ("BAD_REQUEST", "laneway")
    assert part in failure.message
    assert lane(admin, "late").concurrency == 1


def test_an_unknown_lane_is_named_with_those_there_are(admin):
    for rpc, ask in (
        (admin.ListLanes, lane_admin.ListLanesRequest(names=["nosuch"])),
        (admin.UpdateLane, lane_admin.UpdateLaneRequest(name="nosuch", concurrency=1)),
    ):
        with pytest.raises(grpc.RpcError) as caught:
            rpc(ask, timeout=PATIENCE)
        failure = failure_of(caught.value)
        assert (failure.code, failure.reason) == (grpc.StatusCode.NOT_FOUND, "UNKNOWN_LANE")
        assert 'no lane "nosuch"' in failure.message and "grow" in failure.message


def test_only_the_configured_uids_may_change_lanes(start):
    daemon = start(f"admin: {{ uids: [{os.getuid() + 1}] }}\n").wait_until_listening()
    with grpc.insecure_channel(daemon.target) as channel:
        admin = lane_admin_services.LaneAdminStub(channel)
        admin.ListLanes(lane_admin.ListLanesRequest(), timeout=PATIENCE)
        with pytest.raises(grpc.RpcError) as caught:
            admin.UpdateLane(lane_admin.UpdateLaneRequest(name="builtin", concurrency=1))
    failure = failure_of(caught.value)
    assert failure.code == grpc.StatusCode.PERMISSION_DENIED
    assert failure.reason == "CALLER_NOT_ALLOWED"
    assert f"uid {os.getuid()} may not change lanes" in failure.message


def test_a_stream_that_asks_for_it_hears_its_place_in_the_queue(new_client, upstream):
    gate = Gate()

    def answer(exchange):
        gate.wait()
        exchange.begin_events()
        exchange.say("hi")
        exchange.finish()

    upstream.on("one-queue", answer)
    first = new_client("a").stream("local/one-queue")
    upstream.wait_for("one-queue")
    second = new_client("b").stream("local/one-queue", queue_events=True)
    assert second.next_of("queued").position == 0
    third = new_client("c").stream("local/one-queue", queue_events=True)
    assert third.next_of("queued").position == 1
    gate.open()
    assert third.next_of("queued").position == 0
    gate.open(2)
    for reader in (second, third):
        kinds = [event.WhichOneof("event") for event in reader.rest()]
        assert kinds == ["started", "text", "finish"], "no place is told once it has started"
    first.next_of("started")


def test_a_stream_that_does_not_ask_hears_nothing_before_it_is_established(client, upstream):
    gate = hold(upstream, "one-quiet")
    busy = client.begin_generate("local/one-quiet")
    upstream.wait_for("one-quiet")
    failure = client.stream("local/one-quiet", max_queue_wait_ms=50).failure()
    assert failure.reason == "QUEUE_TIMEOUT"
    gate.open()
    busy.result()


def test_a_generate_with_queue_events_is_told_that_it_has_none(client):
    failure = client.fail("builtin/echo", queue_events=True)
    assert failure.code == grpc.StatusCode.INVALID_ARGUMENT
    assert "use Stream" in failure.message


def test_a_deadline_that_the_queue_cannot_meet_is_refused_at_once(new_client, upstream):
    gate = hold(upstream, "late-a")
    client = new_client("late")
    first = client.begin_generate("local/late-a")
    upstream.wait_for("late-a")
    threading.Event().wait(1.0)  # what the lane learns its pace from
    gate.open()
    first.result()
    waiting = [client.begin_generate("local/late-a") for _ in range(7)]
    settle()
    failure = client.begin_generate("local/late-a", timeout=2.0).failure()
    assert (failure.code, failure.reason) == (
        grpc.StatusCode.DEADLINE_EXCEEDED, "CALLER_DEADLINE")
    assert failure.call.queue_wait_ms == 0, "it never waited"
    assert "deadline leaves" in failure.message and "lane late" in failure.message
    gate.open(7)
    for call in waiting:
        call.result()


def test_a_call_runs_no_higher_than_its_callers_ceiling(new_client):
    # 1 to 4: system, interactive, default, batch.
    humble = new_client("humble").generate("builtin/echo", priority=1)
    assert humble.call.priority == "batch"
    assert new_client("other").generate("builtin/echo", priority=1).call.priority == "system"
    assert new_client("other").generate("builtin/echo").call.priority == "default"
