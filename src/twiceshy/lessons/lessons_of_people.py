"""Lessons that the work of several people shows, and what to do where these people disagree.

A lesson is the team's when two or more people's work shows it, often enough over all of them, and its warnings helped
at least as often as they hurt. Where people decided about it, their words go before counts:

- nobody dismissed it, or more kept than dismissed it: ``promoted``;
- as many kept it as dismissed it, or some dismissed it of more who said nothing: ``disputed``, shown and not said to
  agents;
- else ``withdrawn``.

At home a person's own word goes before all of this.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Literal, NamedTuple

from twiceshy.lessons.confidence import compute_confidence, is_frequent
from twiceshy.records.lessons import LessonState
from twiceshy.records.team_knowledge import LessonVote, PersonCount, TeamLesson
from twiceshy.stats.text.text_words import SaidWords, agree_on_words

_FEWEST_PEOPLE = 2
"""Whose work must show it (asked for, 2026-11-23)."""
_MOST_PROJECTS = 20
"""Projects that are told of a lesson, by their hashes (guess, 2026-11-23: from two on it speaks everywhere)."""
_HASH_DIGITS, _DIGITS = 32, frozenset("0123456789abcdef")  # 16 bytes, as every hash of a row
_MOST_FIELDS = 20
"""Parts of a trigger that are passed on (guess, 2026-11-23: it has nine)."""
_NEVER = datetime(1, 1, 1, tzinfo=UTC)
_Review = Literal["none", "kept", "dismissed"]
_WORDS: Mapping[str, _Review] = {
    "kept": "kept",
    "dismissed": "dismissed",
    LessonState.PROMOTED: "kept",
    LessonState.MUTED: "dismissed",
    "deleted": "dismissed",
}
"""What a person's decision at home says, by the names of its review and of its state."""


def pool_lessons(votes: Iterable[LessonVote], now: datetime) -> list[TeamLesson]:
    """Return the lessons of the team, those that two or more people's work shows; each with its state."""
    groups: dict[bytes, dict[bytes, list[LessonVote]]] = defaultdict(lambda: defaultdict(list))
    for vote in votes:
        groups[vote.key][vote.member].append(vote)
    found = (
        (_pool_lesson([_merge_votes(mine) for mine in people.values()], now), people)
        for _, people in sorted(groups.items())
    )
    return [replace(one, fields={**one.fields, **_join_projects(people)}) for one, people in found if one is not None]


def _merge_votes(votes: Sequence[LessonVote]) -> LessonVote:
    """Return what one person's machines say together, in the words of the one that saw it last."""
    if len(votes) == 1:
        return votes[0]
    ordered = sorted(votes, key=lambda one: (_read_review(one) != "none", one.last_at or _NEVER, one.seen, one.text))
    worded = [one for one in ordered if one.text] or ordered
    return replace(
        worded[-1],
        state=ordered[-1].state,
        review=ordered[-1].review,
        seen=sum(one.seen for one in votes),
        sessions=sum(one.sessions for one in votes),
        helped=sum(one.helped for one in votes),
        hurt=sum(one.hurt for one in votes),
        last_at=max((one.last_at for one in votes if one.last_at), default=None),
    )


def _pool_lesson(votes: Sequence[LessonVote], now: datetime) -> TeamLesson | None:
    """Return one lesson; None where too few people's work shows it."""
    shown = [one for one in votes if one.seen]
    seen, sessions = sum(one.seen for one in shown), sum(one.sessions for one in shown)
    if len(shown) < _FEWEST_PEOPLE or not is_frequent(seen, sessions):
        return None
    shown.sort(key=lambda one: (-one.seen, -one.sessions, one.member))
    helped, hurt = sum(one.helped for one in votes), sum(one.hurt for one in votes)
    days = _measure_age(shown, now)
    words = _agree_on_words(votes)
    return TeamLesson(
        key=shown[0].key,
        category=words.category,
        kind=next((one.kind for one in shown if one.kind), ""),
        subject=words.subject,
        text=words.text,
        people=tuple(PersonCount(one.seen, one.sessions, _read_review(one)) for one in shown),
        confidence=round(compute_confidence(seen, successes=helped, failures=hurt, days=days), 3),
        state="withdrawn" if hurt > helped else settle_reviews([_read_review(one) for one in votes]),
        changed_at=now,
        fields=_read_trigger(words.trigger),
    )


def _measure_age(votes: Iterable[LessonVote], now: datetime) -> float:
    """Return the days since anybody's work showed it; 0 where that is not known."""
    last_at = max((one.last_at for one in votes if one.last_at), default=now)
    return (now - last_at).total_seconds() / 86400


class _Words(NamedTuple):
    """What one person's row says of a lesson beside its counts."""

    text: str = ""
    trigger: str = ""
    category: str = ""
    subject: str = ""


def _agree_on_words(votes: Iterable[LessonVote]) -> _Words:
    """Return the words that are passed on, all of the same row; at the level of counts a row has none."""
    said = [
        SaidWords(
            _Words(one.text, one.trigger, one.category, one.subject), one.seen, chosen=_read_review(one) == "kept"
        )
        for one in votes
        if one.text
    ]
    return _Words(*agree_on_words(said))


def settle_reviews(reviews: Sequence[_Review]) -> Literal["promoted", "disputed", "withdrawn"]:
    """Return what becomes of a lesson that enough people's work shows.

    >>> settle_reviews(["none", "none"]), settle_reviews(["kept", "dismissed"]), settle_reviews(["none", "dismissed"])
    ('promoted', 'disputed', 'withdrawn')
    >>> settle_reviews(["kept", "kept", "dismissed"]), settle_reviews(["none", "none", "dismissed"])
    ('promoted', 'disputed')
    """
    kept, dismissed = reviews.count("kept"), reviews.count("dismissed")
    if not dismissed or kept > dismissed:
        return "promoted"
    return "disputed" if kept == dismissed or 2 * dismissed < len(reviews) else "withdrawn"


def _read_review(vote: LessonVote) -> _Review:
    """Return what a person decided."""
    return _WORDS.get(vote.review) or _WORDS.get(vote.state) or "none"


def _read_trigger(text: str) -> dict[str, str]:
    """Return the parts of a trigger by their names; a text of another form is passed on whole.

    >>> _read_trigger('{"condition": "unread-file", "sequence": ["a"]}'), _read_trigger("odd"), _read_trigger("")
    ({'condition': 'unread-file', 'sequence': '["a"]'}, {'trigger': 'odd'}, {})
    """
    try:
        found = json.loads(text) if text else {}
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        return {"trigger": text}
    parts = list(found.items())[:_MOST_FIELDS]
    return {_complete(name): _complete(value if isinstance(value, str) else json.dumps(value)) for name, value in parts}


def _join_projects(people: Mapping[bytes, Sequence[LessonVote]]) -> dict[str, str]:
    """Return the hashes of all projects in which anybody's work showed it, as a part of the trigger."""
    found = set[str]()
    for one in (vote for votes in people.values() for vote in votes if vote.seen):
        with suppress(ValueError):
            found.update(
                name for name in json.loads(_read_trigger(one.trigger).get("projects", "[]")) if _is_hash(name)
            )
    return {"projects": json.dumps(sorted(found)[:_MOST_PROJECTS])} if found else {}


def _is_hash(value: object) -> bool:
    return isinstance(value, str) and len(value) == _HASH_DIGITS and set(value) <= _DIGITS


def _complete(text: str) -> str:
    """Return a text without halves of characters, which JSON can hold and nothing else."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()
