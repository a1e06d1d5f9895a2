"""A measured value against its limit, and how a table shows it."""

from __future__ import annotations

import dataclasses


@dataclasses.dataclass(frozen=True)
class Check:
    """One measured value against its limit."""

    what: str
    value: float
    limit: float
    at_least: bool = False

    @property
    def passed(self) -> bool:
        return self.value >= self.limit if self.at_least else self.value <= self.limit

    def __str__(self) -> str:
        sign = "≥" if self.at_least else "≤"
        return f"{self.what}: {self.value:,.4g}, which has to be {sign} {self.limit:,.4g}"


def table(checks: list[Check]) -> list[str]:
    """As lines of Markdown."""
    lines = ["| check | measured | limit | |", "| --- | ---: | ---: | --- |"]
    for check in checks:
        sign = "≥" if check.at_least else "≤"
        verdict = "pass" if check.passed else "**FAIL**"
        value, limit = (f"{number:,.6g}" for number in (check.value, check.limit))
        lines.append(f"| {check.what} | {value} | {sign} {limit} | {verdict} |")
    return lines
