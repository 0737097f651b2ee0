"""Pairs of texts as rows: what an agent wrote first, and what took its place and held.

Pairs are few, a handful of a hundred sessions, so that they are gathered before the first row is made: only then is
known which repeat each other, and whether one lesson would drown the others.
"""

from collections.abc import Iterator
from hashlib import blake2b
from typing import Final

from twiceshy.archive.db import Store
from twiceshy.archive.reads.ratings import read_ratings
from twiceshy.archive.times import format_time
from twiceshy.base.values import Scope
from twiceshy.judgement.chats.split_chats import STARTERS
from twiceshy.lessons.code_examples import name_language
from twiceshy.records import ids
from twiceshy.records.exports import ColumnType, ExportRow, ExportValue, RowOrigin, list_columns
from twiceshy.records.stories import Story
from twiceshy_data.dataset.good_work import weigh_work
from twiceshy_data.dataset.near_duplicates import choose_pairs
from twiceshy_data.dataset.preference_pairs import PreferencePair, find_pairs
from twiceshy_data.dataset.training_texts import write_task
from twiceshy_data.rows.judged_stories import read_judged_stories

PREFERENCES: Final = list_columns(
    id=ColumnType.TEXT,
    timestamp=ColumnType.TIME,
    session_id=ColumnType.TEXT,
    prompt=ColumnType.TEXT,
    rejected=ColumnType.TEXT,
    chosen=ColumnType.TEXT,
    source=ColumnType.TEXT,
    evidence=ColumnType.TEXT,
    confidence=ColumnType.REAL,
    lesson=ColumnType.TEXT,
    path=ColumnType.TEXT,
    language=ColumnType.TEXT,
    agent=ColumnType.TEXT,
    model=ColumnType.TEXT,
    project=ColumnType.TEXT,
)


def read_preference_rows(store: Store, scope: Scope) -> Iterator[ExportRow]:
    """Yield the pairs of the sessions in scope, the oldest session first."""
    for pair in read_pairs(store, scope):
        yield make_row(pair, _list_values(pair))


def read_pairs(store: Store, scope: Scope) -> list[PreferencePair]:
    """Return the pairs that are taken; what a person called bad is chosen in none."""
    stories = read_judged_stories(store, scope)
    said = read_ratings(store.connection)
    return choose_pairs(
        pair._replace(weight=weight)
        for judged in stories
        for pair in find_pairs(judged, store.body)
        if (weight := weigh_work(said.of_chats(_find_chat(judged.story, pair.call), judged.story.session))) is not None
    )


def _find_chat(story: Story, call: bytes) -> list[bytes]:
    """Return the chat that a call was made in."""
    steps = [moment.step.uid for moment in story.moments]
    before = story.moments[: steps.index(call)] if call in steps else ()
    prompts = [one for one in before if one.step.kind == "prompt" and one.step.run is None]
    return [one.step.uid for one in prompts if one.human or one.step.name in STARTERS][-1:]


def make_row(pair: PreferencePair, values: dict[str, ExportValue]) -> ExportRow:
    """Return a pair's row."""
    teller = pair.teller
    return ExportRow(
        ids.shorten(ids.SESSION, teller.session), values, RowOrigin(teller.project, teller.session, pair.at)
    )


def list_facts(pair: PreferencePair) -> dict[str, ExportValue]:
    """Return all that is known of a pair but its texts."""
    teller = pair.teller
    return {
        "id": blake2b(pair.call + pair.path.encode("utf-8", "replace"), digest_size=8).hexdigest(),
        "timestamp": format_time(pair.at),
        "session_id": f"{ids.SESSION}-{teller.session.hex()}",
        "source": pair.source,
        "evidence": pair.evidence,
        "confidence": pair.confidence,
        "weight": pair.weight,
        "lesson": pair.lesson,
        "path": pair.path,
        "language": name_language(pair.path) or None,
        "agent": teller.agent,
        "model": teller.model or None,
        "project": teller.project_name,
    }


def write_prompt(pair: PreferencePair) -> str:
    """Return what the model is asked."""
    return write_task(pair.task, pair.path, name_language(pair.path), pair.part)


def _list_values(pair: PreferencePair) -> dict[str, ExportValue]:
    """Return a pair's columns."""
    texts = {"prompt": write_prompt(pair), "rejected": pair.part.wrong, "chosen": pair.part.right}
    known = {**list_facts(pair), **texts}
    return {column.name: known[column.name] for column in PREFERENCES}
