"""wings.fleet.lake.merged_answers: what a test holds, and what is long."""

import math
from pathlib import Path
from typing import Any

import pytest
from tests.wings.fleet.lake.small_outputs import write_merged

from twiceshy.wings.fleet.lake.lake_database import open_lake
from twiceshy.wings.fleet.lake.merged_answers import ASKED_MERGED, list_durations, list_effects

pytest.importorskip("duckdb")
pytest.importorskip("pyarrow")


def an_effect(name: str, q: float, **given: Any) -> dict[str, Any]:
    """An effect on corrections in tasks, of 200 cases."""
    told = {"exposure": name, "outcome": "corrected", "unit": "task", "project": "", "words": "", "refusal": ""}
    return {**told, "exposed_n": 150, "other_n": 50, "sessions": 40, "ratio": 1.5, "q": q, **given}


def test_effects_that_a_test_holds(tmp_path: Path) -> None:
    """The surest first; one that was not measured or is not sure is none, and an open end is infinite."""
    rows = [
        an_effect("unsure", 0.051),
        an_effect("second", 0.05, ratio_low=1.1, ratio_high=1.9, words="edits unread files"),
        an_effect("first", 0.001, ratio_low=1.2),
        an_effect("refused", 0.0, refusal="too-few-cases"),
        an_effect("unmeasured", 0.0, ratio=None),
    ]
    write_merged(tmp_path, {"effects": rows})

    with open_lake(str(tmp_path), {}, ASKED_MERGED) as lake:
        found = list_effects(lake, 10)

    assert [(one.says, one.low, one.high) for one in found] == [
        ("first", 1.2, math.inf),
        ("edits unread files", 1.1, 1.9),
    ]
    assert (found[0].cases, found[0].sessions, found[0].ratio) == (200, 40, 1.5)


def test_durations_of_what_ran_often(tmp_path: Path) -> None:
    """By the time that all runs took together."""
    rows = [
        {"kind": "run", "name": name, "times": times, "p50": p50, "p90": 2 * p50, "p99": 3 * p50}
        for name, times, p50 in (("make", 100, 2.0), ("git push", 30, 60.0), ("rare", 29, 900.0))
    ]
    write_merged(tmp_path, {"quantiles": rows})

    with open_lake(str(tmp_path), {}, ASKED_MERGED) as lake:
        assert [one[1:] for one in list_durations(lake, 10)] == [
            ("git push", 30, 60.0, 120.0, 180.0),
            ("make", 100, 2.0, 4.0, 6.0),
        ]
        assert len(list_durations(lake, 1)) == 1
