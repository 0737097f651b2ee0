"""Writers that a person names: an endpoint of this machine only, and a program."""

import json
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from twiceshy.base.errors import SourceError, ToolMissing, UsageError
from twiceshy.wings.git.message_recipes import local_writers
from twiceshy.wings.git.message_recipes.local_writers import open_endpoint, open_program

ASKED: list[tuple[str, dict[str, Any]]] = []
ANSWER: list[tuple[int, bytes]] = []


class ChatServer(BaseHTTPRequestHandler):
    """Answers what stands in ``ANSWER``."""

    def do_POST(self) -> None:
        size = int(self.headers["Content-Length"])
        ASKED.append((self.path, json.loads(self.rfile.read(size))))
        status, body = ANSWER[-1]
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def port() -> Iterator[int]:
    ASKED.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), ChatServer)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    thread.join()
    server.server_close()


def say(text: str | None) -> bytes:
    return json.dumps({"choices": [{"message": {"role": "assistant", "content": text}}]}).encode()


def test_an_endpoint_of_this_machine_is_asked(port: int) -> None:
    """As OpenAI's chat is; without chance."""
    ANSWER.append((200, say("fix it")))
    assert open_endpoint(f"http://localhost:{port}/v1/", "tiny")("what?") == "fix it"
    path, asked = ASKED[0]
    assert (path, asked["model"], asked["temperature"]) == ("/v1/chat/completions", "tiny", 0)
    assert asked["messages"] == [{"role": "user", "content": "what?"}]
    ANSWER.append((200, say(None)))
    assert open_endpoint(f"http://127.0.0.1:{port}")("what?") == ""
    assert "model" not in ASKED[1][1]


@pytest.mark.parametrize("body", [b"no", b"[]", b"{}", b'{"choices": []}', b'{"choices": [{"message": null}]}'])
def test_other_answers_are_no_messages(port: int, body: bytes) -> None:
    """And a status that tells of a failure is none."""
    ANSWER.append((200, body))
    with pytest.raises(SourceError, match="does not answer as a chat endpoint does"):
        open_endpoint(f"http://127.0.0.1:{port}/v1")("what?")
    ANSWER.append((500, b""))
    with pytest.raises(SourceError, match="it answered 500"):
        open_endpoint(f"http://127.0.0.1:{port}/v1")("what?")


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/v1",
        "http://10.0.0.1:8080/v1",
        "https://127.0.0.1/v1",
        "http://127.0.0.1.example.org/v1",
        "http://localhost.example.org/v1",
        "http://example.org#@127.0.0.1/",
        "http://a:b@127.0.0.1/v1",
        "http://0.0.0.0:80/v1",
        "http://127.0.0.1:99999/v1",
        "http://[::ffff:10.0.0.1]/v1",
        "127.0.0.1:8080",
        "file:///etc/passwd",
        "",
    ],
)
def test_no_other_machine_is_asked(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is refused before a connection is made."""
    monkeypatch.setattr(local_writers, "send_request", lambda *_, **__: pytest.fail("asked"))
    with pytest.raises(UsageError, match=r"address of this machine.*Nothing was sent"):
        open_endpoint(url)


def test_both_kinds_of_loopback_are_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name is turned into a number first, whatever the list of hosts says."""
    seen: list[str] = []
    monkeypatch.setattr(local_writers, "send_request", lambda server, *_, **__: seen.append(server.url))
    for url in ("http://localhost:8080/v1", "http://[::1]:8080/v1", "http://127.9.9.9"):
        with pytest.raises(AttributeError):
            open_endpoint(url)("what?")
    assert seen == ["http://127.0.0.1:8080/v1", "http://[::1]:8080/v1", "http://127.9.9.9:80"]


def test_nobody_there_is_said_so(port: int) -> None:
    """With the address."""
    with pytest.raises(SourceError, match=r"http://127.0.0.1:1 gave no message.*cannot be reached"):
        open_endpoint("http://127.0.0.1:1")("what?")


def test_a_program_reads_the_request_and_writes_the_message() -> None:
    """Its words are no shell's."""
    upper = "import sys; print(sys.stdin.read().upper() + sys.argv[1])"
    assert open_program(f"{sys.executable} -c '{upper}' '$HOME;'")("fix é\n") == "FIX É\n$HOME;\n"


def test_a_program_that_fails_is_said_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """With its last words."""
    with pytest.raises(SourceError, match="ended with 1: no model"):
        open_program(f"{sys.executable} -c 'import sys; sys.exit(\"well\\nno model\")'")("x")
    with pytest.raises(ToolMissing, match="no-such-writer cannot be run"):
        open_program("no-such-writer")("x")
    for command in ("", "a 'b"):
        with pytest.raises(UsageError, match="--program"):
            open_program(command)
    monkeypatch.setattr(local_writers, "_PATIENCE_S", 0.2)
    with pytest.raises(SourceError, match="wrote nothing within"):
        open_program(f"{sys.executable} -c 'import time; time.sleep(9)'")("x")
