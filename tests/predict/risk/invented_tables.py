"""Tables of changes for tests: what makes a change bad is known, so a model's answer can be judged."""

import math
from array import array
from random import Random

from twiceshy.records.change_risk import ChangeRow, FixLabel, RiskColumn, RiskTable

DAY = 86_400.0
COLUMNS = tuple(RiskColumn(name, 4, "lines", "the commit before") for name in ("la", "hidden", "noise", "rare"))


def a_table(count: int, *, by_hidden: bool, seed: int = 1, wait: float = 5 * DAY) -> RiskTable:
    """Return a table of one change in eight hours; each bad one is fixed after ``wait``.

    Bad by a column that size knows nothing of, or by size alone. ``rare`` is mostly not known.
    """
    rng = Random(seed)
    rows, labels = [], []
    for number in range(count):
        added, hidden = int(math.exp(rng.random() * 6)), rng.random()
        rare = rng.random() if rng.random() < 0.1 else math.nan
        chance = 0.05 + 0.6 * (hidden > 0.7) if by_hidden else 0.6 * math.log(added + 1) / 6
        at = 1e9 + number * DAY / 3
        rows.append(ChangeRow(f"{number:040x}", at, added, 0, array("f", [added, hidden, rng.random(), rare])))
        if rng.random() < chance:
            labels.append(FixLabel(f"{number:040x}", f"{number:039x}f", at + wait, "trailer"))
    return RiskTable(COLUMNS, rows, tuple(sorted(labels, key=lambda one: one.known_at)))


def end_of(table: RiskTable) -> float:
    """Return the time just behind the last change."""
    return table.rows[-1].at + 1
