"""Which chats does an outlined session have, and how good is each to learn from?"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from hashlib import blake2b
from itertools import zip_longest
from typing import Final, TypeVar

from twiceshy.records.quality import (
    ChatFacts,
    OutlinedCall,
    OutlinedMark,
    OutlinedPrompt,
    OutlinedReply,
    OutlinedText,
    SessionFacts,
    SessionOutline,
)

_PLACEHOLDER: Final = re.compile(r"\[[a-z][a-z0-9-]{1,30}:[0-9a-f]{6}\]")
"""What stands in a secret's place, by definition in ``privacy``."""
_WORD: Final = re.compile(r"[a-z]+")
"""What is left of a text for its wording: no numbers, no signs."""
_NAME: Final = re.compile(r"[/\\]|^[0-9a-f]{7,64}$")
"""What a path, an address or a hash has."""
_KEY: Final = 8
"""Bytes of a key (guess, 2026-11-23: of a million texts two share one with a chance of one in ten million)."""
_NO_MODEL: Final = "<"
"""What the clients' own words for no model begin with."""
_Event = TypeVar("_Event", OutlinedReply, OutlinedCall, OutlinedMark)


def look_at_session(outline: SessionOutline, chats: Sequence[ChatFacts]) -> SessionFacts:
    """Return what a session is, its chats given."""
    models = Counter(
        one.model for one in outline.replies if one.main and one.model and not one.model.startswith(_NO_MODEL)
    )
    return SessionFacts(
        uid=outline.uid,
        project=outline.project,
        agent=outline.agent,
        model=models.most_common(1)[0][0] if models else None,
        first_at=outline.first_at,
        last_at=outline.last_at,
        chats=len(chats),
        calls=len(outline.calls),
        open_calls=sum(not one.ended for one in outline.calls),
    )


def list_chats(outline: SessionOutline, starters: Collection[str]) -> Iterator[ChatFacts]:
    """Yield the session's chats; ``starters`` are the kinds of prompts that begin work though no person wrote them.

    One that no person wrote is a chat only where something followed it.
    """
    starts = [one for one in outline.prompts if one.main and (one.human or one.kind in starters)]
    for prompt, after in zip_longest(starts, starts[1:]):
        replies = _cut_out(outline.replies, prompt, after)
        calls = _cut_out(outline.calls, prompt, after)
        if prompt.human or replies or calls:
            yield _look_at_chat(outline.uid, prompt, replies, calls, _cut_out(outline.marks, prompt, after))


def _cut_out(events: Sequence[_Event], prompt: OutlinedPrompt, after: OutlinedPrompt | None) -> Sequence[_Event]:
    """Return the events from one prompt to the next."""
    first = bisect_left(events, prompt.rank, key=lambda one: one.rank)
    last = bisect_left(events, after.rank, key=lambda one: one.rank) if after else len(events)
    return events[first:last]


def _look_at_chat(
    session: bytes,
    prompt: OutlinedPrompt,
    replies: Iterable[OutlinedReply],
    calls: Sequence[OutlinedCall],
    marks: Iterable[OutlinedMark],
) -> ChatFacts:
    words = _list_words(prompt.text.beginning)
    said = [one.text for one in replies if one.main and not one.thinking and one.text.beginning.strip()]
    kinds = {mark.kind for mark in marks}
    return ChatFacts(
        uid=prompt.uid,
        session=session,
        at=prompt.at,
        prompt=_make_key([prompt.text]),
        wording=_hash(" ".join(words) or prompt.text.beginning),
        words=len(words),
        answer=_make_key(said),
        prompt_bytes=prompt.text.size,
        answer_bytes=_sum_sizes(said),
        answers=len(said),
        calls=len(calls),
        tools=frozenset(call.tool for call in calls),
        redacted=max(_measure_redacted([prompt.text]), _measure_redacted(said)),
        compacted="compaction" in kinds,
        interrupted="interrupt" in kinds,
    )


def _make_key(texts: Iterable[OutlinedText]) -> bytes:
    """Return a key of whole texts: their bodies' hashes stand for the long ones."""
    return _hash("\0".join(one.body.hex() if one.body else one.beginning for one in texts))


def _hash(text: str) -> bytes:
    return blake2b(text.encode(), digest_size=_KEY).digest()


def _list_words(beginning: str) -> list[str]:
    """Return the words alone, as the same request comes back for another file or number."""
    return _WORD.findall(" ".join(word for word in beginning.lower().split() if not _NAME.search(word)))


def _sum_sizes(texts: Sequence[OutlinedText]) -> int | None:
    sizes = [one.size for one in texts]
    return None if None in sizes else sum(size or 0 for size in sizes)


def _measure_redacted(texts: Iterable[OutlinedText]) -> float:
    """Return which share of the texts' beginnings placeholders take."""
    covered = whole = 0
    for one in texts:
        whole += len(one.beginning)
        if "[" in one.beginning:
            covered += sum(map(len, _PLACEHOLDER.findall(one.beginning)))
    return covered / whole if whole else 0.0
