"""The ledger on a disk that is full in truth: a small file system that the test mounts."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import subprocess
import time

import pytest

from support import daemon as daemons
from support.calls import PATIENCE, settle, text_of

CONFIG = """
providers:
  local: { kind: openai, base_url: BASE_URL }
"""


class Disk:
    """A file system of its own, and the ledger on it."""

    KIB = 512

    def __init__(self, folder) -> None:
        self.folder = folder
        self.ledger = folder / "ledger.db"
        self.ballast = folder / "ballast"

    def mount(self) -> None:
        if os.geteuid() != 0:
            pytest.skip("only root can mount a file system that is small enough to be filled")
        self.folder.mkdir()
        if said := self._mount(f"size={self.KIB}k"):
            pytest.skip(f"no small file system can be mounted here: {said}")

    def unmount(self) -> None:
        subprocess.run(["umount", str(self.folder)], check=True)

    def grow(self) -> None:
        assert not self._mount(f"remount,size={16 * self.KIB}k")

    def fill(self) -> None:
        with self.ballast.open("wb", buffering=0) as file, pytest.raises(OSError, match="No space"):
            while True:
                file.write(bytes(4096))

    @property
    def is_full(self) -> bool:
        return os.statvfs(self.folder).f_bavail == 0

    def counted(self) -> int:
        """The calls that the command reads, beside the daemon or after it."""
        done = daemons.run("usage", "--json", "--ledger", str(self.ledger))
        assert (done.returncode, done.stderr) == (0, "")
        return sum(json.loads(line)["calls"] for line in done.stdout.splitlines())

    def assert_whole(self, calls: int) -> None:
        ledger = sqlite3.connect(self.ledger)
        assert ledger.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert ledger.execute("PRAGMA foreign_key_check").fetchall() == []
        for table in ("calls", "attempts"):
            assert ledger.execute(f"SELECT count(*) FROM {table}").fetchone() == (calls,)
        ledger.close()

    def _mount(self, options: str) -> str:
        """What went wrong; nothing when it is mounted."""
        command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(self.folder)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        return done.stderr.strip() if done.returncode else ""


@pytest.fixture
def disk(tmp_path):
    small = Disk(tmp_path / "small")
    small.mount()
    yield small
    small.unmount()


@pytest.fixture
def daemon_on_it(disk, start, config):
    return start(f"{config}ledger: {{ path: {disk.ledger} }}\n").wait_until_listening()


@pytest.fixture
def caller(daemon_on_it, new_client):
    return new_client("bot", daemon_on_it.target)


def wait_until(holds) -> None:
    limit = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < limit
        time.sleep(0.02)


def lost(running) -> int:
    lines = [line for line in running.log.read_text().splitlines() if "ledger records lost" in line]
    return sum(int(re.search(r"count=(\d+)", line)[1]) for line in lines)


def test_a_full_disk_costs_records_and_no_call(disk, daemon_on_it, caller):
    for _ in range(3):
        caller.generate("local/plain", "hello")
    wait_until(lambda: disk.counted() == 3)
    disk.fill()
    for number in range(20):
        assert text_of(caller.generate("local/plain", f"full {number}")) == f"full {number}"
        if number % 5 == 4:
            # So that there are several batches, and each fails.
            settle()
    assert disk.is_full and disk.counted() == 3, "what was written is read all the same"
    disk.ballast.unlink()
    caller.generate("local/plain", "hello")
    wait_until(lambda: lost(daemon_on_it) > 0)
    assert lost(daemon_on_it) == 20
    log = daemon_on_it.log.read_text()
    assert log.count("the ledger cannot be written") == 1, "once, not for every batch"
    assert "SQLite error 13: database or disk is full" in log
    assert disk.counted() == 4
    daemon_on_it.terminate()
    assert daemon_on_it.wait() == 0
    disk.assert_whole(calls=4)


def test_a_write_ahead_log_that_fills_the_disk_leaves_the_ledger_whole(
    disk, daemon_on_it, caller, figures
):
    calls, limit = 0, time.monotonic() + 120
    while "the ledger cannot be written" not in daemon_on_it.log.read_text():
        assert time.monotonic() < limit, "the disk did not get full"
        assert text_of(caller.generate("local/plain", "hello")) == "hello"
        calls += 1
    settle()
    ahead = disk.ledger.with_name("ledger.db-wal").stat().st_size
    assert ahead > disk.KIB * 1024 / 2, "it is the write-ahead log that has grown"
    there = disk.counted()
    assert 0 < there < calls
    disk.grow()
    caller.generate("local/plain", "hello")
    wait_until(lambda: disk.counted() == there + 1)
    wait_until(lambda: there + lost(daemon_on_it) >= calls)
    assert there + lost(daemon_on_it) == calls, "each is written or counted"
    figures.append(f"ledger: a disk of {disk.KIB} KiB took {there} of {calls} calls, the rest counted")
    daemon_on_it.terminate()
    assert daemon_on_it.wait() == 0
    disk.assert_whole(calls=there + 1)


def test_a_daemon_that_ends_on_a_full_disk_says_what_is_lost(disk, daemon_on_it, caller):
    caller.generate("local/plain", "hello")
    wait_until(lambda: disk.counted() == 1)
    disk.fill()
    for _ in range(5):
        caller.generate("local/plain", "hello")
    # Its end puts the write-ahead log into the file, for which there is no room either.
    daemon_on_it.terminate()
    assert daemon_on_it.wait() == 0
    assert lost(daemon_on_it) == 5
    assert disk.is_full and disk.counted() == 1
    disk.assert_whole(calls=1)


def test_a_daemon_that_starts_on_a_full_disk_answers_without_a_ledger(
    disk, start, new_client, config
):
    disk.fill()
    running = start(f"{config}ledger: {{ path: {disk.ledger} }}\n").wait_until_listening()
    assert text_of(new_client(target=running.target).generate("local/plain", "hello")) == "hello"
    log = running.log.read_text()
    assert "no ledger" in log and "disk is full" in log and str(disk.ledger) in log
