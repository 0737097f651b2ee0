"""What others told of a project, drawn: always said to be theirs, each text on its own line or in quotes."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from twiceshy.records.memory import ToldChat, ToldCommit, ToldOverview, ToldSession
from twiceshy.records.upkeep import MemoryRemoval
from twiceshy.screens.terminal.formats import cut, duration, number, one_line, percent, plural, short_date
from twiceshy.screens.terminal.page import Page

_DIGITS = 10
"""Characters of an id as it is shown: ``s-`` and eight digits (convention)."""
_MOST = 8
"""Files, tools and commits that are listed (guess, 2026-11-23)."""


def render_told_overview(told: ToldOverview, page: Page) -> str:
    """Render what others told in some lines: how much, by whom, by which agents, on which files."""
    who = plural(len(told.writers), "other machine")
    lines = [page.bold(f"Told by {who} of {one_line(told.project)}") + page.dim(" (memory pull; not recorded here)")]
    if told.sessions:
        words = f"{plural(told.sessions, 'session')}, {plural(told.exchanges, 'prompt')}, {plural(told.calls, 'call')}"
        if told.calls:
            words += f", {percent(told.failures / told.calls)} of them failed"
        lines.append(f"  {words}; {_render_span(told, page)}")
    lines.append(f"  {_describe_commits(told)}")
    if told.agents:
        lines.append("  agents: " + _join(f"{one_line(name)} ({number(count)})" for name, count in told.agents))
    if told.files:
        lines.append("  changed most: " + _join(f"{one_line(name)} ({number(count)})" for name, count in told.files))
    lines += [f"  {_render_line(one, page)}" for one in told.newest]
    if told.newest:
        lines.append(page.dim(f"Next: twiceshy show {told.newest[0].id[:_DIGITS]}"))
    return "\n".join(lines)


def _render_span(told: ToldOverview, page: Page) -> str:
    """Render from when to when it was."""
    first, last = short_date(told.first_at, page.now, clock=False), short_date(told.last_at, page.now, clock=False)
    return first if first == last else f"{first} to {last}"


def _describe_commits(told: ToldOverview) -> str:
    """Describe the commits and what became of them."""
    parts = [plural(told.commits, "commit")]
    if told.linked:
        parts.append(f"{number(told.linked)} with an agent's work")
    if told.ci_failed:
        parts.append(f"{number(told.ci_failed)} failed in CI")
    if told.reverted:
        parts.append(f"{number(told.reverted)} taken back")
    return ", ".join(parts)


def _render_line(one: ToldSession, page: Page) -> str:
    """Render one session of a list."""
    about = one.title or next(iter(one.queries), "") or _join(one.files_changed[:2]) or "no file changed"
    head = f"{one.id[:_DIGITS]}  {short_date(one.started_at, page.now)}  "
    return head + cut(
        f"{plural(one.calls, 'call')}, {_name_outcome(one.outcomes)}: {one_line(about)}", page.width - len(head) - 2
    )


def _name_outcome(outcomes: Mapping[str, str]) -> str:
    """Return what became of a session's work, in a word."""
    for key, word in (("rolled_back", "rolled back"), ("corrected", "corrected"), ("completed", "completed")):
        if outcomes.get(key) == "yes":
            return word
    return "outcome unknown"


def render_told(told: ToldSession | ToldChat | ToldCommit, page: Page) -> str:
    """Render one record that others told."""
    if isinstance(told, ToldSession):
        return _render_session(told, page)
    return _render_chat(told, page) if isinstance(told, ToldChat) else _render_commit(told, page)


def _render_theirs(writers: Sequence[str], accepted: bool | None, page: Page) -> str:
    """Render whose word it is."""
    names = ", ".join(f"{writer[:8]}…" for writer in writers)
    known = {True: "; accepted: agents here may be told of it", False: "; not accepted", None: ""}[accepted]
    return page.dim(f"told by {names}, not recorded here{known}")


def _render_session(one: ToldSession, page: Page) -> str:
    """Render a session: what it did in numbers, files and commits."""
    lines = [page.bold(one.id[:_DIGITS]) + "  " + _render_theirs([one.writer], one.accepted, page)]
    if one.title:
        lines.append(one_line(one.title))
    when = short_date(one.started_at, page.now)
    if one.started_at and one.ended_at:
        when += f", {duration((one.ended_at - one.started_at).total_seconds())}"
    agent = " ".join(filter(None, (one_line(one.agent), one_line(one.model))))
    branch = f", branch {one_line(one.branch)}" if one.branch else ""
    lines.append(f"{when}; {agent}{branch}")
    work = [plural(one.exchanges, "prompt"), plural(one.calls, "call"), f"{number(one.failures)} failed"]
    if one.agents:
        work.append(plural(one.agents, "subagent"))
    lines.append(f"{', '.join(work)}; {_name_outcome(one.outcomes)}")
    lines += _render_list("prompts", [f'"{cut(one_line(text), page.width - 6)}"' for text in one.queries], "\n  ")
    lines += _render_list("tools", [f"{one_line(name)} {number(count)}" for name, count in one.tools.items()])
    lines += _render_list("changed", map(one_line, one.files_changed))
    lines += _render_list("read", map(one_line, one.files_read))
    lines += _render_list(
        "commits", [f"{name[:_DIGITS]} ({percent(min(share, 0.99))} sure)" for name, share in one.commits]
    )
    lines.append(page.dim(f"record {one.record[:_DIGITS]}"))
    return "\n".join(lines)


def _render_chat(one: ToldChat, page: Page) -> str:
    """Render a chat with its words, in quotes."""
    lines = [page.bold(one.id[:_DIGITS]) + "  " + _render_theirs([one.writer], one.accepted, page)]
    lines.append(f"{short_date(one.at, page.now)}, session {one.session[:_DIGITS]}  {one_line(one.model)}".rstrip())
    lines += [f"> {one_line(line)}" for line in one.query.splitlines() if line.strip()]
    lines += [f"  {one_line(line)}" for line in one.response.splitlines() if line.strip()]
    lines += _render_list("tools", map(one_line, one.tools))
    lines += _render_list("changed", map(one_line, one.files_changed))
    lines.append(page.dim(f"record {one.record[:_DIGITS]}"))
    return "\n".join(lines)


def _render_commit(one: ToldCommit, page: Page) -> str:
    """Render a commit, the sessions whose work it has, and what became of it."""
    subject = one_line(next(iter(one.message.splitlines()), "")) or "its message was not told"
    lines = [f"{page.bold(one.hash[:_DIGITS])}  {cut(subject, page.width - _DIGITS - 2)}"]
    lines.append(_render_theirs(one.writers, None, page))
    facts = [short_date(one.at, page.now)] if isinstance(one.at, datetime) else []
    facts += [f"branch {one_line(one.branch)}"] if one.branch else []
    if one.insertions is not None and one.deletions is not None:
        facts.append(f"{plural(len(one.files), 'file')}, +{number(one.insertions)} -{number(one.deletions)}")
    facts += [f"CI: {one_line(one.ci)}"] if one.ci else []
    if one.reverted_by:
        facts.append("taken back" + (f" by {one.reverted_by[:_DIGITS]}" if one.reverted_by != "yes" else ""))
    if facts:
        lines.append("; ".join(facts))
    sessions = [f"{name[:_DIGITS]} ({percent(min(share, 0.99))} sure)" for name, share in one.sessions]
    lines += _render_list("work of", sessions) or ["no session's work is known in it"]
    lines += _render_list("files", map(one_line, one.files))
    return "\n".join(lines)


def _render_list(name: str, items: Iterable[str], between: str = ", ") -> list[str]:
    """Render a named list, cut to the first few; nothing for an empty one."""
    found = list(items)
    if not found:
        return []
    more = f"{between}… and {number(len(found) - _MOST)} more" if len(found) > _MOST else ""
    head = f"{name}:" + ("\n  " if between != ", " else " ")
    return [head + between.join(found[:_MOST]) + more]


def _join(items: Iterable[str]) -> str:
    return ", ".join(items)


# Draw what leaves the memories that travel with repositories, and where it still is.


def draw_memory_removal(found: MemoryRemoval, *, dry_run: bool) -> list[str]:
    """Return the lines; none where nothing leaves a memory."""
    lines: list[str] = []
    would = "Would remove" if dry_run else "Removed"
    if found.facts:
        lines.append(f"{would} {plural(found.facts, 'record')} from the memory of the repository.")
    if found.told:
        lines.append(
            f"{would} {plural(found.told, 'record')} that others told; `memory pull` brings back what they still tell."
        )
    for place in found.pushed:
        lines.append(f"Some were pushed to {one_line(place)}: `twiceshy memory push` takes them out there, and clones")
        lines.append("  that pull drop them. Git there keeps the bytes until it collects its garbage.")
    return lines
