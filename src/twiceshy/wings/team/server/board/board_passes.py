"""Say who is signed in with a browser: a cookie that holds a token's hash and an end, signed by this server.

The token itself is in no cookie: whoever takes one sees pages until it ends, and never may write. Each page asks the
database anew whether the token still holds, so that a revoked one is out at once. The key is made when the server
starts and is shared by its processes, which share nothing else; a restart signs everybody out.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime, timedelta
from hashlib import blake2b
from hmac import compare_digest

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
