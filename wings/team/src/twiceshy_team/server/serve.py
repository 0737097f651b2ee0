"""Serve a team until the process is ended: one listening socket, as many processes as asked for.

Each process has its own pool of connections and its own limits; none of them knows who asked another.
"""

import asyncio
import os
import signal
import socket
import ssl
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path
from secrets import token_bytes
from threading import Lock, Thread
from typing import NamedTuple, TextIO

import orjson
import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from twiceshy.base.config import Config
from twiceshy.base.errors import ConfigError, SystemRefusal, UsageError
from twiceshy.privacy.wire.row_kinds import Level
from twiceshy.screens.number_words import NumberWords
from twiceshy_team import serve
from twiceshy_team.serve import TeamServer
from twiceshy_team.server.board.board_app import BoardPasses, ServedBoard, make_board_app
from twiceshy_team.server.board.board_pages import list_board_pages
from twiceshy_team.server.request_rate import RequestRate
from twiceshy_team.server.routes import ROUTES
from twiceshy_team.server.team_app import ServedTeam, make_team_app

# Two sites at one address: programs ask for a few paths, and every other one is a page of the board.

_FOLDERS = ("/v1/", "/api/")
_PATHS = frozenset({"/healthz", "/metrics", "/v1", "/api"})


def join_sites(programs: ASGIApp, board: ASGIApp) -> ASGIApp:
    """Return the application that hands each request to the one that it is for."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        is_programs = scope["type"] != "http" or path in _PATHS or path.startswith(_FOLDERS)
        await (programs if is_programs else board)(scope, receive, send)

    return answer


# One line of JSON for each answered request: numbers, ids and names of ours, never a text that somebody sent.


def open_log(stream: TextIO) -> Callable[[Mapping[str, object]], None]:
    """Return what writes such lines, each whole; a log that cannot be written stops no request."""
    lock = Lock()

    def write(line: Mapping[str, object]) -> None:
        text = orjson.dumps(line).decode()
        with lock:
            try:
                stream.write(text + "\n")
                stream.flush()
            except OSError:
                return

    return write


PER_SECOND, AT_ONCE = 20.0, 200
"""Requests of one token in the long run, and at once (guess, 2026-11-23: a member's first sync sends some 50)."""
MOST_IN_FLIGHT = 32
"""Requests of one process that are answered at once (guess, 2026-11-23: 16 MB each is half a GB)."""
THREADS = 8
"""Of one process (guess, 2026-11-23: as many as it has connections to its database)."""
_TRIES_PER_SECOND, _TRIES_AT_ONCE = 0.2, 20
"""Of signing in to the board from one address, in the long run and at once (guess, 2026-11-23: a team behind one)."""
LONGEST_UNREAD_S = 30.0
"""Seconds in which some tens of kilobytes of an answer must be read (guess, 2026-11-24: a slow line takes ten)."""
LONGEST_HEAD_S = 10.0
"""Seconds until a request's head is here (guess, 2026-11-24: it has some hundred bytes)."""
_LEAVE_S = 10
"""Seconds that requests in flight have when the server is ended (guess, 2026-11-23)."""
_BACKLOG = 512
"""Connections that wait to be taken (guess, 2026-11-23)."""


_LOOK_AGAIN_S = 0.2
"""Seconds between two looks at who made this process (guess, 2026-11-23: whoever starts it again waits as long)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServeWish:
    """Where to serve, and what."""

    database: str
    host: str
    port: int
    level: Level
    certificate: Path | None = None
    key: Path | None = None
    behind_proxy: bool = False
    processes: int = 1
    cache: Path | None = None
    config: Config | None = None
    """Of the server itself, for what its board shows beside the rows."""


def serve_team(wish: ServeWish, words: NumberWords, say: Callable[[str], None]) -> None:
    """Serve until the process is interrupted; ``say`` is told the address when it listens.

    Raises:
        UsageError: others could read what is sent there.
        ConfigError: the certificate or its key cannot be used.
        StoreError: the database cannot be served from.
        SystemRefusal: the port is taken, or a process ended by itself.
    """
    _check_wish(wish)
    with serve.open_server(wish.database, wish.level):
        pass  # what is wrong with the database is said before anybody is let in
    listening = listen_at(wish.host, wish.port)
    scheme = "https" if wish.certificate else "http"
    host = f"[{wish.host}]" if ":" in wish.host else wish.host
    say(f"{scheme}://{host}:{listening.getsockname()[1]}")
    site = _Site(wish, words, BoardPasses(token_bytes(32)), listening)
    if wish.processes == 1:
        _answer(site)
    else:
        _answer_in_processes(site)


class _Site(NamedTuple):
    """What every process of the server begins with."""

    wish: ServeWish
    words: NumberWords
    passes: BoardPasses
    listening: socket.socket


def _check_wish(wish: ServeWish) -> None:
    """Check that nobody on the way can read rows and tokens.

    Raises:
        UsageError: they would go over a network as they are.
        ConfigError: the certificate or its key cannot be used.
    """
    if bool(wish.certificate) != bool(wish.key):
        raise UsageError("--certificate and --key belong together: name both, or none.")
    if wish.certificate and wish.key:
        try:
            ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(wish.certificate, wish.key)
        except (OSError, ssl.SSLError) as exc:
            raise ConfigError(
                f"{wish.certificate} and {wish.key} are no certificate with its key that can be read: {exc}. "
                "Both are PEM files; the key has no password."
            ) from exc
    elif not wish.behind_proxy and not _is_loopback(wish.host):
        raise UsageError(
            f"{wish.host} can be reached by other machines, and rows and tokens would go there unencrypted. Name a "
            "certificate with --certificate and --key, or say --behind-proxy where a proxy in front has one."
        )


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def listen_at(host: str, port: int) -> socket.socket:
    """Return a socket that takes connections.

    Raises:
        SystemRefusal: the address is not of this machine, or the port is taken.
    """
    try:
        family, kind, proto, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP, flags=socket.AI_PASSIVE
        )[0]
    except OSError as exc:
        raise SystemRefusal(f"{host} is no address of this machine ({exc}). Name another with --host.") from exc
    found = socket.socket(family, kind, proto)
    try:
        if os.name == "posix":  # elsewhere it would let another program take the same port
            found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.bind(address)
        found.listen(_BACKLOG)
    except (OSError, OverflowError) as exc:
        found.close()
        raise SystemRefusal(f"{host} port {port} cannot be used ({exc}). Name another with --port.") from exc
    return found


def _answer(site: _Site) -> None:
    """Answer in this process until it is ended."""
    wish = site.wish
    with serve.open_server(wish.database, wish.level, wish.cache) as server:
        served = ServedTeam(
            server=server,
            routes=ROUTES,
            rate=RequestRate(per_second=PER_SECOND, at_once=AT_ONCE, clock=time.monotonic),
            now=lambda: datetime.now(UTC),
            clock=time.monotonic,
            log=open_log(sys.stderr),
            at_once=MOST_IN_FLIGHT,
            threads=THREADS,
        )
        settings = uvicorn.Config(
            join_sites(make_team_app(served), make_board_app(_open_board(site, server))),
            loop="asyncio",
            http=PatientProtocol,
            ws="none",
            lifespan="off",
            log_config=None,
            log_level="critical",  # what a stranger sends is no news, and no traceback quotes a row
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=_LEAVE_S,
            ssl_certfile=wish.certificate,
            ssl_keyfile=wish.key,
        )
        uvicorn.Server(settings).run(sockets=[site.listening])


class PatientProtocol(H11Protocol):
    """HTTP whose requests begin and whose answers are taken in time: nobody slow holds a connection for ever."""

    _ending: asyncio.TimerHandle | None = None
    _unread: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn narrows it
        """Begin to wait for a request."""
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Take what came; a whole head ends the waiting, a piece of one does not."""
        super().data_received(data)
        if self.cycle is not None and not self.cycle.response_complete:
            self._stop()
        elif self._ending is None:
            self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """End the waiting, too."""
        self._stop()
        self._forget_unread()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """Begin to wait for who does not read the answer: a request in flight is held as long."""
        super().pause_writing()
        self._unread = self.loop.call_later(LONGEST_UNREAD_S, self.transport.abort)

    def resume_writing(self) -> None:
        """Go on: some of the answer was read."""
        self._forget_unread()
        super().resume_writing()

    def _forget_unread(self) -> None:
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None

    def _wait(self) -> None:
        self._ending = self.loop.call_later(LONGEST_HEAD_S, self.transport.abort)

    def _stop(self) -> None:
        if self._ending is not None:
            self._ending.cancel()
            self._ending = None


def _open_board(site: _Site, server: TeamServer) -> ServedBoard:
    """Return the pages for people with a browser."""
    return ServedBoard(
        server=server,
        pages=list_board_pages(site.wish.config),
        words=site.words,
        passes=site.passes,
        tries=RequestRate(per_second=_TRIES_PER_SECOND, at_once=_TRIES_AT_ONCE, clock=time.monotonic),
        now=lambda: datetime.now(UTC),
        secure=bool(site.wish.certificate) or site.wish.behind_proxy,
    )


def _answer_in_processes(site: _Site) -> None:
    """Answer in processes of this one until it is ended, or one of them ends.

    Raises:
        SystemRefusal: one ended by itself.
    """
    children = [_fork(site) for _ in range(site.wish.processes)]
    ended: list[int] = []

    def end(number: int, _: object) -> None:
        ended.append(number)
        for child in children:
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGTERM)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    _, status = os.waitpid(-1, 0)
    asked_for = bool(ended)
    end(signal.SIGTERM, None)
    with suppress(ChildProcessError):
        while True:
            os.waitpid(-1, 0)
    if not asked_for:
        raise SystemRefusal(
            f"a serving process ended by itself (status {os.waitstatus_to_exitcode(status)}), so the others were ended "
            "too. Look at its last lines above, and start the server again."
        )


def _fork(site: _Site) -> int:
    """Return the id of a new process that answers."""
    parent = os.getpid()
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        Thread(target=end_without_parent, args=(parent, time.sleep), daemon=True).start()
        _answer(site)
        status = 0
    finally:
        os._exit(status)


def end_without_parent(parent: int, wait: Callable[[float], None]) -> None:
    """End this process, requests in flight first, once the process that made it was killed: its port becomes free."""
    while os.getppid() == parent:
        wait(_LOOK_AGAIN_S)
    os.kill(os.getpid(), signal.SIGTERM)
