"""What shows which files a session's commands wrote: the commands, what came back, and files read whole."""

from typing import NamedTuple

from twiceshy.archive.db import Store
from twiceshy.archive.reads.edits import MAY_WRITE
from twiceshy.base.values import Scrubbed

_OF = "(SELECT id FROM session WHERE uid = ?)"
_WRITES = f"SELECT EXISTS (SELECT 1 FROM call c WHERE {MAY_WRITE} AND c.session_id = {_OF})"  # noqa: S608  # constants
_CALLS = f"""SELECT c.uid, c.agent_run, coalesce(r.rank, c.rank), (julianday(coalesce(r.at, c.at)) - 2440587.5) * 86400,
  c.action, c.path, c.path_key, coalesce(c.command, ''), c.input, c.body,
  r.uid IS NOT NULL AND r.failure IS NULL AND coalesce(r.exit_code, 0) = 0 AND NOT c.background, r.text, r.body,
  c.line_count IS NULL AND c.first_line IS NULL AND coalesce(r.lines_returned = r.lines_total, 1)
FROM call c LEFT JOIN result r ON r.uid = c.uid
WHERE c.action IN ('run', 'read') AND c.session_id = {_OF} ORDER BY 3, c.id"""  # noqa: S608
_KEYS = """SELECT DISTINCT e.path, e.path_key FROM edit e JOIN session s ON s.id = e.session_id
WHERE s.cwd IS (SELECT cwd FROM session WHERE uid = ?)"""
_PLACE = "SELECT agent, coalesce(cwd, '') FROM session WHERE uid = ?"


class CommandOrRead(NamedTuple):
    """A command that ran, or a file that was read."""

    call: bytes
    agent_run: bytes | None
    rank: int
    """Of what came back."""
    at: float | None
    """Seconds since the epoch."""
    reads: bool
    path: Scrubbed | None
    """Of a file that was read."""
    path_key: bytes | None
    command: str
    """Its first characters."""
    given: str
    """The whole input as JSON."""
    worked: bool
    """It came to its end, and well."""
    text: str
    """What came back."""
    whole: bool
    """Of a read: all of the file came back."""


def may_write(store: Store, session: bytes) -> bool:
    """Tell whether a command of the session may have written a text of its own to a file."""
    return bool(store.connection.execute(_WRITES, (session,)).fetchone()[0])


def read_commands_and_reads(store: Store, session: bytes) -> list[CommandOrRead]:
    """Return commands and reads of files in the order of what came back."""
    return [
        CommandOrRead(
            call,
            agent_run,
            rank,
            at,
            action == "read",
            Scrubbed(path) if path else None,
            path_key,
            command,
            given if body is None else store.body(body),
            bool(worked),
            (text or "") if kept is None else store.body(kept),
            bool(whole),
        )
        for (
            call,
            agent_run,
            rank,
            at,
            action,
            path,
            path_key,
            command,
            given,
            body,
            worked,
            text,
            kept,
            whole,
        ) in store.connection.execute(_CALLS, (session,))
    ]


def read_path_keys(store: Store, session: bytes) -> dict[str, bytes]:
    """Return keys of paths that were edited in the folder of this session, in any session."""
    return dict(store.connection.execute(_KEYS, (session,)).fetchall())


def read_agent_and_folder(store: Store, session: bytes) -> tuple[str, str]:
    """Return the session's agent and folder, empty where it is not known."""
    agent, cwd = store.connection.execute(_PLACE, (session,)).fetchone()
    return agent, cwd
