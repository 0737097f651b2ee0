"""What a fleet's report says in words and tables: for the terminal, the dashboard and a team's board alike.

Each draws the same rows, so that no two of them can tell different figures. A share of a handful is written as what it
is, ``2 of 7``, and compared with nothing.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from urllib.parse import quote

from twiceshy.base.values import Rate
from twiceshy.doors.web.dashboard.asked import RowTable
from twiceshy.records.fleet import FleetDimension, FleetFigures, FleetLesson, FleetReport
from twiceshy.screens.number_words import NumberWords

MOST_FIRST = 3
"""Things worth doing that are told first, as in ``report`` (guess, 2026-11-22)."""
_FEWEST_TASKS = 5
"""Of a share in percent; below, its two numbers say more (guess, 2026-11-23)."""
_DIGITS = 10  # of a lesson's id, with its letter, as lists show it (guess, 2026-11-21)
_PLURALS = {"repository": "repositories", "person": "people"}
_COMPARED = (
    "VS OTHERS: failed calls over those of all others together, on the same kinds of calls, with its 95 % interval; "
    "more or fewer where a test over the sessions says so, at a false discovery rate of 5 %. A difference is no cause: "
    "work differs. `few`: fewer than 5 sessions or 5 named people; their shares are written as counts, and nothing is "
    "compared."
)
_MODELS = "Sessions, calls and outcomes count for the model that wrote most replies; tokens and cost for their own."


DIMENSIONS: tuple[FleetDimension, ...] = ("team", "repository", "agent", "model", "month")


class WorthDoing(NamedTuple):
    """One thing that is worth doing something about."""

    says: str
    cost: str
    do: str


class DimensionLink(NamedTuple):
    """Where the figures by another dimension are."""

    text: str
    href: str
    is_here: bool


def choose_dimension(asked: str) -> FleetDimension:
    """Return the dimension that an address asks for; teams where it asks for none that there is."""
    return next((one for one in DIMENSIONS if one == asked), DIMENSIONS[0])


def link_dimensions(found: FleetReport, path: str) -> list[DimensionLink]:
    """Return a link to each dimension; which one it is now."""
    team = f"&team={quote(found.team, safe='')}" if found.team else ""
    return [DimensionLink(f"by {one}", f"{path}?by={one}{team}", one == found.by) for one in DIMENSIONS]


def describe_whole(found: FleetReport, words: NumberWords) -> str:
    """Return in one line how much work this is, how much of it failed, and what it cost."""
    whole = found.whole
    parts = [
        f"team {found.team}" if found.team else "",
        words.plural(whole.sessions, "session")
        + (f" of {_count(whole.people, 'person', words)}" if whole.people else ""),
        words.plural(whole.teams, "team") if whole.teams and not found.team else "",
        _count(whole.projects, "repository", words),
        _describe_days(whole.first_at, whole.last_at, words),
        f"{words.plural(whole.calls, 'call')}, {_write_rate(whole.failed)} failed",
        f"{_write_rate(whole.first_pass)} of tasks right at once" if whole.first_pass.n else "",
        f"{words.amount(whole.tokens.total)} tokens",
        _write_dollars(whole, words),
    ]
    return " · ".join(part for part in parts if part)


def describe_limits(found: FleetReport, words: NumberWords) -> list[str]:
    """Return what a reader must know of the figures, a sentence each; none where there is nothing."""
    lines = []
    if found.failed_shards:
        lines.append(
            f"{words.plural(found.failed_shards, 'shard')} failed in the last run: their figures are older, or missing."
        )
    if found.aside:
        lines.append(f"{words.plural(found.aside, 'input')} set aside and not in it: `twiceshy fleet status` says why.")
    if found.imitations:
        lines.append(f"{words.plural(found.imitations, 'session')} of other writers left out.")
    if found.copies:
        lines.append(f"{words.plural(found.copies, 'session')} found in two people's logs, counted once.")
    if found.models:
        named = ", ".join(
            f"{model or 'unnamed'} ({words.amount(tokens)})" for model, tokens in found.models[:MOST_FIRST]
        )
        lines.append(f"Cost is a lower bound: no price is known of {named} tokens.")
    elif found.whole.partial:
        lines.append("Cost is a lower bound: some logs have only a part of their tokens.")
    return lines


def list_worth_doing(found: FleetReport, words: NumberWords) -> list[WorthDoing]:
    """Return the mistakes that cost most, with where they were made and what to do; none where none came again."""
    return [_describe_lesson(one, words) for one in found.lessons[:MOST_FIRST]]


def _describe_lesson(one: FleetLesson, words: NumberWords) -> WorthDoing:
    people = f" of {_count(one.people, 'person', words)}" if one.people else ""
    teams = f", {words.plural(one.teams, 'team')}" if one.teams > 1 else ""
    last = f"; last {words.day(one.last_at)}" if one.last_at else ""
    says = (
        f"{one.says.rstrip('.')}: {words.plural(one.times, 'time')} in {words.plural(one.sessions, 'session')}{people}"
        f"{teams}, {_count(one.projects, 'repository', words)}{last}"
    )
    cost = (
        f"{words.rough_duration(one.seconds)} until it was put right ({one.seen_gone} of {one.times} times seen)"
        if one.seen_gone
        else "how long it took is not known"
    )
    places = ", ".join(one.places)
    if '"' in one.says:
        do = f"mend what fails in {places}, or tell the agents there what works instead"
    else:
        do = f"put that sentence into the agents' instructions of {places}"
    return WorthDoing(says, cost, do)


def draw_groups(found: FleetReport, words: NumberWords) -> RowTable:
    """Draw each group's figures."""
    rows = [
        (
            one.name or "(not known)",
            words.number(one.sessions),
            words.number(one.people) if one.people else "",
            words.number(one.calls),
            _write_share(one.failed, one),
            _write_ratio(one),
            _write_share(one.first_pass, one),
            _write_share(one.corrected, one),
            _write_share(one.rolled_back, one),
            words.amount(one.tokens.total),
            _write_dollars(one, words),
        )
        for one in found.groups
    ]
    columns = (
        *(found.by, "sessions", "people", "calls", "failed", "vs others", "right at once", "corrected", "rolled back"),
        *("tokens", "cost"),
    )
    note = f"{_COMPARED} {_MODELS}" if found.by == "model" else _COMPARED
    return RowTable(f"By {found.by}", columns, rows, "No session.", frozenset(range(1, len(columns))), note)


def draw_lessons(found: FleetReport, words: NumberWords) -> RowTable:
    """Draw the mistakes that came again."""
    rows = [
        (
            one.says,
            one.id[:_DIGITS],
            ", ".join(one.places),
            *_write_whose(one, words),
            words.number(one.times),
            words.rough_duration(one.seconds) if one.seen_gone else "",
        )
        for one in found.lessons
    ]
    columns = ("mistake", "id", "where most", "sessions", "people", "teams", "repositories", "times", "time lost")
    return RowTable(
        "Mistakes that came again",
        columns,
        rows,
        "No mistake was made in two sessions.",
        frozenset(range(3, 9)),
        "Time lost: until it was put right, where that was seen within half an hour.",
    )


def draw_troubles(found: FleetReport, words: NumberWords) -> RowTable:
    """Draw commands and tools whose calls failed."""
    rows = [
        (
            one.name,
            one.message,
            one.place,
            *_write_whose(one, words),
            words.number(one.calls),
            _write_rate(one.failed),
            words.rough_duration(one.seconds),
        )
        for one in found.troubles
    ]
    columns = (
        *("command or tool", "says most often", "where most", "sessions", "people", "teams", "repositories"),
        *("calls", "failed", "time"),
    )
    note = "Time: that the failed calls themselves took. A test that fails does its job; look at what it says."
    return RowTable("Failed calls", columns, rows, "No call failed.", frozenset(range(3, 10)), note)


def draw_findings(found: FleetReport, words: NumberWords) -> RowTable:
    """Draw the rules that edits broke."""
    rows = [
        (one.rule, one.severity, *_write_whose(one, words), words.number(one.introduced), words.number(one.fixed))
        for one in found.findings
    ]
    columns = ("rule", "severity", "sessions", "people", "teams", "repositories", "brought in", "mended")
    return RowTable("Findings in edits", columns, rows, "No edit brought one in.", frozenset(range(2, 8)))


def draw_effects(found: FleetReport, words: NumberWords) -> RowTable:
    """Draw the habits that go with other outcomes."""
    rows = [
        (
            one.says,
            one.outcome,
            words.number(one.cases),
            words.number(one.sessions),
            f"{one.ratio:.2f}x",
            f"{one.low:.2f}-{one.high:.2f}",
            f"{one.q:.3f}",
        )
        for one in found.effects
    ]
    note = "Of all teams, within like work; a false discovery rate of 5 %. An association is no cause."
    columns = ("with the habit", "outcome", "cases", "sessions", "ratio", "95 %", "q")
    return RowTable("Habits and outcomes", columns, rows, "No effect is significant.", frozenset(range(2, 7)), note)


def draw_durations(found: FleetReport, words: NumberWords) -> RowTable:
    """Draw how long commands and tools take."""
    rows = [
        (
            one.name,
            one.kind,
            words.number(one.times),
            *(words.duration(seconds) for seconds in (one.p50_s, one.p90_s, one.p99_s)),
        )
        for one in found.durations
    ]
    note = "Of all teams; each within 1 % of itself."
    columns = ("command or tool", "kind", "times", "median", "90 %", "99 %")
    return RowTable("How long it takes", columns, rows, "Nothing was merged yet.", frozenset(range(2, 6)), note)


def draw_all(found: FleetReport, words: NumberWords) -> Sequence[RowTable]:
    """Draw every table, the groups first."""
    draws = (draw_groups, draw_lessons, draw_troubles, draw_findings, draw_effects, draw_durations)
    return [draw(found, words) for draw in draws]


class _Whose(NamedTuple):
    """What lessons, troubles and findings have in common; for its names alone."""

    sessions: int
    people: int
    teams: int
    projects: int


def _write_whose(one: object, words: NumberWords) -> tuple[str, ...]:
    counts = (getattr(one, name) for name in _Whose._fields)
    return tuple(words.number(count) if count else "" for count in counts)


def _count(count: int, noun: str, words: NumberWords) -> str:
    return f"{words.number(count)} {noun if count == 1 else _PLURALS[noun]}"


def _describe_days(first: datetime | None, last: datetime | None, words: NumberWords) -> str:
    return f"{words.day(first)} - {words.day(last)}" if first and last else ""


def _write_rate(rate: Rate) -> str:
    """Return a share with its interval."""
    if not rate.n:
        return ""
    return f"{100 * rate.share:.1f} % ({100 * rate.low:.1f}-{100 * rate.high:.1f})"


def _write_share(rate: Rate, group: FleetFigures) -> str:
    if not rate.n:
        return ""
    if group.verdict == "few" or rate.n < _FEWEST_TASKS:
        return f"{rate.hits} of {rate.n}"
    return _write_rate(rate)


def _write_ratio(one: FleetFigures) -> str:
    if one.verdict == "few":
        return "few"
    if one.ratio is None or one.ratio_low is None or one.ratio_high is None:
        return ""
    told = f"{one.ratio:.2f}x ({one.ratio_low:.2f}-{one.ratio_high:.2f})"
    return f"{told} {one.verdict}" if one.verdict else told


def _write_dollars(one: FleetFigures, words: NumberWords) -> str:
    if not one.dollars and one.unpriced:
        return ""
    return f"{'>= ' if one.unpriced or one.partial else ''}{words.dollars(one.dollars)}"
