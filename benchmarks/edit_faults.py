"""What the gate says at edits before any lesson exists: how often, of what, and whether ``score_diff`` says the same.

``python -m benchmarks edit_faults store HOME``: the edits of a filled data folder, given to the gate as an agent would.
``python -m benchmarks edit_faults history REPOSITORY ...``: what commits changed in each file, each as an edit.
``python -m benchmarks edit_faults tree FOLDER ...``: files as they are, each as if it was written now.

``--names`` says which rules are looked for (those that speak unasked), ``--draw`` shows each hit, to be read by eye,
and ``--projects`` keeps to some projects of the store. What is drawn is foreign text, not to be kept anywhere.
"""

import argparse
import subprocess
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from twiceshy.archive.db import Store
from twiceshy.base.values import Scrubbed
from twiceshy.records.findings import SourceText
from twiceshy.score.code_view import language_of
from twiceshy.score.edit_findings import compare
from twiceshy.score.gate_search import find_introduced
from twiceshy.score.pattern_rules import SURE, PatternRules, load
from twiceshy.score.scanners.patterns import PatternScanner
from twiceshy.stats.intervals import wilson

RULES = {rule.id: rule for rule in load().rules}
AROUND = 4
LARGEST = 256 << 10
EDITS = """SELECT p.name, e.path, e.before, e.after, e.created FROM edit e JOIN session s ON s.id = e.session_id
JOIN project p ON p.id = s.project_id
WHERE s.real = 1 AND NOT e.partial AND NOT e.deleted AND e.after IS NOT NULL ORDER BY e.id"""


class Edit(NamedTuple):
    """A file before and after."""

    where: str
    path: str
    before: str
    after: str


def main(argv: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks edit_faults", description=__doc__)
    parser.add_argument("what", choices=("store", "history", "tree"))
    parser.add_argument("places", nargs="+", type=Path)
    parser.add_argument("--names", default=",".join(one.id for one in RULES.values() if one.unasked))
    parser.add_argument("--projects", default="", help="names, with commas between")
    parser.add_argument("--commits", type=int, default=1500, help="newest commits of a repository")
    parser.add_argument("--draw", action="store_true")
    args = parser.parse_args(argv)
    names = args.names.split(",")
    for place in args.places:
        edits = {"store": stored, "history": committed, "tree": written}[args.what](place, args)
        measured(place.parent.name if args.what == "history" else place.name, edits, names, draw=args.draw)


def stored(home: Path, args: argparse.Namespace) -> Iterator[Edit]:
    """The edits of a store, with whole texts."""
    wanted = set(filter(None, args.projects.split(",")))
    with Store.open(home, readonly=True) as store:
        for project, path, before, after, created in store.connection.execute(EDITS):
            known = (project in wanted or not wanted) and language_of(path) and (created or before is not None)
            if known:
                yield Edit(project, path, "" if before is None else store.body(before), store.body(after))


def committed(repository: Path, args: argparse.Namespace) -> Iterator[Edit]:
    """What commits changed, each pair of texts once."""
    options = ("--no-merges", "--raw", "--no-renames", "--abbrev=40", "--format=", "-n", str(args.commits))
    with subprocess.Popen(
        ["git", "-C", repository, "cat-file", "--batch"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as texts:
        for old, new, path in dict.fromkeys(changes(git(repository, "log", *options, "HEAD"))):
            if language_of(path):
                yield Edit(repository.parent.name, path, content(texts, old), content(texts, new))


def git(repository: Path, *words: str) -> str:
    done = subprocess.run(["git", "-C", repository, *words], capture_output=True, check=True)
    return done.stdout.decode("utf-8", "replace")


def changes(listed: str) -> Iterator[tuple[str, str, str]]:
    """Old and new object, and the path, of ``git log --raw``; what was removed is left out."""
    for row in listed.split("\n"):
        meta, _, path = row.partition("\t")
        words = meta.split()
        if len(words) == 5 and words[1].startswith("100") and words[4] != "D":
            yield words[2], words[3], path


def content(texts: subprocess.Popen[bytes], name: str) -> str:
    """An object's text; empty for none."""
    if not name.strip("0"):
        return ""
    assert texts.stdin is not None
    assert texts.stdout is not None
    texts.stdin.write(name.encode() + b"\n")
    texts.stdin.flush()
    head = texts.stdout.readline().split()
    return texts.stdout.read(int(head[2]) + 1)[:-1].decode("utf-8", "replace") if len(head) == 3 else ""


def written(folder: Path, _: argparse.Namespace) -> Iterator[Edit]:
    """All files below a folder, as if they were written now."""
    for path in sorted(folder.rglob("*")):
        if language_of(path.name) and path.is_file():
            yield Edit(folder.name, str(path.relative_to(folder)), "", path.read_text("utf-8", "replace"))


def measured(title: str, edits: Iterator[Edit], names: Sequence[str], *, draw: bool) -> None:
    scanner = PatternScanner(Scrubbed, rules=PatternRules(rules=tuple(RULES[name] for name in names), digest="some"))
    said: Counter[str] = Counter()
    looked = speaking = differ = 0
    for edit in edits:
        if max(len(edit.before), len(edit.after)) > LARGEST:
            continue
        looked += 1
        told = set(find_introduced(edit.path, edit.before, edit.after, names))
        if any(word in edit.after for name in names for word in RULES[name].words):
            differ += told != scored(scanner, edit, names)
        said.update(told)
        speaking += bool(told)
        if draw and told:
            shown(scanner, edit, told)
    share = wilson(speaking, looked)
    print(f"{title}: {looked} edits, {speaking} with a warning: {100 * share.low:.2f} to {100 * share.high:.2f} of 100")
    print(f"  {dict(said.most_common())}; score_diff says otherwise of {differ}")


def scored(scanner: PatternScanner, edit: Edit, names: Sequence[str]) -> set[str]:
    """The rules of which the scanner says, as surely, that the edit brings a fault in."""
    old, new = scanner.scan([SourceText(path=edit.path, text=text) for text in (edit.before, edit.after)])
    found = compare(old.findings if edit.before else (), new.findings).introduced
    least = {f"pattern/{name}": SURE if RULES[name].sure else RULES[name].confidence for name in names}
    return {one.rule.partition("/")[2] for one in found if one.confidence >= least.get(one.rule, 2)}


def shown(scanner: PatternScanner, edit: Edit, told: set[str]) -> None:
    """Each hit with its lines."""
    old, new = scanner.scan([SourceText(path=edit.path, text=text) for text in (edit.before, edit.after)])
    rows = edit.after.split("\n")
    for one in compare(old.findings, new.findings).introduced:
        if one.rule.partition("/")[2] in told and one.confidence >= SURE:
            print(f"\n# {one.rule} {edit.where} {edit.path}:{one.line}")
            for number in range(max(0, one.line - 1 - AROUND), min(len(rows), one.line + AROUND)):
                print("  >" if number == one.line - 1 else "   ", rows[number][:160])
