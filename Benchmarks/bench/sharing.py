"""P9: how evenly and how promptly a lane is shared. Benchmarks/fairness.py measures and judges."""

from __future__ import annotations

import json
import subprocess
import sys

from .options import Options
from .places import BENCHMARKS, BUILT
from .results import Goal, Result

SECONDS = 60
# The two that the targets are about, by the words of fairness.py; the others only if they fail.
WANTED = {
    "backlogged": "Jain's index over slot-seconds",
    "light": "longest wait of a light call, ms",
}


def fairness(options: Options) -> Result:
    out = BUILT / "fairness"
    # One that is left from another day must not be taken for today's.
    (out / "report.json").unlink(missing_ok=True)
    subprocess.run(
        [sys.executable, str(BENCHMARKS / "fairness.py"), "--daemon", options.daemon,
         "--seconds", str(SECONDS), "--only", *WANTED, "--out", str(out)],
        stdout=subprocess.DEVNULL, check=False,
    )
    outcomes = json.loads((out / "report.json").read_text())
    goals, rows = [], [["scenario", "check", "measured", "limit"]]
    for outcome in outcomes:
        for check in outcome["checks"]:
            goal = Goal("P9", f"{check['what']} ({outcome['name']})", check["limit"], "",
                        check["at_least"], check["value"])
            rows.append([outcome["name"], check["what"], *goal.row()[2:4]])
            if check["what"] == WANTED[outcome["name"]] or goal.missed:
                goals.append(goal)
        print(f"  P9, {outcome['name']}: {'pass' if outcome['passed'] else 'FAIL'}", flush=True)
    return Result(
        "P9", "Fairness",
        f"A hog with 100 calls queued beside nine light callers, {SECONDS} s each (`make"
        " fairness`). The bound of a wait is one residency, a round and 50 ms for the machine.",
        rows, goals, {"outcomes": outcomes},
    )
