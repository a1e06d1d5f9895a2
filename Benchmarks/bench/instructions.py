"""What a call or a chunk executes, exactly: instructions, and how often its code or data is not in
the processor's first cache, by valgrind's count on a machine that it simulates.

    make profile ARGS='exact'                            a unary call of builtin/echo
    make profile ARGS='exact relay'                      a unary call of an HTTP upstream
    make profile ARGS='exact stream'                     a message of a stream of builtin/echo
    make profile ARGS='exact chunks'                     a chunk of an HTTP upstream, unpaced
    make profile ARGS='exact paced'                      one that wakes the daemon by itself
    make profile ARGS='exact ttrpc'                      a unary call of builtin/echo over ttrpc
    make profile ARGS='exact runtime'                    a bare echo on our runtime, with no daemon
    make profile ARGS='exact ttrpc-runtime'              the same over ttrpc
    make profile ARGS='exact http-relay'                 the libraries of `relay` alone, copying it
    make profile ARGS='exact paced-http-relay'           and of `paced`
    make profile ARGS='exact --callers swift_retain'     who calls it, and how often a call

The same build and load give the same figures within a per cent or two, however busy the machine is;
what they do not say is how long a miss takes. Valgrind is a hundred times slower than a processor:
so that calls share a turn of an event loop as they do without it, the loops' clock is slowed as
much (slow_clock.c).
"""

from __future__ import annotations

import argparse
import collections
import dataclasses
import pathlib
import re
import shutil
import subprocess
import sys
import time

from .charged import to_modules
from .counted import COUNTED, Counted
from .places import BENCHMARKS, CHECKOUT
from .profile import module, owner
from .servers import Rig, Server

# As a part of the calls that are counted; one at least.
WARM_UP, WAIT_SECONDS = 0.15, 30
# The first cache of both kinds, and a second of half a megabyte, as on small cloud machines.
CACHES = ["--I1=32768,8,64", "--D1=32768,8,64", "--LL=524288,8,64"]
KINDS = {
    "Swift: counting references": r"swift_retain|swift_release|RefCount|bridgeObject|isUniquely",
    "Swift: exclusive access": r"AccessSet|swift_(begin|end)Access",
    "Swift: types at run time": r"Metadata|getCache|Concurrent\w*Map|ynamicCast|tryCast",
    "rapidjson, and what it builds": r"rapidjson|::Builder::",
    "Swift: tasks": r"swift_task|StackAllocator|StatusRecord|AsyncTask|swift_job|Executor",
}
STANDARD_LIBRARY = re.compile(r"\$s[^0-9]|\$ss\d")
# A name or a file, by number after the first time.
NAMED = re.compile(r"\((\d+)\)(?: (.*))?$")


@dataclasses.dataclass
class Counts:
    """What callgrind wrote, for all calls together."""

    # How many calls, messages or chunks these are.
    pieces: int
    events: list[str]
    # Of each function, with the file that it is in.
    own: dict[tuple[str, str], list[int]]
    # How often it was called, by caller and callee, and the instructions in these calls.
    calls: collections.Counter[tuple[str, str]]
    costs: collections.Counter[tuple[str, str]]


def main() -> int:
    chosen = argparse.ArgumentParser(
        prog="profile exact", description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    chosen.add_argument("load", nargs="?", choices=COUNTED, default="unary")
    chosen.add_argument("--daemon", default=str(CHECKOUT / ".build/release/laneway"))
    chosen.add_argument("--callers", metavar="NAME", help="a regular expression for a function")
    chosen.add_argument("--rows", type=int, default=30)
    told = chosen.parse_args()
    for tool in ("valgrind", "strip", "gcc"):
        if not shutil.which(tool):
            raise SystemExit(f"profile: {tool} is missing: scripts/packages profile")
    counts = _count(told.daemon, COUNTED[told.load])
    if told.callers:
        print(_callers(counts, re.compile(told.callers), told.rows))
    else:
        print(_table(f"{told.load}, a piece of {counts.pieces:,}", counts, told.rows))
    return 0


def _count(daemon: str, kind: Counted) -> Counts:
    with Rig() as rig:
        out = rig.folder / "callgrind"
        program = kind.peer.command[0] if kind.peer else daemon
        server, call = kind.start(rig, _watched(rig, program, out))
        call(max(1, int(kind.calls * WARM_UP)))
        _control(server, "--instr=on")
        call(kind.calls)
        _control(server, "--instr=off")
        _control(server, "--dump")
        return read(_written(pathlib.Path(f"{out}.1")), kind.calls * kind.pieces)


def _watched(rig: Rig, program: str, out: pathlib.Path) -> str:
    """A script that runs the program under valgrind, with a slow clock."""
    # Without debug information, which valgrind cannot read.
    binary = rig.folder / "laneway"
    subprocess.run(["strip", "-g", "-o", binary, program], check=True)
    clock = rig.folder / "slow_clock.so"
    source = BENCHMARKS / "bench/slow_clock.c"
    subprocess.run(["gcc", "-O2", "-shared", "-fPIC", "-o", clock, source], check=True)
    watched = rig.folder / "watched"
    watched.write_text(
        f"#!/bin/sh\nLD_PRELOAD={clock} exec valgrind --tool=callgrind --instr-atstart=no"
        f" --cache-sim=yes {' '.join(CACHES)} --callgrind-out-file={out} {binary} \"$@\"\n"
    )
    watched.chmod(0o755)
    return str(watched)


def _control(server: Server, what: str) -> None:
    subprocess.run(["callgrind_control", what, str(server.process.pid)],
                   check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _written(file: pathlib.Path) -> str:
    """The dump, which ends with its totals once it is whole."""
    limit = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < limit:
        if file.exists() and "\ntotals:" in (text := file.read_text()):
            return text
        time.sleep(0.1)
    raise SystemExit(f"profile: valgrind wrote nothing whole within {WAIT_SECONDS} s")


def read(text: str, pieces: int) -> Counts:
    """Callgrind's format: its manual, "Callgrind Format Specification"."""
    counts = Counts(
        pieces, [], collections.defaultdict(list), collections.Counter(), collections.Counter()
    )
    names: dict[str, dict[str, str]] = {"fn": {}, "ob": {}}
    binary = caller = callee = ""
    is_call = False
    for line in text.splitlines():
        key, _, value = line.partition("=")
        if line.startswith("events:"):
            counts.events = line.split()[1:]
        elif key in ("ob", "fn", "cob", "cfn"):
            found = _name(names[key[-2:]], value)
            match key:
                case "ob": binary = found
                case "fn": caller = re.sub(r"'\d+$", "", found)
                case "cfn": callee = re.sub(r"'\d+$", "", found)
        elif key == "calls":
            counts.calls[caller, callee] += int(value.split()[0])
            is_call = True
        elif line[:1].isdigit() or line[:1] in ("+", "-", "*"):
            # What stands behind a call is the callee's cost, with all that it called.
            if is_call:
                counts.costs[caller, callee] += int(line.split()[1])
            else:
                _add(counts.own[caller, binary], line.split()[1:])
            is_call = False
    return counts


def _name(known: dict[str, str], text: str) -> str:
    number, name = NAMED.match(text).groups()
    return known.setdefault(number, name) if name else known[number]


def _add(sums: list[int], figures: list[str]) -> None:
    for index, figure in enumerate(figures):
        if index == len(sums):
            sums.append(0)
        sums[index] += int(figure)


def kind_of(name: str, binary: str) -> str:
    """What a function is counted as."""
    if found := module(name):
        return found
    for kind, pattern in KINDS.items():
        if re.search(pattern, name):
            return kind
    if STANDARD_LIBRARY.match(name):
        return "Swift: its standard library"
    return owner(binary)


def _table(title: str, counts: Counts, rows: int) -> str:
    sums: dict[str, list[int]] = collections.defaultdict(list)
    for (name, binary), own in counts.own.items():
        for kind in (kind_of(name, binary), "all"):
            _add(sums[kind], own)
    charged = to_modules(_by_name(counts), counts.costs, module)
    lines = [
        f"{title}:", "",
        "| where | instructions | of all | with what libraries do for it | code not in cache 1 |"
        " data not in cache 1 | not in cache 2 |", "| --- " + "| ---: " * 6 + "|",
    ]
    every = _of(counts, sums["all"], "Ir")
    largest = sorted(sums, key=lambda kind: -sums[kind][0])
    for kind in [kind for kind in largest if sums[kind][0] >= counts.pieces][:rows]:
        own = sums[kind]
        cells = [
            f"{_of(counts, own, 'Ir'):,.0f}", f"{100 * _of(counts, own, 'Ir') / every:.1f} %",
            f"{charged[kind] / counts.pieces:,.0f}" if kind in charged else "",
            f"{_of(counts, own, 'I1mr'):,.0f}", f"{_of(counts, own, 'D1mr', 'D1mw'):,.0f}",
            f"{_of(counts, own, 'ILmr', 'DLmr', 'DLmw'):,.0f}",
        ]
        lines.append(f"| {kind} | {' | '.join(cells)} |")
    lines.append(f"| for no module | | | {charged['none'] / counts.pieces:,.0f} | | | |")
    return "\n".join(lines)


def _by_name(counts: Counts) -> collections.Counter[str]:
    """The instructions of each function, whatever files have one of that name."""
    found: collections.Counter[str] = collections.Counter()
    for (name, _), own in counts.own.items():
        found[name] += own[0]
    return found


def _of(counts: Counts, own: list[int], *events: str) -> float:
    """A piece's; trailing zeroes are not written."""
    found = dict(zip(counts.events, own))
    return sum(found.get(event, 0) for event in events) / counts.pieces


def _callers(counts: Counts, wanted: re.Pattern[str], rows: int) -> str:
    found: collections.Counter[str] = collections.Counter()
    for (caller, callee), times in counts.calls.items():
        if wanted.search(callee):
            found[caller] += times
    lines = [f"{sum(found.values()) / counts.pieces:,.1f} a piece:", ""]
    most = found.most_common(rows)
    lines += [f"{times / counts.pieces:8.2f}  {caller}" for caller, times in most]
    demangled = subprocess.run(["swift", "demangle", "--simplified"], input="\n".join(lines),
                               capture_output=True, text=True, check=True)
    return demangled.stdout


if __name__ == "__main__":
    sys.exit(main())
