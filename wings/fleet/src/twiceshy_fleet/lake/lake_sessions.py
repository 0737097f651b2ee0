# ruff: noqa: S608  # what is put into the statements are constants of this package
"""What every question of a fleet's report is asked of: its sessions, each once, with what was counted in it.

A session that stands in two shards, because two people have a copy of its log, is taken from the one that has more of
it; a session that another writer made is left out, as everywhere. Millions of calls are read twice: once to count them
by session and kind, once beside those that failed. All that follows is asked of these small tables.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from twiceshy.account.price_list import PriceList
from twiceshy.base.model_names import name_model
from twiceshy.records.exports import RowColumn
from twiceshy.records.fleet import FleetScale
from twiceshy_fleet.lake.lake_database import LakeDatabase
from twiceshy_fleet.lake.tables import TABLES

ASKED: Final = ("session", "reply", "call", "result", "edit", "usage", "outcome", "finding", "lesson", "occurrence")
ASKED_TABLES: Final[Mapping[str, Sequence[RowColumn]]] = {name: TABLES[name].columns for name in ASKED}
"""Tables of the output that are asked, with their columns."""
_COUNTED: Final = """noted AS (
  SELECT session, shard, uid, max("at") OVER (PARTITION BY session, shard) AS until,
    greatest(cost - coalesce(max(cost) OVER earlier, 0), 0) AS added
  FROM usage WHERE input + output + cache_write + cache_read = 0 AND cost > 0
  WINDOW earlier AS (PARTITION BY session, shard ORDER BY "at", uid ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)),
counter AS (SELECT session, shard, max(until) AS until FROM noted GROUP BY ALL),
counted AS (
  SELECT u.* EXCLUDE (cost), n.uid IS NOT NULL AS is_note,
    w.session IS NOT NULL AND coalesce(u.at <= w.until, true) AS is_counted,
    CASE WHEN n.uid IS NOT NULL THEN n.added WHEN is_counted THEN 0 ELSE u.cost END AS cost
  FROM usage u LEFT JOIN noted n USING (session, shard, uid) LEFT JOIN counter w USING (session, shard))"""
"""The messages with their sessions' own counters settled, as ``account.session_cost`` does it."""
MOST_SECONDS: Final = 1800.0
"""Seconds above which nobody knows what a failure cost, as ``logs.behaviour_counts`` has it (guess, 2026-11-21)."""
_MADE_UP: Final = "<synthetic>"
"""The model under which a client writes its own messages, as in ``reads.figures``."""


def gather_sessions(lake: LakeDatabase, team: str = "") -> FleetScale:
    """Make the tables that questions are asked of, for all teams or one; return what is not in them.

    Raises:
        StoreCorrupt: a file is damaged.
    """
    lake.ask(
        """CREATE TEMP TABLE copy AS SELECT *, row_number() OVER () AS sid,
          row_number() OVER (PARTITION BY session ORDER BY last_at DESC NULLS LAST, shard) AS place
        FROM session WHERE ? = '' OR team = ?""",
        [team, team],
    )
    lake.ask("CREATE TEMP TABLE chosen AS SELECT * EXCLUDE (place, real) FROM copy WHERE place = 1 AND real")
    ((imitations, copies),) = lake.ask(
        "SELECT count(*) FILTER (place = 1 AND NOT real), count(*) FILTER (place > 1 AND real) FROM copy"
    )
    lake.ask("DROP TABLE copy")
    _count_calls(lake)
    _name_models(lake)
    _sum_sessions(lake)
    return FleetScale(imitations, copies)


def _count_calls(lake: LakeDatabase) -> None:
    """Make ``failure``, one row for each call that failed, and ``cell``, calls by session and kind.

    ``least`` of DuckDB passes over what is not known.
    """
    lake.ask(
        f"""CREATE TEMP TABLE failure AS
        SELECT s.sid, c.tool, c.action, CASE WHEN c.action = 'run' THEN c.head END AS head, r.failure, r."at",
          r.message,
          coalesce(r.duration_s, (epoch_us(r."at") - epoch_us(c."at")) / 1e6) AS took_s,
          CASE WHEN took_s <= {MOST_SECONDS} THEN took_s ELSE 0 END AS seconds
        FROM (SELECT session, shard, uid, failure, "at", message, duration_s FROM result
          WHERE failure IN ('error', 'cascade')) r
        JOIN chosen s ON s.session = r.session AND s.shard = r.shard
        JOIN call c ON c.uid = r.uid AND c.shard = r.shard"""
    )
    lake.ask(
        """CREATE TEMP TABLE cell AS
        WITH counted AS (SELECT session, shard, action, count(*) AS calls FROM call GROUP BY ALL),
        gone AS (SELECT sid, action, count(*) FILTER (failure = 'cascade') AS cascades,
          count(*) FILTER (failure = 'error') AS failed FROM failure GROUP BY ALL)
        SELECT s.sid, c.action, c.calls, CASE WHEN c.action = 'wait' THEN 0 ELSE c.calls - coalesce(g.cascades, 0) END
          AS tried, CASE WHEN c.action = 'wait' THEN 0 ELSE coalesce(g.failed, 0) END AS failed
        FROM counted c JOIN chosen s ON s.session = c.session AND s.shard = c.shard
        LEFT JOIN gone g ON g.sid = s.sid AND g.action = c.action"""
    )


def _name_models(lake: LakeDatabase) -> None:
    """Make ``main_model``: the model that wrote most of a session's replies, under its one name."""
    lake.ask(
        """CREATE TEMP TABLE wrote AS
        SELECT session, shard, model FROM (
          SELECT session, shard, model, row_number() OVER (PARTITION BY session, shard ORDER BY count(*) DESC, model)
            AS place
          FROM reply WHERE model IS NOT NULL AND model <> ? GROUP BY session, shard, model) WHERE place = 1""",
        [_MADE_UP],
    )
    _put_names(lake, [model for (model,) in lake.ask("SELECT DISTINCT model FROM wrote")])
    lake.ask(
        """CREATE TEMP TABLE main_model AS SELECT s.sid, n.name FROM wrote w
        JOIN chosen s ON s.session = w.session AND s.shard = w.shard JOIN model_name n ON n.spelling = w.model"""
    )
    lake.ask("DROP TABLE wrote")
    lake.ask("DROP TABLE model_name")


def _put_names(lake: LakeDatabase, spellings: Sequence[str]) -> None:
    lake.ask("CREATE TEMP TABLE model_name (spelling VARCHAR, name VARCHAR)")
    for spelling in spellings:
        lake.ask("INSERT INTO model_name VALUES (?, ?)", [spelling, name_model(spelling)])


def _sum_sessions(lake: LakeDatabase) -> None:
    """Make ``fact``: one row for each session, with its groups and its counts."""
    lake.ask(
        """CREATE TEMP TABLE fact AS
        WITH usual AS (SELECT action, sum(failed) / sum(tried) AS share FROM cell GROUP BY 1 HAVING sum(tried) > 0),
        worked AS (SELECT c.sid, sum(c.calls) AS calls, sum(c.tried) AS tried, sum(c.failed) AS failed,
          sum(c.tried * coalesce(u.share, 0)) AS expected
          FROM cell c LEFT JOIN usual u ON u.action = c.action GROUP BY 1),
        edited AS (SELECT session, shard, count(*) AS edits FROM edit GROUP BY ALL)
        SELECT s.sid, s.session, s.shard, s.team, s.person, s.project, s.project_name, s.agent,
          coalesce(m.name, '') AS model, coalesce(strftime(make_timestamp(epoch_us(s.first_at)), '%Y-%m'), '') AS month,
          epoch_us(s.first_at) AS first_us, epoch_us(s.last_at) AS last_us,
          coalesce(w.calls, 0) AS calls, coalesce(w.tried, 0) AS tried, coalesce(w.failed, 0) AS failed,
          coalesce(w.expected, 0) AS expected, coalesce(e.edits, 0) AS edits, coalesce(o.tasks, 0) AS tasks,
          coalesce(o.corrections, 0) AS corrections, o.corrections_needed AS corrected, o.rollback AS rolled_back,
          o.first_pass_tasks AS first_pass
        FROM chosen s LEFT JOIN worked w ON w.sid = s.sid LEFT JOIN main_model m ON m.sid = s.sid
        LEFT JOIN edited e ON e.session = s.session AND e.shard = s.shard
        LEFT JOIN outcome o ON o.session = s.session AND o.shard = s.shard"""
    )


def gather_tokens(lake: LakeDatabase, prices: PriceList) -> None:
    """Make ``used``: tokens by session, model and tier of its price; ``gather_sessions`` came before.

    Which messages a log has only in part is known as ``account.session_cost`` knows it.

    Raises:
        StoreCorrupt: a file is damaged.
    """
    lake.ask(
        """CREATE TEMP TABLE price (spelling VARCHAR, name VARCHAR, own BOOLEAN, above_1 BIGINT, above_2 BIGINT,
          above_3 BIGINT)"""
    )
    for (model,) in lake.ask("SELECT DISTINCT model FROM usage"):
        found = prices.find(model)
        above: list[int | None] = [tier.above for tier in found.tiers[1:]] if found else []
        above += [None] * (3 - len(above))  # no price of the list has more tiers (by its source, 2026-11-22)
        own = bool(prices.own.intersection((model.strip().lower(), name_model(model))))
        lake.ask("INSERT INTO price VALUES (?, ?, ?, ?, ?, ?)", [model, name_model(model), own, *above[:3]])
    lake.ask(
        f"""CREATE TEMP TABLE used AS
        WITH {_COUNTED},
        summed AS (
          SELECT u.session, u.shard, u.model, (coalesce(u.cost, 0) <> 0 OR u.is_counted) AND NOT p.own AS is_stated,
            u.is_counted,
            (u.input + u.cache_write + u.cache_read > coalesce(p.above_1, 9e18))::INTEGER
              + (u.input + u.cache_write + u.cache_read > coalesce(p.above_2, 9e18))::INTEGER
              + (u.input + u.cache_write + u.cache_read > coalesce(p.above_3, 9e18))::INTEGER AS tier,
            count(*) FILTER (NOT u.is_note) AS messages, count(*) FILTER (u.unended AND NOT u.is_counted) AS unended,
            sum(u.cost) AS stated, sum(u.input) AS input,
            sum(u.output) AS output, sum(u.cache_write) AS cache_write, sum(u.cache_read) AS cache_read,
            sum(u.cache_write_1h) AS cache_write_1h
          FROM counted u JOIN price p ON p.spelling = u.model
          WHERE u.input + u.output + u.cache_write + u.cache_read > 0 OR u.is_note GROUP BY ALL)
        SELECT s.sid, w.* EXCLUDE (session, shard, is_counted), p.name,
          w.is_counted
            OR (sum(w.input + w.cache_write + w.cache_read) OVER one > 0 AND sum(w.output) OVER one > 0) AS whole
        FROM summed w JOIN chosen s ON s.session = w.session AND s.shard = w.shard JOIN price p ON p.spelling = w.model
        WINDOW one AS (PARTITION BY s.sid, w.model)"""  # a constant of this file
    )
