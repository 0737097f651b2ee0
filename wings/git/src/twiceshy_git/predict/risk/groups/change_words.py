"""Were changes with such words, in such places and by such a person fixed more often than others?

Of each word of a message, each folder, file and kind of file, and each person is kept how many earlier changes had it
and how many of these were fixed later. A change counts once it is a year old: before, most faults are not found yet.
"""

import math
import re
import sys
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Sequence
from typing import ClassVar, Final, Generic, NamedTuple, TypeVar

from twiceshy.records.change_risk import ChangeStory, FixLabel, RiskColumn
from twiceshy.records.commits import RawCommit
from twiceshy_git.predict.risk.feature_group import UNKNOWN

_WAIT: Final = 365.25 * 86_400
"""Seconds that a change has to be found out before it counts (guess, 2026-11-23: most fixes come within a year)."""
_FEWEST: Final = 50
"""Changes that count, below which nothing is said (guess, 2026-11-23)."""
_WORD_WEIGHT: Final = 30.0
"""Changes of the usual share that each word is mixed with (guess, 2026-11-23)."""
_PERSON_WEIGHT: Final = 10.0
"""The same for a person, who makes more changes than a word is in (guess, 2026-11-23)."""
_MOST_WORDS: Final = 400
"""Words of one message, and places of one change, that are kept (guess, 2026-11-23: longer ones are lists)."""
_WORD: Final = re.compile(r"[A-Za-z][A-Za-z_]{2,}")
_TRAILER: Final = re.compile(r"^\s*([A-Z][A-Za-z-]+(?: ID| issue)?):\s", re.MULTILINE)
_REVIEWS: Final = frozenset({"reviewed-by", "acked-by", "tested-by"})
_FOUND: Final = frozenset({"fixes", "coverity issue", "bugzilla id", "reported-by", "closes"})
_BEFORE: Final = "the newest fix before"
_NOW: Final = "the change itself"

Key = TypeVar("Key")


class _Counted(NamedTuple):
    """What of a change is counted."""

    id: str
    words: tuple[str, ...]
    places: tuple[str, ...]
    person: tuple[bytes]


class _Shares(Generic[Key]):
    """How often changes with a thing were bad."""

    def __init__(self, weight: float) -> None:
        self._weight = weight
        self._seen: dict[Key, int] = {}
        self._bad: dict[Key, int] = {}
        self._begin()

    def _begin(self) -> None:
        """Count aside what comes from now on: what was kept in a file is not read to count one more."""
        self._late_seen: defaultdict[Key, int] = defaultdict(int)
        self._late_bad: defaultdict[Key, int] = defaultdict(int)

    def __getstate__(self) -> tuple[float, dict[Key, int], dict[Key, int]]:
        """Return what is kept: all counts together."""
        self._seen, self._bad = _add(self._seen, self._late_seen), _add(self._bad, self._late_bad)
        self._begin()
        return self._weight, self._seen, self._bad

    def __setstate__(self, kept: tuple[float, dict[Key, int], dict[Key, int]]) -> None:
        """Take what was kept."""
        self._weight, self._seen, self._bad = kept
        self._begin()

    def count(self, things: Iterable[Key]) -> None:
        for one in things:
            self._late_seen[one] += 1

    def count_bad(self, things: Iterable[Key]) -> None:
        for one in things:
            self._late_bad[one] += 1

    def judge(self, things: Sequence[Key], usual: float) -> float:
        """Return the mean of the things' log-odds, less the usual ones; NaN without things."""
        if not things:
            return UNKNOWN
        odds = [
            (self._bad.get(one, 0) + self._late_bad.get(one, 0) + self._weight * usual)
            / (self._seen.get(one, 0) + self._late_seen.get(one, 0) + self._weight)
            for one in things
        ]
        return math.fsum(math.log(one / (1 - one)) for one in odds) / len(odds) - math.log(usual / (1 - usual))


def _add(kept: dict[Key, int], late: dict[Key, int]) -> dict[Key, int]:
    """Return both counts together."""
    for one, count in late.items():
        kept[one] = kept.get(one, 0) + count
    return kept


class ChangeWords:
    """What the words, the places and the person of a change were worth before; and who vouches for it."""

    columns: ClassVar[tuple[RiskColumn, ...]] = (
        RiskColumn("words_past", 6, "log-odds over the usual, mean of the message's words", _BEFORE),
        RiskColumn("places_past", 6, "log-odds over the usual, mean of files, folders, kinds", _BEFORE),
        RiskColumn("author_past", 6, "log-odds over the usual", _BEFORE),
        RiskColumn("reviews", 6, "trailers", _NOW),
        RiskColumn("copies", 6, "people in Cc trailers", _NOW),
        RiskColumn("found_faults", 6, "trailers that name a fault", _NOW),
        RiskColumn("signs", 6, "Signed-off-by trailers", _NOW),
        RiskColumn("days_waited", 6, "days from writing to committing", _NOW),
    )

    def __init__(self) -> None:
        """Start without changes."""
        self._words: _Shares[str] = _Shares(_WORD_WEIGHT)
        self._places: _Shares[str] = _Shares(_WORD_WEIGHT)
        self._people: _Shares[bytes] = _Shares(_PERSON_WEIGHT)
        self._waiting: deque[tuple[float, _Counted]] = deque()
        self._counted: dict[str, _Counted] = {}
        """Good ones so far, that a late fix may still name."""
        self._late: dict[str, _Counted] = {}
        """The newest of these: to note one more, what was kept in a file is not read."""
        self._known_bad: set[str] = set()
        self._seen = 0
        self._bad = 0

    def __getstate__(self) -> dict[str, object]:
        """Return what is kept."""
        self._counted.update(self._late)
        self._late = {}
        return self.__dict__

    def describe(self, story: ChangeStory) -> Sequence[float]:
        """Return the numbers of a change."""
        self._count_until(story.change.at - _WAIT)
        commit = story.change.commit
        return *self._judge(_list_counted(commit)), *_describe_trailers(commit)

    def _judge(self, counted: _Counted) -> tuple[float, float, float]:
        if self._seen < _FEWEST:
            return UNKNOWN, UNKNOWN, UNKNOWN
        usual = (self._bad + 1) / (self._seen + 2)
        return (
            self._words.judge(counted.words, usual),
            self._places.judge(counted.places, usual),
            self._people.judge(counted.person, usual),
        )

    def learn(self, story: ChangeStory) -> None:
        """Remember a change; it counts once it is old enough."""
        if story.change.commit.files:
            self._waiting.append((story.change.at, _list_counted(story.change.commit)))

    def learn_label(self, label: FixLabel) -> None:
        """Remember that a change is bad; one that counted as good counts as bad from now on."""
        self._known_bad.add(label.commit)
        late = self._late.pop(label.commit, None) or self._counted.pop(label.commit, None)
        if late is not None:
            self._count_bad(late)

    def _count_until(self, at: float) -> None:
        while self._waiting and self._waiting[0][0] < at:
            _, one = self._waiting.popleft()
            self._seen += 1
            self._words.count(one.words)
            self._places.count(one.places)
            self._people.count(one.person)
            if one.id in self._known_bad:
                self._count_bad(one)
            else:
                self._late[one.id] = one

    def _count_bad(self, one: _Counted) -> None:
        self._bad += 1
        self._words.count_bad(one.words)
        self._places.count_bad(one.places)
        self._people.count_bad(one.person)


def _list_counted(commit: RawCommit) -> _Counted:
    text = _TRAILER.sub("", f"{commit.subject}\n{commit.body or ''}")
    words = dict.fromkeys(sys.intern(found[0].lower()) for found in _WORD.finditer(text))
    places: dict[str, None] = {}
    for one in commit.files:
        if len(places) >= _MOST_WORDS:
            break
        places |= dict.fromkeys(_list_places(one.path))
    return _Counted(commit.hash, tuple(words)[:_MOST_WORDS], tuple(places), (commit.author,))


def _list_places(path: str) -> list[str]:
    """Return a file's path, each folder above it, and its ending."""
    parts = path.split("/")
    above = ["/".join(parts[:depth]) for depth in range(1, len(parts) + 1)]
    return [sys.intern(one) for one in (*above, f"*{parts[-1].rpartition('.')[2]}")]


def _describe_trailers(commit: RawCommit) -> tuple[float, ...]:
    """Return who vouches for a change, and how long it waited; nothing is known of one without a message."""
    if commit.body is None:
        return (UNKNOWN,) * 5
    found = Counter(one[1].lower() for one in _TRAILER.finditer(commit.body))
    return (
        sum(found[one] for one in _REVIEWS),
        found["cc"],
        sum(found[one] for one in _FOUND),
        found["signed-off-by"],
        (commit.committed_at - commit.authored_at).total_seconds() / 86_400,
    )
