"""The command line as a person uses it."""

import json
import subprocess
import time

import pytest

from support import daemon as daemons


@pytest.fixture
def laneway(daemon):
    def run(*arguments: str, stdin: str | None = None):
        return daemons.run(*arguments, "--socket", daemon.socket, stdin=stdin)

    return run


@pytest.mark.parametrize("command", ["generate", "stream"])
def test_it_prints_the_answer_and_nothing_else(laneway, command):
    done = laneway(command, "builtin/echo", "Hello, command line.")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "Hello, command line.\n"


@pytest.mark.parametrize("command", ["generate", "stream"])
def test_a_hyphen_reads_the_prompt_from_standard_input(laneway, command):
    prompt = "line one\nline two ☺"
    done = laneway(command, "builtin/echo", "-", stdin=prompt)
    assert done.returncode == 0, done.stderr
    assert done.stdout == prompt + "\n"


def test_json_prints_the_whole_answer_for_a_program(laneway):
    done = laneway("generate", "builtin/echo", "hi", "--json")
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert "hi" in json.dumps(answer)
    assert "builtin/echo" in json.dumps(answer)


@pytest.mark.parametrize("command", ["generate", "stream"])
def test_a_failure_prints_what_happened_to_the_call(laneway, command):
    done = laneway(command, "builtin/echo?fail=rate_limited&retry_after=2s", "hi")
    assert done.returncode != 0
    assert done.stdout == ""
    for word in ("RESOURCE_EXHAUSTED", "UPSTREAM_RATE_LIMITED", "builtin/echo", "429"):
        assert word in done.stderr, done.stderr


def test_an_unknown_model_is_named(laneway):
    done = laneway("generate", "builtin/nosuch", "hi")
    assert done.returncode != 0
    assert "UNKNOWN_MODEL" in done.stderr and "builtin/nosuch" in done.stderr


def test_no_daemon_is_said_so_with_the_socket_it_looked_for(tmp_path):
    path = f"{tmp_path}/nobody.sock"
    done = daemons.run("generate", "builtin/echo", "hi", "--socket", path)
    assert done.returncode != 0
    assert path in done.stderr


def test_the_socket_can_come_from_the_environment(daemon):
    done = daemons.run("generate", "builtin/echo", "hi", LANEWAY_SOCKET=daemon.socket)
    assert (done.returncode, done.stdout) == (0, "hi\n"), done.stderr


def test_a_stream_is_printed_token_by_token(daemon):
    process = subprocess.Popen(
        [daemons.BINARY, "stream", "builtin/echo?pace=4", "one two three four"]
        + ["--socket", daemon.socket],
        stdout=subprocess.PIPE,
        env=daemons.environment(),
    )
    arrived = []
    while piece := process.stdout.read1(4096):
        arrived.append((time.monotonic(), piece))
    assert process.wait(20) == 0
    assert b"".join(piece for _, piece in arrived) == b"one two three four\n"
    assert len(arrived) >= 4, "the tokens came in one lump"
    assert arrived[-1][0] - arrived[0][0] > 0.5


def test_help_names_every_command():
    done = daemons.run("--help")
    assert done.returncode == 0
    for command in ("serve", "generate", "stream", "check"):
        assert command in done.stdout
