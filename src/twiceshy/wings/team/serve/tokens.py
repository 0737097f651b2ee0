"""Tokens of members and machines: who has one may do what it says; the server keeps no more than its hash."""

import base64
import re
import secrets
from datetime import datetime
from hashlib import sha256
from hmac import compare_digest

from twiceshy.records.team import Caller
from twiceshy.wings.team.store.base import TeamStore

_SIZE = 32
"""Random bytes of a token: by design nobody guesses one, so that a plain hash of it is enough."""
_FORM = re.compile(r"tws_[A-Za-z0-9_-]{43}")


def make_token_text() -> str:
    """Return a new token; it is shown once and stored nowhere."""
    return "tws_" + base64.urlsafe_b64encode(secrets.token_bytes(_SIZE)).decode().rstrip("=")


def hash_token(token: str) -> bytes | None:
    """Return what is stored of a token; None where a text is none.

    >>> hash_token("tws_" + "A" * 43).hex()[:12]
    'd774cf8a381a'
    """
    return sha256(token.encode()).digest() if _FORM.fullmatch(token) else None


def find_caller(store: TeamStore, token: str, now: datetime) -> Caller | None:
    """Return who sent a token; None where it is no token, or unknown, expired or revoked."""
    digest = hash_token(token)
    if digest is None:
        return None
    found = store.find_token(digest, now)
    return found if found is not None and compare_digest(found.token, digest) else None
