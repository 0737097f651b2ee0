"""Documents: which lines of real agent instructions are declared steps, and which of them are read.

``python -m benchmarks documents FOLDER``, FOLDER holding the files (CLAUDE.md, AGENTS.md and the like of public
repositories, under any names). They are known by the hash of their contents in git; the labels hold the lines that a
reader calls a step: what an agent always has to run, read or search before or after an edit, a commit, a push or a pull
request. Rules were made on the projects of one part; the other was opened once.
"""

import argparse
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha1
from pathlib import Path
from typing import NamedTuple

from twiceshy.judgement.workflow.document_steps import parse_document_steps
from twiceshy.stats.intervals import wilson

LABELS = Path(__file__).parent / "labels" / "documents.json"
PARTS = ("tune", "held")


class _Counts(NamedTuple):
    """Lines of one part."""

    files: int = 0
    right: int = 0
    wrong: int = 0
    missed: int = 0


def main(argv: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks documents", description=__doc__)
    parser.add_argument("folder", type=Path)
    args = parser.parse_args(argv)
    labels = {blob: (part, set(lines)) for blob, part, lines in json.loads(LABELS.read_text("utf-8"))["rows"]}
    counts: dict[str, _Counts] = defaultdict(_Counts)
    for blob, text in _read_files(args.folder):
        if blob in labels:
            part, lines = labels.pop(blob)
            told = {one.declared.line for one in parse_document_steps(text, "it", named=False).steps}
            more = (1, len(told & lines), len(told - lines), len(lines - told))
            counts[part] = _Counts(*map(sum, zip(counts[part], more, strict=True)))
    _print(counts)
    print(f"{len(labels)} labelled files are not there")


def _read_files(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield each file's hash and text, each contents once."""
    seen: set[str] = set()
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        data = path.read_bytes()
        blob = sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()[:16]
        if blob not in seen:
            seen.add(blob)
            yield blob, data.decode("utf-8", "replace")


def _print(counts: Mapping[str, _Counts]) -> None:
    """Print precision and recall of both parts, with their intervals."""
    for part in PARTS:
        found = counts.get(part, _Counts())
        told, true = found.right + found.wrong, found.right + found.missed
        shares = (wilson(found.right, told), wilson(found.right, true))
        text = "; ".join(
            f"{name} {share.estimate:.2f} ({share.low:.2f}-{share.high:.2f}) of {n}"
            for name, share, n in zip(("precision", "recall"), shares, (told, true), strict=True)
        )
        print(f"{part}: {found.files} files; {text}")
