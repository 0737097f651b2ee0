"""Pages about the team's work: at one look, by command, by agent and model."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import TypeVar

from twiceshy.doors.web.dashboard.asked import LinkedCell, LinkedRow, RowTable
from twiceshy.records.team_views import EventDay, IntakeDay, RunDay, SessionDay
from twiceshy.screens.number_words import NumberWords
from twiceshy_team import serve
from twiceshy_team.serve import BoardAgents, BoardCommands, BoardOverview
from twiceshy_team.server.board.board_asked import BoardAsked, BoardDrawn

_DayRow = TypeVar("_DayRow", RunDay, SessionDay, EventDay)
_MOST_DAYS = 31
"""Lines of a table by day; what is longer is told by week (guess, 2026-11-23)."""
_NO_NAME = 12  # digits of a keyed hash that stand for a command without a name (guess, 2026-11-23)
_ROWS_SAY = "Nothing came in these days. A member sends with `twiceshy sync`; `sync --test` says what is wrong."


def read_overview(asked: BoardAsked) -> BoardOverview:
    """Return a team at one look."""
    return serve.read_board_overview(asked.server, asked.caller, serve.find_days(asked.now, asked.days))


def draw_overview(found: BoardOverview, asked: BoardAsked) -> BoardDrawn:
    """Draw what was done, and what came in."""
    words, totals = asked.words, found.totals
    did = ", ".join(
        words.plural(count, noun)
        for count, noun in ((totals.sessions, "session"), (totals.runs, "run"), (totals.events, "reported event"))
        if count
    )
    who = f"{words.number(totals.active)} of {words.plural(totals.members, 'member')}"
    told = f"{words.plural(totals.lessons, 'lesson')} and {words.plural(totals.facts, 'fact')}"
    lead = [
        f"{who} sent something in the last {asked.days} days" + (f": {did}." if did else "."),
        f"{told} were told so far; {words.plural(totals.erased, 'row')} erased in these days.",
    ]
    tables = [_draw_days(found, asked), _draw_intake(found.intake, words)]
    return BoardDrawn(lead, tables)


def _draw_days(found: BoardOverview, asked: BoardAsked) -> RowTable:
    """Draw one line a day, or a week where the days are many; the newest first."""
    by_week = asked.days > _MOST_DAYS
    sessions = _group(found.sessions, by_week=by_week)
    runs = _group(found.runs, by_week=by_week)
    events = _group(found.events, by_week=by_week)
    rows: list[LinkedRow] = [
        (
            LinkedCell(str(day)),
            *_sum_sessions(sessions.get(day, ()), asked.words),
            *_sum_runs(runs.get(day, ()), asked.words),
            asked.words.number(sum(one.events for one in events.get(day, ()))),
        )
        for day in sorted({*sessions, *runs, *events}, reverse=True)
    ]
    columns = (
        *("week from" if by_week else "day", "sessions", "calls", "failed", "corrections"),
        *("runs", "failed", "events"),
    )
    return RowTable("Work", columns, rows, _ROWS_SAY, frozenset(range(1, 8)), "Days are UTC's, by each member's clock.")


def _group(rows: Iterable[_DayRow], *, by_week: bool) -> dict[date, list[_DayRow]]:
    """Return rows by day, or by the Monday of their week."""
    found: defaultdict[date, list[_DayRow]] = defaultdict(list)
    for row in rows:
        day = date.fromordinal(row.day.toordinal() - row.day.weekday()) if by_week else row.day
        found[day].append(row)
    return found


def _sum_sessions(rows: Sequence[SessionDay], words: NumberWords) -> tuple[str, str, str, str]:
    calls = sum(one.calls for one in rows)
    return (
        words.number(sum(one.sessions for one in rows)),
        words.number(calls),
        _write_share(sum(one.failed_calls for one in rows), calls, words),
        words.number(sum(one.corrections for one in rows)),
    )


def _sum_runs(rows: Sequence[RunDay], words: NumberWords) -> tuple[str, str]:
    runs = sum(one.runs for one in rows)
    return words.number(runs), _write_share(sum(one.failures for one in rows), runs, words)


def _write_share(part: int, whole: int, words: NumberWords) -> str:
    """Return a share in percent; empty where there is nothing to take it of."""
    return words.percent(part / whole) if whole else ""


def _draw_intake(intake: Sequence[IntakeDay], words: NumberWords) -> RowTable:
    """Draw how long rows were on their way, by kind."""
    kinds: defaultdict[str, list[IntakeDay]] = defaultdict(list)
    for one in intake:
        kinds[one.kind].append(one)
    rows: list[LinkedRow] = [
        (
            LinkedCell(kind.replace("_", " ")),
            words.number(sum(one.rows for one in held)),
            *(
                words.number(sum(getattr(one, name) for one in held))
                for name in ("in_minute", "in_hour", "in_day", "later", "ahead")
            ),
        )
        for kind, held in sorted(kinds.items())
    ]
    columns = ("kind", "rows", "in a minute", "in an hour", "in a day", "later", "clock ahead")
    return RowTable("What came in, by how long it was on its way", columns, rows, _ROWS_SAY, frozenset(range(1, 7)))


def read_commands(asked: BoardAsked) -> BoardCommands:
    """Return what the team runs."""
    return serve.read_board_commands(asked.server, asked.caller, serve.find_days(asked.now, asked.days))


def draw_commands(found: BoardCommands, asked: BoardAsked) -> BoardDrawn:
    """Draw commands, why runs ended, and what patterns did."""
    words = asked.words
    commands: list[LinkedRow] = [
        (
            LinkedCell(one.head or one.team_hash.hex()[:_NO_NAME]),
            words.number(one.people),
            words.number(one.runs),
            words.percent(one.failures / one.runs) if one.runs else "",
            words.rough_duration(one.seconds / one.runs) if one.runs else "",
            words.rough_duration(one.seconds),
        )
        for one in found.commands
    ]
    ends: list[LinkedRow] = [
        (
            LinkedCell(one.exit_reason.replace("_", " ")),
            one.category,
            words.number(one.people),
            words.number(one.runs),
            words.rough_duration(one.seconds),
        )
        for one in found.ends
    ]
    patterns: list[LinkedRow] = [
        (
            LinkedCell(one.pattern_hash.hex()[:_NO_NAME]),
            one.pattern_type,
            *map(words.number, (one.people, one.runs, one.matched, one.false_positives)),
        )
        for one in found.patterns
    ]
    unnamed = "A command that nobody named is the beginning of its keyed hash: at the level `counts` no word leaves."
    tables = [
        RowTable(
            "Commands", ("command", "people", "runs", "failed", "a run", "all"), commands, _ROWS_SAY, _NUMBERS, unnamed
        ),
        RowTable("Why runs ended", ("reason", "kind", "people", "runs", "time"), ends, _ROWS_SAY, frozenset({2, 3, 4})),
        RowTable(
            "Patterns",
            ("pattern", "kind", "people", "runs", "found", "wrong"),
            patterns,
            "No run was watched for a pattern.",
            frozenset({2, 3, 4, 5}),
            "Wrong: their person said that the run should have gone on.",
        ),
    ]
    runs, seconds = sum(one.runs for one in found.ends), sum(one.seconds for one in found.ends)
    lead = f"{words.plural(runs, 'run')}, {words.rough_duration(seconds)} in all." if runs else "No run came."
    return BoardDrawn((lead,), tables)


_NUMBERS = frozenset(range(1, 6))


def read_agents(asked: BoardAsked) -> BoardAgents:
    """Return the team's agents and models."""
    return serve.read_board_agents(asked.server, asked.caller, serve.find_days(asked.now, asked.days))


def draw_agents(found: BoardAgents, asked: BoardAsked) -> BoardDrawn:
    """Draw sessions by model, what exporters reported, and where tools fail."""
    words = asked.words
    models: list[LinkedRow] = [
        (
            LinkedCell(one.model or "unknown"),
            one.agent,
            *map(words.number, (one.people, one.sessions, one.prompts, one.calls)),
            _write_share(one.failed_calls, one.calls, words),
            _write_share(one.corrections, one.prompts, words),
            words.dollars(one.cost_usd),
        )
        for one in found.models
    ]
    reported: list[LinkedRow] = [
        (
            LinkedCell(one.model or "unknown"),
            one.agent,
            words.number(one.people),
            words.number(one.events),
            words.amount(one.tokens_in),
            words.amount(one.tokens_out),
            words.dollars(one.cost_usd),
        )
        for one in found.reported
    ]
    tools: list[LinkedRow] = [
        (
            LinkedCell(one.tool),
            *map(words.number, (one.people, one.calls)),
            _write_share(one.failures, one.calls, words),
            words.duration(one.mean_ms / 1000) if one.mean_ms is not None else "",
        )
        for one in found.tools
    ]
    failures: list[LinkedRow] = [
        (LinkedCell(one.tool), one.error_type or "unknown", *map(words.number, (one.people, one.times)))
        for one in found.failures
    ]
    none = "No agent's exporter reports here: see `docs/reference/otlp.md`."
    note = "As work came to each: projects and tasks differ, so this is no comparison. The page Effects has one."
    columns = ("model", "agent", "people", "sessions", "prompts", "calls", "calls failed", "corrected", "cost")
    tables = [
        RowTable("Sessions by model", columns, models, _ROWS_SAY, frozenset(range(2, 9)), note),
        RowTable(
            "Reported by agents themselves",
            ("model", "agent", "people", "events", "tokens in", "out", "cost"),
            reported,
            none,
            frozenset(range(2, 7)),
        ),
        RowTable("Tools", ("tool", "people", "calls", "failed", "a call"), tools, none, frozenset(range(1, 5))),
        RowTable("How tools fail", ("tool", "error", "people", "times"), failures, none, frozenset({2, 3})),
    ]
    sessions = sum(one.sessions for one in found.models)
    return BoardDrawn((f"{words.plural(sessions, 'session')} in the last {asked.days} days.",), tables)
