"""The report's ten lines: what there was, what mistakes made again cost, the three that are most worth acting on.

Draws what it is given and counts nothing. What a tool or a log said stands in the quotes that it came with.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from twiceshy.records.insights import Insight, InsightKind, InsightTrend, Remedy, RemedyKind, RepeatedCost
from twiceshy.records.report import Overview
from twiceshy.records.spend import SpendPart, SpendRow, SpendSummary
from twiceshy.screens.spend_words import has_item, say_cause, say_part
from twiceshy.screens.terminal.draw_cost import dollars
from twiceshy.screens.terminal.draw_spend import round_dollars
from twiceshy.screens.terminal.draw_time import render_time_line
from twiceshy.screens.terminal.formats import cut_path, day, one_line, percent, plural, rough_duration, short_date
from twiceshy.screens.terminal.page import Page, keep_whole, wrap

# What is said where no line of advice was found: what was looked at, in the same words in the terminal and on a page.
#
# It never says that nothing happened: a table of mistakes that came again may stand below it, none of them often enough
# in one project for a line of advice.

_FEW_SESSIONS = 30
"""Sessions below which there is little to find. Guess of 2026-11-22."""


def say_nothing_found(sessions: int, projects: int) -> str:
    """Return the sentences.

    >>> say_nothing_found(41, 3).partition(". ")[2]
    'Looked at: 41 sessions of 3 projects, for failures, retries, cut runs, hidden failures and corrections.'
    """
    looked = (
        "No advice yet: no mistake came often enough in one project to be worth a line. Looked at: "
        f"{_count(sessions, 'session')} of {_count(projects, 'project')}, for failures, retries, cut runs, hidden "
        "failures and corrections."
    )
    return f"{looked} Some dozens of sessions in one project will show more." if sessions < _FEW_SESSIONS else looked


def _count(many: int, noun: str) -> str:
    """Return a count with its noun."""
    return f"{many:,} {noun}{'' if many == 1 else 's'}"


MOST_INSIGHTS = 3  # told at first (guess, 2026-11-22: two lines each make ten in all)
_MOST_PROJECTS = 3  # named (guess, 2026-11-22: one line)
_MOST_TRENDS = 2  # better, and worse (guess, 2026-11-22: one line)
_LEAST_SHARE = 0.001
"""Shares of the whole below this are not shown. Guess of 2026-11-22: a tenth of a percent rounds to nothing."""
_LEAST_DOLLARS = 0.005
"""Dollars below this are shown as none (by definition: half a cent)."""
_INDENT = 3  # columns, below the number of an insight (convention)
_LEAST_PART = 0.005  # of the dollars: less is shown as none (by definition: half a percent)
_MOST_CAUSES = 3  # named in a line (guess, 2026-11-25: a line or two of 80 columns)
_NAMES_INDENT = 2  # columns (convention): a line that a long name goes on in never begins like one of ours
_ACCOUNT_INDENT = 7  # columns, below the first word (convention)
_ITEM_WIDTH = 48  # columns of a file's name, cut in its middle (guess, 2026-11-25: most paths with their project)
_YEAR = {365: "a year"}
_SHORT_NAMES = {
    InsightKind.RECURRING_CAUSE: "one failure",
    InsightKind.MISSING_PROGRAM: "calls that find no program",
    InsightKind.BLIND_RETRY: "retries without a change",
    InsightKind.HIDDEN_FAILURE: "hidden failures",
    InsightKind.HANGING_RUN: "runs cut off",
    InsightKind.REPEATED_CORRECTION: "corrections",
    InsightKind.REWORKED_FILE: "rework",
    InsightKind.FLAKY_TEST: "flaky results",
    InsightKind.GRANTED_PROMPT: "permission prompts",
    InsightKind.REPEATED_CONTEXT: "repeated reads",
    InsightKind.BROKEN_RULE: "breaches of a rule",
    InsightKind.LONG_CONTEXT: "long contexts",
    InsightKind.LONG_BREAK: "long breaks",
    InsightKind.LOST_CACHE: "lost caches",
    InsightKind.WAIT_TO_LOOK: "waits for an OK",
    InsightKind.FIXED_START: "fixed starts",
    InsightKind.LONE_CALL: "lists and polls alone",
    InsightKind.SHORT_CACHE: "short-lived caches",
    InsightKind.TOOL_RULE: "refused calls",
    InsightKind.ADDED: "what a plugin counts",
}
"""What is counted, to stand before ``of`` a place."""
WHAT_HOURS_ARE = (
    "Time is from a failure to the next success of the same thing, as a share of the agent's; your time to approve a "
    "call is in it, your time to write a prompt is not."
)


class CommandsBeside(NamedTuple):
    """What the commands beside an insight need."""

    filters: str = ""
    """The options that narrow the report, so that a command shows the same."""
    suggest: Mapping[str, str] = MappingProxyType({})
    """By id of an insight, what to type behind ``twiceshy suggest``; not there where nothing is open."""


def render_overview(found: Overview, beside: CommandsBeside, page: Page) -> str:
    """Render the first lines."""
    insights = found.insights.insights
    lines = [*_head_lines(found, page), *_account_lines(found, page), *wrap(_describe_repeated(found), page.width), ""]
    for number, insight in enumerate(insights[:MOST_INSIGHTS], 1):
        lines += render_insight(insight, number, found, beside, page)
    if not insights:
        lines += wrap(say_nothing_found(found.sessions, len(found.projects)), page.width)
    lines.append("")
    lines += _trend_lines(found.insights.trends, page)
    lines += wrap(_describe_next(found, beside.filters), page.width, hang=_NAMES_INDENT)
    timed = any(insight.waited_s for insight in insights[:MOST_INSIGHTS])
    lines += [page.dim(line) for line in wrap(WHAT_HOURS_ARE, page.width)] if timed else []
    return "\n".join(lines)


def render_insights(found: Overview, beside: CommandsBeside, page: Page) -> str:
    """Render every insight; empty where there is none."""
    lines = []
    for number, insight in enumerate(found.insights.insights, 1):
        lines += render_insight(insight, number, found, beside, page)
    return "\n".join(lines)


def _head_lines(found: Overview, page: Page) -> list[str]:
    """Return what was looked at: projects, stretch of time, sessions, hours, dollars."""
    names = list(dict.fromkeys(one_line(project.name) for project in found.projects))
    rest = len(names) - _MOST_PROJECTS
    parts = [
        ", ".join(names[:_MOST_PROJECTS]) + (f" and {rest} more" if rest > 0 else ""),
        describe_window(found, page),
        plural(found.sessions, "session") + _describe_imitations(found),
        f"{rough_duration(found.insights.repeated.agent_s)} of agent time",
    ]
    spent, before = found.insights.repeated.total_usd, found.insights.repeated_before
    earlier = before.total_usd if before else None
    if spent is not None:
        lost = sum(found.insights.repeated.lost_agents)
        known = dollars(spent) + "+" * bool(lost)
        parts.append(known + (f" ({_name_before(found)}: {dollars(earlier)})" if earlier is not None else ""))
        parts += [f"logs of {plural(lost, 'subagent')} missing"] if lost else []
    return [page.bold(line) for line in wrap(" · ".join(parts), page.width, hang=_NAMES_INDENT)]


def _account_lines(found: Overview, page: Page) -> list[str]:
    """Return where money and time went: by what was paid for, the dearest causes, what a person waited for."""
    time = render_time_line(found.time, page)
    return [*_money_lines(found, page), *([time] if time else [])]


def _money_lines(found: Overview, page: Page) -> list[str]:
    """Return by what was paid for, then the dearest causes with what is dearest in each."""
    spend = found.spend
    if spend is None or spend.total_usd < _LEAST_DOLLARS:
        return []
    money = [_describe_part(part) for part in spend.parts if part.share >= _LEAST_PART]
    most = [_describe_cause(row, spend, _name_before(found)) for row in spend.causes[:_MOST_CAUSES] if row.usd]
    return [
        *wrap(f"Money  {' · '.join(money)}", page.width, hang=_ACCOUNT_INDENT),
        *wrap(f"Most   {' · '.join(most)}", page.width, hang=_ACCOUNT_INDENT),
    ]


def _describe_part(part: SpendPart) -> str:
    """Describe what was paid for one thing."""
    spent = keep_whole(f"{round_dollars(part.usd)} ({percent(part.share)})")
    return f"{say_part(part)} {spent}"


def _describe_cause(row: SpendRow, spend: SpendSummary, before: str) -> str:
    """Describe a cause: its share, what that was before where it differs, its dearest item."""
    share = percent(row.share)
    earlier = None if spend.before is None else percent(spend.before.get(row.name, 0.0))
    trend = f"; {before}: {earlier}" if earlier not in {None, share} else ""
    item = f", of it {cut_path(one_line(row.item), _ITEM_WIDTH)} {round_dollars(row.item_usd)}" if has_item(row) else ""
    return f"{say_cause(row)} {round_dollars(row.usd)} ({keep_whole(share)}{trend}){item}"


def describe_window(found: Overview, page: Page) -> str:
    """Describe the stretch of time that is looked at: ``4 weeks to 20 Nov 2026``."""
    if found.first_at is None or found.last_at is None:
        return "without dates"
    zone = page.now.tzinfo
    last = day(found.last_at.astimezone(zone))
    length = _name_length(found)
    return f"{length} to {last}" if length else f"{day(found.first_at.astimezone(zone))} - {last}"


def _name_length(found: Overview) -> str:
    """Return the window's length in words where it is a number of weeks; else empty."""
    if found.since is None or found.last_at is None or found.until is not None:
        return ""
    days = round((found.last_at - found.since).total_seconds() / 86400)
    return f"{plural(days // 7, 'week')}" if days and days % 7 == 0 else _YEAR.get(days, "")


def _name_before(found: Overview) -> str:
    """Return what the same length of time before is called."""
    return f"{length} before" if (length := _name_length(found)) else "as long before"


def _describe_imitations(found: Overview) -> str:
    return f" ({plural(found.imitations, 'imitation')} left out)" if found.imitations else ""


def _describe_repeated(found: Overview) -> str:
    """Describe what mistakes made again cost, with its share."""
    cost, before = found.insights.repeated, found.insights.repeated_before
    if not cost.waited_s:
        return "" if found.spend else "No time is known to have been lost to repeated mistakes."
    share = _share_of_time(cost)
    earlier = f"; {_name_before(found)}: {_share_of_time(before)}" if before and before.agent_s else ""
    money = f", {dollars(cost.cost_usd)}" if cost.cost_usd is not None else ""
    return f"Of that, mistakes made again: {rough_duration(cost.waited_s)}{money} ({share} of the time{earlier})"


def _share_of_time(cost: RepeatedCost) -> str:
    return percent(cost.waited_s / cost.agent_s if cost.agent_s else None, 1)


def render_insight(insight: Insight, number: int, found: Overview, beside: CommandsBeside, page: Page) -> list[str]:
    """Return an insight's lines: where, what and how often; then cost, what to do, and the commands that go on."""
    place = f"{one_line(insight.project)}: " if insight.project else ""
    last = f"; last {short_date(insight.last_at, page.now, clock=False)}" if insight.last_at else ""
    head = wrap(f"{number}  {place}{insight.says}{last}", page.width, hang=_INDENT)
    parts = [describe_cost(insight, found.insights.repeated)]
    parts += [describe_remedy(remedy) for remedy in insight.remedies[:1]]
    if word := beside.suggest.get(insight.id):
        parts.append(keep_whole(f"twiceshy suggest {word}{beside.filters}"))
    parts.append(keep_whole(f"twiceshy show {insight.id}{beside.filters}"))
    return [*(page.bold(line) for line in head), *wrap(" · ".join(parts), page.width, indent=_INDENT)]


def describe_cost(insight: Insight, whole: RepeatedCost) -> str:
    """Describe what it cost: time and money, each with its share of the whole."""
    if insight.most_usd is not None and insight.cost_usd is not None:
        likely, most = round_dollars(insight.cost_usd), round_dollars(insight.most_usd)
        less = f"about {likely} less{_describe_share(insight.cost_usd, whole.total_usd)}"
        return f"{less}, at most {most}" if most != likely else less
    parts = []
    if insight.waited_s >= 1:
        parts.append(rough_duration(insight.waited_s) + _describe_share(insight.waited_s, whole.agent_s))
    if insight.cost_usd is not None and insight.cost_usd >= _LEAST_DOLLARS:
        parts.append(dollars(insight.cost_usd) + _describe_share(insight.cost_usd, whole.total_usd))
    return ", ".join(parts) or "cost not known"


def _describe_share(part: float, whole: float | None) -> str:
    """Describe the share in brackets; empty where it is too small to say."""
    return f" ({percent(part / whole, 1)})" if whole and part / whole >= _LEAST_SHARE else ""


def describe_remedy(remedy: Remedy) -> str:
    """Describe what to do about it."""
    return f'tell the agent: "{remedy.text}"' if remedy.kind is RemedyKind.TEXT else remedy.text


def _trend_lines(trends: Sequence[InsightTrend], page: Page) -> list[str]:
    """Return what happens significantly less, and more, than in the four weeks before."""
    lines = []
    for title, better in (("Getting better", True), ("Getting worse", False)):
        told = [_describe_trend(one) for one in trends if one.better is better][:_MOST_TRENDS]
        if told:
            lines += wrap(f"{title} (in four weeks): {'; '.join(told)}", page.width, hang=2)
    return lines


def _describe_trend(one: InsightTrend) -> str:
    """Describe how often it happened before and now."""
    place = f" of {one.place}" if one.place else ""
    return f"{one_line(one.project)}: {_SHORT_NAMES[one.kind]}{place} {one.before} -> {one.now} ({one.insight})"


def _describe_next(found: Overview, filters: str) -> str:
    """Describe which commands go on from here."""
    more = len(found.insights.insights) - MOST_INSIGHTS
    rest = [f"{more} more: " + keep_whole(f"twiceshy report insights{filters}")] if more > 0 else []
    others = (keep_whole(f"twiceshy report {part}{filters}") for part in ("spend", "--all"))
    return "Next: " + " · ".join([*rest, *others])
