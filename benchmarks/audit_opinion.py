"""How much of what the rules are made to miss is found by audit's second opinion.

``python -m benchmarks audit_opinion [--seeds N] [--rules]``. Each rule is switched off by its id; of the samples that
it alone had caught, those that now stand in the clear are stored, unredacted further, in a data folder of their own.
Then audit looks at the folder, with no rules at all, and a value counts as found when a certain or likely finding of
about its length stands in its text. The samples are of three hands:

- each rule's own, drawn by the program: whoever wrote the second opinion never saw them;
- half a of the strangers' corpus, on which the second opinion was tuned;
- values of every kind in places that say nothing, and echoes: a value that a rule caught, repeated by a tool.
"""

import argparse
import json
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from benchmarks.redaction_corpus import stranger
from benchmarks.redaction_corpus.stranger_values import draw_value
from twiceshy.archive.database_texts import read_cells
from twiceshy.base.config import Config
from twiceshy.logs.collect.ingest_logs import ingest
from twiceshy.privacy.audit import Audit
from twiceshy.privacy.policy import RedactionLevel, RedactionRules, load_rules, parse_family
from twiceshy.privacy.samples import expand
from twiceshy.privacy.scrub import Scrubber
from twiceshy.recipes.keep.redaction import audit

SALT = bytes(range(32))
GOAL = 0.8
PLACES = (
    "it is {} now",
    '{{"value": "{}"}}',
    "config.set('{}')",
    "GET /v2/{} 200",
    "2026-11-20T10:00:01Z INFO start {}",
    "| name | {} |",
)
"""Places that say nothing of what stands in them."""
TOKENS = [
    "ghp",
    "glpat",
    "xoxb",
    "sk_live",
    "gapi",
    "openai_proj",
    "anthropic",
    "hf",
    "groq",
    "npm",
    "pypi",
    "dckr",
    "sendgrid",
    "dop",
    "linear",
    "figma",
    "shpat",
    "dapi",
    "glsa",
    "hvs",
    "doppler",
    "pulumi",
    "sbp",
    "age",
    "postman",
    "dynatrace",
    "tailscale",
    "nvapi",
    "jwt",
    "telegram",
    "aws_id",
    "azclient",
    "tfc",
    "email",
    "ip4",
]
ECHOES = (
    "export DB_PASSWORD={0}\n$ ./seed\nERROR 1049: Unknown database '{0}'",
    "client --password {0}\nclient: unrecognized arguments: {0}",
    "PGPASSWORD={0} psql\n+ connect orders {0} db",
    "password: {0}\nTypeError: cannot convert '{0}' to int",
    "API_SECRET={0}\nbash: {0}: command not found",
    "mysql --password={0} shop\n| Query | GRANT ALL TO shop, {0} |",
    'curl -H "Authorization: Bearer {0}" x\ncurl: (6) Could not resolve host: {0}',
    "redis://:{0}@cache:6379\n(error) ERR unknown command {0}",
    'token = "{0}"\nassert response.text == "{0}"',
    "DB_PASSWORD={0}\nusage: seed USER PASS\nseed: {0}: no such user",
)
ECHOED = ("pw", "pwsafe", "pwdash", "pwword", "pwsym", "hex32", "an40")
NO_RULES = """
[[rule]]
id = "nothing"
kind = "nothing"
regex = "qzjxk{40}"
source = "none"
hits = ["none"]
misses = ["none"]
"""


class Planted(NamedTuple):
    """One text with a value, of one hand."""

    hand: str
    text: str
    value: str


class Leak(NamedTuple):
    """A text as it would be stored with one rule switched off."""

    hand: str
    rule: str
    """Empty: all rules together leave it in the clear."""
    text: str
    value: str


def main(argv: list[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=2, help="values drawn for each sample (%(default)s)")
    parser.add_argument("--rules", action="store_true", help="print the share of each rule")
    args = parser.parse_args(argv)
    start = time.process_time()
    leaks = list(dict.fromkeys(list_leaks(args.seeds)))
    print(f"{len(leaks)} values in the clear, of {len({one.rule for one in leaks})} rules switched off one by one")
    with tempfile.TemporaryDirectory() as folder:
        found = judge(leaks, Path(folder))
    tell(leaks, found)
    if args.rules:
        for rule in sorted({one.rule for one in leaks}):
            of_it = [certainty for one, certainty in zip(leaks, found, strict=True) if one.rule == rule]
            print(f"  {rule or '(none)':<40} {sum(one in SURE for one in of_it):>4} of {len(of_it)}")
    print(f"{time.process_time() - start:.0f} CPU s")


SURE = ("certain", "likely")


def tell(leaks: Sequence[Leak], found: Sequence[str]) -> None:
    """Print what was found, by hand."""
    every, sure, possible = Counter[str](), Counter[str](), Counter[str]()
    for one, certainty in zip(leaks, found, strict=True):
        names = (one.hand, *(["every rule switched off"] if one.rule else []))
        for name in names:
            every[name] += 1
            sure[name] += certainty in SURE
            possible[name] += certainty == "possible"
    for name in sorted(every):
        share = sure[name] / every[name]
        print(f"  {name:<52} {sure[name]:>5} of {every[name]:<5} = {share:.3f}   possible {possible[name]}")
    name = "every rule switched off"
    print(f"goal {GOAL}: {'met' if sure[name] >= GOAL * every[name] else 'not met'}")


def list_leaks(seeds: int) -> Iterator[Leak]:
    """Yield what stands in the clear when one rule is switched off, and what all rules leave."""
    rules = load_rules()
    whole = Scrubber(rules, SALT, RedactionLevel.STANDARD)
    planted = list(list_planted(rules, seeds))
    by_rule: dict[str, list[Planted]] = {}
    for one in planted:
        if longest_line(one.value) in whole.text(one.text):
            if not one.hand.startswith("a rule's own"):
                yield Leak(f"{one.hand}, missed by all rules", "", whole.text(one.text), one.value)
            continue
        for span in whole.detector.find(one.text):
            if span.start < one.text.find(one.value) + len(one.value) and one.text.find(one.value) < span.end:
                by_rule.setdefault(span.rule, []).append(one)
    for rule, samples in by_rule.items():
        rest = replace(rules, rules=tuple(one for one in rules.rules if one.rule.id != rule))
        scrubber = Scrubber(rest, SALT, RedactionLevel.STANDARD, engine="re2")
        for one in dict.fromkeys(samples):
            text = scrubber.text(one.text)
            if longest_line(one.value) in text:
                yield Leak(one.hand, rule, text, one.value)


def longest_line(value: str) -> str:
    return max(value.split("\n"), key=len)


def list_planted(rules: RedactionRules, seeds: int) -> Iterator[Planted]:
    """Yield all samples."""
    for seed in range(seeds):
        for rule in rules.rules:
            if rule.level is RedactionLevel.STANDARD:
                samples = [expand(text, seed=seed) for text in rule.hits]
                yield from (Planted("a rule's own samples", one.text, one.secret) for one in samples)
        rng = random.Random(seed)
        for kind in TOKENS:
            for place in PLACES:
                value = draw_value(kind, rng)
                yield Planted("in places that say nothing", place.format(value), value)
        for echo in ECHOES:
            for kind in ECHOED:
                value = draw_value(kind, rng)
                yield Planted("echoes", echo.format(value), value)
    for case in stranger.cases("stranger_a", draws=seeds):
        if case.pieces:
            first, last = max(case.pieces, key=lambda piece: piece[1] - piece[0])
            hand = "the strangers' half a, promised" if case.promised else "the strangers' half a, not promised"
            yield Planted(hand, case.text, case.text[first:last])


def judge(leaks: Sequence[Leak], folder: Path) -> list[str]:
    """Store the texts as they are, audit the folder without rules, and return how certain each find is."""
    nothing = RedactionRules(rules=tuple(parse_family(NO_RULES, "keys")))
    for module in list(sys.modules.values()):
        if getattr(module, "load_rules", None) is load_rules and module.__name__ != __name__:
            module.load_rules = lambda: nothing  # type: ignore[attr-defined]  # every recipe that asks for the rules
    home = folder / "home"
    home.mkdir(mode=0o700)
    (home / "salt").write_bytes(SALT)
    write_logs(leaks, folder / "logs" / "-srv-shop")
    config = Config(home=home)
    ingest([folder / "logs"], config)
    start = time.process_time()
    report = audit(config, possible=True)
    took = time.process_time() - start
    print(f"audit without rules: {report.size / 1e6:.1f} MB, {report.size / 1e6 / took:.1f} MB a CPU-s")
    return [best_of(sizes, one.value) for one, sizes in zip(leaks, match_places(report, home, len(leaks)), strict=True)]


def write_logs(leaks: Sequence[Leak], folder: Path) -> None:
    """Write a Claude Code log with the texts as prompts, fifty a session."""
    folder.mkdir(parents=True)
    for first in range(0, len(leaks), 50):
        session = f"{first:08}-0000-4000-8000-000000000000"
        lines = [
            {
                "type": "user",
                "sessionId": session,
                "uuid": f"{number:08}-0000-4000-9000-000000000000",
                "parentUuid": None,
                "timestamp": f"2026-11-20T10:00:{number % 50:02}.000Z",
                "cwd": "/srv/shop",
                "version": "2.0.0",
                "message": {"role": "user", "content": f"sample {number} begins\n{one.text}"},
            }
            for number, one in enumerate(leaks[first : first + 50], first)
        ]
        text = "".join(json.dumps(line) + "\n" for line in lines)
        (folder / f"{session}.jsonl").write_text(text, encoding="utf-8")


def match_places(report: Audit, home: Path, count: int) -> list[list[tuple[str, int]]]:
    """Return, for each text, the certainty and the length of what was found where it stands."""
    found: dict[tuple[str, str | None, str, str | None], list[tuple[str, int]]] = {}
    for one in report.findings:
        assert one.by != "rules", "the rules are switched off"
        found.setdefault((one.file, one.table, one.row, one.column), []).append((one.certainty, one.size))
    texts: list[list[tuple[str, int]]] = [[] for _ in range(count)]
    seen = 0
    for name in ("twiceshy.db", "bodies.db"):
        for cell in read_cells(home / name):
            if cell.content.startswith(b"sample ") and b" begins\n" in cell.content[:30]:
                number = int(cell.content[7:].partition(b" ")[0])
                texts[number] += found.get((name, cell.table, cell.row, cell.column), [])
                seen += 1
    print(f"{seen} of {count} texts stand in the store")
    return texts


def best_of(found: Sequence[tuple[str, int]], value: str) -> str:
    """Return the certainty of the best find of about the value's length."""
    size = len(value.encode())
    fits = [certainty for certainty, length in found if min(6, size) <= length and size / 2 <= length <= size * 1.5 + 6]
    return next((certainty for certainty in (*SURE, "possible") if certainty in fits), "")


if __name__ == "__main__":
    main(sys.argv[1:])
