"""Keep sums by day beside the rows, in the same transaction: a dashboard over millions of events reads some thousands.

Only kinds whose rows never change are summed here; erasing a row takes it out of the sums again. Sums of amounts are
floating numbers, whole up to 2**53, so that no row can make an addition fail.
"""

from typing import NamedTuple


class DailySum(NamedTuple):
    """One table of sums by team, day and member, and by what else stands in ``keys``."""

    table: str
    kind: str
    """Whose rows it sums."""
    keys: tuple[tuple[str, str], ...]
    """Columns, each with what it is of a row."""
    sums: tuple[tuple[str, str], ...]
    """Columns, each with what it is of many rows."""
    condition: str = "true"

    def list_keys(self) -> tuple[str, ...]:
        """Return the columns of the primary key."""
        return ("team_id", "day", "member", *(name for name, _ in self.keys))

    def write_insert(self, source: str, sign: str = "+") -> str:
        """Return the statement that adds the rows of a source, or takes them away."""
        keys, names = self.list_keys(), [name for name, _ in self.sums]
        made = ", ".join(["team_id", "day", "member", *(made for _, made in self.keys)])
        sums = ", ".join(f"{sign}({made})" for _, made in self.sums)
        places = ", ".join(str(place) for place in range(1, len(keys) + 1))
        changes = ", ".join(f"{name} = {self.table}.{name} + excluded.{name}" for name in names)
        return (
            f"INSERT INTO {self.table} ({', '.join((*keys, *names))}) "  # noqa: S608  # literals of this file
            f"SELECT {made}, {sums} FROM {source} WHERE {self.condition} GROUP BY {places} ORDER BY {places} "
            f"ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {changes}"
        )


def _keep(names: str) -> tuple[tuple[str, str], ...]:
    return tuple((name, f"coalesce({name}, '')") for name in names.split())


def _add(names: str) -> tuple[tuple[str, str], ...]:
    return tuple((name, f"coalesce(sum(1.0 * {name}), 0)") for name in names.split())


_RUNS = (
    ("runs", "count(*)"),
    ("failures", "count(*) FILTER (WHERE exit_code <> 0)"),
    ("seconds", "sum(total_runtime)"),
)
CALLS = "name IN ('tool_result', 'tool_call')"
"""Events that tell of one call of a tool, by the agents' names for them."""
DAILY_SUMS = (
    DailySum(
        "event_day",
        "event",
        _keep("agent model"),
        (
            ("events", "count(*)"),
            ("failures", "count(*) FILTER (WHERE NOT success)"),
            *_add("cost_usd tokens_in tokens_out tokens_cached"),
        ),
    ),
    DailySum("name_day", "event", _keep("agent name"), (("events", "count(*)"),)),
    DailySum(
        "tool_day",
        "event",
        _keep("tool"),
        (
            ("calls", "count(*)"),
            ("failures", "count(*) FILTER (WHERE NOT success)"),
            ("timed", "count(duration_ms)"),
            *_add("duration_ms"),
        ),
        CALLS,
    ),
    DailySum("failure_day", "event", _keep("tool error_type"), (("failures", "count(*)"),), f"{CALLS} AND NOT success"),
    DailySum("run_day", "execution", _keep("exit_reason command_category project_type client"), _RUNS),
    DailySum(
        "command_day",
        "execution",
        (("team_hash", "team_hash"), *_keep("team_epoch")),
        _RUNS,
        "team_hash IS NOT NULL",
    ),
    DailySum(
        "pattern_day",
        "execution",
        (("pattern_hash", "pattern_hash"), *_keep("pattern_type")),
        (*_RUNS, ("matched", "count(*) FILTER (WHERE match_count > 0)"), *_add("match_count")),
        "pattern_hash IS NOT NULL",
    ),
)
INTAKE = (
    ("rows", "count(*)"),
    ("in_minute", "count(*) FILTER (WHERE at >= :minute_ago AND at <= :now)"),
    ("in_hour", "count(*) FILTER (WHERE at >= :hour_ago AND at < :minute_ago)"),
    ("in_day", "count(*) FILTER (WHERE at >= :day_ago AND at < :hour_ago)"),
    ("later", "count(*) FILTER (WHERE at < :day_ago)"),
    ("ahead", "count(*) FILTER (WHERE at > :now)"),
)
"""How long rows took until they were here, by the day on which they came."""


def write_intake(kind: str, source: str) -> str:
    """Return the statement that counts rows which came just now."""
    names = [name for name, _ in INTAKE]
    return (
        f"INSERT INTO intake_day (team_id, day, member, kind, {', '.join(names)}) "  # noqa: S608  # literals of this file
        f"SELECT team_id, :today, member, '{kind}', {', '.join(made for _, made in INTAKE)} FROM {source} "
        "WHERE true GROUP BY team_id, member "
        "ON CONFLICT (team_id, day, member, kind) DO UPDATE SET "
        + ", ".join(f"{name} = intake_day.{name} + excluded.{name}" for name in names)
    )


def list_sums(kind: str) -> tuple[DailySum, ...]:
    """Return the tables of sums that are made of a kind of row."""
    return tuple(found for found in DAILY_SUMS if found.kind == kind)
