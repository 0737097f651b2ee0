"""Tokens of code."""

from benchmarks.edits.edit_tokens import (
    count_words,
    find_run,
    has_word,
    list_marked,
    measure_overlap,
    split_tokens,
)
from hypothesis import given
from hypothesis import strategies as st


@given(st.text())
def test_joined_tokens_are_the_text(text: str) -> None:
    """Whatever it is."""
    assert "".join(split_tokens(text)) == text


def test_white_space_counts_at_the_beginning_of_a_line_only() -> None:
    """Lines count, but for those at the end."""
    assert list_marked("if a :\n  go( )  \n\nb\n\n") == ["if", "a", ":", "\n", "  ", "go", "(", ")", "\n", "\n", "b"]
    assert list_marked("") == []


def test_words_tell_texts_apart() -> None:
    """Signs do not."""
    assert has_word(["(", "a"])
    assert not has_word(["(", " ", "\n"])
    assert count_words("a + a(b)") == {"a": 2, "b": 1}
    assert measure_overlap({}, {}) == 0.0
    assert measure_overlap({"a": 1}, {"a": 1}) == 1.0


def test_a_run_is_found() -> None:
    """From a place on."""
    assert find_run(list("abab"), list("ab")) == 0
    assert find_run(list("abab"), list("ab"), 1) == 2
    assert find_run(list("abab"), list("ba"), 2) == -1
    assert find_run(list("a"), list("ab")) == -1
