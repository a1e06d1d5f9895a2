"""Examples/python does what its README says."""

import re
import subprocess
import sys

from support import daemon as daemons

FOLDER = daemons.CHECKOUT / "Examples/python"


def promised() -> list[str]:
    """The output README.md promises, as patterns; an ellipsis stands for anything."""
    block = (FOLDER / "README.md").read_text().split("It prints:\n\n```\n")[1].split("```")[0]
    lines = block.rstrip("\n").split("\n")
    return ["^" + re.escape(line).replace("…", ".*") + "$" for line in lines]


def test_the_sidecar_prints_what_its_readme_says(daemon):
    done = subprocess.run(
        [sys.executable, str(FOLDER / "sidecar.py"), "--socket", daemon.socket],
        capture_output=True, text=True, timeout=60, check=False,
    )
    assert done.returncode == 0, done.stderr
    printed = done.stdout.rstrip("\n").split("\n")
    patterns = promised()
    assert len(printed) == len(patterns), done.stdout
    for line, pattern in zip(printed, patterns):
        assert re.match(pattern, line), f"{line!r} is not what the README promises: {pattern}"
