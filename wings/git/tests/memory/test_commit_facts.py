"""git.memory.commit_facts: what a record says of a commit is what is read from it, and nothing unknown is invented."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from twiceshy.archive.reads.commits import state_facts
from twiceshy.base.values import Scrubbed
from twiceshy.records.authorship import CommitAttribution, FileAttribution, LineSpan, LineWriter, WriterKind
from twiceshy.records.codec import DamagedValue
from twiceshy.records.commits import CiResult, Commit, CommitFacts, CommitFile, Link, Revert, StoredCiResult
from twiceshy.records.memory import Code, MemoryRecord
from twiceshy_git.memory.commit_facts import (
    decode_attribution,
    decode_ci_result,
    decode_commit,
    decode_link,
    decode_revert,
    encode_attribution,
    encode_ci_result,
    encode_commit,
    encode_link,
    encode_revert,
)
from twiceshy_git.memory.envelope import decode, encode, identify

AT = datetime(2026, 9, 1, 22, 30, tzinfo=UTC)
FACTS = CommitFacts(
    hash="a" * 40,
    message=Scrubbed("Fix it\n\nIt broke."),
    timestamp=AT.astimezone(timezone(timedelta(hours=5, minutes=30))),
    committed_at=AT,
    files_changed=(Scrubbed("a.py"), Scrubbed("b.png")),
    insertions=3,
    deletions=0,
    binary=(Scrubbed("b.png"),),
    parent_count=1,
    seconds_since_last_commit=61.0,
    branch=Scrubbed("main"),
    amends="b" * 40,
    patch_id="c" * 40,
    tree="d" * 40,
)
SPARSE = replace(
    FACTS,
    insertions=None,
    deletions=None,
    binary=(),
    seconds_since_last_commit=None,
    branch=None,
    amends=None,
    patch_id=None,
    tree=None,
)
RESULT: StoredCiResult = CiResult(
    commit_hash="a" * 40, at=AT, result="pass", tests_passed=0, coverage=99.5, run_number=Scrubbed("20260901.1")
)


@pytest.mark.parametrize("facts", [FACTS, SPARSE], ids=["full", "sparse"])
def test_a_commit_survives_its_record(facts: CommitFacts) -> None:
    """Through the bytes as well."""
    assert decode_commit(decode(encode(encode_commit(facts)))) == facts


def test_unknown_is_no_key() -> None:
    """Never 0, an empty text or false; what is known to be 0 is."""
    assert {"insertions", "branch", "tree", "seconds_since_last_commit"}.isdisjoint(encode_commit(SPARSE).fields)
    assert encode_commit(FACTS).fields["deletions"] == 0


def test_hour_and_day_are_the_authors() -> None:
    """Four in the morning of the next day in India."""
    fields = encode_commit(FACTS).fields

    assert (fields["hour_of_day"], fields["day_of_week"]) == (4, "Wednesday")
    assert fields["timestamp"] == "2026-09-02T04:00:00+05:30"


def test_a_change_of_very_many_files_names_the_first() -> None:
    """And says how many there were."""
    fields = encode_commit(replace(FACTS, files_changed=tuple(Scrubbed(f"{n}.txt") for n in range(1200)))).fields

    assert len(fields["files_changed"]) == 1000  # type: ignore[arg-type]  # a list
    assert fields["files_total"] == 1200


def test_the_same_commit_is_one_fact_on_every_machine() -> None:
    """The author's salted hash differs between machines, so it is no part of it."""
    mine = Commit(
        hash="a" * 40,
        parents=("b" * 40,),
        author=b"12345678",
        authored_at=AT,
        authored_offset_min=60,
        committed_at=AT,
        subject=Scrubbed("Fix"),
        body=Scrubbed(""),
        tree="d" * 40,
        files=(CommitFile(path=Scrubbed("a"), added=None, removed=None),),
    )
    theirs = replace(mine, author=b"87654321")

    assert identify(encode_commit(state_facts(mine))) == identify(encode_commit(state_facts(theirs)))


def test_a_clone_without_contents_knows_no_counts() -> None:
    """A file without lines is binary only where the patch was seen."""
    bare = Commit(
        hash="a" * 40,
        parents=(),
        author=b"12345678",
        authored_at=AT,
        authored_offset_min=0,
        committed_at=AT,
        subject=Scrubbed("Fix"),
        files=(CommitFile(path=Scrubbed("a"), added=None, removed=None),),
    )

    assert (state_facts(bare).insertions, state_facts(bare).binary) == (None, ())
    assert state_facts(replace(bare, patch_id="e")).binary == ("a",)


def test_a_ci_result_survives_its_record() -> None:
    """With what is known of it."""
    assert decode_ci_result(decode(encode(encode_ci_result(RESULT)))) == RESULT


def test_a_result_of_another_version_is_unknown() -> None:
    """A word that is not ours is never shown as one."""
    record = MemoryRecord(type="ci", at=AT, fields={"commit": Code("a" * 40), "result": Code("flaky")})

    assert decode_ci_result(record).result == "unknown"


def test_a_revert_survives_its_record() -> None:
    """With and without the commit that did it."""
    for one in (
        Revert(commit_hash="a" * 40, at=AT),
        Revert(commit_hash="a" * 40, at=AT, by="b" * 40, evidence="tree"),
    ):
        assert decode_revert(decode(encode(encode_revert(one)))) == one


def test_a_damaged_record_is_said() -> None:
    """Not a crash of the reader's."""
    with pytest.raises(DamagedValue):
        decode_commit(MemoryRecord(type="commit", at=AT, fields={}))


# A link in a project's memory, and back.

TEST_LINK_FACTS_AT = datetime(2026, 11, 23, tzinfo=UTC)
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
    line = encode(encode_link(LINK, "claude-code", TEST_LINK_FACTS_AT))

    back = decode_link(decode(line))
    assert back.evidence == (("stated", ""), ("lines", ""))
    assert (back.session, back.commit_hash, back.confidence) == (LINK.session, LINK.commit_hash, LINK.confidence)
    assert (back.lines_shared, back.lines_of_commit, back.lines_of_session) == (3, 4, 9)
    assert b"added lines" not in line


@pytest.mark.parametrize("fields", [{}, {"commit": "a", "session_id": "no hex", "confidence": 1}])
def test_what_is_no_link_is_refused(fields: dict[str, object]) -> None:
    """With the error of damaged values."""
    with pytest.raises(DamagedValue):
        decode_link(MemoryRecord(type="link", at=TEST_LINK_FACTS_AT, fields=fields))  # type: ignore[arg-type]  # as another wrote it


# Who wrote which lines goes into memory and comes back.

TEST_ATTRIBUTION_FACTS_AT = datetime(2026, 11, 23, tzinfo=UTC)


def test_a_record_holds_all_that_is_known() -> None:
    """Each writer once."""
    agent: LineWriter[Scrubbed] = LineWriter(
        kind=WriterKind.AGENT,
        agent="codex",
        session=b"\x01\x02",
        native_id=Scrubbed("n"),
        chat=b"\x03",
        model=Scrubbed("m"),
    )
    person: LineWriter[Scrubbed] = LineWriter(kind=WriterKind.HUMAN, person=Scrubbed("Ann"))
    spans = (LineSpan(1, 2, agent), LineSpan(3, 3, person), LineSpan(4, 9, agent))
    found = CommitAttribution(
        commit_hash="77", files=(FileAttribution(path=Scrubbed("a.py"), spans=spans),), source="git-ai"
    )

    record = encode_attribution(found, TEST_ATTRIBUTION_FACTS_AT)

    assert decode_attribution(decode(encode(record))) == found
    assert encode(record).count(b'"codex"') == 1


@pytest.mark.parametrize(
    "fields",
    [{}, {"commit": Code("7"), "writers": [], "files": [{"path": Code("a"), "spans": [[1, 2, 0]]}]}],
)
def test_what_is_no_record_of_lines_is_refused(fields: dict[str, Code]) -> None:
    """With the house's own error."""
    with pytest.raises(DamagedValue):
        decode_attribution(MemoryRecord(type="attribution", at=TEST_ATTRIBUTION_FACTS_AT, fields=fields))
