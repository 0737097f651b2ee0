"""An edit is cut down to its lines, and some are not asked about."""

import pytest
from benchmarks.edits import edit_question as asked
from benchmarks.edits.edit_question import PlacedEdit, cut_earlier, cut_told, find_reason, place_edit
from tests.next_edit.invented_edits import put


@pytest.mark.parametrize(
    ("old", "new", "placed"),
    [
        ("a\nb\nc\n", "a\nX\nc\n", ("a", "b", "X", "c")),
        ("a\nb\n", "a\nX\nb\n", ("a", "", "X", "b")),
        ("a\nb\nc\n", "a\nc\n", ("a", "b", "", "c")),
        ("a\na\na", "a\na", ("a\na", "a", "", "")),
        ("1\n2\n3\n4\n5\n6\n7\n8\n9", "1\n2\n3\n4\nX\n6\n7\n8\n9", ("2\n3\n4", "5", "X", "6\n7\n8")),
        ("a \nb", "a\nb", ("a \nb", "", "", "")),
        ("", "a\nb", ("", "", "a\nb", "")),
        ("a\nb\nc\nd", "X\nb\nc\nY", ("", "a\nb\nc\nd", "X\nb\nc\nY", "")),
    ],
)
def test_an_edit_is_its_lines(old: str, new: str, placed: tuple[str, str, str, str]) -> None:
    """From the first to the last that changed, with up to three around."""
    before, was, becomes, after = placed

    assert place_edit("a.py", old, new) == PlacedEdit("a.py", before, was, becomes, after)


@pytest.mark.parametrize(
    ("edit", "reason"),
    [
        (put("a", "b"), ""),
        (put("a", ""), ""),
        (put("", "\n".join("a" * 60)), ""),
        (put("key = [7]", "key = [a:b]"), ""),
        (put("a", "b", path="src/lock.py"), ""),
        (put("a", "a"), asked.SAME),
        (put("", "\n".join("a" * 61)), asked.TOO_LONG),
        (put("", "a" * 6001), asked.TOO_LONG),
        (put("a", "key = [password:a1b2c3]"), asked.REDACTED),
        (put("a", "b", before="# [email:a1b2c3]"), asked.REDACTED),
        (put("a", "b", path="web/package-lock.json"), asked.GENERATED),
        (put("a", "b", path="uv.lock"), asked.GENERATED),
        (put("a", "b", path="web/dist/app.js"), asked.GENERATED),
    ],
)
def test_some_edits_are_not_asked_about(edit: PlacedEdit, reason: str) -> None:
    """Each for one reason."""
    assert find_reason(edit) == reason
    assert not reason or reason in asked.REASONS


def test_a_program_is_told_of_the_newest_edits() -> None:
    """Of as many as a line can carry."""
    edits = [put(str(at), "b" * (7000 if at == 600 else 1)) for at in range(601)]

    assert [one.old for one in cut_told(edits)] == [*map(str, range(100, 600))]


def test_a_question_holds_the_newest_edits() -> None:
    """Not those that nobody could read."""
    edits = [put(str(at), "b" * (7000 if at == 28 else 1)) for at in range(30)]

    assert [one.old for one in cut_earlier(edits)] == [*map(str, range(9, 28)), "29"]
