"""Serve the dashboard on this machine until it is ended, or nobody has asked for half an hour."""

import os
import socket
import time
import webbrowser
from collections.abc import Callable
from datetime import datetime
from threading import Timer

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from twiceshy.base.config import Config
from twiceshy.base.errors import SystemRefusal
from twiceshy.doors.web.dashboard.request_guard import Entrance
from twiceshy.screens.number_words import NumberWords

HOST = "127.0.0.1"
"""Nobody but this machine; there is no setting for another."""
IDLE_S = 1_800.0
"""Seconds without a request until it ends (guess, 2026-11-23: a lunch break)."""


class _Counted:
    """An application that notes when it was last asked."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.asked_at = time.monotonic()
        self.open = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.open += 1
        try:
            await self.app(scope, receive, send)
        finally:
            self.open -= 1
            self.asked_at = time.monotonic()


class _Server(uvicorn.Server):
    """Ends when nobody asks any more."""

    def __init__(self, config: uvicorn.Config, counted: _Counted) -> None:
        super().__init__(config)
        self._counted = counted

    async def on_tick(self, counter: int) -> bool:
        ended = await super().on_tick(counter)
        idle = not self._counted.open and time.monotonic() - self._counted.asked_at > IDLE_S
        return ended or idle


def serve_dashboard(
    config: Config, words: NumberWords, *, port: int, opens: bool, writes: bool, say: Callable[[str], None]
) -> None:
    """Serve until the process is interrupted.

    Args:
        config: the settings.
        words: how numbers are written.
        port: on this machine; 0 takes any that is free.
        opens: show it in the person's browser.
        writes: whether buttons do something.
        say: where the address is printed.

    Raises:
        SystemRefusal: the port is taken.
    """
    listening = listen(port)
    port = listening.getsockname()[1]
    entrance = Entrance()
    address = f"http://{HOST}:{port}/login#t={entrance.token}"
    say(address)
    if opens:
        Timer(0, webbrowser.open, (address,)).start()
    make_server(_open_board(config, words, entrance, port, writes=writes)).run(sockets=[listening])


def _open_board(config: Config, words: NumberWords, entrance: Entrance, port: int, *, writes: bool) -> ASGIApp:
    """Return all pages; they are read while the browser starts, which waits for them."""
    from twiceshy.doors.web.dashboard.acts import ACTS  # noqa: PLC0415  # half a second, after the address is there
    from twiceshy.doors.web.dashboard.app import Dashboard, make_app  # noqa: PLC0415  # as above
    from twiceshy.doors.web.dashboard.page_answers import PageAnswers  # noqa: PLC0415  # as above
    from twiceshy.doors.web.dashboard.pages import list_pages  # noqa: PLC0415  # as above

    return make_app(
        Dashboard(
            config=config,
            words=words,
            pages=list_pages(config),
            acts=ACTS,
            kept=PageAnswers(config.home),
            entrance=entrance,
            port=port,
            now=lambda: datetime.now().astimezone(),
            writes=writes,
        )
    )


def make_server(app: ASGIApp) -> uvicorn.Server:
    """Return what answers with the application: the same parser everywhere, and who asks is not taken from headers."""
    counted = _Counted(app)
    settings = uvicorn.Config(
        counted,
        loop="asyncio",
        http="h11",
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="critical",  # what a stranger sends is no news, and no traceback quotes a log
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=1,
    )
    return _Server(settings, counted)


def listen(port: int) -> socket.socket:
    """Return a socket that takes connections of this machine only.

    It says that it is TCP: else asyncio leaves each short answer waiting 40 ms for the one before to be confirmed.

    Raises:
        SystemRefusal: the port is taken, or may not be used.
    """
    found = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":  # elsewhere it would let another program take the same port
            found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.bind((HOST, port))
        found.listen()
    except (OSError, OverflowError) as exc:
        found.close()
        raise SystemRefusal(f"port {port} cannot be used ({exc}). Name another with --port, or none.") from exc
    return found
