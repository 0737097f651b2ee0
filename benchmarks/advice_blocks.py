"""How often the policy of refusals refuses a call that would have worked, in simulated use where the truth is known.

``python -m benchmarks advice_blocks [--sessions N] [--times N] [--seed S]``

Commands that always fail, commands that fail with a fixed chance of .5 to .99, and commands that always fail until they
are mended. The kind of error always is one that may be refused, and the kind of rule has a good record: only the counts
stand between a command and its refusal. Each case is played three times:

- seen: the end of every call is known, as in a replay of logs;
- live: a refused call is not made and teaches nothing; the lot that holds rules back in 15 % of sessions lets it
  through there, and its success is seen after the session. Nobody overrides, which is the worst case;
- again: as live, and who tries the same call again in the session is let through, as the gate does.

A matched call is one for which there was a rule with enough evidence; a false refusal is one of a call that would have
worked. Nothing was tuned on this.
"""

import argparse
import math
import time
from collections.abc import Iterator
from random import Random
from typing import NamedTuple

from twiceshy.advice import policy
from twiceshy.advice.rule_drafts import TrialCounts
from twiceshy.base.config import Config
from twiceshy.records.rules import Level, Precision, RuleKind, TrialTally
from twiceshy.stats.intervals import wilson

SEED = 20261122
ERROR = "command not found"
RECORD = Precision(kind=RuleKind.COMMAND, warnings=100, right=90)
PRESENT, MOST_CALLS = 0.25, 3
"""Chance that a session runs a command at all, and how often at most."""
CASES = (
    ("always fails", 1.0, 40),
    *((f"fails {rate:.2f}", rate, 20) for rate in (0.5, 0.7, 0.8, 0.9, 0.95, 0.97, 0.99)),
    ("fails until mended", -1.0, 40),
)
"""Name, chance to fail (-1: until mended), and how many such commands."""
_HOLDOUT_SHARE = Config().advice_held_back_percent / 100
MODES = ("seen", "live", "again")


class Played(NamedTuple):
    """What one case gave."""

    calls: int = 0
    matched: int = 0
    refused: int = 0
    wrongly: int = 0
    would_work: int = 0
    """Matched calls that would have worked."""

    def __add__(self, other: object) -> "Played":
        assert isinstance(other, Played)
        return Played(*(one + two for one, two in zip(self, other, strict=True)))


def ends(rng: Random, chance: float, sessions: int) -> Iterator[list[bool]]:
    """Of each session the calls of one command: whether each fails."""
    mended = rng.randrange(sessions) if chance < 0 else sessions
    for number in range(sessions):
        calls = rng.randint(1, MOST_CALLS) if rng.random() < PRESENT else 0
        yield [rng.random() < chance if chance >= 0 else number < mended for _ in range(calls)]


def play(rng: Random, chance: float, sessions: int, mode: str) -> Played:
    """One command's use from its first session on."""
    counts, key, found = TrialCounts(), b"c", Played()
    for calls in ends(rng, chance, sessions):
        if not calls:
            continue
        tried = counts.summarize((RuleKind.COMMAND, key))
        matched = policy.has_enough_evidence(RuleKind.COMMAND, tried)
        level = policy.choose_level(RuleKind.COMMAND, tried, RECORD, ERROR) if matched else Level.SILENT
        held = rng.random() < _HOLDOUT_SHARE
        refused = level is Level.BLOCK and not held
        stopped = calls[: 1 if mode == "again" else MOST_CALLS] if refused else []
        n, worked = len(calls), calls.count(False)  # a held-back session is one of the matched ones
        found += Played(n, n * matched, len(stopped), stopped.count(False), worked * matched)
        made = calls if mode == "seen" else calls[len(stopped) :]
        if made:
            counts.add([tally(key, made)])
    return found


def tally(key: bytes, calls: list[bool]) -> TrialTally:
    """A session's calls, counted; every failure is the same error."""
    wrong = sum(calls)
    return TrialTally(
        kind=RuleKind.COMMAND,
        key=key,
        applies=True,
        n=len(calls),
        wrong=wrong,
        first_wrong=calls[0],
        first=b"",
        call=b"",
        errors={b"same": wrong} if wrong else {},
    )


def bound(played: list[Played]) -> float:
    """Upper end of the 95 % interval of false refusals a matched call; calls of one command hang together."""
    one = sum(played, Played())
    share = one.wrongly / one.matched
    spread = math.sqrt(sum((mine.wrongly - share * mine.matched) ** 2 for mine in played)) / one.matched
    return max(share + 1.96 * spread, wilson(one.wrongly, one.matched).high)


def shown(name: str, played: list[Played]) -> str:
    """A row."""
    one = sum(played, Played())
    per = f"{1000 * one.wrongly / one.matched:7.2f}" if one.matched else "      -"
    return (
        f"{name:24} {one.matched:8,} {one.refused:8,} {one.wrongly:7,} {per} {1000 * bound(played):9.2f}"
        f" {one.would_work:10,}"
    )


def main(argv: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="advice_blocks")
    parser.add_argument("--sessions", type=int, default=600)
    parser.add_argument("--times", type=int, default=10, help="of the numbers of commands")
    parser.add_argument("--seed", type=int, default=SEED)
    given = parser.parse_args(argv)
    began = time.process_time()
    for mode in MODES:
        print(f"\n{mode:24} matched  refused  falsely  /1,000  95 % high  would work")
        sums: dict[str, list[Played]] = {}
        for name, chance, many in CASES:
            rng = Random(f"{given.seed} {name} {mode}")  # a simulation
            sums[name] = [play(rng, chance, given.sessions, mode) for _ in range(many * given.times)]
            print(shown(name, sums[name]))
        print(
            shown("all but mended ones", [one for name, some in sums.items() if "mended" not in name for one in some])
        )
        print(shown("all", [one for some in sums.values() for one in some]))
    print(f"\n{time.process_time() - began:.1f} s CPU, {given.sessions} sessions, seed {given.seed}")
