"""Older commits as bytes: the same answers before and after."""

import orjson
from tests.wings.git.predict.messages.invented_examples import a_file, an_example

from twiceshy.wings.git.predict.messages.kept_commits import PackedCommits, decode_commits, encode_commits, keep_commit
from twiceshy.wings.git.predict.messages.packed_index import pack
from twiceshy.wings.git.predict.messages.retrieve import CommitIndex


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
