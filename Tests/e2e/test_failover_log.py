"""The record of each hop: whose call it was, where it went and why."""

import json
import os
import stat
import time

import pytest

from support.calls import settle, text_of
from support.failover_rows import error

CONFIG = """
providers:
  local: { kind: openai, base_url: BASE_URL }
  other: { kind: openai, base_url: BASE_URL }
"""
WORDS = "canary-of-the-prompt " * 500


def records(file, count: int) -> list[dict]:
    limit = time.monotonic() + 5
    while not file.exists() or len(file.read_text().splitlines()) < count:
        assert time.monotonic() < limit, file.read_text() if file.exists() else "no file"
        time.sleep(0.01)
    return [json.loads(line) for line in file.read_text().splitlines()]


@pytest.fixture
def logged(start, new_client, config, tmp_path):
    """A daemon with a failover log, a client of it, and the file."""

    def make(persist: bool, file=None):
        file = file or tmp_path / "failover.jsonl"
        section = f"attribution: {{ failover_log: {file}, persist_prompts: {str(persist).lower()} }}\n"
        running = start(config + section + "log: { level: trace }\n").wait_until_listening()
        return running, new_client("bot", running.target), file

    return make


def test_a_hop_is_one_record_with_the_calls_attribution(logged, upstream):
    upstream.on(
        "busy", error("503 Service Unavailable", "x-request-id: up-77", message="canary-words")
    )
    running, client, file = logged(persist=False)
    assert text_of(client.generate("local/busy,other/spare", WORDS)) == WORDS
    (record,) = records(file, 1)
    assert (record["caller_id"], record["run_id"], record["uid"]) == ("bot", "run-1", os.getuid())
    assert record["call_id"]
    assert (record["from"], record["to"]) == ("local/busy", "other/spare")
    assert record["model"] == "local/busy,other/spare"
    assert (record["reason"], record["http_status"]) == ("UPSTREAM_OVERLOADED", 503)
    assert record["upstream_request_id"] == "up-77"
    assert record["attempts"] == 1 and record["attempt_ms"] >= 0
    assert record["time"].startswith("20") and record["time"].endswith("Z")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    # Upstream may repeat the prompt, so its words are not kept either.
    assert "messages" not in record and "message" not in record
    log = running.log.read_text()
    assert "call failed over" in log and "local/busy" in log
    assert "canary" not in log + file.read_text()


def test_a_target_that_is_passed_over_is_a_hop_too(logged, upstream):
    upstream.on("denied", error("401 Unauthorized"))
    running, client, file = logged(persist=False)
    for _ in range(2):
        client.generate("local/denied,other/spare")
    first, second = records(file, 2)
    assert (first["reason"], second["reason"]) == ("UPSTREAM_CREDENTIALS", "TARGET_COOLING")
    assert second["from"] == "local/denied" and second["to"] == "other/spare"
    assert "target is left alone" in running.log.read_text()


def test_with_prompts_kept_the_record_has_the_whole_prompt(logged, upstream):
    upstream.on("busy", error("503 Service Unavailable"))
    _, client, file = logged(persist=True)
    client.generate("local/busy,other/spare", WORDS)
    (record,) = records(file, 1)
    assert record["messages"] == [f"user: {WORDS}"], "what a client is sent would be cut"
    assert "503" in record["message"]


def test_a_log_that_cannot_be_written_stops_no_call(logged, upstream, tmp_path):
    upstream.on("busy", error("503 Service Unavailable"))
    folder = tmp_path / "missing"
    running, client, file = logged(False, folder / "failover.jsonl")
    for _ in range(3):
        assert text_of(client.generate("local/busy,other/spare")) == "hello"
    settle()
    folder.mkdir()
    client.generate("local/busy,other/spare")
    assert len(records(file, 1)) == 1
    settle()
    log = running.log.read_text()
    assert log.count("the failover log cannot be written") == 1
    assert "failover records lost" in log and "count=3" in log


def test_a_log_that_cannot_be_written_is_told_of_also_after_too_much_has_waited(
    logged, upstream, tmp_path
):
    upstream.on("busy", error("503 Service Unavailable"))
    file, aside = tmp_path / "failover.jsonl", tmp_path / "aside"
    os.mkfifo(file)
    running, client, _ = logged(True, file)
    # The first record waits for somebody to read it, and no more than 16 MiB wait behind it.
    for _ in range(24):
        client.generate("local/busy,other/spare", "x" * (1 << 20))
    assert "failover log" not in running.log.read_text()
    # Its reader comes and leaves; the next find a folder where the file should be.
    file.rename(aside)
    file.mkdir()
    os.close(os.open(aside, os.O_RDONLY | os.O_NONBLOCK))
    settle()
    assert running.log.read_text().count("the failover log cannot be written") == 1
    file.rmdir()
    client.generate("local/busy,other/spare")
    settle()
    # The line that was cut off is ended first.
    assert json.loads(file.read_text().strip())["to"] == "other/spare"
    log = running.log.read_text()
    assert "failover records lost" in log and "count=24" in log
    assert log.count("the failover log cannot be written") == 1


def test_a_daemon_that_stops_writes_what_it_was_told(logged, upstream):
    upstream.on("busy", error("503 Service Unavailable"))
    running, client, file = logged(persist=True)
    calls = [client.begin_generate("local/busy,other/spare", WORDS) for _ in range(40)]
    for call in calls:
        call.result()
    running.terminate()
    assert running.wait() == 0
    hops = [json.loads(line) for line in file.read_text().splitlines()]
    assert len(hops) == 40 and all(hop["messages"] for hop in hops)
    assert "lost" not in running.log.read_text()
