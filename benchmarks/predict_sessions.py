"""Whether what sessions read helps to rank the files of their commits, and the weights of ``rerank.py``.

``python -m benchmarks predict_sessions --home STORE --links FOLDER NAME=REPOSITORY ...``. ``FOLDER/NAME.jsonl`` says
which session led to which commits. A case is one commit at the moment of its session's first edit since the commit
before: known are the commits before it and what the session read, searched in or named in commands until then. It is
asked twice: by the commit's subject, and by the last prompt before the edit. Weights for one repository are fitted on
the others. Beside it: what *earlier* sessions with two words of the task changed or read.
"""

import argparse
import json
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from twiceshy.logs.commit_words import read_changes
from twiceshy.records.predictions import HistoryCommit
from twiceshy.stats.text.text_words import split_words
from twiceshy_git.predict.calibration import brier_skill, calibration_error, dot, fit_logistic_weights, sigmoid
from twiceshy_git.predict.features import find_candidates
from twiceshy_git.predict.index import Index
from twiceshy_git.predict.model import load_general_model, sort_places
from twiceshy_git.predict.rank import Row, describe_files
from twiceshy_git.predict.ranking_evaluation import (
    RankingMetrics,
    average_metrics,
    compare_metrics,
    measure_ranking,
    targets_of,
)
from twiceshy_git.predict.ranking_task import build_task, find_file_names

KINDS = ("subject", "prompt")
CALLS = "SELECT at, action, path, command FROM call WHERE session_id = ? AND at IS NOT NULL ORDER BY rank"
PROMPTS = "SELECT at, text FROM prompt WHERE session_id = ? AND human AND at IS NOT NULL ORDER BY rank"
CHANGING = ("edit", "write")
MOST_COMMAND = 2000  # characters
KEPT_MISSES = 60  # a ranking's best, and all seen ones, go into a fit


class Call(NamedTuple):
    """One stored call."""

    at: float
    action: str
    path: str | None
    command: str | None


@dataclass(slots=True)
class Session:
    """What is asked of a stored session."""

    calls: list[Call]
    prompts: list[tuple[float, str]]


class Asked(NamedTuple):
    """One ranking of one case."""

    rows: list[Row]
    hits: list[bool]
    earlier: list[tuple[float, float]]
    """Of each file, in how many earlier sessions about it it was changed, and read."""
    targets: int


def main(argv: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="benchmarks predict_sessions", description=__doc__)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--links", type=Path, required=True)
    parser.add_argument("repositories", nargs="+", metavar="NAME=REPOSITORY")
    args = parser.parse_args(argv)
    connection = sqlite3.connect(f"file:{args.home / 'twiceshy.db'}?mode=ro", uri=True)
    ids = dict(connection.execute("SELECT native_id, id FROM session"))
    cases: dict[str, dict[str, list[Asked]]] = {}
    for one in args.repositories:
        name, _, repo = one.partition("=")
        linked: dict[str, list[int]] = defaultdict(list)
        for line in (args.links / f"{name}.jsonl").read_text().splitlines():
            row = json.loads(line)
            for commit in row["commits"] if row["session_id"] in ids else ():
                linked[commit].append(ids[row["session_id"]])
        sessions = {one: session(connection, one) for each in linked.values() for one in each}
        cases[name] = asked_of(Path(repo), linked, sessions)
        print(f"{name}: {len(cases[name]['subject'])} cases", flush=True)
    for kind in KINDS:
        show(kind, {name: found[kind] for name, found in cases.items()})
    every = [case for found in cases.values() for kind in KINDS for case in found[kind]]
    print("weights, all cases:", tuple(round(weight, 4) for weight in fitted(every, seen_rows)))


def session(connection: sqlite3.Connection, number: int) -> Session:
    """The calls and human prompts of a stored session."""
    calls = [Call(seconds(at), *rest) for at, *rest in connection.execute(CALLS, (number,))]
    return Session(calls, [(seconds(at), text) for at, text in connection.execute(PROMPTS, (number,))])


def seconds(at: str) -> float:
    """Seconds since 1970 of a stored time."""
    return datetime.fromisoformat(at).timestamp()


def asked_of(repo: Path, linked: dict[str, list[int]], sessions: dict[int, Session]) -> dict[str, list[Asked]]:
    """The cases of one repository, by how they are asked."""
    index, done = Index(), dict.fromkeys(sessions, 0.0)
    found: dict[str, list[Asked]] = {kind: [] for kind in KINDS}
    for change in read_changes(repo, salt=b""):
        for number in sorted(linked.get(change.id, ())):
            moment = first_edit(sessions[number], done[number], change.at)
            if moment and index.numbers_of(targets_of(change)):
                done[number] = change.at
                for kind, text in texts(sessions[number], change, moment):
                    found[kind].append(case(index, change, text, (number, moment), sessions))
                break
        index.learn(change)
    return found


def first_edit(one: Session, after: float, before: float) -> float:
    """Time of the first change of a file in the span; 0 for none."""
    return min((call.at for call in one.calls if call.action in CHANGING and after < call.at < before), default=0.0)


def texts(one: Session, change: HistoryCommit, moment: float) -> Iterator[tuple[str, str]]:
    """What is asked."""
    yield "subject", change.subject
    yield "prompt", next((text for at, text in reversed(one.prompts) if at <= moment), "")


def case(index: Index, change: HistoryCommit, text: str, now: tuple[int, float], sessions: dict[int, Session]) -> Asked:
    """One ranking before the commit is known."""
    number, moment = now
    task = build_task(index, text, at=int(moment), author=change.author)
    found = find_candidates(index, task)
    scores = load_general_model().scores(found)
    places = sort_places(found, scores)
    seen = looked_at(index, sessions[number], moment)
    files, rows = describe_files([scores[place] for place in places], [found.files[place] for place in places], seen)
    targets = targets_of(change)
    known = set(index.numbers_of(targets))
    earlier = about(index, set(split_words(text)), sessions, sessions[number].calls[0].at)
    return Asked(
        rows,
        [file in known for file in files],
        [(float(earlier[file][0]), float(earlier[file][1])) for file in files],
        len(targets),
    )


def looked_at(index: Index, one: Session, moment: float) -> list[int]:
    """Files that the session read, searched in or named in a command before, newest last."""
    seen = []
    for call in one.calls:
        if call.at < moment and call.action not in CHANGING:
            names = [call.path] if call.path else list(find_file_names((call.command or "")[:MOST_COMMAND]))
            seen += [file for name in names for file in here(index, name)]
    return seen


def about(index: Index, asked_words: set[str], sessions: dict[int, Session], before: float) -> dict[int, list[int]]:
    """Of each file, how many sessions that ended before and share two words with the task changed or read it."""
    found: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for one in sessions.values():
        if not one.calls or one.calls[-1].at >= before:
            continue
        if not any(len(asked_words & set(split_words(text))) >= 2 for _, text in one.prompts):
            continue
        touched: dict[int, bool] = {}
        for call in one.calls:
            for file in here(index, call.path) if call.path else ():
                touched[file] = touched.get(file, False) or call.action in CHANGING
        for file, changed in touched.items():
            found[file][0 if changed else 1] += 1
    return found


def here(index: Index, path: str) -> list[int]:
    """The file that the path ends in."""
    parts = path.replace("\\", "/").split("/")
    return next((known for at in range(len(parts)) if (known := index.numbers_of(["/".join(parts[at:])]))), [])


def seen_rows(one: Asked) -> list[Row]:
    """What ``twiceshy_git/predict/rank.py`` fits on."""
    return one.rows


def earlier_rows(one: Asked) -> list[Row]:
    """The same with earlier sessions instead of this one."""
    return [
        (*row[:4], min(changed, 3.0), min(read, 3.0))
        for row, (changed, read) in zip(one.rows, one.earlier, strict=True)
    ]


def plain_rows(one: Asked) -> list[Row]:
    """Neither: what refitting alone does."""
    return [row[:4] for row in one.rows]


def fitted(cases: Sequence[Asked], rows_of: Callable[[Asked], list[Row]]) -> list[float]:
    """Weights of a logistic regression."""
    rows, hits = [], []
    for one in cases:
        for place, (row, hit) in enumerate(zip(rows_of(one), one.hits, strict=True)):
            if place < KEPT_MISSES or hit or any(row[4:]):
                rows.append(row)
                hits.append(float(hit))
    return fit_logistic_weights(rows, hits)


WAYS = {"refitted": plain_rows, "earlier sessions": earlier_rows, "seen in this session": seen_rows}


def show(kind: str, cases: dict[str, list[Asked]]) -> None:
    """Rankings side by side, each repository by weights of the others."""
    marks: dict[str, list[RankingMetrics]] = defaultdict(list)
    sure: dict[str, list[tuple[float, bool]]] = defaultdict(list)
    print(f"\nasked by the {kind}")
    for name, own in cases.items():
        others = [one for other, found in cases.items() if other != name for one in found]
        marks["model"] += [marked(one, [row[1] for row in one.rows]) for one in own]
        marks["seen alone, newest first"] += [marked(one, [row[5] for row in one.rows]) for one in own]
        for way, rows_of in WAYS.items():
            weights = fitted(others, rows_of)
            values = [[dot(weights, row) for row in rows_of(one)] for one in own]
            marks[way] += [marked(one, each) for one, each in zip(own, values, strict=True)]
            for one, each in zip(own, values, strict=True):
                stated = ((sigmoid(value), one.hits[at]) for at, value in enumerate(each))
                sure[way] += sorted(stated, key=lambda pair: -pair[0])[:10]
        before, after = (average_metrics(marks[way][-len(own) :]) for way in ("model", "seen in this session"))
        print(f"  {name}: MRR {before.mrr:.3f} -> {after.mrr:.3f}, R@10 {before.recall10:.3f} -> {after.recall10:.3f}")
    print("| ranking | MRR / R@10 / P@1 | MRR lead (95 %) | R@10 lead (95 %) | ECE / Brier skill |")
    print("|---" * 5 + "|")
    for way, rows in marks.items():
        means, lead = average_metrics(rows), compare_metrics(rows, marks["model"])
        given, hits = [one for one, _ in sure[way]], [hit for _, hit in sure[way]]
        told = f"{calibration_error(given, hits):.3f} / {brier_skill(given, hits):+.2f}" if given else ""
        leads = " | ".join("{:+.3f} ({:+.3f} to {:+.3f})".format(*lead[mark]) for mark in ("mrr", "recall10"))
        print(f"| {way} | {means.mrr:.3f} / {means.recall10:.3f} / {means.precision1:.3f} | {leads} | {told} |")


def marked(one: Asked, values: Sequence[float]) -> RankingMetrics:
    """The marks of the files by falling value."""
    places = sorted(range(len(values)), key=lambda at: (-values[at], at))[:10]
    ranking = [str(at) for at in places]
    missed = one.targets - sum(one.hits)
    every = {str(at) for at, hit in enumerate(one.hits) if hit} | {f"missed {number}" for number in range(missed)}
    return measure_ranking(ranking, frozenset(every))
