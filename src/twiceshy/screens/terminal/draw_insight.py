"""One insight as a person reads it: what, what it cost, what was tried next, what to do, and every case."""

from collections.abc import Sequence

from twiceshy.account.context_replay import SUMMARY
from twiceshy.records.insights import CaseLine, Insight, InsightStory
from twiceshy.screens.terminal.draw_overview import WHAT_HOURS_ARE, describe_cost, describe_remedy
from twiceshy.screens.terminal.formats import cut, many_lines, number, one_line, plural, short_date
from twiceshy.screens.terminal.page import Column, Page, draw_table, wrap

_WHAT_LESS_IS = (
    "Replayed at the prices of each request. Likely: every file that was used again is read again whole, once; the "
    f"summary takes {SUMMARY:,} tokens and a request of its own. At most: no file is read again. What a summary "
    "forgets has no price here."
)
_NO_HIDDEN = "No command failed behind a pipe often enough to be told; `twiceshy report insights` lists what was."


def render_story(found: InsightStory, page: Page, *, full: bool) -> str:
    """Render an insight with each of its cases, newest first; with ``full`` what the calls gave back too."""
    one = found.insight
    lines = [page.bold(line) for line in wrap(f"{one.id} · {_name_project(one)}{one.says}", page.width, hang=2)]
    first, last = (short_date(at, page.now, clock=False) for at in (one.first_at, one.last_at))
    tries = f" of {number(one.of)}" if one.of else ""
    sessions = f"{number(one.sessions)} of {plural(one.of_sessions, 'session')}"
    counts = f"{number(one.count)}{tries} in {sessions}, first {first}, last {last}"
    lines += wrap(f"{counts} · {describe_cost(one, found.whole)}", page.width)
    lines += _step_lines(one, page)
    for remedy in one.remedies:
        lines += wrap(f"{describe_remedy(remedy)} ({remedy.evidence})", page.width, hang=2)
    lines += ["", f"{plural(len(found.cases), 'case')}, newest first"]
    for case in found.cases:
        lines += _case_lines(case, page, full=full)
    counted = WHAT_HOURS_ARE if one.most_usd is None else _WHAT_LESS_IS
    return "\n".join([*lines, *(page.dim(line) for line in wrap(counted, page.width))])


def render_stories(found: Sequence[InsightStory], page: Page, *, full: bool) -> str:
    """Render several insights, one below the other."""
    return "\n\n".join(render_story(story, page, full=full) for story in found) or _NO_HIDDEN


def _name_project(one: Insight) -> str:
    return f"{one_line(one.project)}: " if one.project else ""


def _step_lines(one: Insight, page: Page) -> list[str]:
    """Return the table of what the agent did next; empty where nobody counted it."""
    if not one.next_steps:
        return []
    columns = [Column("then the agent did", flexible=True), Column("times", right=True), Column("worked", right=True)]
    rows = [[step.does, number(step.n), number(step.worked)] for step in one.next_steps]
    return ["", draw_table(columns, rows, page), ""]


def _case_lines(case: CaseLine, page: Page, *, full: bool) -> list[str]:
    """Return one case: where and what; then what it said."""
    head = f"{short_date(case.at, page.now)} {case.session} {case.tool} {case.about}"
    lines = [cut(one_line(head), page.width)]
    if full:
        lines += [f"    {line}" for line in many_lines(f"{case.about}\n{case.text or case.message or ''}").splitlines()]
    elif case.message:
        lines.append(page.dim(cut(f"    {one_line(case.message)}", page.width)))
    return lines
