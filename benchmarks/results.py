"""How often the outcomes of sessions are right, each answer by itself, against labels by eye; and what judging costs.

``python -m benchmarks results HOME ... [--misses] [--first] [--reports FOLDER]``: HOME are data folders that hold the
labelled sessions. Side by side stand the projects that rules were made on and the others. For each answer: of those
given how many are right (where the label says unknown, an answer counts as wrong; beside it the share where the label
knows), how many of those labelled so were found, and how often nothing is said. ``--first`` takes the older labels,
halved by the last bit of the uid. ``--reports`` has a folder for each benchmark run, named like its instance, with the
``report.json`` of the benchmark's own hidden tests: a stronger truth than done, as a figure of its own.
"""

import json
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from twiceshy.archive import session_results
from twiceshy.archive.db import Store
from twiceshy.archive.reads import stories
from twiceshy.judgement.outcomes.task_results import answer_for_session, judge_session
from twiceshy.stats import intervals

LABELS = Path(__file__).parent / "labels" / "results-2.json"
FIRST_LABELS = Path(__file__).parent / "labels" / "results.json"
QUESTIONS = ("completed", "corrected", "rolled_back", "tests")
PARTS = {"tune": "rules were made on", "held": "held back", "field": "held back, came last"}
HELD_OWNERS = ("sphinx-doc", "scikit-learn", "psf", "mwaskom", "pallets")
"""Owners of repositories whose benchmark runs no rule was made on."""
Labels = Mapping[str, Mapping[str, str]]


class Judged(NamedTuple):
    """One labelled session."""

    uid: str
    agent: str
    part: str
    label: Mapping[str, str]
    found: Mapping[str, str]
    why: Mapping[str, str]


def main(words: Sequence[str] = ()) -> None:
    reports = Path(words[words.index("--reports") + 1]) if "--reports" in words else None
    homes = [Path(word) for word in words if not word.startswith("--") and Path(word) != reports]
    if not homes:
        print("give the data folders that hold the labelled sessions", file=sys.stderr)
        return
    labels = read_labels(first="--first" in words)
    rows = [row for home in homes for row in judge(home, labels)]
    print(f"{len(rows)} sessions of {len(labels)} labelled")
    for question in QUESTIONS:
        asked = [row for row in rows if question in row.label]
        if asked:
            report(question, asked, misses="--misses" in words)
    if reports is not None:
        for home in homes:
            report_resolved(home, reports)


def read_labels(*, first: bool) -> Labels:
    """The labels by the hex of the session's uid, each with its part; of the older ones odd uids are held back."""
    if not first:
        return json.loads(LABELS.read_text())["labels"]  # type: ignore[no-any-return]  # as the file is written
    known = json.loads(FIRST_LABELS.read_text())["labels"]
    return {uid: {**one, "part": "held" if int(uid, 16) % 2 else "tune"} for uid, one in known.items()}


def judge(home: Path, labels: Labels) -> Iterator[Judged]:
    began, sizes = time.process_time(), []
    with Store.open(home, readonly=True) as store:
        for story in stories.read_stories(store, [bytes.fromhex(uid) for uid in labels]):
            result = judge_session(story)
            sizes.append(len(session_results.encode_result(result)))
            uid = story.session.hex()
            answers = {question: answer_for_session(result, question) for question in QUESTIONS}
            yield Judged(
                uid=uid,
                agent=story.agent,
                part=labels[uid]["part"],
                label=labels[uid],
                found={question: one.answer.value for question, one in answers.items()},
                why={question: one.why for question, one in answers.items()},
            )
    spent = time.process_time() - began
    print(f"{spent * 1000 / max(len(sizes), 1):.1f} ms CPU a session, {sum(sizes) / max(len(sizes), 1):.0f} bytes kept")


def report(question: str, rows: Sequence[Judged], *, misses: bool) -> None:
    print(f"\n{question.replace('_', ' ')}")
    for part, name in PARTS.items():
        mine = [row for row in rows if row.part == part]
        if not mine:
            continue
        known = [row for row in mine if row.label[question] != "unknown"]
        silent = sum(row.found[question] == "unknown" for row in known)
        print(f"  {name}: {len(mine)} sessions; labelled {count(row.label[question] for row in mine)}")
        for answer in ("yes", "no"):
            given = [row for row in mine if row.found[question] == answer]
            told = [row for row in given if row.label[question] != "unknown"]
            right = sum(row.label[question] == answer for row in given)
            there = sum(row.label[question] == answer for row in mine)
            print(
                f"    {answer}: precision {share(right, len(given))}, where the label knows "
                f"{share(right, len(told))}, recall {share(right, there)}"
            )
        print(f"    unknown, of those labelled yes or no: {share(silent, len(known))}")
        for row in mine if misses else ():
            if row.found[question] != row.label[question]:
                print("     ", row.uid[:8], row.agent, "found", row.found[question], row.why[question], end=" ")
                print("label", row.label[question])


def report_resolved(home: Path, reports: Path) -> None:
    """How often benchmark runs that were said to be completed had solved their task, by the hidden tests."""
    solved = {file.parent.name: read_resolved(file) for file in sorted(reports.glob("*/report.json"))}
    pairs = Counter[tuple[str, str, bool]]()
    with Store.open(home, readonly=True) as store:
        rows = store.connection.execute(
            """SELECT s.uid, min(f.name) FROM session s JOIN session_source x ON x.session_id = s.id
            JOIN source f ON f.id = x.source_id WHERE s.agent = 'mini-swe-agent' GROUP BY s.id"""
        )
        instance = {uid: Path(name).parent.name for uid, name in rows if Path(name).parent.name in solved}
        for story in stories.read_stories(store, instance):
            name = instance[story.session]
            part = "held" if name.startswith(HELD_OWNERS) else "tune"
            answer = answer_for_session(judge_session(story), "completed").answer.value
            pairs[part, answer, solved[name]] += 1
    for part, answer in ((part, answer) for part in ("tune", "held") for answer in ("yes", "no", "unknown")):
        n = pairs[part, answer, True] + pairs[part, answer, False]
        if n:
            print(f"{PARTS[part]}: completed {answer}: hidden tests pass in {share(pairs[part, answer, True], n)}")


def read_resolved(file: Path) -> bool:
    tree = json.loads(file.read_text())
    return bool(tree.get("resolved", next(iter(tree.values()), {}) if isinstance(tree, dict) else False))


def count(answers: Iterable[str]) -> str:
    return ", ".join(f"{answer} {n}" for answer, n in sorted(Counter(answers).items()))


def share(hits: int, n: int) -> str:
    """The share with its 95 % interval.

    >>> share(9, 10)
    '.90 (.60-.98), 9 of 10'
    """
    if not n:
        return "- (0)"
    _, low, high = intervals.wilson(hits, n)
    return f"{short(hits / n)} ({short(low)}-{short(high)}), {hits} of {n}"


def short(value: float) -> str:
    return f"{value:.2f}".removeprefix("0") if value < 1 else "1"
