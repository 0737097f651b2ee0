"""Reads of commands that were run: sums by day, end, command and pattern, and what people said of them."""

from twiceshy.records.team import Caller
from twiceshy.records.team_views import (
    CommandUse,
    Days,
    FeedbackSum,
    PatternUseOfTeam,
    RunDay,
    RunsByEnd,
    VisibleRun,
)
from twiceshy_team.store.asked_rows import MOST, ask_days, read_day, read_moment, sum_counts
from twiceshy_team.store.base import TeamStore

_SUMS = "sum(runs), sum(failures), sum(seconds)"
_AMOUNTS = f"{sum_counts('runs', 'failures')}, sum(seconds) AS seconds"
_USES = sum_counts("runs", "matched", "failures")
_THERE = "WHERE team_id = :team AND day >= :first AND day <= :last"


def write_of_run(column: str) -> str:
    """Return what gives a column of the run that feedback is on: by its key, as a join would read every run."""
    return f"(SELECT {column} FROM execution WHERE execution.team_id = :team AND execution.id = feedback.execution)"


def read_run_days(store: TeamStore, caller: Caller, days: Days) -> list[RunDay]:
    """Return the runs of each day, the first day first."""
    rows = ask_days(
        store,
        caller,
        days,
        f"SELECT day, count(*), {_SUMS} FROM "
        f"(SELECT day, member, {_AMOUNTS} FROM run_day {_THERE} GROUP BY day, member) AS lines "
        "WHERE runs > 0 GROUP BY day ORDER BY day",
    )
    return [
        RunDay(read_day(day), people, int(runs), int(failures), float(seconds))
        for day, people, runs, failures, seconds in rows
    ]


def read_run_ends(store: TeamStore, caller: Caller, days: Days) -> list[RunsByEnd]:
    """Return why runs ended, by category of command; the most frequent first."""
    rows = ask_days(
        store,
        caller,
        days,
        f"SELECT exit_reason, command_category, count(*), {_SUMS} FROM "
        f"(SELECT exit_reason, command_category, member, {_AMOUNTS} FROM run_day {_THERE} "
        "GROUP BY exit_reason, command_category, member) AS lines "
        "WHERE runs > 0 GROUP BY exit_reason, command_category "
        "ORDER BY sum(runs) DESC, exit_reason, command_category LIMIT :most",
        {"most": MOST},
    )
    return [
        RunsByEnd(reason, category, people, int(runs), int(failures), float(seconds))
        for reason, category, people, runs, failures, seconds in rows
    ]


def read_commands(
    store: TeamStore, caller: Caller, days: Days, fewest_people: int = 1, most: int = MOST
) -> list[CommandUse]:
    """Return the commands that so many people ran, the most run first."""
    rows = ask_days(
        store,
        caller,
        days,
        f"SELECT team_hash, team_epoch, (SELECT command_head FROM execution WHERE execution.team_id = :team "
        "AND execution.team_hash = found.team_hash AND command_head IS NOT NULL ORDER BY at DESC LIMIT 1), "
        "people, runs, failures, seconds FROM "
        f"(SELECT team_hash, team_epoch, count(*) AS people, {_AMOUNTS} FROM "
        f"(SELECT team_hash, team_epoch, member, {_AMOUNTS} FROM command_day {_THERE} "
        "GROUP BY team_hash, team_epoch, member) AS lines "
        "WHERE runs > 0 GROUP BY team_hash, team_epoch HAVING count(*) >= :fewest "
        "ORDER BY sum(runs) DESC, team_hash LIMIT :most) AS found ORDER BY runs DESC, team_hash",
        {"fewest": fewest_people, "most": most},
    )
    return [
        CommandUse(bytes(key), epoch, head or "", people, int(runs), int(failures), float(seconds))
        for key, epoch, head, people, runs, failures, seconds in rows
    ]


def read_runs(store: TeamStore, caller: Caller, days: Days, most: int = MOST) -> list[VisibleRun]:
    """Return single runs, the newest first: the caller's own, and those of members who send everything."""
    found = []
    for condition in ("member = :member", "command IS NOT NULL AND member <> :member"):
        rows = ask_days(
            store,
            caller,
            days,
            "SELECT id, at, member, team_hash, exit_code, exit_reason, total_runtime, "
            "coalesce(command_category, ''), coalesce(command_head, ''), coalesce(command, '') "
            f"FROM execution {_THERE} AND {condition} ORDER BY at DESC, id LIMIT :most",
            {"member": caller.member, "most": most},
        )
        found += [
            VisibleRun(
                bytes(key), read_moment(at), bytes(member) == caller.member, team_hash and bytes(team_hash), *rest
            )
            for key, at, member, team_hash, *rest in rows
        ]
    return sorted(found, key=lambda run: (run.at, run.id), reverse=True)[:most]


def read_patterns(store: TeamStore, caller: Caller, days: Days) -> list[PatternUseOfTeam]:
    """Return what each pattern did in everybody's runs, the most used first."""
    rows = ask_days(
        store,
        caller,
        days,
        "SELECT found.pattern_hash, pattern_type, people, runs, matched, failures, coalesce(wrong, 0) FROM "
        f"(SELECT pattern_hash, pattern_type, count(*) AS people, {_USES} FROM "
        f"(SELECT pattern_hash, pattern_type, member, {_USES} FROM pattern_day {_THERE} "
        "GROUP BY pattern_hash, pattern_type, member) AS lines "
        "WHERE runs > 0 GROUP BY pattern_hash, pattern_type ORDER BY sum(runs) DESC, pattern_hash LIMIT :most) "
        "AS found LEFT JOIN (SELECT pattern_hash, count(*) AS wrong FROM "
        f"(SELECT {write_of_run('pattern_hash')} AS pattern_hash FROM feedback "
        "WHERE team_id = :team AND false_positive) AS said GROUP BY pattern_hash) "
        "AS said ON said.pattern_hash = found.pattern_hash ORDER BY runs DESC, found.pattern_hash, pattern_type",
        {"most": MOST},
    )
    return [
        PatternUseOfTeam(bytes(key), kind, people, int(runs), int(matched), int(failures), wrong)
        for key, kind, people, runs, matched, failures, wrong in rows
    ]


def read_feedback(store: TeamStore, caller: Caller, days: Days) -> list[FeedbackSum]:
    """Return what people said of runs, by how these ended; the most spoken of first."""
    rows = ask_days(
        store,
        caller,
        days,
        "SELECT exit_reason, count(DISTINCT member), count(rating), avg(rating), "
        "count(*) FILTER (WHERE false_positive), count(*) FILTER (WHERE should_have_exited) FROM "
        f"(SELECT member, rating, false_positive, should_have_exited, "
        f"coalesce({write_of_run('exit_reason')}, '') AS exit_reason FROM feedback {_THERE}) AS said "
        "GROUP BY exit_reason ORDER BY count(*) DESC, exit_reason",
    )
    return [
        FeedbackSum(reason, people, rated, None if mean is None else float(mean), wrong, late)
        for reason, people, rated, mean, wrong, late in rows
    ]
