"""insights.remedies.fix_words: commands for the same purpose, and how they differ."""

import pytest

from twiceshy.insights.remedies.fix_words import WordChange, find_changes, find_moved_path, read_work

LINES = [
    ("git push", [["git", "push"]]),
    ("cd web && CI=1 npm test 2>&1 | tail -20", [["CI=1", "npm", "test"]]),
    ("git add -A && git commit -m 'a b'", [["git", "add", "-A"], ["git", "commit", "-m", "'a b'"]]),
    ("cat > a.py << E\nE", []),
    ("npm test > out.txt", []),
    ("npm test $(cat names)", []),
    ("make " + "x" * 300, []),
    ("", []),
]


@pytest.mark.parametrize(("line", "rows"), LINES)
def test_a_line_is_read_where_it_is_only_words(line: str, rows: list[list[str]]) -> None:
    """What moves, talks or filters is no work."""
    assert [list(row) for row in read_work(line)] == rows


CHANGES = [
    ("rtk npm test", "npm test", [("rtk", "", True)]),
    ("pytest -q a.py", "python -m pytest -q a.py", [("", "python -m", True)]),
    ("python a.py", "python3 a.py", [("python", "python3", True)]),
    ("git push", "git push --set-upstream origin b", [("", "--set-upstream origin b", False)]),
    ("npm ci --strict", "npm ci", [("--strict", "", False)]),
    ("pytest pkg/test_a.py", "pytest pkg/tests/test_a.py", [("pkg/test_a.py", "pkg/tests/test_a.py", False)]),
    ("npm run tset", "npm run test", [("tset", "test", False)]),
    ("pytest a.py", "pytest b.py", []),
    ("pytest", "pytest a.py", []),
    ("npm test", "npm test", []),
    ("docker compose up", "docker ps", []),
    ("npm ci", "make all", []),
    ("tool a b c d", "tool -1 a -2 b -3 c d", []),
    ("tool x", "tool x -a -b -c -d -e", []),
    ("a x y", "b c d e f x y", []),
]


@pytest.mark.parametrize(("failed", "other", "expected"), CHANGES)
def test_another_form_keeps_what_the_command_is_about(
    failed: str, other: str, expected: list[tuple[str, str, bool]]
) -> None:
    """Another file is another task, unless the error names it; a handful of new words is another command."""
    found = find_changes(tuple(failed.split()), tuple(other.split()), {"test"})

    assert [(" ".join(one.removed), " ".join(one.added), one.leads) for one in found] == expected


MOVES = [
    ("pkg/a.py", "pkg/tests/a.py", ("FOLDER/FILE", "FOLDER/tests/FILE")),
    ("tests/a.py", "web/tests/a.py", ("FOLDER/FILE", "web/FOLDER/FILE")),
    ("tests/a.py", "/home/ann/tests/a.py", None),
    ("a.py", "b.py", None),
    ("a.py", "pkg/a.py", None),
]


@pytest.mark.parametrize(("old", "new", "expected"), MOVES)
def test_a_file_that_lies_elsewhere_tells_its_folder(old: str, new: str, expected: tuple[str, str] | None) -> None:
    """Of any file of such folders; nothing of the whole machine."""
    assert find_moved_path(WordChange((old,), (new,), leads=False)) == expected
