"""When was something of a session there to be known: later output of its commands, and tokens with their model?"""

import json
import sqlite3
from collections.abc import Iterable
from math import inf

from twiceshy.archive.times import parse_time
from twiceshy.records.work_parts import FetchedOutput, ModelTokens


def read_fetched_outputs(connection: sqlite3.Connection, session: bytes) -> list[FetchedOutput]:
    """Return which calls of a session fetched output of which commands, in order."""
    rows = connection.execute(
        """SELECT w.run, c.uid, r.at FROM wait w JOIN call c ON c.id = w.call_id JOIN result r ON r.uid = c.uid
        JOIN session s ON s.id = c.session_id WHERE s.uid = ? AND w.run IS NOT NULL ORDER BY c.rank""",
        (session,),
    )
    return [FetchedOutput(run, by, _to_seconds(at)) for run, by, at in rows]


def read_model_tokens(connection: sqlite3.Connection, session: bytes) -> list[ModelTokens]:
    """Return the tokens of a session by message, in the order of time; those without a time last."""
    rows = connection.execute(
        """SELECT u.at, u.model, u.input + u.cache_write + u.cache_read, u.output FROM usage u
        JOIN session s ON s.id = u.session_id WHERE s.uid = ? ORDER BY u.at IS NULL, u.at, u.id""",
        (session,),
    )
    return [ModelTokens(_to_seconds(at), model, read, output) for at, model, read, output in rows]


def read_added_lines(connection: sqlite3.Connection, commits: Iterable[str]) -> dict[str, bytes]:
    """Return the salted hashes of the lines that each stored commit adds, one after the other."""
    return {
        name: b"".join(
            added
            for (added,) in connection.execute(
                """SELECT f.added_hashes FROM commit_file f
                JOIN (SELECT id FROM commit_ WHERE hash = ? ORDER BY id LIMIT 1) c ON c.id = f.commit_id""",
                (name,),
            )
        )
        for name in commits
    }


def read_authored_times(connection: sqlite3.Connection, commits: Iterable[str]) -> list[tuple[float, str]]:
    """Return when the stored ones of some commits were written, by their authors' clocks; the newest first."""
    rows = connection.execute(
        "SELECT DISTINCT authored_at, hash FROM commit_ WHERE hash IN (SELECT value FROM json_each(?))",
        (json.dumps(list(commits)),),
    )
    return sorted(((_to_seconds(at), name) for at, name in rows), reverse=True)


def _to_seconds(text: str | None) -> float:
    found = parse_time(text)
    return found.timestamp() if found else inf
