"""Our lines in a person's file: in, and out again to the very bytes from before."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twiceshy.insights.remedy.marked_block import (
    MARKDOWN,
    SCRIPT,
    BrokenBlock,
    find_block,
    list_entries,
    put_entries,
    take_block,
    take_entries,
)

A, B = "Never run `tox`.", "Tests run with `make test`."
STYLES = pytest.mark.parametrize("style", [MARKDOWN, SCRIPT], ids=["markdown", "script"])
TEXTS = [
    "",
    "\n",
    "# Shop",
    "# Shop\n",
    "# Shop\n\n",
    "# Shop\n\n\n",
    "# Shop\r\n\r\nUse tabs.\r\n",
    "# Shop\r\n\r\nUse tabs.",
    "\ufeff# Shop\n",
    "\ufeff",
    "a\rb",
    "```\nnot closed",
]


@STYLES
@pytest.mark.parametrize("text", TEXTS)
def test_what_went_in_comes_out(text: str, style: object) -> None:
    """Whatever the file ended with."""
    put = put_entries(text, [A, B], style)  # type: ignore[arg-type]  # a parameter of pytest

    assert list_entries(put.text, style) == [A, B]  # type: ignore[arg-type]
    assert take_entries(put.text, [A, B], put.gap, style) == text  # type: ignore[arg-type]
    assert take_block(put.text, [A, B], put.gap, style) == text  # type: ignore[arg-type]


@given(text=st.text(alphabet="ab #\n\r\t\ufeff\u2028<!->"), after=st.text(alphabet="ab\n"))
def test_any_text_is_restored(text: str, after: str) -> None:
    """Also where its owner wrote on behind the block: only what kept the lines apart may stay."""
    put = put_entries(text, [A], MARKDOWN)

    assert put.text.startswith(text)
    assert take_entries(put.text, [A], put.gap, MARKDOWN) == text
    left = take_entries(put.text + after, [A], put.gap, MARKDOWN)
    assert left in {text + after, text + "\n" + after, text + "\r\n" + after}


def test_a_second_line_joins_the_block() -> None:
    """There is one block a file, and no second gap."""
    first = put_entries("# Shop\n", [A], MARKDOWN)
    second = put_entries(first.text, [B], MARKDOWN)

    assert second.gap == ""
    assert second.text.count("twiceshy:begin") == 1
    assert take_entries(second.text, [B], first.gap, MARKDOWN) == first.text


def test_line_ends_are_the_files_own() -> None:
    """A file with CRLF gets CRLF."""
    put = put_entries("# Shop\r\n", [A], MARKDOWN)

    assert "\n" not in put.text.replace("\r\n", "")


def test_a_changed_line_is_its_owners() -> None:
    """It stays, inside of the block while that stands, and behind without its marks."""
    put = put_entries("# Shop\n", [A, B], MARKDOWN)
    text = put.text.replace("Never run `tox`.", "Never run `tox` here.")

    assert list_entries(take_entries(text, [A, B], put.gap, MARKDOWN), MARKDOWN) == ["Never run `tox` here."]
    assert take_block(text, [A, B], put.gap, MARKDOWN) == "# Shop\n\n- Never run `tox` here.\n"


def test_a_change_elsewhere_stays() -> None:
    """Only our block goes."""
    put = put_entries("# Shop\n", [A], MARKDOWN)
    text = put.text.replace("# Shop", "# The shop") + "More.\n"

    assert take_block(text, [A], put.gap, MARKDOWN) == "# The shop\nMore.\n"


def test_a_text_without_a_block_is_left_alone() -> None:
    """There is nothing to take out."""
    assert take_entries("# Shop\n", [A], "\n", MARKDOWN) == "# Shop\n"
    assert take_block("# Shop\n", [A], "\n", MARKDOWN) == "# Shop\n"
    assert list_entries("# Shop\n", MARKDOWN) == []


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("<!-- twiceshy:begin 1 -->\n- a\n", "pairs"),
        ("- a\n<!-- twiceshy:end -->\n", "pairs"),
        ("<!-- twiceshy:end -->\n<!-- twiceshy:begin 1 -->\n", "pairs"),
        (2 * "<!-- twiceshy:begin 1 -->\n<!-- twiceshy:end -->\n", "pairs"),
        ("<!-- twiceshy:begin 2 -->\n<!-- twiceshy:end -->\n", "newer version"),
    ],
)
def test_broken_marks_are_named(text: str, says: str) -> None:
    """Nothing is guessed where a block ends."""
    with pytest.raises(BrokenBlock, match=says):
        find_block(text, MARKDOWN)


def test_marks_inside_of_a_line_are_none() -> None:
    """Somebody may write about them."""
    assert find_block("See <!-- twiceshy:begin 1 --> there.\n", MARKDOWN) is None
