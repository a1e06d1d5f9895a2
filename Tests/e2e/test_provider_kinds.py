"""Each kind of provider, on servers that others wrote: llama.cpp's three APIs, and Ollama's."""

import pytest

from support.calls import messages, outcome
from support.llama import MISSING, REASON, Llama
from support.ollama import Ollama

pytestmark = pytest.mark.skipif(bool(MISSING), reason=REASON)
MODELS = {
    "chat": "chat/smollm2", "responses": "responses/smollm2", "messages": "messages/smollm2",
    "ollama": f"ollama/{Ollama.MODEL}",
}  # fmt: skip


@pytest.fixture(scope="module")
def llama(tmp_path_factory):
    server = Llama(tmp_path_factory.mktemp("llama"))
    yield server
    server.stop()


@pytest.fixture(scope="module")
def ollama(tmp_path_factory, llama):
    proxy = Ollama(tmp_path_factory.mktemp("ollama"), llama.base_url)
    yield proxy
    proxy.stop()


@pytest.fixture(scope="module")
def config(llama, ollama) -> str:
    return f"""
providers:
  chat: {{ kind: openai, base_url: "{llama.base_url}" }}
  responses: {{ kind: openai, api: responses, base_url: "{llama.base_url}" }}
  messages: {{ kind: anthropic, base_url: "{llama.base_url}" }}
  ollama: {{ kind: ollama, base_url: "{ollama.base_url}" }}
"""


def test_each_answers_in_one_piece(client):
    for kind, model in MODELS.items():
        answer = client.generate(model, "Say hello.", max_output_tokens=24, temperature=0.0)
        text = "".join(part.text.text for part in answer.message.parts)
        assert text.strip(), (kind, answer)
        assert answer.usage.output_tokens > 0, (kind, answer)
        assert answer.finish_reason in (
            messages.FINISH_REASON_STOP, messages.FINISH_REASON_LENGTH,
        ), (kind, answer)  # fmt: skip


@pytest.mark.parametrize("kind", MODELS)
def test_each_streams(client, kind, figures):
    reader = client.stream(MODELS[kind], "Count to ten.", max_output_tokens=24, temperature=0.0)
    assert reader.next_of("started").target == MODELS[kind]
    events = reader.rest()
    assert reader.error is None, reader.error
    kinds = [event.WhichOneof("event") for event in events]
    assert kinds[-1] == "finish" and set(kinds[:-1]) == {"text"}
    assert kinds.count("text") > 3, "token by token"
    assert events[-1].finish.usage.output_tokens > 0
    figures.append(f"{kind}: {kinds.count('text')} chunks of the real model")


def test_each_is_told_of_an_earlier_turn(client):
    """The model is small; what is tested is that its server takes the conversation."""
    for kind, model in MODELS.items():
        asked = messages.GenerateRequest(model=model, max_output_tokens=8)
        for role, text in (
            (messages.ROLE_SYSTEM, "Be brief."), (messages.ROLE_USER, "Hi."),
            (messages.ROLE_ASSISTANT, "Hello."), (messages.ROLE_USER, "Bye."),
        ):  # fmt: skip
            part = messages.Part(text=messages.TextPart(text=text))
            asked.messages.append(messages.Message(role=role, parts=[part]))
        answer = client.laneway.Generate(asked, metadata=client.metadata, timeout=40)
        assert answer.usage.input_tokens > 0, kind


@pytest.mark.parametrize("kind", ["chat", "responses", "messages"])
def test_each_says_when_the_prompt_is_too_long(client, kind):
    failure, _ = outcome(client, "generate", MODELS[kind], "word " * 20_000)
    assert failure.reason == "CONTEXT_TOO_LONG", failure
