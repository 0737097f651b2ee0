"""How well sessions are linked to commits, against what a recorder wrote down in public repositories; and the cost.

``python -m benchmarks links HOME TRUTH REPOSITORIES [PROJECT ...]``: HOME is a data folder with the real logs
(commits are added to it), TRUTH the folder of ``session-commit-links``, REPOSITORIES a folder with a bare clone of each
repository as ``owner+name``. A repository without a file in TRUTH is judged by its own trailers and the recorder's
branch in it. Rules were made on the projects of ``TUNED``; all others are reported beside them. Without arguments only
the cost at scale is measured.
"""

import json
import random
import time
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b
from itertools import islice
from pathlib import Path

from twiceshy.archive.commit_rows import add_commits
from twiceshy.archive.db import Store
from twiceshy.archive.reads.authorship import read_traces
from twiceshy.archive.reads.commits import read_stored_commits
from twiceshy.base.values import Scrubbed
from twiceshy.judgement.outcomes.commit_copies import split_hashes
from twiceshy.judgement.outcomes.commit_links import link
from twiceshy.judgement.outcomes.link_evidence import AGENT, COPY, FILES, LINES, MADE, STATED, TRAILER, can_be_same_file
from twiceshy.logs import git
from twiceshy.logs.git_checkpoints import read_checkpoints
from twiceshy.privacy.policy import RedactionLevel, load_rules
from twiceshy.privacy.scrub import Scrubber
from twiceshy.privacy.scrub_commits import scrub_commits
from twiceshy.records.commits import Commit, CommitFile, Link, StoredCommit, Touch, Trace
from twiceshy.stats.intervals import wilson

TUNED = {"EntityProcess+agentv", "entireio+cli"}
COMMON = 12
"""A line of more changes than these is everybody's."""
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


def cases(home: Path, truth: Path, repositories: Path) -> Iterator[Case]:
    """The repositories whose clone is there, with those sessions of the truth that the data folder has."""
    with Store.open(home) as store:
        for repo in sorted(repositories.iterdir()):
            identity = f"benchmark:{repo.name}"
            fill(store, repo, identity)
            history = list(read_stored_commits(store.connection, identity))
            checkpoints = read_checkpoints(repo)
            file = truth / f"{repo.name.replace('+', '__', 1)}.jsonl"
            every = recorded(file) if file.exists() else stated(history, checkpoints)
            wanted = sorted({session for session, _ in every})
            select = f"SELECT uid FROM session WHERE native_id IN ({','.join('?' * len(wanted))}) ORDER BY uid"
            found = list(read_traces(store, [row[0] for row in store.connection.execute(select, wanted)]))
            there = {trace.native_id for trace in found}
            known = {one.hash for one in history}
            pairs = {pair: files for pair, files in every.items() if pair[0] in there}
            yield Case(
                name=repo.name,
                commits=history,
                traces=found,
                truth={pair: files for pair, files in pairs.items() if pair[1] in known},
                judged={commit for _, commit in every},
                elsewhere=sum(commit not in known for _, commit in pairs),
                sessions=len(wanted),
                checkpoints=checkpoints,
            )


def recorded(file: Path) -> dict[Pair, set[str]]:
    """Pairs of a file of the truth, and the files that the recorder says the session touched."""
    pairs: defaultdict[Pair, set[str]] = defaultdict(set)
    for line_ in file.read_text().splitlines():
        row = json.loads(line_)
        for commit in row["commits"]:
            pairs[row["session_id"], commit] |= set(row["files_touched"] or ())
    return dict(pairs)


def stated(history: Sequence[StoredCommit], checkpoints: Mapping[str, frozenset[str]]) -> dict[Pair, set[str]]:
    """Pairs by the trailers of the history and the recorder's branch, with all files of the commit."""
    return {
        (session, one.hash): {file.path for file in one.files}
        for one in history
        for _, value in one.trailers
        for session in checkpoints.get(value.strip(), ())
    }


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


def in_common(case: Case) -> tuple[set[Pair], set[Pair], set[Pair]]:
    """Pairs of the truth whose session wrote a line of the commit before it; such a line is rare; and new.

    Rare: it stands in at most ``COMMON`` commits, and in a file of the commit that the session edited. New: no commit
    authored earlier has it; a later one that moves it says nothing about who wrote it.
    """
    by_id = {str(trace.native_id): trace for trace in case.traces}
    by_hash = {one.hash: one for one in case.commits}
    files = (file for one in case.commits for file in one.files)
    stands = Counter(line_ for file in files for line_ in set(split_hashes(file.added_hashes)))
    born = {
        line_: one.authored_at
        for one in sorted(case.commits, key=lambda one: one.authored_at, reverse=True)
        for file in one.files
        for line_ in split_hashes(file.added_hashes)
    }
    any_line, rare, new = set(), set(), set()
    for session, commit in case.truth:
        one = by_hash[commit]
        until = one.committed_at.timestamp() + 120.0
        touches = [touch for touch in by_id[session].touches if touch.at is not None and touch.at <= until]
        for file in one.files:
            lines = set(split_hashes(file.added_hashes))
            for touch in touches:
                shared = lines & set(split_hashes(touch.added))
                if shared:
                    any_line.add((session, commit))
                few = [line_ for line_ in shared if stands[line_] <= COMMON]
                if few and can_be_same_file(touch.path, file.path):
                    rare.add((session, commit))
                    if any(born[line_] >= one.authored_at for line_ in few):
                        new.add((session, commit))
    return any_line, rare, new


def report(every: Sequence[Case], name: str) -> None:
    """Nothing; prints a table."""
    print(f"\n{name}")
    for case in every:
        print(
            f"{case.name}: {case.sessions} sessions in the truth, {len(case.traces)} with a log and {len(case.truth)} "
            f"pairs; {case.elsewhere} pairs not in the history of {len(case.commits)} commits"
        )
    print("recall of all pairs; with a rare line in common that is new; a rare line; any line; of pairs the log shows")
    commons = [in_common(case) for case in every]
    for title, files in (("window of time", False), ("window of time and files", True)):
        line(title, [(case, window(case, case.traces, files=files), []) for case in every], commons)
    for title, without in VARIANTS.items():
        line(title, [(case, *linked(case, case.traces, without)) for case in every], commons)
    line("trailers' ids too", [(case, *linked(case, case.traces, ())) for case in every], commons)
    line(
        "and the recorder's branch (circular)",
        [(case, *linked(case, case.traces, (), case.checkpoints)) for case in every],
        commons,
    )


def linked(
    case: Case, some: Sequence[Trace], without: Collection[str], known: Mapping[str, frozenset[str]] | None = None
) -> tuple[set[Pair], list[Link]]:
    names = {one.session: str(one.native_id) for one in some}
    links = link(some, case.commits, checkpoints=known, without=without)
    return {(names[one.session], one.commit_hash) for one in links}, links


def line(
    name: str,
    rows: Sequence[tuple[Case, set[Pair], list[Link]]],
    commons: Sequence[tuple[set[Pair], set[Pair], set[Pair]]],
) -> None:
    hits = wrong = unjudged = wrong_stated = 0
    recalls = {"all": [0, 0], "new": [0, 0], "rare": [0, 0], "any": [0, 0], "shown": [0, 0]}
    for (case, found, links), (any_line, rare, new) in zip(rows, commons, strict=True):
        for kind, pairs in (
            ("all", set(case.truth)),
            ("new", new),
            ("rare", rare),
            ("any", any_line),
            ("shown", shown(case)),
        ):
            recalls[kind][0] += len(found & pairs)
            recalls[kind][1] += len(pairs)
        extra = found - set(case.truth)
        names = {one.session: str(one.native_id) for one in case.traces}
        certain = {
            (names[one.session], one.commit_hash)
            for one in links
            if {STATED, COPY} & {kind for kind, _ in one.evidence}
        }
        hits += len(found & set(case.truth))
        wrong += sum(commit in case.judged for _, commit in extra)
        wrong_stated += sum(pair[1] in case.judged for pair in extra & certain)
        unjudged += sum(commit not in case.judged for _, commit in extra)
    shares = "  ".join(f"{kind} {got / max(of, 1):.3f} ({got}/{of})" for kind, (got, of) in recalls.items())
    bounds = wilson(hits, hits + wrong)
    print(
        f"{name:37} {shares}  precision {hits / max(hits + wrong, 1):.3f} ({bounds.low:.2f}-{bounds.high:.2f}; "
        f"{wrong} wrong, of these {wrong_stated} stated by the log)  {unjudged} not judged"
    )


def told(case: Case) -> None:
    """Nothing; prints the wrong links and the missed pairs with a rare, new line in common. Ids only."""
    found, links = linked(case, case.traces, (TRAILER, AGENT))
    names = {one.session: str(one.native_id) for one in case.traces}
    for one in links:
        if (names[one.session], one.commit_hash) not in case.truth and one.commit_hash in case.judged:
            print("wrong", case.name, names[one.session], one.commit_hash, one.evidence)
    for pair in sorted(in_common(case)[2] - found):
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
    places = [Path(word) for word in words[:3]]
    if len(places) == 3:
        began = time.process_time()
        every = list(cases(*places))
        print(f"read in {time.process_time() - began:.1f} CPU s")
        report([case for case in every if case.name in TUNED], "projects that rules were made on")
        report([case for case in every if case.name not in TUNED], "other projects")
        for case in every:
            if case.name in words[3:]:
                told(case)
