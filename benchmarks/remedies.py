"""Would what is told after a failure have fixed it? Each told occasion of recorded sessions, to be judged by eye.

``python -m benchmarks remedies HOME [--project NAME ...] [--draw 100]``: HOME is a judged data folder; nothing
in it is changed. Sessions are replayed in order of time, each with fixes of earlier sessions only, under the keys and
expressions by which the gate would find them, each fix once a session. What a machine can check is counted: whether the
agent did what was told in the next eight calls, and whether it worked.

``python -m benchmarks remedies HOME --told 50``: instead a seeded draw of everything that is told as a remedy, by an
insight (and so by ``suggest`` and briefs) or by what the gate says after a failure, each with its newest raw cases and
what followed them, to be read blind: is it right, would it do harm? With ``labels/remedies.tsv`` the shares of the
answers are counted: a row has the draw, the id that is printed, and 1 or 0 for right and for harmful.
"""

import argparse
import csv
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from pathlib import Path
from random import Random
from typing import NamedTuple

from twiceshy.advice.phrase import phrase_fix
from twiceshy.advice.recipes.proven_fixes import FixPlace, find_place, read_ordered_attempts
from twiceshy.archive.db import Store
from twiceshy.archive.reads.rules import read_failure_texts
from twiceshy.commands.calls.call_kinds import find_next_calls
from twiceshy.commands.keys.gate_keys import key_of_failure, reduce_failure, says_failure, shorten_folder
from twiceshy.insights.kinds.find_insights import find_insights
from twiceshy.insights.kinds.project_history import group_by_project
from twiceshy.insights.remedies.fix_episodes import Episode, list_episodes
from twiceshy.insights.remedies.fixes import choose_fixes, count_fix, describe_fix
from twiceshy.insights.remedy.proposals import LINE_KINDS
from twiceshy.records.attempts import AttemptEnd, SessionAttempts
from twiceshy.records.rules import ProvenFix

SEED = 20261122
SHOWN_CALLS = 8
SHOWN_CASES = 4
LABELS = Path(__file__).parent / "labels" / "remedies.tsv"


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
    parser.add_argument("--told", type=int, default=0)
    args = parser.parse_args(words)
    if args.told:
        show_told(args.home, args.project, args.told)
        return
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


class ToldRemedy(NamedTuple):
    """One remedy as somebody reads it, with the calls that it rests on."""

    id: str
    by: str
    project: str
    about: str
    """The line that it stands under."""
    text: str
    evidence: str
    cases: Sequence[bytes]
    """Failed calls, newest first."""


def show_told(home: Path, projects: Sequence[str], many: int) -> None:
    """Print a seeded draw of what is told as a remedy, with its raw cases; then the shares of the labels."""
    with Store.open(home, readonly=True) as store:
        sessions = [one for one in read_ordered_attempts(store) if not projects or one.project_name in projects]
    places = {one.uid: (row, at) for row in sessions for at, one in enumerate(row.attempts)}
    found = sorted(
        {*list_told_by_insights(sessions), *list_told_by_fixes(sessions)}, key=lambda one: (one.id, one.text)
    )
    drawn = sorted(Random(SEED).sample(range(len(found)), min(many, len(found))))
    print(f"{len(sessions)} sessions, {len(found)} told remedies, {len(drawn)} drawn")
    for place, number in enumerate(drawn, 1):
        one = found[number]
        print(f"\n{place}. {one.id} {one.project} ({one.by})\n   {one.about}\n   TOLD {one.text}\n   ({one.evidence})")
        shown = [places[uid] for uid in one.cases if uid in places][:SHOWN_CASES]
        for row, at in shown:
            show_case(row, at)
    for half, rows in read_labels().items():
        print(f"{half}: right {sum(r for r, _ in rows)} of {len(rows)}, harmful {sum(h for _, h in rows)}")


def list_told_by_insights(sessions: Sequence[SessionAttempts]) -> Iterator[ToldRemedy]:
    """Yield the remedies of insights; of several lines only the first is told."""
    for one in find_insights(group_by_project(sessions), lambda _session, _begin, _end: None):
        lines = 0
        for remedy in one.remedies:
            lines += remedy.kind in LINE_KINDS
            if remedy.kind not in LINE_KINDS or lines == 1:
                cases = tuple(case.uid for case in one.cases)
                where = "insight, suggest, brief" if remedy.kind in LINE_KINDS else "insight, suggest"
                yield ToldRemedy(one.id, where, one.project, one.says, remedy.text, remedy.evidence, cases)


def list_told_by_fixes(sessions: Sequence[SessionAttempts]) -> Iterator[ToldRemedy]:
    """Yield what the gate tells after a failure, and in warnings of the same error."""
    names = {one.project: one.project_name for one in sessions}
    for fix in choose_fixes(one for session in sessions for one in list_episodes(session)):
        digest = blake2b(f"{fix.project}{fix.head}{fix.kind}{fix.told}".encode(), key=fix.fingerprint, digest_size=4)
        project = names.get(fix.project, "every project")
        about = f"after a failure of `{fix.head}`"
        cases = tuple(reversed(fix.failed_calls))
        yield ToldRemedy(f"f-{digest.hexdigest()}", "gate", project, about, describe_fix(fix), count_fix(fix), cases)


def show_case(row: SessionAttempts, at: int) -> None:
    """Print one failed call, and what the agent did then."""
    failed = row.attempts[at]
    asked = " (asked for more rights)" if failed.asked else ""
    print(
        f"   - {(failed.command or failed.tool)[:160]!r} in {failed.folder or '.'}{asked}\n     {failed.message[:160]}"
    )
    for _, call in find_next_calls(row.attempts, at, SHOWN_CALLS):
        what = (call.command or call.path)[:120].replace("\n", " ")
        said = " ".join(f"[{one.kind} {'green' if one.green else 'red'}]" for one in call.checks if one.said)
        print(f"       {call.end.value:8} {call.action} {what} {said} {call.message[:70]}")


def read_labels() -> dict[str, list[tuple[int, int]]]:
    """Return by draw whether each remedy was right, and whether it would do harm."""
    found = defaultdict(list)
    with LABELS.open(encoding="utf-8") as file:
        for row in csv.DictReader((line for line in file if not line.startswith("#")), delimiter="\t"):
            found[row["draw"]].append((int(row["right"]), int(row["harmful"])))
    return found


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
