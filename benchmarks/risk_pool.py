"""Changes of public histories with their labels, as risk models are learned from them; kept between runs.

A change is bad where a later one names it (``Fixes:``, reverts). Where fewer than thirty trailers say so, what fixes
took out names it too (guarded SZZ), as ``twiceshy train risk`` has it. Only numbers and hashes are kept.
"""

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from twiceshy.logs.change_history import read_change_history
from twiceshy.records.change_risk import ChangeRow, ChangeStory, FixLabel, RiskColumn, RiskTable, TimedChange
from twiceshy_git.predict.risk.change_rows import describe_changes, list_risk_columns
from twiceshy_git.predict.risk.faulty_work import order_changes
from twiceshy_git.predict.risk.feature_groups import make_groups
from twiceshy_git.predict.risk.szz import find_said_fixes, is_fix, label_fixes
from twiceshy_git.risk_recipes.change_labels import trace_origins

ENOUGH_SAID = 30
"""Trailers from which on nothing is guessed, as in the product."""


def name_repository(repo: Path) -> str:
    """The folder's name; of a stored copy its parent's."""
    return repo.parent.name if repo.name in {"repo", ".git"} else repo.name


def read_pool_table(repo: Path, leave_out: Sequence[str], cache: Path | None = None) -> RiskTable:
    """The table of a repository's changes with all columns that need no more than git."""
    kept = cache / f"{name_repository(repo)}.npz" if cache else None
    if kept and kept.is_file():
        return load_table(kept)
    table = describe_history(repo, leave_out)
    if kept:
        save_table(kept, table)
    return table


def describe_history(repo: Path, leave_out: Sequence[str]) -> RiskTable:
    """Read a whole history, find its labels and replay it."""
    changes = read_pool_changes(repo, leave_out)
    labels = find_pool_labels(repo, changes)
    groups = make_groups()
    rows = list(describe_changes((ChangeStory(change=one) for one in changes), labels, groups))
    return RiskTable(list_risk_columns(groups), rows, tuple(labels))


def read_pool_changes(repo: Path, leave_out: Sequence[str]) -> Sequence[TimedChange]:
    """The changes behind HEAD in order of time, without those files."""
    head = subprocess.check_output(["git", "-C", str(repo), "rev-parse", "HEAD"], text=True).strip()
    paths = [".", *(f":(exclude){one}" for one in leave_out)] if leave_out else []
    return order_changes(read_change_history(repo, head, paths=paths))


def find_pool_labels(repo: Path, changes: Sequence[TimedChange]) -> list[FixLabel]:
    """What developers say of bad changes; where they hardly say so, what their fixes took out as well."""
    labels = list(find_said_fixes(changes))
    if sum(one.source == "trailer" for one in labels) < ENOUGH_SAID:
        said = {(one.commit, one.by) for one in labels}
        named = trace_origins(repo, changes, [one.commit.hash for one in changes if is_fix(one.commit)])
        labels += [one for one in label_fixes(named, changes) if (one.commit, one.by) not in said]
    return sorted(labels, key=lambda one: (one.known_at, one.by, one.commit))


def save_table(path: Path, table: RiskTable) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    about = {"columns": table.columns, "ids": [row.id for row in table.rows], "labels": table.labels}
    np.savez_compressed(
        path,
        about=np.frombuffer(json.dumps(about).encode(), dtype=np.uint8),
        values=np.array([row.values for row in table.rows], dtype=np.float32),
        numbers=np.array([(row.at, row.added, row.removed) for row in table.rows]),
    )


def load_table(path: Path) -> RiskTable:
    with np.load(path) as kept:
        about = json.loads(kept["about"].tobytes())
        values, numbers = kept["values"], kept["numbers"]
    rows = [
        ChangeRow(name, float(at), int(added), int(removed), row)
        for name, (at, added, removed), row in zip(about["ids"], numbers, values, strict=True)
    ]
    return RiskTable(
        tuple(RiskColumn(*one) for one in about["columns"]), rows, tuple(FixLabel(*one) for one in about["labels"])
    )
