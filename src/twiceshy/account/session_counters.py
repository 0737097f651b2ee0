"""What an agent itself counts as its session's cost, in the place of what its tokens would cost by a list.

An agent that is paid in units of its own notes at times how many a session has used so far. What each note adds to the
largest before it was spent since; the tokens of messages up to the last note cost nothing beside it.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from itertools import groupby

from twiceshy.records.spending import ModelMessage

_NEVER = datetime.min.replace(tzinfo=UTC)


def settle_counters(messages: Iterable[ModelMessage]) -> list[ModelMessage]:
    """Return the messages, session by session as they come; a counter's note states what it adds."""
    found: list[ModelMessage] = []
    for _, group in groupby(messages, key=lambda one: one.session):
        found += _settle_session(list(group))
    return found


def _settle_session(messages: Sequence[ModelMessage]) -> list[ModelMessage]:
    """Return the messages of one session."""
    notes = sorted((one for one in messages if _is_note(one)), key=lambda one: one.at or _NEVER)
    if not notes:
        return list(messages)
    until = notes[-1].at or _NEVER
    found = []
    for one in messages:
        counted = one.at is None or one.at <= until
        if not _is_note(one):
            found.append(one._replace(counted=counted, partial=one.partial and not counted))
    before = 0.0
    for note in notes:
        total = max(note.stated or 0.0, before)
        found.append(note._replace(stated=total - before, counted=True))
        before = total
    return found


def _is_note(message: ModelMessage) -> bool:
    """Tell whether it is no message but what a counter says."""
    return not message.tokens.total and message.stated is not None
