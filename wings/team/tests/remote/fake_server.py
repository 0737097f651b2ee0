"""A server on this machine that does what a test says: takes rows, fails, hangs, or sends one byte and waits."""

import json
import socket
import ssl
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Event, Thread
from typing import NamedTuple

from twiceshy.privacy.wire.packed_bodies import unpack_body
from twiceshy.privacy.wire.wire_rows import WireError, decode_row


class Request(NamedTuple):
    """One request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    """Unpacked."""


Answer = Callable[[Request], "bytes | Iterable[bytes]"]


def http(status: int, body: bytes = b"", **headers: str) -> bytes:
    """A whole answer."""
    head = {"Content-Length": str(len(body)), **{name.replace("_", "-"): value for name, value in headers.items()}}
    lines = [f"HTTP/1.1 {status} Words", *(f"{name}: {value}" for name, value in head.items()), "", ""]
    return "\r\n".join(lines).encode() + body


@dataclass
class FakeServer:
    """Answers by ``answer``; ``asked`` holds every request that came whole."""

    answer: Answer
    url: str = ""
    connections: int = 0
    asked: list[Request] = field(default_factory=list)
    ended: Event = field(default_factory=Event)
    """Set when the test is over: a slow answer looks at it."""

    def serve(self, line: socket.socket) -> None:
        """Answer one connection."""
        self.connections += 1
        with suppress(OSError, ValueError), line:
            request = read_request(line)
            if request is None:
                return
            self.asked.append(request)
            found = self.answer(request)
            for piece in [found] if isinstance(found, bytes) else found:
                line.sendall(piece)


def read_request(line: socket.socket) -> Request | None:
    """Read a whole request; None where the other side went away."""
    with line.makefile("rb") as incoming:
        words = incoming.readline().decode().split()
        if len(words) < 3:
            return None
        headers: dict[str, str] = {}
        while (text := incoming.readline().decode().strip()) and ":" in text:
            name, _, value = text.partition(":")
            headers[name.lower()] = value.strip()
        body = incoming.read(int(headers.get("content-length", "0")))
    with suppress(WireError):
        body = unpack_body(body, headers.get("content-encoding", ""), 64 << 20)
    return Request(words[0], words[1], headers, body)


@contextmanager
def serving(answer: Answer, context: ssl.SSLContext | None = None) -> Iterator[FakeServer]:
    """Run a server during a test."""
    server = FakeServer(answer)
    listener = socket.create_server(("127.0.0.1", 0))
    scheme = "http" if context is None else "https"
    server.url = f"{scheme}://127.0.0.1:{listener.getsockname()[1]}"

    def accept() -> None:
        with suppress(OSError):
            while True:
                line, _ = listener.accept()
                with suppress(OSError):
                    line.settimeout(10)
                    secure = line if context is None else context.wrap_socket(line, server_side=True)
                    Thread(target=server.serve, args=(secure,), daemon=True).start()

    thread = Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.ended.set()
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(timeout=5)


class FakeTeam:
    """Stores rows as a team's server does: by id, the newest revision; it answers each."""

    def __init__(self, most: int = 1000) -> None:
        self.rows: dict[bytes, int] = {}
        self.lines: list[bytes] = []
        """Every line that came, in order."""
        self.most = most
        """Rows that it takes at once."""

    def __call__(self, request: Request) -> bytes:
        """Answer a batch."""
        lines = [line for line in request.body.split(b"\n") if line]
        if len(lines) > self.most:
            return http(413)
        self.lines += lines
        return answer_rows([self.take(line) for line in lines])

    def take(self, line: bytes) -> dict[str, object]:
        """Store one row."""
        row = decode_row(line)
        known = self.rows.get(row.id, -1) >= row.rev
        self.rows[row.id] = max(self.rows.get(row.id, -1), row.rev)
        return {"id": row.id.hex(), "rev": row.rev, "is": "known" if known else "stored"}


def answer_rows(rows: list[dict[str, object]], version: str = "9.9.9", level: str = "anonymous") -> bytes:
    """The answer to a batch."""
    body = {"schema": "twiceshy/sync-answer/1", "rows": rows, "version": version, "level": level}
    return http(200, json.dumps(body).encode())
