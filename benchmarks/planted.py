"""Planted faults: whether a change that brings a real fault in scores higher than clean changes.

``python -m benchmarks planted HOME [--faults N] [--seed S] [--projects PATTERN]``, HOME being a data folder that
``twiceshy score`` has filled. Clean edits of its logs (nothing found, not known as bad, whole texts) are drawn by a
seed; into some of them a fault of one of ten kinds in four languages is put, and these are scored beside the others.
Told is the AUC, with an interval by drawing again, and each kind's share above all but one in twenty clean edits. The
faults were written before they were scored; kinds and languages take turns.
"""

import argparse
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path, PurePosixPath
from random import Random
from typing import NamedTuple

from benchmarks.score import ROUNDS, SEED, auc, interval, told
from twiceshy.archive import rows
from twiceshy.archive.db import Store
from twiceshy.base.config import load
from twiceshy.base.values import Scope, Scrubbed
from twiceshy.records.findings import ScannedEdit, SourceText, StoredEdit
from twiceshy.records.views import ScoredEdit
from twiceshy.score.aggregate import ChangeContext, aggregate
from twiceshy.score.code_view import is_test_code
from twiceshy.score.edit_findings import compare_edit, list_scanned_texts
from twiceshy.score.recipes.run_scanners import Scanners, text_of
from twiceshy.score.recipes.score_overview import read_scored_sessions
from twiceshy.score.recipes.score_sessions import edits_of
from twiceshy.score.recipes.written_files import TextsByBody
from twiceshy.score.refactor import add_missed_users

LONGEST = 40_000
"""Characters of a file that is taken; longer ones only cost time."""
LANGUAGES: Mapping[str, str] = {".py": "python", ".js": "javascript", ".jsx": "javascript", ".mjs": "javascript"} | {
    ".ts": "typescript",
    ".tsx": "typescript",
    ".go": "go",
}
CASES = tomllib.loads((Path(__file__).parent / "cases" / "planted.toml").read_text("utf-8"))
FAULTS: Mapping[str, Mapping[str, Sequence[str]]] = CASES | {"typescript": CASES["javascript"]}
RENAMED = "rename"
"""The tenth kind: a function loses its name and its callers in the file keep it."""
KINDS = (*FAULTS["python"], RENAMED)
_DEFINED = re.compile(
    r"^(?:export\s+)?(?:async\s+)?(?:def|function|func)\s+(?P<name>[A-Za-z_]\w{4,})\s*\(", re.MULTILINE
)


class CleanEdit(NamedTuple):
    """An edit of the logs in which nothing was found, with its texts."""

    stored: StoredEdit
    language: str
    before: str
    after: str
    past: float
    """What the file's past adds."""


def main(argv: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks planted", description=__doc__)
    parser.add_argument("home", type=Path)
    parser.add_argument("--faults", type=int, default=200)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--projects", default="")
    args = parser.parse_args(argv)
    random = Random(args.seed)
    edits = list(clean_edits(args.home, re.compile(args.projects)))
    random.shuffle(edits)
    planted = list(plant_faults(edits, args.faults, random))
    used = {id(edit) for _, _, edit in planted}
    clean = [edit for edit in edits if id(edit) not in used][: max(args.faults, 1) * 2]
    values = score_edits(args.home, [faulty(edit, after) for _, after, edit in planted] + clean)
    report([kind for kind, _, _ in planted], [edit.language for _, _, edit in planted], values, random)


def clean_edits(home: Path, projects: re.Pattern[str]) -> Iterator[CleanEdit]:
    """Edits of code with whole texts in which nothing was found and that are not known as bad."""
    with Store.open(home, readonly=True) as store:
        for session in read_scored_sessions(store, Scope()):
            if not projects.search(session.project):
                continue
            texts = TextsByBody(partial(text_of, store))
            known = {(one.call, one.path): one for one in session.edits}
            for edit in edits_of(store, [session.session], texts, Scrubbed)[session.session]:
                one = known.get((edit.call, edit.path))
                language = LANGUAGES.get(PurePosixPath(edit.path).suffix.lower())
                if (
                    one is None
                    or one.bad
                    or one.score.introduced.introduced
                    or language is None
                    or is_test_code(edit.path)
                ):
                    continue
                if edit.partial or edit.deleted or edit.after is None or (edit.before is None and not edit.created):
                    continue
                before, after = "" if edit.before is None else texts(edit.before), texts(edit.after)
                if len(after) <= LONGEST:
                    yield CleanEdit(edit, language, before, after, past_of(one))


def past_of(edit: ScoredEdit) -> float:
    """What the past of a clean edit's file adds to its score: all that it has."""
    return edit.score.value or 0.0


def plant_faults(edits: Sequence[CleanEdit], most: int, random: Random) -> Iterator[tuple[str, str, CleanEdit]]:
    """Kind, faulty text and edit, with kinds and languages in turn; a kind that fits no edit is left out."""
    by_language: dict[str, list[CleanEdit]] = defaultdict(list)
    for edit in edits:
        by_language[edit.language].append(edit)
    made = 0
    turns = [(kind, language) for kind in KINDS for language in FAULTS]
    while made < most and turns:
        for kind, language in list(turns):
            found = next(find_places(kind, by_language[language], made, random), None)
            if found is None:
                turns.remove((kind, language))
                continue
            by_language[language].remove(found[1])
            yield kind, *found
            made += 1
            if made == most:
                return


def find_places(kind: str, edits: Sequence[CleanEdit], number: int, random: Random) -> Iterator[tuple[str, CleanEdit]]:
    for edit in edits:
        if kind != RENAMED:
            snippet = random.choice(FAULTS[edit.language][kind]).replace("NAME", f"handle{number}")
            after = edit.after
            if edit.language == "go" and kind == "random":  # without the import it is no Go, and names another package
                after = re.sub(r"^(package \w+)$", r'\1\n\nimport "math/rand"', after, count=1, flags=re.MULTILINE)
            yield f"{after.rstrip()}\n\n\n{snippet}", edit
        else:
            for match in _DEFINED.finditer(edit.before):
                name = match["name"]
                if len(re.findall(rf"\b{name}\(", edit.after)) >= 2 and re.search(
                    rf"\b{name}\b", edit.after[match.end() :]
                ):
                    yield (
                        re.sub(rf"(\b(?:def|function|func)\s+){name}\b", rf"\g<1>{name}Next", edit.after, count=1),
                        edit,
                    )


def faulty(edit: CleanEdit, after: str) -> CleanEdit:
    return edit._replace(after=after)


def score_edits(home: Path, edits: Sequence[CleanEdit]) -> list[float]:
    """Score edits as if each were a task of its own; one without a value counts as 0."""
    scanners = Scanners(load({}, {"TWICESHY_HOME": str(home)}, Path.home()))
    bodies: dict[bytes, str] = {}

    def put(text: str) -> bytes:
        body = rows.hash_body(text.encode("utf-8", "replace"))
        bodies[body] = text
        return body

    stored = [
        one.stored._replace(before=None if one.stored.created else put(one.before), after=put(one.after))
        for one in edits
    ]
    wanted = list(dict.fromkeys(request for one in stored for request in list_scanned_texts(one)))
    said = scanners.ask([SourceText(path=one.path, text=bodies[one.body]) for one in wanted])
    answers = dict(zip(wanted, said, strict=True))
    values = []
    for edit, one in zip(edits, stored, strict=True):
        change, layers = compare_edit(one, answers)
        alone = ScannedEdit(
            one.call, one.path, one.path_key, one.lines, 0, one.at, bad=None, known_at=0.0, layers=layers, change=change
        )
        (whole,) = add_missed_users([alone], [one], bodies.__getitem__, Scrubbed)
        found = aggregate(whole.change, ChangeContext(whole.layers)).value or 0.0
        values.append(1.0 - (1.0 - found) * (1.0 - edit.past))
    return values


def report(kinds: Sequence[str], languages: Sequence[str], values: Sequence[float], random: Random) -> None:
    bad, good = values[: len(kinds)], values[len(kinds) :]
    pairs = [(value, True) for value in bad] + [(value, False) for value in good]
    low, high = interval(
        [
            auc(
                [(one, True) for one in random.choices(bad, k=len(bad))]
                + [(one, False) for one in random.choices(good, k=len(good))]
            )
            for _ in range(ROUNDS)
        ]
    )
    bound = sorted(good)[int(0.95 * len(good))]
    print(f"{len(bad)} planted faults among {len(good)} clean edits: AUC {told(auc(pairs))} ({told(low)}-{told(high)})")
    print(f"clean edits above .05: {sum(one > 0.05 for one in good)}; 19 of 20 are at {bound:.2f} or lower")
    for name, column in (("kind", kinds), ("language", languages)):
        for key in dict.fromkeys(column):
            own = sorted(value for value, other in zip(bad, column, strict=True) if other == key)
            above = sum(value > bound for value in own)
            print(f"  {name} {key}: {above} of {len(own)} above that, middle {own[len(own) // 2]:.2f}")
