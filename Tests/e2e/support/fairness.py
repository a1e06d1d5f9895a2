"""The scenarios that show how a lane is shared: who calls how, and what has to come of it.

Benchmarks/fairness.py runs them for a minute each and says what each is for; test_fairness.py runs
them in short.
"""

from __future__ import annotations

import dataclasses

from .callers import Plan
from .checks import Check
from .lane_runs import HOG_QUEUED, Lane, Part, Run, run
from .sharing import jain_index, median, wait_bound_ms

LIGHT = [f"light-{number}" for number in range(1, 10)]
JAIN_MIN = 0.98
# Another user than root: by custom the last one, which owns nothing.
NOBODY = 65_534


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What came of one scenario."""

    name: str
    text: str
    checks: list[Check]
    parts: list[Part]

    @property
    def passed(self) -> bool:
        return all(check.passed for check in self.checks)

    def as_json(self) -> dict:
        return dataclasses.asdict(self) | {"passed": self.passed}


def backlogged(lane: Lane, seconds: float) -> Outcome:
    """All ten want the lane at all times."""
    plans = [lane.hog()] + [Plan(name, lane.model(), in_flight=2) for name in LIGHT]
    seen = run(lane.config(), plans, seconds)
    parts = [seen.part(plan.name) for plan in plans]
    checks = [
        Check("Jain's index over slot-seconds", jain(parts), JAIN_MIN, True),
        Check("least the hog had queued", seen.least_queued("hog"), HOG_QUEUED, True),
        Check("the daemon's own Jain index", last_index(seen), JAIN_MIN, True),
        *seen.sound(),
    ]
    return Outcome(
        "backlogged", f"A hog with {HOG_QUEUED} calls queued and nine callers with 2 in flight,"
        f" {seen.end - seen.begin:.0f} s.", checks, parts,
    )


def light(lane: Lane, seconds: float) -> Outcome:
    """Nine callers with one call at a time beside a hog."""
    plans = [lane.hog()] + [light_plan(name, lane) for name in LIGHT]
    seen = run(lane.config(), plans, seconds)
    bound = wait_bound_ms(lane.residency_ms, lane.slots, len(plans)) + lane.allowance_ms
    waits = [wait for name in LIGHT for wait in seen.waits(name)]
    checks = [
        Check("longest wait of a light call, ms", max(waits), bound),
        # One that starves has no answer to tell of its wait.
        Check("longest a light call was unanswered in the end, ms",
              max([0.0, *(ms for name in LIGHT for ms in seen.told[name].unanswered_ms)]),
              bound + lane.residency_ms),
        Check("light calls", len(waits), 3 * (seen.end - seen.begin), True),
        Check("least the hog had queued", seen.least_queued("hog"), HOG_QUEUED, True),
        *seen.sound(),
    ]
    return Outcome(
        "light", "The same hog; nine callers with one call at a time that think for 0.3 to 0.9 s."
        f" The bound is {lane.residency_ms} + {len(plans)} × {lane.residency_ms} / {lane.slots}"
        f" + {lane.allowance_ms} ms.", checks, [seen.part(plan.name) for plan in plans],
    )


def light_plan(name: str, lane: Lane, **fields) -> Plan:
    return Plan(name, lane.model(), think_ms=(300, 900), **fields)


def weights(lane: Lane, seconds: float) -> Outcome:
    """Backlogged callers of different weight."""
    weight = {"double": 2, "single-1": 1, "single-2": 1}
    plans = [Plan(name, lane.model(), in_flight=30) for name in weight]
    heavy = "callers:\n  - { match: { caller_id: double }, weight: 2 }\n"
    seen = run(lane.config(heavy), plans, seconds)
    parts = [seen.part(plan.name) for plan in plans]
    total = sum(part.slot_seconds for part in parts)
    double = parts[0].slot_seconds / total if total else 0
    checks = [
        Check("Jain's index over slot-seconds / weight", jain_index(
            [part.slot_seconds / weight[part.name] for part in parts]), JAIN_MIN, True),
        Check("share of the caller with weight 2, least", double, 0.47, True),
        Check("share of the caller with weight 2, most", double, 0.53),
        *seen.sound(),
    ]
    return Outcome(
        "weights", "Three callers with 30 in flight each and weights 2, 1 and 1,"
        f" {seen.end - seen.begin:.0f} s.", checks, parts,
    )


def residencies(lane: Lane, seconds: float) -> Outcome:
    """Slot time is shared, not calls."""
    plans = [
        Plan(f"{name}-{number}", lane.model(residency), in_flight=16)
        for name, residency in (("short", 50), ("long", 500)) for number in (1, 2)
    ]
    seen = run(lane.config(), plans, seconds)
    parts = [seen.part(plan.name) for plan in plans]
    checks = [
        Check("Jain's index over slot-seconds", jain(parts), JAIN_MIN, True),
        Check("Jain's index over calls: by calls it is uneven", jain_index(
            [part.calls for part in parts]), 0.7),
        *seen.sound(),
    ]
    return Outcome(
        "residencies", "Two callers of calls of 50 ms, two of calls of 500 ms, 16 in flight each,"
        f" {seen.end - seen.begin:.0f} s.", checks, parts,
    )


def users(lane: Lane, seconds: float) -> Outcome:
    """A user gains nothing by splitting itself into many callers. Needs root, to be two users."""
    names = [f"one-of-nine-{number}" for number in range(1, 10)]
    plans = [Plan("alone", lane.model(), in_flight=16)]
    plans += [Plan(name, lane.model(), in_flight=4, uid=NOBODY) for name in names]
    seen = run(lane.config(), plans, seconds)
    alone, *nine = parts = [seen.part(plan.name) for plan in plans]
    by_user = [alone.slot_seconds, sum(part.slot_seconds for part in nine)]
    checks = [
        Check("Jain's index over slot-seconds of the two users", jain_index(by_user), JAIN_MIN, True),
        Check("Jain's index over those of the nine callers", jain(nine), JAIN_MIN, True),
        *seen.sound(),
    ]
    return Outcome(
        "users", f"Two users, one with a single caller, one with nine, all backlogged,"
        f" {seen.end - seen.begin:.0f} s.", checks, parts,
    )


def control(lane: Lane, seconds: float) -> Outcome:
    """Without caller ids all are one caller: first come, first served."""
    plans = [lane.hog(caller_id="")] + [light_plan(name, lane, caller_id="") for name in LIGHT]
    seen = run(lane.config(), plans, seconds)
    bound = wait_bound_ms(lane.residency_ms, lane.slots, len(plans)) + lane.allowance_ms
    waits = [wait for name in LIGHT for wait in seen.waits(name)]
    checks = [
        Check("median wait of a light call, ms: the bound is broken", median(waits), bound, True),
        *seen.sound(),
    ]
    return Outcome(
        "control", "The light case, but nobody names itself, so all are one caller.",
        checks, [seen.part(plan.name) for plan in plans],
    )


def jain(parts: list[Part]) -> float:
    return jain_index([part.slot_seconds for part in parts])


def last_index(seen: Run) -> float:
    return seen.statuses[-1].jain_index if seen.statuses else 0.0


# With the part of the time each needs to show what it is for.
SCENARIOS = {
    "backlogged": (backlogged, 1), "light": (light, 1), "weights": (weights, 0.4),
    "residencies": (residencies, 0.6), "users": (users, 0.4), "control": (control, 0.25),
}
