"""What a page is asked for, and what it answers: the record of the command line, and how it is drawn."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from twiceshy.base.config import Config
from twiceshy.base.plugins import Group
from twiceshy.base.values import Scope
from twiceshy.doors.web.dashboard.page_answers import PageAnswers
from twiceshy.records import ids
from twiceshy.records.lessons import Lesson
from twiceshy.records.report import Overview
from twiceshy.screens.number_words import NumberWords
from twiceshy.stats.text.relative_times import parse_since

_MOST_DIGITS = 9  # of a number of rows; more than any store has (guess, 2026-11-23)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One question of a browser."""

    config: Config
    words: NumberWords
    kept: PageAnswers
    """Answers that take long are asked for through it."""
    now: datetime
    """In this machine's zone."""
    path: Mapping[str, str] = field(default_factory=dict)
    """Of the address, by the names in the page's path."""
    query: Mapping[str, str] = field(default_factory=dict)
    """Behind the question mark of the address, or the form of an act; the last of each name."""
    writes: bool = True
    """False: every act is refused (``--read-only``)."""

    @property
    def scope(self) -> Scope:
        """What the filters ``project``, ``agent`` and ``since`` narrow it to.

        Raises:
            UsageError: a time cannot be understood.
        """
        return Scope(
            project=self.query.get("project") or None,
            agent=self.query.get("agent") or None,
            since=parse_since(self.query.get("since"), self.now),
            until=parse_since(self.query.get("until"), self.now),
        )

    def count(self, name: str, default: int, most: int) -> int:
        """Return a number of the query from 0 to ``most``; ``default`` where it is none."""
        text = self.query.get(name, "")
        return (
            min(int(text), most) if text.isascii() and text.isdigit() and len(text) <= 9 else default
        )  # digits of a number of rows


class Drawn(NamedTuple):
    """A page, or a part of one, ready for its template."""

    template: str
    """Below ``templates/dashboard``."""
    values: Mapping[str, Any]


class DashboardPage(NamedTuple):
    """One row of the table of pages."""

    path: str
    """Of its address; ``{name}`` stands for one part of it."""
    name: str
    """In the bar of pages and in the title; empty: a part that another page loads into itself."""
    schema: str
    """Verb whose ``--json`` its data are: ``/api`` and the path answers them; empty: they have no such form."""
    read: Callable[[Asked], Any]
    """One flow, its record."""
    draw: Callable[[Any, Asked], Drawn]
    key: str = ""
    """Press ``g`` and this to go there."""
    waits: str = ""
    """Shown while the page is computed, where that takes long; empty: it is there at once."""
    whole: Callable[[Asked], Any] | None = None
    """The data where the page shows only a part of them at once; None: what ``read`` returns."""
    shown: Callable[[Config], bool] | None = None
    """Whether it is there at all; None: always."""


class PageTable(Protocol):
    """A plugin with pages of its own, in the same rows as ours; it draws them by templates that are there."""

    PAGES: tuple[DashboardPage, ...]


PAGE_TABLES = Group[PageTable]("twiceshy.pages", PageTable, keys=lambda table: [page.path for page in table.PAGES])
"""A path of ours is found before any of theirs: the table of ours is not imported here."""


class DashboardAct(NamedTuple):
    """One row of the table of acts: what a button does."""

    path: str
    """Posted to; ``{name}`` stands for one part of it."""
    act: Callable[[Asked], "Done"]


class Done(NamedTuple):
    """What an act did."""

    says: str
    """One sentence, for the person who pressed the button."""
    undo: str = ""
    """Path of the act that takes it back; empty: there is none, and the button had asked first."""
    undo_values: Mapping[str, str] = {}
    """The form of that act."""
    goes_to: str = ""
    """Path of the page to show next; empty: the same one again."""


def describe_window(found: Overview, asked: Asked) -> str:
    """Return which sessions a page is about: `in 21 sessions, 20 Oct 2026 - 20 Nov 2026`."""
    first, last = found.since or found.first_at, found.until or found.last_at
    days = f", {asked.words.day(first)} - {asked.words.day(last)}" if first and last else ""
    return f"in {asked.words.plural(found.sessions, 'session')}{days}"


# Where a thing is shown: addresses of the dashboard, from ids alone, so that no text of a log stands in one.


def link_session(session: bytes) -> str:
    """Return the address of a session's page."""
    return f"/sessions/{ids.SESSION}-{session.hex()}"


def link_message(session: bytes, uid: bytes) -> str:
    """Return the address of one call or prompt in its session."""
    return f"{link_session(session)}?at={uid.hex()}#m-{uid.hex()}"


def link_lesson(lesson: Lesson) -> str:
    """Return the address of a lesson's page."""
    return f"/lessons/{lesson.id}"


# Tables whose cells lead somewhere: what most pages are made of.


class LinkedCell(NamedTuple):
    """One cell."""

    text: str
    href: str = ""
    """Path of the page behind it; it is made of our own words and of ids, or quoted for an address."""


LinkedRow = Sequence[LinkedCell | str]
"""The cells of one row."""


class RowTable(NamedTuple):
    """One table of a page."""

    title: str
    columns: Sequence[str]
    rows: Sequence[LinkedRow]
    empty: str
    """What stands there without rows: why, and what to do."""
    counts: frozenset[int] = frozenset()
    """Columns of numbers, which stand at the right."""
    note: str = ""
    """What a reader must know of the numbers."""
