"""What docs/lanes.md says can be typed, loaded and seen."""

import re
import shlex

import pytest

from support import daemon as daemons

FILE = daemons.CHECKOUT / "docs/lanes.md"
PAGE = FILE.read_text()
MAKEFILE = (daemons.CHECKOUT / "Makefile").read_text()


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


def lines_of_shell() -> list[str]:
    return [line for block in blocks("sh") for line in block.splitlines()]


def openmetrics(daemon) -> str:
    done = daemons.run("lanes", "--openmetrics", "--socket", daemon.socket)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("number", range(len(blocks("yaml"))))
def test_every_configuration_of_the_page_is_accepted(tmp_path, number):
    file = tmp_path / "laneway.yaml"
    file.write_text(blocks("yaml")[number])
    done = daemons.run("check", str(file), OPENAI_API_KEY="sk-none")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("line", lines_of_shell())
def test_every_command_of_the_page_works(daemon, line):
    words = shlex.split(line)
    assert words[0] == "laneway"
    done = daemons.run(*words[1:], "--socket", daemon.socket)
    assert done.returncode == 0, done.stderr


def test_the_page_names_exactly_the_metrics_there_are(client, daemon):
    client.generate("builtin/echo")
    shown = set(re.findall(r"# TYPE (\w+) (\w+)", openmetrics(daemon)))
    # OpenMetrics names a family of counters without the _total of its samples.
    there = {f"{name}_total" if kind == "counter" else name for name, kind in shown}
    told = set(re.findall(r"^\| `(laneway_lane_\w+)`", PAGE, re.MULTILINE))
    assert told == {name for name in there if name.startswith("laneway_lane_")}


def test_every_link_and_picture_of_the_page_is_there():
    links = re.findall(r"\]\(([^)#]+)", PAGE)
    assert not [link for link in links if not (FILE.parent / link).exists()]


def test_every_make_target_the_page_names_exists():
    named = set(re.findall(r"`make ([a-z0-9-]+)", PAGE))
    assert not [name for name in named if f"\n{name}:" not in MAKEFILE]
