"""A local server that answers as OpenAI and Anthropic do; the model's name in a request says how.

Bodies and headers are those that the providers document and that were recorded from them.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler
from threading import Lock
from types import MappingProxyType
from typing import Any, NamedTuple

from tests.support.local_http import LocalHttpServer


class Answer(NamedTuple):
    status: int
    body: object  # JSON, or bytes as they are
    headers: Mapping[str, str] = MappingProxyType({})


def _openai_error(status: int, message: str, kind: str | None, code: str | None, **headers: str) -> Answer:
    error = {"message": message, "type": kind, "param": None, "code": code}
    return Answer(status, {"error": error}, {name.replace("_", "-"): value for name, value in headers.items()})


def _anthropic_error(status: int, kind: str, message: str, **headers: str) -> Answer:
    body = {"type": "error", "error": {"type": kind, "message": message}, "request_id": "req_011CSHoEeqs5C35K2UUqR7Fy"}
    return Answer(status, body, {name.replace("_", "-"): value for name, value in headers.items()})


RATE_LIMIT = (
    "Rate limit reached for gpt-5 in organization org-AbCd on tokens per min (TPM): Limit 30000, Used 29500, "
    "Requested 1200. Please try again in 502ms."
)
QUOTA = "You exceeded your current quota, please check your plan and billing details."
CONTEXT = (
    "This model's maximum context length is 128000 tokens. However, your messages resulted in 130112 tokens. Please "
    "reduce the length of the messages."
)

OPENAI = {
    "rate-limit": _openai_error(429, RATE_LIMIT, "tokens", "rate_limit_exceeded"),
    "rate-limit-with-header": _openai_error(
        429, "Rate limit reached", "requests", "rate_limit_exceeded", retry_after_ms="40"
    ),
    "quota": _openai_error(429, QUOTA, "insufficient_quota", "insufficient_quota"),
    "context": _openai_error(400, CONTEXT, "invalid_request_error", "context_length_exceeded"),
    "bad-key": _openai_error(
        401, "Incorrect API key provided: sk-abcd****wxyz.", "invalid_request_error", "invalid_api_key"
    ),
    "no-model": _openai_error(
        404, "The model `no-model` does not exist or you do not have access to it.", "invalid_request_error",
        "model_not_found",
    ),
    "overload": _openai_error(503, "The engine is currently overloaded, please try again later", "server_error", None),
    "malformed": Answer(200, b'{"id": "chatcmpl-1", "choices": [{"index": 0, "mess'),
    "dropped": Answer(0, b""),
}  # fmt: skip

ANTHROPIC = {
    "rate-limit": _anthropic_error(
        429, "rate_limit_error", "This request would exceed your organization's rate limit of 30,000 input tokens per "
        "minute.", retry_after="1",
    ),
    "context": _anthropic_error(400, "invalid_request_error", "prompt is too long: 201340 tokens > 200000 maximum"),
    "bad-key": _anthropic_error(401, "authentication_error", "invalid x-api-key"),
    "overload": _anthropic_error(529, "overloaded_error", "Overloaded"),
    "dropped": Answer(0, b""),
}  # fmt: skip


class Providers(LocalHttpServer):
    """Use as a context manager. `flaky-NAME-COUNT` answers as `NAME` COUNT times, then well."""

    def __init__(self) -> None:
        self.requests: Counter[str] = Counter()  # by model
        self._lock = Lock()
        super().__init__(self._handler())

    def answer(self, path: str, request: dict[str, Any]) -> Answer:
        model = request.get("model", "")
        with self._lock:
            self.requests[model] += 1
            seen = self.requests[model]
        name, _, count = model.removeprefix("flaky-").rpartition("-") if model.startswith("flaky-") else (model, "", "")
        is_openai = path.rpartition("/")[2] != "messages"
        if count and seen > int(count):
            name = "well"
        known = (OPENAI if is_openai else ANTHROPIC).get(name)
        return known or (_openai_answer(name, request) if is_openai else _anthropic_answer(name, request))

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        providers = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                answer = providers.answer(self.path, request)
                if not answer.status:
                    self.close_connection = True
                    self.connection.close()
                    return
                body = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
                self.send_response(answer.status)
                headers = {"Content-Type": "application/json", "Content-Length": str(len(body)), **answer.headers}
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Says nothing."""

        return Handler


def _stream(events: Iterator[tuple[str, object]]) -> Answer:
    parts = (f"{f'event: {name}' + chr(10) if name else ''}data: {json.dumps(data)}\n\n" for name, data in events)
    return Answer(200, "".join(parts).encode(), {"Content-Type": "text/event-stream"})


def _openai_answer(name: str, request: dict[str, Any]) -> Answer:
    if name == "overload-in-stream":
        return _stream(_openai_stream())
    message: dict[str, Any] = {"role": "assistant", "content": "Hello"}
    finish_reason = "stop"
    if name == "content-filter":
        message["content"], finish_reason = "", "content_filter"
    tools = request.get("tools")
    if name == "tool" and tools and request["messages"][-1]["role"] != "tool":
        call = {"name": tools[0]["function"]["name"], "arguments": '{"order": "4031"}'}
        message = {"role": "assistant", "content": None}
        message["tool_calls"] = [{"id": "call_1", "type": "function", "function": call}]
        finish_reason = "tool_calls"
    choice = {"index": 0, "message": message, "finish_reason": finish_reason, "logprobs": None}
    usage = {"prompt_tokens": 9, "completion_tokens": 1, "total_tokens": 10}
    told = {"id": "chatcmpl-1", "object": "chat.completion", "created": 1_794_000_000, "model": "gpt-5"}
    return Answer(200, {**told, "choices": [choice], "usage": usage})


def _openai_stream() -> Iterator[tuple[str, object]]:
    delta = {"index": 0, "delta": {"role": "assistant", "content": "Hel"}, "finish_reason": None}
    told = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1_794_000_000, "model": "gpt-5"}
    yield "", {**told, "choices": [delta]}
    error = {"message": "The server is currently overloaded with other requests.", "type": "server_error", "code": None}
    yield "", {"error": error}


def _anthropic_answer(name: str, request: dict[str, Any]) -> Answer:
    message = {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "claude",
        "stop_sequence": None,
        "usage": {"input_tokens": 9, "output_tokens": 1},
    }
    if name == "overload-in-stream":
        error = {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}
        start = {"type": "message_start", "message": {**message, "content": [], "stop_reason": None}}
        return _stream(iter([("message_start", start), ("error", error)]))
    return Answer(200, {**message, "content": [{"type": "text", "text": "Hello"}], "stop_reason": "end_turn"})
