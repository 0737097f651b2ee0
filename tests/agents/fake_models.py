"""A model on loopback that answers in three vendors' wire forms, always by the same script.

An agent's own program is driven by it: each step of the script is a tool call or a closing text, and the step that is
due is told by how many results of tools the agent has sent so far. Every request is kept, so that a test can look for
what a hook wrote in what the model was given.
"""

import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import blake2b
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from secrets import token_hex
from typing import Any

Json = dict[str, Any]
CLOSING = "All done."


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A tool call that the model asks for, in the agent's own words."""

    tool: str
    asked: Json
    raw: str = ""
    """Of a tool that takes a text and no object."""


@dataclass(slots=True)
class Model:
    """What the server says and was told."""

    script: Sequence[Call]
    port: int = 0
    requests: list[Json] = field(default_factory=list)
    """Bodies of the requests that carried tools, in order."""
    name: str = field(default_factory=lambda: token_hex(8))
    """In the ids of its calls: an id that came before is the same call."""
    others: list[str] = field(default_factory=list)
    """``METHOD path`` of everything else that was asked for."""

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    def told(self) -> str:
        """Everything that the model was given, as one text."""
        return "\n".join(json.dumps(body, ensure_ascii=False) for body in self.requests)

    def id(self, mark: str, number: int) -> str:
        """An id as long and as odd as the vendors' own: shorter ones are not taken for unique."""
        return mark + blake2b(f"{self.name} {number}".encode(), digest_size=12).hexdigest()

    def step(self, results: int) -> Call | None:
        """The call that is due after so many results; None: the closing text."""
        return self.script[results] if results < len(self.script) else None


@contextmanager
def serving(script: Sequence[Call]) -> Iterator[Model]:
    """A model that listens on a free port of loopback."""
    model = Model(script)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            """Nothing on the test's output."""

        def do_GET(self) -> None:
            model.others.append(f"GET {self.path}")
            self.answer(b"{}", "application/json")

        def do_POST(self) -> None:
            data = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            try:
                body = json.loads(data)
            except ValueError:
                body = {}
            path = self.path.partition("?")[0]
            form = next((form for end, form in FORMS.items() if path.endswith(end)), None)
            if form is None or not body.get("tools"):
                model.others.append(f"POST {self.path}")
            else:
                model.requests.append(body)
            self.answer(*(form(model, body) if form else (b"{}", "application/json")))

        def answer(self, data: bytes, kind: str) -> None:
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    model.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield model
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def streamed(events: Sequence[Json], *, named: bool = True) -> tuple[bytes, str]:
    """Server-sent events."""
    parts = [(f"event: {event['type']}\n" if named else "") + f"data: {json.dumps(event)}\n\n" for event in events]
    return "".join(parts).encode(), "text/event-stream"


def anthropic(model: Model, body: Json) -> tuple[bytes, str]:
    """The Messages form: one content block."""
    blocks = [
        block
        for message in body.get("messages", [])
        for block in (message["content"] if isinstance(message["content"], list) else [])
    ]
    results = sum(block.get("type") == "tool_result" for block in blocks)
    call = model.step(results) if body.get("tools") else None
    block: Json
    if call is None:
        block, delta, stop = {"type": "text", "text": ""}, {"type": "text_delta", "text": CLOSING}, "end_turn"
    else:
        block = {"type": "tool_use", "id": model.id("toolu_", results), "name": call.tool, "input": {}}
        delta, stop = {"type": "input_json_delta", "partial_json": json.dumps(call.asked)}, "tool_use"
    name = f"msg_{len(model.requests):04}"
    head = {"id": name, "type": "message", "role": "assistant", "model": body.get("model", "none")}
    use = {"input_tokens": 10, "output_tokens": 5}
    if not body.get("stream"):
        whole = {**block, "input": call.asked} if call else {"type": "text", "text": CLOSING}
        answer = {**head, "content": [whole], "stop_reason": stop, "stop_sequence": None, "usage": use}
        return json.dumps(answer).encode(), "application/json"
    return streamed(
        [
            {"type": "message_start", "message": {**head, "content": [], "stop_reason": None, "usage": use}},
            {"type": "content_block_start", "index": 0, "content_block": block},
            {"type": "content_block_delta", "index": 0, "delta": delta},
            {"type": "content_block_stop", "index": 0},
            {"type": "message_delta", "delta": {"stop_reason": stop, "stop_sequence": None}, "usage": use},
            {"type": "message_stop"},
        ]
    )


def openai(model: Model, body: Json) -> tuple[bytes, str]:
    """The Responses form: one output item."""
    results = sum(str(one.get("type", "")).endswith("_call_output") for one in body.get("input", []))
    call = model.step(results)
    item: Json
    if call is None:
        content = [{"type": "output_text", "text": CLOSING, "annotations": []}]
        item = {"type": "message", "role": "assistant", "id": f"item_{results}", "content": content}
    elif call.raw:
        item = {"type": "custom_tool_call", "name": call.tool, "input": call.raw, "call_id": model.id("call_", results)}
    else:
        words = json.dumps(call.asked)
        item = {"type": "function_call", "name": call.tool, "arguments": words, "call_id": model.id("call_", results)}
    name = f"resp_{len(model.requests):04}"
    use = {"input_tokens": 10, "input_tokens_details": None, "output_tokens": 5, "output_tokens_details": None}
    return streamed(
        [
            {"type": "response.created", "response": {"id": name}},
            {"type": "response.output_item.done", "item": item},
            {"type": "response.completed", "response": {"id": name, "usage": {**use, "total_tokens": 15}}},
        ]
    )


def gemini(model: Model, body: Json) -> tuple[bytes, str]:
    """The generateContent form: one part."""
    parts = [part for content in body.get("contents", []) for part in content.get("parts", [])]
    call = model.step(sum("functionResponse" in part for part in parts))
    part: Json = {"functionCall": {"name": call.tool, "args": call.asked}} if call else {"text": CLOSING}
    candidate = {"content": {"role": "model", "parts": [part]}, "finishReason": "STOP", "index": 0}
    use = {"promptTokenCount": 10, "candidatesTokenCount": 5, "totalTokenCount": 15}
    return streamed([{"candidates": [candidate], "usageMetadata": use}], named=False)


def gemini_whole(model: Model, body: Json) -> tuple[bytes, str]:
    """The same in one piece, for side questions."""
    del model, body
    part = {"text": json.dumps({"reasoning": "", "model_choice": "flash"})}
    candidate = {"content": {"role": "model", "parts": [part]}, "finishReason": "STOP", "index": 0}
    return json.dumps({"candidates": [candidate], "usageMetadata": {"totalTokenCount": 1}}).encode(), "application/json"


FORMS = {
    "/v1/messages": anthropic,
    "/responses": openai,
    ":streamGenerateContent": gemini,
    ":generateContent": gemini_whole,
}
