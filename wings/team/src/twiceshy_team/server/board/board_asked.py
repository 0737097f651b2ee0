"""What a page of the team's board is asked for, and what it answers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from twiceshy.doors.web.dashboard.asked import RowTable
from twiceshy.records.team import Caller, Scope
from twiceshy.screens.number_words import NumberWords
from twiceshy_team.serve import TeamServer

WINDOWS: Mapping[str, int] = {"7d": 7, "30d": 30, "90d": 90, "1y": 365}
"""Days that a page looks back on, by their names in its address."""
DEFAULT_WINDOW = "30d"


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardAsked:
    """One question of a browser whose person is known."""

    server: TeamServer
    caller: Caller
    words: NumberWords
    now: datetime
    query: Mapping[str, str] = field(default_factory=dict)

    @property
    def window(self) -> str:
        """The name of how far the page looks back."""
        asked = self.query.get("since", "")
        return asked if asked in WINDOWS else DEFAULT_WINDOW

    @property
    def days(self) -> int:
        """How many days the page tells of, today included."""
        return WINDOWS[self.window]


class BoardDrawn(NamedTuple):
    """A page, ready for its template."""

    lead: Sequence[str]
    tables: Sequence[RowTable]
    has_window: bool = True


class BoardPage(NamedTuple):
    """One row of the table of pages."""

    path: str
    name: str
    scope: Scope
    """What the person's token must allow."""
    read: Callable[[BoardAsked], Any]
    """One flow, its record."""
    draw: Callable[[Any, BoardAsked], BoardDrawn]
