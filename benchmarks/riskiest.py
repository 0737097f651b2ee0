"""The riskiest edits of a store: how many of them are right, by labels that were read by eye.

``python -m benchmarks riskiest HOME [--most N] [--projects PATTERN]``, HOME being a data folder that ``twiceshy score``
has filled. Of the edits with the highest scores, one for each session and file, those with a finding are looked up in
``labels/riskiest.json`` (right: the fault is one, and this edit brings it in); of those that stand there for a file's
past alone, it is told how many were later corrected, rolled back or fixed as far as that is known.
"""

import argparse
import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from twiceshy.archive.db import Store
from twiceshy.base.values import Scope
from twiceshy.records.views import ScoredEdit
from twiceshy.score.recipes.score_overview import read_scored_sessions
from twiceshy.stats.intervals import wilson

LABELS = Path(__file__).parent / "labels" / "riskiest.json"


def main(argv: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks riskiest", description=__doc__)
    parser.add_argument("home", type=Path)
    parser.add_argument("--most", type=int, default=20)
    parser.add_argument("--projects", default="")
    args = parser.parse_args(argv)
    labels = {one["call"]: one["right"] for one in json.loads(LABELS.read_text("utf-8"))}
    edits = list(riskiest(args.home, re.compile(args.projects), args.most))
    found = [labels.get(one.call.hex()[:8]) for one in edits if one.score.introduced.introduced]
    past = [one.bad for one in edits if not one.score.introduced.introduced]
    print(f"the {len(edits)} riskiest edits:")
    print(f"  with a finding {told([one for one in found if one is not None])}, {found.count(None)} without a label")
    known = [one for one in past if one is not None]
    print(f"  for the past alone, bad later {told(known)}, {past.count(None)} not known")


def riskiest(home: Path, projects: re.Pattern[str], most: int) -> Iterator[ScoredEdit]:
    """Edits by their scores, one for each session and file."""
    with Store.open(home, readonly=True) as store:
        sessions = [one for one in read_scored_sessions(store, Scope()) if projects.search(one.project)]
    every = [(edit.score.value, one.id, edit) for one in sessions for edit in one.edits if edit.score.value]
    seen: set[tuple[str, str]] = set()
    for _, session, edit in sorted(every, key=lambda one: (-one[0], one[1], one[2].path)):
        if (session, edit.path) not in seen and len(seen) < most:
            seen.add((session, edit.path))
            yield edit


def told(right: Sequence[bool]) -> str:
    share = wilson(sum(right), len(right))
    return f"{sum(right)} of {len(right)} right [{share.low:.2f}, {share.high:.2f}]" if right else "none"
