"""The lines that commits took out and put in, as git says."""

from pathlib import Path

from tests.judgement.outcomes.workbench import Repo

from twiceshy.logs.git_line_changes import read_line_changes


def test_lines_stand_with_their_file(tmp_path: Path) -> None:
    """Names with odd characters and spaces too; white space alone is no change; commits come in the order asked for."""
    repo = Repo(tmp_path / "web").started()
    repo.write("größe x.py", [f"value = {number}" for number in range(9)])
    first = repo.commit("Begin")
    repo.git("mv", "größe x.py", "b y.py")
    repo.write("b y.py", ["  value = 0", *(f"value = {number}" for number in range(1, 8)), "-- +last"])
    second = repo.commit("Rename")
    repo.git("rm", "-q", "b y.py")
    third = repo.commit("Remove")

    found = {one.commit: one.files for one in read_line_changes(repo.path, [third, first, second])}

    assert list(found) == [third, first, second]
    assert [(one.path, one.old_path, len(one.added)) for one in found[first]] == [("größe x.py", "", 9)]
    assert [tuple(one) for one in found[second]] == [("b y.py", "größe x.py", ["value = 8"], ["-- +last"])]
    assert [(one.path, one.old_path, len(one.removed)) for one in found[third]] == [("", "b y.py", 9)]


def test_a_commit_without_its_contents_is_passed_over(tmp_path: Path) -> None:
    """Those behind it are read."""
    repo = Repo(tmp_path / "web").started()
    names = []
    for text in ("one", "two", "three", "four"):
        repo.write("a.py", [text])
        names.append(repo.commit(text))
    blob = repo.git("rev-parse", f"{names[1]}:a.py")
    (repo.path / ".git/objects" / blob[:2] / blob[2:]).unlink()

    assert [one.commit for one in read_line_changes(repo.path, names)] == [names[0], names[3]]
