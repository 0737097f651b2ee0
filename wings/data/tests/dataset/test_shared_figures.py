"""What may be given away hides every session and day: small cells, large sessions, complements, one-sided times."""

import random
from collections import Counter, defaultdict

import pytest

from twiceshy.records.exports import SharedAct, SharedChange, SharedTime
from twiceshy_data.dataset.shared_figures import (
    LARGEST_SHARE,
    LEAST,
    DurationCell,
    FigureCell,
    TogetherCell,
    count_cells,
    count_together,
    find_quantile,
    measure_durations,
    round_figure,
)


def spread(key: tuple[str, ...], sessions: int, days: int, each: int = 1, first: int = 0) -> list[SharedAct]:
    """Acts of some sessions, on some days."""
    return [SharedAct(key, first + at, f"2026-11-{1 + at % days:02}") for at in range(sessions) for _ in range(each)]


HIDDEN = [
    pytest.param(spread(("Bash",), 4, 4, each=9), id="too few sessions"),
    pytest.param(spread(("Bash",), 9, 4), id="too few days"),
    pytest.param([*spread(("Bash",), 5, 5), SharedAct(("Bash",), 0, "2026-11-01", 9)], id="one session is most of it"),
    pytest.param([], id="nothing"),
    pytest.param([*spread(("Bash",), 2, 2), *spread(("Read",), 2, 2)], id="small ones that are small together"),
]


@pytest.mark.parametrize("acts", HIDDEN)
def test_what_one_session_could_be_read_from_is_not_told(acts: list[SharedAct]) -> None:
    """Not even as `other`."""
    assert count_cells(acts) == []


def test_a_cell_on_enough_sessions_and_days_is_told() -> None:
    """Its sessions are rounded down to fives, its count to two digits."""
    assert count_cells(spread(("Bash", "worked"), 9, 5, each=29)) == [FigureCell(("Bash", "worked"), 260, 5)]


def test_small_cells_are_told_together() -> None:
    """Where they are large enough together; what is `other` by itself is among them."""
    acts = [
        *spread(("other",), 2, 2),
        *spread(("Read",), 2, 2, first=10),
        *spread(("Edit",), 3, 5, first=20),
        SharedAct(("Edit",), 30, "2026-11-09"),
    ]
    later = SharedAct(("Read",), 31, "2026-11-10")

    assert count_cells(acts) == []
    assert count_cells([*acts, later]) == [FigureCell(("other",), 9, 5)]


@pytest.mark.parametrize("seed", range(120))
def test_no_drawn_history_gives_a_small_cell(seed: int) -> None:
    """Counted anew from the acts: each cell that is told rests on enough, and none tells a number below k."""
    draw = random.Random(seed)
    sessions, days = draw.randint(0, 30), draw.randint(1, 12)
    home = {session: draw.randrange(days) for session in range(sessions)}
    acts = [
        SharedAct((draw.choice("abcdef"), draw.choice("xy")), session, f"d{home[session]}", draw.choice((1, 1, 2, 40)))
        for session in range(sessions)
        for _ in range(draw.choice((1, 2, 3, 30)))
    ]
    told = count_cells(acts)
    by_key: defaultdict[tuple[str, ...], list[SharedAct]] = defaultdict(list)
    names = {cell.key for cell in told}
    for act in acts:
        by_key[act.key if act.key in names else ("other", "other")].append(act)

    for cell in told:
        counts: Counter[int] = Counter()
        for act in by_key[cell.key]:
            counts[act.session] += act.times
        assert LEAST <= cell.sessions <= len(counts)
        assert len({act.day for act in by_key[cell.key]}) >= LEAST
        assert max(counts.values()) <= LARGEST_SHARE * counts.total()
        assert cell.times == round_figure(counts.total()) >= LEAST


def test_times_are_told_where_sessions_lie_on_both_sides() -> None:
    """A tenth of ten sessions is one session: its 90 % quantile would be that one's time."""
    runs = [SharedTime("pytest", at, f"2026-11-{1 + at:02}", 1.0 + at) for at in range(10)]
    few = [run._replace(program="mypy") for run in runs[:4]]

    assert measure_durations([*runs, *few]) == [DurationCell("pytest", 5.5, None, 10)]
    assert find_quantile([[float(at)] for at in range(1, 61)], 0.9) == 54.0


def test_both_sides_of_a_pair_are_told_or_none() -> None:
    """Nineteen of twenty with a test would tell of the one without."""

    def change(with_test: int, without: int) -> list[TogetherCell]:
        many = [SharedChange("source", at, f"2026-11-{1 + at % 7:02}") for at in range(with_test + without)]
        return count_together([*many, *(one._replace(kind="test") for one in many[:with_test])])

    assert change(19, 1) == []
    assert change(12, 9) == [TogetherCell("source", "test", 10, 5)]
