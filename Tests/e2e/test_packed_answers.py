"""Answers in a content coding: gzip and deflate are read, and bounded whatever they hold.

What packs them is Python's zlib.
"""

import json
import random
import time

import grpc
import pytest

from support.calls import text_of
from support.dialects import DIALECTS, good
from support.packing import FORMATS, PackedExchange, packed
from support.process_figures import peak_bytes
from support.upstream import Gate, completion

PROVIDERS = "\n".join(
    f'  {name}: {{ {dialect.CONFIG}, base_url: "BASE_URL" }}' for name, dialect in DIALECTS.items()
)
CONFIG = f"""
providers:
{PROVIDERS}
lane_defaults: {{ concurrency: 32 }}
"""
# One loop for all: a call that kept it would be noticed by every other.
ONE_LOOP = """
providers: { chat: { kind: openai, base_url: BASE_URL } }
lane_defaults: { concurrency: 32 }
limits: { first_chunk_timeout: 3s }
threads: 1
"""
MEBIBYTE = 1024 * 1024
WORDS = ["one ", "two ", "three"]


def body_of(text: str) -> bytes:
    """The body of a whole answer in chat."""
    message = {"role": "assistant", "content": text}
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    return json.dumps({"id": "c-1", "object": "chat.completion", "choices": [choice]}).encode()


def answering(body: bytes, status: str = "200 OK", coding: str = "gzip", kind="application/json"):
    """Sends these bytes as they are, with the coding that they claim to be in."""

    def behave(exchange):
        exchange.answer(status, body, f"content-encoding: {coding}", kind=kind)

    return behave


def both_ways(client, upstream, model: str, behaviour):
    """How it fails in one piece and as a stream, as two models: a broken one is soon left alone."""
    for way in ("generate", "stream"):
        upstream.on(f"{model}-{way}", behaviour)
    generated = client.fail(f"chat/{model}-generate")
    return [generated, client.stream(f"chat/{model}-stream").failure()]


# MARK: read


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("kind", DIALECTS)
def test_a_packed_answer_is_read(client, upstream, kind, form):
    def answer(exchange):
        packing = PackedExchange(exchange, form)
        good(DIALECTS[kind], packing, "packed well")
        packing.end()

    model = f"{form}-{kind}"
    upstream.on(model, answer)
    assert text_of(client.generate(f"{kind}/{model}")) == "packed well"
    events = client.stream(f"{kind}/{model}").rest()
    assert "".join(event.text for event in events) == "packed well"
    assert events[-1].finish.usage.output_tokens == 5
    asked = [exchange.head.lower() for exchange in upstream.of(model)]
    assert "\r\naccept-encoding: gzip\r\n" in asked[0] + "\r\n"
    assert "\r\naccept-encoding: identity\r\n" in asked[1] + "\r\n"


@pytest.mark.parametrize("kind", ["chat", "ollama"])
def test_each_chunk_of_a_packed_stream_arrives_while_its_upstream_waits(client, upstream, kind):
    gate = Gate()

    def answer(exchange):
        packing = PackedExchange(exchange)
        DIALECTS[kind].begin(packing)
        for word in WORDS:
            DIALECTS[kind].say(packing, word)
            gate.wait()
        DIALECTS[kind].finish(packing)
        packing.end()

    upstream.on(f"waits-{kind}", answer)
    reader = client.stream(f"{kind}/waits-{kind}")
    reader.next_of("started")
    for word in WORDS:
        assert reader.next_of("text") == word
        gate.open()
    assert reader.rest()[-1].WhichOneof("event") == "finish"
    assert reader.error is None


def test_a_packed_answer_is_read_byte_by_byte(client, upstream):
    def answer(exchange):
        exchange.head_of("200 OK", "content-type: application/json", "content-encoding: gzip")
        for byte in packed(body_of(exchange.prompt)):
            exchange.send(bytes([byte]))

    upstream.on("bytes", answer)
    assert text_of(client.generate("chat/bytes", "åß∂ƒ" * 40)) == "åß∂ƒ" * 40


def random_stream(chance: random.Random) -> tuple[list[str], dict]:
    """What a stream says, and how it is packed."""
    letters = "ab \nø€😀" if chance.random() < 0.5 else "".join(map(chr, range(32, 1000)))
    sizes = [chance.choice((1, 7, 300, 40_000)) for _ in range(9)]
    return ["".join(chance.choices(letters, k=size)) for size in sizes], {
        "form": chance.choice(list(FORMATS)), "level": chance.randint(0, 9),
        "memLevel": chance.randint(1, 9), "strategy": chance.randint(0, 4),
    }  # fmt: skip


@pytest.mark.parametrize("seed", range(25))
def test_whatever_was_packed_comes_out(client, upstream, seed):
    chance = random.Random(f"packed {seed}")
    words, options = random_stream(chance)

    def answer(exchange):
        packing = PackedExchange(exchange, **options)
        sent = bytearray()
        packing.connection, connection = sent_into(sent), packing.connection
        packing.begin_events()
        for word in words:
            packing.say(word)
        packing.finish()
        packing.end()
        packing.connection = connection
        while sent:
            size = chance.choice((1, 2, 5, 100, 5000))
            connection.sendall(bytes(sent[:size]))
            del sent[:size]

    upstream.on(f"random-{seed}", answer)
    reader = client.stream(f"chat/random-{seed}")
    events = reader.rest()
    assert reader.error is None, reader.error
    assert [event.text for event in events if event.WhichOneof("event") == "text"] == words
    assert events[-1].WhichOneof("event") == "finish"


def sent_into(sent: bytearray):
    """Something to send to that keeps what it is given."""

    class Kept:
        @staticmethod
        def sendall(data: bytes) -> None:
            sent.extend(data)

    return Kept


def test_two_members_of_gzip_are_one_answer(client, upstream):
    body = body_of("in two members")
    upstream.on("members", answering(packed(body[:30]) + packed(body[30:])))
    assert text_of(client.generate("chat/members")) == "in two members"


# MARK: broken


@pytest.mark.parametrize("cut", ["in the middle", "before its check", "before its last byte"])
def test_a_packed_answer_that_is_cut_short_is_never_a_success(client, upstream, cut):
    whole = packed(body_of("not to be seen"))
    count = {"in the middle": len(whole) // 2, "before its check": len(whole) - 8}
    model = f"short {cut}"
    upstream.on(model, answering(whole[: count.get(cut, len(whole) - 1)]))
    failure = client.fail(f"chat/{model}")
    assert failure.code == grpc.StatusCode.UNAVAILABLE
    assert failure.last_attempt_reason == "UPSTREAM_MALFORMED"
    assert "it has no end" in failure.call.attempts[-1].message


def test_a_packed_stream_that_is_cut_short_is_aborted(client, upstream):
    def answer(exchange):
        packing = PackedExchange(exchange)
        packing.begin_events()
        packing.say("one ")
        packing.say("two ")

    upstream.on("short-stream", answer)
    reader = client.stream("chat/short-stream")
    assert "".join(event.text for event in reader.rest()) == "one two "
    failure = reader.failure()
    assert (failure.code, failure.reason) == (grpc.StatusCode.ABORTED, "STREAM_INTERRUPTED")
    assert failure.pushback_ms == -1


@pytest.mark.parametrize("place", [0, 10, 40, -8, -1])
def test_a_packed_answer_with_a_byte_turned_over_is_no_answer(client, upstream, place):
    broken = bytearray(packed(body_of("exactly this")))
    broken[place] ^= 0x10
    upstream.on(f"broken{place}", answering(bytes(broken)))
    failure = client.fail(f"chat/broken{place}")
    assert failure.last_attempt_reason == "UPSTREAM_MALFORMED", failure


def test_a_stream_that_goes_wrong_is_aborted_after_what_was_right(client, upstream):
    def answer(exchange):
        packing = PackedExchange(exchange)
        packing.begin_events()
        packing.say("right")
        exchange.send(b"\xff" * 20)

    upstream.on("wrong", answer)
    reader = client.stream("chat/wrong")
    assert "".join(event.text for event in reader.rest()) == "right"
    assert reader.failure().reason == "STREAM_INTERRUPTED"


@pytest.mark.parametrize("coding", ["br", "zstd", "gzip, br"])
def test_another_coding_is_refused_by_its_name(client, upstream, coding):
    behaviour = answering(b"\x0b\x02\x80{}\x03", coding=coding)
    for failure in both_ways(client, upstream, f"coded-{coding[-2:]}{len(coding)}", behaviour):
        assert failure.last_attempt_reason == "UPSTREAM_MALFORMED"
        assert f"in the content coding {coding}, which was not" in failure.call.attempts[-1].message


# MARK: errors


@pytest.mark.parametrize("status, reason", [
    ("429 Too Many Requests", "UPSTREAM_RATE_LIMITED"),
    ("500 Internal Server Error", "UPSTREAM_ERROR"),
])  # fmt: skip
def test_a_packed_error_is_read_for_its_message(client, upstream, status, reason):
    error = {"error": {"message": "said inside of gzip", "type": "x"}}
    body = packed(json.dumps(error).encode())

    def answer(exchange):
        exchange.answer(status, body, "content-encoding: gzip", "retry-after: 9")

    for failure in both_ways(client, upstream, f"error-{status[:3]}", answer):
        attempt = failure.call.attempts[-1]
        assert attempt.reason == reason
        assert attempt.message.endswith(f"answered {status[:3]}: said inside of gzip")


@pytest.mark.parametrize("status", ["401 Unauthorized", "200 OK"])
def test_a_packed_error_is_not_handed_on_with_a_key_in_it(client, upstream, status):
    error = {"error": {"message": "bad key sk-canary-0816-abcdefghijklmnop", "code": 401}}
    behaviour = answering(packed(json.dumps(error).encode()), status)
    for failure in both_ways(client, upstream, f"leaky-{status[:3]}", behaviour):
        assert "bad key ***" in failure.call.attempts[-1].message
        assert "0816" not in failure.message + str(failure.call)


# MARK: bombs


def test_a_small_answer_that_unpacks_to_a_huge_one_is_refused_with_the_limit(client, upstream):
    bomb = packed(b"\n" * (40 * MEBIBYTE))
    assert len(bomb) < 45_000
    upstream.on("bomb", answering(bomb))
    failure = client.fail("chat/bomb")
    attempt = failure.call.attempts[-1]
    assert attempt.reason == "UPSTREAM_MALFORMED"
    assert attempt.message.endswith("with more than 33,554,432 bytes; that is the limit")


def test_an_answer_that_unpacks_to_much_within_the_limit_is_an_answer(client, upstream):
    """A model that says one thing again and again packs better than many a bomb."""
    text = "again " * 400_000
    body = packed(body_of(text))
    assert len(body) * 300 < len(text)
    upstream.on("again", answering(body))
    assert len(text_of(client.generate("chat/again"))) < 4 * MEBIBYTE


@pytest.mark.parametrize("kind", ["chat", "ollama"])
def test_a_huge_line_in_a_packed_stream_is_refused_with_the_limit(client, upstream, kind):
    line = packed(b"data: " + b"a" * (10 * MEBIBYTE))
    assert len(line) < 11_000
    media = "application/x-ndjson" if kind == "ollama" else "text/event-stream"
    upstream.on(f"line-{kind}", answering(line, kind=media))
    attempt = client.stream(f"{kind}/line-{kind}").failure().call.attempts[-1]
    assert attempt.reason == "UPSTREAM_MALFORMED"
    assert attempt.message.endswith("more than 4194304 bytes; the limit is 4194304")


def test_a_huge_packed_error_is_read_no_further_than_its_limit(client, upstream):
    bomb = packed(b"{" + b" " * (200 * MEBIBYTE))
    behaviour = answering(bomb, "500 Internal Server Error")
    for failure in both_ways(client, upstream, "error-bomb", behaviour):
        message = failure.call.attempts[-1].message
        assert message.endswith("500 with more than 65,536 bytes of application/json")


@pytest.mark.speed
def test_bombs_take_no_memory_and_no_other_calls_time(start, new_client, upstream, figures):
    """Each unpacks to a gibibyte of blank lines, which mean nothing and never end a line."""
    bomb = packed(b"\n" * (1024 * MEBIBYTE), level=6)
    upstream.on("endless", answering(bomb, kind="text/event-stream"))
    daemon = start(ONE_LOOP.replace("BASE_URL", upstream.base_url)).wait_until_listening()
    client = new_client(target=daemon.target)
    client.generate("chat/other", "warm")
    before, slowest, others = peak_bytes(daemon.process.pid), 0.0, 0
    bombs = [client.stream("chat/endless") for _ in range(4)]
    upstream.wait_for("endless", 4)
    while any(bomb.error is None for bomb in bombs):
        began = time.monotonic()
        assert text_of(client.generate("chat/other", "unharmed")) == "unharmed"
        slowest, others = max(slowest, time.monotonic() - began), others + 1
    # The clocks run too.
    for one in bombs:
        assert one.failure().last_attempt_reason == "UPSTREAM_FIRST_CHUNK_TIMEOUT"
    grown = (peak_bytes(daemon.process.pid) - before) / MEBIBYTE
    figures.append(
        f"4 bombs of {len(bomb):,} bytes, 1 GiB each: {grown:.1f} MiB more at the peak; "
        f"the slowest of {others} other calls took {slowest * 1000:.0f} ms"
    )
    assert others > 3
    # A block of 64 KiB for each bomb lies between two turns of another call.
    assert slowest < 1.5
    assert grown < 32


def test_after_all_that_a_good_upstream_is_served_well(client, upstream):
    upstream.on("good", lambda exchange: completion(exchange, "all is well"))
    assert text_of(client.generate("chat/good")) == "all is well"
