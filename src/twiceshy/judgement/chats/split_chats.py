"""Where does a chat begin and end, and what happened in it?"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import zip_longest
from typing import Final, NamedTuple, TypeVar

from twiceshy.base.values import Scrubbed
from twiceshy.records import ids
from twiceshy.records.chats import Chat, ChatTokens, StoredChat, ToolOutput
from twiceshy.records.session_log import (
    DoneCall,
    SaidPrompt,
    SaidReply,
    SeenMark,
    SpentTokens,
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
