"""Whatever is wrong with a segment is named."""

from dataclasses import replace

import pytest
from wings.git.tests.memory.memory_records import a_record, lines_of

from twiceshy.records.codec import DamagedValue
from twiceshy_git.memory import envelope, segment_checks, segments
from twiceshy_git.memory.envelope import hash_bare
from twiceshy_git.memory.segment_checks import examine_segment, read_place, write_out
from twiceshy_git.memory.segments import LinePlace

[GOOD] = segments.make_segments(lines_of(a_record(1), a_record(2)), 1)


def made_of(*lines: bytes) -> segments.Segment:
    """A segment of lines that no writer of ours would write, in this order."""
    by_id = {hash_bare(line): line for line in lines}
    return segments._make_segment([LinePlace("chat", "", key) for key in by_id], by_id, 1)


BAD = made_of(b'{"at":"2026-10-30T12:00:00Z","type":"chat" ,"v":1}')
SWAPPED = made_of(*sorted(lines_of(a_record(1), a_record(2)).values(), reverse=True))


@pytest.mark.parametrize(
    ("name", "month", "blob", "words"),
    [
        pytest.param(GOOD.name, "202610", GOOD.blob, [], id="whole"),
        pytest.param("ab" * 32, "202610", GOOD.blob, ["its name is not"], id="another name"),
        pytest.param(GOOD.name, "202611", GOOD.blob, ["belongs into another month"] * 2, id="another month"),
        pytest.param(GOOD.name, "202610", GOOD.blob[:-3], ["cannot be unpacked"], id="cut"),
        pytest.param(BAD.name, "202610", BAD.blob, ["not in the form"], id="another form"),
        pytest.param(SWAPPED.name, "202610", SWAPPED.blob, ["not in order"], id="another order"),
    ],
)
def test_what_is_wrong_is_said(name: str, month: str, blob: bytes, words: list[str]) -> None:
    """And nothing where nothing is."""
    found = examine_segment(name, month, blob).faults

    assert len(found) == len(words)
    assert all(word in one for word, one in zip(words, found, strict=True))


def test_a_file_above_the_cap_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever wrote it."""
    monkeypatch.setattr(segment_checks, "LARGEST_BLOB", 10)

    assert "the cap is 10" in examine_segment(GOOD.name, "202610", GOOD.blob).faults[0]


@pytest.mark.parametrize("line", [b"", b"[]", b'{"type":"ci"}', b'{"at":"2026-10-30","type":"ci","v":1}'])
def test_what_is_no_record_is_refused(line: bytes) -> None:
    """Before anybody shows it."""
    with pytest.raises(DamagedValue):
        read_place(b"", line)


@pytest.mark.parametrize(
    "value",
    [1, 1.5, 1e16, 1e-7, 2**70, -0.0, True, "naïve \x1f \u2028 \U0001f600", "lone \ud800", {"b": [{}], "a": None}],
)
def test_every_value_is_written_out_as_it_is_encoded(value: object) -> None:
    """Whichever of two encoders can do it."""
    record = replace(a_record(1, kind="chat"), fields={"value": value})  # type: ignore[dict-item]  # values of any kind
    line = envelope.encode_bare(record)
    key = envelope.hash_bare(line)

    assert read_place(key, line).id == key
    assert write_out(line, key, "ab" * 8) == envelope.encode(replace(record, writer="ab" * 8))
