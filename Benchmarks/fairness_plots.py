"""The two plots of docs/lanes.md, each drawn from a run of its own: `fairness.py --plots FOLDER`.

The SVG is made to be kept in a repository: no date, no random ids, text as text, few points.
"""

from __future__ import annotations

import math
import pathlib
import re

import matplotlib

matplotlib.use("svg")
import matplotlib.pyplot as plot  # noqa: E402

from support.callers import Plan  # noqa: E402
from support.fairness import LIGHT, light_plan  # noqa: E402
from support.lane_runs import Lane, Run, run  # noqa: E402
from support.sharing import slot_seconds, wait_bound_ms  # noqa: E402

SECONDS, HOG_FROM, HOG_UNTIL = 50, 10, 40
# Readable on white and on black: nothing is drawn behind, and all ink is of middling lightness.
INK, HOG, BOUND = "#7d858d", "#d9822b", "#d04a4a"
BLUES = ["#2f6db5", "#4a8bd0"]
STYLE = {
    "svg.hashsalt": "laneway", "svg.fonttype": "none", "path.simplify": False,
    "font.family": "sans-serif", "font.size": 10, "figure.figsize": (8, 3.4),
    "savefig.transparent": True, "axes.spines.top": False, "axes.spines.right": False,
    "axes.edgecolor": INK, "axes.labelcolor": INK, "axes.titlecolor": INK, "text.color": INK,
    "xtick.color": INK, "ytick.color": INK, "legend.frameon": False, "axes.titlesize": 10,
}


def draw(folder: pathlib.Path, lane: Lane) -> None:
    """Runs the two scenarios and writes shares.svg and waits.svg."""
    folder.mkdir(parents=True, exist_ok=True)
    hog = lane.hog(from_s=HOG_FROM, until_s=HOG_UNTIL)
    steady = [Plan(name, lane.model(), in_flight=2) for name in LIGHT]
    thinking = [light_plan(name, lane) for name in LIGHT]
    with matplotlib.rc_context(STYLE):
        shares(run(lane.config(), [hog, *steady], SECONDS), lane, folder / "shares.svg")
        waits(run(lane.config(), [hog, *thinking], SECONDS), lane, folder / "waits.svg")


def shares(seen: Run, lane: Lane, file: pathlib.Path) -> None:
    """Each caller's share of the slots, second by second, as bands on top of each other."""
    begin = seen.begin - 2
    moments = range(1, SECONDS)
    figure, axes = plot.subplots()
    bands = []
    for name in [*LIGHT, "hog"]:
        calls = seen.told[name].calls
        # Over three seconds: one second has but four calls of each caller.
        parts = [
            slot_seconds(calls, begin + max(0, moment - 1.5), begin + min(SECONDS, moment + 1.5))
            / (min(SECONDS, moment + 1.5) - max(0, moment - 1.5)) / lane.slots
            for moment in moments
        ]
        bands.append([round(100 * part, 1) for part in parts])
    colors = [BLUES[number % 2] for number in range(len(LIGHT))] + [HOG]
    axes.stackplot(moments, bands, colors=colors, linewidth=0)
    axes.text((HOG_FROM + HOG_UNTIL) / 2, 94.5, "the hog, 100 calls queued", color="#ffffff",
              ha="center", va="center")
    axes.text((HOG_FROM + HOG_UNTIL) / 2, 45, "nine callers with 2 calls each", color="#ffffff",
              ha="center", va="center")
    axes.set(
        title=f"{lane.slots} slots, calls of {lane.residency_ms} ms: what each caller gets",
        xlabel="seconds", ylabel="share of the slots, %", xlim=(1, SECONDS - 1), ylim=(0, 100),
    )
    save(figure, file)


def waits(seen: Run, lane: Lane, file: pathlib.Path) -> None:
    """Each wait of the nine light callers, where the hog comes and goes."""
    begin = seen.begin - 2
    calls = [call for name in LIGHT for call in seen.told[name].calls]
    figure, axes = plot.subplots()
    axes.axvspan(HOG_FROM, HOG_UNTIL, color=HOG, alpha=0.18, linewidth=0)
    axes.text((HOG_FROM + HOG_UNTIL) / 2, 200, "the hog, 100 calls queued", color=HOG,
              ha="center", va="center")
    # As one line of very short strokes: a marker each would make the file three times as large.
    starts = [(call.started - begin, call.wait_ms) for call in sorted(calls, key=lambda c: c.sent)]
    axes.plot(
        [x for start, _ in starts for x in (start, start + 0.02, math.nan)],
        [y for _, wait in starts for y in (wait, wait, math.nan)],
        color=BLUES[1], linewidth=3, solid_capstyle="round",
    )
    bound = wait_bound_ms(lane.residency_ms, lane.slots, len(LIGHT) + 1)
    axes.axhline(bound, color=BOUND, linewidth=1.2)
    axes.text(SECONDS - 1, bound - 8, f"one residency and a round: {bound:.0f} ms", color=BOUND,
              ha="right", va="top")
    axes.set(
        title=f"{lane.slots} slots, calls of {lane.residency_ms} ms: waits of nine light callers",
        xlabel="seconds", ylabel="wait for a slot, ms", xlim=(0, SECONDS), ylim=(-5, bound * 1.1),
    )
    save(figure, file)


def save(figure, file: pathlib.Path) -> None:
    figure.tight_layout()
    figure.savefig(file, format="svg", metadata={"Date": None, "Creator": None})
    plot.close(figure)
    # Six decimals of a point nobody sees, and the description of a picture as a picture.
    text = re.sub(r" <metadata>.*?</metadata>\n", "", file.read_text(), flags=re.DOTALL)
    text = re.sub(r"-?\d+\.\d+", lambda number: f"{float(number[0]):.1f}", text)
    file.write_text("\n".join(line.rstrip() for line in text.splitlines()) + "\n")
