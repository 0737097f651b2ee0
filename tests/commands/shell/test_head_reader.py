"""Rows of a command line: what has no quote, operator or expansion is split at once, and gives the same."""

from hypothesis import given
from hypothesis import strategies as st

from twiceshy.commands.shell.head_reader import MOST_CHARACTERS, read_rows, split_commands

PLAIN = st.text(alphabet="ab=:-/.~%@{}[]*?! \t\r\f\v", max_size=12)


@given(PLAIN)
def test_a_plain_line_is_split_as_if_it_were_read(line: str) -> None:
    """The short way is only faster."""
    assert read_rows(line) == (split_commands(line), [])


def test_a_plain_line_is_read_up_to_the_bound() -> None:
    """Like any other line."""
    [(_, words, _)], inners = read_rows("a " * MOST_CHARACTERS)

    assert (len(words), inners) == (MOST_CHARACTERS // 2, [])


def test_what_could_mean_more_is_read_closely() -> None:
    """A quote, an operator, a comment or a substitution."""
    rows, inners = read_rows("echo 'a b' $(ls) # no\nmake > log")

    assert rows == [("", ["echo", "'a b'", "\x010\x02"], []), (";", ["make"], [("log", False)])]
    assert inners == ["ls"]
