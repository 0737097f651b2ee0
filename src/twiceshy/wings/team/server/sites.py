"""Two sites at one address: programs ask for a few paths, and every other one is a page of the board."""

from starlette.types import ASGIApp, Receive, Scope, Send

_FOLDERS = ("/v1/", "/api/")
_PATHS = frozenset({"/healthz", "/metrics", "/v1", "/api"})


def join_sites(programs: ASGIApp, board: ASGIApp) -> ASGIApp:
    """Return the application that hands each request to the one that it is for."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        is_programs = scope["type"] != "http" or path in _PATHS or path.startswith(_FOLDERS)
        await (programs if is_programs else board)(scope, receive, send)

    return answer
