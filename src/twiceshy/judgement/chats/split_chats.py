"""Where does a chat begin and end, and what happened in it?"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import zip_longest
from typing import Final, NamedTuple, TypeVar

from twiceshy.base.values import Scrubbed
from twiceshy.commands.shell.command_heads import ShellPart, command_names, parse_line
from twiceshy.commands.testlog.check_tools import find_tool
from twiceshy.records import ids
from twiceshy.records.chats import (
    Chat,
    ChatAction,
    ChatTokens,
    DoneCall,
    SaidPrompt,
    SaidReply,
    SeenMark,
    SessionSummary,
    SpentTokens,
    StoredAction,
    StoredChat,
    StoredSummary,
    ToolOutput,
    WholeSession,
)

STARTERS: Final = frozenset({"sdk", "plan", "bare-command"})
"""Kinds of prompts that begin work though no person worded them: a program's, an approved plan, a slash command."""
_NO_MODEL: Final = "<"
"""What the clients' own words for no model begin with."""
_Event = TypeVar("_Event", SaidReply, DoneCall, SeenMark)


class ChatSpan(NamedTuple):
    """The events of one chat."""

    prompt: SaidPrompt
    replies: Sequence[SaidReply]
    """Of the main dialogue and of subagents."""
    calls: Sequence[DoneCall]
    marks: Sequence[SeenMark]
    until: int | None
    """Rank of the next chat's prompt."""


def split_session(session: WholeSession) -> list[ChatSpan]:
    """Return the chats' events in order. What came before the first prompt belongs to none.

    A prompt that no person worded begins a chat only where something followed it.
    """
    starts = [one for one in session.prompts if one.run is None and (one.human or one.kind in STARTERS)]
    spans = [
        ChatSpan(
            prompt,
            _cut_out(session.replies, prompt, after),
            _cut_out(session.calls, prompt, after),
            _cut_out(session.marks, prompt, after),
            after.rank if after else None,
        )
        for prompt, after in zip_longest(starts, starts[1:])
    ]
    return [span for span in spans if span.prompt.human or span.calls or span.replies]


def _cut_out(events: Sequence[_Event], prompt: SaidPrompt, after: SaidPrompt | None) -> Sequence[_Event]:
    """Return the events from one prompt to the next."""
    first = bisect_left(events, prompt.rank, key=_rank_of)
    last = bisect_left(events, after.rank, key=_rank_of) if after else len(events)
    return events[first:last]


def _rank_of(event: SaidReply | DoneCall | SeenMark) -> int:
    return event.rank


def build_chats(session: WholeSession) -> tuple[StoredChat, ...]:
    """Return the session's chats in order."""
    spans = split_session(session)
    spent = _share_tokens(session.tokens, [span.prompt.at for span in spans])
    return tuple(_build_chat(session, span, tokens) for span, tokens in zip(spans, spent, strict=True))


def _build_chat(session: WholeSession, span: ChatSpan, tokens: ChatTokens | None) -> StoredChat:
    said = [one for one in span.replies if one.run is None and not one.thinking]
    prompt = span.prompt
    return Chat(
        id=ids.shorten(ids.CHAT, prompt.uid),
        uid=prompt.uid,
        session=ids.shorten(ids.SESSION, session.uid),
        timestamp=prompt.at,
        prompt_kind=prompt.kind,
        human=prompt.human,
        query=prompt.text,
        response=tuple(one.text for one in said if one.text.strip()),
        model=choose_model(said),
        files_referenced=list_read_files(span.calls),
        files_modified=list_changed_files(span.calls),
        tools_used=tuple(dict.fromkeys(call.tool for call in span.calls)),
        tool_outputs=tuple(ToolOutput(call.tool, judge_call(call), call.text) for call in span.calls),
        calls=len(span.calls),
        failures=count_failures(span.calls),
        refusals=sum(call.failure == "rejected" for call in span.calls),
        interrupted=any(mark.kind == "interrupt" for mark in span.marks),
        agents=sum(call.action == "delegate" for call in span.calls),
        tokens=tokens,
        duration_seconds=_measure_duration(span),
        commits=tuple(dict.fromkeys(call.commit for call in span.calls if call.commit)),
    )


def judge_call(call: DoneCall) -> bool | None:
    """Tell whether a call did what was asked; None where nobody saw how it ended."""
    if call.failure is not None:
        return False
    return None if call.masked or call.done_rank is None else True


def count_failures(calls: Iterable[DoneCall]) -> int:
    """Count the calls that failed by themselves."""
    return sum(call.failure == "error" for call in calls)


def choose_model(replies: Iterable[SaidReply]) -> Scrubbed | None:
    """Return the model that wrote most of the replies; None where no log says."""
    counts = Counter(one.model for one in replies if one.model and not one.model.startswith(_NO_MODEL))
    return counts.most_common(1)[0][0] if counts else None


def list_changed_files(calls: Iterable[DoneCall]) -> tuple[Scrubbed, ...]:
    """Return the files that the calls changed, in order, each once."""
    return tuple(dict.fromkeys(path for call in calls for path in call.changed))


def list_read_files(calls: Iterable[DoneCall]) -> tuple[Scrubbed, ...]:
    """Return the files that the calls read or printed, in order, each once."""
    return tuple(dict.fromkeys(path for call in calls if call.failure is None for path in call.read))


def sum_tokens(spent: Sequence[SpentTokens]) -> ChatTokens | None:
    """Sum tokens; None where there are none to sum."""
    if not spent:
        return None
    return ChatTokens(
        input=sum(one.input for one in spent),
        output=sum(one.output for one in spent),
        cache_write=sum(one.cache_write for one in spent),
        cache_read=sum(one.cache_read for one in spent),
        unended=any(one.unended for one in spent),
    )


def _share_tokens(spent: Sequence[SpentTokens], starts: Sequence[datetime | None]) -> list[ChatTokens | None]:
    """Return the tokens of each chat by time; nothing where a chat's time is not known."""
    known = [at for at in starts if at is not None]
    if len(known) < len(starts) or known != sorted(known):
        return [None] * len(starts)
    heaps: list[list[SpentTokens]] = [[] for _ in starts]
    for one in spent:
        at = bisect_right(known, one.at) - 1 if one.at is not None else -1
        if at >= 0:
            heaps[at].append(one)
    return [sum_tokens(heap) for heap in heaps]


def _measure_duration(span: ChatSpan) -> float | None:
    """Measure the seconds from the prompt to the last event before the next."""
    if span.prompt.at is None:
        return None
    last = max((at for at in _list_times(span) if at is not None), default=span.prompt.at)
    return round(max((last - span.prompt.at).total_seconds(), 0.0), 3)


def _list_times(span: ChatSpan) -> Iterator[datetime | None]:
    for call in span.calls:
        yield call.at
        if call.done_rank is not None and (span.until is None or call.done_rank < span.until):
            yield call.done_at
    yield from (reply.at for reply in span.replies)
    yield from (mark.at for mark in span.marks)


# What did the agent do, act by act?

_CHECKS: Final = ("test", "build", "types", "lint")
"""What a command checks, the weightiest first."""


def build_actions(session: WholeSession) -> Iterator[StoredAction]:
    """Yield every call in order."""
    spans = split_session(session)
    ranks = [span.prompt.rank for span in spans]
    for call in session.calls:
        at = bisect_right(ranks, call.rank) - 1
        yield ChatAction(
            id=f"{ids.ACTION}-{call.uid.hex()}",
            timestamp=call.at,
            session=ids.shorten(ids.SESSION, session.uid),
            chat=ids.shorten(ids.CHAT, spans[at].prompt.uid) if at >= 0 else None,
            action_type=name_action(call),
            tool=call.tool,
            target=call.about,
            agent_id=call.run.hex() if call.run is not None else None,
            success=judge_call(call),
            result_summary=call.brief,
        )


def name_action(call: DoneCall) -> str:
    """Return what sort of act a call is; of a command what it is for, where its line says so."""
    if call.action == "write":
        return "edit"
    if call.action != "run":
        return call.action
    if call.commit or "git commit" in command_names(call.about):
        return "commit"
    found = {tool.kind for part in _list_parts(parse_line(call.about).parts) if (tool := find_tool(part))}
    return next((kind for kind in _CHECKS if kind in found), "run")


def _list_parts(parts: Sequence[ShellPart]) -> Iterator[ShellPart]:
    for part in parts:
        yield part
        yield from _list_parts(part.inner)


# What did a session do, in short?

_KNOWN = frozenset({"yes", "no"})


def summarize_session(session: WholeSession, outcomes: Mapping[str, str]) -> StoredSummary:
    """Return the session in short; ``outcomes`` are as ``SessionLine`` has them."""
    spans = split_session(session)
    calls = session.calls
    return SessionSummary(
        session=ids.shorten(ids.SESSION, session.uid),
        uid=session.uid,
        agent=session.agent,
        model=choose_model(one for one in session.replies if one.run is None),
        project=session.project,
        project_name=session.project_name,
        branch=session.branch,
        title=session.title,
        started_at=session.first_at,
        ended_at=session.last_at,
        exchanges=sum(span.prompt.human for span in spans),
        queries=tuple(span.prompt.head for span in spans),
        chat_uids=tuple(span.prompt.uid for span in spans),
        tools_used=dict(Counter(call.tool for call in calls)),
        files_referenced=list_read_files(calls),
        files_modified=list_changed_files(calls),
        calls=len(calls),
        failures=count_failures(calls),
        refusals=sum(call.failure == "rejected" for call in calls),
        interrupts=sum(mark.kind == "interrupt" for mark in session.marks),
        agents=len({call.uid for call in calls if call.action == "delegate"}),
        tokens=sum_tokens(session.tokens),
        outcomes={name: one for name, one in outcomes.items() if one in _KNOWN},
    )
