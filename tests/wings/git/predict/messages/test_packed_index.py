"""A block of bytes of which only what is asked for is unpacked."""

import pytest

from twiceshy.wings.git.predict.messages.packed_index import PackedRecords, Postings, pack, unpack


def build() -> tuple[Postings, PackedRecords]:
    postings, records = Postings(), PackedRecords()
    for number, words in enumerate((["parse", "größe"], ["parse"])):
        records.append([f"commit {number}", ["a", "b"]])
        for word in words:
            postings.append(word, number, 1.5 + number)
    return postings, records


def test_what_was_packed_comes_back_and_grows() -> None:
    """New entries come behind the old ones, and all of it can be packed again."""
    postings, records = build()
    for _ in range(2):
        found = unpack(pack(postings, records, {"seen": 7}))
        assert found is not None
        postings, records, plain = found
        assert plain == {"seen": 7}
        postings.append("parse", len(records), 0.5)
        records.append([f"commit {len(records)}", []])

    assert list(postings.get("parse")) == [(0, 1.5), (1, 2.5), (2, 0.5), (3, 0.5)]
    assert list(postings.get("größe")) == [(0, 1.5)]
    assert list(postings.get("none")) == []
    assert [postings.count(word) for word in ("parse", "größe", "none")] == [4, 1, 0]
    assert sorted(postings.words()) == ["größe", "parse"]
    assert [row[0] for row in records] == ["commit 0", "commit 1", "commit 2", "commit 3"]


@pytest.mark.parametrize("cut", [0, 4, 8, 30, -1])
def test_a_cut_block_is_nothing(cut: int) -> None:
    """It is made again, so it is not an error."""
    assert unpack(pack(*build(), {})[:cut]) is None


def test_nothing_packs_to_nothing() -> None:
    """A history without commits."""
    found = unpack(pack(Postings(), PackedRecords(), {}))

    assert found is not None
    assert (len(found[1]), found[2]) == (0, {})
