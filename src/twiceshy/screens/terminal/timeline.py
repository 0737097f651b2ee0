"""A session's timeline as text: one line a moment, times from its beginning, subagents folded in.

What a client does for itself (modes, notices, hooks, reminders) and the model's thinking are left out unless everything
is asked for; the last line says how much that was.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, tzinfo

from twiceshy.records.views import PromptVerdict, Timeline, TimelineEntry
from twiceshy.screens.moment_words import classify_quiet, describe_change, extract_text, label_moment
from twiceshy.screens.terminal.draw_cost import dollars, list_lost
from twiceshy.screens.terminal.formats import (
    cut,
    cut_path,
    day,
    display_width,
    duration,
    many_lines,
    number,
    one_line,
    pad,
    plural,
)
from twiceshy.screens.terminal.page import Page, wrap

_CLOCK_WIDTH = 11  # columns; the longest time (by design, see ``duration``)
_LABEL_WIDTH = 10  # columns; the longest common tool name (guess, 2026-11-21)
_INDENT = " " * (_CLOCK_WIDTH + _LABEL_WIDTH + 4)


def render_timeline(timeline: Timeline, page: Page, *, everything: bool, full: bool) -> str:
    """Render the whole session: a heading, and its moments."""
    lines = [*_render_heading(timeline, page), ""]
    hidden: Counter[str] = Counter()
    start = timeline.session.first_at
    for moment in _fold_runs(timeline.moments, everything=everything):
        if isinstance(moment, list):
            lines += _run_lines(moment, start, page.width)
        elif not everything and (why := classify_quiet(moment)):
            hidden[why] += 1
        else:
            lines += _moment_lines(moment, start, page, full=full)
    if hidden:
        named = ", ".join(plural(count, why) for why, count in hidden.most_common())
        lines.append(page.dim(f"left out: {named} (--all shows them)"))
    return "\n".join(lines)


def _render_heading(timeline: Timeline, page: Page) -> list[str]:
    """Render which session it is, when, how much, and what it is called."""
    session = timeline.session
    agent = f"{session.agent} {timeline.version}" if timeline.version else session.agent
    parts = [page.bold(session.id), one_line(session.project), one_line(agent)]
    if timeline.branch:
        parts.append(f"branch {one_line(timeline.branch)}")
    if timeline.cwd:
        room = max(page.width - sum(display_width(part) + 3 for part in parts) - 3, 20)
        parts.append(f"in {cut_path(one_line(timeline.cwd), room)}")
    lines = [" · ".join(parts)]
    counts = (
        f"{plural(session.prompts, 'prompt')}, {plural(session.calls, 'call')}, {number(session.failures)} failed, "
        f"{plural(session.edits, 'edit')}"
    )
    if session.cost_usd is not None:
        counts += f", {dollars(session.cost_usd)}" + "+" * session.cost_partial
    lines.append(f"{_describe_span(session.first_at, session.last_at, page.now.tzinfo)} · {counts}")
    lines += [line for note in list_lost(session.lost_agents) for line in wrap(note, page.width)]
    if session.title:
        lines.append(cut(one_line(session.title), page.width))
    if timeline.outcomes:
        lines.append(", ".join(f"{name.replace('_', ' ')} {one}" for name, one in timeline.outcomes.items()))
    return lines


def _describe_span(first: datetime | None, last: datetime | None, zone: tzinfo | None) -> str:
    """Describe from when to when, and how long that is."""
    if first is None or last is None:
        return "without times"
    local = first.astimezone(zone)
    return f"{day(local)} {local.hour}:{local.minute:02}, {duration((last - first).total_seconds())}"


def _fold_runs(moments: Sequence[TimelineEntry], *, everything: bool) -> Iterator[TimelineEntry | list[TimelineEntry]]:
    """Yield the moments in order; all of one subagent's run stand as a list where the first of them is."""
    if everything:
        yield from moments
        return
    runs: dict[bytes, list[TimelineEntry]] = {}
    for moment in moments:
        if moment.agent_run is not None:
            runs.setdefault(moment.agent_run, []).append(moment)
    for moment in moments:
        if moment.agent_run is None:
            yield moment
        elif run := runs.pop(moment.agent_run, None):
            yield run


def _run_lines(run: Sequence[TimelineEntry], start: datetime | None, width: int) -> list[str]:
    """Return a subagent's whole run on one line."""
    calls = [moment for moment in run if moment.kind == "call"]
    failed = sum(1 for moment in calls if moment.failure not in {None, "cascade"})
    edits = sum(len(moment.edits) for moment in calls)
    task = next((one_line(moment.text) for moment in run if moment.kind == "prompt"), "")
    name = run[0].agent_run.hex()[:6] if run[0].agent_run else ""
    counts = f"{plural(len(calls), 'call')}, {number(failed)} failed, {plural(edits, 'edit')}"
    line = f"{_format_clock(run[0].at, start)}  {pad('subagent', _LABEL_WIDTH)}  {name}: {counts} (--all unfolds it)"
    room = width - display_width(line) - 2
    return [line + (f"  {cut(task, room)}" if task and room > _LABEL_WIDTH else "")]


def _moment_lines(moment: TimelineEntry, start: datetime | None, page: Page, *, full: bool) -> list[str]:
    """Return one moment: a line, what went wrong below it, and whole texts where asked for."""
    text = "" if len(moment.edits) > 1 else extract_text(moment.text)  # the files below say it better
    is_long = full and "\n" in text
    lines = [_head_line(moment, start, "" if is_long else one_line(text), page, full=full)]
    if is_long:
        lines += [f"{_INDENT}{line}".rstrip() for line in many_lines(text).splitlines()]
    lines += [_INDENT + line for line in _detail_lines(moment, page)]
    if full and moment.result:
        lines += [page.dim(f"{_INDENT}| {line}".rstrip()) for line in many_lines(moment.result).splitlines()]
    return lines


def _detail_lines(moment: TimelineEntry, page: Page) -> Iterator[str]:
    """Yield what went wrong, what you said, and each file of an edit of several."""
    room = page.width - len(_INDENT)
    if moment.failure and moment.message:
        note = f" ({moment.error})" if moment.error else ""
        yield cut(one_line(moment.message), room - len(note)) + page.dim(note)
    if moment.words:
        yield cut(f"you said: {one_line(moment.words)}", room)
    if moment.corrects:
        yield cut(describe_verdict(moment.corrects), room)
    if len(moment.edits) > 1:
        for edit in moment.edits:
            yield cut_path(one_line(edit.path), room - 16) + f"  {describe_change(edit)}"


def describe_verdict(found: PromptVerdict) -> str:
    """Describe that the prompt corrects the work before it, how sure that is, and by which words."""
    said = ", ".join(f"\u201c{one_line(piece)}\u201d" for piece in found.words)
    return f"corrects the work before it ({found.confidence * 100:.0f} % sure): {said or found.why.replace('-', ' ')}"


def _head_line(moment: TimelineEntry, start: datetime | None, about: str, page: Page, *, full: bool) -> str:
    """Return when, who or what, what about, and what came of it."""
    label = pad(cut_path(one_line(label_moment(moment)), _LABEL_WIDTH), _LABEL_WIDTH)
    room = page.width - len(_INDENT)
    outcome = _describe_outcome(moment)
    if not full:
        about = cut(about, max(room - display_width(outcome) - 2, room // 3))
    shown = page.bold(about) if moment.human else about
    gap = "  " if outcome and about else ""
    return f"{_format_clock(moment.at, start)}  {label}  {shown}{gap}{outcome}".rstrip()


def _describe_outcome(moment: TimelineEntry) -> str:
    """Describe what came of a call: the change, or how it failed."""
    parts = []
    if len(moment.edits) == 1:
        parts.append(describe_change(moment.edits[0]))
    elif moment.edits:
        parts.append(plural(len(moment.edits), "file"))
    if moment.failure:
        word = {"error": "FAILED", "cascade": "cancelled"}.get(moment.failure, moment.failure.upper())
        parts.append(word + (f" exit {moment.exit_code}" if moment.exit_code else ""))
    if moment.duration_s is not None and moment.duration_s >= 1:
        parts.append(duration(moment.duration_s))
    return ", ".join(parts)


def _format_clock(at: datetime | None, start: datetime | None) -> str:
    """Format the time since the beginning, aligned right."""
    if at is None or start is None:
        return " " * _CLOCK_WIDTH
    return pad(duration(max((at - start).total_seconds(), 0.0)), _CLOCK_WIDTH, right=True)
