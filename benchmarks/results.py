"""How often the outcomes of sessions are right, against labels by eye; and what judging costs.

``python -m benchmarks results HOME [--tune] [--misses]``: HOME is a data folder with the real logs. Of the labelled
sessions one half (even last byte of the uid) was for tuning, the other is reported. An answer where the label says
unknown counts as wrong. Beside each precision stands that of always giving the most frequent answer.
"""

import json
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from twiceshy.outcomes.task_results import answer_for_session, judge_session, tasks_with_edits
from twiceshy.store import session_results
from twiceshy.store.db import Store
from twiceshy.store.reads import stories

LABELS = Path(__file__).parent / "labels" / "results.json"
QUESTIONS = ("completed", "rolled_back", "tests")


def main(words: Sequence[str] = ()) -> None:
    if not words:
        print("give the data folder that holds the labelled sessions", file=sys.stderr)
        return
    half = 0 if "--tune" in words else 1
    labels = json.loads(LABELS.read_text())["labels"]
    wanted = [bytes.fromhex(uid) for uid in labels if int(uid, 16) % 2 == half]
    rows = list(judge(Path(words[0]), wanted, labels))
    print(f"{len(rows)} sessions of {len(labels)} labelled; half: {'tuned on' if half == 0 else 'reported'}")
    for question in QUESTIONS:
        report(question, rows, misses="--misses" in words)


def judge(home: Path, wanted: Sequence[bytes], labels: dict[str, dict[str, str]]) -> Iterator[dict[str, object]]:
    began, sizes = time.process_time(), []
    with Store.open(home, readonly=True) as store:
        for story in stories.read_stories(store, wanted):
            result = judge_session(story)
            sizes.append(len(session_results.encode_result(result)))
            found = {question: answer_for_session(result, question) for question in QUESTIONS}
            yield {
                "uid": story.session.hex(),
                "agent": story.agent,
                "worked": any(task.edits for task in tasks_with_edits(result)),
                "label": labels[story.session.hex()],
                "found": found,
            }
    spent = time.process_time() - began
    print(f"{spent * 1000 / max(len(sizes), 1):.1f} ms CPU a session, {sum(sizes) / max(len(sizes), 1):.0f} bytes kept")


def report(question: str, rows: Sequence[dict], *, misses: bool) -> None:  # type: ignore[type-arg]  # rows of `judge`
    pairs = [(row, row["found"][question].answer.value, row["label"][question]) for row in rows]
    answered = [pair for pair in pairs if pair[1] != "unknown"]
    right = sum(found == label for _, found, label in answered)
    known = [pair for pair in pairs if pair[2] != "unknown"]
    most, count = Counter(label for _, _, label in known).most_common(1)[0]
    worked = [pair for pair in pairs if pair[0]["worked"]]
    print(f"\n{question}: precision {share(right, len(answered))}; always '{most}' {share(count, len(worked))}")
    for answer in ("yes", "no"):
        given = [pair for pair in answered if pair[1] == answer]
        there = [pair for pair in known if pair[2] == answer]
        hits = sum(label == answer for _, _, label in given)
        print(f"  {answer}: precision {share(hits, len(given))}, recall {share(hits, len(there))}")
    print(
        f"  unknown: of sessions with work {share(sum(p[1] == 'unknown' for p in worked), len(worked))}, "
        f"of those labelled yes or no {share(sum(p[1] == 'unknown' for p in known), len(known))}"
    )
    for agent in dict.fromkeys(row["agent"] for row in rows):
        of_agent = [pair for pair in worked if pair[0]["agent"] == agent]
        given = [pair for pair in answered if pair[0]["agent"] == agent]
        if of_agent:
            print(
                f"    {agent}: right {share(sum(found == label for _, found, label in given), len(given))}, "
                f"unknown {share(sum(p[1] == 'unknown' for p in of_agent), len(of_agent))}"
            )
    if misses:
        for row, found, label in pairs:
            if found != label:
                print("   ", row["uid"][:8], row["agent"], "found", found, row["found"][question].why, "label", label)


def share(hits: int, n: int) -> str:
    return f"{hits / n:.2f} ({hits}/{n})" if n else "- (0)"
