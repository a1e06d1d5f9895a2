"""Every folder of Examples/ can be found, run and typed. `make examples` builds and runs them."""

import os
import re

import pytest

from support import daemon as daemons

EXAMPLES = daemons.CHECKOUT / "Examples"
FOLDERS = sorted(folder for folder in EXAMPLES.iterdir() if folder.is_dir())


def typed(folder) -> list[str]:
    """The lines of shell that an example's README gives, but for what stands for the socket."""
    blocks = re.findall(r"```sh\n(.*?)```", (folder / "README.md").read_text(), re.DOTALL)
    lines = [line.removesuffix(" \\").strip() for line in "".join(blocks).splitlines()]
    return [line for line in lines if line and not line.startswith("SOCKET=")]


def test_there_are_examples_to_look_at():
    assert {"cpp", "go", "java", "python", "ruby", "shell"} <= {folder.name for folder in FOLDERS}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_an_example_has_a_run_file_that_does_what_its_readme_says(folder):
    run = folder / "run"
    assert os.access(run, os.X_OK), f"{run} is missing or cannot be run"
    lines = typed(folder)
    assert lines, "README.md gives no commands"
    if lines == ["./run ../../.build/laneway.sock"]:
        return
    missing = [line for line in lines if line not in run.read_text()]
    assert not missing


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_an_example_has_its_row_in_the_table(folder):
    assert f"({folder.name}/README.md)" in (EXAMPLES / "README.md").read_text()


@pytest.mark.parametrize("folder", [EXAMPLES, *FOLDERS], ids=lambda folder: folder.name)
def test_every_link_of_an_examples_readme_leads_somewhere(folder):
    links = re.findall(r"\]\(([^)#]+)", (folder / "README.md").read_text())
    assert not [link for link in links if not (folder / link).exists()]
