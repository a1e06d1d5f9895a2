"""What docs/failover.md shows is what is printed."""

import re
import shlex

import pytest

from support import daemon as daemons

FILE = daemons.CHECKOUT / "docs/failover.md"
PAGE = FILE.read_text()
CONFIGURATIONS = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
SESSIONS = re.findall(r"```console\n\$ (.*?)\n(.*?)```", PAGE, re.DOTALL)
# What differs from run to run.
VARIES = [
    (r"call      \S+ of uid \d+", "call ID of uid UID"),
    (r"[\d.]+ (ms|s|min)\b", "TIME"),
]


def masked(text: str) -> str:
    for pattern, word in VARIES:
        text = re.sub(pattern, word, text)
    return text


def test_the_page_shows_some_failures():
    assert len(SESSIONS) >= 4 and len(CONFIGURATIONS) == 2


@pytest.mark.parametrize("number", range(len(CONFIGURATIONS)))
def test_every_configuration_of_the_page_is_accepted(tmp_path, number):
    file = tmp_path / "laneway.yaml"
    file.write_text(CONFIGURATIONS[number])
    done = daemons.run("check", str(file), OPENAI_API_KEY="sk-none")
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_failures_of_the_page_are_what_is_printed(start):
    running = start(CONFIGURATIONS[1]).wait_until_listening()
    for command, shown in SESSIONS:
        words = shlex.split(command)
        assert words[0] == "laneway"
        done = daemons.run(*words[1:], "--socket", running.socket)
        printed = done.stdout + done.stderr
        assert masked(printed) == masked(shown), command
        # The times that the page speaks of.
        if "limited" in words and "generate" in words:
            assert "retry     in 90.0 s" in printed


def test_every_link_of_the_page_leads_somewhere():
    links = re.findall(r"\]\(([^)#]+)", PAGE)
    assert links and not [link for link in links if not (FILE.parent / link).exists()]


def test_every_file_that_the_page_names_is_there():
    named = re.findall(r"`(Tests/[^`]+)`", PAGE)
    assert named and not [name for name in named if not (daemons.CHECKOUT / name).exists()]
