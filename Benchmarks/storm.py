#!/usr/bin/env python3
"""A storm of calls through the daemon, three in ten cancelled, and what it leaves behind: nothing.

Several processes of stock grpc.aio clients send unary and streaming calls into three lanes (one
that holds to establishment, one that holds to completion, one whose runs outlive their caller).
Calls are cancelled by chance before an answer could come, while queued, while running and after the
first chunks, or meet their deadline queued, running or streaming. Meanwhile UpdateLane raises and
lowers the concurrency of every lane each 100 ms and pauses one now and then.

Passed when each call had exactly one outcome that its fate allows (a call that was not cancelled
has its whole answer, or was refused by the bound of a queue), and when within 10 s after the last
the lanes are empty, nothing leaked, and the daemon's descriptors and threads are as before the
storm and its memory as after a first storm of a tenth of the size, within 10 % or 8 MiB.

Writes storm.md and storm.json into the output folder, and ends with 1 where a check failed.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import pathlib
import sys

CHECKOUT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(CHECKOUT / "Tests/e2e"))

from support import checks, storm  # noqa: E402
from support import daemon as daemons  # noqa: E402


def outcomes(result: storm.Result) -> list[str]:
    """How often which fate had which outcome."""
    lines = ["| call | its end | outcome | calls |", "| --- | --- | --- | ---: |"]
    for name, count in sorted(result.seen.items()):
        fate, outcome = name.split(": ")
        kind, end = fate.split(", ")
        lines.append(f"| {kind} | {end} | {outcome} | {count:,} |")
    return lines


def kept(result: storm.Result) -> list[str]:
    lines = ["| daemon | descriptors | threads | resident, MiB |", "| --- | ---: | ---: | ---: |"]
    for when, figures in result.figures.items():
        lines.append(
            f"| {when} | {figures.descriptors} | {figures.threads} |"
            f" {figures.rss_bytes / (1 << 20):.1f} |"
        )
    return lines


def lanes(result: storm.Result) -> list[str]:
    """What each lane says of itself, the first storm included."""
    return [
        f"- lane {name}: " + ", ".join(f"{what} {count:,}" for what, count in told.items())
        for name, told in result.lanes.items()
    ]


def report(result: storm.Result) -> str:
    size = result.size
    lines = [
        "# A storm of calls, and what it left",
        "",
        f"Verdict: **{'pass' if result.passed else 'FAIL'}**. {size.calls:,} calls from"
        f" {size.processes} processes with {size.in_flight} in flight each, seed {size.seed}, in"
        f" {result.seconds:.1f} s: {size.calls / result.seconds:,.0f} calls/s (the clients are the"
        f" limit). {result.changes['concurrency']:,} changes of concurrency,"
        f" {result.changes['pauses']} pauses. {os.cpu_count()} cores, load average"
        f" {os.getloadavg()[0]:.1f} at the end.",
        "",
        *checks.table(result.checks), "", *kept(result), "", *lanes(result), "",
        *outcomes(result), "",
    ]
    if result.wrong:
        lines += ["What must not be:", "", *(f"- {line}" for line in result.wrong), ""]
    return "\n".join(lines)


def main() -> int:
    chosen = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    chosen.add_argument("--daemon", default=daemons.BINARY, help="the laneway binary")
    for field in dataclasses.fields(storm.Size):
        name = field.name.replace("_", "-")
        chosen.add_argument(f"--{name}", type=int, default=field.default)
    chosen.add_argument("--out", type=pathlib.Path, default=CHECKOUT / ".build/storm")
    options = chosen.parse_args()
    daemons.BINARY = options.daemon
    fields = (field.name for field in dataclasses.fields(storm.Size))
    result = storm.run(storm.Size(**{name: getattr(options, name) for name in fields}))
    text = report(result)
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "storm.md").write_text(text)
    found = dataclasses.asdict(result) | {"passed": result.passed}
    (options.out / "storm.json").write_text(json.dumps(found, indent=2) + "\n")
    print(text)
    return 0 if result.passed else 1


if __name__ == "__main__":
    sys.exit(main())
