"""archive.rating_rows: what is said of work is stored once a speaker, read back, and forgotten with its work."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from tests.archive.conftest import NOON, Log, stored

from twiceshy.archive.db import Store
from twiceshy.archive.forget import forget
from twiceshy.archive.note_rows import put_rating
from twiceshy.archive.reads.ratings import find_rating, hash_ratings, read_ratings, read_ratings_of_session
from twiceshy.base.values import Scrubbed
from twiceshy.records import ids
from twiceshy.records.outcomes import RatedBy, Rating, Ratings
from twiceshy.records.upkeep import Extent

LATER = NOON + timedelta(days=9)


def rating(log: Log, kind: str = ids.CHAT, uid: bytes = b"", value: int = 5, comment: str | None = "words") -> Rating:
    return Rating(
        kind=kind,
        uid=uid or log.session,
        session=log.session,
        value=value,
        at=LATER,
        comment=None if comment is None else Scrubbed(comment),
    )


def put(store: Store, *ratings: Rating) -> None:
    with store.begin_writing() as connection:
        for one in ratings:
            put_rating(connection, one)


def test_a_rating_is_read_back_and_takes_the_place_of_the_one_before(tmp_path: Path) -> None:
    """One row a speaker and thing; an agent's word stands beside a person's, and is not read as one."""
    log = Log()
    first = rating(log, uid=b"c" * 16, value=1, comment=None)
    second, agents = rating(log, uid=b"c" * 16, value=5), replace(first, rated_by=RatedBy.AGENT, value=4)
    whole = rating(log, ids.SESSION, value=3)
    with Store.open(tmp_path) as store:
        put(store, first, second, agents, whole)

        found = read_ratings(store.connection)
        assert set(found.said.values()) == {second, whole}
        assert read_ratings_of_session(store.connection, log.session) == found
        assert read_ratings_of_session(store.connection, b"other") == Ratings()
        assert find_rating(store.connection, ids.CHAT, b"c" * 16, RatedBy.AGENT) == agents


def test_a_chat_without_a_rating_has_that_of_its_session() -> None:
    """And its own, where there is one."""
    log = Log()
    whole, own = rating(log, ids.SESSION, value=1), rating(log, uid=b"c" * 16)
    said = Ratings({(one.kind, one.uid): one for one in (whole, own)})

    assert said.of_chat(b"c" * 16, log.session) is own
    assert said.of_chat(b"d" * 16, log.session) is whole
    assert said.of_chat(b"d" * 16, b"other") is None


def test_the_hash_of_a_session_changes_with_what_is_said_of_its_work(tmp_path: Path) -> None:
    """With the number; not with the words, nor with what an agent says."""
    log = Log()
    one = rating(log, uid=b"c" * 16)
    with Store.open(tmp_path) as store:
        hashes = []
        for said in (one, replace(one, comment=None), replace(one, rated_by=RatedBy.AGENT), replace(one, value=1)):
            put(store, said)
            hashes.append(hash_ratings(store.connection)[log.session])

        assert hashes[0] == hashes[1] == hashes[2] != hashes[3]


@pytest.mark.parametrize(
    ("extent", "left"),
    [
        (Extent(project="web-shop"), {"w": None}),
        (Extent(until=LATER), {"w": None}),
        (Extent(since=NOON, until=NOON + timedelta(seconds=2)), {"s": "words", "w": None}),
        (Extent(since=LATER), {"s": "words", "c": "words", "w": "words"}),
    ],
)
def test_a_rating_is_forgotten_with_its_work(tmp_path: Path, extent: Extent, left: dict[str, str | None]) -> None:
    """A chat's with the chat, a session's with the session; of a lesson or a warning only words that may quote it."""
    log = Log().opened().prompt("Make it", key="chat").prompt("Now that", key="other")
    chat = log.events[1].stamp.uid  # type: ignore[union-attr]  # a prompt
    about = replace(rating(log, ids.WARNING, b"w" * 8), session=None)
    with Store.open(tmp_path) as store:
        stored(store, log)
        put(store, rating(log, uid=chat), rating(log, ids.SESSION), replace(about, kind=ids.WARNING))

        told = forget(store, extent, LATER, dry_run=True)
        forget(store, extent, LATER, dry_run=False)

        kept = {kind: one.comment for (kind, _), one in read_ratings(store.connection).said.items()}
        assert kept == left
        assert told.events.get("rating", 0) == 3 - len(kept)
