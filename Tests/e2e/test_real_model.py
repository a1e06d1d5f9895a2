"""A real model behind a real inference server: llama.cpp and SmolLM2-135M on this machine."""

import time

import pytest

from support.calls import text_of
from support.llama import MISSING, REASON, Llama

pytestmark = pytest.mark.skipif(bool(MISSING), reason=REASON)


@pytest.fixture(scope="module")
def llama(tmp_path_factory):
    server = Llama(tmp_path_factory.mktemp("llama"))
    yield server
    server.stop()


@pytest.fixture(scope="module")
def config(llama) -> str:
    return f"""
providers:
  local: {{ kind: openai, base_url: "{llama.base_url}" }}
lanes:
  local: {{ concurrency: 1 }}
"""


def test_a_real_model_answers_whole(client):
    answer = client.generate(
        "local/smollm2", "What is the capital of France?", timeout=120, max_output_tokens=24
    )
    assert text_of(answer).strip()
    assert 0 < answer.usage.output_tokens <= 24
    assert answer.usage.input_tokens > 0


def test_its_chunks_arrive_one_by_one_as_they_are_made(client, figures):
    reader = client.stream(
        "local/smollm2", "Write about the sea.", timeout=120, max_output_tokens=24
    )
    reader.next_of("started", 120)
    times = []
    while (event := reader.next(60)).WhichOneof("event") == "text":
        times.append(time.monotonic())
    assert event.WhichOneof("event") == "finish"
    assert len(times) >= 12
    spread = times[-1] - times[0]
    # Decoding takes milliseconds a token even here; a lump would arrive within one.
    assert spread > 0.05
    figures.append(f"real model: {len(times)} chunks over {spread:.2f} s")


def test_cancelling_the_call_cancels_the_models_work(client, llama, figures):
    assert "cancel task" not in llama.log.read_text(errors="replace")
    reader = client.stream(
        "local/smollm2", "Tell a very long story.", timeout=120, max_output_tokens=500
    )
    reader.next_of("started", 120)
    reader.next_of("text", 60)
    reader.cancel()
    took = llama.wait_for_log("cancel task")
    figures.append(f"real model: cancelled at the server {took * 1000:.0f} ms after the client")
