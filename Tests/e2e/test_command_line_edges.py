"""The command line where the shell hands it something odd: closed descriptors, full disks, Ctrl-C."""

import os
import signal
import subprocess
import time

import pytest

from support import daemon as daemons
from support.upstream import endless

CONFIG = """
providers:
  local: { kind: openai, base_url: BASE_URL }
"""


def shell(daemon, line: str, **options):
    """Runs a line of bash in which $L is the command and the daemon's socket is known."""
    extra = {"L": daemons.BINARY, "LANEWAY_SOCKET": daemon.socket}
    return subprocess.run(
        ["bash", "-c", line],
        capture_output=True,
        text=True,
        timeout=30,
        env=daemons.environment() | extra,
        **options,
    )


def test_a_closed_standard_input_is_said_so(daemon):
    done = shell(daemon, '"$L" generate builtin/echo - <&-')
    assert (done.returncode, done.stdout) == (74, ""), done.stderr
    assert done.stderr.startswith("standard input cannot be read: ")


@pytest.mark.parametrize("command", ["generate", "stream"])
@pytest.mark.parametrize("where", [">&-", ">/dev/full"])
def test_output_that_cannot_be_written_is_said_so(daemon, command, where):
    done = shell(daemon, f'"$L" {command} builtin/echo hi {where}')
    assert done.returncode == 74, done.stderr
    assert done.stderr.startswith("standard output cannot be written to: ")


def test_a_reader_that_has_seen_enough_ends_it_without_a_word(daemon):
    line = '"$L" stream "builtin/echo?repeat=200000" hello | head -c 5; exit ${PIPESTATUS[0]}'
    done = shell(daemon, line)
    assert (done.returncode, done.stdout, done.stderr) == (128 + signal.SIGPIPE, "hello", "")


def test_a_daemon_without_standard_descriptors_gives_their_numbers_to_no_socket(tmp_path):
    socket = f"{tmp_path}/laneway.sock"
    process = subprocess.Popen(
        ["bash", "-c", 'exec "$0" serve --socket "$1" <&- >&- 2>&-', daemons.BINARY, socket],
        env=daemons.environment(),
    )
    try:
        limit = time.monotonic() + daemons.START_SECONDS
        while not os.path.exists(socket) and time.monotonic() < limit:
            time.sleep(0.01)
        done = daemons.run("generate", "builtin/echo", "hi", "--socket", socket)
        assert (done.returncode, done.stdout) == (0, "hi\n"), done.stderr
        for descriptor in range(3):
            assert os.readlink(f"/proc/{process.pid}/fd/{descriptor}") == "/dev/null"
    finally:
        process.terminate()
        assert process.wait(10) == 0


def test_a_socket_may_be_named_from_where_one_stands(daemon):
    folder, name = os.path.split(daemon.socket)
    done = shell(daemon, f'"$L" generate builtin/echo hi --socket {name}', cwd=folder)
    assert (done.returncode, done.stdout) == (0, "hi\n"), done.stderr


def test_a_stream_that_breaks_keeps_its_text_and_its_error_on_lines_of_their_own(daemon):
    done = shell(daemon, '"$L" stream "builtin/echo?fail=server_error&after=2" "a b c"')
    assert (done.returncode, done.stdout) == (1, "a b\n")
    assert "STREAM_INTERRUPTED" in done.stderr
    assert "used" in done.stderr


def test_the_callers_own_deadline_is_a_failed_call_and_not_a_missing_daemon(daemon):
    done = shell(daemon, '"$L" generate "builtin/echo?first_chunk=9s" hi --timeout 0.001')
    assert done.returncode == 1, done.stderr
    assert "DEADLINE_EXCEEDED" in done.stderr


def test_ctrl_c_ends_a_stream_and_closes_upstream(daemon, upstream):
    upstream.on("endless", endless)
    command = subprocess.Popen(
        [daemons.BINARY, "stream", "local/endless", "hi", "--socket", daemon.socket],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=daemons.environment(),
    )
    exchange = upstream.wait_for("endless")
    assert command.stdout.read(5) == b"more "
    command.send_signal(signal.SIGINT)
    command.communicate(timeout=10)
    assert command.returncode == 130
    assert exchange.closed.wait(2)


def test_two_signals_in_a_row_end_the_daemon_at_once(start):
    running = start("limits: { drain_timeout: 10s }\n").wait_until_listening()
    call = subprocess.Popen(
        [daemons.BINARY, "stream", "builtin/echo?pace=2&repeat=100", "tick "]
        + ["--socket", running.socket],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=daemons.environment(),
    )
    assert call.stdout.read(4) == b"tick"
    running.process.send_signal(signal.SIGTERM)
    running.process.send_signal(signal.SIGINT)
    code = running.wait(5)
    # Which of two pending signals is told first is not ours to say.
    assert code in (128 + signal.SIGTERM, 128 + signal.SIGINT)
    call.wait(10)
