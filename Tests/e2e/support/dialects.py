"""How upstreams of each kind answer when all is well: whole, and as the events of a stream.

An answer's id is `x-1` (`c-1` in chat) where its dialect has one.
"""

from __future__ import annotations

import json

from .upstream import Exchange, completion


class Chat:
    """OpenAI's chat completions."""

    CONFIG = "kind: openai"

    def whole(self, exchange: Exchange, text: str) -> None:
        completion(exchange, text)

    def begin(self, exchange: Exchange) -> None:
        exchange.begin_events()

    def event(self, exchange: Exchange, payload: dict | str) -> None:
        exchange.event(payload)

    def say(self, exchange: Exchange, text: str) -> None:
        exchange.say(text)

    def finish(self, exchange: Exchange) -> None:
        exchange.finish()


class Responses(Chat):
    """OpenAI's Responses."""

    CONFIG = "kind: openai, api: responses"
    USAGE = {"input_tokens": 3, "output_tokens": 5, "total_tokens": 8}

    def whole(self, exchange: Exchange, text: str) -> None:
        content = [{"type": "output_text", "text": text}]
        output = [{"type": "message", "id": "m-1", "role": "assistant", "content": content}]
        _json(exchange, {"id": "x-1", "status": "completed", "output": output, "usage": self.USAGE})

    def say(self, exchange: Exchange, text: str) -> None:
        exchange.event({"type": "response.output_text.delta", "output_index": 0, "delta": text})

    def finish(self, exchange: Exchange) -> None:
        response = {"id": "x-1", "status": "completed", "usage": self.USAGE}
        exchange.event({"type": "response.completed", "response": response})


class Anthropic(Chat):
    """Anthropic's Messages."""

    CONFIG = "kind: anthropic"
    USAGE = {"input_tokens": 3, "output_tokens": 5}

    def whole(self, exchange: Exchange, text: str) -> None:
        _json(exchange, {
            "id": "x-1", "type": "message", "role": "assistant", "stop_reason": "end_turn",
            "content": [{"type": "text", "text": text}], "usage": self.USAGE,
        })  # fmt: skip

    def begin(self, exchange: Exchange) -> None:
        exchange.begin_events()
        message = {"id": "x-1", "role": "assistant", "content": [], "usage": self.USAGE}
        exchange.event({"type": "message_start", "message": message})

    def say(self, exchange: Exchange, text: str) -> None:
        """A block of its own: none has to be remembered as begun."""
        block = {"type": "text", "text": ""}
        exchange.event({"type": "content_block_start", "index": 0, "content_block": block})
        delta = {"type": "text_delta", "text": text}
        exchange.event({"type": "content_block_delta", "index": 0, "delta": delta})
        exchange.event({"type": "content_block_stop", "index": 0})

    def finish(self, exchange: Exchange) -> None:
        delta = {"stop_reason": "end_turn"}
        exchange.event({"type": "message_delta", "delta": delta, "usage": self.USAGE})
        exchange.event({"type": "message_stop"})


class Gemini(Chat):
    """Google's `generateContent`."""

    CONFIG = "kind: gemini"
    USAGE = {"promptTokenCount": 3, "candidatesTokenCount": 5}

    def whole(self, exchange: Exchange, text: str) -> None:
        _json(exchange, self._answer(text, finishReason="STOP"))

    def say(self, exchange: Exchange, text: str) -> None:
        exchange.event(self._answer(text))

    def finish(self, exchange: Exchange) -> None:
        exchange.event(self._answer("", finishReason="STOP"))

    def _answer(self, text: str, **fields) -> dict:
        candidate = {"content": {"role": "model", "parts": [{"text": text}]}, **fields}
        return {"responseId": "x-1", "candidates": [candidate], "usageMetadata": self.USAGE}


class Ollama(Chat):
    """Ollama's `/api/chat`: one object a line."""

    CONFIG = "kind: ollama"

    def whole(self, exchange: Exchange, text: str) -> None:
        _json(exchange, self._answer(text, done=True))

    def begin(self, exchange: Exchange) -> None:
        exchange.head_of("200 OK", "content-type: application/x-ndjson")

    def event(self, exchange: Exchange, payload: dict | str) -> None:
        text = payload if isinstance(payload, str) else json.dumps(payload)
        exchange.send(f"{text}\n".encode())

    def say(self, exchange: Exchange, text: str) -> None:
        self.event(exchange, self._answer(text, done=False))

    def finish(self, exchange: Exchange) -> None:
        self.event(exchange, self._answer("", done=True))

    @staticmethod
    def _answer(text: str, done: bool) -> dict:
        answer = {"model": "m", "created_at": "2025-01-01T00:00:00Z", "done": done}
        counted = {"done_reason": "stop", "prompt_eval_count": 3, "eval_count": 5} if done else {}
        return {**answer, "message": {"role": "assistant", "content": text}, **counted}


DIALECTS: dict[str, Chat] = {
    "chat": Chat(), "responses": Responses(), "anthropic": Anthropic(), "gemini": Gemini(),
    "ollama": Ollama(),
}  # fmt: skip


def good(dialect: Chat, exchange: Exchange, text: str) -> None:
    """A whole, good answer, in whichever form was asked for."""
    # Gemini's streams are told by their path, and Ollama streams unless it is told not to.
    if not exchange.body.get("stream") and ":streamGenerateContent" not in exchange.head:
        return dialect.whole(exchange, text)
    dialect.begin(exchange)
    dialect.say(exchange, text)
    dialect.finish(exchange)
    return None


def _json(exchange: Exchange, answer: dict) -> None:
    exchange.answer("200 OK", json.dumps(answer).encode(), "x-request-id: up-1")
