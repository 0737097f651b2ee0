"""A request as a route gets it, its answer, and a route: each row of a table is one address."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import orjson

from twiceshy.records.team import Caller, Scope
from twiceshy_team.serve import TeamServer

NOBODY = Caller(team="", member=b"", scopes=frozenset())
"""Who asks where no token is wanted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerAsk:
    """One request: who sent it is known, and its body is here."""

    server: TeamServer
    caller: Caller
    now: datetime
    body: bytes = b""
    """As it came: ``Content-Encoding`` says how it is packed."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """By their names in lower case."""
    query: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerAnswer:
    """What is sent back."""

    status: int = 200
    body: bytes = b""
    media: str = "application/json"
    counts: Mapping[str, int] = field(default_factory=dict)
    """What the request did, for logs and figures: rows by what became of them, bytes; never a text."""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerRoute:
    """One address. ``answer`` runs in a thread of its own; what it raises becomes a status (``team_app.py``)."""

    method: str
    path: str
    answer: Callable[[ServerAsk], ServerAnswer]
    scope: Scope | None
    """What the caller's token must allow; None: anybody may ask."""
    most_bytes: int = 0
    """Of the body as it comes; 0: it has none."""
    api_key: bool = False
    """Whether the token may stand in ``X-API-Key``, as clients of another program send it."""
    error: Callable[[str], bytes] | None = None
    """How an error is written, where that is not as everywhere else."""


def answer_json(schema: str, found: Mapping[str, object], *, counts: Mapping[str, int] | None = None) -> ServerAnswer:
    """Return an answer of ours, with the name of its form."""
    return ServerAnswer(body=orjson.dumps({"schema": schema, **found}), counts=counts or {})
