"""Turns of the user's side and answers of a person, as stored, and how they are stated anew when rules change.

Logs are often gone by then, so that the stored text is all there is. Derived values of a session that changed are
dropped: they are made again when next asked for.
"""

import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from twiceshy.records.events import HUMAN_KINDS, PromptKind

_JUDGED = json.dumps([PromptKind.TYPED, PromptKind.QUEUED])


class StoredTurn(NamedTuple):
    """A turn of the user's side, as it is stored."""

    id: int
    kind: PromptKind
    text: str
    body: bytes | None
    """Key of the whole text; None where ``text`` is whole."""


def read_judged_turns(connection: sqlite3.Connection) -> Iterator[StoredTurn]:
    """Yield the turns that were taken for a person's own, typed at once or queued."""
    rows = connection.execute(
        "SELECT id, kind, text, body FROM prompt WHERE kind IN (SELECT value FROM json_each(?)) ORDER BY id", (_JUDGED,)
    )
    for id_, kind, text, body in rows:
        yield StoredTurn(id_, PromptKind(kind), text, body)


def restate_turns(connection: sqlite3.Connection, turns: Iterable[StoredTurn]) -> int:
    """Store these turns in place of those with their ids; return how many that were."""
    changed = [(turn.kind.value, int(turn.kind in HUMAN_KINDS), turn.text, turn.body, turn.id) for turn in turns]
    connection.executemany("UPDATE prompt SET kind = ?, human = ?, text = ?, body = ? WHERE id = ?", changed)
    _drop_derived(connection, "SELECT session_id FROM prompt WHERE id IN", [row[-1] for row in changed])
    return len(changed)


def restate_answers(connection: sqlite3.Connection, questions: Collection[str], plans: Collection[str]) -> int:
    """Tell questions put aside and plans sent back, which older versions called refused, from refusals.

    ``questions`` and ``plans`` are names of tools. Returns how many results changed.
    """
    connection.execute(
        "UPDATE call SET action = 'ask' WHERE action <> 'ask' AND tool IN (SELECT value FROM json_each(?))",
        (json.dumps(list(questions)),),
    )
    tools = json.dumps([*questions, *plans])
    found = connection.execute(
        """SELECT r.id FROM result r JOIN call c ON c.uid = r.uid
        WHERE r.failure = 'rejected' AND c.tool IN (SELECT value FROM json_each(?))""",
        (tools,),
    ).fetchall()
    ids = [id_ for (id_,) in found]
    results = json.dumps(ids)
    connection.execute(
        "UPDATE result SET failure = 'dismissed' WHERE id IN (SELECT value FROM json_each(?))", (results,)
    )
    connection.execute(
        """UPDATE prompt SET kind = 'feedback' WHERE kind = 'rejection' AND EXISTS (
          SELECT 1 FROM result r WHERE r.id IN (SELECT value FROM json_each(?))
          AND r.session_id = prompt.session_id AND r.at IS prompt.at AND instr(r.words, substr(prompt.text, 1, 40)) = 1)
        """,
        (results,),
    )
    _drop_derived(connection, "SELECT session_id FROM result WHERE id IN", ids)
    return len(ids)


def restate_templates(connection: sqlite3.Connection, agents: Collection[str]) -> int:
    """Tell the filled templates that these agents' clients send for a command from words behind one; return how many.

    Older versions stored them as such. A command's words begin with its name.
    """
    found = connection.execute(
        """SELECT p.id FROM prompt p JOIN session s ON s.id = p.session_id
        WHERE s.agent IN (SELECT value FROM json_each(?)) AND p.kind = 'command' AND p.text NOT LIKE '/%'""",
        (json.dumps(list(agents)),),
    ).fetchall()
    ids = [id_ for (id_,) in found]
    connection.execute(
        "UPDATE prompt SET kind = 'meta', human = 0 WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(ids),)
    )
    _drop_derived(connection, "SELECT session_id FROM prompt WHERE id IN", ids)
    return len(ids)


def restate_imitations(connection: sqlite3.Connection, agent: str, own: Collection[str], version: int) -> int:
    """Tell errors that other tools worded like the client's refusal from refusals; return how many results changed.

    ``own`` are the client's own tools, ``version`` the reader's: what it gave knows this itself. The words in such an
    error are no person's, and their turn goes from among the person's.
    """
    found = connection.execute(
        """SELECT r.id FROM result r JOIN call c ON c.uid = r.uid JOIN session s ON s.id = r.session_id
        WHERE s.agent = ? AND r.reader < ? AND r.failure IN ('rejected', 'dismissed') AND r.words IS NOT NULL
        AND c.tool NOT IN (SELECT value FROM json_each(?))""",
        (agent, version, json.dumps(list(own))),
    ).fetchall()
    ids = [id_ for (id_,) in found]
    results = json.dumps(ids)
    connection.execute(
        """UPDATE prompt SET kind = 'meta', human = 0 WHERE kind IN ('rejection', 'feedback') AND EXISTS (
          SELECT 1 FROM result r WHERE r.id IN (SELECT value FROM json_each(?))
          AND r.session_id = prompt.session_id AND r.at IS prompt.at AND instr(r.words, substr(prompt.text, 1, 40)) = 1)
        """,
        (results,),
    )
    connection.execute(
        "UPDATE result SET failure = 'error', words = NULL WHERE id IN (SELECT value FROM json_each(?))", (results,)
    )
    _drop_derived(connection, "SELECT session_id FROM result WHERE id IN", ids)
    return len(ids)


def _drop_derived(connection: sqlite3.Connection, find_sessions: str, ids: Collection[int]) -> None:
    """Drop what was derived of the sessions that these rows belong to."""
    connection.execute(
        f"""DELETE FROM derived WHERE key IN (SELECT uid FROM session WHERE id IN
        ({find_sessions} (SELECT value FROM json_each(?))))""",  # noqa: S608  # written above
        (json.dumps(list(ids)),),
    )
