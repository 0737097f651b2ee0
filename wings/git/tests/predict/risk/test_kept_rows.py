"""Rows that are kept are those that were put there."""

import math
from array import array
from collections.abc import Sequence
from random import Random

import pytest

from twiceshy.records.change_risk import ChangeRow
from twiceshy_git.predict.risk.kept_blocks import read_blocks, write_blocks
from twiceshy_git.predict.risk.kept_rows import KeptRows
from twiceshy_git.predict.risk.risk_words import measure_usual


def make_rows(count: int, seed: int = 1) -> list[ChangeRow]:
    """Return rows with numbers of which some are not known, and many are alike."""
    rng = Random(seed)
    return [
        ChangeRow(
            f"{seed:08x}{number:032x}",
            float(number),
            rng.randrange(9),
            2,
            array("f", [rng.random(), rng.randrange(3), rng.choice([math.nan, 0.5]), math.nan]),
            f"subject {number}",
        )
        for number in range(count)
    ]


def show(rows: Sequence[ChangeRow]) -> list[str]:
    """Return rows in words: what is not known is equal to itself there."""
    return [*map(repr, rows)]


@pytest.mark.parametrize("count", [0, 1, 63, 64, 200])
@pytest.mark.parametrize("more", [0, 1, 70])
def test_kept_rows_are_the_rows(count: int, more: int) -> None:
    """By place, in parts, by name, and after further ones came."""
    rows = make_rows(count)
    kept = read_blocks(write_blocks(KeptRows(rows)) or b"")
    assert isinstance(kept, KeptRows)
    kept.extend(make_rows(more, seed=2))
    kept = read_blocks(write_blocks(kept) or b"")
    whole = rows + make_rows(more, seed=2)

    assert show(kept) == show(whole)
    assert len(kept) == len(whole)
    assert show(kept[-3:]) == show(whole[-3:])
    assert show(kept.find({row.id for row in whole[5::50]})) == show(whole[5::50])
    assert kept.find({"", "staged"}) == []
    assert [*kept.list_times().items()] == [(row.id, row.at) for row in whole]


@pytest.mark.parametrize("more", [0, 1, 500])
def test_the_middle_is_that_of_all_rows(more: int) -> None:
    """Though not all are read again where further ones come."""
    rows, later = make_rows(3_000), [row._replace(values=[9.0, 0, 9.0, 1.0]) for row in make_rows(more, seed=2)]
    kept = read_blocks(write_blocks(KeptRows(rows)) or b"")
    kept.extend(later)
    whole = [measure_usual(rows + later, place) for place in range(4)]

    assert kept.tell_middles() == pytest.approx(whole, nan_ok=True, abs=0)
