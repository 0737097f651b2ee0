"""The processes of a server end together, and who begins slowly is left."""

import asyncio
import os
import signal
from contextlib import suppress
from typing import Any

import pytest
import uvicorn

from twiceshy_team.server import serve


def test_a_process_whose_maker_was_killed_ends_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """It has another parent then; until that it only looks."""
    parents = iter([7, 7, 1])
    waits: list[float] = []
    killed: list[tuple[int, int]] = []
    monkeypatch.setattr("os.getppid", lambda: next(parents))
    monkeypatch.setattr("os.kill", lambda process, number: killed.append((process, number)))

    serve.end_without_parent(7, waits.append)

    assert len(waits) == 2
    assert killed == [(os.getpid(), signal.SIGTERM)]


REQUEST = b"GET /x HTTP/1.1\r\nHost: a\r\n\r\n"


async def _answer(_: Any, receive: Any, send: Any) -> None:
    await receive()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ok"})


def test_who_sends_half_a_head_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also letter by letter, in silence, and for a second request; whole requests beside them are answered."""
    monkeypatch.setattr(serve, "LONGEST_HEAD_S", 0.3)

    async def try_it() -> tuple[list[bytes], list[bytes]]:
        settings = uvicorn.Config(_answer, http=serve.PatientProtocol, lifespan="off", log_config=None, port=0)
        server = uvicorn.Server(settings)
        running = asyncio.create_task(server.serve())
        while not server.started:  # noqa: ASYNC110  # uvicorn has no event
            await asyncio.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]

        async def drip(first: bytes) -> bytes:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(first)
            said = b""
            try:
                while not reader.at_eof():
                    writer.write(b"X-A: b\r\n" if first else b"")
                    with_time = asyncio.wait_for(reader.read(1000), 0.05)
                    try:
                        said += await with_time
                    except TimeoutError:
                        continue
            except ConnectionError:
                pass
            writer.close()
            return said

        slow = [asyncio.create_task(drip(first)) for first in (b"", b"GET /", REQUEST)]
        quick = []
        for _ in range(3):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(REQUEST)
            quick.append((await reader.read(1000))[-2:])
            writer.close()
        ended = [(await asyncio.wait_for(one, 10))[-2:] for one in slow]
        server.should_exit = True
        await running
        return ended, quick

    ended, quick = asyncio.run(try_it())

    assert ended == [b"", b"", b"ok"]
    assert quick == [b"ok"] * 3


def test_an_answer_that_nobody_reads_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks and does not read holds no request in flight for ever."""
    monkeypatch.setattr(serve, "LONGEST_UNREAD_S", 0.1)
    ended = asyncio.Event()

    async def answer(_: Any, __: Any, send: Any) -> None:
        try:
            await send({"type": "http.response.start", "status": 200, "headers": []})
            for _ in range(400):
                await send({"type": "http.response.body", "body": b"x" * 100_000, "more_body": True})
        finally:
            ended.set()

    async def try_it() -> int:
        settings = uvicorn.Config(answer, http=serve.PatientProtocol, lifespan="off", log_config=None, port=0)
        server = uvicorn.Server(settings)
        running = asyncio.create_task(server.serve())
        while not server.started:  # noqa: ASYNC110  # uvicorn has no event
            await asyncio.sleep(0.01)
        reader, writer = await asyncio.open_connection("127.0.0.1", server.servers[0].sockets[0].getsockname()[1])
        writer.write(REQUEST)
        await asyncio.wait_for(ended.wait(), 10)
        said = 0
        with suppress(ConnectionError):
            while part := await asyncio.wait_for(reader.read(1 << 20), 10):
                said += len(part)
        writer.close()
        server.should_exit = True
        await running
        return said

    assert 0 < asyncio.run(try_it()) < 400 * 100_000
