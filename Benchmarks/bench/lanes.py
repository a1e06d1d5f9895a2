"""P6: the lane machine alone. LaneBench measures and judges; here its words become goals."""

from __future__ import annotations

import re
import subprocess

from .options import Options
from .places import CHECKOUT, SERVER_CORE
from .results import Goal, Result
from .work import Wrong

# As LaneBench names its cases.
ONE, MANY = "1 caller", "100,000 callers alike"


def machine(options: Options) -> Result:
    done = subprocess.run(
        ["taskset", "-c", SERVER_CORE, str(CHECKOUT / ".build/release/LaneBench")],
        capture_output=True, text=True, check=False,
    )
    print(done.stdout, end="", flush=True)
    rows = read(done.stdout)
    found = {callers: float(figure) for callers, _, figure, _ in rows}
    return Result(
        "P6", "The lane machine alone",
        "Enqueue, dispatch and release of a call in a lane where others wait (`make bench-lanes`);"
        " with services that are alike, and that vary by a thousand.",
        [["callers", "ns a call", "that is"],
         *([callers, cost, f"{int(figure):,} {unit}"] for callers, cost, figure, unit in rows)],
        [Goal("P6", f"calls/s, {ONE}", 2_000_000, "a second", True, found[ONE]),
         Goal("P6", f"cost, {MANY}, over that of one", 3, "×", False, found[MANY] / 100)],
        {"printed": done.stdout.splitlines()},
    )


def read(text: str) -> list[tuple[str, str, str, str]]:
    """Who called, nanoseconds a call, a figure and what it is of: one of each line of LaneBench."""
    rows = re.findall(r"^(.*?) +(\d+) ns a call, (\d+) (.*?)(?:  MISSED)?$", text, re.MULTILINE)
    if not {ONE, MANY} <= {row[0] for row in rows}:
        raise Wrong(f"LaneBench did not print its figures:\n{text}")
    return rows
