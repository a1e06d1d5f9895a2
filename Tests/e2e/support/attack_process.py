"""An attacker in a process of its own, so that it takes no time of the honest client's but the
machine's. Each line it reads is "name seconds"; each it writes is what came of it, as JSON."""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import sys

FOLDER = pathlib.Path(__file__).resolve().parents[1]


class Attacker:
    """The process, as a test has it."""

    def __init__(self, path: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "support.attack_process", path], cwd=FOLDER, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=dict(os.environ),
        )  # fmt: skip
        assert self.process.stdout.readline() == "ready\n"

    def begin(self, name: str, seconds: float) -> None:
        self.process.stdin.write(f"{name} {seconds}\n")
        self.process.stdin.flush()

    def outcome(self) -> dict:
        return json.loads(self.process.stdout.readline())

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait(20)


def _run(path: str, name: str, seconds: float) -> dict:
    from . import attacks
    from . import h2raw as h

    attack = attacks.Attack(path, seconds)
    opening = h.PREFACE + h.settings((4, 0)) if name == "window_stall" else None
    while attack.goes_on:
        with attack.peer(opening) as peer:
            getattr(attacks, name)(attack, peer)
    return {"frames": attack.frames, "lives": attack.lives, "codes": attack.codes}


def _main() -> None:
    from . import attacks  # noqa: F401  (before the clock runs)

    print("ready", flush=True)
    for line in sys.stdin:
        name, seconds = line.split()
        print(json.dumps(_run(sys.argv[1], name, float(seconds))), flush=True)


if __name__ == "__main__":
    _main()
