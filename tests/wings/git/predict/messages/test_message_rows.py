"""Rows for a trainer: nothing from later in a request."""

from twiceshy.wings.git.predict.messages.examples import MessageExample
from twiceshy.wings.git.predict.messages.message_rows import make_message_rows, write_request


def make(number: int) -> MessageExample:
    return MessageExample(
        commit=f"c{number}", author="a", at=number, subject=f"fix part{number}x", numbered=False,
        body="since it was wrong" if number == 0 else "", tokens=("parser", "lexer"), files=(),
    )  # fmt: skip


def test_rows_see_only_what_is_older() -> None:
    """The three nearest of the older messages."""
    rows = list(make_message_rows([make(number) for number in range(10)]))
    for number, row in enumerate(rows):
        seen = [other for other in range(10) if f"part{other}x" in row.request]
        assert len(seen) == min(number, 3)
        assert all(other < number for other in seen)
    assert [one.written for one in rows[:2]] == ["fix part0x\n\nsince it was wrong", "fix part1x"]


def test_the_request_does_not_tell_the_message() -> None:
    """Change, messages, order; without older ones no heading."""
    asked = write_request(make(1), [])
    assert asked == "parser lexer\nWrite this change's commit message."
    assert "Messages of changes like it:\nadd it" in write_request(make(1), ["add it"])
