"""Draw a chat, a session's chats, and its subagents."""

from collections.abc import Iterator, Sequence

from twiceshy.records.chats import AgentBatch, AgentRun, Orchestration, StoredChat
from twiceshy.screens.terminal.formats import cut, cut_path, duration, many_lines, number, one_line, plural, short_date
from twiceshy.screens.terminal.page import Column, Page, draw_table

_SHOWN_LINES = 12  # of a prompt or a reply where not all is asked for (guess, 2026-11-23: half a screen)
_SHOWN_FILES = 8  # likewise (guess, 2026-11-23)
_ASKERS = {"sdk": "a program", "plan": "a plan that you approved", "bare-command": "a slash command"}


def render_chat(found: StoredChat, page: Page, *, full: bool) -> str:
    """Render who asked what, what was done, and what was answered."""
    lines = [_describe_place(found, page), ", ".join(_describe_work(found))]
    lines += ["", page.bold("You" if found.human else f"Asked by {_ASKERS.get(found.prompt_kind, 'the client')}")]
    lines += _indent(found.query, page, full=full)
    lines += _list_answers(found, page, full=full)
    lines += _list_files("Read", found.files_referenced, page, full=full)
    lines += _list_files("Changed", found.files_modified, page, full=full)
    if found.tools_used:
        lines += ["", f"{page.bold('Tools')}  {cut(one_line(', '.join(found.tools_used)), page.width - 7)}"]
    if found.commits:
        lines.append(f"{page.bold('Commits')}  {', '.join(one_line(one) for one in found.commits)}")
    if full:
        lines += _list_outputs(found, page)
    return "\n".join(lines)


def _describe_place(found: StoredChat, page: Page) -> str:
    """Describe which chat it is, of which session, when, how long, and by which model."""
    took = "" if found.duration_seconds is None else f", {duration(found.duration_seconds)}"
    head = [page.bold(found.id), f"in {found.session}", f"{short_date(found.timestamp, page.now)}{took}"]
    return " · ".join([*head, one_line(found.model)] if found.model else head)


def _list_answers(found: StoredChat, page: Page, *, full: bool) -> list[str]:
    """Return the last message, or all of them."""
    answers = found.response if full else found.response[-1:]
    if not answers:
        return []
    more = "" if full or len(found.response) == 1 else f" (the last of {plural(len(found.response), 'message')})"
    lines = ["", page.bold("Answer") + page.dim(more)]
    return lines + [line for text in answers for line in _indent(text, page, full=full)]


def _describe_work(found: StoredChat) -> Iterator[str]:
    """Yield how much was done, leaving out what did not happen."""
    yield plural(found.calls, "call")
    if found.failures:
        yield f"{number(found.failures)} failed"
    if found.refusals:
        yield f"{number(found.refusals)} refused"
    if found.agents:
        yield plural(found.agents, "subagent")
    if found.interrupted:
        yield "interrupted by you"
    if found.tokens:
        tokens = found.tokens
        read = tokens.input + tokens.cache_read + tokens.cache_write
        least = "at least " if tokens.unended else ""
        yield f"{number(read)} tokens read, {least}{number(tokens.output)} written"


def _indent(text: str, page: Page, *, full: bool) -> list[str]:
    """Return a text's lines; only the first ones where not all is asked for."""
    lines = [line.rstrip() for line in many_lines(text).splitlines()]
    if full:
        return [f"  {line}".rstrip() for line in lines]
    shown = [f"  {cut(line, page.width - 2)}".rstrip() for line in lines[:_SHOWN_LINES]]
    left = len(lines) - len(shown)
    return [*shown, page.dim(f"  … {plural(left, 'more line')} (--full shows them)")] if left else shown


def _list_files(title: str, paths: Sequence[str], page: Page, *, full: bool) -> list[str]:
    if not paths:
        return []
    shown = paths if full else paths[:_SHOWN_FILES]
    lines = ["", page.bold(title), *(f"  {cut_path(one_line(path), page.width - 2)}" for path in shown)]
    left = len(paths) - len(shown)
    return [*lines, page.dim(f"  … {plural(left, 'more file')} (--full shows them)")] if left else lines


def _list_outputs(found: StoredChat, page: Page) -> Iterator[str]:
    """Yield what each call gave back."""
    words = {True: "done", False: "FAILED", None: "not seen to end"}
    for done in found.tool_outputs:
        yield f"\n{page.bold(one_line(done.tool))}: {words[done.success]}"
        yield from (page.dim(f"  | {line}".rstrip()) for line in many_lines(done.text).splitlines())


def render_chats(found: Sequence[StoredChat], page: Page) -> str:
    """Render a session's chats as a table."""
    if not found:
        return "This session has no prompt of a person or a program."
    columns = (
        Column("chat"),
        Column("when"),
        Column("took", right=True),
        Column("calls", right=True),
        Column("failed", right=True),
        Column("files", right=True),
        Column("prompt", flexible=True),
    )
    rows = [
        (
            one.id,
            short_date(one.timestamp, page.now),
            "" if one.duration_seconds is None else duration(one.duration_seconds),
            number(one.calls),
            number(one.failures),
            number(len(one.files_modified)),
            one_line(one.query[: 4 * page.width]),
        )
        for one in found
    ]
    return draw_table(columns, rows, page)


def render_agents(found: Orchestration, page: Page) -> str:
    """Render a session's subagents, batch by batch."""
    if not found.agents:
        return f"{found.session} sent off no subagent."
    parts = [page.bold(found.session), plural(len(found.agents), "subagent")]
    parts.append(plural(len(found.batches), "batch", "batches"))
    if found.success_rate is not None:
        parts.append(f"{found.success_rate:g} % of those seen to end came back with an answer")
    lines = [" · ".join(parts)]
    agents = {one.agent_id: one for one in found.agents}
    for batch in found.batches:
        lines += ["", _describe_batch(batch, page)]
        lines += [line for one in batch.agent_ids for line in _describe_agent(agents[one], page)]
    return "\n".join(lines)


def _describe_batch(batch: AgentBatch, page: Page) -> str:
    took = "" if batch.duration_ms is None else f", {duration(batch.duration_ms / 1000)}"
    below = f", sent off by {batch.parent_id[:6]}" if batch.parent_id else ""
    what = f"{number(batch.agent_count)} side by side" if batch.agent_count > 1 else "one alone"
    return page.bold(f"{short_date(batch.started_at, page.now)}{took}: {what}{below}")


def _describe_agent(agent: AgentRun, page: Page) -> Iterator[str]:
    """Yield a line on what an agent was, and one on what it was asked or how it failed."""
    ends = {True: "FAILED", False: "answered", None: "not seen to end"}
    parts = [ends[agent.has_error]]
    if agent.duration_ms is not None:
        parts.append(duration(agent.duration_ms / 1000))
    if agent.tool_count is None:
        parts.append("its own log is not stored")
    else:
        failed = f", {number(agent.failures)} failed" if agent.failures else ""
        parts.append(f"{plural(agent.tool_count, 'call')}{failed}")
    if agent.model:
        parts.append(one_line(agent.model))
    name = f" {one_line(agent.kind)}" if agent.kind else ""
    yield cut(f"  {agent.agent_id[:6]}{name}: {', '.join(parts)}", page.width)
    said = agent.error_summary or agent.task
    if said:
        yield page.dim(cut(f"         {one_line(said)}", page.width))
