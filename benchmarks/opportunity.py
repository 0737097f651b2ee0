"""What lessons could have prevented in recorded sessions, beside four simpler ways to warn.

``python -m benchmarks opportunity HOME [--half first|second]``: HOME is a data folder with judged logs; nothing in it
is changed. Signs and constants were chosen on the first half of the sessions; the second is the default. Then the same
with each project warned by what the others taught, and the range when each project in turn is left out of the report.
"""

import argparse
import time
from collections.abc import Sequence
from pathlib import Path

from twiceshy.advice.opportunity import OpportunityRow, measure_opportunity, replay_sessions
from twiceshy.advice.recipes.warning_opportunities import read_pasts
from twiceshy.advice.signs import GATE_KINDS
from twiceshy.archive.db import Store
from twiceshy.records.effects import Opportunity, PastSession, Range


def main(words: Sequence[str] = ()) -> None:
    parser = argparse.ArgumentParser(prog="opportunity")
    parser.add_argument("home", type=Path)
    parser.add_argument("--half", choices=("first", "second"), default="second")
    args = parser.parse_args(words)
    began = time.process_time()
    with Store.open(args.home, readonly=True) as store:
        found = read_pasts(store)
    print(f"{len(found)} sessions read in {time.process_time() - began:.0f} s CPU")
    middle = len(found) // 2
    if args.half == "first":
        found = found[:middle]
    later = frozenset(map(id, found if args.half == "first" else found[middle:]))
    began = time.process_time()
    told = list(replay_sessions(found, reported=lambda past: id(past) in later))
    show("all", measure_opportunity(told))
    today = [only(past, GATE_KINDS) for past in found]
    shown = frozenset(id(new) for new, old in zip(today, found, strict=True) if id(old) in later)
    show(
        "only what the gate has rules of",
        measure_opportunity(list(replay_sessions(today, reported=lambda past: id(past) in shown))),
    )
    print(f"{time.process_time() - began:.1f} s CPU")
    names = sorted({row.past.project for row in told})
    others: list[OpportunityRow] = []
    for name in names:
        others += replay_sessions(
            found,
            reported=lambda past, name=name: id(past) in later and past.project == name,  # type: ignore[misc]
            learned=lambda past, name=name: past.project != name,  # type: ignore[misc]
        )
    show("each project by what the others taught", measure_opportunity(others))
    without = [measure_opportunity([row for row in told if row.past.project != name], rounds=1).arms for name in names]
    for place, text in enumerate(("coverage", "precision", "minutes")):
        values = [(arms[0].coverage, arms[0].precision, arms[0].cost_coverage)[place][0] for arms in without]
        print(f"without one project each: {text} {min(values):.3f} to {max(values):.3f}")


def only(past: PastSession, kinds: frozenset[str]) -> PastSession:
    """The session with these kinds of signs alone."""
    kept = (one._replace(signs=tuple(sign for sign in one.signs if sign[0] in kinds)) for one in past.attempts)
    return past._replace(attempts=tuple(kept))


def show(title: str, found: Opportunity) -> None:
    print(
        f"\n{title}: {found.sessions} sessions, {found.calls} calls, {found.wrong} wrong, {found.minutes:.0f} minutes"
    )
    print(f"failed {found.failed}, of these met {found.failed_met}; since {found.since:%Y-%m-%d}")
    for arm in found.arms:
        rate = 100 * arm.warnings / found.calls
        print(f"  {arm.name}: {arm.warnings:.0f} warnings ({rate:.2f} / 100), {arm.right:.0f} right")
        for name in ("coverage", "precision", "lift", "cost_coverage", "gain"):
            value: Range = getattr(arm, name)
            print(f"    {name:<14} {value[0]:.3f} ({value[1]:.3f} to {value[2]:.3f})")
    for one in found.kinds:
        print(f"  {one.name}: {one.right} of {one.warnings} right, {one.minutes:.0f} minutes")


if __name__ == "__main__":
    main()
