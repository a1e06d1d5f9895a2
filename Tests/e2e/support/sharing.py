"""How evenly a lane was shared, and how long its light callers waited."""

from __future__ import annotations

import statistics

from .callers import Call


def jain_index(parts: list[float]) -> float:
    """Jain's index (Jain, Chiu, Hawe, 1984): 1 is even, 1/n is all for one of n."""
    squares = sum(part * part for part in parts)
    return sum(parts) ** 2 / (len(parts) * squares) if squares else 0.0


def slot_seconds(calls: list[Call], begin: float, end: float) -> float:
    """Time in slots within the window; a call across its edge counts with the part inside."""
    return sum(max(0.0, min(call.ended, end) - max(call.started, begin)) for call in calls)


def within(calls: list[Call], begin: float, end: float) -> list[Call]:
    """The calls that were answered in the window."""
    return [call for call in calls if begin <= call.ended < end]


def wait_bound_ms(residency_ms: float, slots: int, callers: int) -> float:
    """The longest a light call should wait: one residency, then its round.

    It finds all slots taken: the first comes free after a residency at most. Then the round: each
    of the callers may have one call before it, and they go through the slots side by side.
    """
    return residency_ms + callers * residency_ms / slots


def percentile(values: list[float], part: float) -> float:
    """The value that this part of them does not exceed; 0 of none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))] if ordered else 0.0


def median(values: list[float]) -> float:
    return statistics.median(values) if values else 0.0
