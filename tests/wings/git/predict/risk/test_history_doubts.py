"""A history that says little of its changes is told to be such."""

from datetime import timedelta

import pytest
from tests.wings.git.predict.risk.invented_changes import START, a_change

from twiceshy.records.change_risk import TimedChange
from twiceshy.wings.git.predict.risk.history_doubts import find_history_doubts

PLAIN = [a_change(number, ("a.py", 10, 2)) for number in range(30)]
NOW = START.timestamp() + 99 * 86_400
BACK = [one._replace(at=one.at + 90_000 * (number % 9 == 0)) for number, one in enumerate(PLAIN)]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        pytest.param([a_change(0, ("a.py", 900, 0)), *PLAIN[1:]], "commit 0000000ccccc brought in 76% of", id="import"),
        pytest.param(
            [a_change(number, ("a.py", 10, 2), subject=f"Add it (#{number})") for number in range(30)],
            "100% of the commits are squashed requests",
            id="squashes",
        ),
        pytest.param(BACK, "4 of 30 commits are dated before their parents", id="clock back"),
        pytest.param([*PLAIN, a_change(31, ("a.py", 1, 1), days=400)], "1 commits are dated in the", id="clock ahead"),
        pytest.param(
            [a_change(number, ("a.py", 10, 2), days=number // 10) for number in range(30)],
            "90% of the commits were made in the same second",
            id="rewritten at once",
        ),
    ],
)
def test_what_makes_a_history_say_little_is_told(changes: list[TimedChange], words: str) -> None:
    """With its number; and nothing else."""
    told = find_history_doubts(changes, NOW, cut=0)

    assert len(told) == 1
    assert told[0].startswith(words)


def test_a_shallow_clone_says_how_to_get_the_rest() -> None:
    """However few commits there are."""
    told = find_history_doubts(PLAIN[:3], NOW, cut=2)

    assert len(told) == 1
    assert told[0].startswith("the clone is shallow: git has 3 commits and cut the history off at 2 commits;")
    assert "`git fetch --unshallow`" in told[0]


def test_a_plain_history_is_not_doubted() -> None:
    """Nor is one of few changes, of which no share says anything."""
    some = timedelta(seconds=30)
    odd = [one._replace(at=one.at + some.total_seconds()) for one in PLAIN]

    assert find_history_doubts(odd, NOW, cut=0) == find_history_doubts(PLAIN, NOW, cut=0) == ()
    assert find_history_doubts([a_change(0, ("a.py", 900, 0)), a_change(1, ("a.py", 1, 0))], NOW, cut=0) == ()
