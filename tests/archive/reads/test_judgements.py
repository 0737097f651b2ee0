"""archive.reads.completeness: what of a store was not computed yet."""

from typing import TYPE_CHECKING

import pytest

from twiceshy.archive import scored_edits, session_results, stored_attempts
from twiceshy.archive.reads.judgements import count_unjudged, count_unscored, has_session
from twiceshy.records.figures import EditsToScore

if TYPE_CHECKING:
    from tests.archive.reads.conftest import Archive


@pytest.fixture
def two(archive: "Archive") -> "Archive":
    """Two sessions: one with two edits, the other with one."""
    archive.connection.execute("CREATE TABLE IF NOT EXISTS fault (step TEXT, key BLOB)")
    project = archive.project("web-shop")
    for uid, edits in (("01", 2), ("02", 1)):
        session = archive.session(project, uid)
        for _ in range(edits):
            archive.edit(session, b"c", "a.py")
    return archive


def derive(archive: "Archive", kind: str, uid: str) -> None:
    key = bytes.fromhex(uid.ljust(32, "0"))
    archive.put("derived", kind=kind, key=key, input_hash=b"h", rule_version=1, value=b"{}")


def test_an_empty_store_has_no_session(archive: "Archive") -> None:
    """Nothing is stored, so nothing waits either."""
    assert not has_session(archive.connection)
    assert count_unscored(archive.connection) == EditsToScore(edits=0, open=0)


def test_sessions_wait_until_they_are_judged_or_failed(two: "Archive") -> None:
    """A session at which judging failed is not asked for again at each report."""
    assert has_session(two.connection)
    assert count_unjudged(two.connection) == 2

    derive(two, session_results.KIND, "01")
    assert count_unjudged(two.connection) == 2  # by a version that kept no attempts

    derive(two, stored_attempts.KIND, "01")
    two.put("fault", step="judge", key=bytes.fromhex("02".ljust(32, "0")))

    assert count_unjudged(two.connection) == 0


def test_edits_wait_until_their_session_is_scored(two: "Archive") -> None:
    """Edits are counted, not sessions."""
    assert count_unscored(two.connection) == EditsToScore(edits=3, open=3)

    derive(two, scored_edits.KIND, "01")

    assert count_unscored(two.connection) == EditsToScore(edits=3, open=1)
