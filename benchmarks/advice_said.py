"""What would advice have said, how right was it, and what would a plain baseline have said in the same sessions?

``python -m benchmarks advice_said HOME [--part NAME=PROJECT,PROJECT ...]``: HOME is a learned data folder, which stays
as it is. Sessions are replayed in order of time as live: rules of ended sessions only, once a session and mistake,
within the budget. The holdout is left out, so that all that would be said is counted. Intervals: bootstrap by session.
"""

import argparse
import shutil
import tempfile
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path
from random import Random

from twiceshy.advice.recipes import past_sessions
from twiceshy.advice.recipes.rule_trials import update_trials
from twiceshy.advice.replay import PLAIN, ReplayArms, ReplaySession, replay
from twiceshy.archive.db import Store
from twiceshy.archive.stored_attempts import read_attempts
from twiceshy.base.values import Scope
from twiceshy.records.attempts import AttemptEnd
from twiceshy.records.rules import ReplayResult, SaidWarning
from twiceshy.stats.intervals import bootstrap_clusters

SEED, ROUNDS = 20261122, 2_000


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks advice_said", description=__doc__)
    parser.add_argument("home", type=Path, metavar="HOME")
    parser.add_argument("--part", action="append", default=[], metavar="NAME=PROJECT,...")
    args = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        shutil.copytree(args.home, home)
        with Store.open(home) as store:
            update_trials(store)
            past = past_sessions.read_past(store)
            repeats = count_first_repeats(store)
    parts = {"all": {one.project for one in past.sessions}}
    for part in args.part:
        name, _, projects = part.partition("=")
        parts[name] = set(projects.split(","))
    for name, projects in parts.items():
        sessions = [one for one in past.sessions if one.project in projects]
        found, _ = replay(sessions, None, ReplayArms())
        print_part(name, sessions, found, repeats)
        if name == "all":
            print_left_out(past.sessions)


def print_part(
    name: str, sessions: Sequence[ReplaySession], found: ReplayResult, repeats: dict[str, tuple[int, int]]
) -> None:
    """Print one part's table."""
    failures = sum(repeats.get(project, (0, 0))[1] for project in {one.project for one in sessions})
    known = sum(repeats.get(project, (0, 0))[0] for project in {one.project for one in sessions})
    print(f"\n## {name}: {found.sessions} sessions, {found.calls:,} calls")
    print(f"failures {failures}; first repeats of a known fingerprint {known} ({share(known, failures)})")
    print(f"{'way':50} said  right  precision  call failed  false per 100 calls")
    low, high = bootstrap_precision(sessions, found.said)
    wrong = found.warnings - found.right
    print(
        f"{'advice':50} {found.warnings:4}  {found.right:5}  {share(found.right, found.warnings)}"
        f" ({low:.2f}-{high:.2f})"
        f"  {sum(one.failed for one in found.said):11}  {100 * wrong / max(1, found.calls):.2f}"
    )
    for arm in found.arms:
        false = 100 * (arm.warnings - arm.failed) / max(1, found.calls)
        print(f"{arm.name:50} {arm.warnings:4}  {arm.right:5}  {share(arm.right, arm.warnings)}", end="")
        print(f"              {arm.failed:11}  {false:.2f}")
    plain = next(arm for arm in found.arms if arm.name == PLAIN)
    print(f"right over the plain baseline's: {found.right / max(1, plain.failed):.2f} (its own count of failed calls)")
    print(f"kinds of mistakes behind the right ones: {len({one.key for one in found.said if one.right})}")
    print(f"minutes of the calls warned of: {sum(one.minutes for one in found.said):.0f}")
    by_kind = Counter((one.kind.value, one.right) for one in found.said)
    for kind in sorted({kind for kind, _ in by_kind}):
        print(f"  {kind}: {by_kind[kind, True]} of {by_kind[kind, True] + by_kind[kind, False]}")


def print_left_out(sessions: Sequence[ReplaySession]) -> None:
    """Print the precision with each project left out that has a warning."""
    found, _ = replay(sessions)
    for project in sorted({one.project for one in found.said}):
        rest, _ = replay([one for one in sessions if one.project != project])
        print(f"without {project}: {rest.right} of {rest.warnings} ({share(rest.right, rest.warnings)})")


def bootstrap_precision(sessions: Sequence[ReplaySession], said: Sequence[SaidWarning]) -> tuple[float, float]:
    """Return the 95 % interval of the precision, with sessions drawn."""
    of: dict[object, list[bool]] = defaultdict(list)
    for one in said:
        of[one.project, one.at].append(one.right)
    groups = [of.get((one.project, one.at), []) for one in sessions]

    def precision(some: Sequence[list[bool]]) -> float:
        n = sum(len(one) for one in some)
        return sum(sum(one) for one in some) / n if n else float("nan")

    _, low, high = bootstrap_clusters(groups, precision, Random(SEED), rounds=ROUNDS)  # no secret
    return low, high


def count_first_repeats(store: Store) -> dict[str, tuple[int, int]]:
    """Return by project the failures that are a session's first repeat of an earlier session's, and all failures."""
    seen: dict[str, set[bytes]] = defaultdict(set)
    found: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for session in sorted(read_attempts(store.connection, Scope()), key=lambda one: one.first_at or 0.0):
        mine: set[bytes] = set()
        for one in session.attempts:
            if one.end is AttemptEnd.FAILED and one.fingerprint:
                found[session.project_name][1] += 1
                found[session.project_name][0] += one.fingerprint in seen[session.project] - mine
                mine.add(one.fingerprint)
        seen[session.project] |= mine
    return {project: (first, n) for project, (first, n) in found.items()}


def share(part: int, whole: int) -> str:
    """Return a share with two digits."""
    return f"{part / whole:.2f}" if whole else "-"
