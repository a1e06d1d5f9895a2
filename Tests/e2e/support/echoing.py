"""An upstream that repeats all it was told in whatever goes wrong, as real ones do with keys."""

from __future__ import annotations

import copy
import json
from collections import Counter
from collections.abc import Callable
from urllib.parse import quote

from .canaries import Canary
from .dialects import Chat, good
from .packing import packed
from .upstream import Behaviour, Exchange

KEY_HEADERS = ("authorization", "x-api-key", "x-goog-api-key")
HEADER = "x-canary"


def sent_header(exchange: Exchange, name: str) -> str:
    """A header's value as it came; empty without it."""
    for line in exchange.head.split("\r\n")[1:]:
        if line.partition(":")[0].lower() == name:
            return line.partition(":")[2].strip()
    return ""


class Echo:
    """An exchange that speaks a dialect and puts what it was sent into each error and each break.

    What it repeats is taken from the request, so nothing is echoed that was not sent.
    """

    def __init__(self, exchange: Exchange, dialect: Chat, prompts: list[str], said: str) -> None:
        self.exchange, self.dialect, self.said = exchange, dialect, said
        self.key = next(filter(None, (sent_header(exchange, name) for name in KEY_HEADERS)), "")
        self.key = self.key.removeprefix("Bearer ")
        self.header = sent_header(exchange, HEADER)
        self.words = " ".join(filter(None, (self.key, self.header, *prompts, said)))

    def __getattr__(self, name: str):
        return getattr(self.exchange, name)

    def answer(self, status: str, body: bytes, *headers: str, kind="application/json") -> None:
        headers += (f"x-request-id: req-{self.key}", f"x-echo: {self.header}")
        self.exchange.answer(status, self._with_words(body), *headers, kind=kind)

    def send(self, data: bytes) -> None:
        self.exchange.send(data + self.words.encode())

    def begin_events(self) -> None:
        self.dialect.begin(self.exchange)

    def event(self, payload: dict | str) -> None:
        if isinstance(payload, str):
            payload += self.words
        else:
            payload = json.loads(self._with_words(json.dumps(payload).encode()))
        self.dialect.event(self.exchange, payload)

    def say(self, text: str) -> None:
        self.dialect.say(self.exchange, text + self.said)

    def _with_words(self, body: bytes) -> bytes:
        try:
            answer = json.loads(body)
        except ValueError:
            return body + self.words.encode() if body else body
        if "error" in answer:
            answer["error"]["message"] += f" {self.words}"
        return json.dumps(answer).encode()


def failing(words: Callable[[Echo], str], status="500 Internal Server Error") -> Behaviour:
    """An error whose message is made of what was sent in another way."""

    def behave(echo: Echo) -> None:
        body = json.dumps({"error": {"message": words(echo)}}).encode()
        echo.exchange.answer(status, body, "x-request-id: up-2")

    return behave


def _inside_another(echo: Echo) -> str:
    """A gateway that puts the whole answer of its own upstream into its message."""
    return json.dumps({"error": {"message": echo.words}})


def _in_its_type(echo: Echo) -> None:
    echo.exchange.answer("500 Internal Server Error", b"no", kind=echo.key)


def _in_its_coding(echo: Echo) -> None:
    echo.exchange.answer("200 OK", b"no", f"content-encoding: {echo.key}")


def _packed(echo: Echo) -> None:
    body = json.dumps({"error": {"message": echo.words}}).encode()
    echo.exchange.answer("500 Internal Server Error", packed(body), "content-encoding: gzip")


def _packed_in_name_only(echo: Echo) -> None:
    echo.exchange.answer("200 OK", echo.words.encode(), "content-encoding: gzip")


def _in_the_id_of(whole: bool) -> Behaviour:
    """An error whose head holds the key where an id is expected, with and without a body."""

    def behave(echo: Echo) -> None:
        body = b'{"error": {"message": "no"}}' if whole else b""
        echo.exchange.answer("400 Bad Request", body, f"request-id: {echo.key}")

    return behave


ECHOES: dict[str, Behaviour] = {
    "inside-another": failing(_inside_another),
    "inside-another-slashes": failing(lambda echo: _inside_another(echo).replace("/", "\\/")),
    "inside-two": failing(lambda echo: json.dumps({"error": _inside_another(echo)})),
    "percent": failing(lambda echo: f"?key={quote(echo.key, safe='')}&h={quote(echo.header)}"),
    "lower-case": failing(lambda echo: echo.words.lower()),
    "accented": failing(lambda echo: f"{echo.key}\u0301 {echo.header}\u0301 {echo.words}"),
    "again-and-again": failing(lambda echo: " ".join([echo.key] * 150)),
    "far-in": failing(lambda echo: "\0" + "." * (16 * 1024 - 40) + echo.key),
    "only-the-key": failing(lambda echo: echo.key, "401 Unauthorized"),
    "type": _in_its_type,
    "coding": _in_its_coding,
    "packed": _packed,
    "packed-in-name-only": _packed_in_name_only,
    "id": _in_the_id_of(whole=True),
    "id-alone": _in_the_id_of(whole=False),
}


class EchoingUpstream:
    """Makes the behaviours of one run echo, and counts what came and what was repeated."""

    def __init__(self, dialect: Chat, told: list[Canary], said: Canary) -> None:
        self.dialect, self.told, self.said = dialect, told, said
        self.seen: Counter[str] = Counter()
        self.echoed: Counter[str] = Counter()

    def failing(self, behaviour: Behaviour, *, says=True) -> Behaviour:
        """The behaviour, echoing. One that `says` nothing repeats only what it was sent."""

        def behave(exchange: Exchange) -> None:
            echo = Echo(exchange, self.dialect, self._prompts(exchange), says * self.said.value)
            self._count(echo)
            behaviour(echo)

        return behave

    def breaking(self, behaviour: Behaviour) -> Behaviour:
        """A stream that begins well and then does that."""

        def behave(echo: Echo) -> None:
            echo.begin_events()
            echo.say("one ")
            echo.say("two ")
            behaviour(echo)

        return self.failing(behave)

    def good(self, exchange: Exchange) -> None:
        self._count(Echo(exchange, self.dialect, self._prompts(exchange), ""))
        good(self.dialect, exchange, self.said.value)

    def named(self, exchange: Exchange) -> None:
        """A good stream whose id is the key it was sent."""
        key = Echo(exchange, self.dialect, [], "").key
        written = json.dumps(key).encode()
        named = copy.copy(exchange)
        named.send = lambda data: exchange.send(
            data.replace(b'"x-1"', written).replace(b'"c-1"', written)
        )
        good(self.dialect, named, self.said.value)

    def _prompts(self, exchange: Exchange) -> list[str]:
        body = json.dumps(exchange.body).encode()
        return [canary.value for canary in self.told if canary.found_in(body)]

    def _count(self, echo: Echo) -> None:
        request = echo.exchange.head.encode("latin-1") + json.dumps(echo.exchange.body).encode()
        self.seen.update(canary.name for canary in self.told if canary.found_in(request))
        self.seen.update(name for name in ("key", "header") if getattr(echo, name))
        words = echo.words.encode()
        self.echoed.update(
            canary.name for canary in (*self.told, self.said) if canary.found_in(words)
        )
