"""A link in a project's memory, and back."""

from datetime import UTC, datetime

import pytest

from twiceshy.records.codec import DamagedValue
from twiceshy.records.commits import Link
from twiceshy.records.memory import MemoryRecord
from twiceshy.wings.git.memory.envelope import decode, encode
from twiceshy.wings.git.memory.link_facts import decode_link, encode_link

AT = datetime(2026, 11, 23, tzinfo=UTC)
LINK = Link(
    session=b"s" * 16,
    commit_hash="a" * 40,
    confidence=0.98,
    evidence=(("stated", "aaaaaaa"), ("lines", "3 of 4 added lines")),
    lines_shared=3,
    lines_of_commit=4,
    lines_of_session=9,
)


def test_a_link_comes_back_without_the_words_of_its_evidence() -> None:
    """Only their kinds travel."""
    line = encode(encode_link(LINK, "claude-code", AT))

    back = decode_link(decode(line))
    assert back.evidence == (("stated", ""), ("lines", ""))
    assert (back.session, back.commit_hash, back.confidence) == (LINK.session, LINK.commit_hash, LINK.confidence)
    assert (back.lines_shared, back.lines_of_commit, back.lines_of_session) == (3, 4, 9)
    assert b"added lines" not in line


@pytest.mark.parametrize("fields", [{}, {"commit": "a", "session_id": "no hex", "confidence": 1}])
def test_what_is_no_link_is_refused(fields: dict[str, object]) -> None:
    """With the error of damaged values."""
    with pytest.raises(DamagedValue):
        decode_link(MemoryRecord(type="link", at=AT, fields=fields))  # type: ignore[arg-type]  # as another wrote it
