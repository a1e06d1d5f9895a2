"""grpc.health.v1.Health, asked by the client gRPC publishes for it."""

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from support.calls import PATIENCE, Client, Reader, failure_of, settle
from support.upstream import Gate, completion

SERVING = health_pb2.HealthCheckResponse.SERVING
NOT_SERVING = health_pb2.HealthCheckResponse.NOT_SERVING
SERVICE_UNKNOWN = health_pb2.HealthCheckResponse.SERVICE_UNKNOWN
SERVICES = [
    "", "laneway.v1.Laneway", "laneway.v1.LaneAdmin", "laneway.v1.Models", "grpc.health.v1.Health",
    "grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection",
]


class Probe:
    """A client of the health service with a connection of its own."""

    def __init__(self, target: str) -> None:
        options = [("grpc.use_local_subchannel_pool", 1), ("grpc.enable_retries", 0)]
        self.channel = grpc.insecure_channel(target, options=options)
        self.stub = health_pb2_grpc.HealthStub(self.channel)

    def check(self, service: str = "") -> int:
        request = health_pb2.HealthCheckRequest(service=service)
        return self.stub.Check(request, timeout=PATIENCE).status

    def watch(self, service: str = "", timeout: float = PATIENCE * 2) -> Reader:
        request = health_pb2.HealthCheckRequest(service=service)
        return Reader(self.stub.Watch(request, timeout=timeout))


@pytest.fixture
def new_probe():
    probes = []

    def make(target: str) -> Probe:
        probes.append(Probe(target))
        return probes[-1]

    yield make
    for probe in probes:
        probe.channel.close()


@pytest.fixture
def probe(daemon, new_probe) -> Probe:
    return new_probe(daemon.target)


@pytest.mark.parametrize("service", SERVICES, ids=[name or "all" for name in SERVICES])
def test_what_the_daemon_serves_is_serving(probe, service):
    assert probe.check(service) == SERVING
    watch = probe.watch(service)
    assert watch.next().status == SERVING
    watch.cancel()


def test_list_has_every_service(probe):
    statuses = probe.stub.List(health_pb2.HealthListRequest(), timeout=PATIENCE).statuses
    assert {name: entry.status for name, entry in statuses.items()} == dict.fromkeys(
        SERVICES, SERVING
    )


NOBODYS = ["laneway.v1.Nothing", "Laneway", "laneway.internal", "☺" * 999]


@pytest.mark.parametrize("service", NOBODYS, ids=[name[:20] for name in NOBODYS])
def test_check_does_not_find_a_service_nobody_has(probe, service):
    with pytest.raises(grpc.RpcError) as caught:
        probe.check(service)
    failure = failure_of(caught.value)
    assert failure.code == grpc.StatusCode.NOT_FOUND
    assert service[:10] in failure.message and "laneway.v1.Laneway" in failure.message


def test_watch_says_that_a_service_is_unknown_and_goes_on(probe):
    watch = probe.watch("laneway.v1.Nothing", timeout=2)
    assert watch.next().status == SERVICE_UNKNOWN
    failure = watch.failure()
    assert failure.code == grpc.StatusCode.DEADLINE_EXCEEDED


def test_a_watch_can_be_cancelled_and_leaves_the_daemon_serving(probe):
    watch = probe.watch()
    assert watch.next().status == SERVING
    watch.cancel()
    assert watch.failure().code == grpc.StatusCode.CANCELLED
    assert probe.check() == SERVING


def test_a_daemon_that_drains_says_so_before_its_watchers_are_sent_away(
    start, upstream, new_probe
):
    config = f"providers:\n  local: {{ kind: openai, base_url: {upstream.base_url} }}\n"
    running = start(config).wait_until_listening()
    gate = Gate()

    def answer(exchange):
        gate.wait()
        completion(exchange, "finished in time")

    upstream.on("slow", answer)
    client, probe = Client(running.target), new_probe(running.target)
    watches = [probe.watch(name) for name in SERVICES]
    unknown = probe.watch("laneway.v1.Nothing")
    assert [watch.next().status for watch in watches] == [SERVING] * len(SERVICES)
    assert unknown.next().status == SERVICE_UNKNOWN
    call = client.begin_generate("local/slow")
    upstream.wait_for("slow")

    running.terminate()
    assert [watch.next().status for watch in watches] == [NOT_SERVING] * len(SERVICES)
    assert [probe.check(name) for name in SERVICES] == [NOT_SERVING] * len(SERVICES)
    late = probe.watch()
    assert late.next().status == NOT_SERVING
    settle()
    assert all(watch.error is None for watch in [*watches, unknown, late])

    gate.open()
    call.result()
    for watch in [*watches, unknown, late]:
        assert watch.next() is None
        failure = watch.failure()
        assert (failure.code, failure.reason) == (
            grpc.StatusCode.UNAVAILABLE, "SHUTTING_DOWN",
        )
    client.close()
    assert running.wait() == 0


def test_an_idle_daemon_tells_its_watchers_before_it_ends(start, new_probe):
    running = start().wait_until_listening()
    watch = new_probe(running.target).watch()
    assert watch.next().status == SERVING
    running.terminate()
    assert watch.next().status == NOT_SERVING
    assert watch.failure().reason == "SHUTTING_DOWN"
    assert running.wait() == 0
