"""The application: each row of the two tables becomes an address, each error of ours a page that says what to do."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qsl

from anyio.to_thread import run_sync
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from twiceshy import VERSION
from twiceshy.base.config import Config
from twiceshy.base.errors import ConfigError, NotFound, SourceError, TwiceshyError, UsageError, locate_fault
from twiceshy.doors.web.dashboard.asked import Asked, DashboardAct, DashboardPage, Drawn
from twiceshy.doors.web.dashboard.live import follow_changes
from twiceshy.doors.web.dashboard.page_answers import PageAnswers
from twiceshy.doors.web.dashboard.request_guard import Entrance, Guard, name_cookie
from twiceshy.doors.web.page_templates import open_assets, open_templates
from twiceshy.screens.number_words import NumberWords
from twiceshy.stats.text.as_json import to_json

_MOST_FIELDS = 100  # of a form (guess, 2026-11-23: ten times those of the longest)
_STATUSES: tuple[tuple[type[TwiceshyError], int], ...] = (
    (NotFound, 404),
    (SourceError, 404),
    (UsageError, 400),
    (ConfigError, 400),
)
"""Of errors that the person can mend in the address; any other is 503: the store cannot answer now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dashboard:
    """What stands behind every answer."""

    config: Config
    words: NumberWords
    pages: Sequence[DashboardPage]
    acts: Sequence[DashboardAct]
    kept: PageAnswers
    entrance: Entrance
    port: int
    now: Callable[[], datetime]
    writes: bool


def make_app(board: Dashboard) -> Starlette:
    """Return the application, guarded."""
    routes: list[BaseRoute] = [
        Route("/healthz", _tell_health),
        Route("/login", _show_door, methods=["GET"]),
        Route("/login", _admit(board), methods=["POST"]),
        Route("/live", _follow(board)),
        Mount("/static", open_assets()),
    ]
    for page in board.pages:
        routes.append(Route(page.path, _show(board, page), methods=["GET"]))
        if page.schema:
            path = "/api" + (page.path if page.path != "/" else "/overview")
            routes.append(Route(path, _answer(board, page), methods=["GET"]))
    routes += [Route(one.path, _act(board, one), methods=["POST"]) for one in board.acts]
    guard = Middleware(Guard, entrance=board.entrance, port=board.port)
    return Starlette(routes=routes, middleware=[guard], exception_handlers={404: _miss(board)})


async def _tell_health(_: Request) -> Response:
    return JSONResponse({"version": VERSION})


async def _show_door(_: Request) -> Response:
    return HTMLResponse(open_templates().get_template("dashboard/door.html").render())


def _admit(board: Dashboard) -> Callable[[Request], Awaitable[Response]]:
    """Return what exchanges the token for the cookie."""

    async def admit(request: Request) -> Response:
        try:
            token = _read_form(await request.body()).get("token", "")
        except UsageError as error:
            return PlainTextResponse(f"{error}\n", _find_status(error))
        found = board.entrance.exchange(token)
        if found is None:
            says = "This address was used already. Start `twiceshy dashboard` again: it prints a new one.\n"
            return PlainTextResponse(says, 403)
        answer = PlainTextResponse("", 204)
        answer.set_cookie(name_cookie(board.port), found, path="/", httponly=True, samesite="strict")
        return answer

    return admit


def _show(board: Dashboard, page: DashboardPage) -> Callable[[Request], Awaitable[Response]]:
    """Return what answers with the page, or with the part that the script asked for."""

    async def show(request: Request) -> Response:
        def draw() -> Response:
            asked, whole = _ask(board, request), not _is_part(request.headers)
            if whole and page.waits:
                return _render(board, page, _wait(page, request), asked, whole=True)
            return _render(board, page, page.draw(page.read(asked), asked), asked, whole=whole)

        return await _try(board, request, draw)

    return show


def _wait(page: DashboardPage, request: Request) -> Drawn:
    """Return the page before it is computed: it asks for itself."""
    query = f"?{request.url.query}" if request.url.query else ""
    return Drawn("waiting.html", {"waits": page.waits, "address": request.url.path + query})


def _answer(board: Dashboard, page: DashboardPage) -> Callable[[Request], Awaitable[Response]]:
    """Return what answers with the record, as the command line's ``--json`` has it."""

    async def answer(request: Request) -> Response:
        def read() -> Response:
            asked = _ask(board, request)
            return Response(to_json(page.schema, (page.whole or page.read)(asked)), media_type="application/json")

        return await _try(board, request, read)

    return answer


def _act(board: Dashboard, act: DashboardAct) -> Callable[[Request], Awaitable[Response]]:
    """Return what carries a button out, and says what it did."""

    async def carry_out(request: Request) -> Response:
        body = await request.body()

        def write() -> Response:
            if not board.writes:
                raise UsageError("this dashboard only reads: it was started with --read-only.")
            done = act.act(_ask(board, request, _read_form(body)))
            return JSONResponse(
                {"says": done.says, "undo": done.undo, "values": dict(done.undo_values), "goes_to": done.goes_to}
            )

        try:
            return await run_sync(write)
        except Exception as error:  # noqa: BLE001  # what went wrong is said where the button is
            return JSONResponse({"says": _explain(error)}, _find_status(error))

    return carry_out


def _follow(board: Dashboard) -> Callable[[Request], Awaitable[Response]]:
    async def follow(request: Request) -> Response:
        return follow_changes(board.kept, request)

    return follow


def _miss(board: Dashboard) -> Callable[[Request, Exception], Awaitable[Response]]:
    async def miss(request: Request, _: Exception) -> Response:
        error = NotFound(f"there is no page {request.url.path}. The bar above names them all.")
        return _render_error(board, request, error)

    return miss


def _ask(board: Dashboard, request: Request, form: Mapping[str, str] | None = None) -> Asked:
    return Asked(
        config=board.config,
        words=board.words,
        kept=board.kept,
        now=board.now(),
        path=dict(request.path_params),
        query={**dict(request.query_params), **(form or {})},
        writes=board.writes,
    )


async def _try(board: Dashboard, request: Request, answer: Callable[[], Response]) -> Response:
    """Return the answer, made beside the loop, or a page about why there is none."""
    try:
        return await run_sync(answer)
    except Exception as error:  # noqa: BLE001  # a page says what went wrong, and no traceback quotes a log
        if request.url.path.startswith("/api/"):
            return JSONResponse({"says": _explain(error)}, _find_status(error))
        return _render_error(board, request, error)


def _render_error(board: Dashboard, request: Request, error: Exception) -> Response:
    heading = "Nothing to show" if isinstance(error, NotFound | SourceError) else "It does not work"
    page = DashboardPage("", heading, "", lambda _: None, lambda _, __: Drawn("", {}))
    is_whole = not _is_part(request.headers) or request.headers.get("hx-target", "").endswith("main")
    drawn = Drawn("trouble.html", {"heading": heading, "says": _explain(error), "is_whole": is_whole})
    # A page of the bar or a part is there, though nothing is in it yet: no store, or no repository where we started.
    rows = [one for one in board.pages if one.path == request.url.path and (one.key or not one.name)]
    is_there = heading == "Nothing to show" and bool(rows)
    status, whole = 200 if is_there else _find_status(error), not _is_part(request.headers)
    return _render(board, page, drawn, _ask(board, request), whole=whole, status=status)


def _render(  # one page, its values, and how it is sent
    board: Dashboard, page: DashboardPage, drawn: Drawn, asked: Asked, *, whole: bool, status: int = 200
) -> Response:
    """Return the page; where the script asked for a part, without the frame around it."""
    frame = "dashboard/frame.html" if whole and page.name else "dashboard/part.html"
    text = (
        open_templates()
        .get_template(f"dashboard/{drawn.template}")
        .render(
            {
                "frame": frame,
                "version": VERSION,
                "bar": [(one.path, one.name, one.key) for one in board.pages if one.key],
                "here": page.path,
                "name": page.name,
                "query": dict(asked.query),
                "writes": asked.writes,
                **drawn.values,
            }
        )
    )
    return HTMLResponse(text, status)


def _is_part(headers: Headers) -> bool:
    return "hx-request" in headers


def _read_form(body: bytes) -> dict[str, str]:
    """Return the fields of a form, the last of each name.

    Raises:
        UsageError: there are more than any form of ours has.
    """
    try:
        return dict(parse_qsl(body.decode(errors="replace"), keep_blank_values=True, max_num_fields=_MOST_FIELDS))
    except ValueError as exc:
        raise UsageError(f"the form has more than {_MOST_FIELDS} fields. Reload the page and try again.") from exc


def _explain(error: Exception) -> str:
    if isinstance(error, TwiceshyError):
        return str(error)
    return f"This is a bug of twiceshy: {locate_fault(error)}. Please report that line; it quotes no log."


def _find_status(error: Exception) -> int:
    if not isinstance(error, TwiceshyError):
        return 500
    return next((status for kind, status in _STATUSES if isinstance(error, kind)), 503)
