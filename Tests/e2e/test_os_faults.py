"""System calls that the kernel refuses, as on a host that is out of something: no crash, no spin,
nobody harmed who need not be, and all is well within a second once the kernel gives again.

`make os-faults` holds each fault for two seconds; the checks try some of them for a moment.
"""

from __future__ import annotations

import dataclasses
import os
import time

import grpc
import pytest

from support import daemon as daemons
from support import strace
from support.calls import settle
from support.process_figures import figures as figures_of
from support.process_figures import processor_seconds
from support.steady_calls import CUT_OFF, Light, Stock, running
from support.stubs import lane_admin, lane_admin_services

pytestmark = pytest.mark.traced

HOLD_SECONDS = float(os.environ.get("LANEWAY_FAULT_SECONDS", "0"))
RECOVERY_SECONDS = 1.0
# What cannot be told from a fault of upstream has it left alone: docs/failover.md.
BREAKER_SECONDS = 5.0
# Of one processor, while five callers make some 200 calls a second. Who spins takes all of it.
BUSY_MAX = 0.7
IS_RELEASE = "/release/" in daemons.BINARY
CONFIG = """
providers:
  local: { kind: openai, base_url: BASE_URL }
lanes:
  local: { match: ["local/*"], concurrency: 16 }
ledger: { path: FOLDER/ledger.sqlite }
"""
HEAVY_BYTES = 250_000
# What a caller is told whose upstream cannot be reached.
UNREACHED = {"14 CHAIN_EXHAUSTED", "14 NO_HEALTHY_TARGET"}


@dataclasses.dataclass(frozen=True)
class Fault:
    """An error that the kernel can give for the call, and who may notice it, and how."""

    call: str
    error: str
    hits: dict[str, set[str]] = dataclasses.field(default_factory=dict)
    when: str = "1+"
    # Only on the connection of the caller `victim`.
    only_victim: bool = False
    # In the checks as well.
    is_quick: bool = False
    # With a caller whose prompts are large: the daemon's memory grows and shrinks.
    heavy: bool = False
    # In a daemon that has called upstream never before: its last threads are yet to be made.
    cold: bool = False
    # It looks like a fault of upstream, and upstream is left alone for its time.
    opens_breaker: bool = False
    # An injected close does not close: what it leaves open is strace's.
    leaves_open: bool = False
    # Debug builds of SwiftNIO assert that it does not happen.
    release_only: bool = False

    @property
    def name(self) -> str:
        return f"{self.call} {self.error}"


def several(call: str, *errors: str, **options) -> list[Fault]:
    return [Fault(call, error, **options) for error in errors]


NEW_CUT = {"fresh": {CUT_OFF}, "stock": {CUT_OFF}, "upstream": UNREACHED}
ANY_CUT = NEW_CUT | {"victim": {CUT_OFF}, "steady": {CUT_OFF}}
NOT_REACHED = {"upstream": UNREACHED}
VICTIM_CUT = {"victim": {CUT_OFF}}
EVERY_OTHER = "1+2"
FAULTS = [
    Fault("accept4", "EMFILE", is_quick=True),
    *several("accept4", "ENFILE", "ENOBUFS", "ENOMEM", "ECONNABORTED"),
    # Of a security module. SwiftNIO closes the listener for it.
    Fault("accept4", "EPERM", is_quick=True),
    Fault("accept4", "EINTR", when=EVERY_OTHER),
    Fault("getsockopt", "ENOBUFS", NEW_CUT),
    Fault("setsockopt", "ENOBUFS", NEW_CUT),
    Fault("getpeername", "ENOTCONN", NEW_CUT),
    Fault("getsockname", "ENOBUFS", NEW_CUT),
    Fault("read", "ECONNRESET", VICTIM_CUT, only_victim=True, is_quick=True),
    *several("read", "ENOMEM", "EIO", hits=VICTIM_CUT, only_victim=True),
    Fault("read", "EINTR", only_victim=True, when=EVERY_OTHER),
    Fault("write", "EPIPE", VICTIM_CUT, only_victim=True),
    *several("write", "ECONNRESET", "ENOBUFS", "ENOMEM", "EIO", hits=VICTIM_CUT, only_victim=True),
    *several("write", "EINTR", "EAGAIN", only_victim=True, when=EVERY_OTHER),
    Fault("epoll_wait", "EINTR", when=EVERY_OTHER),
    *several("epoll_ctl", "ENOMEM", "ENOSPC", hits=ANY_CUT, opens_breaker=True, release_only=True),
    Fault("socket", "EMFILE", NOT_REACHED, is_quick=True),
    *several("socket", "ENFILE", "ENOBUFS", "ENOMEM", hits=NOT_REACHED),
    *several(
        "connect", "ENETUNREACH", "ECONNREFUSED", "EADDRNOTAVAIL", "ETIMEDOUT", "EAGAIN",
        hits=NOT_REACHED, opens_breaker=True,
    ),
    *several("openat", "EMFILE", "EIO", hits=NOT_REACHED, opens_breaker=True),
    Fault("pwrite64", "ENOSPC", is_quick=True),
    Fault("pwrite64", "EIO"),
    *several("close", "EIO", "EINTR", leaves_open=True),
    Fault("fcntl", "ENOMEM", NEW_CUT),
    # The C library finds memory elsewhere. All of it refused, the process ends.
    Fault("mprotect", "ENOMEM", heavy=True),
    Fault("madvise", "ENOMEM", heavy=True),
    Fault("clone3", "EAGAIN", cold=True),
]  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def can_inject():
    if reason := strace.why_not():
        (pytest.fail if HOLD_SECONDS else pytest.skip)(reason)


@pytest.mark.parametrize(
    "fault", [one for one in FAULTS if HOLD_SECONDS or one.is_quick], ids=lambda one: one.name
)
def test_a_fault_of_the_system_harms_few_and_is_over_when_it_is(
    start, upstream, tmp_path, figures, fault
):
    if fault.release_only and not IS_RELEASE:
        pytest.skip("a debug build of SwiftNIO asserts that this does not happen")
    config = CONFIG.replace("BASE_URL", upstream.base_url.replace("127.0.0.1", "localhost"))
    daemon = start(config.replace("FOLDER", str(tmp_path))).wait_until_listening()
    pid = daemon.process.pid
    at_rest = None if fault.cold else warmed_up(daemon)
    victim, place = connected(daemon)
    others = [
        Light("steady", daemon.socket),
        Light("fresh", daemon.socket, lasts=False),
        Light("upstream", daemon.socket, "local/any"),
        Stock("stock", daemon.socket),
        *([Light("heavy", daemon.socket, prompt="x" * HEAVY_BYTES)] if fault.heavy else []),
    ]
    injection = inject(fault, pid, place) if fault.cold else None
    with running([victim, *others]) as callers:
        settle()
        injection = injection or inject(fault, pid, place)
        busy = busyness(pid, HOLD_SECONDS or 0.5)
        refused = injection.end()
        again = serving_again(daemon, "builtin/echo")
        upstream_again = again + serving_again(daemon, "local/any")
    ends = {one.name: dict(one.ends) for one in callers}
    figures.append(
        f"| {fault.name} | {refused} | {busy:.0%} | {again * 1_000:.0f} ms "
        f"| {upstream_again * 1_000:.0f} ms | {told(ends)} |"
    )
    assert daemon.process.poll() is None, crash_of(daemon)
    assert refused > 0, "the daemon makes no such call"
    assert busy < BUSY_MAX
    assert again < RECOVERY_SECONDS
    assert upstream_again < RECOVERY_SECONDS + (BREAKER_SECONDS if fault.opens_breaker else 0)
    for name, found in ends.items():
        assert set(found) <= {"ok"} | fault.hits.get(name, set()), name
    if at_rest is not None:
        left = at_rest + (refused if fault.leaves_open else 0)
        assert falls_to(pid, left), f"{figures_of(pid).descriptors} descriptors, {left} at rest"
    assert nothing_runs(daemon)


def inject(fault: Fault, pid: int, place: tuple[str, ...]) -> strace.Injection:
    refusal = f"error={fault.error}:when={fault.when}"
    return strace.Injection(pid, fault.call, refusal, place if fault.only_victim else ())


def warmed_up(daemon) -> int:
    """The descriptors of the daemon at rest, once it has done everything before."""
    for model in ("builtin/echo", "local/any"):
        assert Light("first", daemon.socket, model, lasts=False).once() == "ok"
    settle()
    return figures_of(daemon.process.pid).descriptors


def connected(daemon) -> tuple[Light, tuple[str, ...]]:
    """A caller with a connection, and the daemon's end of it by strace's name."""
    before = strace.sockets(daemon.process.pid)
    victim = Light("victim", daemon.socket)
    assert victim.once() == "ok"
    return victim, tuple(strace.sockets(daemon.process.pid) - before)


def busyness(pid: int, seconds: float) -> float:
    """The part of one processor that it takes meanwhile."""
    began, before = time.monotonic(), processor_seconds(pid)
    time.sleep(seconds)
    return (processor_seconds(pid) - before) / (time.monotonic() - began)


def serving_again(daemon, model: str) -> float:
    """Seconds until a call on a new connection is served."""
    began = time.monotonic()
    one = Light("recovery", daemon.socket, model, lasts=False)
    while one.once() != "ok":
        assert daemon.process.poll() is None, crash_of(daemon)
        assert time.monotonic() - began < 20, "it does not recover"
        time.sleep(0.01)
    return time.monotonic() - began


def told(ends: dict[str, dict[str, int]]) -> str:
    """All ends together, failures by caller."""
    good = sum(found.get("ok", 0) for found in ends.values())
    bad = [
        f"{count} {end} ({name})"
        for name, found in ends.items()
        for end, count in found.items()
        if end != "ok"
    ]
    return ", ".join([f"{good} ok", *bad])


def falls_to(pid: int, descriptors: int) -> bool:
    limit = time.monotonic() + 5
    while time.monotonic() < limit:
        if figures_of(pid).descriptors <= descriptors:
            return True
        time.sleep(0.02)
    return False


def nothing_runs(daemon) -> bool:
    with grpc.insecure_channel(daemon.target) as channel:
        admin = lane_admin_services.LaneAdminStub(channel)
        lanes = admin.ListLanes(lane_admin.ListLanesRequest()).lanes
    return all((one.running, one.queued, one.leaked_slots) == (0, 0, 0) for one in lanes)


def crash_of(daemon) -> str:
    """The log, up to what matters of a crash."""
    said = daemon.log.read_text()
    at = said.find(" crashed")
    return said[:1_500] + said[at : at + 3_000] if at >= 0 else said[-3_000:]
