"""The questions of a fleet's report: each is one grouped statement over what ``lake_sessions`` gathered.

Numbers are sums, so that no question brings a session's rows to Python; shares, intervals and dollars are made of them
by whoever asks.
"""

import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from twiceshy.base.values import Scrubbed
from twiceshy.records.exports import ColumnType, RowColumn, list_columns
from twiceshy.records.fleet import (
    FleetDimension,
    FleetDuration,
    FleetEffect,
    FleetFinding,
    FleetLesson,
    FleetTrouble,
    GroupSums,
    GroupTokens,
)
from twiceshy.records.spending import TokenCounts
from twiceshy.stats.intervals import measure_share
from twiceshy_fleet.lake.lake_database import LakeDatabase
from twiceshy_fleet.lake.lake_sessions import MOST_SECONDS

# ruff: noqa: S608  # what is put into the statements are constants of this module


_KEYS: Final[Mapping[FleetDimension, str]] = {
    "team": "f.team",
    "repository": "f.project",
    "agent": "f.agent",
    "model": "f.model",
    "month": "f.month",
}
_WHOSE: Final = """count(DISTINCT f.session) AS sessions,
  count(DISTINCT nullif(f.person, '')) AS people, count(DISTINCT nullif(f.team, '')) AS teams,
  count(DISTINCT f.project) AS projects"""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def sum_groups(lake: LakeDatabase, by: FleetDimension | None) -> list[GroupSums]:
    """Return the sums of each group, most sessions first; of everything, as one group, where ``by`` is None."""
    key = _KEYS[by] if by else "''"
    name = "max(f.project_name)" if by == "repository" else key
    sums = ("calls", "tried", "failed", "edits", "corrections")
    rows = lake.ask(
        f"""SELECT {key} AS key, {name}, count(*), count(DISTINCT nullif(f.person, '')),
          count(DISTINCT nullif(f.team, '')), count(DISTINCT f.project), min(f.first_us), max(f.last_us),
          {", ".join(f"sum(f.{one})::BIGINT" for one in sums)},
          count(*) FILTER (f.corrected), count(f.corrected), count(*) FILTER (f.rolled_back), count(f.rolled_back),
          coalesce(sum(f.first_pass), 0)::BIGINT,
          coalesce(sum(f.tasks) FILTER (f.first_pass IS NOT NULL), 0)::BIGINT, sum(f.tasks)::BIGINT,
          sum(f.expected), sum(f.failed * f.failed)::BIGINT, sum(f.failed * f.expected), sum(f.expected * f.expected)
        FROM fact f GROUP BY 1 ORDER BY 3 DESC, 1"""
    )
    found = [GroupSums(*row) for row in rows]
    return [
        one._replace(first_at=_read_time(row[6]), last_at=_read_time(row[7]))
        for one, row in zip(found, rows, strict=True)
    ]


def list_teams(lake: LakeDatabase) -> list[str]:
    """Return the names of all teams, whatever was gathered."""
    return [team for (team,) in lake.ask("SELECT DISTINCT team FROM session WHERE team <> '' ORDER BY 1")]


def sum_tokens(lake: LakeDatabase, by: FleetDimension | None) -> list[GroupTokens]:
    """Return the tokens of each group by model and tier of its price; of a model's group those of its own messages."""
    key = "u.name" if by == "model" else _KEYS[by] if by else "''"
    rows = lake.ask(
        f"""SELECT {key}, u.model, u.tier, coalesce(fsum(u.stated) FILTER (u.is_stated), 0), u.is_stated,
          sum(u.messages)::BIGINT, sum(CASE WHEN u.whole THEN u.unended ELSE u.messages END)::BIGINT,
          sum(u.input), sum(u.output), sum(u.cache_write), sum(u.cache_read), sum(u.cache_write_1h)
        FROM used u JOIN fact f ON f.sid = u.sid GROUP BY 1, 2, 3, 5 ORDER BY 1, 2, 3, 5"""
    )
    return [
        GroupTokens(key, model, tier, stated, is_stated, int(messages), int(partial), TokenCounts(*map(int, counts)))
        for key, model, tier, stated, is_stated, messages, partial, *counts in rows
    ]


def list_troubles(lake: LakeDatabase, most: int) -> list[FleetTrouble]:
    """Return the commands and tools whose failed calls took longest, the longest first."""
    rows = lake.ask(
        f"""WITH worst AS (
          SELECT x.tool, x.head, count(*) AS failed, coalesce(sum(x.seconds) FILTER (x.seconds > 0), 0) AS seconds,
            {_WHOSE},
            mode(f.project_name ORDER BY f.project_name) AS place,
            mode(x.message ORDER BY x.message) AS message, max(epoch_us(x."at")) AS last_us
          FROM failure x JOIN fact f ON f.sid = x.sid WHERE x.failure = 'error' AND x.action <> 'wait'
          GROUP BY x.tool, x.head ORDER BY seconds DESC, failed DESC, x.tool, x.head LIMIT ?),
        gone AS (SELECT tool, head, count(*) AS cascades FROM failure WHERE failure = 'cascade' GROUP BY ALL),
        made AS (SELECT c.tool, CASE WHEN c.action = 'run' THEN c.head END AS head, count(*) AS calls FROM call c
          JOIN chosen s ON s.session = c.session AND s.shard = c.shard
          WHERE c.tool IN (SELECT tool FROM worst) GROUP BY ALL)
        SELECT coalesce(w.head, w.tool), w.head IS NOT NULL, m.calls - coalesce(g.cascades, 0), w.* EXCLUDE (tool, head)
        FROM worst w JOIN made m ON m.tool = w.tool AND m.head IS NOT DISTINCT FROM w.head
        LEFT JOIN gone g ON g.tool = w.tool AND g.head IS NOT DISTINCT FROM w.head
        ORDER BY w.seconds DESC, w.failed DESC, 1, w.tool""",
        [most],
    )
    return [
        FleetTrouble(
            name=Scrubbed(name),
            is_command=is_command,
            calls=calls,
            failed=measure_share(failed, calls),
            seconds=float(seconds),
            sessions=sessions,
            people=people,
            teams=teams,
            projects=projects,
            place=Scrubbed(place),
            message=Scrubbed((message or "").partition("\n")[0]),
            last_at=_read_time(last_us),
        )
        for name, is_command, calls, failed, seconds, sessions, people, teams, projects, place, message, last_us in rows
    ]


def list_lessons(lake: LakeDatabase, most: int, fewest_sessions: int, team: str = "") -> list[FleetLesson]:
    """Return the mistakes of at least so many sessions, those that took longest to put right first.

    Of all teams, how often and with whom is as all shards were merged, where they were; seconds and places are of the
    shards that know the lesson by its id. What somebody muted is left out.
    """
    rows = lake.ask(
        f"""WITH said AS (
          SELECT 'l-' || lower(hex(id)) AS id, min(description) AS says, min(root_cause) AS why FROM lesson
          WHERE state NOT IN ('muted', 'archived') GROUP BY ALL),
        made AS (SELECT 'l-' || lower(hex(o.lesson)) AS id, f.session, f.team, f.person, f.project, f.project_name,
          CASE WHEN o.cost_s <= {MOST_SECONDS} THEN o.cost_s END AS seconds,
          epoch_us(o."timestamp") AS us
          FROM occurrence o JOIN fact f ON f.session = o.session AND f.shard = o.shard),
        placed AS (SELECT id, list(project_name ORDER BY n DESC, project_name)[1:3] AS places FROM
          (SELECT id, project_name, count(*) AS n FROM made GROUP BY ALL) GROUP BY id),
        counted AS (SELECT f.id, count(*) AS times, {_WHOSE}, coalesce(sum(f.seconds), 0) AS seconds,
          count(f.seconds) AS seen_gone, min(f.us) AS first_us, max(f.us) AS last_us FROM made f GROUP BY f.id),
        told AS (SELECT * FROM merged_lessons WHERE ? = '')
        SELECT c.id, coalesce(t.description, s.says), coalesce(t.root_cause, s.why),
          coalesce(t.observations, c.times) AS times, coalesce(t.sessions, c.sessions) AS sessions,
          coalesce(t.people, c.people), coalesce(len(json_keys(t.by_team)), c.teams), coalesce(t.projects, c.projects),
          p.places, c.seconds, c.seen_gone, c.first_us, c.last_us
        FROM counted c JOIN said s ON s.id = c.id JOIN placed p ON p.id = c.id LEFT JOIN told t ON t.id = c.id
        WHERE coalesce(t.sessions, c.sessions) >= ?
        ORDER BY c.seconds DESC, times DESC, c.id LIMIT ?""",
        [team, fewest_sessions, most],
    )
    return [
        FleetLesson(
            id=key,
            says=Scrubbed(says),
            why=Scrubbed(why),
            times=times,
            sessions=sessions,
            people=people,
            teams=teams,
            projects=projects,
            places=tuple(Scrubbed(place) for place in places),
            seconds=float(seconds),
            seen_gone=gone,
            first_at=_read_time(first),
            last_at=_read_time(last),
        )
        for key, says, why, times, sessions, people, teams, projects, places, seconds, gone, first, last in rows
    ]


def list_findings(lake: LakeDatabase, most: int) -> list[FleetFinding]:
    """Return the rules that edits broke most often."""
    rows = lake.ask(
        f"""SELECT x.rule, mode(x.severity ORDER BY x.severity), count(*) FILTER (x.kind = 'introduced') AS introduced,
          count(*) FILTER (x.kind = 'fixed'), {_WHOSE}
        FROM finding x JOIN fact f ON f.session = x.session AND f.shard = x.shard
        GROUP BY x.rule HAVING introduced > 0 ORDER BY introduced DESC, x.rule LIMIT ?""",
        [most],
    )
    return [FleetFinding(*row) for row in rows]


def _read_time(microseconds: int | None) -> datetime | None:
    """Return a time of so many microseconds since 1970."""
    return None if microseconds is None else _EPOCH + timedelta(microseconds=microseconds)


# What was merged over all shards, as a report tells it: effects that a test holds, and how long commands take.

_TEXT, _INTEGER, _REAL = ColumnType.TEXT, ColumnType.INTEGER, ColumnType.REAL
ASKED_MERGED: Final[Mapping[str, Sequence[RowColumn]]] = {
    "effects": (
        *list_columns(exposure=_TEXT, outcome=_TEXT, unit=_TEXT, project=_TEXT, words=_TEXT, refusal=_TEXT),
        *list_columns(exposed_n=_INTEGER, other_n=_INTEGER, sessions=_INTEGER),
        *list_columns(ratio=_REAL, ratio_low=_REAL, ratio_high=_REAL, q=_REAL),
    ),
    "quantiles": list_columns(kind=_TEXT, name=_TEXT, times=_INTEGER, p50=_REAL, p90=_REAL, p99=_REAL),
    "lessons": (
        *list_columns(id=_TEXT, description=_TEXT, root_cause=_TEXT, state=_TEXT, quoted=ColumnType.BOOLEAN),
        *list_columns(observations=_INTEGER, sessions=_INTEGER, projects=_INTEGER, people=_INTEGER, by_team=_TEXT),
    ),
}
"""Columns of ``merged/NAME.parquet`` that are asked."""
_SIGNIFICANT_Q: Final = 0.05
"""False discovery rate over all effects, as ``effects`` has it (convention)."""
_FEWEST_TIMES: Final = 30
"""Of a command whose durations are told: its 90 % quantile then has three values above it (guess, 2026-11-23)."""


def list_effects(lake: LakeDatabase, most: int) -> list[FleetEffect]:
    """Return the effects that are significant, the surest first.

    Raises:
        StoreCorrupt: the file is damaged.
    """
    rows = lake.ask(
        """SELECT words, exposure, unit, outcome, exposed_n + other_n, sessions, ratio, ratio_low, ratio_high, q
        FROM merged_effects WHERE coalesce(refusal, '') = '' AND q <= ? AND ratio IS NOT NULL
        ORDER BY q, exposure, outcome, unit, project LIMIT ?""",
        [_SIGNIFICANT_Q, most],
    )
    return [
        FleetEffect(words or exposure, unit, outcome, cases, sessions, ratio, *_read_ends(low, high), q)
        for words, exposure, unit, outcome, cases, sessions, ratio, low, high, q in rows
    ]


def _read_ends(low: float | None, high: float | None) -> tuple[float, float]:
    return 0.0 if low is None else low, math.inf if high is None else high


def list_durations(lake: LakeDatabase, most: int) -> list[FleetDuration]:
    """Return how long the commands and tools take that took most time together, the longest first.

    Raises:
        StoreCorrupt: the file is damaged.
    """
    rows = lake.ask(
        """SELECT kind, name, times, p50, p90, p99 FROM merged_quantiles WHERE times >= ?
        ORDER BY times * p50 DESC, kind, name LIMIT ?""",
        [_FEWEST_TIMES, most],
    )
    return [FleetDuration(kind, Scrubbed(name), times, *quantiles) for kind, name, times, *quantiles in rows]
