"""Read a request's body: no more than it may have, and no longer than it may take."""

import anyio
from starlette.requests import ClientDisconnect, Request

LONGEST_S = 30.0
"""Seconds until a body is here (guess, 2026-11-23: 4 MB at 1.1 Mbit/s)."""
_DRAINED = 16
"""Times the most that a body may have which are read and dropped, so that who sends too much can read why (guess,
2026-11-23)."""
_LONGEST_LENGTH = 18
"""Digits of a length: by definition no more bytes than that are ever sent."""


class BodyRefused(Exception):  # noqa: N818  # as the names of errors.py
    """A body is not taken."""

    def __init__(self, status: int, says: str) -> None:
        """Keep the status and what it says."""
        super().__init__(says)
        self.status = status


async def read_request_body(request: Request, most: int) -> bytes:
    """Return the body.

    Raises:
        BodyRefused: it is too large, too slow, or the client left.
    """
    length = request.headers.get("content-length", "0")
    if not (length.isascii() and length.isdigit() and len(length) <= _LONGEST_LENGTH):
        raise BodyRefused(400, "Content-Length is no length")
    if int(length) > most * _DRAINED:
        raise BodyRefused(413, f"a body has at most {most} bytes here")
    pieces, size = [], 0
    try:
        with anyio.fail_after(LONGEST_S):
            async for piece in request.stream():
                size += len(piece)
                if size <= most:
                    pieces.append(piece)
                elif size > most * _DRAINED:
                    break
    except TimeoutError as exc:
        raise BodyRefused(408, f"the body was not here after {LONGEST_S:.0f} s") from exc
    except ClientDisconnect as exc:
        raise BodyRefused(400, "the client left before its body was here") from exc
    if size > most:
        raise BodyRefused(413, f"a body has at most {most} bytes here")
    return b"".join(pieces)
