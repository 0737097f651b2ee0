"""Would what is told after a failure have fixed it? Each told occasion of recorded sessions, to be judged by eye.

``python -m benchmarks remedies HOME [--project NAME ...] [--draw 100]``: HOME is a judged data folder; nothing
in it is changed. Sessions are replayed in order of time, each with fixes of earlier sessions only, under the keys and
expressions by which the gate would find them, each fix once a session. What a machine can check is counted: whether the
agent did what was told in the next eight calls, and whether it worked.
"""

import argparse
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import NamedTuple

from twiceshy.advice.phrase import phrase_fix
from twiceshy.facts.calls.next_calls import find_next_calls
from twiceshy.facts.keys.gate_keys import key_of_failure, reduce_failure, says_failure, shorten_folder
from twiceshy.facts.remedies.fix_episodes import Episode, list_episodes
from twiceshy.facts.remedies.fixes import choose_fixes
from twiceshy.flows.advise.proven_fixes import FixPlace, find_place, read_ordered_attempts
from twiceshy.records.attempts import AttemptEnd, SessionAttempts
from twiceshy.records.rules import ProvenFix
from twiceshy.store.db import Store
from twiceshy.store.reads.rules import read_failure_texts

SEED = 20261122
SHOWN_CALLS = 8


class Occasion(NamedTuple):
    """One failure after which something is told."""

    session: SessionAttempts
    number: int
    fix: ProvenFix
    did: str
    """``worked``, ``failed`` or ``not done``."""


class _Past:
    """What earlier sessions hold."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.episodes: list[Episode] = []
        self.by_line: dict[str, set[bytes]] = defaultdict(set)

    def add(self, episodes: Sequence[Episode]) -> None:
        """Take a session's failures with their lines."""
        texts = read_failure_texts(self.store, [one.failed for one in episodes])
        for one in episodes:
            if one.failed in texts and (line := reduce_failure(texts[one.failed].text)):
                self.by_line[line].add(one.fingerprint)
        self.episodes += episodes

    def list_fixes(self, line: str, more: Sequence[Episode] = ()) -> list[ProvenFix]:
        """Return the fixes of errors with this line."""
        wanted = self.by_line.get(line, set())
        return choose_fixes(one for one in (*self.episodes, *more) if one.fingerprint in wanted) if wanted else []

    def find_place(self, fix: ProvenFix) -> FixPlace:
        """Return where the gate tells a fix."""
        return find_place(self.store, fix, [one for one in self.episodes if one.head == fix.head])


def main(words: Sequence[str] = ()) -> None:
    parser = argparse.ArgumentParser(prog="remedies")
    parser.add_argument("home", type=Path)
    parser.add_argument("--project", action="append", default=[])
    parser.add_argument("--draw", type=int, default=100)
    args = parser.parse_args(words)
    with Store.open(args.home, readonly=True) as store:
        sessions = [one for one in read_ordered_attempts(store) if not args.project or one.project_name in args.project]
        found = list(replay(store, sessions))
    failures = sum(one.action == "run" and one.end is AttemptEnd.FAILED for row in sessions for one in row.attempts)
    drawn = sorted(Random(SEED).sample(range(len(found)), min(args.draw, len(found))))
    for place, number in enumerate(drawn, 1):
        show(place, found[number])
    done = Counter(one.did for one in found)
    kinds = Counter((one.session.project_name, one.fix.kind.value, one.fix.told) for one in found)
    print(f"\n{len(sessions)} sessions, {failures} failed commands, told {len(found)} times, {len(kinds)} fixes")
    print(f"done and worked {done['worked']}, done and failed {done['failed']}, not done {done['not done']}")
    for (project, kind, told), many in kinds.most_common():
        print(f"  {many:4} {project} {kind} {told}")


def replay(store: Store, sessions: Sequence[SessionAttempts]) -> Iterator[Occasion]:
    """Yield what is told in each session, from the sessions before it."""
    past = _Past(store)
    for session in sessions:
        episodes = list(list_episodes(session))
        heard = set[tuple[bytes, str, str]]()
        for number, fix, line in list_told(past, session):
            if (fix.fingerprint, fix.head, fix.told) not in heard:
                heard.add((fix.fingerprint, fix.head, fix.told))
                mine = [one for one in episodes if one.failed == session.attempts[number].uid]
                yield Occasion(session, number, fix, find_end(past, fix, line, mine))
        past.add(episodes)


def list_told(past: _Past, session: SessionAttempts) -> Iterator[tuple[int, ProvenFix, str]]:
    """Yield each failure of a session after which the gate finds a fix; the surest one."""
    failed = {
        one.uid: number
        for number, one in enumerate(session.attempts)
        if one.action == "run" and one.end is AttemptEnd.FAILED
    }
    texts = read_failure_texts(past.store, failed)
    for uid, number in failed.items():
        if uid not in texts:
            continue
        line, folder = reduce_failure(texts[uid].text), shorten_folder(texts[uid].folder)
        keys = {key_of_failure(one, line, past.store.salt) for one in (folder, "")}
        fits = [
            fix
            for fix in past.list_fixes(line)
            if re.search(fix.pattern, session.attempts[number].command)
            and keys & (place := past.find_place(fix)).keys
            and says_so(texts[uid].text, place, past.store.salt)
        ]
        if fits:
            yield number, max(fits, key=lambda fix: (fix.worked / fix.tried, fix.worked)), line


def says_so(text: str, place: FixPlace, salt: bytes) -> bool:
    """Tell whether the gate would find the condition of a fix in what came back."""
    return not place.condition or says_failure(text, place.condition.removeprefix("says:"), salt)


def find_end(past: _Past, fix: ProvenFix, line: str, mine: Sequence[Episode]) -> str:
    """Return whether the agent did what was told, by what the counts of the fix become with this failure."""
    for one in past.list_fixes(line, mine):
        if (one.project, one.fingerprint, one.head, one.kind) == (fix.project, fix.fingerprint, fix.head, fix.kind):
            return "worked" if one.worked > fix.worked else "failed" if one.tried > fix.tried else "not done"
    return "failed" if any(one.ways for one in mine) else "not done"


def show(place: int, one: Occasion) -> None:
    """Print one occasion with what followed."""
    failed = one.session.attempts[one.number]
    print(f"\n{place}. {one.session.project_name}: {failed.command[:140]!r}\n   {failed.message[:140]}")
    print("   TOLD " + phrase_fix(one.fix).replace("\n", " "))
    print(f"   then ({one.did}):")
    for _, call in find_next_calls(one.session.attempts, one.number, SHOWN_CALLS):
        what = (call.command or call.path)[:110].replace("\n", " ")
        print(f"     {call.end.value:8} {call.action} {what} {call.message[:50]}")


if __name__ == "__main__":
    main()
