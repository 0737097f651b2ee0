"""What do the store's sessions say of how each change was made?

For a commit the calls between the session's commit before it and this one; nothing that came later, see
``outcomes.story_until``.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Container, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final, NamedTuple
from zlib import crc32

from twiceshy.capture.projects import find_project
from twiceshy.config import Config
from twiceshy.errors import StoreError
from twiceshy.outcomes.story_until import time_story
from twiceshy.outcomes.work_parts import LinkedCommit, divide_work, find_written_lines, split_lines, take_part
from twiceshy.outcomes.work_shares import describe_work, sum_up
from twiceshy.predict.risk.groups.agent_work import HAS_LOG
from twiceshy.records.change_risk import TimedChange
from twiceshy.records.work_parts import WorkPart
from twiceshy.store.db import Store, has_store
from twiceshy.store.reads.stories import read_stories
from twiceshy.store.reads.traces import find_sessions
from twiceshy.store.reads.work_times import read_added_lines, read_fetched_outputs, read_model_tokens
from twiceshy.store.session_links import links_of_session

_NUMBERS: Final = 9973
"""Numbers that stand for names. Guess of 2026-11-23: a prime, so that of ten names two share one in 0.5 % of cases."""


class _Part(NamedTuple):
    """What one session says of one commit."""

    numbers: Mapping[str, float]
    written: frozenset[bytes]
    agent: str
    model: str


def measure_work(
    config: Config, repo: Path, changes: Sequence[TimedChange], wanted: Collection[str] | None = None
) -> dict[str, dict[str, float]]:
    """Return the numbers of each commit that a stored session worked on, by its hash.

    ``changes`` are all that the sessions may have made, in the order of time; ``wanted`` are the hashes of those whose
    numbers are asked for, where it is not all of them. A store that cannot be read knows nothing: `doctor` says what is
    wrong with it.
    """
    with suppress(StoreError):
        if has_store(config.home):
            with Store.open(config.home, readonly=True) as store:
                parts = _measure_parts(store, find_project(repo.resolve()).identity, changes, wanted)
                return _join_parts(changes, parts, read_added_lines(store.connection, parts))
    return {}


def _measure_parts(
    store: Store, identity: str, changes: Sequence[TimedChange], wanted: Collection[str] | None
) -> dict[str, list[_Part]]:
    """Return what sessions say of each commit."""
    known = {one.commit.hash: one for one in changes}
    asked = known if wanted is None else wanted
    found: defaultdict[str, list[_Part]] = defaultdict(list)
    for session in find_sessions(store.connection, identity):
        linked = [known[one.commit_hash] for one in links_of_session(store, session) if one.commit_hash in known]
        if any(one.commit.hash in asked for one in linked):
            for name, part in _measure_session(store, session, linked, asked):
                found[name].append(part)
    return found


def _measure_session(
    store: Store, session: bytes, linked: Sequence[TimedChange], asked: Container[str]
) -> Iterator[tuple[str, _Part]]:
    """Yield what one session says of each commit that has its work, of those that are asked for."""
    spans = divide_work(LinkedCommit(one.commit.hash, one.commit.authored_at.timestamp(), one.at) for one in linked)
    tokens = read_model_tokens(store.connection, session)
    for story in read_stories(store, [session]):
        timed = time_story(story, read_fetched_outputs(store.connection, session))
        for name in filter(asked.__contains__, spans):
            part = take_part(timed, spans[name], tokens)
            if numbers := describe_work(part, store.body):
                yield name, _Part(numbers, find_written_lines(part), story.agent, _find_model(part))


def _find_model(part: WorkPart) -> str:
    """Return the model that wrote most of a part; empty where the log does not say."""
    spent = Counter[str]()
    for one in part.tokens:
        spent[one.model] += one.output
    return spent.most_common(1)[0][0] if spent else ""


def _join_parts(
    changes: Sequence[TimedChange], parts: Mapping[str, Sequence[_Part]], lines: Mapping[str, bytes]
) -> dict[str, dict[str, float]]:
    """Return one row of numbers for each commit: sessions weigh by the lines that they share with it."""
    found = {}
    for change in changes:
        name = change.commit.hash
        if not (some := parts.get(name)):
            continue
        added = split_lines(lines.get(name, b""))
        weighed = [(part, max(1, len(added & part.written))) for part in some]
        numbers = sum_up((part.numbers, weight) for part, weight in weighed)
        if added:
            of_logs = added.intersection(frozenset().union(*(part.written for part in some)))
            numbers["human_lines_rate"] = 1 - len(of_logs) / len(added)
        most = max(weighed, key=lambda pair: pair[1])[0]
        numbers["agent"] = _number(most.agent)
        if most.model:
            numbers["model"] = _number(most.model)
        found[name] = numbers | {HAS_LOG: 1.0}
    return found


def _number(name: str) -> float:
    """Return a number that stands for a name, the same on every machine and at any time."""
    return float(crc32(name.encode()) % _NUMBERS)
