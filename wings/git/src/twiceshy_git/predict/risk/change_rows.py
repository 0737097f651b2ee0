"""Replay a history: describe each change by what was known when it was made, then learn it."""

from array import array
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from twiceshy.records.change_risk import ChangeRow, ChangeStory, FixLabel, RiskColumn
from twiceshy_git.predict.risk.feature_group import FeatureGroup


def list_risk_columns(groups: Sequence[FeatureGroup]) -> tuple[RiskColumn, ...]:
    """Return the columns of the groups, in their order."""
    return tuple(chain.from_iterable(group.columns for group in groups))


def describe_changes(
    stories: Iterable[ChangeStory], labels: Iterable[FixLabel], groups: Sequence[FeatureGroup]
) -> Iterator[ChangeRow]:
    """Yield a row for each change with files; stories come in the order of time, labels in any.

    A label is learned once a change is later than it, so that no row knows what was found out after it.
    """
    waiting = deque(sorted(labels, key=lambda one: one.known_at))
    for story in stories:
        while waiting and waiting[0].known_at < story.change.at:
            label = waiting.popleft()
            for group in groups:
                group.learn_label(label)
        if story.change.commit.files:
            yield _describe(story, groups)
        for group in groups:
            group.learn(story)


def _describe(story: ChangeStory, groups: Sequence[FeatureGroup]) -> ChangeRow:
    values = array("f", chain.from_iterable(group.describe(story) for group in groups))
    commit = story.change.commit
    added, removed = sum(one.added or 0 for one in commit.files), sum(one.removed or 0 for one in commit.files)
    return ChangeRow(commit.hash, story.change.at, added, removed, values, commit.subject)
