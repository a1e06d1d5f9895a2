"""One run of callers on one lane, and what was seen of it: by each of them, and of the lane."""

from __future__ import annotations

import contextlib
import dataclasses
import time

import grpc

from .callers import Crowd, Plan, Told
from .checks import Check
from .daemon import Daemon
from .sharing import median, percentile, slot_seconds, within
from .stubs import lane_admin, lane_admin_services

HOG_QUEUED = 100
# Left out of the window: until estimates have settled, and until the last calls have ended.
WARM_UP_SECONDS, TAIL_SECONDS = 2.0, 1.0


@dataclasses.dataclass(frozen=True)
class Lane:
    """The lane that is shared."""

    slots: int = 4
    residency_ms: int = 100
    # For timers and threads that come late: it belongs to the machine, not to the lane.
    allowance_ms: int = 50

    def model(self, residency_ms: int | None = None) -> str:
        """A model whose Generate holds its slot for this long."""
        return f"builtin/echo?first_chunk={residency_ms or self.residency_ms}ms"

    def config(self, callers: str = "") -> str:
        lanes = f"lanes:\n  builtin: {{ concurrency: {self.slots}, queue_depth_max: 512 }}\n"
        # For callers of other users.
        socket = 'socket: { mode: "0666" }\n'
        return f"{socket}{lanes}{callers}log: {{ level: error }}\n"

    def hog(self, **fields) -> Plan:
        # What runs is not queued, and what has just ended is on its way to come again.
        return Plan("hog", self.model(), in_flight=HOG_QUEUED + 2 * self.slots, **fields)


@dataclasses.dataclass(frozen=True)
class Part:
    """What one caller got within the window."""

    name: str
    calls: int
    slot_seconds: float
    wait_p50_ms: float
    wait_p99_ms: float
    wait_max_ms: float
    unexplained_p50_ms: float


@dataclasses.dataclass(frozen=True)
class Run:
    """What was seen of one run: by each caller, and of the lane meanwhile."""

    told: dict[str, Told]
    begin: float
    end: float
    statuses: list

    def slot_seconds(self, name: str) -> float:
        return slot_seconds(self.told[name].calls, self.begin, self.end)

    def waits(self, name: str) -> list[int]:
        return [call.wait_ms for call in within(self.told[name].calls, self.begin, self.end)]

    def part(self, name: str) -> Part:
        calls = within(self.told[name].calls, self.begin, self.end)
        waits = self.waits(name)
        return Part(
            name, len(calls), self.slot_seconds(name), median(waits), percentile(waits, 0.99),
            max(waits, default=0), median([call.unexplained_ms for call in calls]),
        )

    def least_queued(self, name: str) -> int:
        """The fewest calls the caller had waiting, of all looks at the lane within the window."""
        return min(
            (share.queued for status in self.statuses for share in status.callers
             if share.caller_id == name),
            default=0,
        )

    def sound(self) -> list[Check]:
        """That nobody failed or came late, and that the two clocks agree."""
        all_told = self.told.values()
        beyond = [call.unexplained_ms for told in all_told for call in told.calls]
        return [
            Check("calls that failed", sum(len(told.failures) for told in all_told), 0),
            Check("latest caller to begin, s", max(told.late_s for told in all_told), 1.5),
            # Both figures are whole milliseconds, cut off.
            Check("least the caller's clock saw beyond the daemon's, ms", min(beyond), -1, True),
            Check("most of that, half of all calls, ms", median(beyond), 25),
        ]


def run(config: str, plans: list[Plan], seconds: float) -> Run:
    """One daemon, one crowd of callers, and a look at the lane twice a second."""
    daemon = Daemon(config)
    try:
        daemon.wait_until_listening()
        if any(plan.uid is not None for plan in plans):
            daemon.folder.chmod(0o755)
        with Crowd(daemon.target, plans, seconds) as crowd:
            begin = crowd.begin + WARM_UP_SECONDS
            end = crowd.begin + seconds - TAIL_SECONDS
            statuses = list(looks(daemon.target, begin, end))
            return Run(crowd.results(), begin, end, statuses)
    finally:
        daemon.stop()


def looks(target: str, begin: float, end: float):
    """The lane as ListLanes tells it, twice a second between the two moments."""
    with grpc.insecure_channel(target) as channel:
        admin = lane_admin_services.LaneAdminStub(channel)
        time.sleep(max(0.0, begin - time.monotonic()))
        while time.monotonic() < end:
            with contextlib.suppress(IndexError):
                yield admin.ListLanes(lane_admin.ListLanesRequest(names=["builtin"])).lanes[0]
            time.sleep(0.5)
