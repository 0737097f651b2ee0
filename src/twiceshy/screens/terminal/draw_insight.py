"""One insight as a person reads it: what, what it cost, what was tried next, what to do, and every case."""

from collections.abc import Mapping, Sequence
from typing import Final

from twiceshy.account.context_replay import SHORT_SUMMARY, SUMMARY
from twiceshy.account.lone_requests import FIRST_WAIT_S, NEXT_WAIT_S
from twiceshy.records.insights import CaseLine, Insight, InsightKind, InsightStory
from twiceshy.screens.terminal.draw_overview import WHAT_HOURS_ARE, describe_cost, describe_remedy
from twiceshy.screens.terminal.formats import cut, many_lines, number, one_line, plural, short_date
from twiceshy.screens.terminal.page import Column, Page, draw_table, wrap

_SMALLER = (
    "Replayed at the prices of each request. Likely: every file that was used again is read again whole, once (what "
    f"commands read is not); the summary takes {SUMMARY:,} tokens and a request of its own. At most: no file is read "
    f"again, and a summary takes {SHORT_SUMMARY:,}. What a summary forgets has no price here."
)
_ASSUMED: Final[Mapping[InsightKind, str]] = {
    InsightKind.LONG_CONTEXT: _SMALLER,
    InsightKind.LONG_BREAK: _SMALLER,
    InsightKind.FIXED_START: "Replayed at the prices of each request. Likely: each session begins as small as the "
    "smallest quarter of those with the same agent and model in this project. At most: as small as the smallest. "
    "Whether work needed what is gone then, no log tells.",
    InsightKind.LONE_CALL: "Replayed at the prices of each request. Likely: a list is kept beside another call, which "
    f"saves reading the context once; a command is waited for {FIRST_WAIT_S:.0f} seconds at first and up to "
    f"{NEXT_WAIT_S:.0f} with each poll. At most: none of these requests is made, and nothing of what they sent is sent "
    "by another.",
    InsightKind.SHORT_CACHE: "Replayed at the prices of each request: writing costs 2 in place of 1.25 times fresh "
    "tokens, and what was written again after a pause of up to an hour is read. Sessions that it makes dearer count "
    "against it.",
    InsightKind.LOST_CACHE: "What it cost to pay for the context in full in place of reading it from the cache. That "
    "the call before is the cause is told by how often it comes before a loss.",
    InsightKind.WAIT_TO_LOOK: "Time is how long each call waited, ten minutes at most; where the log does not say, it "
    "is told from how long the call took.",
}
"""What stands behind the figures of a kind; of all others what hours are."""
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
    counted = _ASSUMED.get(one.kind, WHAT_HOURS_ARE)
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
