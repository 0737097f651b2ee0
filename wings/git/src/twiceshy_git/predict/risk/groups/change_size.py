"""How large and how spread out is the change?

The first eight are of Kamei and others, "A large-scale empirical study of just-in-time quality assurance" (2013).
"""

import math
import re
from collections.abc import Sequence
from statistics import fmean
from typing import ClassVar, Final

from twiceshy.records.change_risk import ChangeStory, FixLabel, RiskColumn
from twiceshy_git.predict.risk.feature_group import UNKNOWN

_FIX: Final = re.compile(r"\b(?:fix(?:e[sd]|ing)?|bugs?|defects?|patch(?:e[sd])?)\b", re.IGNORECASE)
_NOW: Final = "the change itself"


class ChangeSize:
    """Kamei's first eight, the length of the message, and new files."""

    columns: ClassVar[tuple[RiskColumn, ...]] = (
        RiskColumn("ns", 4, "subsystems", _NOW),
        RiskColumn("nd", 4, "folders", _NOW),
        RiskColumn("nf", 4, "files", _NOW),
        RiskColumn("entropy", 4, "bits", _NOW),
        RiskColumn("la", 4, "lines added", _NOW),
        RiskColumn("ld", 4, "lines deleted", _NOW),
        RiskColumn("lt", 4, "lines a file before, mean", "the commit before"),
        RiskColumn("fix", 4, "0 or 1", _NOW),
        RiskColumn("message_words", 6, "words", _NOW),
        RiskColumn("new_files", 4, "files", _NOW),
    )

    def __init__(self) -> None:
        """Start with no files."""
        self._lines: dict[str, int] = {}
        """Of each file; of one that is not there its lines are not known."""

    def describe(self, story: ChangeStory) -> Sequence[float]:
        """Return the numbers of a change."""
        commit = story.change.commit
        files = commit.files
        before = [self._lines.get(one.old_path or one.path) for one in files]
        known = [lines for lines in before if lines is not None]
        added, removed = [one.added or 0 for one in files], [one.removed or 0 for one in files]
        return (
            len({_name_subsystem(one.path) for one in files}),
            len({one.path.rpartition("/")[0] for one in files}),
            len(files),
            _measure_entropy([*map(sum, zip(added, removed, strict=True))]),
            sum(added),
            sum(removed),
            fmean(known) if known else UNKNOWN,
            bool(_FIX.search(commit.subject)),
            len(f"{commit.subject} {commit.body or ''}".split()),
            sum(lines is None and not gone for lines, gone in zip(before, removed, strict=True)),
        )

    def learn(self, story: ChangeStory) -> None:
        """Count the lines of each file."""
        for one in story.change.commit.files:
            lines = self._lines.pop(one.old_path or one.path, 0)
            self._lines[one.path] = max(0, lines + (one.added or 0) - (one.removed or 0))

    def learn_label(self, label: FixLabel) -> None:
        """Ignore it: nothing here depends on what was bad."""


def _name_subsystem(path: str) -> str:
    first, slash, _ = path.partition("/")
    return first if slash else ""


def _measure_entropy(changed: Sequence[int]) -> float:
    total = sum(changed)
    return -sum(one / total * math.log2(one / total) for one in changed if one) + 0.0 if total else 0.0
