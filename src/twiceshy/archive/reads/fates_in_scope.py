"""Which calls did not stay, of all sessions in scope at once."""

import sqlite3
from collections.abc import Mapping

from twiceshy.archive import call_fates
from twiceshy.archive.reads.columns import IN_SCOPE, scope_values
from twiceshy.base.values import Scope
from twiceshy.records.outcomes import CallFates


def read_fates_in_scope(connection: sqlite3.Connection, scope: Scope) -> Mapping[bytes, CallFates]:
    """Return the calls that were corrected or rolled back, by session; nothing of one that was never judged."""
    rows = connection.execute(
        f"""SELECT s.uid, d.value FROM session s JOIN project p ON p.id = s.project_id
        JOIN derived d ON d.kind = :kind AND d.key = s.uid WHERE s.real = 1 AND {IN_SCOPE}""",  # noqa: S608  # literals
        {**scope_values(scope), "kind": call_fates.KIND},
    )
    return {uid: call_fates.decode_fates(value) for uid, value in rows}
