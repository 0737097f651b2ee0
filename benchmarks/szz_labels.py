"""How well do rules find the change that a fix fixes, where developers say which one it was?

``python -m benchmarks szz_labels REPOSITORY ... [--newest COMMITS] [--blame FIXES]``, each a repository whose
developers write ``Fixes:`` trailers. Of the fixes with a trailer: which commits do guarded SZZ's rules name, against
those that the trailers name (pairs of fix and change). Of all fixes by their words: how many changes that the rules
call bad do trailers call bad too. The latter is a lower bound, since not every fix has a trailer. ``--blame`` asks
``git blame`` about so many of the fixes, drawn at random, and tells how often it names the same commits.
"""

import argparse
import random
import time
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from twiceshy.base.errors import SourceError
from twiceshy.logs.change_history import read_change_history
from twiceshy.logs.described_changes import read_line_changes
from twiceshy.logs.git_lines import read_head, read_line_commits
from twiceshy.logs.git_program import ask_git
from twiceshy.records.change_risk import FixLabel, TimedChange
from twiceshy.records.commits import CommitLines
from twiceshy.stats.intervals import wilson
from twiceshy_git.predict.risk.faulty_work import order_changes
from twiceshy_git.predict.risk.feature_rows import LONGEST_WAIT, find_wait, share_found
from twiceshy_git.predict.risk.szz import find_said_fixes, is_fix, list_lost_lines, name_origins
from twiceshy_git.risk_recipes.change_labels import trace_origins

SEED = 1


def main(argv: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks szz_labels", description=__doc__)
    parser.add_argument("repositories", type=Path, nargs="+")
    parser.add_argument("--newest", type=int, default=0)
    parser.add_argument("--blame", type=int, default=0)
    args = parser.parse_args(argv)
    for repo in args.repositories:
        print(f"\n{repo.parent.name if repo.name == 'repo' else repo.name}")
        tell(repo, args.newest, args.blame)


def tell(repo: Path, newest: int, blamed: int) -> None:
    changes = read_changes(repo, newest)
    said = list(find_said_fixes(changes))
    tell_delays(changes, said)
    truth: defaultdict[str, set[str]] = defaultdict(set)
    for one in said:
        if one.source == "trailer":
            truth[one.by].add(one.commit)
    worded = {one.commit.hash for one in changes if is_fix(one.commit)}
    start = time.process_time(), time.perf_counter()
    named = trace_origins(
        repo, changes, [one.commit.hash for one in changes if one.commit.hash in truth.keys() | worded]
    )
    spent = time.process_time() - start[0], time.perf_counter() - start[1]
    print(f"  {len(named)} fixes traced in {spent[1]:.0f} s, of which {spent[0]:.0f} s of our CPU")
    tell_pairs("all fixes with a trailer", truth, named)
    tell_pairs("those that say so in their subject", {one: truth[one] for one in truth if one in worded}, named)
    tell_pairs("the others", {one: truth[one] for one in truth if one not in worded}, named)
    guessed = {bad for fix in worded for bad in named[fix]}
    known = {bad for names in truth.values() for bad in names}
    both = len(guessed & known)
    print(f"  changes bad by words and lines: {len(guessed)}; {share(both, len(guessed))} are so by a trailer too;")
    print(f"  changes bad by trailers: {len(known)}; {share(both, len(known))} are found")
    if blamed:
        tell_blame(repo, changes, named, random.Random(SEED).sample(sorted(named), min(blamed, len(named))))


def read_changes(repo: Path, newest: int) -> list[TimedChange]:
    head = read_head(repo)
    known = ask_git(repo, "rev-list", "--first-parent", "-n1", f"--skip={newest}", head).split() if newest else ()
    return order_changes(read_change_history(repo, head, known=known))


def tell_delays(changes: Sequence[TimedChange], said: Sequence[FixLabel]) -> None:
    made, now = {one.commit.hash: one.at for one in changes}, changes[-1].at
    found = share_found(made, said, now, LONGEST_WAIT)
    wait = find_wait(made, said, now) / 86_400
    told = "not known" if found is None else f"{found:.2f}"
    print(f"  {len(changes)} commits; a change is good after {wait:.0f} days; found within two years: {told}")


def tell_pairs(which: str, truth: Mapping[str, Collection[str]], named: Mapping[str, Sequence[str]]) -> None:
    pairs, guessed = sum(map(len, truth.values())), sum(len(named[one]) for one in truth)
    right = sum(one in truth[fix] for fix in truth for one in named[fix])
    silent = sum(not named[one] for one in truth)
    print(f"  {which}: {len(truth)}, {pairs} pairs; {share(silent, len(truth))} name nobody")
    print(f"    precision {share(right, guessed)}, recall {share(right, pairs)}")


def tell_blame(
    repo: Path, changes: Sequence[TimedChange], named: Mapping[str, Sequence[str]], fixes: Sequence[str]
) -> None:
    commits = {one.commit.hash: one.commit for one in changes}
    start = time.perf_counter()
    same = some = ended = 0
    for one in read_line_changes(repo, fixes):
        try:
            names = name_origins(blame(repo, one), commits)
        except SourceError:
            ended += 1
            continue
        some += bool(names or named[one.commit])
        same += bool(names) and set(names) == set(named[one.commit])
    spent = time.perf_counter() - start
    print(
        f"  git blame names the same commits for {share(same, some)}; {spent:.0f} s, {ended} of {len(fixes)} too slow"
    )


def blame(repo: Path, fix: CommitLines) -> Mapping[str, int]:
    """Return how many of a fix's lost lines each commit had brought in, as git says."""
    found: defaultdict[str, int] = defaultdict(int)
    for file in fix.files:
        lost = list_lost_lines(CommitLines(fix.commit, [file]))
        for row in read_line_commits(repo, f"{fix.commit}~1", file.old_path) if lost else ():
            if "".join(row.text.split()) in lost:
                found[row.commit] += 1
    return found


def share(some: int, of: int) -> str:
    if not of:
        return "none"
    found = wilson(some, of)
    return f"{some / of:.3f} ({found.low:.3f}-{found.high:.3f})"
