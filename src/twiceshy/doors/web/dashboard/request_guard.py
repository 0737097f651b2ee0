"""Stand before every page: refuse whoever is not the browser that was let in, and send the headers that bind it.

==========================  ===========================================================================
threat                      rule
==========================  ===========================================================================
another name for this host  ``Host`` is 127.0.0.1, localhost or [::1] with our port, exactly
another user, another tool  no cookie with the pass, no answer but the door
a page in another tab       nothing but the door is answered to it; a write needs ``Origin`` of our own and a header
                            that no form can send
a hostile log               the policy runs and loads nothing but our files, and connects nowhere else
==========================  ===========================================================================
"""

from collections.abc import Iterator
from hmac import compare_digest
from secrets import token_urlsafe
from threading import Lock
from typing import NamedTuple

from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from twiceshy.doors.web.page_templates import bind_sender

# Let in the one browser that was shown the address: a token that works once, then a cookie that lives as long as we.
#
# The token stands behind ``#`` of the printed address: browsers send that part to nobody, so that it is in no log and
# no referrer. The login page posts it once; a second time it is refused.

_BYTES = 32  # of each secret: cannot be guessed (definition, 2026-11-23: 256 bits)


class Entrance:
    """Who may come in. Safe to use from several threads."""

    def __init__(self) -> None:
        """Make a token and the pass that it buys; both die with this process."""
        self.token = token_urlsafe(_BYTES)
        self._pass = token_urlsafe(_BYTES)
        self._unused = True
        self._lock = Lock()

    def exchange(self, token: str) -> str | None:
        """Return the pass for the token, the first time; None for any other and from then on."""
        with self._lock:
            if not (self._unused and compare_digest(token.encode(), self.token.encode())):
                return None
            self._unused = False
            return self._pass

    def admits(self, shown: str | None) -> bool:
        """Tell whether that is the pass."""
        return shown is not None and compare_digest(shown.encode(), self._pass.encode())


WRITE_HEADER = "x-twiceshy"
"""Sent with every write by our own script: a form of another page cannot."""
_DOOR = "/login"
_OPEN_PATHS = (_DOOR, "/healthz")
_OPEN_FOLDER = "/static/"
_READS = frozenset({"GET", "HEAD"})
_OWN_SITES = frozenset({"same-origin", "none"})
"""What a browser says of a request by our own page, and of one by the person; another port of this machine is
``same-site``."""
_MOST_BODY = 65_536  # bytes of a form (guess, 2026-11-23: ten times the longest words of a lesson)


class RequestRefusal(NamedTuple):
    """Why a request is not answered."""

    status: int
    says: str


class Guard:
    """An application that hands on what may pass."""

    def __init__(self, app: ASGIApp, *, entrance: Entrance, port: int) -> None:
        """Keep what is guarded, and for whom."""
        self._app = app
        self._entrance = entrance
        self._hosts = {f"{name}:{port}" for name in ("127.0.0.1", "localhost", "[::1]")}
        self._cookie = name_cookie(port)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or refuse and say why."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":  # a web socket: none is offered
            return
        refused = self._find_refusal(scope["method"], scope["path"], Headers(scope=scope))
        app = self._app if refused is None else PlainTextResponse(refused.says + "\n", refused.status)
        await app(scope, receive, bind_sender(send))

    def _find_refusal(self, method: str, path: str, headers: Headers) -> RequestRefusal | None:
        hosts = headers.getlist("host")
        if len(hosts) != 1 or hosts[0] not in self._hosts:
            return RequestRefusal(403, "This is not the address that twiceshy printed.")
        if method not in _READS and method != "POST":
            return RequestRefusal(405, "Only GET and POST are answered.")
        # A link in a terminal that is itself a page may lead to the door, which shows nothing.
        if headers.get("sec-fetch-site", "none") not in _OWN_SITES and (method, path) != ("GET", _DOOR):
            return RequestRefusal(403, "Another site's page asked for this.")
        if "transfer-encoding" in headers:  # it would hide how long a body is
            return RequestRefusal(411, "A request says how long it is.")
        if method == "POST" and (refused := _refuse_write(headers, hosts[0])):
            return refused
        if path in _OPEN_PATHS or path.startswith(_OPEN_FOLDER):
            return None
        if not any(self._entrance.admits(one) for one in _list_cookies(headers, self._cookie)):
            return RequestRefusal(
                403, "Open the address that `twiceshy dashboard` printed; it works once, in one browser."
            )
        return None


def name_cookie(port: int) -> str:
    """Return the cookie's name: browsers do not tell ports apart, so that two dashboards need two names."""
    return f"twiceshy-{port}"


def _list_cookies(headers: Headers, name: str) -> Iterator[str | None]:
    """Yield each cookie of that name: another port of this machine may have set one beside ours."""
    for line in headers.getlist("cookie"):
        for part in line.split(";"):
            yield cookie_parser(part).get(name)


def _refuse_write(headers: Headers, host: str) -> RequestRefusal | None:
    """Return why a write may not be; None where it comes of our own page."""
    if headers.get("origin") != f"http://{host}" or not headers.get(WRITE_HEADER):
        return RequestRefusal(403, "Only the dashboard's own page may write.")
    length = headers.get("content-length", "")
    if not (length.isascii() and length.isdigit()):
        return RequestRefusal(411, "A write says how long it is.")
    if len(length) > len(str(_MOST_BODY)) or int(length) > _MOST_BODY:
        return RequestRefusal(413, f"A write has at most {_MOST_BODY} bytes.")
    return None
