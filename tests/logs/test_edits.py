"""Texts before and after, line counts and line hashes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twiceshy.logs.edits import (
    LARGEST_TEXT,
    Hunk,
    apply_patch,
    change_from_fragments,
    change_from_lines,
    change_from_patch,
    change_from_texts,
    diff_lines,
    hash_lines,
    matches_hunks,
    replace_text,
)

SALT = b"s" * 32
TEXT = "a\nb\nc\nd\n"
PATCH = [Hunk(2, 2, [" b", "-c", "+C", "+cc", " d"])]


def hashed(*lines: str) -> bytes:
    return hash_lines(lines, SALT)


def test_lines_without_a_word_have_no_hash() -> None:
    """Brackets and blank lines are equal everywhere and link nothing."""
    assert hashed("", "   ", "});", "---", "\t}") == b""


def test_a_hash_depends_on_the_words_and_the_salt_only() -> None:
    """White space around a line does not count; another salt gives another hash."""
    assert hashed("  x = 1\t") == hashed("x = 1") != hash_lines(["x = 1"], b"t" * 32)
    assert len(hashed("x = 1", "y = 2")) == 16


def test_a_patch_counts_its_lines() -> None:
    """And its texts are given as they are."""
    change = change_from_patch(TEXT, "a\nb\nC\ncc\nd\n", PATCH, SALT)

    assert (2, 1, hashed("C", "cc"), hashed("c")) == (
        change.added,
        change.removed,
        change.added_hashes,
        change.removed_hashes,
    )
    assert not change.partial


def test_a_line_that_only_moved_has_no_hash() -> None:
    """It is counted as the patch counts it, but is neither new nor gone."""
    change = change_from_lines("x\ny", "y\nx", ["x"], ["  x"], SALT)

    assert (change.added, change.removed, change.added_hashes, change.removed_hashes) == (1, 1, b"", b"")


@pytest.mark.parametrize(
    ("before", "after", "removed", "added"),
    [
        pytest.param("a\n", "a\n", [], [], id="nothing"),
        pytest.param("", "a\nb", [], ["a", "b"], id="new"),
        pytest.param("a\nb\n", "", ["a", "b"], [], id="emptied"),
        pytest.param("a\nb\nc", "a\nx\nc", ["b"], ["x"], id="one line"),
        pytest.param("a\nb\nc\nd", "b\nc\nx\nd", ["a"], ["x"], id="two places"),
    ],
)
def test_differing_lines_are_found(before: str, after: str, removed: list[str], added: list[str]) -> None:
    """What went and what came, in order."""
    assert (removed, added) == diff_lines(before, after)


def test_a_large_difference_is_counted_line_by_line() -> None:
    """Beyond some size an exact difference costs too much."""
    before, after = [f"line {number}" for number in range(3000)], [f"line {number}" for number in range(2999, -1, -1)]

    assert diff_lines("\n".join(before), "\n".join([*after, "new"])) == ([], ["new"])


def test_a_large_text_is_not_kept() -> None:
    """Counts and hashes are."""
    change = change_from_texts("a\n", "b" * (LARGEST_TEXT + 1), SALT)

    assert (change.partial, change.before, change.after, change.added) == (True, "a\n", None, 1)


def test_fragments_are_partial() -> None:
    """They say nothing of the rest of the file."""
    assert change_from_fragments("a", "b", SALT).partial


@pytest.mark.parametrize(
    ("text", "old", "everywhere", "expected"),
    [
        pytest.param("a a", "b", False, None, id="not there"),
        pytest.param("a a", "", False, None, id="nothing to replace"),
        pytest.param("a a", "a", False, "x a", id="once"),
        pytest.param("a a", "a", True, "x x", id="everywhere"),
    ],
)
def test_a_text_is_replaced(text: str, old: str, everywhere: bool, expected: str | None) -> None:
    """Only where it is."""
    assert expected == replace_text(text, old, "x", everywhere=everywhere)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a\nx\nc\nd\n", id="another context"),
        pytest.param("a\nb\n", id="too short"),
        pytest.param("", id="empty"),
    ],
)
def test_a_patch_is_not_forced_on_another_text(text: str) -> None:
    """A wrong text is worse than none."""
    assert apply_patch(text, PATCH) is None


def test_a_patch_with_a_missing_last_newline_is_left() -> None:
    """Too easy to get wrong."""
    assert apply_patch("a", [Hunk(1, 1, ["-a", "\\ No newline at end of file", "+b"])]) is None


def test_a_patch_goes_both_ways() -> None:
    """Applied and taken back."""
    after = apply_patch(TEXT, PATCH)

    assert after == "a\nb\nC\ncc\nd\n"
    assert apply_patch(after, PATCH, backwards=True) == TEXT


@given(st.lists(st.sampled_from("abcd"), max_size=8), st.lists(st.sampled_from("abcd"), max_size=8))
def test_differing_lines_balance(before: list[str], after: list[str]) -> None:
    """Lines gone and lines come explain the difference in length."""
    removed, added = diff_lines("\n".join(before), "\n".join(after))

    assert len(after) - len(before) == len(added) - len(removed)


@pytest.mark.parametrize(
    ("text", "expected"), [(TEXT, True), ("a\nz\nc\nd\n", False), ("a", False)], ids=["its own", "another", "shorter"]
)
def test_a_patch_fits_the_text_it_was_made_for(text: str, expected: bool) -> None:
    """The first known line of each hunk is where the patch says."""
    assert expected is matches_hunks(text, PATCH)
