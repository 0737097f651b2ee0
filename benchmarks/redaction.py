"""Redaction in MB of text per CPU-second: every rule on, text unique.

``python -m benchmarks redaction [FOLDER ...]``: on text that is made here, and on the unique strings of the JSONL
files below each folder. Beside it an alternation of the same rules' triggers with Python's ``re``, on a part of it.
"""

import random
import re
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import orjson

from twiceshy.privacy.policy import RedactionLevel, load_rules
from twiceshy.privacy.samples import expand
from twiceshy.privacy.scrub import Scrubber
from twiceshy.privacy.secrets.secret_triggers import list_match_libraries

MADE_MB = 40
BATCH_MB = 1
BASELINE_MB = 1
SLOW_MB = 10
WORDS = (  # noqa: SIM905  # a list of fifty lines helps nobody
    "def return import from self value result error test path file line count index name config session token user "
    "request response async await const function export class interface string number true false null if else for while"
).split()


def main(argv: list[str]) -> None:
    measure("made here", made(MADE_MB))
    for name in argv:
        measure(name, unique_strings(Path(name)))


def measure(name: str, texts: list[str]) -> None:
    size = sum(map(len, texts))
    print(f"{name}: {len(texts):,} texts, {size / 1e6:.1f} MB")
    rules = load_rules()
    for level in RedactionLevel:
        scrubber = Scrubber(rules, bytes(32), level)
        speed = rate(texts, scrubber.texts)
        print(
            f"  {scrubber.detector.engine}, {level}: {speed:.0f} MB per CPU-s; {dict(scrubber.counts.most_common(6))}"
        )
    if len(list_match_libraries()) > 1:
        second = Scrubber(rules, bytes(32), RedactionLevel.STANDARD, engine=list_match_libraries()[-1])
        print(f"  {second.detector.engine}, standard: {rate(part(texts, SLOW_MB), second.texts):.0f} MB per CPU-s")
    plain = re.compile("|".join(f"(?:{local(rule.trigger)})" for rule in rules.at(RedactionLevel.STANDARD)))
    speed = rate(part(texts, BASELINE_MB), lambda some: [plain.search(text) for text in some])
    print(f"  re, one alternation, finding only: {speed:.1f} MB per CPU-s")


def local(pattern: str) -> str:
    """The pattern with its flags where Python's re wants them."""
    return "".join(f"(?i:{piece})" if number else piece for number, piece in enumerate(pattern.split("(?i)", 1)))


def rate(texts: Sequence[str], function: Callable[[Sequence[str]], object]) -> float:
    """MB per CPU-second, in batches as an ingest makes them."""
    function(texts[:10])
    started = time.process_time()
    batch: list[str] = []
    size = total = 0
    for text in texts:
        batch.append(text)
        size += len(text)
        if size >= BATCH_MB << 20:
            function(batch)
            total += size
            batch, size = [], 0
    function(batch)
    return (total + size) / 1e6 / (time.process_time() - started)


def part(texts: Sequence[str], size_mb: int) -> list[str]:
    some, size = [], 0
    for text in texts:
        some.append(text)
        size += len(text)
        if size >= size_mb << 20:
            break
    return some


def made(size_mb: int) -> list[str]:
    """Unique texts like those of session logs: many short, some long, a path in many, a secret in one of 200."""
    rng = random.Random(7)
    templates = [template for one in load_rules().rules for template in one.hits]
    texts, size = [], 0
    while size < size_mb << 20:
        lines = []
        for _ in range(rng.choice((1, 1, 2, 5, 30, 200))):
            words = " ".join(rng.choices(WORDS, k=rng.randint(3, 14)))
            lines.append(f"{rng.randint(1, 9999):>5}  {words} {rng.random()}")
        if rng.random() < 0.3:
            lines.append(f"/home/kestrel{rng.randint(1, 9)}/src/{rng.choice(WORDS)}/{rng.random()}.py")
        if rng.random() < 0.005:
            lines.append(expand(rng.choice(templates), rng.randint(0, 999)).text)
        texts.append("\n".join(lines))
        size += len(texts[-1])
    return texts


def unique_strings(folder: Path) -> list[str]:
    """Every different string in the JSON lines below the folder."""
    found: dict[str, None] = {}
    for path in sorted(folder.rglob("*.jsonl")):
        for line in path.read_bytes().splitlines():
            try:
                waiting = [orjson.loads(line)]
            except orjson.JSONDecodeError:
                continue
            while waiting:
                value = waiting.pop()
                if isinstance(value, str):
                    found[value] = None
                elif isinstance(value, dict):
                    waiting += value.values()
                elif isinstance(value, list):
                    waiting += value
    return list(found)


if __name__ == "__main__":
    main(sys.argv[1:])
