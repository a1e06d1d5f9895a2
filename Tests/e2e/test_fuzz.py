"""The fuzz targets of Tests/Fuzz on good inputs, and on those that once went wrong."""

from __future__ import annotations

import os
import pathlib
import re
import subprocess
import sys

import pytest

from support.daemon import CHECKOUT

FUZZ = os.environ.get("LANEWAY_FUZZ", str(CHECKOUT / ".build/debug/Fuzz"))
REGRESSIONS = CHECKOUT / "Tests/Fuzz/Regressions"
# No input may take longer, with a debug build and a busy machine in mind.
SECONDS_MAX = 5.0


def fuzz(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"SWIFT_BACKTRACE": "enable=no"}
    return subprocess.run(
        [FUZZ, *arguments], capture_output=True, text=True, timeout=60, env=environment,
        cwd=CHECKOUT, check=False,
    )  # fmt: skip


def targets() -> list[str]:
    listed = fuzz("list")
    assert listed.returncode == 0, listed.stderr
    return [line.split()[0] for line in listed.stdout.splitlines()]


@pytest.fixture(scope="module")
def seeds(tmp_path_factory) -> pathlib.Path:
    folder = tmp_path_factory.mktemp("seeds")
    maker = CHECKOUT / "Tests/differential/corpus.py"
    proto = CHECKOUT / "proto"
    subprocess.run([sys.executable, maker, "write", proto, folder, "1", "500"], check=True)
    made = fuzz("seeds", str(folder), str(CHECKOUT))
    assert made.returncode == 0, made.stderr
    return folder


def replayed(target: str, *folders: pathlib.Path) -> tuple[int, float]:
    """How many inputs a target took, and the seconds that the slowest needed."""
    run = fuzz(target, *map(str, folders))
    lines = run.stdout.splitlines()
    assert run.returncode == 0, f"{run.stderr} at {lines[-1:]}"
    closing = re.fullmatch(rf"{target}: (\d+) inputs, the slowest took (\S+) seconds", lines[-1])
    assert closing, lines[-1]
    return int(closing[1]), float(closing[2])


def test_every_target_holds_on_good_inputs_and_on_old_findings(seeds):
    names = targets()
    assert len(names) >= 18
    for name in names:
        folders = [seeds / name]
        if (REGRESSIONS / name).exists():
            folders.append(REGRESSIONS / name)
        count, slowest = replayed(name, *folders)
        assert count == sum(len(list(folder.iterdir())) for folder in folders), name
        assert count > 0, f"{name} was fed with nothing"
        assert slowest < SECONDS_MAX, f"an input of {name} took {slowest} s"


def test_every_old_finding_is_of_a_target():
    kept = {path.name for path in REGRESSIONS.iterdir() if path.is_dir()}
    assert kept <= set(targets())


def test_an_input_that_breaks_a_rule_is_seen(tmp_path):
    for name, data in (("good", b"fuzz"), ("bad", b"FUZZ")):
        (tmp_path / name).write_bytes(data)
    assert replayed("canary", tmp_path / "good")[0] == 1
    run = fuzz("canary", str(tmp_path / "good"), str(tmp_path / "bad"))
    assert run.returncode != 0
    assert "the canary has met its input" in run.stderr
    assert run.stdout.splitlines()[-1].endswith("/bad"), "and which one it was is said"


def test_every_message_that_is_decoded_is_fed():
    source = (CHECKOUT / "Tests/Fuzz/Targets/MessageTargets.swift").read_text()
    fed = set(re.findall(r"of\((\w+)\.self\)", source))
    generated = "\n".join(
        path.read_text() for path in (CHECKOUT / "Sources/Messages/Generated").glob("*.swift")
    )
    assert fed == set(re.findall(r"extension (\w+): WireMessage", generated))
    assert len(fed) >= 90
