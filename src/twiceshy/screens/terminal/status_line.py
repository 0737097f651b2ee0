"""One line for an agent's status line: what today, this block and this session cost.

The client hands its session over as JSON on stdin. What it says of the session's cost is newer than any log that was
read; the rest is as of the newest message that is stored, and the line says of when that is.
"""

import json
import sys
from typing import NamedTuple

from twiceshy.records.costs import SpendingNow
from twiceshy.screens.terminal.draw_cost import dollars
from twiceshy.screens.terminal.formats import rough_duration
from twiceshy.screens.terminal.page import Page

_LARGEST = 64 << 10  # characters of what a client hands over: ten times what it takes (guess, 2026-11-22)
_MOST_DOLLARS = 1e6  # of a session (guess, 2026-11-22): more is no cost


class ClientStatus(NamedTuple):
    """What the client says of its session; None where it says nothing."""

    session: str | None
    dollars: float | None


def read_client_status() -> ClientStatus:
    """Return what the client handed over on stdin; nothing where a person types the command."""
    return ClientStatus(None, None) if sys.stdin.isatty() else parse_client_status(sys.stdin.read(_LARGEST))


def parse_client_status(text: str) -> ClientStatus:
    """Return the session's id and cost from a client's JSON; whatever is no such JSON says nothing.

    >>> parse_client_status('{"session_id": "one", "cost": {"total_cost_usd": 0.5}}')
    ClientStatus(session='one', dollars=0.5)
    """
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return ClientStatus(None, None)
    if not isinstance(said, dict):
        return ClientStatus(None, None)
    session, cost = said.get("session_id"), said.get("cost")
    total = cost.get("total_cost_usd") if isinstance(cost, dict) else None
    spent = float(total) if isinstance(total, int | float) and 0 <= total <= _MOST_DOLLARS else None
    return ClientStatus(session if isinstance(session, str) else None, None if isinstance(total, bool) else spent)


def render_status_line(now: SpendingNow, client: ClientStatus, page: Page) -> str:
    """Render the line."""
    session = now.session if client.dollars is None else client.dollars
    parts = [f"session {dollars(session)}"] if session is not None else []
    if now.last is None:
        return " · ".join(["today: no log read yet", *parts])
    parts.insert(0, f"today {dollars(now.today)}{'+' if now.partial else ''}")
    if now.block is not None:
        rate = now.block.dollars_per_hour
        speed = "" if rate is None else f", {dollars(rate)} an hour"
        parts.append(f"block {dollars(now.block.row.dollars)}, {rough_duration(now.block.left_s)} left{speed}")
    at = now.last.astimezone(page.now.tzinfo)
    return " · ".join([*parts, f"as of {at:%H:%M}"])
