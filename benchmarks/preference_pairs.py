"""How many pairs a store gives, and of how many the chosen text is the better one, and complete.

``python -m benchmarks preference_pairs STORE [--sheet N]``: STORE is a data folder filled from the logs that
``benchmarks/labels/preference_pairs.json`` was drawn from. A label names a pair by its id only: `tune` and `other` were
read while the rules were made, `held` once, after that. ``--sheet`` prints pairs drawn at random for somebody to read.
"""

import argparse
import difflib
import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from random import Random
from time import process_time

from twiceshy.archive.db import Store
from twiceshy.base.values import Scope
from twiceshy.stats.intervals import wilson
from twiceshy_data.rows.preference_rows import list_facts, read_pairs

LABELS = Path(__file__).parent / "labels" / "preference_pairs.json"
GOAL = 0.9


def main(argv: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks preference_pairs", description=__doc__)
    parser.add_argument("store", type=Path)
    parser.add_argument("--sheet", type=int, default=0, metavar="N")
    args = parser.parse_args(argv)
    begun = process_time()
    with Store.open(args.store, readonly=True) as store:
        pairs = {str(list_facts(pair)["id"]): pair for pair in read_pairs(store, Scope())}
    print(f"{len(pairs)} pairs, {process_time() - begun:.0f} s CPU")
    for source, count in Counter(pair.source for pair in pairs.values()).most_common():
        print(f"  {source}: {count}")
    labels: dict[str, tuple[str, bool]] = json.loads(LABELS.read_text("utf-8"))
    for part in ("tune", "other", "held", "all"):
        told = [good for key, (where, good) in labels.items() if key in pairs and part in {where, "all"}]
        if told:
            share = wilson(sum(told), len(told))
            sure = f"{share.low:.2f}-{share.high:.2f}"
            print(f"  {part}: {sum(told)} of {len(told)} better and complete ({sure}; goal {GOAL})")
    for key in Random(1).sample(sorted(pairs), min(args.sheet, len(pairs))):
        one = pairs[key]
        print(f"\n== {key} {one.source}\n{one.task[:400]}\n-- before\n{one.part.old}")
        changed = difflib.unified_diff(one.part.wrong.split("\n"), one.part.right.split("\n"), lineterm="")
        print("\n".join(changed))
