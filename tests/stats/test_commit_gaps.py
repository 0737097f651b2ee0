"""stats.commit_gaps: the time since an author's last commit, along first parents."""

import pytest

from twiceshy.stats.commit_gaps import CommitTime, measure_gaps

Row = tuple[str, str, str, float]


@pytest.mark.parametrize(
    ("rows", "gaps"),
    [
        pytest.param((), {}, id="none"),
        pytest.param((("a", "", "ann", 0), ("b", "a", "ann", 60)), {"b": 60}, id="one author"),
        pytest.param((("a", "", "ann", 0), ("b", "a", "bo", 60)), {}, id="another author"),
        pytest.param((("a", "", "ann", 60), ("b", "a", "ann", 0)), {}, id="a clock that goes backwards"),
        pytest.param(
            (("a", "", "ann", 0), ("b", "a", "ann", 60), ("c", "a", "ann", 90), ("d", "c", "ann", 95)),
            {"b": 60, "c": 90, "d": 5},
            id="two branches",
        ),
        pytest.param((("b", "gone", "ann", 60), ("c", "b", "ann", 61)), {"c": 1}, id="a shallow clone"),
    ],
)
def test_gaps_are_those_of_the_branch(rows: tuple[Row, ...], gaps: dict[str, float]) -> None:
    """A commit of another branch is not the last one."""
    assert measure_gaps(CommitTime(*row) for row in rows) == gaps


def test_a_long_history_needs_no_deep_stack() -> None:
    """Ten thousand in a row."""
    rows = [CommitTime(str(n), str(n - 1) if n else "", n % 2, n) for n in range(10_000)]

    assert set(measure_gaps(rows).values()) == {2}
