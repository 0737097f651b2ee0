"""Whether turns of the user's side that pass for a person's are one's, on labelled turns of real logs.

``python -m benchmarks turns STORE...``: data folders filled from the logs that ``benchmarks/labels/turns.json`` was
drawn from. The labels name prompts by uid only. Of each half 50 turns were drawn at random among those that pass for a
person's, and 25 among the main dialogue's others; both were labelled twice, without sight of what the code says. A
person's are words that somebody typed, pasted or spoke for this dialogue; a slash command alone has none.
"""

import argparse
import json
from pathlib import Path
from typing import NamedTuple

from twiceshy.archive.db import Store
from twiceshy.stats.intervals import wilson

LABELS = Path(__file__).parent / "labels" / "turns.json"
HALVES = ("tune", "held")


class LabelledTurn(NamedTuple):
    """A turn, and whose words a reader took it for."""

    prompt: bytes
    person: bool
    agreed: bool
    half: str


def read_labels(path: Path = LABELS) -> list[LabelledTurn]:
    """Return the labelled turns."""
    rows = json.loads(path.read_text(encoding="utf-8"))["rows"]
    return [LabelledTurn(bytes.fromhex(row[0]), bool(row[2]), row[1] == row[2], row[3]) for row in rows]


def read_answers(homes: list[Path]) -> dict[bytes, bool]:
    """Return, for each stored turn, whether it passes for a person's."""
    found: dict[bytes, bool] = {}
    for home in homes:
        with Store.open(home, readonly=True) as store:
            found |= {uid: bool(human) for uid, human in store.connection.execute("SELECT uid, human FROM prompt")}
    return found


def main(argv: list[str]) -> None:
    """Print the share of each half that is right, and how far the two passes agree."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks turns", description=__doc__)
    parser.add_argument("stores", nargs="+", type=Path)
    options = parser.parse_args(argv)
    labels, answers = read_labels(), read_answers(options.stores)
    known = [(label.half, label.person, answers[label.prompt]) for label in labels if label.prompt in answers]
    agreed = sum(label.agreed for label in labels)
    print(f"{len(labels)} labelled turns, {len(known)} found; two passes agree on {agreed}")
    for half in HALVES:
        for name, passes in (("pass for a person's, and are", True), ("do not, and are nobody's", False)):
            right = [person is passes for part, person, human in known if part == half and human is passes]
            if right:
                around = wilson(sum(right), len(right))
                print(f"{half:5} {name:30} {sum(right):3} of {len(right):3}  ({around.low:.3f}-{around.high:.3f})")


if __name__ == "__main__":
    import sys

    main(sys.argv[1:])
