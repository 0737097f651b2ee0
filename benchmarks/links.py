"""How well sessions are linked to commits, against the recorded truth of five public repositories; and what it costs.

``python -m benchmarks links HOME TRUTH REPOSITORIES [--tune] [--misses]``: HOME is a data folder with the real logs
(commits are added to it), TRUTH the folder of ``session-commit-links``, REPOSITORIES a folder with a bare clone of each
repository as ``owner+name``, its pull requests fetched as remote branches. Of the truth's sessions one half (by a hash
of the session's id) was for tuning, the other is reported. Without arguments only the cost at scale is measured.
"""

import json
import random
import time
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b
from itertools import islice
from pathlib import Path

from twiceshy.capture import git
from twiceshy.capture.git_checkpoints import read_checkpoints
from twiceshy.outcomes.commit_links import link
from twiceshy.outcomes.link_evidence import AGENT, COPY, FILES, LINES, MADE, STATED, TRAILER, can_be_same_file
from twiceshy.privacy.policy import RedactionLevel, load_rules
from twiceshy.privacy.scrub import Scrubber
from twiceshy.privacy.scrub_commits import scrub_commits
from twiceshy.records.commits import Commit, CommitFile, Link, StoredCommit, Touch, Trace
from twiceshy.records.values import Scrubbed
from twiceshy.store.commit_rows import add_commits
from twiceshy.store.db import Store
from twiceshy.store.reads.commits import read_stored_commits
from twiceshy.store.reads.traces import read_traces

Pair = tuple[str, str]
"""Id of a session and hash of a commit."""
HOUR_S, DAY_S = 3600.0, 86_400.0
VARIANTS: dict[str, tuple[str, ...]] = {
    "all but trailers": (TRAILER, AGENT),
    "  and no lines": (TRAILER, AGENT, LINES),
    "  and nothing of the log's own git": (TRAILER, AGENT, STATED, MADE),
    "  and no files": (TRAILER, AGENT, FILES),
    "  and no copies": (TRAILER, AGENT, COPY),
    "  lines alone": (TRAILER, AGENT, STATED, MADE, FILES, COPY),
    "  the log's own git alone": (TRAILER, AGENT, LINES, FILES, COPY),
}


@dataclass
class Case:
    """One repository: what is to be linked, and the truth about it."""

    name: str
    commits: list[StoredCommit]
    traces: list[Trace]
    truth: dict[Pair, set[str]]
    """Pairs, and the files that the recorder says the session touched."""
    judged: set[str]
    """Commits of which the truth knows at least one session."""
    elsewhere: int
    """Pairs of the truth whose commit is not in the fetched history."""
    sessions: int
    """Of the truth."""
    checkpoints: Mapping[str, frozenset[str]]


def half(session_id: str) -> int:
    return blake2b(session_id.encode(), digest_size=1).digest()[0] % 2


def cases(home: Path, truth: Path, repositories: Path) -> Iterator[Case]:
    """The repositories whose clone is there, with the sessions of the truth that the data folder has."""
    with Store.open(home) as store:
        for file in sorted(truth.glob("*.jsonl")):
            name = file.stem.replace("__", "+", 1)
            repo = repositories / name
            if not repo.exists():
                continue
            rows = [json.loads(line) for line in file.read_text().splitlines()]
            identity = f"benchmark:{name}"
            fill(store, repo, identity)
            wanted = {row["session_id"] for row in rows}
            marks = ",".join("?" * len(wanted))
            select = f"SELECT uid FROM session WHERE native_id IN ({marks}) ORDER BY uid"
            uids = [row[0] for row in store.connection.execute(select, sorted(wanted))]
            found = list(read_traces(store, uids))
            there = {trace.native_id for trace in found}
            pairs: defaultdict[Pair, set[str]] = defaultdict(set)
            for row in rows:
                for commit in row["commits"] if row["session_id"] in there else ():
                    pairs[row["session_id"], commit] |= set(row["files_touched"] or ())
            history = list(read_stored_commits(store.connection, identity))
            known = {one.hash for one in history}
            yield Case(
                name=name,
                commits=history,
                traces=found,
                truth={pair: files for pair, files in pairs.items() if pair[1] in known},
                judged={commit for row in rows for commit in row["commits"]},
                elsewhere=sum(commit not in known for _, commit in pairs),
                sessions=len(wanted),
                checkpoints=read_checkpoints(repo),
            )


def fill(store: Store, repo: Path, identity: str) -> None:
    if next(iter(read_stored_commits(store.connection, identity)), None) is not None:
        return
    scrubber = Scrubber(load_rules(), store.salt, RedactionLevel("standard"))
    found = git.read_commits(repo, salt=store.salt)
    while batch := list(islice(found, 500)):
        with store.begin_writing() as connection:
            add_commits(connection, scrubber.text(identity), scrub_commits(batch, scrubber))


def shown(case: Case) -> set[Pair]:
    """Pairs of the truth of which the log has the edits.

    It changed, in the day before the commit, a file that the commit changes and the recorder says the session touched.
    """
    by_id = {str(trace.native_id): trace for trace in case.traces}
    by_hash = {one.hash: one for one in case.commits}
    found = set()
    for (session, commit), touched in case.truth.items():
        one = by_hash[commit]
        times = (one.authored_at.timestamp(), one.committed_at.timestamp())
        files = {file.path for file in one.files} & touched
        if any(
            -DAY_S <= touch.at - time <= 1.0 and any(can_be_same_file(touch.path, path) for path in files)
            for touch in by_id[session].touches
            if touch.at is not None
            for time in times
        ):
            found.add((session, commit))
    return found


def window(case: Case, traces_: Sequence[Trace], *, files: bool) -> set[Pair]:
    """Baselines: commits authored while the session ran or up to an hour after, maybe with a file in common."""
    found = set()
    for trace in traces_:
        if trace.first_at is None or trace.last_at is None:
            continue
        for one in case.commits:
            at = one.authored_at.timestamp()
            if not one.files or not trace.first_at <= at <= trace.last_at + HOUR_S:
                continue
            if not files or any(can_be_same_file(t.path, f.path) for t in trace.touches for f in one.files):
                found.add((str(trace.native_id), one.hash))
    return found


def report(every: Sequence[Case], which: int, *, misses: bool) -> None:
    """Nothing; prints a table."""
    chosen = [(case, [one for one in case.traces if half(one.native_id) == which]) for case in every]
    for case, some in chosen:
        pairs = [pair for pair in case.truth if half(pair[0]) == which]
        print(
            f"{case.name}: {case.sessions} sessions in the truth, {len(case.traces)} with a log, {len(some)} in this "
            f"half with {len(pairs)} pairs; {case.elsewhere} pairs not in the history of {len(case.commits)} commits"
        )
    print("recall of all pairs; of pairs the log shows; of these by session; precision; links that cannot be judged")
    for name, files in (("window of time", False), ("window of time and files", True)):
        line(name, [(case, window(case, some, files=files), []) for case, some in chosen], which)
    for name, without in VARIANTS.items():
        line(name, [(case, *linked(case, some, without)) for case, some in chosen], which)
    line("trailers' ids too", [(case, *linked(case, some, ())) for case, some in chosen], which)
    line(
        "and the recorder's branch (circular)",
        [(case, *linked(case, some, (), case.checkpoints)) for case, some in chosen],
        which,
    )
    if misses:
        for case, some in chosen:
            told(case, some, which)


def linked(
    case: Case, some: Sequence[Trace], without: Collection[str], known: Mapping[str, frozenset[str]] | None = None
) -> tuple[set[Pair], list[Link]]:
    names = {one.session: str(one.native_id) for one in some}
    links = link(some, case.commits, checkpoints=known, without=without)
    return {(names[one.session], one.commit_hash) for one in links}, links


def line(name: str, rows: Sequence[tuple[Case, set[Pair], list[Link]]], which: int) -> None:
    shares: list[float] = []
    hits = wrong = unjudged = pairs = reachable = reached = stated = wrong_stated = 0
    for case, found, links in rows:
        truth = {pair for pair in case.truth if half(pair[0]) == which}
        seen = {pair for pair in shown(case) if pair in truth}
        hits, pairs = hits + len(found & truth), pairs + len(truth)
        reached, reachable = reached + len(found & seen), reachable + len(seen)
        for session in sorted({session for session, _ in seen}):
            own = {pair for pair in seen if pair[0] == session}
            shares.append(len(own & found) / len(own))
        extra = found - truth
        names = {one.session: str(one.native_id) for one in case.traces}
        certain = {
            (names[one.session], one.commit_hash)
            for one in links
            if {STATED, COPY} & {kind for kind, _ in one.evidence}
        }
        wrong += sum(commit in case.judged for _, commit in extra)
        wrong_stated += sum(pair[1] in case.judged for pair in extra & certain)
        unjudged += sum(commit not in case.judged for _, commit in extra)
        stated += sum(pair[1] not in case.judged for pair in extra & certain)
    print(
        f"{name:37} {hits / pairs:.3f} ({hits}/{pairs})  {reached / max(reachable, 1):.3f} ({reached}/{reachable})  "
        f"{sum(shares) / max(len(shares), 1):.3f} ({len(shares)})  {hits / max(hits + wrong, 1):.3f} ({wrong} wrong, "
        f"of these {wrong_stated} stated by the log)  {unjudged} ({stated} stated)"
    )


def told(case: Case, some: Sequence[Trace], which: int) -> None:
    """Nothing; prints the wrong links and the missed pairs that the log shows. Ids only."""
    found, links = linked(case, some, (TRAILER, AGENT))
    names = {one.session: str(one.native_id) for one in some}
    for one in links:
        if (names[one.session], one.commit_hash) not in case.truth and one.commit_hash in case.judged:
            print("wrong", case.name, names[one.session], one.commit_hash, one.evidence)
    for pair in sorted(shown(case) - found):
        if half(pair[0]) == which:
            print("missed", case.name, *pair)


def at_scale(commits_: int = 50_000, sessions: int = 1_000) -> None:
    """Nothing; prints what linking invented sessions to invented commits costs: a tenth of the lines are common."""
    chance = random.Random(7)
    common = [f"common{n}".encode().rjust(8)[-8:] for n in range(2000)]
    start = 1_700_000_000.0
    some, history, made = [], [], []
    for number in range(commits_):
        own = [blake2b(f"{number}-{n}".encode(), digest_size=8).digest() for n in range(36)]
        lines = b"".join(own) + b"".join(chance.choices(common, k=4))
        at = datetime.fromtimestamp(start + number * 600, UTC)
        history.append(
            Commit(
                hash=blake2b(str(number).encode(), digest_size=20).hexdigest(),
                parents=(),
                author=b"somebody",
                authored_at=at,
                authored_offset_min=0,
                committed_at=at,
                subject=Scrubbed("Change"),
                files=(CommitFile(path=Scrubbed(f"src/f{number % 500}.py"), added=40, removed=0, added_hashes=lines),),
            )
        )
        made.append(lines)
    for number in range(sessions):
        begin = chance.randrange(commits_ - 8)
        touches = tuple(
            Touch(start + at * 600 - 60, b"c" * 16, Scrubbed(f"src/f{at % 500}.py"), made[at])
            for at in range(begin, begin + 8)
        )
        some.append(
            Trace(
                session=number.to_bytes(16, "big"),
                agent="claude-code",
                native_id=Scrubbed(f"session-{number}"),
                first_at=touches[0].at,
                last_at=touches[-1].at,
                touches=touches,
            )
        )
    began = time.process_time()
    found = link(some, history)
    spent = time.process_time() - began
    began = time.process_time()
    linked_fewer = link(some[: sessions // 4], history)
    fewer = time.process_time() - began
    print(
        f"{commits_} commits x {sessions} sessions: {spent:.1f} CPU s, {len(found)} links; "
        f"with {sessions // 4} sessions {fewer:.1f} CPU s, {len(linked_fewer)} links"
    )


def main(words: Sequence[str] = ()) -> None:
    at_scale()
    places = [Path(word) for word in words if not word.startswith("--")]
    if len(places) == 3:
        began = time.process_time()
        every = list(cases(*places))
        print(f"read in {time.process_time() - began:.1f} CPU s")
        report(every, 0 if "--tune" in words else 1, misses="--misses" in words)
