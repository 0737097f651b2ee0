"""What agents did to a project's files, and which of it was corrected or rolled back later; without texts."""

from twiceshy.archive import scored_edits
from twiceshy.archive.db import Store
from twiceshy.archive.reads.commits import OF_PROJECT
from twiceshy.records.work_parts import FileEvent

_SECONDS = "(julianday({}.at) - 2440587.5) * 86400"
_EVENTS = f"""SELECT {_SECONDS.format("e")}, e.path, 'edited', s.uid FROM edit e JOIN session s ON s.id = e.session_id
WHERE e.at IS NOT NULL AND s.real = 1 AND s.{OF_PROJECT}
UNION ALL
SELECT {_SECONDS.format("r")}, c.path, 'failed', s.uid FROM call c JOIN result r ON r.uid = c.uid
JOIN session s ON s.id = c.session_id
WHERE r.at IS NOT NULL AND r.failure = 'error' AND c.action IN ('edit', 'write') AND c.path IS NOT NULL AND s.real = 1
  AND s.{OF_PROJECT}"""  # noqa: S608  # constants
_SCORED = f"""SELECT s.uid, d.value FROM session s JOIN derived d ON d.kind = ?2 AND d.key = s.uid
WHERE s.real = 1 AND s.{OF_PROJECT}"""  # noqa: S608  # a constant


def read_file_events(store: Store, identity: str) -> list[FileEvent]:
    """Return the events of the project with that identity or alias, in no order."""
    found = [FileEvent(*row) for row in store.connection.execute(_EVENTS, (identity,))]
    for session, value in store.connection.execute(_SCORED, (identity, scored_edits.KIND)):
        edits = scored_edits.decode_edits(value)
        found += [FileEvent(one.known_at, one.path, "bad", session) for one in edits if one.bad]
    return found
