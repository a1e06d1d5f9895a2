"""Tokens that exist nowhere else, and the search for them in whatever form they may have taken."""

from __future__ import annotations

import base64
import dataclasses
import functools
import json
import secrets
from urllib.parse import quote, quote_plus


def core() -> str:
    """A token that escaping leaves as it is."""
    return secrets.token_hex(8)


@dataclasses.dataclass(frozen=True)
class Canary:
    """A text that must not turn up, and the tokens in it that give even a piece of it away."""

    name: str
    value: str
    cores: tuple[str, ...]

    @functools.cached_property
    def forms(self) -> dict[bytes, str]:
        """Everything that is searched for, with its name, in lower case."""
        pieces = (self.value, *self.cores)
        return {
            form.lower(): name for piece in pieces for name, form in _forms(piece.encode()).items()
        }

    def found_in(self, data: bytes) -> str | None:
        """The form it has there, with what stands around it; None where it is not."""
        lower = data.lower()
        for form, name in self.forms.items():
            place = lower.find(form)
            if place >= 0:
                return f"{name}: {data[max(0, place - 80) : place + len(form) + 40]!r}"
        return None


def canary(name: str, shape: str = "canary-{name}-{core}") -> Canary:
    """A canary whose value has the shape; `{core}` and `{more}` in it are tokens."""
    first, second = core(), core()
    value = shape.format(name=name, core=first, more=second)
    return Canary(name, value, tuple(one for one in (first, second) if one in value))


def _forms(text: bytes) -> dict[str, bytes]:
    plain = text.decode()
    ascii_json, json_text = json.dumps(plain)[1:-1], json.dumps(plain, ensure_ascii=False)[1:-1]
    forms = {
        "raw": plain, "json, ascii": ascii_json, "json": json_text,
        "json, slashes": ascii_json.replace("/", "\\/"), "json twice": json.dumps(ascii_json)[1:-1],
        "percent": quote(plain, safe=""), "percent, path": quote(plain), "form": quote_plus(plain),
        "hex": text.hex(),
    }  # fmt: skip
    found = {name: form.encode() for name, form in forms.items()}
    for shift in range(3):
        encoded = _base64(text, shift)
        found[f"base64, {shift}"] = encoded
        found[f"base64url, {shift}"] = encoded.replace(b"+", b"-").replace(b"/", b"_")
    return found


def _base64(text: bytes, shift: int) -> bytes:
    """What base64 makes of it behind `shift` bytes, without what depends on its neighbours."""
    encoded = base64.b64encode(bytes(shift) + text).rstrip(b"=")
    whole = len(encoded) - (1 if (shift + len(text)) % 3 else 0)
    return encoded[(0, 2, 3)[shift] : whole]
