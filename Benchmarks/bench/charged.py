"""Which module a cost is whose: what a library or a runtime executes is charged to the module that
had it executed, so with the memory it asks for, the references it counts and the messages it packs.

A function that several have called is shared between them as their calls of it cost, as callgrind
and gprof do; so are functions that call each other in a circle.
"""

from __future__ import annotations

import collections
from collections.abc import Callable, Mapping

# Shares move by less than this between two passes, at the end.
SETTLED, PASSES_MAX = 1e-4, 500
Shares = dict[str, float]


def to_modules(
    own: Mapping[str, int], costs: Mapping[tuple[str, str], int],
    module: Callable[[str], str | None],
) -> Shares:
    """The cost of each module, by what each function costs itself and what its calls cost by
    caller and callee. `module` says whose a function is, None of one that works for its callers.
    What nobody's module had executed is under None's name, "none"."""
    callers: dict[str, Shares] = collections.defaultdict(dict)
    for (caller, callee), cost in costs.items():
        if caller != callee:
            callers[callee][caller] = callers[callee].get(caller, 0) + cost
    modules = {name: module(name) for name in {*own, *(caller for caller, _ in costs)}}
    shares = {name: {whose: 1.0} if whose else {} for name, whose in modules.items()}
    for _ in range(PASSES_MAX):
        if _pass(shares, modules, callers) < SETTLED:
            break
    charged: Shares = collections.defaultdict(float)
    for name, cost in own.items():
        for whose, share in shares[name].items():
            charged[whose] += cost * share
        charged["none"] += cost * (1 - sum(shares[name].values()))
    return dict(charged)


def _pass(
    shares: dict[str, Shares], modules: Mapping[str, str | None], callers: Mapping[str, Shares]
) -> float:
    """Has each function that works for others take over the shares of its callers. Answers with
    the largest change."""
    largest = 0.0
    for name, whose in modules.items():
        if whose or not (total := sum(callers.get(name, {}).values())):
            continue
        found: Shares = collections.defaultdict(float)
        for caller, cost in callers[name].items():
            for module, share in shares[caller].items():
                found[module] += share * cost / total
        before = shares[name]
        largest = max([largest, *(abs(found[one] - before.get(one, 0)) for one in found)])
        shares[name] = dict(found)
    return largest
