"""The team's board: pages for people with a browser, beside the addresses for programs.

A person signs in with the token that their administrator gave them, and sees what it allows: figures with `read`, also
members and tokens with `admin`, and nothing with `write` alone. Pages only show; what changes something is a command of
the person who runs the server.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b
from hmac import compare_digest
from urllib.parse import parse_qsl

from anyio.to_thread import run_sync
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp, Receive, Send
from starlette.types import Scope as AsgiScope

from twiceshy import VERSION
from twiceshy.base.errors import StoreError, TwiceshyError, locate_fault
from twiceshy.doors.web.page_templates import bind_sender, open_assets, open_templates
from twiceshy.records.team import Caller
from twiceshy.screens.number_words import NumberWords
from twiceshy_team import serve
from twiceshy_team.serve import TeamServer
from twiceshy_team.server.board.board_asked import WINDOWS, BoardAsked, BoardPage
from twiceshy_team.server.request_rate import RequestRate

# Say who is signed in with a browser: a cookie that holds a token's hash and an end, signed by this server.
#
# The token itself is in no cookie: whoever takes one sees pages until it ends, and never may write. Each page asks the
# database anew whether the token still holds, so that a revoked one is out at once. The key is made when the server
# starts and is shared by its processes, which share nothing else; a restart signs everybody out.

PASS_AGE = timedelta(hours=8)
"""From signing in until the token is asked for again (guess, 2026-11-23: a working day)."""
_DIGEST = 32  # bytes of a token's SHA-256, by definition (2026-11-23)
_END = 8  # bytes of a time in whole seconds, by definition (2026-11-23)
_SIGN = 32  # bytes of a signature: cannot be guessed (definition, 2026-11-23: 256 bits)


class BoardPasses:
    """Makes and reads passes with one key."""

    def __init__(self, key: bytes) -> None:
        """Take 32 random bytes."""
        self._key = key

    def make_pass(self, token: bytes, now: datetime) -> str:
        """Return a new cookie for a token, named by its SHA-256."""
        end = int((now + PASS_AGE).timestamp()).to_bytes(_END, "big")
        return urlsafe_b64encode(token + end + self._sign(token + end)).decode()

    def find_token(self, cookie: str | None, now: datetime) -> bytes | None:
        """Return the token's SHA-256 that a cookie stands for; None where it is none of ours, or too old."""
        try:
            found = urlsafe_b64decode((cookie or "").encode("ascii"))
        except ValueError:
            return None
        said, sign = found[: _DIGEST + _END], found[_DIGEST + _END :]
        if len(said) != _DIGEST + _END or not compare_digest(sign, self._sign(said)):
            return None
        return said[:_DIGEST] if int.from_bytes(said[_DIGEST:], "big") > now.timestamp() else None

    def _sign(self, said: bytes) -> bytes:
        return blake2b(said, key=self._key, digest_size=_SIGN, person=b"board pass").digest()


_COOKIE = "twiceshy-board"
_MOST_FORM = 4096
"""Bytes of the form in which a token is sent (guess, 2026-11-23: a token has 47)."""
_NOT_READ = "This token may not read. Ask your administrator for one with the scope `read`."
_UNKNOWN = "This token is unknown, expired or revoked. Ask your administrator for another."
_TOO_OFTEN = "Too many tries from your address. Wait a minute and try again."


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedBoard:
    """What stands behind every page."""

    server: TeamServer
    pages: Sequence[BoardPage]
    words: NumberWords
    passes: BoardPasses
    tries: RequestRate
    """Of signing in, by address."""
    now: Callable[[], datetime]
    secure: bool
    """Whether browsers come by https: then the cookie goes nowhere else."""


def make_board_app(board: ServedBoard) -> ASGIApp:
    """Return the application, bound."""
    routes: list[BaseRoute] = [
        Route("/sign-in", _show_door, methods=["GET"]),
        Route("/sign-in", _admit(board), methods=["POST"]),
        Route("/sign-out", _leave, methods=["POST"]),
        Mount("/static", open_assets()),
    ]
    routes += [Route(page.path, _show(board, page), methods=["GET"]) for page in board.pages]
    app = Starlette(routes=routes, exception_handlers={404: _miss, 405: _miss})

    async def answer_bound(scope: AsgiScope, receive: Receive, send: Send) -> None:
        await app(scope, receive, bind_sender(send))

    return answer_bound


async def _show_door(_: Request) -> Response:
    return _draw_door("")


def _draw_door(says: str, status: int = 200) -> Response:
    return HTMLResponse(_render("door.html", name="Sign in", bar=(), here="", team="", says=says), status)


def _admit(board: ServedBoard) -> Callable[[Request], Awaitable[Response]]:
    """Return what exchanges a token for a cookie."""

    async def admit(request: Request) -> Response:
        if not _is_own_form(request):
            return PlainTextResponse("Only the board's own page may sign in.\n", 403)
        address = request.client.host if request.client else ""
        if board.tries.take(address.encode()):
            return _draw_door(_TOO_OFTEN, 429)
        body = await _read_form(request)
        token = dict(parse_qsl(body.decode(errors="replace"))).get("token", "").strip()
        try:
            caller = await run_sync(serve.find_caller, board.server.store, token, board.now())
        except TwiceshyError as error:
            return _draw_trouble(board, None, error)
        if caller is None or "read" not in caller.scopes:
            return _draw_door(_UNKNOWN if caller is None else _NOT_READ, 403)
        answer = RedirectResponse("/", 303)
        answer.set_cookie(
            _COOKIE,
            board.passes.make_pass(caller.token, board.now()),
            max_age=int(PASS_AGE.total_seconds()),
            path="/",
            httponly=True,
            samesite="strict",
            secure=board.secure,
        )
        return answer

    return admit


async def _leave(request: Request) -> Response:
    """Take the cookie from the browser."""
    if not _is_own_form(request):
        return PlainTextResponse("Only the board's own page may sign out.\n", 403)
    answer = RedirectResponse("/sign-in", 303)
    answer.delete_cookie(_COOKIE, path="/")
    return answer


def _is_own_form(request: Request) -> bool:
    """Tell whether a form was sent by a page of this server: browsers say so, and a page cannot."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("origin", "")
    return bool(origin) and origin.partition("://")[2] == request.headers.get("host", "")


async def _read_form(request: Request) -> bytes:
    """Return a form's body; empty where it is longer than any form here."""
    pieces, size = [], 0
    async for piece in request.stream():
        size += len(piece)
        if size > _MOST_FORM:
            return b""
        pieces.append(piece)
    return b"".join(pieces)


def _show(board: ServedBoard, page: BoardPage) -> Callable[[Request], Awaitable[Response]]:
    """Return what answers with a page."""

    async def show(request: Request) -> Response:
        def draw() -> Response:
            caller = _find_caller(board, request)
            if caller is None:
                return RedirectResponse("/sign-in", 303)
            if page.scope not in caller.scopes:
                return _draw(
                    board, caller, page.name, 403, lead=(f"Your token may not see this: it needs `{page.scope}`.",)
                )
            asked = BoardAsked(
                server=board.server,
                caller=caller,
                words=board.words,
                now=board.now(),
                query=dict(request.query_params),
            )
            drawn = page.draw(page.read(asked), asked)
            windows = [(name, f"{page.path}?since={name}", name == asked.window) for name in WINDOWS]
            return _draw(
                board,
                caller,
                page.name,
                200,
                here=page.path,
                lead=drawn.lead,
                tables=drawn.tables,
                windows=windows if drawn.has_window else (),
            )

        try:
            return await run_sync(draw)
        except Exception as error:  # noqa: BLE001  # a page says what went wrong, and no traceback quotes a row
            return _draw_trouble(board, None, error)

    return show


def _find_caller(board: ServedBoard, request: Request) -> Caller | None:
    """Return who is signed in; the database is asked each time, so that a revoked token is out at once."""
    token = board.passes.find_token(request.cookies.get(_COOKIE), board.now())
    if token is None:
        return None
    found = board.server.store.find_token(token, board.now())
    return found if found is not None and "read" in found.scopes else None


def _draw(board: ServedBoard, caller: Caller | None, name: str, status: int, **values: object) -> Response:
    """Return a page with the bar of those that the person may see."""
    bar = [(one.path, one.name) for one in board.pages if caller is not None and one.scope in caller.scopes]
    shown = {"here": "", "lead": (), "tables": (), "windows": (), "team": "", **values}
    return HTMLResponse(_render("page.html", name=name, bar=bar, **shown), status)


def _draw_trouble(board: ServedBoard, caller: Caller | None, error: Exception) -> Response:
    if isinstance(error, StoreError):
        return _draw(board, caller, "It does not work", 503, lead=("The database does not answer. Try again later.",))
    if isinstance(error, TwiceshyError):
        return _draw(board, caller, "It does not work", 400, lead=(str(error),))
    says = f"This is a bug of twiceshy: {locate_fault(error)}. Please report that line; it quotes no row."
    return _draw(board, caller, "It does not work", 500, lead=(says,))


def _render(template: str, **values: object) -> str:
    return open_templates().get_template(f"board/{template}").render(version=VERSION, **values)


async def _miss(_: Request, error: Exception) -> Response:
    status = getattr(error, "status_code", 404)
    return PlainTextResponse("There is no such page.\n" if status == 404 else "Only GET is answered here.\n", status)
