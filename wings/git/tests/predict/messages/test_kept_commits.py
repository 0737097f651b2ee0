"""Older commits as bytes: the same answers before and after."""

import orjson
import pytest
from wings.git.tests.predict.messages.invented_examples import a_file, an_example

from twiceshy_git.predict.messages.kept_commits import (
    PackedCommits,
    PackedRecords,
    Postings,
    decode_commits,
    encode_commits,
    keep_commit,
    pack,
    unpack,
)
from twiceshy_git.predict.messages.retrieve import CommitIndex


def test_kept_commits_answer_as_before() -> None:
    """Scores, order and the commits themselves; old names of files too; one learned later comes behind."""
    known = PackedCommits()
    before = CommitIndex(known)
    before.add(an_example("Fix the parser", a_file("src/parse.py", added=["def rotate(): x"]), author="ann"))
    before.add(an_example("Move the parser", a_file("src/lex.py", old="src/parse.py"), author="bob"))
    found = decode_commits(encode_commits(known, {"head": "abc"}))
    assert found is not None
    commits, extra = found
    after = CommitIndex(commits)
    asked = an_example("?", a_file("src/parse.py", added=["rotate()"]), author="ann")

    assert extra == {"head": "abc"}
    assert [(round(one.score, 3), one.past.subject) for one in after.find(asked, 5)] == [
        (round(one.score, 3), one.past.subject) for one in before.find(asked, 5)
    ]
    assert {one.past.subject for one in after.find(asked, 5)} == {"Fix the parser", "Move the parser"}
    after.add(an_example("Fix the parser twice", a_file("src/parse.py", added=["rotate()"]), author="ann"))
    assert after.find(asked, 1)[0].past.subject == "Fix the parser twice"


def test_what_is_kept_is_bounded() -> None:
    """No marks, no signs, no endless body."""
    many = [f"name{number}" for number in range(500)]
    kept = keep_commit(an_example("Fix", a_file("a.py", added=["12 + parse(parse)", *many]), body="x" * 5000))

    assert kept.names[0] == "parse"
    assert len(kept.names) == 120
    assert not {"+", "(", "<number>"} & set(kept.names)
    assert len(kept.body) == 1000
    assert list(kept.paths) == ["a.py"]


def test_bytes_of_another_version_are_none() -> None:
    """Foreign, older and damaged ones are read anew."""
    known = PackedCommits()
    assert decode_commits(b"") is None
    assert decode_commits(pack(known.postings, known.records, {"version": 0})) is None
    assert decode_commits(pack(known.postings, known.records, {})) is None
    raw = encode_commits(known, {})
    assert decode_commits(raw) is not None
    assert decode_commits(raw.replace(orjson.dumps("numbered"), orjson.dumps("numberex"))) is None


# A block of bytes of which only what is asked for is unpacked.


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
