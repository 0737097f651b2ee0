"""Who wrote which lines goes into memory and comes back."""

from datetime import UTC, datetime

import pytest

from twiceshy.base.values import Scrubbed
from twiceshy.records.authorship import CommitAttribution, FileAttribution, LineSpan, LineWriter, WriterKind
from twiceshy.records.codec import DamagedValue
from twiceshy.records.memory import Code, MemoryRecord
from twiceshy.wings.git.memory.attribution_facts import decode_attribution, encode_attribution
from twiceshy.wings.git.memory.envelope import decode, encode

AT = datetime(2026, 11, 23, tzinfo=UTC)


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

    record = encode_attribution(found, AT)

    assert decode_attribution(decode(encode(record))) == found
    assert encode(record).count(b'"codex"') == 1


@pytest.mark.parametrize(
    "fields",
    [{}, {"commit": Code("7"), "writers": [], "files": [{"path": Code("a"), "spans": [[1, 2, 0]]}]}],
)
def test_what_is_no_record_of_lines_is_refused(fields: dict[str, Code]) -> None:
    """With the house's own error."""
    with pytest.raises(DamagedValue):
        decode_attribution(MemoryRecord(type="attribution", at=AT, fields=fields))
