"""The SQL that both databases run to put rows of one kind into its table, and to take them out again."""

from functools import cache

from twiceshy.privacy.wire.row_kinds import KINDS
from twiceshy.wings.team.store.daily_sums import list_sums, write_intake
from twiceshy.wings.team.store.row_tables import PARENTS, list_staged


def name_stage(kind: str) -> str:
    """Return the name of the temporary table of rows that come in.

    It holds how many columns there are: a pooled connection may outlive a migration.
    """
    return f"stage_{kind}_{len(list_staged(kind))}"


@cache
def write_put(kind: str, team: str) -> str:
    """Return the statement that inserts staged rows; it gives the ids of those that are new or a newer revision."""
    names = [column.name for column in list_staged(kind)]
    conflict = "DO NOTHING"
    if KINDS[kind].changes:
        changes = ", ".join(f"{name} = excluded.{name}" for name in (*names[1:], "received_at"))
        conflict = f"DO UPDATE SET {changes} WHERE {kind}.rev < excluded.rev AND {kind}.member = excluded.member"
    kept = " AND ".join(
        "NOT EXISTS (SELECT 1 FROM erased WHERE erased.team_id = :team AND erased.member = :member "  # noqa: S608  # literals of this room
        f"AND erased.target = stage.{name})"
        for name in ("id", *([PARENTS[kind]] if kind in PARENTS else ()))
    )
    return (
        f"INSERT INTO {kind} (team_id, member, received_at, {', '.join(names)}) "  # noqa: S608  # as above
        f"SELECT {team}, :member, :now, {', '.join(f'stage.{name}' for name in names)} "
        f"FROM {name_stage(kind)} AS stage WHERE {kept} ORDER BY stage.id "
        f"ON CONFLICT (team_id, id) {conflict}"
    )


@cache
def list_additions(kind: str, source: str) -> tuple[str, ...]:
    """Return the statements that sum new rows, which stand in a source with the columns of the table."""
    return (*(found.write_insert(source) for found in list_sums(kind)), write_intake(kind, source))


@cache
def list_removals(kind: str, ids: str) -> tuple[str, ...]:
    """Return the statements that take a member's rows out of the sums and away, by a table of ids."""
    names = ("id", PARENTS[kind]) if kind in PARENTS else ("id",)
    named = " OR ".join(f"{name} IN (SELECT id FROM {ids})" for name in names)  # noqa: S608  # literals of this room
    there = f"team_id = :team AND member = :member AND ({named})"
    rows = f"(SELECT * FROM {kind} WHERE {there}) AS gone"  # noqa: S608  # as above
    return (
        *(found.write_insert(rows, "-") for found in list_sums(kind)),
        f"DELETE FROM {kind} WHERE {there}",  # noqa: S608  # as above
    )
