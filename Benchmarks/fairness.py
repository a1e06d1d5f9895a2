#!/usr/bin/env python3
"""Shows that a lane is shared evenly and promptly: ten callers, each a process of its own.

The callers are stock grpc.aio clients; the model is builtin/echo, whose Generate holds its slot for
exactly as long as it is told to. What counts is what each answer's CallInfo says by the daemon's
own clock, checked against the client's. Measured in the window [2 s, 1 s before the end]:

backlogged   A hog keeps 100 calls queued, nine light callers keep 2 in flight, so that all ten want
             the lane at all times. Jain's index over the slot-seconds each received.
light        The same hog; the nine have one call at a time and think in between. The wait of every
             one of their calls, against one residency R plus a round of R x callers / slots, plus
             an allowance for the machine's own lateness (timers and threads that come late).
weights      Three backlogged callers with weights 2, 1 and 1. Jain's index over slot-seconds by
             weight.
residencies  Two callers of calls of 50 ms, two of calls of 500 ms, all backlogged. Jain's index
             over slot-seconds; by calls the short ones get ten times as many.
users        Two users, one with a single caller, one with nine: Jain's index over what the users
             received. Only root can be two users; others skip it.
control      The light case, but nobody says who it is, so all ten are one caller: the bound must be
             broken here, or the measurement is blind.

Writes report.md and report.json into the output folder, and ends with 1 where a check failed.
"""

from __future__ import annotations

import argparse
import json
import os
import pathlib
import sys

CHECKOUT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(CHECKOUT / "Tests/e2e"))

from support import checks  # noqa: E402
from support import daemon as daemons  # noqa: E402
from support.fairness import SCENARIOS, Outcome  # noqa: E402
from support.lane_runs import Lane  # noqa: E402


def parts(outcome: Outcome) -> list[str]:
    """What each caller got."""
    lines = [
        "| caller | calls | slot-seconds | share | wait p50 / p99 / max, ms | beyond, p50 ms |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    total = sum(part.slot_seconds for part in outcome.parts) or 1
    for part in outcome.parts:
        lines.append(
            f"| {part.name} | {part.calls:,} | {part.slot_seconds:.2f} |"
            f" {part.slot_seconds / total:.1%} | {part.wait_p50_ms:.0f} / {part.wait_p99_ms:.0f} /"
            f" {part.wait_max_ms:.0f} | {part.unexplained_p50_ms:.1f} |"
        )
    return lines


def section(outcome: Outcome) -> list[str]:
    lines = [f"## {outcome.name}", "", outcome.text, ""]
    return [*lines, *checks.table(outcome.checks), "", *parts(outcome), ""]


def report(outcomes: list[Outcome], lane: Lane) -> str:
    passed = all(outcome.passed for outcome in outcomes)
    load = os.getloadavg()[0]
    lines = [
        "# How evenly and how promptly a lane is shared",
        "",
        f"Verdict: **{'pass' if passed else 'FAIL'}**. {lane.slots} slots, calls of"
        f" {lane.residency_ms} ms unless said otherwise, allowance {lane.allowance_ms} ms;"
        f" {os.cpu_count()} cores, load average {load:.1f} at the end. Waits are the daemon's word"
        " (CallInfo.queue_wait_ms); *beyond* is what the caller's own clock saw on top of wait and"
        " residency.",
        "",
    ]
    for outcome in outcomes:
        lines += section(outcome)
    return "\n".join(lines)


def main() -> int:
    chosen = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    chosen.add_argument("--daemon", default=daemons.BINARY, help="the laneway binary")
    chosen.add_argument("--seconds", type=float, default=60, help="of the first two scenarios")
    chosen.add_argument("--slots", type=int, default=4)
    chosen.add_argument("--residency-ms", type=int, default=100)
    chosen.add_argument("--allowance-ms", type=int, default=50)
    chosen.add_argument("--only", nargs="*", choices=list(SCENARIOS), default=list(SCENARIOS))
    chosen.add_argument("--out", type=pathlib.Path, default=CHECKOUT / ".build/fairness")
    chosen.add_argument("--plots", type=pathlib.Path, help="only draws plots into this folder")
    options = chosen.parse_args()
    daemons.BINARY = options.daemon
    lane = Lane(options.slots, options.residency_ms, options.allowance_ms)
    if options.plots:
        import fairness_plots

        fairness_plots.draw(options.plots, lane)
        return 0

    outcomes = []
    for name in options.only:
        if name == "users" and os.geteuid() != 0:
            print("users: skipped, because only root can be two users\n")
            continue
        scenario, part = SCENARIOS[name]
        outcomes.append(scenario(lane, options.seconds * part))
        print("\n".join(section(outcomes[-1])), flush=True)
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "report.md").write_text(report(outcomes, lane))
    found = [outcome.as_json() for outcome in outcomes]
    (options.out / "report.json").write_text(json.dumps(found, indent=2) + "\n")
    passed = all(outcome.passed for outcome in outcomes)
    print(f"{'pass' if passed else 'FAIL'}: {options.out}/report.md")
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
