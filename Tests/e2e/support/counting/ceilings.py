"""The ceilings kept in Benchmarks/ceilings.json, and what is said of a value beside one."""

from __future__ import annotations

import json

from .. import daemon as daemons

FILE = daemons.CHECKOUT / "Benchmarks" / "ceilings.json"
BUILD = "release" if "/release/" in daemons.BINARY else "debug"
# Below this part of its ceiling a steady value has left it behind: a ceiling that is never near
# notices nothing.
NEAR = 0.8
# A steady value's ceiling is so many times the value.
MARGIN = 1.05


def ceiling(what: str, per: str) -> float | None:
    """None where none was recorded yet."""
    return json.loads(FILE.read_text())[BUILD].get(per, {}).get(what)


def unrecorded(what: str, per: str, value: float) -> str:
    """What is said of a value that has no ceiling."""
    return (
        f"{value:.4g} {what} per {per.replace('_', ' ')} have no ceiling in {_place(what, per)}: "
        f"record {value * MARGIN:.3g}, or more where the value is not steady"
    )


def _place(what: str, per: str) -> str:
    return f"{FILE.relative_to(daemons.CHECKOUT)} ({BUILD}, {per}, {what})"


def complaint(what: str, per: str, value: float, limit: float, is_steady: bool) -> str | None:
    """What is wrong with a value beside its ceiling, and what to do; None where nothing is."""
    place = _place(what, per)
    measured = f"{value:.4g} {what} per {per.replace('_', ' ')} in a {BUILD} build"
    if value > limit:
        return (
            f"{measured} are above the ceiling of {limit:g} in {place}: find what the change does "
            f"more; raise the ceiling only where that is worth it, and say why in the commit"
        )
    if is_steady and value < NEAR * limit:
        return (
            f"{measured} are below {NEAR:.0%} of the ceiling of {limit:g}: lower it to "
            f"{value * MARGIN:.3g} in {place}, so that it notices the next that are too many"
        )
    return None
