"""False hits of the gate: which rows of real work it changes though redaction had seen all of it.

``python -m benchmarks false_hits --home FOLDER [--kind KIND ...] [--whole] [--show N] [--level LEVEL]``. Every row of a
data folder into which real logs were ingested passes the gate as an export gives it. Told are rows, rows that it
changed, what it changed by kind, and CPU time with and without the gate. ``--show`` prints hits drawn at random, with
what stands around each: whether one is false, a person says. ``--whole`` takes every long text of the store whole,
which no kind of rows does: texts that were not read when rules were made. It prints what is private: keep it for you.

``python -m benchmarks false_hits --code REPOSITORY... [--rows 10000] [--show N]`` takes typed code: a row is what one
commit changed in one file of code, with three lines around, as edits are. It passes redaction and then the gate, and
either may break it. A hit is plainly false where its value is a name of the code: it stands three times in the
repository's files without a quote beside it. Of all values ``--show`` prints some, for a person to judge.
"""

import argparse
import itertools
import random
import re
import subprocess
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from pathlib import Path
from typing import NamedTuple

from benchmarks.export_secrets import list_texts
from twiceshy.archive.database_texts import read_cells
from twiceshy.archive.db import Store
from twiceshy.base.values import Scope
from twiceshy.privacy.outgoing import OutgoingTexts
from twiceshy.privacy.policy import RedactionLevel, load_rules
from twiceshy.privacy.scrub import Scrubber
from twiceshy_data.rows import list_exports
from twiceshy_data.rows.row_sources import SOURCES

BATCH = 1 << 19
"""Characters that pass the gate at once, as in an export (guess, 2026-11-23)."""
AROUND = 60
"""Characters shown around a hit (guess, 2026-11-23)."""


MOST = 20_000
"""Characters of a row of code that are looked at."""
LEAST_NAME = 3
"""Times that a word stands in code from which it is a name of it."""
ENDS = (
    "ts",
    "tsx",
    "js",
    "py",
    "rs",
    "go",
    "sol",
    "java",
    "kt",
    "swift",
    "cs",
    "c",
    "h",
    "cpp",
    "cc",
    "rb",
    "php",
    "tf",
)
CODE = tuple(f"*.{end}" for end in ENDS)
PLACED = re.compile(r"\[([a-z][a-z0-9-]{1,30}):[0-9a-f]{6}\]")


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
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--home", type=Path, help="the data folder")
    source.add_argument("--code", type=Path, nargs="+", help="repositories with code")
    parser.add_argument("--rows", type=int, default=10_000, help="of all repositories together")
    parser.add_argument("--kind", action="append", choices=list_exports(), help="only this kind of rows")
    parser.add_argument("--whole", action="store_true", help="take the store's long texts, whole")
    parser.add_argument("--show", type=int, default=0, help="print N hits drawn at random")
    parser.add_argument("--level", choices=list(RedactionLevel), default=RedactionLevel.STANDARD)
    args = parser.parse_args(argv)
    if args.code:
        for repo in args.code:
            measure_code(repo, args.rows // len(args.code), RedactionLevel(args.level), args.show)
        return
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


class CodeHit(NamedTuple):
    """A value that was replaced in a row of code."""

    row: str
    value: str
    kind: str
    around: str
    by_name: bool
    """It is a name of the code."""


def measure_code(repo: Path, limit: int, level: RedactionLevel, show: int) -> None:
    """Print what redaction and the gate replace in the newest changes of a repository's code."""
    names = count_names(repo)
    scrubber = Scrubber(load_rules(), b"s" * 32, level)
    gate = OutgoingTexts(load_rules(), b"s" * 32, level)
    hits: list[CodeHit] = []
    count = 0
    begun = time.process_time()
    for batch in _gather(itertools.islice(read_changes(repo), limit)):
        count += len(batch)
        stored = scrubber.texts([row.texts[0] for row in batch])
        clean, left = gate.clean(stored)
        if left is not None:
            print(f"  {repo.parent.name}: a text {left.describe()}")
        for row, new in zip(batch, clean, strict=True):
            hits += list_hits(row, new, names)
    touched, plain = ({one.row for one in hits}, {one.row for one in hits if one.by_name})
    kinds = Counter(one.kind for one in hits)
    print(
        f"{repo.parent.name}: {len(touched)} of {count} rows touched, {len(plain)} by a name of the code "
        f"({10_000 * len(plain) / max(1, count):.1f} in 10,000); {dict(kinds)}; {time.process_time() - begun:.0f} CPU s"
    )
    values = {(one.value, one.kind): one for one in reversed(hits)}
    rows = Counter(pair for pair, _ in {((one.value, one.kind), one.row) for one in hits})
    for pair, many in rows.most_common(show):
        one = values[pair]
        print(f"  {many} rows{', NAME' if one.by_name else ''} {one.kind}: {one.value!r:.50} in {one.around!r:.220}")


def read_changes(repo: Path) -> Iterator[Row]:
    """Yield what each of the newest commits changed in each file of code."""
    words = ("log", "--all", "--no-merges", "-p", "-U3", "--no-color", "--format=%x01", "--", *CODE)
    with subprocess.Popen(["git", "-C", str(repo), *words], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as done:
        text: list[str] = []
        number = 0
        for raw in done.stdout or ():
            line = raw.decode("utf-8", "replace")
            if line.startswith(("diff --git ", "\x01")):
                if text:
                    number += 1
                    yield Row(str(number), ["".join(text)[:MOST]])
                text = []
            elif line[:1] in "+- " and not line.startswith(("+++", "---")):
                text.append(line[1:])
            elif text and line.startswith("@@"):
                text.append("\n")
        done.kill()


def count_names(repo: Path) -> Counter[str]:
    """Return in how many files of code each word stands that has no quote beside it."""
    words = (
        "-c",
        "grep.lineNumber=false",
        "grep",
        "-hoIE",
        r"(^|[^\"'`A-Za-z0-9_])[A-Za-z_][A-Za-z0-9_]{3,63}",
        "HEAD",
    )
    done = subprocess.run(["git", "-C", str(repo), *words, "--", *CODE], capture_output=True, check=False)
    return Counter(re.findall(r"[A-Za-z_][A-Za-z0-9_]{3,63}", done.stdout.decode("utf-8", "replace")))


def list_hits(row: Row, new: str, names: Counter[str]) -> Iterator[CodeHit]:
    """Yield what was replaced in a text."""
    old, at = row.texts[0], 0
    pieces = PLACED.split(new)
    for piece, kind, behind in zip(pieces[::2], pieces[1::2], pieces[2::2], strict=False):
        start = old.find(piece, at) + len(piece)
        end = old.find(behind[:AROUND], start) if behind else len(old)
        at = end
        value = old[start:end]
        if PLACED.match(f"{value}"):
            continue
        around = f"{old[max(0, start - AROUND) : start]}⟦{value[:AROUND]}⟧{old[end : end + 20]}"
        yield CodeHit(row.id, value, kind, around, names[value] >= LEAST_NAME)


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
