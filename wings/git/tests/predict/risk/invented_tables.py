"""Tables of changes for tests: what makes a change bad is known, so a model's answer can be judged."""

import math
from array import array
from random import Random

from twiceshy.records.change_risk import ChangeRow, FixLabel, RiskColumn, RiskTable
from twiceshy_git.predict.risk.risk_calibration import ScoreStep
from twiceshy_git.predict.risk.risk_model import RiskModel
from twiceshy_git.predict.risk.risk_trees import RiskTree

DAY = 86_400.0
COLUMNS = tuple(RiskColumn(name, 4, "lines", "the commit before") for name in ("la", "hidden", "noise", "rare"))


BY_SIZE = RiskTree((0,), (100.0,), (True,), (-1,), (-2,), (-2.0,), (-2.5, 1.0))
"""Above 100 lines added it says more."""


def a_general_model(first: str = "f" * 12) -> RiskModel:
    """Return a model of two histories, one of which began with that commit."""
    return RiskModel(
        name="risk-general",
        kind="general",
        columns=tuple(one.name for one in COLUMNS),
        trees=(BY_SIZE,),
        steps=(ScoreStep(-2.5, 0.05, 4, 80), ScoreStep(1.0, 0.4, 16, 40)),
        spread=((0.01, 0.09), (0.24, 0.51)),
        sizes=(1, 1, 1),
        base=0.1,
        card={"histories": [{"first": first}, {"first": "e" * 12}]},
    )


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
