"""``rules.db``: the rules that speak, for the gate: written aside and renamed, so that it may be opened immutable.

One table, ordered by its key, so that an event's rules are one look-up however many there are. Texts in it are whole
and scrubbed: the gate only prints them. The row with the key ``b"b"`` holds the gate's settings. While a trial with a
placebo runs, a rule's neutral line stands under a key made of its id, so that nothing looks it up but that arm.
"""

import os
import secrets
import sqlite3
from collections.abc import Collection, Iterable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from twiceshy.base.errors import StoreUnwritable

NAME = "rules.db"
_SETTINGS_KEY = b"b"
_PLACEBO = b"z"
FORM = 1
"""Of the table; the gate leaves a file of another form alone."""
_SCHEMA = """CREATE TABLE rule (
  key BLOB NOT NULL, -- a letter and 8 salted bytes
  id TEXT NOT NULL, -- 16 hex digits
  level TEXT NOT NULL, -- 'inform', 'warn' or 'block'
  confidence REAL NOT NULL,
  condition TEXT NOT NULL,
  pattern TEXT NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (key, id)
) STRICT, WITHOUT ROWID"""


class GateRule(NamedTuple):
    """One rule as the gate reads it."""

    key: bytes
    id: str
    level: str
    confidence: float
    condition: str
    pattern: str
    text: str


def make_placebo(rule: GateRule, text: str) -> GateRule:
    """Return the row of a rule's neutral line; its key is that of ``doors.gate.decide``."""
    return GateRule(_PLACEBO + rule.id.encode(), rule.id, rule.level, rule.confidence, "", "", text)


def write(home: Path, lines: Iterable[GateRule], settings: str) -> Path:
    """Write the file with these rules and no others; return its path.

    Raises:
        StoreUnwritable: it could not be written; the one before is unchanged.
    """
    path = home / NAME
    aside = home / f".{NAME}.{secrets.token_hex(4)}"
    try:
        os.close(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        connection = sqlite3.connect(aside, isolation_level=None)
        try:
            connection.execute("PRAGMA journal_mode = OFF")  # nobody sees it before it is whole
            connection.execute("BEGIN")
            connection.execute(f"PRAGMA user_version = {FORM}")
            connection.execute(_SCHEMA)
            connection.executemany("INSERT OR IGNORE INTO rule VALUES (?, ?, ?, ?, ?, ?, ?)", lines)
            row = GateRule(_SETTINGS_KEY, "", "", 0.0, "", "", settings)
            connection.execute("INSERT INTO rule VALUES (?, ?, ?, ?, ?, ?, ?)", row)
            connection.execute("COMMIT")
        finally:
            connection.close()
        aside.replace(path)
    except (OSError, sqlite3.Error) as error:
        with suppress(OSError):  # the first error is the one to tell
            aside.unlink()
        raise StoreUnwritable(f"{path} cannot be written: {error}. The rules before are unchanged.") from error
    return path


def read(home: Path) -> list[GateRule]:
    """Return the rules that the gate has now; none where the file cannot be read."""
    return [line for line in _read_lines(home) if line.key[:1] != _PLACEBO]


def _read_lines(home: Path) -> list[GateRule]:
    """Return the rules and neutral lines, without the settings; none where the file cannot be read."""
    path = home / NAME
    if not path.is_file():
        return []
    try:
        connection = sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)
        try:
            rows = connection.execute("SELECT * FROM rule WHERE key <> ? ORDER BY key, id", (_SETTINGS_KEY,))
            return [GateRule(*row) for row in rows]
        finally:
            connection.close()
    except sqlite3.Error:
        return []


def read_settings(home: Path) -> str:
    """Return what the row of settings holds; empty where there is none."""
    path = home / NAME
    if not path.is_file():
        return ""
    try:
        connection = sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)
        try:
            row = connection.execute("SELECT text FROM rule WHERE key = ?", (_SETTINGS_KEY,)).fetchone()
            return str(row[0]) if row else ""
        finally:
            connection.close()
    except sqlite3.Error:
        return ""


def remove_rules(home: Path, rules: Collection[str]) -> int:
    """Take the rules with these ids, and their neutral lines, out of the gate's file at once; return how many lines.

    Raises:
        StoreUnwritable: it could not be written.
    """
    lines = _read_lines(home)
    kept = [line for line in lines if line.id not in rules]
    if len(kept) < len(lines):
        write(home, kept, read_settings(home))
    return len(lines) - len(kept)
