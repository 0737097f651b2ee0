"""What happened to the files of a change before it?"""

from collections import Counter, defaultdict, deque
from collections.abc import Sequence
from statistics import fmean
from typing import ClassVar, Final

from twiceshy.records.change_risk import ChangeStory, FixLabel, RiskColumn
from twiceshy_git.predict.risk.feature_group import UNKNOWN

_DAY: Final = 86_400.0
"""Seconds, by definition."""
_RANGE: Final = 90 * _DAY
"""Seconds that count as of late, by definition of the columns."""
_BEFORE: Final = "the commit before"


class _File:
    """What is remembered of one file."""

    __slots__ = ("authors", "bugs", "changes", "last", "recent")

    def __init__(self) -> None:
        self.authors: set[bytes] = set()
        self.changes = 0
        self.last = 0.0
        self.recent: deque[float] = deque()
        """Times of changes within the range."""
        self.bugs = 0


class FilesPast:
    """Kamei's three of the files' history, the original's four of git, and earlier bugs as known then."""

    columns: ClassVar[tuple[RiskColumn, ...]] = (
        RiskColumn("ndev", 4, "people", _BEFORE),
        RiskColumn("age", 4, "days, mean", _BEFORE),
        RiskColumn("nuc", 4, "changes", _BEFORE),
        RiskColumn("commits_90d", 4, "changes in 90 days, most of a file", _BEFORE),
        RiskColumn("days_active_in_range", 4, "days of 90, most of a file", _BEFORE),
        RiskColumn("earlier_bugs", 4, "changes fixed later, of all files", "the newest fix before"),
        RiskColumn("earlier_bugs_most", 4, "changes fixed later, most of a file", "the newest fix before"),
    )

    def __init__(self) -> None:
        """Start with no files."""
        self._files: defaultdict[str, _File] = defaultdict(_File)
        self._touched: dict[str, tuple[str, ...]] = {}
        """Files of earlier changes, by commit."""
        self._bad: Counter[str] = Counter()

    def knows(self, path: str) -> bool:
        """Tell whether a file of this name was ever changed."""
        return path in self._files

    def describe(self, story: ChangeStory) -> Sequence[float]:
        """Return the numbers of a change."""
        names = [one.old_path or one.path for one in story.change.commit.files]
        past = [self._files[name] for name in names if name in self._files]
        return _sum_up(past, story.change.at) if past else (0, UNKNOWN, 0, 0, 0, 0, 0)

    def learn(self, story: ChangeStory) -> None:
        """Remember who changed which files, and when."""
        commit, at = story.change.commit, story.change.at
        for one in commit.files:
            if one.old_path is not None and one.old_path in self._files:
                self._files[one.path] = self._files.pop(one.old_path)
            file = self._files[one.path]
            file.authors.add(commit.author)
            file.changes += 1
            file.last = at
            file.recent.append(at)
        if commit.files:
            self._touched[commit.hash] = tuple(one.path for one in commit.files)

    def learn_label(self, label: FixLabel) -> None:
        """Count a bug for each file of the bad change, once."""
        self._bad[label.commit] += 1
        if self._bad[label.commit] == 1:
            for name in self._touched.get(label.commit, ()):
                if name in self._files:
                    self._files[name].bugs += 1


def _sum_up(past: Sequence[_File], at: float) -> Sequence[float]:
    """Return the numbers of files that have a past, as of ``at``."""
    for one in past:
        while one.recent and one.recent[0] < at - _RANGE:
            one.recent.popleft()
    return (
        len(set().union(*(one.authors for one in past))),
        fmean((at - one.last) / _DAY for one in past),
        sum(one.changes for one in past),
        max(len(one.recent) for one in past),
        max(len({int(when // _DAY) for when in one.recent}) for one in past),
        sum(one.bugs for one in past),
        max(one.bugs for one in past),
    )
