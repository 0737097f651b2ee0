"""What leaves, and what is taken for a row: nothing else gets through, and no message quotes a value."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twiceshy.privacy.wire.row_kinds import KINDS, LEVELS, Field, Level
from twiceshy.privacy.wire.wire_rows import WireError, decode_row, encode_row, limit_level, list_texts, make_row_id
from twiceshy.records.team import WireRow, WireValue

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
WORDS = st.from_regex(r"[A-Za-z0-9_.:/@+-]{1,40}", fullmatch=True)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "hash": st.binary(min_size=16, max_size=16).map(bytes.hex),
    "count": st.integers(0, 2**53),
    "number": st.floats(allow_nan=False, allow_infinity=False),
    "flag": st.booleans(),
    "word": WORDS,
    "time": st.just("2026-11-23T09:00:00.000Z"),
    "text": st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=200),
    "words": st.lists(WORDS, max_size=4),
    "counts": st.dictionaries(WORDS, st.integers(0, 1000), max_size=4),
}


@st.composite
def rows(draw: st.DrawFn) -> WireRow:
    """A row of any kind with any of its fields."""
    kind = draw(st.sampled_from(sorted(KINDS)))
    fields: list[Field] = [field for field in KINDS[kind].fields if field.required or draw(st.booleans())]
    data: dict[str, WireValue] = {field.name: draw(VALUES[field.form]) for field in fields}
    rev = draw(st.integers(0, 5)) if KINDS[kind].changes else 0
    return WireRow(kind=kind, id=draw(st.binary(min_size=16, max_size=16)), rev=rev, at=AT, data=data)


@given(rows())
def test_a_row_comes_back_as_it_left(row: WireRow) -> None:
    """Of every kind, with any of its fields."""
    assert decode_row(encode_row(row)) == row


@given(rows(), st.sampled_from(LEVELS))
def test_a_level_lets_only_its_fields_out(row: WireRow, level: Level) -> None:
    """And what is left is a row again, unless no such row may leave."""
    left = limit_level(row, level)

    allowed = {field.name for field in KINDS[row.kind].fields if LEVELS.index(field.level) <= LEVELS.index(level)}
    if left is None:
        assert (row.kind, level != "full") == ("output_sample", True)
    else:
        assert set(left.data) == set(row.data) & allowed
        assert decode_row(encode_row(left)) == left


def test_at_the_strictest_level_no_text_leaves() -> None:
    """Counts are hashes, numbers and identifiers."""
    found = {
        (kind.name, field.name)
        for kind in KINDS.values()
        for field in kind.fields
        if field.level == "counts" and kind.level == "counts" and field.form == "text"
    }

    assert found == set()


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"schema": "twiceshy/sync/2"}, "schema"),
        ({"kind": "chat"}, "kind"),
        ({"kind": ["tombstone"]}, "kind"),
        ({"id": "00"}, "id"),
        ({"rev": 1}, "rev"),
        ({"rev": True}, "rev"),
        ({"at": "yesterday"}, "at"),
        ({"at": "2026-11-23T09:00:00"}, "at"),
        ({"at": "0001-01-01T00:00:00+14:00"}, "at"),
        ({"data": []}, "data"),
        ({"data": {}}, "tombstone.target is missing"),
        ({"data": {"target": "hunter2"}}, "tombstone.target is no hash"),
        ({"data": {"target": "0" * 32, "hunter2": 1}}, "no such field"),
        ({"data": {"target": "0" * 32, "reason": "a\nb"}}, "tombstone.reason is no word"),
        ({"more": 1}, "a row has"),
    ],
)
def test_what_is_no_row_is_refused_and_not_quoted(change: dict[str, object], why: str) -> None:
    """The message says which field."""
    row = WireRow(kind="tombstone", id=bytes(16), rev=0, at=AT, data={"target": "0" * 32})
    line = json.dumps(json.loads(encode_row(row)) | change).encode()

    with pytest.raises(WireError, match=why) as raised:
        decode_row(line)

    assert "hunter2" not in str(raised.value)


@pytest.mark.parametrize("line", [b"", b"[]", b"{", b"\xff", b"[" * 60_000, b'{"schema": NaN}', b" " * 70_000])
def test_what_is_no_json_is_refused(line: bytes) -> None:
    """Whatever it is, the answer is the same kind of error."""
    with pytest.raises(WireError):
        decode_row(line)


def test_a_number_that_is_none_does_not_leave() -> None:
    """No reader of JSON would take it."""
    data: dict[str, WireValue] = {"exit_code": 0, "exit_reason": "completed", "total_runtime": float("nan")}

    with pytest.raises(WireError, match="total_runtime"):
        encode_row(WireRow(kind="execution", id=bytes(16), rev=0, at=AT, data=data))


def test_every_text_and_word_is_named_for_the_scan() -> None:
    """Also those within lists and mappings."""
    data: dict[str, WireValue] = {"agent": "codex", "model": "m-1", "tools": {"Bash": 3}, "prompts": 2}

    row = WireRow(kind="session", id=bytes(16), rev=0, at=AT, data=data)

    assert sorted(list_texts(row)) == [("agent", "codex"), ("model", "m-1"), ("tools", "Bash")]


def test_an_id_depends_on_every_part_and_on_the_key() -> None:
    """Parts are kept apart."""
    found = {make_row_id(b"k", "a", "bc"), make_row_id(b"k", "ab", "c"), make_row_id(b"l", "a", "bc")}

    assert (len(found), {len(one) for one in found}) == (3, {16})
