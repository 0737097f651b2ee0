"""Columns as records' fields, and the conditions that several questions share."""

from datetime import UTC
from typing import TYPE_CHECKING

from twiceshy.archive.times import parse_time
from twiceshy.base.values import Scope, Scrubbed

if TYPE_CHECKING:
    from twiceshy.records.views import EditLine

OF_PROJECT = """(:project IS NULL OR p.identity = :project OR instr(lower(p.name), lower(:project))
  OR p.id = (SELECT project_id FROM project_alias WHERE identity = :project))"""
"""Condition on ``project p``: a part of its name, or one of its identities."""
IN_SCOPE = f"""
{OF_PROJECT}
AND (:agent IS NULL OR s.agent = :agent)
AND (:since IS NULL OR coalesce(s.last_at, s.first_at) >= :since)
AND (:until IS NULL OR coalesce(s.first_at, s.last_at) < :until)
"""
"""Condition on ``session s`` and ``project p``; its parameters are ``scope_values``."""


def scope_values(scope: Scope) -> dict[str, str | None]:
    """Return the parameters of ``IN_SCOPE``."""
    # Without a zone it sorts before any fraction or Z of the same second.
    since = f"{scope.since.astimezone(UTC):%Y-%m-%dT%H:%M:%S}" if scope.since else None
    until = f"{scope.until.astimezone(UTC):%Y-%m-%dT%H:%M:%S}" if scope.until else None
    return {"project": scope.project, "agent": scope.agent, "since": since, "until": until}


EDIT_COLUMNS = "at, path, added, removed, partial, created, deleted, user_modified"
"""The columns of ``edit`` that ``edit_line`` takes, in order."""


def make_edit_line(row: list[object], session: str) -> "EditLine":
    """Return one changed file from the columns of ``EDIT_COLUMNS``."""
    from twiceshy.records.views import EditLine  # noqa: PLC0415  # a brief waits for every import, and needs none of these

    at, path, added, removed, partial, created, deleted, user_modified = row
    return EditLine(
        at=parse_time(at if isinstance(at, str) else None),
        session=session,
        path=Scrubbed(str(path)),
        added=int(str(added)),
        removed=int(str(removed)),
        partial=bool(partial),
        created=bool(created),
        deleted=bool(deleted),
        user_modified=bool(user_modified),
    )
