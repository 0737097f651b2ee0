"""What is said of changes of documents alone, held against such changes, and by the size of any change.

``python -m benchmarks risk_documents HOME REPOSITORY ...``: learned on what was known at six tenths of each history,
asked of the changes of documents behind it; the mean of what is said, Brier score, and the share that was fixed; and of
all such changes that are old enough. HOME is a data folder; what is read of a history is kept in it.
"""

import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from statistics import fmean
from typing import Final

from twiceshy.base.config import Config
from twiceshy.records.change_risk import ChangeRow, RiskTable
from twiceshy_git.predict.risk.document_changes import adds_documents_alone
from twiceshy_git.predict.risk.risk_model import RiskModel
from twiceshy_git.predict.risk.risk_recipe import look_back
from twiceshy_git.predict.risk.risk_training import train_risk
from twiceshy_git.risk_recipes.known_changes import read_known_table

LEARNED: Final = 0.6
"""Share of each history, in the order of time. Guess of 2026-11-23."""
LONG: Final = 50
"""Lines from which on a change is told apart. Guess of 2026-11-23."""


def main(words: Sequence[str] = ()) -> None:
    if len(words) < 2:
        print("give the data folder, then the repositories", file=sys.stderr)
        return
    for word in words[1:]:
        tell(Path(word).name, read_known_table(Config(home=Path(words[0])), Path(word)))


def tell(name: str, table: RiskTable) -> None:
    known = look_back(table, time.time())
    bad = {row.id for row, is_bad in zip(known.rows, known.bad, strict=True) if is_bad}
    cut = known.rows[int(len(known.rows) * LEARNED)].at
    model = train_risk(table, None, cut, grower=None)
    every = list_documents(table, known.rows)
    print(f"{name}: {sum(one.id in bad for one in every)} of {len(every)} changes of documents were fixed")
    asked = [one for one in every if one.at > cut]
    for said, some in (("behind the cut", asked), (f"of {LONG} lines or more", [x for x in asked if x.added >= LONG])):
        figures = [judge(which, some, bad) for which in (replace(model, columns=()), model)]
        fixed = sum(one.id in bad for one in some)
        print(f"  {said}: {len(some)}, {fixed} fixed; by size, then by documents: {', '.join(figures)}")


def list_documents(table: RiskTable, rows: Sequence[ChangeRow]) -> list[ChangeRow]:
    names = [one.name for one in table.columns]
    return [row for row in rows if adds_documents_alone(dict(zip(names, row.values, strict=True)))]


def judge(model: RiskModel, rows: Sequence[ChangeRow], bad: set[str]) -> str:
    """The mean of what a model says, and its Brier score; a model that knows no columns goes by size."""
    said = [(found, row.id in bad) for row in rows if (found := model.answer(row).probability) is not None]
    if not said:
        return "nothing said"
    return f"{fmean(one for one, _ in said):.3f} (Brier {fmean((one - is_bad) ** 2 for one, is_bad in said):.4f})"
