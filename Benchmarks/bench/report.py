"""The report: for people in Markdown, for machines in JSON."""

from __future__ import annotations

import json
import pathlib
import re

from .results import Result

BEGIN, END = "<!-- report: written by make bench -->", "<!-- end of report -->"


def markdown(results: list[Result], facts: dict[str, dict[str, str]]) -> str:
    goals = [goal for result in results for goal in result.goals]
    missed = sum(goal.missed for goal in goals)
    unknown = sum(goal.value is None for goal in goals)
    lines = [
        f"{len(goals) - missed - unknown} goals met, {missed} missed, {unknown} not measured.",
        "", *table([["target", "what", "measured", "limit", "verdict"],
                    *(goal.row() for goal in goals)]), "",
        *(f"- {name}: {', '.join(f'{key} {value}' for key, value in values.items())}"
          for name, values in facts.items() if values), "",
    ]
    for result in results:
        lines += [f"### {result.target}: {result.title}", "", result.text, ""]
        if result.table:
            lines += [*table(result.table), ""]
        lines += [f"- {note}" for note in result.notes] + ([""] if result.notes else [])
    return "\n".join(lines)


def table(rows: list[list[str]]) -> list[str]:
    header, *rest = (f"| {' | '.join(row)} |" for row in rows)
    return [header, "|" + " --- |" * len(rows[0]), *rest]


def write(folder: pathlib.Path, results: list[Result], facts: dict[str, dict[str, str]]) -> str:
    """Writes report.md and report.json, and gives the text of the first."""
    folder.mkdir(parents=True, exist_ok=True)
    text = markdown(results, facts)
    (folder / "report.md").write_text(f"# Benchmarks\n\n{text}")
    found = {
        "facts": facts,
        "goals": [vars(goal) | {"missed": goal.missed} for r in results for goal in r.goals],
        "measurements": {result.target: result.figures for result in results},
    }
    (folder / "report.json").write_text(json.dumps(found, indent=2) + "\n")
    return text


def replace(page: pathlib.Path, text: str) -> None:
    """Puts the report between the two markers of a page."""
    old = page.read_text()
    if BEGIN not in old or END not in old:
        raise SystemExit(f"bench: {page} lacks the lines {BEGIN!r} and {END!r}")
    pattern = re.compile(re.escape(BEGIN) + ".*?" + re.escape(END), re.DOTALL)
    page.write_text(pattern.sub(lambda _: f"{BEGIN}\n\n{text}\n{END}", old))
