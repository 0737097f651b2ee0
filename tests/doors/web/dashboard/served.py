"""A dashboard that really listens, in a thread of this process: for bytes that no client would send, and browsers."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Thread

from twiceshy.base.config import load
from twiceshy.doors.web.dashboard.acts import ACTS
from twiceshy.doors.web.dashboard.app import Dashboard, make_app
from twiceshy.doors.web.dashboard.page_answers import PageAnswers
from twiceshy.doors.web.dashboard.pages import list_pages
from twiceshy.doors.web.dashboard.request_guard import Entrance
from twiceshy.doors.web.dashboard.serve import HOST, listen, make_server
from twiceshy.screens.number_words import make_page_words

PAGES = list_pages(None)

WAIT_S = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """Where it listens, and what lets one in."""

    port: int
    entrance: Entrance

    @property
    def address(self) -> str:
        """What the verb would print."""
        return f"{self.own}/login#t={self.entrance.token}"

    @property
    def own(self) -> str:
        """The origin of every page."""
        return f"http://{HOST}:{self.port}"

    def send(self, message: bytes) -> bytes:
        """Return all that comes back until the connection is closed; raise TimeoutError where it is not."""
        with socket.create_connection((HOST, self.port), timeout=WAIT_S) as connection:
            answer = bytearray()
            try:
                connection.sendall(message)
                while part := connection.recv(1 << 16):
                    answer += part
            except (BrokenPipeError, ConnectionResetError):
                pass  # it did not want to hear the rest
            return bytes(answer)

    def cut_off(self, message: bytes) -> None:
        """Send it, hear the first of the answer, and close, as a window does."""
        with socket.create_connection((HOST, self.port), timeout=WAIT_S) as connection:
            connection.sendall(message)
            assert connection.recv(1)


@contextmanager
def serve(home: Path, now: datetime | None = None, *, writes: bool = True) -> Iterator[Served]:
    """Serve that data folder until the block ends; ``now`` stops the clock."""
    listening = listen(0)
    port = listening.getsockname()[1]
    entrance = Entrance()
    config = load({"home": str(home)}, {}, home.parent)
    board = Dashboard(
        config=config,
        words=make_page_words(),
        pages=PAGES,
        acts=ACTS,
        kept=PageAnswers(config.home),
        entrance=entrance,
        port=port,
        now=lambda: now or datetime.now().astimezone(),
        writes=writes,
    )
    server = make_server(make_app(board))
    thread = Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    try:
        yield Served(port=port, entrance=entrance)
    finally:
        server.should_exit = True
        thread.join(WAIT_S)
        listening.close()
