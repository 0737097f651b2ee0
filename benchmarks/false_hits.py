"""False hits of the gate: which rows of real work it changes though redaction had seen all of it.

``python -m benchmarks false_hits --home FOLDER [--kind KIND ...] [--whole] [--show N] [--level LEVEL]``. Every row of a
data folder into which real logs were ingested passes the gate as an export gives it. Told are rows, rows that it
changed, what it changed by kind, and CPU time with and without the gate. ``--show`` prints hits drawn at random, with
what stands around each: whether one is false, a person says. ``--whole`` takes every long text of the store whole,
which no kind of rows does: texts that were not read when rules were made. It prints what is private: keep it for you.
"""

import argparse
import random
import time
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from pathlib import Path
from typing import NamedTuple

from benchmarks.export_secrets import list_texts
from twiceshy.flows.rows import list_exports
from twiceshy.flows.rows.row_sources import SOURCES
from twiceshy.privacy.outgoing import OutgoingTexts
from twiceshy.privacy.policy import RedactionLevel, load_rules
from twiceshy.records.values import Scope
from twiceshy.store.database_texts import read_cells
from twiceshy.store.db import Store

BATCH = 1 << 19
"""Characters that pass the gate at once, as in an export (guess, 2026-11-23)."""
AROUND = 60
"""Characters shown around a hit (guess, 2026-11-23)."""


class Row(NamedTuple):
    """The texts of one row."""

    id: str
    texts: list[str]


class Hit(NamedTuple):
    """A row that the gate changed."""

    id: str
    before: str
    after: str


def main(argv: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks false_hits", description=__doc__)
    parser.add_argument("--home", type=Path, required=True, help="the data folder")
    parser.add_argument("--kind", action="append", choices=list_exports(), help="only this kind of rows")
    parser.add_argument("--whole", action="store_true", help="take the store's long texts, whole")
    parser.add_argument("--show", type=int, default=0, help="print N hits drawn at random")
    parser.add_argument("--level", choices=list(RedactionLevel), default=RedactionLevel.STANDARD)
    args = parser.parse_args(argv)
    with Store.open(args.home, readonly=True) as store:
        gate = OutgoingTexts(load_rules(), store.salt, RedactionLevel(args.level), cache=args.home / "cache")
        sources = (
            {"long texts": read_whole(args.home)}
            if args.whole
            else {kind: read_rows(store, kind) for kind in args.kind or list_exports()}
        )
        hits: list[Hit] = []
        for kind, rows in sources.items():
            hits += _measure(kind, rows, gate)
    print(f"replaced: {dict(gate.replaced)}")
    for hit in random.Random(1).sample(hits, min(args.show, len(hits))):
        print(f"\n{hit.id}: {tell_change(hit)}")


def read_rows(store: Store, kind: str) -> Iterator[Row]:
    """Yield the rows of one kind."""
    for row in SOURCES[kind].rows(store, Scope()):
        yield Row(f"{kind} {row.id}", [text for value in row.values.values() for text in list_texts(value)])


def read_whole(home: Path) -> Iterator[Row]:
    """Yield the long texts of a store."""
    for cell in read_cells(home / "bodies.db"):
        yield Row(f"{cell.table} {cell.row}", [cell.content.decode("utf-8", "replace")])


def _measure(kind: str, rows: Iterator[Row], gate: OutgoingTexts) -> list[Hit]:
    """Print what the gate does to the rows of one kind, and return the rows that it changed."""
    hits: list[Hit] = []
    count = size = 0
    passed, begun = 0.0, time.process_time()
    for batch in _gather(rows):
        start = time.process_time()
        clean, left = gate.clean([text for row in batch for text in row.texts])
        passed += time.process_time() - start
        if left is not None:
            print(f"  {kind}: a text {left.describe()}")
        fresh = iter(clean)
        for row in batch:
            changed = [(old, new) for old, new in zip(row.texts, fresh, strict=False) if old != new]
            hits += [Hit(row.id, *changed[0])] if changed else []
        count += len(batch)
        size += sum(len(text) for row in batch for text in row.texts)
    spent = time.process_time() - begun
    print(f"{kind}: {count} rows, {size / 1e6:.1f} M characters; {len(hits)} rows changed; ", end="")
    print(f"{spent:.1f} CPU s, {passed:.1f} of them the gate")
    return hits


def _gather(rows: Iterator[Row]) -> Iterator[list[Row]]:
    """Yield the rows in heaps of bounded size."""
    heap: list[Row] = []
    size = 0
    for row in rows:
        heap.append(row)
        size += sum(map(len, row.texts))
        if size >= BATCH:
            yield heap
            heap, size = [], 0
    if heap:
        yield heap


def tell_change(hit: Hit) -> str:
    """Return the first stretch that changed, with what stands around it."""
    first = next((at for at, (old, new) in enumerate(zip(hit.before, hit.after, strict=False)) if old != new), 0)
    old, new = (text[first : first + 4 * AROUND] for text in (hit.before, hit.after))
    match = SequenceMatcher(None, old, new, autojunk=False).find_longest_match(0, len(old), new.find("]"), len(new))
    return f"{hit.before[max(0, first - AROUND) : first]!r} >>> {old[: match.a]!r} <<< {old[match.a :][:AROUND]!r}"
