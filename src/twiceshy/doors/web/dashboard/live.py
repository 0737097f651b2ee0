"""Tell an open page that something was stored: server-sent events, from the times of the data folder's files."""

from collections.abc import AsyncIterator

from anyio import sleep
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from twiceshy.doors.web.dashboard.page_answers import PageAnswers

_EVERY_S = 1.0  # seconds between two looks (guess, 2026-11-23: an agent's call takes longer)
_BEAT_S = 15.0  # seconds without news until a comment keeps the connection open (guess, 2026-11-23)


def follow_changes(kept: PageAnswers, request: Request) -> Response:
    """Return a stream that says ``changed`` whenever the data folder is another."""
    if request.method == "HEAD":  # an answer without an end would keep the connection
        return Response(media_type="text/event-stream")
    return StreamingResponse(_list_changes(kept, request), media_type="text/event-stream")


async def _list_changes(kept: PageAnswers, request: Request) -> AsyncIterator[str]:
    """Yield events until the browser has gone."""
    seen, quiet_s = kept.stamp(), 0.0
    yield "retry: 2000\n\n"
    while not await request.is_disconnected():
        await sleep(_EVERY_S)
        quiet_s += _EVERY_S
        stamp = kept.stamp()
        if stamp != seen:
            seen, quiet_s = stamp, 0.0
            yield "event: changed\ndata: 1\n\n"
        elif quiet_s >= _BEAT_S:
            quiet_s = 0.0
            yield ": still here\n\n"
