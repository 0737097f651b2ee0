"""Only what is exactly of the form is an answer."""

import json
from typing import Any

import pytest

from twiceshy.records.team import RowAnswer
from twiceshy_team.remote.batch_answers import SCHEMA, AnswerError, read_batch_answer

KEY = "0123456789abcdef" * 2


def answer(**changes: Any) -> bytes:
    """An answer to one row."""
    row = {"id": KEY, "rev": 3, "is": "refused", "why": "command: rule"}
    return json.dumps({"schema": SCHEMA, "rows": [row], "version": "1.2.3", "level": "counts", **changes}).encode()


def test_each_row_gets_its_word() -> None:
    """With the server's version and level; what a newer server says beside it is passed over."""
    found = read_batch_answer(answer(more={"x": 1}))

    assert found.rows == (RowAnswer(bytes.fromhex(KEY), 3, "refused", "command: rule"),)
    assert (found.version, found.level) == ("1.2.3", "counts")
    assert read_batch_answer(answer(version=None, level=7))[1:] == ("", "")


def test_words_of_a_server_do_nothing_to_a_terminal() -> None:
    """Bounded, and without signs that nobody sees."""
    row = {"id": KEY, "rev": 0, "is": "refused", "why": "\x1b[2J" + "a" * 5000}
    (one,) = read_batch_answer(answer(rows=[row], version="1\n2")).rows

    assert (one.why.startswith("[2Jaaa"), len(one.why) <= 200) == (True, True)


BROKEN: dict[str, bytes] = {
    "nothing": b"",
    "a page": b"<html></html>",
    "cut": answer()[:-5],
    "deep": b"[" * 100_000,
    "a list": b"[]",
    "another schema": answer(schema="twiceshy/sync-answer/2"),
    "no rows": answer(rows=None),
    "a row that is none": answer(rows=["x"]),
    "no id": answer(rows=[{"rev": 0, "is": "stored"}]),
    "another id": answer(rows=[{"id": "xyz", "rev": 0, "is": "stored"}]),
    "a revision that is a word": answer(rows=[{"id": KEY, "rev": True, "is": "stored"}]),
    "another word": answer(rows=[{"id": KEY, "rev": 0, "is": "later"}]),
    "a reason that is a list": answer(rows=[{"id": KEY, "rev": 0, "is": "stored", "why": []}]),
}


@pytest.mark.parametrize("body", BROKEN.values(), ids=BROKEN)
def test_anything_else_is_no_answer(body: bytes) -> None:
    """And is not quoted."""
    with pytest.raises(AnswerError) as caught:
        read_batch_answer(body)
    assert KEY not in str(caught.value)
