"""Measures the daemon against its targets P1 to P10, beside its peers, and writes a report.

docs/benchmarks.md says what each row means. Ends with 1 where a target is missed.
"""

from __future__ import annotations

import argparse
import pathlib
import shlex
import shutil
import sys
import traceback
from collections.abc import Callable

from . import cancel, lanes, latency, machine, memory, peers, relay, report, rpc
from . import sharing, startup, ttrpc
from .options import Options
from .peers import Peer
from .places import BUILT, CHECKOUT
from .results import Goal, Result
from .servers import has_two_cores

# Each target's measurement, and whom it wants to have built.
MEASUREMENTS: dict[str, tuple[Callable[[Options], Result], list[Peer]]] = {
    "p1": (rpc.unary, rpc.PEERS),
    "p2": (rpc.stream, rpc.PEERS[:-1]),
    "p3": (ttrpc.unary, ttrpc.PEERS),
    "p4": (relay.relay, relay.BUILDS),
    "p5": (latency.added, latency.BUILDS),
    "p6": (lanes.machine, []),
    "p7": (memory.resident, memory.BUILDS),
    "p8": (startup.first_call, []),
    "p9": (sharing.fairness, []),
    "p10": (cancel.cancels, []),
}


def arguments() -> argparse.Namespace:
    chosen = argparse.ArgumentParser(
        prog="bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    chosen.add_argument("--daemon", default=str(CHECKOUT / ".build/release/laneway"))
    chosen.add_argument("--only", type=_words(MEASUREMENTS), default=list(MEASUREMENTS),
                        help="targets, parted by commas: p1,p4")
    chosen.add_argument("--peers", type=_words([peer.name for peer in peers.ALL]), default=[],
                        help="peers, parted by commas; all where none is named")
    chosen.add_argument("--rounds", type=int, default=5)
    chosen.add_argument("--seconds", type=float, default=2, help="of each run, about")
    chosen.add_argument("--out", type=pathlib.Path, default=BUILT)
    chosen.add_argument("--write", type=pathlib.Path,
                        help="a page whose report is replaced, such as docs/benchmarks.md")
    return chosen.parse_args()


def _words(known) -> Callable[[str], list[str]]:
    def words(text: str) -> list[str]:
        found = [word.strip().lower() for word in text.split(",")]
        for word in found:
            if word not in known:
                raise argparse.ArgumentTypeError(f"{word!r} is none of {', '.join(known)}")
        return found

    return words


def measure(name: str, options: Options) -> Result:
    """One measurement. Where it breaks, the others go on and its target counts as missed."""
    print(f"{name.upper()}:", flush=True)
    try:
        return MEASUREMENTS[name][0](options)
    except Exception as error:
        traceback.print_exc()
        goal = Goal(name.upper(), "the measurement itself, which broke", 0, "errors", value=1)
        return Result(name.upper(), "Broken", "", [], [goal], notes=[f"{error}"])


def main() -> int:
    chosen = arguments()
    for tool in ("h2load", "taskset"):
        if not shutil.which(tool):
            raise SystemExit(f"bench: {tool} is missing; install it with: scripts/packages bench")
    if not has_two_cores():
        raise SystemExit("bench: needs two cores, one for the server and one for the load")
    options = Options(chosen.daemon, chosen.rounds, chosen.seconds, chosen.peers, chosen.out)
    options.prepare([peer for name in chosen.only for peer in MEASUREMENTS[name][1]])
    facts = {
        "machine": machine.describe(),
        "tools": machine.tools(),
        "peers": options.used,
        "command": {"make bench": f"ARGS='{shlex.join(sys.argv[1:])}'"},
    }
    results = [measure(name, options) for name in chosen.only]
    text = report.write(options.out, results, facts)
    if chosen.write:
        report.replace(chosen.write, text)
    print(f"\n{text}\n{options.out}/report.md")
    return 1 if any(goal.missed for result in results for goal in result.goals) else 0


if __name__ == "__main__":
    sys.exit(main())
