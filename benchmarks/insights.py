"""Are the top three insights of a project true, worth acting on, and is their remedy right?

``python -m benchmarks insights [HOME]``: HOME is a data folder into which logs were read and that was judged. It prints
the top three of each project with five sessions or more, to be judged by eye, and how long all kinds took. Without HOME
only the shares of the answers in ``labels/insights.tsv`` are counted.
"""

import csv
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from twiceshy.archive.db import Store
from twiceshy.archive.stored_attempts import read_attempts
from twiceshy.base.values import Scope
from twiceshy.insights.kinds.find_insights import find_insights
from twiceshy.insights.kinds.project_history import group_by_project

if TYPE_CHECKING:
    from twiceshy.records.insights import Insight

LABELS = Path(__file__).parent / "labels" / "insights.tsv"
QUESTIONS = ("true", "worth", "remedy")
LEAST_SESSIONS = 5
TOP = 3


def main(arguments: Sequence[str]) -> None:
    """Print the top three of each project, where a data folder is given, and the shares of the labels."""
    for home in arguments:
        _print_top(Path(home))
    rows = list(_read_labels())
    for half in dict.fromkeys(row["half"] for row in rows):
        mine = [row for row in rows if row["half"] == half]
        shares = (f"{one} {sum(int(row[one]) for row in mine)} of {len(mine)}" for one in QUESTIONS)
        print(f"{half}: {', '.join(shares)}")


def _read_labels() -> Iterator[dict[str, str]]:
    """Yield the answers by insight."""
    with LABELS.open(encoding="utf-8") as file:
        yield from csv.DictReader((line for line in file if not line.startswith("#")), delimiter="\t")


def _print_top(home: Path) -> None:
    """Print what a person would read first of each project."""
    with Store.open(home, readonly=True) as store:
        histories = group_by_project(read_attempts(store.connection, Scope()))
    began = time.process_time()
    found = find_insights(histories, lambda _session, _begin, _end: None)
    calls = sum(len(session.attempts) for history in histories for session in history.sessions)
    print(f"{calls:,} attempts, {len(found)} insights, {time.process_time() - began:.2f} CPU s")
    by_project: dict[str, list[Insight]] = defaultdict(list)
    for one in found:
        by_project[one.project_identity].append(one)
    for history in histories:
        if len(history.sessions) >= LEAST_SESSIONS:
            print(f"\n{history.name}, {len(history.sessions)} sessions")
            for one in by_project[history.identity][:TOP]:
                print(f"  {one.id} {one.says}")
                for remedy in one.remedies:
                    print(f"    {remedy.kind}: {remedy.text} ({remedy.evidence})")


if __name__ == "__main__":
    main([])
