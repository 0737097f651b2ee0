"""The part of a file that a second change mended."""

import pytest

from twiceshy.wings.data.dataset.changed_parts import find_changed_part

NUMBERS = [f"line {number}" for number in range(300)]


def put(place: int, *lines: str, instead: int = 1) -> str:
    return "\n".join((*NUMBERS[:place], *lines, *NUMBERS[place + instead :]))


def test_a_part_holds_both_changes_and_what_stood_there_before() -> None:
    """And the lines around it are those that neither touched."""
    part = find_changed_part("a\nb\nc\nd\ne", "a\nb\nX\nY\nd\ne", "a\nb\nX\nZ\nd\ne")

    assert part is not None
    assert part == ("a\nb", "c", "X\nY", "X\nZ", "d\ne")


def test_of_a_long_new_file_only_the_paragraph_is_taken() -> None:
    """The rest stands above and below, cut to 20 lines each."""
    wrong = put(100, "", "wrong", "", instead=3)
    part = find_changed_part("", wrong, wrong.replace("wrong", "right"))

    assert part is not None
    assert (part.old, part.wrong, part.right) == ("", "wrong", "right")
    assert part.above.split("\n") == [*NUMBERS[81:100], ""]
    assert part.below.split("\n") == ["", *NUMBERS[103:122]]


@pytest.mark.parametrize(
    ("why", "old", "wrong", "right"),
    [
        ("other lines", "a\nb\nc", "a\nB\nc", "a\nB\nC"),
        ("taken back", "a\nb\nc", "a\nB\nc", "a\nb\nc"),
        ("nothing changed", "a\nb\nc", "a\nB\nc", "a\nB\nc"),
        ("nothing was put in", "a\nb\nc", "a\nb\nc", "a\nB\nc"),
        ("only a remark", "a\nb\nc", "a\nB\nc", "a\nB  # why\nc"),
        ("only white space", "a\nb\nc", "a\nB = 1\nc", "a\n  B=1\nc"),
        ("silenced", "a\nb\nc", "a\nB()\nc", "a\nB()  # type: ignore\nc"),
        ("a test is left out", "", "def test_a():\n  x()", "@pytest.mark.skip(reason='')\ndef test_a():\n  x()"),
        ("all of it was taken out", "a\nc", "a\nB\nc", "a\nc\n"),
        ("too far apart", "", "\n".join(NUMBERS), put(3, "x").replace("line 250", "y")),
    ],
)
def test_what_shows_no_remedy_is_no_part(why: str, old: str, wrong: str, right: str) -> None:
    """A change of other lines, one taken back, a silenced tool, half of a remedy."""
    assert find_changed_part(old, wrong, right) is None, why


def test_lines_put_between_those_of_the_first_change_mend_it() -> None:
    """Such as a check that was forgotten."""
    part = find_changed_part("a\nd", "a\nread(x)\nuse(x)\nd", "a\nread(x)\ncheck(x)\nuse(x)\nd")

    assert part is not None
    assert part.right == "read(x)\ncheck(x)\nuse(x)"
