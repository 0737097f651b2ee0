"""Which commit of a project was the newest at a time?"""

import sqlite3
from collections.abc import Iterable, Mapping
from datetime import datetime

from twiceshy.archive.reads.commits import OF_PROJECT
from twiceshy.archive.times import format_time

_DIGITS = 9
"""Hex digits of a commit's hash as it is shown. Guess of 2026-11-22: what git shows of a repository of some years."""


def read_commits_at(
    connection: sqlite3.Connection, moments: Iterable[tuple[str, datetime]]
) -> Mapping[tuple[str, datetime], str]:
    """Return the newest commit at each moment of a project, abbreviated; nothing where none is stored."""
    select = f"""SELECT hash FROM commit_ WHERE {OF_PROJECT} AND committed_at <= ?2
      ORDER BY committed_at DESC, id DESC LIMIT 1"""  # noqa: S608  # a constant of that module
    found = {}
    for identity, at in moments:
        row = connection.execute(select, (identity, format_time(at))).fetchone()
        if row is not None:
            found[identity, at] = str(row[0])[:_DIGITS]
    return found
