"""Any text goes in, and the same comes out."""

import pickle

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.archive.conftest import Log

from twiceshy.archive import bodies, rows
from twiceshy.archive.bodies import Pack, filter_pack, make_packs, unpack_frame
from twiceshy.archive.rows import clean, hash_body, pack_events, project_name
from twiceshy.records.events import PromptKind


def texts(packs: list[Pack]) -> dict[bytes, bytes]:
    found = {}
    for one in packs:
        raw = unpack_frame(one.data, one.raw_size, "it")
        offset = 0
        for key, size in zip(one.hashes, one.sizes, strict=True):
            found[key] = raw[offset : offset + size]
            offset += size
        assert offset == one.raw_size
    return found


def test_nothing_packs_to_nothing() -> None:
    """No events, no rows, no packs."""
    found = pack_events([])

    assert (found.sessions, found.known, found.packs, found.toolless) == ((), (), [], ())
    assert not any(found.tables.values())


@given(text=st.text(st.characters(exclude_categories=())))
def test_clean_text_is_utf_8_and_stays_as_it_was_where_it_could(text: str) -> None:
    """Only lone surrogates change."""
    found = clean(text)

    found.encode()
    if not any(0xD800 <= ord(char) <= 0xDFFF for char in text):
        assert found == text
    assert clean(found) == found


@settings(max_examples=60, deadline=None)
@given(bodies_=st.lists(st.binary(max_size=2000), max_size=30), size=st.integers(1, 3000))
def test_texts_come_out_of_packs_as_they_went_in(bodies_: list[bytes], size: int) -> None:
    """Whatever the size of a pack; and a pack without some of its texts keeps the others."""
    wanted = {hash_body(body): body for body in bodies_}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bodies, "PACK_BYTES", size)
        packs = make_packs(wanted)

    assert texts(packs) == wanted
    kept = set(list(wanted)[::2])
    assert texts([filter_pack(one, kept) for one in packs]) == {key: wanted[key] for key in kept}


@settings(max_examples=60, deadline=None)
@given(text=st.text(st.characters(exclude_categories=()), max_size=600))
def test_a_row_and_its_body_hold_the_whole_text(text: str) -> None:
    """Short ones in the row, long ones in a body; the row always has the beginning."""
    found = pack_events(Log().opened().prompt(text).mark(text).events)
    for table in ("prompt", "mark"):
        (row,) = found.tables[table]
        place = 2 + rows.COLUMNS[table].index("text")
        key = row[place + 1]
        whole = row[place] if key is None else texts(found.packs)[key].decode()  # type: ignore[index]  # a hash
        assert whole == clean(text)
        assert len(str(row[place])) <= 240


def test_equal_texts_of_a_batch_are_packed_once() -> None:
    """A file's text after one edit is the text before the next."""
    found = pack_events(Log().opened().edit("a", "1\n" * 200, "2\n" * 200).edit("b", "2\n" * 200, "3\n" * 200).events)

    assert sum(len(one.hashes) for one in found.packs) == 3


def test_what_is_searched_is_a_beginning_of_what_is_said() -> None:
    """Prompts, commands, error lines and first lines of replies; not the client's own boilerplate, not thinking."""
    long = "word " * 3000
    log = Log().opened().prompt(long).prompt("a skill", kind=PromptKind.SKILL)
    log.reply("\n\n first line \nsecond").reply("thought", thinking=True).call("a", long).call("b")
    words = pack_events(log.events).words

    assert words["prompt"] == [long[:8192], ""]
    assert words["reply"] == ["first line", ""]
    assert words["call"] == [long[:2048], ""]


def test_a_batch_survives_the_way_to_the_writer() -> None:
    """It is plain tuples: pickled and read back it is the same."""
    found = pack_events(Log().everything("rotate").events)

    assert pickle.loads(pickle.dumps(found)) == found


@pytest.mark.parametrize(
    ("identity", "name"),
    [
        pytest.param("plain", "plain", id="no kind"),
        pytest.param("remote:host/owner/web-shop", "web-shop", id="remote"),
        pytest.param("folder:C:\\work\\shop", "shop", id="windows folder"),
        pytest.param("folder:/", "folder:/", id="the root"),
        pytest.param("root:" + "ab" * 20, "ab" * 6, id="root commit"),
    ],
)
def test_a_project_is_named_by_its_end(identity: str, name: str) -> None:
    """A short name for display."""
    assert project_name(identity) == name


@pytest.mark.parametrize(
    ("text", "size", "expected"),
    [
        pytest.param("short", 10, "short", id="not cut"),
        pytest.param("a [1] and more", 4, "a [1", id="a bracket that is none of ours"),
        pytest.param("see [user:0a1b2c] here", 17, "see [user:0a1b2c]", id="behind a placeholder"),
        pytest.param("see [user:0a1b2c] here", 16, "see ", id="before its last sign"),
        pytest.param("see [user:0a1b2c] here", 5, "see ", id="behind its first sign"),
        pytest.param("see [user:0a1b2c] here", 4, "see ", id="before it"),
        pytest.param("[ab-cd:0a1b2c][ef:0a1b2c]", 20, "[ab-cd:0a1b2c]", id="in the second of two"),
    ],
)
def test_a_text_is_not_cut_inside_a_placeholder(text: str, size: int, expected: str) -> None:
    """Half a placeholder would look like something else."""
    assert expected == rows.cut(text, size)


@pytest.mark.parametrize("before", range(95, 125))
def test_rows_hold_whole_placeholders_only(before: int) -> None:
    """Wherever the head of a call's input ends, no placeholder is cut in it."""
    text = "x" * before + "[user:0a1b2c]" + "y" * 400
    (row,) = pack_events(Log().opened().call("a", text).events).tables["call"]

    assert all("[user" not in value or "[user:0a1b2c]" in value for value in row if isinstance(value, str))
