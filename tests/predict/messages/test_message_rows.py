"""Rows for a trainer: split by time, and nothing from later in a request."""

import json

from twiceshy.predict.messages.examples import MessageExample
from twiceshy.predict.messages.message_rows import make_message_rows, write_request


def make(number: int) -> MessageExample:
    return MessageExample(
        commit=f"c{number}", author="a", at=number, subject=f"fix part{number}x", numbered=False,
        body="since it was wrong" if number == 0 else "", tokens=("parser", "lexer"), files=(),
    )  # fmt: skip


def test_rows_are_split_by_time_and_see_only_what_is_older() -> None:
    """Three fifths, one, one; the three nearest of the older messages."""
    rows = list(make_message_rows([make(number) for number in range(10)]))
    assert [row["split"] for row in rows] == ["train"] * 6 + ["validation"] * 2 + ["test"] * 2
    for number, row in enumerate(rows):
        asked = json.dumps(row["prompt"])
        seen = [other for other in range(10) if f"part{other}x" in asked]
        assert len(seen) == min(number, 3)
        assert all(other < number for other in seen)
    assert rows[0]["completion"] == [{"role": "assistant", "content": "fix part0x\n\nsince it was wrong"}]
    assert rows[1]["completion"] == [{"role": "assistant", "content": "fix part1x"}]


def test_the_request_does_not_tell_the_message() -> None:
    """Change, messages, order; without older ones no heading."""
    asked = write_request(make(1), [])
    assert asked == "parser lexer\nWrite this change's commit message."
    assert "Messages of changes like it:\nadd it" in write_request(make(1), ["add it"])
