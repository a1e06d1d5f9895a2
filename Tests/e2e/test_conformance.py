"""Google's protobuf conformance runner, and Google's protobuf for Python, against Messages."""

from __future__ import annotations

import os
import pathlib
import re
import subprocess

import pytest

from support.daemon import CHECKOUT

SCRIPT = CHECKOUT / "scripts/conformance"
TESTEE = os.environ.get("LANEWAY_TESTEE", str(CHECKOUT / ".build/debug/ConformanceTestee"))
LISTED = CHECKOUT / "Tests/conformance/failures.txt"

# Binary proto3 in version 36 of protobuf: 486 required cases and 221 recommended ones.
CASES = 707
LISTED_MAX = 2


@pytest.fixture(scope="module", autouse=True)
def installed():
    if not pathlib.Path(TESTEE).exists():
        pytest.skip(f"{TESTEE} is not built")
    made = subprocess.run([SCRIPT, "install"], capture_output=True, text=True)
    if made.returncode != 0:
        pytest.skip((made.stderr.strip() or "scripts/conformance failed").splitlines()[-1])


def run(*arguments: str) -> tuple[int, str]:
    done = subprocess.run([SCRIPT, *arguments], capture_output=True, text=True, timeout=120)
    return done.returncode, done.stdout + done.stderr


def test_every_case_passes_but_those_that_are_listed(figures):
    status, said = run("run")
    assert status == 0, said
    passed, failed = re.search(r"(\d+) successes, .* (\d+) expected failures", said).groups()
    assert int(passed) + int(failed) == CASES
    figures.append(f"conformance: {passed} cases pass, {failed} are listed")


def test_at_most_two_failures_are_listed_and_the_list_says_why():
    lines = LISTED.read_text().splitlines()
    assert sum(not line.startswith("#") for line in lines) <= LISTED_MAX
    assert sum(line.startswith("# ") for line in lines) >= 2


def test_python_reads_the_message_of_the_tests_alike(figures):
    status, said = run("compare", "2000")
    assert status == 0, said
    figures.append(f"compared with Python: {said.strip()}")
