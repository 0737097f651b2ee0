"""How good mined patterns are on tools that they were not made for, and starting patterns on logs, beside `error|fail`.

``python -m benchmarks runs_patterns [--home FOLDER]``: ten tools' made-up outputs, half to learn from and the other to
measure; with a data folder also the starting patterns on the outputs of commands that agents ran (status as logged).
"""

import argparse
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from random import Random
from typing import NamedTuple

from benchmarks.tool_outputs import HELD_OUT, Tape, played
from twiceshy.archive.db import Store
from twiceshy.commands.shell import command_heads
from twiceshy.records.runs import RunPlan, Watch
from twiceshy.run import command_shape, starting_patterns
from twiceshy.run.matchers import Matcher
from twiceshy.run.pattern_mining import FinishedRun, OutputLine, list_kinds, mine_patterns
from twiceshy.stats.intervals import wilson
from twiceshy.stats.text.fingerprint import ANSI

TESTED = 400
FAILING = 0.35
NEVER_RAN = ("command not found", "No module named pytest", "unrecognized subcommand")
"""Said by the shell or by another program in the tool's place."""
USUAL = "(?i:error|fail)"


class Counted(NamedTuple):
    """Hits among failed and good runs."""

    failed: int
    failed_hit: int
    good: int
    good_hit: int

    def precision(self) -> float:
        """Of the runs that were hit, those that failed."""
        hit = self.failed_hit + self.good_hit
        return self.failed_hit / hit if hit else 0.0

    def recall(self) -> float:
        """Of the failed runs, those that were hit."""
        return self.failed_hit / self.failed if self.failed else 0.0


def main(argv: Sequence[str] = ()) -> None:
    parser = argparse.ArgumentParser(prog="benchmarks runs_patterns", description=__doc__)
    parser.add_argument("--home", type=Path, help="a data folder that holds agents' commands")
    args = parser.parse_args(argv)
    for runs in (30, 60, 120):
        held_out(runs)
    if args.home:
        logged(args.home)


def held_out(runs: int) -> None:
    """Learn each tool from so many runs, then judge fresh ones."""
    totals: dict[str, list[Counted]] = defaultdict(list)
    for number, (name, tool) in enumerate(HELD_OUT.items()):
        rng = Random(1000 * runs + number)
        past = [played(tool, rng, failed=rng.random() < FAILING) for _ in range(runs)]
        mined = mine_patterns([seen(tape) for tape in past])
        fresh = [played(tool, rng, failed=rng.random() < FAILING) for _ in range(TESTED)]
        patterns = [one.pattern for one in mined.patterns] if mined is not None else []
        found, usual = counted(fresh, patterns), counted(fresh, [USUAL])
        totals["mined"].append(found)
        totals[USUAL].append(usual)
        if mined is not None and mined.chosen:
            totals["mined, confident"].append(found)
        confident = "confident" if mined is not None and mined.chosen else ""
        print(
            f"{runs:4d} runs  {name:18} precision {found.precision():.3f} recall {found.recall():.3f}  {USUAL} "
            f"{usual.precision():.3f} {usual.recall():.3f}  {confident} {' or '.join(patterns)}"
        )
    for name, all_of in totals.items():
        print(f"{runs:4d} runs  all {len(all_of)} tools, {name}: {summed(all_of)}")


def summed(all_of: Iterable[Counted]) -> str:
    """Precision and recall of all together."""
    whole = Counted(*(sum(column) for column in zip(*all_of, strict=True)))
    precision = wilson(whole.failed_hit, whole.failed_hit + whole.good_hit)
    recall = wilson(whole.failed_hit, whole.failed)
    wrong = wilson(whole.good_hit, whole.good)
    return (
        f"precision {precision.estimate:.3f} ({precision.low:.3f}-{precision.high:.3f}), "
        f"recall {recall.estimate:.3f} ({recall.low:.3f}-{recall.high:.3f}), "
        f"{whole.good_hit} of {whole.good} good runs hit (<= {wrong.high:.2%})"
    )


def seen(tape: Tape) -> FinishedRun:
    """A run as the miner gets it."""
    lines = [OutputLine(text, at_s) for at_s, text in tape.lines]
    return FinishedRun(tape.failed, tape.now, list_kinds(lines, str), [])


def counted(tapes: Iterable[Tape], patterns: Sequence[str]) -> Counted:
    """What the patterns hit."""
    matchers = compiled(patterns)
    found = [0, 0, 0, 0]
    for tape in tapes:
        hit = any(matcher.find(text.encode()) for _, text in tape.lines for matcher in matchers)
        found[0 if tape.failed else 2] += 1
        found[1 if tape.failed else 3] += hit
    return Counted(*found)


def compiled(patterns: Iterable[str]) -> list[Matcher]:
    return [Matcher(Watch("match", pattern), RunPlan()) for pattern in patterns]


def logged(home: Path) -> None:
    """Starting patterns on what agents' commands printed, where nothing hides the status and it ran at all."""
    usual = re.compile(USUAL)
    found: dict[str, dict[str, list[int]]] = defaultdict(lambda: {"starting": [0] * 4, USUAL: [0] * 4})
    matchers: dict[str, list[Matcher]] = {}
    with Store.open(home, readonly=True) as store:
        for tool, failed, text in outputs(store):
            if tool.name not in matchers:
                matchers[tool.name] = compiled(starting_patterns.patterns_of(tool))
            lines = [line.encode() for line in text.splitlines()]
            hits = {
                "starting": any(matcher.find(line) for line in lines for matcher in matchers[tool.name]),
                USUAL: usual.search(text) is not None,
            }
            for way, hit in hits.items():
                found[tool.name][way][0 if failed else 2] += 1
                found[tool.name][way][1 if failed else 3] += hit
    for name, ways in sorted(found.items()):
        for way, numbers in ways.items():
            print(f"logs  {name:12} {way:15} {summed([Counted(*numbers)])}")
    for way in ("starting", USUAL):
        print(f"logs  all          {way:15} {summed([Counted(*ways[way]) for ways in found.values()])}")


def outputs(store: Store) -> Iterable[tuple[starting_patterns.ToolPatterns, bool, str]]:
    """Tool, failure and output of each such command."""
    rows = store.connection.execute(
        """SELECT c.command, r.failure, r.exit_code, r.text, r.body FROM call c JOIN result r ON r.uid = c.uid
        WHERE r.exit_code IS NOT NULL AND c.action = 'run' AND c.command IS NOT NULL
          AND NOT c.background AND NOT c.masked"""
    )
    for command, failure, exit_code, text, body in rows:
        if failure in {"rejected", "cascade", "interrupted"} or exit_code in {124, 126, 127, 137, 143}:
            continue
        words = command_shape.words_in(command)
        tool = starting_patterns.find_tool(command_heads.head(words)) if words else None
        if tool is None or re.search(r"--help|--version|\bversion\b|\blist\b|\bview\b", words):
            continue
        whole = (store.bodies.text(body) if body else None) or text
        if not any(words in whole for words in NEVER_RAN):
            yield tool, failure is not None, ANSI.sub("", whole)


if __name__ == "__main__":
    main()
