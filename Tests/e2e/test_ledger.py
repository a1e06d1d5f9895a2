"""What calls used and cost, as the ledger has it and as the upstream served it."""

from __future__ import annotations

import csv
import io
import json
import os
import random
import re
import shlex
import sqlite3
import stat
import threading
import time

import pytest

from support import daemon as daemons
from support.calls import Client, outcome, settle, text_of
from support.failover_rows import error
from support.upstream import Gone, completion

CONFIG = """
providers:
  local: { kind: openai, base_url: BASE_URL }
  other: { kind: openai, base_url: BASE_URL }
lanes:
  local: { concurrency: 32 }
  finished: { match: ["local/finish"], on_disconnect: finish }
prices:
  "local/*": { input: 1, cached_input: 0.5, output: 10 }
"""


class Book:
    """A daemon with a ledger, and what is in it once the daemon has ended."""

    def __init__(self, running, file) -> None:
        self.running, self.file = running, file

    def close(self) -> sqlite3.Connection:
        self.running.terminate()
        assert self.running.wait() == 0
        connection = sqlite3.connect(self.file)
        connection.row_factory = sqlite3.Row
        return connection

    def laneway(self, *arguments):
        return daemons.run(*arguments, "--ledger", str(self.file))


@pytest.fixture
def book(start, config, tmp_path):
    file = tmp_path / "ledger.db"
    running = start(f"{config}ledger: {{ path: {file} }}\n").wait_until_listening()
    return Book(running, file)


@pytest.fixture
def caller(book, new_client):
    return new_client("bot", book.running.target)


def test_an_answered_call_is_there_with_whose_it_was_and_what_it_used(book, caller):
    answer = caller.generate("local/plain", "hello")
    ledger = book.close()
    (call,) = ledger.execute("SELECT * FROM calls").fetchall()
    assert (call["caller_id"], call["uid"], call["run_id"]) == ("bot", os.getuid(), "run-1")
    assert (call["call_id"], call["model"]) == (answer.call.call_id, "local/plain")
    assert (call["lane"], call["code"], call["reason"], call["stream"]) == ("local", 0, None, 0)
    assert abs(call["started_at"] / 1000 - time.time()) < 60
    (attempt,) = ledger.execute("SELECT * FROM attempts").fetchall()
    assert (attempt["target"], attempt["provider"]) == ("local/plain", "local")
    assert (attempt["input_tokens"], attempt["output_tokens"], attempt["estimated"]) == (3, 5, 0)
    assert attempt["cost_nanousd"] == 3 * 1_000 + 5 * 10_000
    assert stat.S_IMODE(book.file.stat().st_mode) == 0o600


def test_failed_attempts_and_cancelled_calls_are_there_too(book, caller, upstream):
    upstream.on("breaks", error("503 Service Unavailable"))
    upstream.on("hangs", lambda exchange: exchange.closed.wait(20))
    caller.generate("local/breaks,other/well", "hello")
    running = caller.begin_generate("local/hangs", "four tokens of text")
    upstream.wait_for("hangs")
    running.cancel()
    caller.fail("local/nothing-fits", max_output_tokens=-1)
    settle()
    ledger = book.close()
    reasons = [row[0] for row in ledger.execute("SELECT reason FROM calls ORDER BY id")]
    assert reasons == [None, "CALLER_LEFT"], "what is no call yet is not recorded"
    rows = ledger.execute("SELECT * FROM attempts ORDER BY call, number").fetchall()
    assert [row["reason"] for row in rows] == ["UPSTREAM_OVERLOADED", None, "CALLER_LEFT"]
    assert [row["estimated"] for row in rows] == [0, 0, 1]
    assert rows[0]["input_tokens"] == 0 and rows[1]["cost_nanousd"] is None
    assert rows[2]["input_tokens"] == 5, "19 bytes are about five tokens"


def test_what_outlives_its_caller_is_recorded_once(book, caller, upstream):
    let_go = threading.Event()

    def slowly(exchange):
        let_go.wait(20)
        completion(exchange, "done")

    upstream.on("finish", slowly)
    call = caller.begin_generate("local/finish")
    upstream.wait_for("finish")
    call.cancel()
    settle()
    let_go.set()
    settle()
    ledger = book.close()
    rows = ledger.execute("SELECT detached, reason FROM calls ORDER BY id").fetchall()
    assert [tuple(row) for row in rows] == [(0, "CALLER_LEFT"), (1, None)]
    total = ledger.execute("SELECT sum(input_tokens), sum(output_tokens) FROM attempts").fetchone()
    assert tuple(total) == (3, 5)


def test_the_command_sums_it_up(book, caller, upstream):
    upstream.on("breaks", error("400 Bad Request"))
    for _ in range(3):
        caller.generate("local/plain", "hello")
    caller.generate("other/plain", "hello")
    caller.fail("local/breaks")
    book.close()
    done = book.laneway("usage", "--by", "caller,target", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    rows = {row["target"]: row for row in map(json.loads, done.stdout.splitlines())}
    plain = rows["local/plain"]
    assert (plain["caller"], plain["calls"], plain["failed"]) == ("bot", 3, 0)
    assert (plain["input_tokens"], plain["output_tokens"]) == (9, 15)
    assert plain["cost_usd"] == "0.000159000"
    assert rows["other/plain"]["unpriced_attempts"] == 1
    assert rows["local/breaks"]["failed"] == 1

    table = book.laneway("usage", "--by", "caller").stdout.splitlines()
    assert table[0].split() == [
        "CALLER", "CALLS", "FAILED", "INPUT", "CACHED", "OUTPUT", "REASONING", "COST", "$",
    ]  # fmt: skip
    assert table[1].split() == ["bot", "5", "1", "12", "0", "20", "0", "0.0002"]
    assert "1 attempts on targets without a price" in table[-1]

    lines = list(csv.DictReader(io.StringIO(book.laneway("usage", "--by", "lane", "--csv").stdout)))
    assert {line["lane"]: line["calls"] for line in lines} == {"local": "4", "other": "1"}

    done = book.laneway("calls", "--failed")
    headline, attempt = done.stdout.splitlines()
    assert " BAD_REQUEST local/breaks of bot, uid " in headline
    assert attempt.startswith("  local/breaks BAD_REQUEST HTTP 400")
    calls = [json.loads(line) for line in book.laneway("calls", "--json").stdout.splitlines()]
    assert len(calls) == 5 and calls[0]["reason"] == "BAD_REQUEST", "the newest first"

    for wrong in (["usage", "--by", "colour"], ["usage", "--since", "soon"]):
        done = book.laneway(*wrong)
        assert done.returncode != 0 and wrong[-1] in done.stderr


def test_a_ledger_that_is_not_there_is_named():
    done = daemons.run("usage", "--ledger", "/nowhere/ledger.db")
    assert done.returncode != 0 and "/nowhere/ledger.db" in done.stderr


def test_a_ledger_that_cannot_be_opened_stops_no_call(start, new_client, config):
    text = f"{config}ledger: {{ path: /nowhere/at/all.db }}\n"
    running = start(text).wait_until_listening()
    assert text_of(new_client(target=running.target).generate("local/plain", "hello")) == "hello"
    assert "no ledger" in running.log.read_text()


class Metered:
    """An upstream that keeps its own account: what it was sent, and what it said until it ended."""

    WORDS = 12

    def __init__(self) -> None:
        self.input = self.output = self.served = 0
        self.lock = threading.Lock()

    def __call__(self, exchange) -> None:
        fate = exchange.prompt.split()[0]
        words = self.WORDS
        if fate == "refuse":
            return error("400 Bad Request")(exchange)
        with self.lock:
            # A token is four bytes, for the prompt as for what is said.
            self.input += len(exchange.prompt) // 4
            self.served += 1
        if not exchange.body.get("stream"):
            return self.whole(exchange)
        exchange.begin_events()
        for number in range(words):
            if fate == "break" and number == words // 2:
                return None
            try:
                exchange.say("word")
            except Gone:
                break
            with self.lock:
                self.output += 1
            if fate == "leave" and number == words // 2:
                exchange.closed.wait(20)
                return None
        usage = {"prompt_tokens": len(exchange.prompt) // 4, "completion_tokens": words}
        exchange.event({"id": "c", "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
        exchange.event({"id": "c", "choices": [], "usage": usage})
        exchange.event("[DONE]")
        return None

    def whole(self, exchange) -> None:
        with self.lock:
            self.output += self.WORDS
        message = {"role": "assistant", "content": "word" * self.WORDS}
        usage = {"prompt_tokens": len(exchange.prompt) // 4, "completion_tokens": self.WORDS}
        choice = {"index": 0, "message": message, "finish_reason": "stop"}
        exchange.answer(
            "200 OK", json.dumps({"id": "c", "choices": [choice], "usage": usage}).encode()
        )


def test_a_thousand_mixed_calls_sum_up_to_what_was_served(book, upstream, figures):
    metered = Metered()
    upstream.on("metered", metered)
    # A third of them end badly: left, broken off, refused.
    fates = random.Random(7).sample(
        ["whole"] * 334 + ["stream"] * 333 + ["leave"] * 111 + ["break"] * 111 + ["refuse"] * 111,
        1_000,
    )

    def live(part: list[str], number: int) -> None:
        client = Client(book.running.target, f"caller-{number}")
        for fate in part:
            prompt = f"{fate} " + "four" * 20
            if fate in ("whole", "refuse"):
                outcome(client, "generate", "local/metered", prompt)
                continue
            reader = client.stream("local/metered", prompt)
            if fate == "leave":
                reader.next_of("started")
                for _ in range(Metered.WORDS // 2 + 1):
                    reader.next_of("text")
                reader.cancel()
            reader.rest()
        client.close()

    threads = [threading.Thread(target=live, args=(fates[n::16], n)) for n in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ledger = book.close()
    calls, failed = ledger.execute("SELECT count(*), count(reason) FROM calls").fetchone()
    assert (calls, failed) == (1_000, 333)
    counted = ledger.execute(
        "SELECT sum(input_tokens), sum(output_tokens), sum(cost_nanousd), "
        "sum(CASE WHEN NOT estimated THEN output_tokens END), count(CASE WHEN estimated THEN 1 END) "
        "FROM attempts"
    ).fetchone()
    figures.append(
        f"ledger: {counted[0]} tokens in and {counted[1]} out of 1,000 calls; "
        f"served were {metered.input} and {metered.output}"
    )
    assert counted[3] == 667 * Metered.WORDS, "what was counted is exact"
    assert counted[4] == 222, "what was left or broken off is estimated, and says so"
    assert counted[0] == pytest.approx(metered.input, rel=0.1)
    assert counted[1] == pytest.approx(metered.output, rel=0.1)
    assert counted[2] == counted[0] * 1_000 + counted[1] * 10_000


PAGE = (daemons.CHECKOUT / "docs/ledger.md").read_text()


@pytest.mark.parametrize(
    "line", [line for block in re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
             for line in block.splitlines()],
)  # fmt: skip
def test_every_command_of_the_page_works(book, caller, line):
    caller.generate("local/plain", "hello")
    book.close()
    words = shlex.split(line)
    assert words[0] == "laneway"
    done = book.laneway(*words[1:])
    assert done.returncode == 0 and done.stdout, done.stderr


def test_the_pages_configuration_is_accepted(tmp_path):
    file = tmp_path / "laneway.yaml"
    file.write_text(re.search(r"```yaml\n(.*?)```", PAGE, re.DOTALL)[1])
    done = daemons.run("check", str(file), OPENAI_API_KEY="sk-none")
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_page_names_exactly_the_columns_there_are(book):
    ledger = book.close()
    for table in ("calls", "attempts"):
        there = {row["name"] for row in ledger.execute(f"PRAGMA table_info({table})")} - {"id"}
        told = re.search(rf"^\| `{table}` \|(.*)$", PAGE, re.MULTILINE)[1]
        assert there == set(re.findall(r"`(\w+)`", told))
