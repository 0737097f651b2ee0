"""The application: each row of the table of routes becomes an address; limits and tokens stand before every one.

==========================  ===========================================================================
status                      when
==========================  ===========================================================================
400                         the body is not what the address takes; the words say which line, never what stands there
401, 403                    no token that holds; a token that may not do this
408, 413                    a body that takes too long, or is too large
429, 503 with Retry-After   one token asks too often; the server is full, or its database does not answer
==========================  ===========================================================================
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import orjson
from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from twiceshy import VERSION
from twiceshy.base.errors import NotFound, StoreError, TwiceshyError, UsageError, locate_fault
from twiceshy.privacy.wire.packed_bodies import BodyTooLarge
from twiceshy.privacy.wire.wire_rows import WireError
from twiceshy.records.team import Caller
from twiceshy_team import serve
from twiceshy_team.serve import TeamServer
from twiceshy_team.server.asked import NOBODY, ServerAnswer, ServerAsk, ServerRoute
from twiceshy_team.server.request_rate import BodyRefused, RequestRate, TeamShares, read_request_body
from twiceshy_team.server.server_metrics import MEDIA, ServerMetrics

_AWAY_S = 10
"""Seconds after which to come again where the database does not answer (guess, 2026-11-23)."""
_BUSY = "too much is asked at once; come again later"
_KNOCKING = 16
"""Times the requests that are answered at once which may ask who they are (guess, 2026-11-24: that takes no body)."""
_BUSY_S = 2
"""Seconds after which to come again where too much is asked at once (guess, 2026-11-23)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedTeam:
    """What stands behind every answer."""

    server: TeamServer
    routes: Sequence[ServerRoute]
    rate: RequestRate
    now: Callable[[], datetime]
    clock: Callable[[], float]
    """Counts seconds."""
    log: Callable[[Mapping[str, object]], None]
    at_once: int
    """Requests that are answered at once, a team's share of them half; further ones are sent away."""
    threads: int
    """Of these, how many work; the others wait for them."""
    metrics: ServerMetrics = field(default_factory=ServerMetrics)


class _Refusal(Exception):  # noqa: N818  # as the names of errors.py
    """A request is not answered."""

    def __init__(self, status: int, says: str, *, retry_after: float = 0.0) -> None:
        super().__init__(says)
        self.status = status
        self.retry_after = retry_after


_SAID = (_Refusal, BodyRefused, WireError, UsageError, NotFound)
"""Errors whose words are for the client: they quote nothing of the database or of what others sent."""
_SAYS_OTHERWISE = {
    500: "this is a bug of twiceshy; the server's log says where",
    503: "the server cannot store or read now; nothing of this request was stored; come again later",
}


def make_team_app(served: ServedTeam) -> Starlette:
    """Return the application."""
    gate = _Gate(served)
    own = (
        ServerRoute(method="GET", path="/healthz", answer=_tell_state, scope=None),
        ServerRoute(method="GET", path="/metrics", answer=_show_metrics(served), scope="admin"),
    )
    routes = [Route(one.path, gate.open(one), methods=[one.method]) for one in (*own, *served.routes)]
    return Starlette(routes=routes, exception_handlers={404: _miss, 405: _miss})


class _Gate:
    """Lets a request through to its route, and makes a status of whatever goes wrong."""

    def __init__(self, served: ServedTeam) -> None:
        self._served = served
        self._threads: CapacityLimiter | None = None
        """Made with the first request: it belongs to the loop that runs then."""
        self._shares: TeamShares | None = None

    def open(self, route: ServerRoute) -> Callable[[Request], object]:
        """Return what answers requests to a route."""

        async def answer(request: Request) -> Response:
            started = self._served.clock()
            self._served.metrics.in_flight += 1
            told: dict[str, object] = {}
            try:
                found = await self._answer(route, request, told)
            except Exception as error:  # noqa: BLE001  # a traceback would quote what was sent
                found = _explain(route, error, told)
            finally:
                self._served.metrics.in_flight -= 1
            self._note(route, found, self._served.clock() - started, told)
            return Response(found.body, found.status, dict(found.headers), found.media)

        return answer

    async def _answer(self, route: ServerRoute, request: Request, told: dict[str, object]) -> ServerAnswer:
        if self._served.metrics.in_flight > self._served.at_once * _KNOCKING:
            raise _Refusal(503, _BUSY, retry_after=_BUSY_S)
        self._threads = self._threads or CapacityLimiter(self._served.threads)
        self._shares = self._shares or TeamShares(self._served.at_once, self._served.threads)
        caller = await self._admit(route, request, told)
        with self._shares.hold(caller.team) as line:
            if line is None:
                raise _Refusal(503, _BUSY, retry_after=_BUSY_S)
            return await self._work(route, request, caller, line)

    async def _work(self, route: ServerRoute, request: Request, caller: Caller, line: CapacityLimiter) -> ServerAnswer:
        """Read the body, which holds no thread, and answer, when one of the team's threads is free."""
        body = await read_request_body(request, route.most_bytes) if route.most_bytes else b""
        ask = ServerAsk(
            server=self._served.server,
            caller=caller,
            now=self._served.now(),
            body=body,
            headers=dict(request.headers),
            query=dict(request.query_params),
        )
        async with line:
            return await run_sync(route.answer, ask, limiter=self._threads)

    async def _admit(self, route: ServerRoute, request: Request, told: dict[str, object]) -> Caller:
        """Return who asks.

        Raises:
            _Refusal: nobody who may.
        """
        if route.scope is None:
            return NOBODY
        token = _read_token(route, request)
        caller = await run_sync(
            serve.find_caller, self._served.server.store, token, self._served.now(), limiter=self._threads
        )
        if caller is None:
            raise _Refusal(401, "the token is missing, unknown, expired or revoked; ask your administrator for one")
        told.update(team=caller.team, member=caller.member.hex())
        if route.scope not in caller.scopes:
            raise _Refusal(403, f"this token may not {route.scope}; ask your administrator for one that may")
        if wait := self._served.rate.take(caller.token):
            raise _Refusal(429, "this token asks too often; come again later", retry_after=wait)
        return caller

    def _note(self, route: ServerRoute, found: ServerAnswer, seconds: float, told: Mapping[str, object]) -> None:
        """Count and log an answer: numbers and names of ours."""
        self._served.metrics.count(route.method, route.path, found.status, seconds, found.counts)
        line = {"method": route.method, "route": route.path, "status": found.status, "ms": round(seconds * 1000, 1)}
        self._served.log({"at": self._served.now().isoformat(timespec="milliseconds"), **line, **told, **found.counts})


def _read_token(route: ServerRoute, request: Request) -> str:
    """Return the token that a request brings; empty where it brings none."""
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    if kind.lower() == "bearer":
        return token.strip()
    return request.headers.get("x-api-key", "").strip() if route.api_key else ""


def _explain(route: ServerRoute, error: Exception, told: dict[str, object]) -> ServerAnswer:
    """Return the answer to a request that failed; what is a fault of ours is noted by its place."""
    status, wait = _find_status(error)
    says = str(error) if isinstance(error, _SAID) else _SAYS_OTHERWISE[status]
    if status >= 500:
        told["fault"] = locate_fault(error)
    headers = {"retry-after": str(math.ceil(wait))} if wait else {}
    if status == 401:
        headers["www-authenticate"] = "Bearer"
    if status in {408, 413}:
        headers["connection"] = "close"
    body = route.error(says) if route.error else _write_error(says)
    return ServerAnswer(status=status, body=body, headers=headers)


def _find_status(error: Exception) -> tuple[int, float]:
    """Return the status of an error, and the seconds after which to come again."""
    match error:
        case _Refusal():
            return error.status, error.retry_after
        case BodyRefused():
            return error.status, 0.0
        case BodyTooLarge():
            return 413, 0.0
        case WireError() | UsageError():
            return 400, 0.0
        case NotFound():
            return 404, 0.0
        case StoreError():
            return 503, _AWAY_S
        case TwiceshyError() if not error.permanent:
            return 503, _AWAY_S
        case _:
            return 500, 0.0


def _write_error(says: str) -> bytes:
    return orjson.dumps({"schema": "twiceshy/sync-error/1", "says": says})


async def _miss(_: Request, error: Exception) -> Response:
    status = getattr(error, "status_code", 404)
    says = "there is no such address" if status == 404 else "this address does not take this method"
    return Response(_write_error(says), status, media_type="application/json")


def _tell_state(ask: ServerAsk) -> ServerAnswer:
    """Say that the server and its database answer.

    Raises:
        StoreError: the database does not.
    """
    ask.server.store.find_token(bytes(32), ask.now)
    return ServerAnswer(body=orjson.dumps({"status": "ok", "version": VERSION}))


def _show_metrics(served: ServedTeam) -> Callable[[ServerAsk], ServerAnswer]:
    def show(_: ServerAsk) -> ServerAnswer:
        return ServerAnswer(body=served.metrics.render().encode(), media=MEDIA)

    return show
