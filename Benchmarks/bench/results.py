"""What a measurement gives: a table to read, figures for machines, and goals met or missed."""

from __future__ import annotations

import dataclasses

from support.checks import Check


@dataclasses.dataclass(frozen=True)
class Goal:
    """One figure against its target. A figure that could not be had has a reason instead."""

    target: str
    what: str
    limit: float
    unit: str
    at_least: bool = False
    value: float | None = None
    why_not: str = ""

    @property
    def verdict(self) -> str:
        if self.value is None:
            return f"not measured: {self.why_not}"
        met = Check(self.what, self.value, self.limit, self.at_least).passed
        return "met" if met else "**missed**"

    @property
    def missed(self) -> bool:
        return self.value is not None and self.verdict != "met"

    def row(self) -> list[str]:
        sign = "≥" if self.at_least else "≤"
        measured = "" if self.value is None else f"{short(self.value)} {self.unit}"
        limit = f"{sign} {short(self.limit)} {self.unit}"
        return [self.target, self.what, measured, limit, self.verdict]


@dataclasses.dataclass
class Result:
    """What one measurement found. The first row of its table is the header."""

    target: str
    title: str
    text: str
    table: list[list[str]]
    goals: list[Goal]
    figures: dict = dataclasses.field(default_factory=dict)
    notes: list[str] = dataclasses.field(default_factory=list)


def short(value: float) -> str:
    """Three digits are more than any of these is good for."""
    if value == 0 or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.2f}" if abs(value) >= 1 else f"{value:.3g}"
