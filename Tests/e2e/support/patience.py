"""How long the tests wait for what should come at once."""

from __future__ import annotations

import os

# LANEWAY_SLOW=5 says that everything is five times as slow as in a debug build, as under a sanitizer.
SLOW = float(os.environ.get("LANEWAY_SLOW", "1"))

# Whether it counts how fast something is, and in how much memory.
IS_MEASURED = SLOW == 1


def patient(seconds: float) -> float:
    """A limit of time that a debug build on a busy machine keeps, stretched where that is slow."""
    return seconds * SLOW
