"""What does a session say of the changes that have its work, and what do several sessions say of one?"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple
from zlib import crc32

from twiceshy.archive.db import Store
from twiceshy.archive.reads.event_times import read_fetched_outputs, read_model_tokens
from twiceshy.archive.reads.stories import read_stories
from twiceshy.judgement.outcomes.work_parts import (
    WorkSpan,
    describe_work,
    find_written_lines,
    sum_up,
    take_part,
    time_story,
)
from twiceshy.records.stories import WorkPart
from twiceshy.wings.git.predict.risk.groups.agent_work import HAS_LOG

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
