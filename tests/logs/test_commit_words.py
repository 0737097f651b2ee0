"""The reader of patches against git itself, on odd repositories."""

import os
import subprocess
from pathlib import Path

import pytest

from twiceshy.base.errors import SourceError, ToolMissing
from twiceshy.logs.commit_words import author_key, list_paths, read_changes, read_own_author
from twiceshy.logs.repository_place import is_ancestor, locate_repository
from twiceshy.records.predictions import HistoryCommit, Status


def git(repo: Path, *words: str) -> str:
    return subprocess.run(
        ["git", "-C", str(repo), *words], check=True, capture_output=True, env=os.environ
    ).stdout.decode()


def commit(repo: Path, message: str) -> str:
    git(repo, "add", "-A")
    git(repo, "commit", "-q", "--allow-empty", "--allow-empty-message", "-m", message)
    return git(repo, "rev-parse", "HEAD").strip()


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    folder = tmp_path / "repo"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    return folder


def read(repo: Path, **how: str | int | bool | None) -> list[HistoryCommit]:
    return list(read_changes(repo, salt=b"s", **how))  # type: ignore[arg-type]  # literal options


def test_each_commit_has_its_files_and_their_words(repo: Path) -> None:
    """Oldest first; what came and what went; a rename keeps its old path."""
    (repo / "a.py").write_text("def rotate_token():\n    return 1\n" + "x = 1\n" * 20)
    first = commit(repo, "Add rotation\n\nBecause of #7.")
    (repo / "a.py").rename(repo / "b.py")
    (repo / "b.py").write_text("def revoke_token():\n    return 1\n" + "x = 1\n" * 20)
    (repo / "c.md").write_text("words\n")
    commit(repo, "Move")
    (repo / "c.md").unlink()
    commit(repo, "Remove")

    one, two, three = read(repo)

    assert (first, "Add rotation", "Because of #7.\n") == (one.id, one.subject, one.body)
    assert [(file.path, file.status, file.before) for file in one.files] == [("a.py", Status.ADDED, None)]
    assert {"rotatetoken", "rotate", "token", "def", "return"} <= set(one.files[0].gained)
    assert [(file.path, file.before) for file in two.files] == [("b.py", "a.py"), ("c.md", None)]
    assert "revoke" in two.files[0].gained
    assert "rotate" in two.files[0].lost
    assert [(file.status, file.before) for file in three.files] == [(Status.DELETED, "c.md")]
    assert author_key("AUTHOR@example.test ", b"s") == one.author != author_key("author@example.test", b"t")


def test_odd_names_binary_files_links_and_lone_surrogates_are_read(repo: Path) -> None:
    """Quotes, new lines, tabs, other scripts, bytes that are no text: every name is kept, in its place."""
    names = ['quo"te', "new\nline", "tab\tname", "héllo 世界.py", " space ", "-dash", ":colon"]
    for name in names:
        (repo / name).write_text("alpha\n")
    (repo / "image.png").write_bytes(bytes(range(256)))
    (repo / "link").symlink_to("image.png")
    commit(repo, "")

    (change,) = read(repo)

    assert {*names, "image.png", "link"} == {file.path for file in change.files}
    assert all(dict(file.gained) == {"alpha": 1} for file in change.files if file.path in names)
    assert {*names, "image.png"} == set(list_paths(repo, "HEAD"))


def test_a_patch_that_looks_like_a_commit_changes_nothing(repo: Path) -> None:
    """Content cannot pretend to be the log."""
    (repo / "a").write_text("\0diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n+commit 123\n")
    (repo / "b").write_text("diff --git a/x b/x\n:100644 100644 a b M\0x\0")
    (repo / "c").write_text("diff --git a/x b/x\nplain\n")
    commit(repo, "One\x01two")
    commit(repo, "Empty")

    one, two = read(repo)

    assert [file.path for file in one.files] == ["a", "b", "c"]
    assert two.files == ()
    assert "plain" in one.files[2].gained


def test_only_what_is_new_is_read(repo: Path) -> None:
    """From a known commit on, or only the newest ones."""
    ids = [commit(repo, f"Number {number}") for number in range(5)]

    assert ids == [change.id for change in read(repo)]
    assert ids[3:] == [change.id for change in read(repo, after=ids[2])]
    assert ids[4:] == [change.id for change in read(repo, limit=1)]
    assert is_ancestor(repo, ids[0], ids[4])
    assert not is_ancestor(repo, ids[4], ids[0])
    assert not is_ancestor(repo, "0" * 40, ids[4])


def test_text_is_scrubbed_before_its_words_are_counted(repo: Path) -> None:
    """What the scrubber takes out never becomes a word."""
    (repo / "a.py").write_text("password = hunter\n")
    commit(repo, "Use hunter")

    (change,) = read_changes(repo, salt=b"s", scrub=lambda texts: [text.replace("hunter", "[gone]") for text in texts])

    assert change.subject == "Use [gone]"
    assert dict(change.files[0].gained) == {"password": 1, "gone": 1}


def test_a_missing_object_costs_only_its_file(repo: Path) -> None:
    """A damaged copy is read as far as it is there."""
    (repo / "a.py").write_text("alpha\n")
    commit(repo, "First")
    (repo / "big.bin").write_text("lost\n")
    (repo / "a.py").write_text("alpha beta\n")
    commit(repo, "Second")
    blob = git(repo, "rev-parse", "HEAD:big.bin").strip()
    (repo / ".git" / "objects" / blob[:2] / blob[2:]).unlink()

    assert [[file.path for file in change.files] for change in read(repo)] == [["a.py"], ["a.py"]]


def test_names_alone_are_the_same_names(repo: Path) -> None:
    """With statuses and renames, and without a word."""
    (repo / "a.py").write_text("alpha\n" * 20)
    commit(repo, "First")
    (repo / "a.py").rename(repo / "b.py")
    (repo / "c.py").write_text("beta\n")
    commit(repo, "Second\n\nBecause.")

    whole, names = read(repo), read(repo, words=False)

    assert [(one.id, one.at, one.author, one.subject, one.body) for one in whole] == [
        (one.id, one.at, one.author, one.subject, one.body) for one in names
    ]
    assert [[(file.path, file.before) for file in one.files] for one in whole] == [
        [(file.path, file.before) for file in one.files] for one in names
    ]
    assert not any(file.gained or file.lost for one in names for file in one.files)


@pytest.mark.parametrize("gaps", [1, 12], ids=["one", "many"])
def test_names_need_no_content(repo: Path, gaps: int) -> None:
    """Every commit keeps all its names; only a rename with a change, of a text that is missing, is not seen."""
    for number in range(gaps):
        (repo / f"x{number}.py").write_text(f"alpha {number}\n" * 20)
        commit(repo, f"Add {number}")
        blob = git(repo, "rev-parse", f"HEAD:x{number}.py").strip()
        (repo / f"x{number}.py").unlink()
        (repo / f"y{number}.py").write_text(f"alpha {number}\n" * 19 + "beta\n")
        commit(repo, f"Move {number}")
        (repo / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    (repo / "last.py").write_text("gamma\n")
    commit(repo, "Last")

    changes = read(repo, words=False)

    assert [one.subject for one in changes] == git(repo, "log", "--reverse", "--format=%s").splitlines()
    assert {file.path for file in changes[1].files} == {"x0.py", "y0.py"}
    assert [file.path for file in changes[-1].files] == ["last.py"]


def test_a_place_is_known_in_any_state(repo: Path, tmp_path: Path) -> None:
    """No commit yet, a subfolder, a shallow clone; elsewhere it is an error that names the folder."""
    assert locate_repository(repo).head is None
    head = commit(repo, "First")
    commit(repo, "Second")
    (repo / "sub").mkdir()
    git(tmp_path, "clone", "-q", "--depth", "1", f"file://{repo}", "shallow")

    assert (head != locate_repository(repo).head, "sub/") == (True, locate_repository(repo / "sub").prefix)
    assert locate_repository(repo).store == locate_repository(repo / "sub").store
    assert (locate_repository(repo).shallow, locate_repository(tmp_path / "shallow").shallow) == (False, True)
    assert len(read(tmp_path / "shallow")) == 1
    with pytest.raises(SourceError, match="not inside a git repository"):
        locate_repository(tmp_path)


def test_the_own_author_may_be_unset(repo: Path) -> None:
    """Then it is nobody."""
    assert read_own_author(repo, b"s") == ""
    git(repo, "config", "user.email", "ada@example.test")
    assert author_key("ada@example.test", b"s") == read_own_author(repo, b"s")


def test_no_git_is_said_so(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With an error of ours."""
    monkeypatch.setenv("PATH", "/nowhere")

    with pytest.raises(ToolMissing):
        locate_repository(repo)
