"""How much did the author do here before, and at which hour is this?"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from typing import ClassVar, Final

from twiceshy.records.change_risk import ChangeStory, FixLabel, RiskColumn
from twiceshy_git.predict.risk.feature_group import UNKNOWN

_YEAR: Final = 365.25 * 86_400
"""Seconds of a year, by definition."""
_BEFORE: Final = "the commit before"


class AuthorExperience:
    """Kamei's three of experience, days since the author's last change, and the author's clock."""

    columns: ClassVar[tuple[RiskColumn, ...]] = (
        RiskColumn("exp", 4, "changes", _BEFORE),
        RiskColumn("rexp", 4, "changes, weighted by 1 / (1 + years ago)", _BEFORE),
        RiskColumn("sexp", 4, "changes in these subsystems", _BEFORE),
        RiskColumn("author_days_away", 4, "days since the author's last change", _BEFORE),
        RiskColumn("hour", 4, "hour of the author's day", "the change itself"),
        RiskColumn("weekday", 4, "day, Monday is 0", "the change itself"),
    )

    def __init__(self) -> None:
        """Start with nobody."""
        self._times: defaultdict[bytes, list[float]] = defaultdict(list)
        self._places: defaultdict[tuple[bytes, str], int] = defaultdict(int)

    def describe(self, story: ChangeStory) -> Sequence[float]:
        """Return the numbers of a change."""
        commit, at = story.change.commit, story.change.at
        times = self._times.get(commit.author, [])
        local = commit.authored_at + timedelta(minutes=commit.authored_offset_min)
        return (
            len(times),
            sum(1 / (1 + max(0, int((at - one) / _YEAR))) for one in times),
            sum(self._places.get((commit.author, place), 0) for place in _list_places(story)),
            (at - times[-1]) / 86_400 if times else UNKNOWN,
            local.hour,
            local.weekday(),
        )

    def learn(self, story: ChangeStory) -> None:
        """Count a change for its author."""
        commit = story.change.commit
        if not commit.files:
            return
        self._times[commit.author].append(story.change.at)
        for place in _list_places(story):
            self._places[commit.author, place] += 1

    def learn_label(self, label: FixLabel) -> None:
        """Ignore it: nothing here depends on what was bad."""


def _list_places(story: ChangeStory) -> set[str]:
    return {one.path.partition("/")[0] if "/" in one.path else "" for one in story.change.commit.files}
