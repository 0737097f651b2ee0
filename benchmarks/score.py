"""Scores of recorded edits: what became of the edits that had them, and a draw of findings to read by eye.

``python -m benchmarks score HOME [--draw N | --speed N] [--seed S]``, HOME being a data folder that ``twiceshy judge``
and ``twiceshy score`` have filled. The newer half of the sessions is reported; nothing here was chosen on either.

- edits: AUC of the score, of each part and of the lines changed, for being corrected, taken back or mended later;
  intervals and the difference by drawing sessions again. Bands of the score with their shares; the calibration error
  only where there are 500 edits.
- ``--speed N``: edits a CPU second of sessions drawn at random with about so many edits, scanned anew with all that is
  installed; nothing is stored.
- ``--draw``: introduced findings drawn at random, one of a rule and line of text at most, with what stands around them.
  They hold text of the logs: not to be kept anywhere.
"""

import argparse
import os
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, NamedTuple

from twiceshy.archive.db import Store
from twiceshy.archive.reads.edits import count_edits
from twiceshy.base.config import load
from twiceshy.base.values import Scope, Scrubbed
from twiceshy.records.findings import SourceText
from twiceshy.records.views import ScoredEdit, ScoredSession
from twiceshy.score.aggregate import BANDS, band_of
from twiceshy.score.edit_findings import list_scanned_texts
from twiceshy.score.recipes.run_scanners import Scanners, text_of
from twiceshy.score.recipes.score_overview import read_scored_sessions
from twiceshy.score.recipes.score_sessions import edits_of
from twiceshy.score.recipes.written_files import TextsByBody
from twiceshy.stats.intervals import wilson

if TYPE_CHECKING:
    from twiceshy.records.findings import Finding

SEED = 20261121
ROUNDS = 1000
AROUND = 4
SESSIONS_AT_ONCE = 25
ENOUGH = 500
"""Edits from which on calibration is told."""
Pairs = list[tuple[float, bool]]
MEASURES: dict[str, Callable[[ScoredEdit], float | None]] = {
    "score": lambda edit: edit.score.value,
    "taint": lambda edit: edit.score.taint,
    "pattern": lambda edit: edit.score.pattern,
    "file's past": lambda edit: edit.score.history,
    "lines changed": lambda edit: float(edit.lines),
}


class Known(NamedTuple):
    """An edit of which it is known what became."""

    session: bytes
    edit: ScoredEdit


def main(argv: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks score", description=__doc__)
    parser.add_argument("home", type=Path)
    parser.add_argument("--draw", type=int, default=0)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--speed", type=int, default=0)
    args = parser.parse_args(argv)
    if args.speed:
        speed(args.home, args.speed, args.seed)
        return
    with Store.open(args.home, readonly=True) as store:
        found = sorted(read_scored_sessions(store, Scope()), key=lambda one: (str(one.at or ""), one.session))
        counted(found)
        if args.draw:
            draw(store, found, args.draw, args.seed)
        else:
            outcomes(found, args.seed)


def speed(home: Path, most: int, seed: int) -> None:
    """Scan the edits of sessions drawn at random, and tell what that costs."""
    with Store.open(home, readonly=True) as store:
        counts = count_edits(store.connection)
    drawn, left = [], most
    for uid in Random(seed).sample(sorted(counts), len(counts)):
        if counts[uid] <= left:
            drawn.append(uid)
            left -= counts[uid]
    config = load({}, {"TWICESHY_HOME": str(home)}, Path.home())
    scanners, edits, scanned = Scanners(config), 0, 0
    started = os.times()
    for place in range(0, len(drawn), SESSIONS_AT_ONCE):
        some = drawn[place : place + SESSIONS_AT_ONCE]
        with Store.open(home, readonly=True) as store:
            texts = TextsByBody(partial(text_of, store))
            found = edits_of(store, some, texts, Scrubbed)
            wanted = dict.fromkeys(one for own in found.values() for edit in own for one in list_scanned_texts(edit))
            scanners.ask([SourceText(path=one.path, text=texts(one.body), partial=one.partial) for one in wanted])
        edits, scanned = edits + sum(map(len, found.values())), scanned + len(wanted)
    ended = os.times()
    own = ended.user + ended.system - started.user - started.system
    programs = ended.children_user + ended.children_system - started.children_user - started.children_system
    print(f"{edits} edits with {scanned} texts: {own:.1f} s here, {programs:.1f} s in programs, CPU")
    print(f"{edits / (own + programs):.1f} edits a CPU second")


def counted(found: Sequence[ScoredSession]) -> None:
    edits = [edit for one in found for edit in one.edits]
    rules = Counter(one.rule for edit in edits for one in edit.score.introduced.introduced)
    scored = [edit for edit in edits if edit.score.value is not None]
    unknown = Counter(why for edit in edits for why in edit.score.introduced.unknown)
    print(f"{len(found)} sessions, {len(edits)} edits, {len(scored)} with a score, {rules.total()} findings introduced")
    print("unknown, in edits:", ", ".join(f"{why} {count}" for why, count in unknown.most_common()))
    print("rules:", ", ".join(f"{rule} {count}" for rule, count in rules.most_common()))


def outcomes(found: Sequence[ScoredSession], seed: int) -> None:
    newer = found[len(found) // 2 :]
    known = [
        Known(one.session, edit)
        for one in newer
        for edit in one.edits
        if edit.bad is not None and edit.score.value is not None
    ]
    bad = sum(bool(one.edit.bad) for one in known)
    print(f"newer half: {len(newer)} sessions, {len(known)} edits with score and outcome, {bad} bad")
    rounds = redrawn(known, seed)
    for name, measure in MEASURES.items():
        low, high = interval([auc(pairs(some, measure)) for some in rounds])
        print(f"  AUC {name}: {told(auc(pairs(known, measure)))} ({told(low)}-{told(high)})")
    differences = []
    for some in rounds:
        ours, theirs = auc(pairs(some, MEASURES["score"])), auc(pairs(some, MEASURES["lines changed"]))
        differences.append(None if ours is None or theirs is None else ours - theirs)
    low, high = interval(differences)
    print(f"  score less lines changed: {told(low)} to {told(high)}")
    for bound, name in BANDS:
        some = [one for one in known if band_of(one.edit.score.value or 0.0) == name]
        hits = sum(bool(one.edit.bad) for one in some)
        share = wilson(hits, len(some))
        print(f"  from {bound} ({name}): {hits} of {len(some)} bad, {told(share.low)}-{told(share.high)}")
    high_ones = [one for one in known if (one.edit.score.value or 0.0) >= 0.7]
    print(f"  .7 and above: {sum(bool(one.edit.bad) for one in high_ones)} of {len(high_ones)} bad")
    if len(known) >= ENOUGH:
        print(f"  calibration error: {calibration(pairs(known, MEASURES['score'])):.3f}")


def redrawn(known: Sequence[Known], seed: int) -> list[list[Known]]:
    by_session: defaultdict[bytes, list[Known]] = defaultdict(list)
    for one in known:
        by_session[one.session].append(one)
    random, sessions = Random(seed), list(by_session)
    return [
        [one for session in random.choices(sessions, k=len(sessions)) for one in by_session[session]]
        for _ in range(ROUNDS)
    ]


def pairs(known: Sequence[Known], measure: Callable[[ScoredEdit], float | None]) -> Pairs:
    values = [(measure(one.edit), bool(one.edit.bad)) for one in known]
    return [(value, bad) for value, bad in values if value is not None]


def auc(values: Pairs) -> float | None:
    """Chance that a bad one has the higher value, ties half; None without both."""
    positive = sum(bad for _, bad in values)
    negative = len(values) - positive
    if not positive or not negative:
        return None
    ordered = sorted(values)
    ranks = 0.0
    start = 0
    while start < len(ordered):
        end = start
        while end < len(ordered) and ordered[end][0] == ordered[start][0]:
            end += 1
        ranks += (start + 1 + end) / 2 * sum(bad for _, bad in ordered[start:end])
        start = end
    return (ranks - positive * (positive + 1) / 2) / (positive * negative)


def interval(values: Sequence[float | None]) -> tuple[float | None, float | None]:
    ordered = sorted(value for value in values if value is not None)
    if not ordered:
        return None, None
    return ordered[int(0.025 * len(ordered))], ordered[min(len(ordered) - 1, int(0.975 * len(ordered)))]


def told(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def calibration(values: Pairs, bins: int = 10) -> float:
    """Mean distance of value and share, in bins of equal width."""
    groups: defaultdict[int, Pairs] = defaultdict(list)
    for value, bad in values:
        groups[min(bins - 1, int(value * bins))].append((value, bad))
    return sum(abs(sum(value for value, _ in some) - sum(bad for _, bad in some)) for some in groups.values()) / len(
        values
    )


def draw(store: Store, found: Sequence[ScoredSession], most: int, seed: int) -> None:
    kinds: dict[object, tuple[ScoredSession, ScoredEdit, Finding]] = {}
    for one in found:
        for edit in one.edits:
            for finding in edit.score.introduced.introduced:
                kinds.setdefault((finding.rule, finding.tokens, finding.path), (one, edit, finding))
    drawn = Random(seed).sample(list(kinds.values()), min(most, len(kinds)))
    print(f"{len(kinds)} different findings, {len(drawn)} drawn")
    for number, (one, edit, finding) in enumerate(drawn, 1):
        after = None  # the finding's file as it was then: it may be another one than the edit's
        done = False
        texts = TextsByBody(store.body)
        for row in edits_of(store, [one.session], texts, Scrubbed)[one.session]:
            done = done or row.call == edit.call
            if str(row.path) == finding.path and (not done or after is None or row.call == edit.call):
                after = row.after
        lines = texts(after).split("\n") if after else []
        print(f"\n#{number} {finding.rule} {finding.severity} {finding.confidence} {finding.path}:{finding.line}")
        print("  ", finding.message)
        start = max(0, finding.line - 1 - AROUND)
        for place, line in enumerate(lines[start : finding.line + AROUND], start + 1):
            print("  >" if place == finding.line else "   ", place, line[:180])
