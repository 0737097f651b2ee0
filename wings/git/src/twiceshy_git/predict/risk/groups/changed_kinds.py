"""Of the lines that a change adds, how many are code, and how many are tests, documents, settings and generated?

A large change of documents is no large change. What grammar or scanner would say more is another group's.
"""

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import ClassVar, Final

from twiceshy.records.change_risk import ChangeStory, FixLabel, RiskColumn
from twiceshy.records.commits import CommitFile
from twiceshy_git.predict.risk.feature_group import UNKNOWN
from twiceshy_git.predict.risk.szz import FileKind, name_kind, number_language

_NOW: Final = "the change itself"
_WRITTEN: Final = frozenset((FileKind.CODE, FileKind.TESTS))
_MOST_KEPT: Final = 1 << 16
"""Paths whose kind is remembered: most changes touch files that were touched before (guess, 2026-11-23)."""
_name_kind: Final = lru_cache(_MOST_KEPT)(name_kind)


class ChangedKinds:
    """Lines and files of a change by kind of file, and the language of most of its code."""

    columns: ClassVar[tuple[RiskColumn, ...]] = (
        *(RiskColumn(f"la_{kind}", 3, f"lines added in {kind} files", _NOW) for kind in FileKind),
        RiskColumn("ld_code", 3, "lines deleted in code files", _NOW),
        RiskColumn("nf_code", 3, "code files", _NOW),
        RiskColumn("largest_code", 3, "lines added, most of a code file", _NOW),
        RiskColumn("code_share", 3, "share of added lines that are code, 0 to 1", _NOW),
        RiskColumn("tests_share", 3, "lines added in tests for each in code and tests, 0 to 1", _NOW),
        RiskColumn("binary_files", 3, "files", _NOW),
        RiskColumn("language", 3, "number of the language with most changed code; has no order", _NOW),
        RiskColumn("languages", 3, "languages", _NOW),
    )

    def describe(self, story: ChangeStory) -> Sequence[float]:
        """Return the numbers of a change."""
        files = [(one, _name_kind(one.path)) for one in story.change.commit.files]
        added: Counter[FileKind] = Counter()
        for one, kind in files:
            added[kind] += one.added or 0
        code = [one for one, kind in files if kind is FileKind.CODE]
        total, tested = sum(added.values()), added[FileKind.CODE] + added[FileKind.TESTS]
        return (
            *(added[kind] for kind in FileKind),
            sum(one.removed or 0 for one in code),
            len(code),
            max((one.added or 0 for one in code), default=0),
            added[FileKind.CODE] / total if total else UNKNOWN,
            added[FileKind.TESTS] / tested if tested else UNKNOWN,
            sum(one.added is None for one, _ in files),
            *_count_languages([one for one, kind in files if kind in _WRITTEN]),
        )

    def learn(self, story: ChangeStory) -> None:
        """Ignore it: paths say all."""

    def learn_label(self, label: FixLabel) -> None:
        """Ignore it: nothing here depends on what was bad."""


def _count_languages(files: Sequence[CommitFile[str]]) -> tuple[float, int]:
    """Return the language with the most changed lines, and how many languages there are."""
    written: Counter[int] = Counter()
    for one in files:
        language = number_language(one.path)
        if language is not None:
            written[language] += (one.added or 0) + (one.removed or 0)
    most = max(written, key=lambda number: (written[number], -number), default=UNKNOWN)
    return most, len(written)
