"""Rounds in turns, and ratios: whatever else the machine does meets all sides alike."""

from __future__ import annotations

import dataclasses
import statistics
from collections.abc import Callable

from .load import Run

Runs = dict[str, list[Run]]


@dataclasses.dataclass
class Side:
    """One of those that are measured beside each other."""

    name: str
    # Makes so many calls.
    run: Callable[[int], Run]
    # What is counted of one call: itself, or its messages.
    per_call: int = 1
    # How many calls the first look at it takes; no run makes fewer.
    trial: int = 2000
    # One that is slower by orders of magnitude does not need all rounds.
    rounds_max: int = 1000
    calls: int = 0

    def calibrate(self, seconds: float) -> None:
        """Finds how many calls take about so long, and warms the server up."""
        self.run(self.trial)
        rate = self.run(self.trial).per_second / self.per_call
        # A multiple of the connections, so that each has as much to do.
        self.calls = max(self.trial, int(rate * seconds) // 16 * 16)


def in_turns(what: str, sides: list[Side], rounds: int, seconds: float) -> Runs:
    for side in sides:
        side.calibrate(seconds)
    runs: Runs = {side.name: [] for side in sides}
    for number in range(rounds):
        taking_part = [side for side in sides if number < side.rounds_max]
        # Who goes first changes each round: the second may find a warmer or busier machine.
        for side in taking_part if number % 2 == 0 else reversed(taking_part):
            one = side.run(side.calls)
            runs[side.name].append(one)
            print(
                f"  {what}, round {number + 1}: {side.name:<18} {one.per_second:>12,.0f}/s"
                f" {one.cpu_us:>10,.2f} µs, server {one.server_busy:4.0%},"
                f" load {one.load_busy:4.0%}",
                flush=True,
            )
    return runs


def middle(runs: list[Run], figure: str) -> float:
    return statistics.median(getattr(run, figure) for run in runs)


def ratio(runs: Runs, ours: str, theirs: str, figure: str) -> float:
    """The median of the rounds' own ratios, ours over theirs."""
    pairs = zip(runs[ours], runs[theirs])
    return statistics.median(getattr(a, figure) / getattr(b, figure) for a, b in pairs)


def table(runs: Runs, ours: str, counted: str) -> list[list[str]]:
    """Header and rows: medians, and how many times better ours is."""
    rows = [[
        "server", f"{counted}/s", f"CPU µs a {counted[:-1]}", "server busy", "load busy",
        f"ours: times the {counted}/s", "times less CPU",
    ]]
    for name, own in runs.items():
        times = ["", ""]
        if name != ours:
            times = [
                f"{ratio(runs, ours, name, 'per_second'):.2f}",
                f"{1 / ratio(runs, ours, name, 'cpu_us'):.2f}",
            ]
        rows.append([
            name, f"{middle(own, 'per_second'):,.0f}", f"{middle(own, 'cpu_us'):,.2f}",
            f"{middle(own, 'server_busy'):.0%}", f"{middle(own, 'load_busy'):.0%}", *times,
        ])
    return rows


def as_json(runs: Runs) -> dict:
    return {name: [dataclasses.asdict(run) for run in own] for name, own in runs.items()}
