"""What do the store's sessions say of how each change was made, and of its files' past with agents?

For a commit the calls between the session's commit before it and this one; for what is not committed yet, those since
the session's last commit. Nothing that came later enters, see ``judgement.outcomes.work_parts``.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from math import isfinite
from pathlib import Path
from typing import Final, NamedTuple
from zlib import crc32

from twiceshy.archive.db import Store, has_store
from twiceshy.archive.reads.authorship import find_sessions, read_traces
from twiceshy.archive.reads.event_times import (
    read_added_lines,
    read_authored_times,
    read_fetched_outputs,
    read_model_tokens,
)
from twiceshy.archive.reads.files import read_file_events
from twiceshy.archive.reads.stories import read_stories
from twiceshy.archive.session_links import links_of_session
from twiceshy.base.config import Config
from twiceshy.base.errors import SourceError, StoreError
from twiceshy.judgement.outcomes.files_record import FilesRecord
from twiceshy.judgement.outcomes.work_parts import (
    FRESH_S,
    LinkedCommit,
    WorkSpan,
    describe_work,
    divide_work,
    find_last_commit,
    find_waiting,
    find_writers,
    find_written_lines,
    split_lines,
    sum_up,
    take_part,
    time_story,
)
from twiceshy.logs.commit_dates import read_last_commits
from twiceshy.logs.pending_change import read_file_changes
from twiceshy.logs.projects import find_project
from twiceshy.logs.repository_place import is_ancestor, locate_repository
from twiceshy.records.change_risk import TimedChange
from twiceshy.records.commits import RawCommit
from twiceshy.records.stories import FileEvent, WorkPart
from twiceshy_git.predict.risk.groups.agent_work import HAS_LOG

# What does a session say of the changes that have its work, and what do several sessions say of one?

_NUMBERS: Final = 9973
"""Numbers that stand for names. Guess of 2026-11-23: a prime, so that of ten names two share one in 0.5 % of cases."""


class SessionPart(NamedTuple):
    """What one session says of one change."""

    numbers: Mapping[str, float]
    written: frozenset[bytes]
    began: float
    """When the part began; seconds since 1970."""
    agent: str
    model: str


def measure_session(store: Store, session: bytes, spans: Mapping[str, WorkSpan]) -> Iterator[tuple[str, SessionPart]]:
    """Yield what a session says of each change of which the time of its work is given; nothing where it did nothing."""
    if not spans:
        return
    tokens = read_model_tokens(store.connection, session)
    for story in read_stories(store, [session]):
        timed = time_story(story, read_fetched_outputs(store.connection, session))
        for name, span in spans.items():
            part = take_part(timed, span, tokens)
            if numbers := describe_work(part, store.body):
                began = timed.times[part.start].began
                yield name, SessionPart(numbers, find_written_lines(part), began, story.agent, _find_model(part))


def _find_model(part: WorkPart) -> str:
    """Return the model that wrote most of a part; empty where the log does not say."""
    spent = Counter[str]()
    for one in part.tokens:
        spent[one.model] += one.output
    return spent.most_common(1)[0][0] if spent else ""


def join_parts(parts: Sequence[SessionPart], added: frozenset[bytes]) -> dict[str, float]:
    """Return one row of numbers for a change: sessions weigh by the lines that they share with it."""
    weighed = [(part, max(1, len(added & part.written))) for part in parts]
    numbers = sum_up((part.numbers, weight) for part, weight in weighed) | {HAS_LOG: 1.0}
    if added:
        of_logs = added.intersection(frozenset().union(*(part.written for part in parts)))
        numbers["human_lines_rate"] = 1 - len(of_logs) / len(added)
    most = max(weighed, key=lambda pair: pair[1])[0]
    numbers["agent"] = _number(most.agent)
    if most.model:
        numbers["model"] = _number(most.model)
    return numbers


def _number(name: str) -> float:
    """Return a number that stands for a name, the same on every machine and at any time."""
    return float(crc32(name.encode()) % _NUMBERS)


_DIGITS: Final = (40, 64)
"""Of a commit's full hash, by definition of git."""


def measure_work(
    config: Config, repo: Path, changes: Sequence[TimedChange], wanted: Collection[str] | None = None
) -> dict[str, dict[str, float]]:
    """Return the numbers of each change of which the store knows something, by its hash.

    ``changes`` are in the order of time, with none left out between them; the last may be one that is not committed
    yet. ``wanted`` are the hashes of those whose numbers are asked for, where it is not all of them. A store that
    cannot be read knows nothing: `doctor` says what is wrong with it.
    """
    with suppress(StoreError):
        if has_store(config.home):
            with Store.open(config.home, readonly=True) as store:
                asked = [one for one in changes if wanted is None or one.commit.hash in wanted]
                return _measure(store, repo, changes, asked)
    return {}


def read_pending_work(store: Store, repo: Path, session: bytes, now: datetime) -> RawCommit | None:
    """Return what a commit of a session's work would hold that waits in the files here; None where nothing does.

    Raises:
        SourceError: ``repo`` is in no git repository.
        ToolMissing: there is no git.
    """
    touches = [touch for trace in read_traces(store, [session]) for touch in trace.touches]
    since = now - timedelta(seconds=FRESH_S)
    committed = read_last_commits(repo, since) if locate_repository(repo).head else {}
    names = find_waiting(touches, committed, since.timestamp())
    change = read_file_changes(repo, names, now, salt=store.salt) if names else None
    return change if change is not None and change.files else None


def _measure(
    store: Store, repo: Path, changes: Sequence[TimedChange], asked: Sequence[TimedChange]
) -> dict[str, dict[str, float]]:
    """Return the numbers of the changes that are asked for, of those that any are known of."""
    identity = find_project(repo.resolve()).identity
    events = read_file_events(store, identity)
    past = FilesRecord(events)
    parts = _measure_parts(store, repo, changes, {one.commit.hash for one in asked}, events)
    lines = read_added_lines(store.connection, parts)
    found = {}
    for one in asked:
        name = one.commit.hash
        some = parts.get(name, ())
        files = [file.old_path or file.path for file in one.commit.files]
        numbers = dict(past.describe(files, min([one.at, *(part.began for part in some)])))
        if some:
            own = b"".join(file.added_hashes for file in one.commit.files)
            numbers |= join_parts(some, split_lines(lines.get(name) or own))
        if numbers:
            found[name] = numbers
    return found


def _measure_parts(
    store: Store, repo: Path, changes: Sequence[TimedChange], asked: Container[str], events: Sequence[FileEvent]
) -> dict[str, list[SessionPart]]:
    """Return what sessions say of each change that is asked for."""
    known = {one.commit.hash: one for one in changes}
    found: defaultdict[str, list[SessionPart]] = defaultdict(list)
    for session, names, before in _list_sessions(store, repo, changes[-1:], events):
        if any(name in asked for name in names):
            linked = [*_list_linked(store, repo, names, known), *before]
            for name, part in measure_session(store, session, _divide(linked, asked)):
                found[name].append(part)
    return found


_Worked = tuple[bytes, list[str], Sequence[LinkedCommit]]
"""A session, the changes that have its work, and a commit of it that is linked to nothing yet."""


def _list_sessions(
    store: Store, repo: Path, last: Sequence[TimedChange], events: Sequence[FileEvent]
) -> Iterator[_Worked]:
    """Yield the sessions of the repository with the hashes of the changes that have their work."""
    waiting = [one for one in last if len(one.commit.hash) not in _DIGITS]
    writers = {one.commit.hash: _find_writers(store, repo, one, events) for one in waiting}
    for session in find_sessions(store.connection, find_project(repo.resolve()).identity):
        names = [one.commit_hash for one in links_of_session(store, session)]
        pending = {name: some[session] for name, some in writers.items() if session in some}
        before = [LinkedCommit("", at, at) for at in pending.values() if isfinite(at)]
        yield session, [*names, *pending], before


def _find_writers(store: Store, repo: Path, pending: TimedChange, events: Sequence[FileEvent]) -> dict[bytes, float]:
    """Return the sessions whose work is in a change that is not committed, each with the time of its last commit."""
    edited = {one.session for one in events if one.what == "edited" and one.at > pending.at - FRESH_S}
    if not edited or not pending.commit.files:
        return {}
    since = datetime.fromtimestamp(pending.at - FRESH_S, UTC)
    try:
        committed = read_last_commits(repo, since) if pending.commit.parents else {}
    except SourceError:
        return {}  # of a damaged history it is not known what waits
    touches = {one.session: one.touches for one in read_traces(store, sorted(edited))}
    return {
        session: find_last_commit(touches[session], committed, pending.at)
        for session in find_writers(pending.commit, pending.at, touches, committed)
    }


def _list_linked(
    store: Store, repo: Path, names: Sequence[str], known: Mapping[str, TimedChange]
) -> Iterator[LinkedCommit]:
    """Yield a session's changes of those known, and where they are not the whole history the newest one before."""
    for one in (known[name] for name in names if name in known):
        yield LinkedCommit(one.commit.hash, one.commit.authored_at.timestamp(), one.at)
    if next(iter(known.values())).commit.parents:
        yield from _find_earlier(store, repo, [name for name in names if name not in known])


def _find_earlier(store: Store, repo: Path, names: Sequence[str]) -> Iterator[LinkedCommit]:
    """Yield the newest of a session's commits that HEAD has; what a squash took in is none of them."""
    head = locate_repository(repo).head
    for authored, name in read_authored_times(store.connection, names):
        if head is not None and is_ancestor(repo, name, head):
            yield LinkedCommit(name, authored, authored)
            return


def _divide(linked: Iterable[LinkedCommit], asked: Container[str]) -> dict[str, WorkSpan]:
    """Return when a session worked on each of its changes that is asked for."""
    return {name: span for name, span in divide_work(linked).items() if name in asked}
