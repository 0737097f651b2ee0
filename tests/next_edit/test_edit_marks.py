"""How near an answer is, by hand-counted values."""

from random import Random

import pytest
from benchmarks.edits.edit_marks import EditMarks, mark_answer, measure_distance, measure_similarity


@pytest.mark.parametrize(
    ("answer", "marks"),
    [
        (None, EditMarks(False, False, 0.75, 0.0, 0.0)),
        ("a = b\n", EditMarks(False, False, 0.75, 0.0, 0.0)),
        ("a = c;", EditMarks(True, True, 1.0, 0.25, 1.0)),
        ("a = c;  \n", EditMarks(True, True, 1.0, 0.25, 1.0)),
        ("x y z w", EditMarks(False, False, 0.0, -0.75, 0.0)),
        ("a=c;", EditMarks(False, True, 1.0, 0.25, 0.0)),
        ("", EditMarks(False, False, 0.0, -0.75, 0.0)),
    ],
)
def test_marks(answer: str | None, marks: EditMarks) -> None:
    """Of `a = b;` that became `a = c;`: three of four tokens stayed."""
    old = "a = b;"
    expected = marks if answer != "a = b\n" else EditMarks(False, False, 0.5, -0.25, 0.0)

    assert mark_answer(old, answer, "a = c;") == expected


def test_the_old_text_is_never_near() -> None:
    """However small the change is."""
    old = " ".join("abcdefghijklmnopqrst")
    new = old.replace("t", "u")
    kept = mark_answer(old, old, new)

    assert kept.similarity == 0.95
    assert (kept.near, kept.gain, kept.lines, kept.exact) == (False, 0.0, 0.0, False)
    assert mark_answer(old, new, new).near


def test_the_beginning_of_a_line_counts() -> None:
    """Blanks within it do not."""
    assert measure_similarity("  a", "a") == 0.5
    assert measure_similarity("a\n  b", "a\n    b") == 0.75
    assert measure_similarity("f( a )", "f(a)") == 1.0


def test_an_insertion_cannot_be_kept() -> None:
    """The old text is empty."""
    assert mark_answer("", None, "a = 1") == EditMarks(False, False, 0.0, 0.0, 0.0)
    assert mark_answer("", "a = 1", "a = 1") == EditMarks(True, True, 1.0, 1.0, 1.0)


def test_a_deletion_is_answered_by_nothing() -> None:
    """An empty answer is not the same as none."""
    assert mark_answer("a\nb", "", "") == EditMarks(True, True, 1.0, 1.0, 1.0)
    assert mark_answer("a\nb", None, "") == EditMarks(False, False, 0.0, 0.0, 0.0)


def test_distance_is_that_of_the_table() -> None:
    """On 300 random pairs, beside the textbook's recursion."""
    rng = Random(3)
    for _ in range(300):
        one, other = (rng.choices("abcd", k=rng.randrange(12)) for _ in range(2))
        row = list(range(len(other) + 1))
        for at, token in enumerate(one, 1):
            last, row = row, [at]
            for place, against in enumerate(other, 1):
                row.append(min(last[place] + 1, row[-1] + 1, last[place - 1] + (token != against)))
        assert measure_distance(one, other) == row[-1]
