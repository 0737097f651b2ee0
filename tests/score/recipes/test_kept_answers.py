"""score.recipes.kept_answers and store.task_scans: found once, read afterwards, found again by other rules."""

import os
from pathlib import Path

from twiceshy.archive import task_scans
from twiceshy.archive.db import Store
from twiceshy.base.config import load
from twiceshy.base.values import Scrubbed, Severity
from twiceshy.records.findings import Finding, Layer, TaskScan
from twiceshy.score.recipes.kept_answers import KeptAnswers

KEY = b"k" * 16
ANSWER = TaskScan(
    findings=(
        Finding(
            rule="guard/path-check",
            layer=Layer.PATTERN,
            severity=Severity.MAJOR,
            confidence=0.5,
            path="src/a.py",
            line=3,
            message=Scrubbed("A check is gone."),
            fingerprint=b"f" * 8,
        ),
    ),
    unknown=("b.py: binary",),
)


def test_an_answer_is_found_once_for_the_same_rules(scratch_home: Path) -> None:
    """With its paths and what stayed unknown; other rules find it again."""
    asked: list[str] = []

    def find() -> TaskScan:
        asked.append("asked")
        return ANSWER

    with Store.open(load({}, os.environ, scratch_home).home) as store:
        first = KeptAnswers(store, "rules 1")
        assert first.find_once(KEY, find) == ANSWER
        store.put_derived(task_scans.KIND, first.new, task_scans.VERSION)
        later = KeptAnswers(store, "rules 1")
        assert later.find_once(KEY, find) == ANSWER
        assert (later.new, len(asked)) == ([], 1)
        assert KeptAnswers(store, "rules 2").find_once(KEY, find) == ANSWER
        assert KeptAnswers(store, "rules 1").find_once(b"o" * 16, find) == ANSWER
    assert len(asked) == 3
