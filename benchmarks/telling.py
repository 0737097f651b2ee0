"""How often the telling line of a failure is right, against lines marked by eye.

``python -m benchmarks telling [HOME] [--misses]``: without a data folder the invented outputs of tools, in the form of
each tool: those that rules were written from (the tests' own) beside those of other tools. With one, the labelled
failures in it, by half and agent. An answer is right if it stands in a marked line and is at least half of it.
"""

import json
import re
import sys
import time
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b
from pathlib import Path

from twiceshy.archive.db import Store
from twiceshy.commands.telling import find_telling_line, is_message
from twiceshy.stats.intervals import wilson

ROOT = Path(__file__).parent
LABELS = ROOT / "labels" / "telling.json"
FORMS = {
    "tools, tuned on": sorted((ROOT.parent / "tests" / "commands" / "telling" / "forms").glob("*.toml")),
    "other tools": [ROOT / "cases" / "telling.toml"],
    "other tools, second": [ROOT / "cases" / "telling-second.toml"],
}
LONGEST = 230
PLACEHOLDER = re.compile(r"\[([a-z][a-z0-9-]{1,30}):[0-9a-f]{6}\]")


def main(words: Sequence[str] = ()) -> None:
    misses = "--misses" in words
    folders = [word for word in words if not word.startswith("-")]
    for name, files in FORMS.items():
        report(name, list(judge_forms(files)), misses=misses)
    if folders:
        found: dict[str, list[tuple[str, bool, str]]] = defaultdict(list)
        for half, agent, row in judge_store(Path(folders[0])):
            found[f"{half}, {agent}"].append(row)
            found[f"{half}, all"].append(row)
        for name in sorted(found):
            report(name, found[name], misses=misses and name.endswith("all"))


def report(name: str, rows: list[tuple[str, bool, str]], *, misses: bool) -> None:
    good = sum(right for _, right, _ in rows)
    span = wilson(good, len(rows))
    print(f"{name:28} {good:4} of {len(rows):4}  {good / len(rows):.3f}  ({span.low:.2f}-{span.high:.2f})")
    for about, right, answer in rows if misses else ():
        if not right:
            print(f"    {about}: {answer[:120]}")


def judge_forms(files: Iterable[Path]) -> Iterator[tuple[str, bool, str]]:
    for path in files:
        for case in tomllib.loads(path.read_text(encoding="utf-8"))["case"]:
            marked = {line.partition("»")[2].partition('\\n"')[0] for line in case["text"].split("\n") if "»" in line}
            answer = find_telling_line(case["text"].replace("»", ""))
            yield case.get("tool") or case["name"], fits(answer, marked, silent=not marked), answer


def judge_store(home: Path) -> Iterator[tuple[str, str, tuple[str, bool, str]]]:
    """Judge the labelled failures that a data folder has, and say what that cost."""
    labels = json.loads(LABELS.read_text())["labels"]
    spent, size, lost = 0.0, 0, 0
    with Store.open(home, readonly=True) as store:
        for uid, label in labels.items():
            row = store.connection.execute(
                "SELECT text, body, exit_code FROM result WHERE uid = ?", (bytes.fromhex(uid),)
            ).fetchone()
            if row is None:
                lost += 1
                continue
            text = row[0] if row[1] is None else store.body(row[1])
            began = time.process_time()
            answer = find_telling_line(text, row[2])
            spent, size = spent + time.process_time() - began, size + len(text)
            marks = set(label["lines"])
            marked = {line for line in text.replace("\r", "\n").split("\n") if mark_line(line) in marks}
            right = fits(answer, marked, silent=label["silent"]) or answer in label.get("words", ())
            yield label["half"], label["agent"], (uid[:8], right, answer)
    print(f"{1e3 * spent / max(1e-9, size / 1e6):.0f} CPU ms a MB; {lost} labelled failures are not in this store")


def mark_line(line: str) -> str:
    """Return the mark of a line, which tells nothing of its words; a redacted value's mark differs by store."""
    return blake2b(" ".join(PLACEHOLDER.sub(r"[\1]", line).split()).encode(), digest_size=6).hexdigest()


def fits(answer: str, marked: Iterable[str], *, silent: bool) -> bool:
    """Tell whether an answer is one of the marked lines, or that there is none where that is right."""
    if not is_message(answer):
        return silent
    said = " ".join(answer.split()).rstrip("…").strip()
    lines = [" ".join(line.split()) for line in marked]
    return any((said in line and 2 * len(said) >= min(len(line), LONGEST)) or said.startswith(line) for line in lines)


if __name__ == "__main__":
    main(sys.argv[1:])
