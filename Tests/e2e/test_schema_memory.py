"""JSON Schema in C++ under a failing `operator new`: each allocation of a compilation and of a check is
refused in turn, and in turn each with all that follow it."""

from __future__ import annotations

import json
import os
import pathlib
import re
import subprocess

import pytest

from support.daemon import CHECKOUT

PROGRAM = os.environ.get("LANEWAY_SCHEMA_MEMORY", str(CHECKOUT / ".build/debug/SchemaMemory"))

PLAIN = {
    "$schema": "http://json-schema.org/draft-07/schema#",
    "definitions": {
        "place": {
            "type": "object",
            "properties": {"name": {"maxLength": 9}, "at": {"$ref": "#/definitions/pair"}},
            "required": ["name"],
        },
        "pair": {
            "items": [{"type": "number"}, {"type": "number"}],
            "additionalItems": False,
            "minItems": 2,
        },
    },
    "type": "object",
    "properties": {
        "kind": {"enum": ["walk", "drive", 3, None, {"deep": [1, 2]}]},
        "places": {
            "type": "array",
            "items": {"$ref": "#/definitions/place"},
            "minItems": 1,
            "uniqueItems": True,
        },
        "on": {"type": "string"},
        "hours": {"multipleOf": 0.25, "minimum": 0, "exclusiveMaximum": 24},
        "count": {"oneOf": [{"type": "integer", "maximum": 3}, {"const": "many"}]},
        "any": {"anyOf": [{"type": "null"}, {"not": {"type": "object"}}]},
    },
    "propertyNames": {"maxLength": 20},
    "additionalProperties": False,
    "dependencies": {"on": ["hours"], "count": {"required": ["kind"]}},
    "if": {"properties": {"kind": {"const": "drive"}}, "required": ["kind"]},
    "then": {"required": ["hours"]},
    "else": {"allOf": [{"required": ["kind"]}]},
}

# These are RE2's work, in the schema and at every check.
PATTERNS = {
    "properties": {"name": {"pattern": "^[a-zäöü]+(-[a-z]{2,9})?$"}, "on": {"format": "date-time"}},
    "patternProperties": {"^x-.*[0-9]$": {"type": "boolean"}},
}

FITTING = {
    "kind": "drive",
    "places": [{"name": "Köln", "at": [6.9, 50.9]}, {"name": "Aachen"}],
    "on": "2026-01-02T03:04:05Z",
    "hours": 1.25,
    "count": "many",
    "any": [1, "two"],
}
WRONG = {
    "kind": "swim",
    "places": [{"name": "the longest", "at": [6.9, "50.9", 3]}] * 2,
    "on": 7,
    "count": 12,
    "any": {"a": 1},
    "stranger": "a text that is longer than a few bytes",
}


@pytest.fixture
def refuse_each(tmp_path):
    """Runs the program; one tuple for each of its lines: allocations, refusals told, pieces kept."""
    if not pathlib.Path(PROGRAM).exists():
        pytest.skip(f"{PROGRAM} is not built")

    def run(*values, options=()):
        paths = [tmp_path / f"{at}.json" for at in range(len(values))]
        for path, value in zip(paths, values, strict=True):
            path.write_text(json.dumps(value, ensure_ascii=False))
        env = dict(os.environ)
        if options:
            # Of memory that may be kept no sanitizer need tell.
            env["ASAN_OPTIONS"] = env.get("ASAN_OPTIONS", "") + ":detect_leaks=0"
        done = subprocess.run(
            [PROGRAM, *paths, *options], capture_output=True, timeout=500, env=env, check=False
        )
        # RE2 logs what it finds unfinished, in pieces that need not be UTF-8.
        said = done.stdout.decode(), done.stderr[-4_000:].decode(errors="replace")
        assert done.returncode == 0, said
        found = re.findall(r": (\d+) allocations, .*; (\d+) times it said so, (-?\d+) pieces", said[0])
        return [tuple(map(int, line)) for line in found]

    return run


def test_each_refused_allocation_is_told_and_keeps_nothing(refuse_each):
    lines = refuse_each(PLAIN, FITTING, WRONG)
    # A compilation and two checks, each allocation refused alone and with all after it.
    assert len(lines) == 6
    assert all(told > 100 and told == needed and kept == 0 for needed, told, kept in lines), lines


def test_with_patterns_each_refused_allocation_is_told(refuse_each):
    fitting = {"name": "ärger-los", "x-7": True, "on": "2026-01-02T03:04:05Z"}
    wrong = {"name": "7", "x-7": "yes", "on": "yesterday"}
    # RE2 is not written for an `operator new` that throws: it loses memory then, and nothing else.
    lines = refuse_each(PATTERNS, fitting, wrong, options=["--re2-may-keep"])
    assert len(lines) == 6
    assert all(told > 100 and told == needed for needed, told, _ in lines), lines
