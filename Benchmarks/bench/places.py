"""Where things lie, and which core does what."""

from __future__ import annotations

import pathlib

CHECKOUT = pathlib.Path(__file__).resolve().parents[2]
BENCHMARKS = CHECKOUT / "Benchmarks"
PEERS = BENCHMARKS / "peers"
BUILT = CHECKOUT / ".build/bench"

# The server has one core to itself, the load and whatever stands upstream the other one.
SERVER_CORE, LOAD_CORE = "0", "1"
