"""What is to become of the calls of a storm: drawn by chance, from a seed."""

from __future__ import annotations

import dataclasses
import random

PROMPT = "one two three"
LANES = ["quick", "held", "kept"]
CANCELLED_PART = 0.3
# Far beyond every other time here: a call that meets it was lost.
PATIENCE_SECONDS = 120.0
# How calls end that do not run to their end, and what such a call is of, unary or stream.
ENDS = {
    "at once": (False, True), "queued": (False, True), "running": (False, True),
    "after chunks": (True,), "deadline": (False, True), "deadline in a stream": (True,),
}


@dataclasses.dataclass(frozen=True)
class Fate:
    """What is to become of one call."""

    lane: str
    is_stream: bool
    end: str
    directives: str
    repeat: int = 1
    cancel_after_s: float | None = None
    cancel_after_chunks: int | None = None
    timeout_s: float = PATIENCE_SECONDS

    @property
    def name(self) -> str:
        return f"{'stream' if self.is_stream else 'unary'}, {self.end}"

    @property
    def model(self) -> str:
        return f"{self.lane}/echo?{self.directives}&repeat={self.repeat}"

    @property
    def outcomes(self) -> set[str]:
        """How such a call may end. Any may be refused; a lane of detached runs is quick here, so
        that its answer may come before the cancellation."""
        ends = {"FULL"}
        if self.end == "to its end":
            return ends | {"OK"}
        ends.add("DEADLINE_EXCEEDED" if self.end.startswith("deadline") else "CANCELLED")
        return ends | {"OK"} if self.lane == "kept" else ends


def draw(chance: random.Random) -> Fate:
    """A call's fate, by chance."""
    lane = chance.choice(LANES)
    if chance.random() >= CANCELLED_PART:
        quick = chance.choice(["pace=1000000", "first_chunk=2ms", "first_chunk=8ms", "pace=400"])
        return Fate(lane, chance.random() < 0.5, "to its end", quick)
    end = chance.choice(list(ENDS))
    is_stream = chance.choice(ENDS[end])
    # Runs that outlive their caller have to end in time for the last look at the lanes.
    never = "first_chunk=60ms" if lane == "kept" else "first_chunk=100s"
    slow = {"directives": "pace=300", "repeat": 100}
    match end:
        case "at once":
            return Fate(lane, is_stream, end, never, cancel_after_s=0)
        case "queued" if is_stream:
            # At the first word about its place, or once it can be seen that it has none.
            return Fate(lane, True, end, never, cancel_after_s=0.05)
        case "queued":
            return Fate(lane, is_stream, end, never, cancel_after_s=chance.uniform(0, 0.004))
        case "running":
            return Fate(lane, is_stream, end, never, cancel_after_s=chance.uniform(0.005, 0.04))
        case "after chunks":
            return Fate(lane, True, end, **slow, cancel_after_chunks=chance.randint(1, 4))
        case "deadline":
            return Fate(lane, is_stream, end, never, timeout_s=chance.uniform(0.001, 0.04))
        case _:
            return Fate(lane, True, end, **slow, timeout_s=chance.uniform(0.02, 0.08))
