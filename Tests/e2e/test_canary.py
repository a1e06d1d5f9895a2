"""Unique tokens in key, header, prompt, completion and metadata, and where they may turn up.

Each kind of provider runs the whole fault matrix at the most verbose level, on an upstream that
repeats what it was told in every error. Then all that the daemon wrote, and all that its callers
got, is searched for the tokens.
"""

from __future__ import annotations

import concurrent.futures
import dataclasses
import json
import os
import pathlib
import time

import grpc
import pytest

from support import daemon as daemons
from support.calls import PATIENCE, Client, failure_of, messages, settle
from support.canaries import Canary, canary
from support.collector import METRICS, TRACES, Sink
from support.dialects import DIALECTS
from support.echoing import ECHOES, HEADER, EchoingUpstream
from support.failover_rows import ROWS
from support.patience import patient
from test_failover import BREAKS

CONFIG = """
providers:
  first: PROVIDER
  other: PROVIDER
model: { tier: { fast: "first/fast, other/fast" } }
lane_defaults: { concurrency: 64 }
prices: { "*/*": { input: 1, output: 2 } }
attribution: { persist_prompts: false, failover_log: FOLDER/failover.jsonl }
ledger: { path: FOLDER/ledger.db }
telemetry: { endpoint: "COLLECTOR", interval: 1s, api_key_file: FOLDER/collector-key }
limits: { first_chunk_timeout: STALL, idle_timeout: STALL }
log: { level: trace }
"""
CALLERS_AT_ONCE = 32
CASES = [(name, way, row.behaviour, row.fields) for name, row in ROWS.items() for way in row.ways]
CASES += [(name, way, echo, {}) for name, echo in ECHOES.items() for way in ("generate", "stream")]

# What a caller is told of its own call is its own; anyone else, and every file, is told less.
PROMPTS = ("text", "arguments", "result", "image", "description")


def make_canaries() -> dict[str, Canary]:
    """With signs in them that escaping changes, and a key as long as a signed token."""
    shapes = {
        "key": "Canary/key+{core}." + "x/Y+" * 40 + ".{more}==",
        "collector": "Canary/collector+{core}.{more}==",
        "header": 'Canary "header" \\{core}/{more}',
        "text": 'canary "text" é/{core}',
        "image": "canary image {core}",
        "span": "{core}",
        "trace": "{core}{more}",
    }
    names = ("key", "collector", "header", "completion", *PROMPTS)
    names += ("caller", "run", "user", "tool", "trace", "span", "unknown")
    return {name: canary(name, shapes.get(name, "canary-{name}-{core}")) for name in names}


@dataclasses.dataclass
class Told:
    """What one caller got of one call, all of it."""

    model: str
    raw: bytes
    error: grpc.RpcError | None

    @property
    def message(self) -> str:
        return self.error.details() if self.error else ""


class Caller:
    """Calls with canaries in all it sends, or with none."""

    def __init__(self, target: str, canaries: dict[str, Canary] | None) -> None:
        self.client = Client(target, "bystander", "run-of-the-bystander")
        self.told: list[Told] = []
        self.values = {name: one.value for name, one in (canaries or {}).items()}
        self.metadata = self.client.metadata
        if canaries:
            sent = {f"laneway-{name}": self.values[name] for name in ("user", "tool", "unknown")}
            sent["laneway-caller-id"] = self.values["caller"]
            sent["laneway-run-id"] = self.values["run"]
            sent["traceparent"] = f"00-{self.values['trace']}-{self.values['span']}-01"
            self.metadata = tuple(sent.items())

    def request(self, model: str, **fields):
        """A conversation with a picture and a tool's call and result, all of it telling."""
        says = {name: self.values.get(name, f"plain {name}") for name in PROMPTS}
        image = b"\x89PNG\r\n\x1a\n" + says["image"].encode()
        call = {"id": "call_1", "name": "look", "arguments_json": json.dumps({
            "at": says["arguments"],
        })}  # fmt: skip
        turns = (
            ("USER", {"text": {"text": says["text"]}}),
            ("USER", {"image": {"media_type": "image/png", "data": image}}),
            ("ASSISTANT", {"tool_call": call}),
            ("TOOL", {"tool_result": {"call_id": "call_1", "text": says["result"]}}),
        )
        tool = {"name": "look", "description": says["description"], "parameters_json": "{}"}
        return messages.GenerateRequest(
            model=model, tools=[tool], **fields,
            messages=[{"role": f"ROLE_{role}", "parts": [part]} for role, part in turns],
        )  # fmt: skip

    def call(self, way: str, model: str, **fields) -> Told:
        """Runs it to its end and keeps everything that came back."""
        stub = self.client.laneway
        start = stub.Generate.future if way == "generate" else stub.Stream
        call = start(self.request(model, **fields), timeout=PATIENCE * 2, metadata=self.metadata)
        heard, failed = [], None
        try:
            heard = [call.result()] if way == "generate" else []
            for event in call if way == "stream" else ():
                heard.append(event)
        except grpc.RpcError as error:
            failed = error
        parts = [one.SerializeToString() for one in heard] + [(call.details() or "").encode()]
        for name, value in (*call.initial_metadata(), *call.trailing_metadata()):
            parts += [name.encode(), value if isinstance(value, bytes) else value.encode()]
        if failed is not None:
            parts.append(repr(failure_of(failed)).encode())
        self.told.append(Told(model, b"\n".join(parts), failed))
        return self.told[-1]


class Run:
    """One kind's daemon, led through everything that can go wrong."""

    def __init__(self, kind: str, upstream, folder: pathlib.Path) -> None:
        self.kind, self.upstream, self.folder = kind, upstream, folder
        self.canaries = make_canaries()
        self.echoing = EchoingUpstream(
            DIALECTS[kind], [self.canaries[name] for name in ("key", "header", *PROMPTS)],
            self.canaries["completion"],
        )  # fmt: skip
        self.outputs: dict[str, bytes] = {}
        self.metrics = b""
        self.sink = Sink()
        self.daemon = daemons.Daemon(self._config()).wait_until_listening()
        self.caller = Caller(self.daemon.target, self.canaries)
        self.bystander = Caller(self.daemon.target, None)

    def _config(self) -> str:
        key = self._key_file("key", "key")
        self._key_file("collector-key", "collector")
        header = self.canaries["header"].value.replace("'", "''")
        provider = (
            f"{{ {DIALECTS[self.kind].CONFIG}, base_url: {self.upstream.base_url}, "
            f"api_key_file: {key}, headers: {{ {HEADER}: '{header}' }} }}"
        )
        text = CONFIG.replace("PROVIDER", provider).replace("FOLDER", str(self.folder))
        text = text.replace("STALL", f"{round(patient(600))}ms")
        return text.replace("COLLECTOR", self.sink.endpoint)

    def _key_file(self, name: str, canary_name: str) -> pathlib.Path:
        key = self.folder / name
        key.touch(mode=0o600)
        key.write_text(self.canaries[canary_name].value + "\n")
        return key

    def on(self, name: str, behaviour) -> str:
        """A model of this kind's own that behaves so."""
        model = f"{self.kind}-{name}"
        self.upstream.on(model, behaviour)
        return model

    def go(self) -> None:
        """All calls: the good ones first, for they are not to be late."""
        fine = self.on("fine", self.echoing.good)
        for way in ("generate", "stream"):
            self.caller.call(way, f"first/{fine}")
        self.caller.call("stream", f"first/{self.on('named', self.echoing.named)}")
        with concurrent.futures.ThreadPoolExecutor(CALLERS_AT_ONCE) as pool:
            calls = [pool.submit(*case) for case in self._cases(fine)]
        for call in calls:
            call.result()

    def _cases(self, fine: str):
        """The matrix on chains of one, whose failures the caller gets, and of two, which hop."""
        for name, way, behaviour, fields in CASES:
            failing = self.echoing.failing(behaviour)
            for place in ("alone", "hops"):
                model = f"first/{self.on(f'{name}-{way}-{place}', failing)}"
                chain = model if place == "alone" else f"{model},other/{fine}"
                yield self._call, self.caller, way, chain, fields
        for name, behaviour in BREAKS.items():
            model = self.on(f"breaks-{name}", self.echoing.breaking(behaviour))
            yield self._call, self.caller, "stream", f"first/{model}", {}
        for name in ("400", "500", "401"):
            for way in ("generate", "stream"):
                failing = self.echoing.failing(ROWS[name].behaviour, says=False)
                model = self.on(f"bystander-{name}-{way}", failing)
                yield self._call, self.bystander, way, f"first/{model}", {}

    @staticmethod
    def _call(caller: Caller, way: str, model: str, fields: dict) -> None:
        caller.call(way, model, **fields)

    def collect(self) -> None:
        """Everything that is written or printed, while the daemon runs and after its end."""
        process = pathlib.Path("/proc") / str(self.daemon.process.pid)
        self.outputs["arguments"] = (process / "cmdline").read_bytes()
        self.outputs["environment"] = (process / "environ").read_bytes()
        for words in (
            ("models",), ("models", "--json"), ("resolve", "fast"), ("resolve", "fast", "--json"),
            ("lanes",), ("lanes", "--json"), ("top", "--count", "1"), ("lanes", "--openmetrics"),
        ):  # fmt: skip
            self._print(*words, "--socket", self.daemon.socket)
        self.metrics = self.outputs["laneway lanes --openmetrics"]
        self._print("check", str(self.daemon.config))
        self._keep("ledger.db", "ledger.db-wal", "ledger.db-shm")
        self.daemon.terminate()
        assert self.daemon.wait() == 0
        # What was written last may have stayed in the log beside the database.
        ledger = sorted(self.folder.glob("ledger.db*"))
        self.outputs["ledger at the end"] = b"\n".join(file.read_bytes() for file in ledger)
        self._keep("failover.jsonl")
        self.outputs["log"] = self.daemon.log.read_bytes()
        self.outputs["spans"] = self.sink.bytes_of(TRACES)
        self.outputs["metrics by OTLP"] = self.sink.bytes_of(METRICS)
        for words in (
            ("usage", "--by", "caller,target"), ("usage", "--by", "lane", "--json"),
            ("calls", "--limit", "5000"), ("calls", "--limit", "5000", "--json"),
        ):  # fmt: skip
            self._print(*words, "--ledger", str(self.folder / "ledger.db"))

    def _keep(self, *names: str) -> None:
        limit = time.monotonic() + PATIENCE
        for name in names:
            while not (self.folder / name).exists():
                assert time.monotonic() < limit, f"no {name}"
                time.sleep(0.01)
            self.outputs[name] = (self.folder / name).read_bytes()

    def _print(self, *words: str) -> None:
        done = daemons.run(*words)
        assert done.returncode == 0, done.stderr
        place = words.index(next(word for word in words[1:] if word.startswith("/") or
                                 word in ("--socket", "--ledger")))  # fmt: skip
        self.outputs[" ".join(("laneway", *words[:place]))] = (done.stdout + done.stderr).encode()

    def close(self) -> None:
        self.caller.client.close()
        self.bystander.client.close()
        self.daemon.stop()
        self.sink.close()

    def assert_no_leak(self, names: tuple[str, ...], outputs: dict[str, bytes]) -> None:
        """Or it is said where those canaries are, and in which form."""
        assert outputs and all(outputs.values())
        leaks = [
            f"{name} in {place}, as {form}"
            for name in names
            for place, data in outputs.items()
            if (form := self.canaries[name].found_in(data))
        ]
        assert not leaks, f"{len(leaks)} leaks\n" + "\n".join(leaks[:20])


@pytest.fixture(scope="module", params=DIALECTS)
def run(request, upstream, tmp_path_factory):
    made = Run(request.param, upstream, tmp_path_factory.mktemp("canary"))
    try:
        made.go()
        settle()
        made.collect()
        yield made
    finally:
        made.close()


def callers(run: Run, *who: Caller) -> dict[str, bytes]:
    """What callers got, by the call's number and model."""
    return {
        f"call {number} of {told.model}": told.raw
        for caller in who
        for number, told in enumerate(caller.told)
    }


def test_every_canary_reached_the_upstream_and_was_echoed(run):
    """Else nothing of what follows would mean anything."""
    calls = len(run.caller.told)
    assert calls == 3 + 2 * len(CASES) + len(BREAKS)
    for name in ("key", "header", *PROMPTS):
        assert run.echoing.seen[name] >= calls - 1, (name, run.echoing.seen)
        assert run.echoing.echoed[name] >= len(CASES), (name, run.echoing.echoed)
    assert run.echoing.echoed["completion"] >= len(CASES)


def test_the_matrix_failed_and_the_good_answers_came(run):
    whole, streamed, named, *rest = run.caller.told
    for told in (whole, streamed, named):
        assert told.error is None, told.error
        assert run.canaries["completion"].found_in(told.raw)
    alone = [told for told in rest if "," not in told.model]
    assert len(alone) == len(CASES) + len(BREAKS)
    assert not [told.model for told in alone if told.error is None]
    hopped = [told for told in rest if "," in told.model and told.error is None]
    assert len(hopped) > len(CASES) // 2
    # The upstream's words do come to the caller, its own prompt in them: only that makes the
    # absence of the key worth something.
    for name in ("text", "completion"):
        repeated = [told for told in alone if run.canaries[name].found_in(told.message.encode())]
        assert len(repeated) > 10, name
    assert len([told for told in alone if "***" in told.message]) > 10


def test_every_output_that_is_searched_holds_what_it_should(run):
    assert not [name for name, data in run.outputs.items() if not data.strip(b"\0\n")]
    assert len(run.outputs) == 23
    for words in (b"upstream answered", b"call failed over", b"target is left alone"):
        assert words in run.outputs["log"], words
    assert run.outputs["failover.jsonl"].count(b"\n") > len(CASES) // 2
    calls = run.outputs["laneway calls --limit 5000 --json"].splitlines()
    assert len(calls) == len(run.caller.told) + len(run.bystander.told)
    # Whose a call was is told, so these do find what is there.
    for name in ("caller", "run", "user", "tool"):
        for place in ("failover.jsonl", "ledger at the end", "laneway calls --limit 5000 --json"):
            assert run.canaries[name].found_in(run.outputs[place]), (name, place)
        assert run.canaries[name].found_in(run.caller.told[0].raw), name
        assert run.canaries[name].found_in(run.outputs["spans"]), name
    assert run.canaries["trace"].found_in(run.outputs["ledger at the end"])


def test_every_call_and_every_attempt_was_exported(run):
    """Else there would be nothing in the spans to search."""
    own = [span for span in run.sink.spans if span.kind == "SERVER"]
    assert len(own) == len(run.caller.told) + len(run.bystander.told)
    traces = {span.trace_id for span in own}
    assert run.canaries["trace"].value in traces
    attempts = [span for span in run.sink.spans if span.kind == "CLIENT"]
    assert len(attempts) > len(own), "many were tried twice"
    assert run.sink.count_of("laneway.call.duration") == len(own)
    key = f"Bearer {run.canaries['collector'].value}"
    assert {export.headers["authorization"] for export in run.sink.arrivals} == {key}


def test_keys_and_headers_are_nowhere(run):
    told = callers(run, run.caller, run.bystander)
    run.assert_no_leak(("key", "collector", "header"), run.outputs | told)


def test_prompts_and_completions_are_told_to_their_caller_alone(run):
    telling = ("completion", *PROMPTS)
    run.assert_no_leak(telling, run.outputs | callers(run, run.bystander))


def test_metadata_is_where_attribution_puts_it_and_nowhere_else(run):
    bystander = callers(run, run.bystander)
    run.assert_no_leak(("unknown", "span"), run.outputs | callers(run, run.caller) | bystander)
    exported = {"metrics by OTLP": run.outputs["metrics by OTLP"]}
    metrics = exported | {"metrics": run.metrics}
    run.assert_no_leak(("user", "tool", "run", "trace", "caller"), bystander)
    run.assert_no_leak(("user", "tool", "run", "trace"), metrics)
    run.assert_no_leak(("caller",), exported)


def test_the_search_finds_every_form():
    found = canary("power", 'a "canary"/{core} é+{more}')
    assert len(found.forms) > 20
    for form, name in found.forms.items():
        assert found.found_in(b"before" + form.upper() + b"after"), name
    assert not found.found_in(canary("other").value.encode())


def test_a_key_file_that_others_can_read_is_refused_without_its_key(upstream, tmp_path):
    secret = canary("open")
    file = tmp_path / "key"
    file.write_text(secret.value)
    os.chmod(file, 0o644)
    config = tmp_path / "laneway.yaml"
    provider = f"{{ kind: openai, base_url: {upstream.base_url}, api_key_file: {file} }}"
    config.write_text(f"providers: {{ p: {provider} }}")
    done = daemons.run("check", str(config))
    said = done.stdout + done.stderr
    assert done.returncode != 0 and "chmod 600" in said
    assert not secret.found_in(said.encode())
