"""A session's calls as its agent logged them, for judging what each of them was."""

from collections.abc import Collection, Iterator
from typing import NamedTuple

from twiceshy.archive.db import Store
from twiceshy.archive.full_text import find_command
from twiceshy.archive.rows import COMMAND, LONGEST_PLACEHOLDER
from twiceshy.records.calls import LoggedCall

_CALLS = """SELECT c.uid, c.tool, c.action, coalesce(c.command, ''), c.input, c.body, r.failure, r.exit_code,
  coalesce(r.text, ''), r.body, c.background, r.id IS NOT NULL, c.masked
FROM call c LEFT JOIN result r ON r.uid = c.uid
WHERE c.session_id = (SELECT id FROM session WHERE uid = ?) ORDER BY c.rank, c.id"""
_LONGEST = 40_000
"""Characters of an output that are looked at (guess, 2026-11-22: as of ``stories``)."""


class StoredCall(NamedTuple):
    """A call as its agent logged it, and whether its success counts as hidden by now."""

    logged: LoggedCall
    masked: bool


def read_logged_calls(store: Store, session: bytes, waits: Collection[str]) -> Iterator[StoredCall]:
    """Yield a session's calls in order; ``waits`` are the tools of which input and output are wanted whole.

    Where a command went on after its call, its status is not known here: only the calls that waited for it saw it.
    """
    joined = _find_joined(store, session)
    for (
        uid,
        tool,
        action,
        command,
        given,
        body,
        failure,
        code,
        text,
        output,
        background,
        done,
        masked,
    ) in store.connection.execute(_CALLS, (session,)):
        waiting = tool in waits
        wanted = waiting or failure is not None or bool(code)
        yield StoredCall(
            LoggedCall(
                uid=uid,
                tool=tool,
                action=action,
                command=_find_whole(store, command, given, body),
                given=(given if body is None else store.body(body)) if waiting else "",
                failure=None if uid in joined else failure,
                exit_code=None if uid in joined else code,
                output=store.body(output)[:_LONGEST] if wanted and output is not None else text,
                background=bool(background),
                done=bool(done),
            ),
            bool(masked),
        )


def read_agent(store: Store, session: bytes) -> str:
    """Return the agent of a session."""
    ((agent,),) = store.connection.execute("SELECT agent FROM session WHERE uid = ?", (session,)).fetchall()
    return str(agent)


def _find_joined(store: Store, session: bytes) -> set[bytes]:
    """Return the calls whose status was taken from calls that waited for them."""
    rows = store.connection.execute(
        """SELECT w.run FROM wait w JOIN call c ON c.id = w.call_id
        WHERE c.session_id = (SELECT id FROM session WHERE uid = ?) AND w.run IS NOT NULL""",
        (session,),
    )
    return {run for (run,) in rows}


def _find_whole(store: Store, command: str, given: str, body: bytes | None) -> str:
    """Return the whole of a command, of which its row has the beginning."""
    if len(command) < COMMAND - LONGEST_PLACEHOLDER:
        return command
    return find_command(command, given if body is None else store.body(body))
