"""Examples/python does what its README says, and the daemon saw it.

`make examples` looks at all of them in the same way.
"""

import pathlib
import re
import subprocess
import sys
import time

import pytest

from support import daemon as daemons
from support.calls import PATIENCE

FOLDER = daemons.CHECKOUT / "Examples/python"
SCRIPTS = daemons.CHECKOUT / "scripts"


@pytest.fixture(scope="module")
def ledger(tmp_path_factory) -> pathlib.Path:
    return tmp_path_factory.mktemp("ledger") / "ledger.db"


@pytest.fixture(scope="module")
def config(ledger) -> str:
    return f"ledger: {{ path: {ledger} }}"


@pytest.fixture
def relay(daemon, tmp_path):
    """The socket of a relay that keeps the sidecar from ending its own calls."""
    path = tmp_path / "relay.sock"
    process = subprocess.Popen([SCRIPTS / "examples-relay", path, daemon.socket])
    limit = time.monotonic() + PATIENCE
    while not path.exists():
        assert process.poll() is None and time.monotonic() < limit, "the relay did not start"
        time.sleep(0.01)
    yield path
    process.kill()
    process.wait()


def promised() -> list[str]:
    """The output README.md promises, as patterns; an ellipsis stands for anything."""
    block = (FOLDER / "README.md").read_text().split("It prints:\n\n```\n")[1].split("```")[0]
    lines = block.rstrip("\n").split("\n")
    return ["^" + re.escape(line).replace("…", ".*") + "$" for line in lines]


def seen(daemon, ledger, printed: str) -> str:
    """What the daemon says to it."""
    file = ledger.with_name("printed.txt")
    file.write_text(printed)
    done = subprocess.run(
        [SCRIPTS / "examples-calls", daemons.BINARY, daemon.socket, ledger, file],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    return done.stdout + done.stderr


def test_the_sidecar_prints_what_its_readme_says_and_the_daemon_saw_it(daemon, relay, ledger):
    done = subprocess.run(
        [sys.executable, str(FOLDER / "sidecar.py"), "--socket", str(relay)],
        capture_output=True, text=True, timeout=60, check=False,
    )
    assert done.returncode == 0, done.stderr
    printed = done.stdout.rstrip("\n").split("\n")
    patterns = promised()
    assert len(printed) == len(patterns), done.stdout
    for line, pattern in zip(printed, patterns):
        assert re.match(pattern, line), f"{line!r} is not what the README promises: {pattern}"
    assert seen(daemon, ledger, done.stdout).startswith("seen by the daemon: OK")
