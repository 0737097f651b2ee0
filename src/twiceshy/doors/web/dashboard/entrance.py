"""Let in the one browser that was shown the address: a token that works once, then a cookie that lives as long as we.

The token stands behind ``#`` of the printed address: browsers send that part to nobody, so that it is in no log and no
referrer. The login page posts it once; a second time it is refused.
"""

from hmac import compare_digest
from secrets import token_urlsafe
from threading import Lock

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
