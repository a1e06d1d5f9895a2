"""What must hold of a daemon once all streams are over."""

from __future__ import annotations

import time

from ..calls import Client
from ..checks import Check
from ..patience import IS_MEASURED
from ..process_figures import figures
from ..stubs import messages, services
from . import KINDS, WIRES
from .rig import CALLS_MAX, SETTLE_SECONDS, Rig

CALL_IDS = [f"held-{number}" for number in range(1, 7)]
RSS_PART = 0.10
# A sanitizer keeps what was freed for a while.
RSS_BYTES, RSS_PEAK_BYTES = (8 << 20, 64 << 20) if IS_MEASURED else (512 << 20, 512 << 20)
HONEST_SECONDS_MAX = 10


def checks(rig: Rig, result) -> list[Check]:
    """Looks at the daemon, asks it what it still knows, and ends it."""
    lanes, end, start = rig.lanes, figures(rig.pid), rig.start
    result.started = {lane.name: lane.started for lane in lanes}
    result.figures["in the end"] = end
    warm, most = result.figures["after a tenth"], result.figures["at most"]
    streams = sum(seen["streams"] for seen in result.seen.values())
    known, (taken, refused) = known_calls(rig), calls_taken(rig)
    rig.daemon.terminate()
    return [
        Check("streams sent, and answered as their wire allows", streams,
              result.size.count * len(WIRES) * len(KINDS), True),
        Check("honest calls on either wire, at least", min(result.honest.values()), 50, True),
        Check("the longest honest call, s", result.longest_s, HONEST_SECONDS_MAX),
        Check("calls of streams that were seen to run at once", result.running_max, 2, True),
        Check("descriptors in the end", end.descriptors, start.descriptors),
        Check("threads in the end", end.threads, start.threads),
        Check("slots and open streams leaked", sum(lane.leaked_slots for lane in lanes), 0),
        Check("calls still known by their id", known, 0),
        Check("calls of this uid that are taken", taken, CALLS_MAX, True),
        Check("calls of this uid refused above that", refused, 1, True),
        Check("resident memory in the end, MiB", end.rss_bytes / (1 << 20),
              (warm.rss_bytes + max(warm.rss_bytes * RSS_PART, RSS_BYTES)) / (1 << 20)),
        Check("resident memory at most, MiB", most.rss_bytes / (1 << 20),
              (start.rss_bytes + RSS_PEAK_BYTES) / (1 << 20)),
        Check("exit code when it is told to end", abs(rig.daemon.wait()), 0),
        Check("lines that it logged", len(rig.daemon.log.read_text().splitlines()), 0),
    ]  # fmt: skip


def known_calls(rig: Rig) -> int:
    """How many of the calls that sessions hold can still be cancelled."""
    laneway = services.LanewayStub(rig.channel)
    asked = [laneway.Cancel(messages.CancelRequest(call_id=one), timeout=20) for one in CALL_IDS]
    return sum(one.found for one in asked)


def calls_taken(rig: Rig) -> tuple[int, int]:
    """As many calls at once as one uid may have, and one more: were one of before still counted,
    one of these would be refused."""
    client = Client(rig.daemon.target, "last")
    calls = [client.begin_generate("honest/echo?fail=hang") for _ in range(CALLS_MAX + 1)]
    limit = time.monotonic() + SETTLE_SECONDS
    taken = refused = 0
    while taken + refused <= CALLS_MAX and time.monotonic() < limit:
        time.sleep(0.02)
        refused = sum(one.ended.is_set() for one in calls)
        taken = sum(lane.running for lane in rig.lanes)
    for one in calls:
        one.cancel()
    client.close()
    return taken, refused
