"""Each commit names the contents that it replaced."""

from pathlib import Path

from tests.recipes.setup.git_builders import make_repository, run_git

from twiceshy.logs.git_objects import ChangedBlob, read_changed_blobs


def commit(repo: Path) -> str:
    run_git(repo, "add", "-A")
    run_git(repo, "commit", "-qm", "x")
    return run_git(repo, "rev-parse", "HEAD").strip()


def name_blob(repo: Path, at: str) -> str:
    return run_git(repo, "rev-parse", at).strip()


def test_new_changed_renamed_and_removed_files_have_rows(tmp_path: Path) -> None:
    """Other endings and links have none; a name may hold a line's end."""
    repo = make_repository(tmp_path / "web")
    (repo / "a.py").write_text("one = 1\n" * 9)
    (repo / "odd\nname.py").write_text("two\n")
    (repo / "a.txt").write_text("text\n")
    (repo / "link.py").symlink_to("a.py")
    first = commit(repo)
    (repo / "a.py").rename(repo / "b.py")
    (repo / "odd\nname.py").unlink()
    second = commit(repo)
    a, odd = name_blob(repo, f"{first}:a.py"), name_blob(repo, f"{first}:odd\nname.py")

    assert dict(read_changed_blobs(repo, [first, second], {".py"})) == {
        first: [ChangedBlob("a.py", "", a), ChangedBlob("odd\nname.py", "", odd)],
        second: [ChangedBlob("b.py", a, a), ChangedBlob("odd\nname.py", odd, "")],
    }
