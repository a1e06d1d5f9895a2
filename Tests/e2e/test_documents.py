"""What the documents tell people to type works."""

import re
import shlex

import pytest

from support import daemon as daemons

README = (daemons.CHECKOUT / "README.md").read_text()
MAKEFILE = (daemons.CHECKOUT / "Makefile").read_text()
PAGES = [
    "README.md", "CONTRIBUTING.md", "Examples/README.md", "Examples/python/README.md",
    "Benchmarks/README.md", "docs/benchmarks.md",
]  # fmt: skip


def commands() -> list[str]:
    """Every line of every block of shell in the README, comments left out."""
    blocks = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
    lines = [line.split("  #")[0].strip() for block in blocks for line in block.splitlines()]
    return [line for line in lines if line]


def test_the_readme_opens_with_commands_to_type():
    assert commands()[:3] == ["make demo", "make demo MODEL=smollm2", "make test"]


@pytest.mark.parametrize("line", [line for line in commands() if "laneway " in line])
def test_the_readmes_laneway_commands_work(daemon, line):
    words = shlex.split(line)
    assert words[0] == ".build/debug/laneway"
    words[words.index("--socket") + 1] = daemon.socket
    done = daemons.run(*words[1:])
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() in line


@pytest.mark.parametrize("page", PAGES)
def test_every_make_target_a_document_names_exists(page):
    text = (daemons.CHECKOUT / page).read_text()
    named = set(re.findall(r"(?:^|`)make ([a-z0-9][a-z0-9-]*)", text, re.MULTILINE))
    missing = [name for name in named if f"\n{name}:" not in MAKEFILE]
    assert not missing


@pytest.mark.parametrize("page", [*PAGES, "Tests/e2e/README.md"])
def test_every_link_of_a_document_leads_somewhere(page):
    file = daemons.CHECKOUT / page
    links = re.findall(r"\]\(([^)#]+)", file.read_text())
    broken = [
        link for link in links
        if not link.startswith("https://") and not (file.parent / link).exists()
    ]
    assert not broken


def test_the_readmes_configuration_is_accepted(tmp_path):
    text = re.search(r"```yaml\n(.*?)```", README, re.DOTALL)[1]
    file = tmp_path / "laneway.yaml"
    file.write_text(text)
    done = daemons.run("check", str(file), OPENAI_API_KEY="sk-none")
    assert done.returncode == 0, done.stderr
