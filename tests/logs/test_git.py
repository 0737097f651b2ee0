"""The git reader against git itself, on a repository with every shape of change."""

import os
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from twiceshy.base.errors import SourceError, ToolMissing
from twiceshy.logs import git, git_program
from twiceshy.logs.edits import hash_lines
from twiceshy.logs.git import hash_author, is_memory_commit, list_tips, read_commits
from twiceshy.logs.git_patch import parse_body, parse_subject, parse_trailers
from twiceshy.records.commits import Commit, CommitFile, RawCommit

SALT = b"s" * 32


def run(repo: Path, *words: str, stdin: bytes | None = None, **env: str) -> bytes:
    return subprocess.run(
        ["git", "-C", str(repo), *words], check=True, capture_output=True, input=stdin, env=os.environ | env
    ).stdout


def commit(repo: Path, message: str = "Change\n", *words: str, **env: str) -> str:
    run(repo, "add", "-A")
    run(repo, "commit", "-q", "--allow-empty", "-F", "-", *words, stdin=message.encode(), **env)
    return run(repo, "rev-parse", "HEAD").decode().strip()


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    folder = tmp_path / "repo"
    folder.mkdir()
    run(folder, "init", "-q", "-b", "main")
    return folder


@pytest.fixture
def shapes(repo: Path) -> Path:
    """Renames, modes, binary files, CRLF, missing newlines, empty commits, merges, links, odd names, NUL bytes."""
    text = "".join(f"line {n} of the first file\n" for n in range(40))
    (repo / "a.txt").write_text(text)
    (repo / "empty").touch()
    (repo / "late nul").write_bytes(b"x" * 8 + b"\n" + b"y" * 9000 + b"\n")
    commit(repo, "First\n")
    (repo / "a.txt").rename(repo / "b.txt")
    commit(repo, "Rename alone\n")
    (repo / "sub").mkdir()
    (repo / "b.txt").rename(repo / "sub" / 'c é\t"q".txt')
    (repo / "sub" / 'c é\t"q".txt').write_text(text + "one more\n")
    (repo / "empty").chmod(0o755)
    (repo / "image.png").write_bytes(bytes(range(256)) * 4)
    commit(repo, "Rename and change, mode, binary file\n")
    (repo / "image.png").write_bytes(bytes(range(256)) * 5)
    (repo / "z.txt").write_text("after a binary file\n")
    commit(repo, "Binary file, then text\n")
    (repo / "image.png").unlink()
    (repo / "crlf.txt").write_bytes(b"one\r\ntwo\r\n  \r\n")
    (repo / "no newline").write_bytes(b"one\ntwo")
    (repo / "late nul").write_bytes(b"x" * 8 + b"\n" + b"y" * 9000 + b"\nan\0d\n")
    commit(repo, "Endings\n")
    (repo / "no newline").write_bytes(b"one\ntwo\n+++ three\n-- four\n@@ -1 +1 @@\n\\ No\ndiff --git a/x b/x\n")
    (repo / "crlf.txt").write_bytes(b"one\ntwo\n")
    (repo / "latin").write_bytes(b"caf\xe9 au lait\n")
    commit(repo, "Lines that look like headers\n")
    (repo / "z.txt").unlink()
    (repo / "z.txt").symlink_to("latin")
    commit(repo, "A file becomes a link\n")
    commit(repo, "Empty\n")
    run(repo, "checkout", "-q", "-b", "side", "HEAD~2")
    (repo / "side.txt").write_text("side\n")
    commit(repo, "On the side\n")
    run(repo, "checkout", "-q", "main")
    run(repo, "merge", "-q", "--no-edit", "side")
    run(repo, "tag", "-a", "-m", "tagged", "v1")
    run(repo, "checkout", "-q", "--orphan", "alone")
    commit(repo, "Another root\n")
    run(repo, "checkout", "-q", "main")
    return repo


def read(repo: Path, known: frozenset[str] = frozenset()) -> dict[str, RawCommit]:
    return {one.hash: one for one in read_commits(repo, salt=SALT, known=known)}


def test_a_repository_without_commits_has_none(repo: Path) -> None:
    """No tips, no commits, no error."""
    assert (list_tips(repo), list(read_commits(repo, salt=SALT))) == (frozenset(), [])


def test_patch_ids_equal_gits_own(shapes: Path) -> None:
    """Whatever the change looks like; merges and empty commits have none."""
    patches = run(shapes, "log", "-p", "--full-index", "--all")
    theirs = run(shapes, "patch-id", "--stable", stdin=patches).decode().split()

    assert {one.hash: one.patch_id for one in read(shapes).values() if one.patch_id} == dict(
        zip(theirs[1::2], theirs[::2], strict=True)
    )


def test_paths_equal_gits_own(shapes: Path) -> None:
    """Every path that a commit touches is there, under its own name."""
    for one in read(shapes).values():
        rows = run(shapes, "show", "--no-renames", "--numstat", "-z", "--format=", one.hash)
        names = {row.split("\t", 2)[2] for row in rows.decode().split("\0") if row.count("\t") >= 2}
        if len(one.parents) < 2:
            assert {file.path for file in one.files} | {f.old_path for f in one.files if f.old_path} == names


def test_each_shape_of_file(shapes: Path) -> None:
    """A rename keeps its old path, a binary file has no numbers, a mode has nought."""
    by_subject = {one.subject: one for one in read(shapes).values()}

    assert [(f.path, f.old_path, f.added, f.removed) for f in by_subject["Rename alone"].files] == [
        ("b.txt", "a.txt", 0, 0)
    ]
    assert [(f.path, f.old_path, f.added) for f in by_subject["Rename and change, mode, binary file"].files] == [
        ("empty", None, 0),
        ("image.png", None, None),
        ('sub/c é\t"q".txt', "b.txt", 1),
    ]
    assert by_subject["Merge branch 'side'"].files == ()
    assert len(by_subject["Merge branch 'side'"].parents) == 2


def test_added_lines_have_the_hashes_of_edits(shapes: Path) -> None:
    """The same function over the same lines, in order; lines without letter or digit have none."""
    by_subject = {one.subject: one for one in read(shapes).values()}
    files = {f.path: f for f in by_subject["Lines that look like headers"].files}

    assert files["no newline"].added_hashes == hash_lines(
        ["two", "+++ three", "-- four", "@@ -1 +1 @@", "\\ No", "diff --git a/x b/x"], SALT
    )
    assert files["latin"].added_hashes == hash_lines(["caf� au lait"], SALT)
    assert files["crlf.txt"].added_hashes == hash_lines(["one", "two"], SALT)


def test_a_change_of_type_is_one_file(shapes: Path) -> None:
    """Git prints two patches for it; the numbers are of one file, and the next file's lines stay its own."""
    (file,) = next(one for one in read(shapes).values() if one.subject == "A file becomes a link").files

    assert (file.path, file.added_hashes) == ("z.txt", hash_lines(["latin"], SALT))


def test_parents_come_before_children(shapes: Path) -> None:
    """An interrupted reading is closed: nothing is missing behind what was taken."""
    seen: set[str] = set()
    for one in read_commits(shapes, salt=SALT):
        assert seen.issuperset(one.parents)
        seen.add(one.hash)


def test_only_new_commits_are_read_again(shapes: Path) -> None:
    """Known hashes and all behind them are left out, also when some of them are gone."""
    before = frozenset(read(shapes)) | {"0123456789" * 4}
    again = read(shapes, before)
    new = commit(shapes, "New\n")

    assert (again, list(read(shapes, before))) == ({}, [new])


def test_times_author_and_message(repo: Path) -> None:
    """UTC with the author's offset; the address only as a salted hash; subject, body and trailers apart."""
    name = commit(
        repo,
        "Fix the\nparser\n\nIt was wrong.\n\nCo-authored-by: An Agent\n <agent@example.test>\nRefs: #7\n",
        GIT_AUTHOR_DATE="1700000000 -0330",
        GIT_COMMITTER_DATE="1700000060 +0200",
        GIT_AUTHOR_EMAIL="Someone@Example.test",
    )

    one = read(repo)[name]
    assert (one.authored_at, one.authored_offset_min) == (datetime.fromtimestamp(1_700_000_000, UTC), -210)
    assert one.committed_at == datetime.fromtimestamp(1_700_000_060, UTC)
    assert one.author == hash_author("someone@example.test", SALT)
    assert (one.subject, one.trailers) == (
        "Fix the parser",
        (("Co-authored-by", "An Agent <agent@example.test>"), ("Refs", "#7")),
    )
    assert one.body == "It was wrong.\n\nCo-authored-by: An Agent\n <agent@example.test>\nRefs: #7"
    assert one.tree == run(repo, "rev-parse", "HEAD^{tree}").decode().strip()


MESSAGES = [
    pytest.param("", id="empty"),
    pytest.param("Only: a subject", id="subject that looks like one"),
    pytest.param("Subject\nRefs: 1", id="first paragraph"),
    pytest.param("Subject\n\nWords and\nRefs: 1", id="mixed without git's own"),
    pytest.param("Subject\n\nRefs: 1\n\nA last word.", id="not last"),
    pytest.param("Subject\n\nsee http://x.test/a", id="address"),
    pytest.param("Subject\n\nRefs: 1\nRefs: 2", id="twice"),
    pytest.param("Subject\n\nRefs : 1\nx-y9:two", id="blanks"),
    pytest.param("Subject\n\nWords\nmore\nand more\nSigned-off-by: A <a@b.test>", id="a quarter"),
    pytest.param("Subject\n\nWords\nmore\nand more\nand\nSigned-off-by: A <a@b.test>", id="less than a quarter"),
    pytest.param("Subject\n\nSigned-off-by: A <a@b.test>\n folded\n\tagain", id="folded"),
    pytest.param("Subject\n\n(cherry picked from commit 1234)\nwords", id="cherry-picked"),
    pytest.param("Subject\n\n folded: first\nRefs: 1", id="starts folded"),
    pytest.param("Subject\n\nRefs:\nKey: ", id="no value"),
    pytest.param("Subject\n\nBody\n---\nRefs: 1", id="divider"),
    pytest.param("Subject\n\nKéy: 1", id="not ascii"),
]


@pytest.mark.parametrize("message", MESSAGES)
def test_trailers_equal_gits_own(repo: Path, message: str) -> None:
    """By the words of ``git log --format=%(trailers)``, the subject by ``%s``, the body by ``%b``."""
    commit(repo, message, "--allow-empty-message", "--cleanup=verbatim")
    shown = (
        run(repo, "log", "--format=%(trailers:only,unfold,separator=%x00)%x00%x00%s%x00%x00%b").decode().rstrip("\n")
    )
    theirs, _, rest = shown.partition("\0\0")
    their_subject, _, their_body = rest.partition("\0\0")

    assert [f"{name}: {value}".strip() for name, value in parse_trailers(message)] == [
        line.strip() for line in theirs.split("\0") if line
    ]
    assert (parse_subject(message), parse_body(message)) == (their_subject, their_body.rstrip())


def test_a_commit_in_another_encoding_is_read_as_text(repo: Path) -> None:
    """Git translates messages; a time beyond all calendars is the epoch."""
    run(repo, "commit", "-q", "--allow-empty", "-F", "-", stdin=b"x")
    tree = run(repo, "rev-parse", "HEAD^{tree}").decode().strip()
    raw = f"tree {tree}\nauthor A <a@b.test> 99999999999999 +0000\ncommitter A <a@b.test> 1 +0000\nencoding latin1\n\n"
    name = run(repo, "hash-object", "-t", "commit", "-w", "--stdin", "--literally", stdin=raw.encode() + b"caf\xe9\n")
    run(repo, "update-ref", "refs/heads/odd", name.decode().strip())

    assert ("café", git.EPOCH) in [(one.subject, one.authored_at) for one in read(repo).values()]


def test_a_huge_commit_keeps_its_files_and_loses_its_hashes(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing larger than the limit is held, and the commits around it are whole."""
    monkeypatch.setattr(git, "LARGEST_PATCH", 50_000)
    monkeypatch.setattr(git, "CHUNK", 1000)
    (repo / "a.txt").write_text("small\n")
    small = commit(repo)
    (repo / "b.txt").write_text("a long line of words\n" * 20_000)
    huge = commit(repo)
    (repo / "c.txt").write_text("small\n")
    last = commit(repo)

    found = read(repo)
    assert [bool(found[name].patch_id) for name in (small, huge, last)] == [True, False, True]
    assert [(f.path, f.added, f.added_hashes) for f in found[huge].files] == [("b.txt", 20_000, b"")]


def test_a_file_with_too_many_lines_has_no_hashes(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The commit still has its patch-id, and its other files their hashes."""
    monkeypatch.setattr(git, "MOST_LINES", 2)
    (repo / "a.txt").write_text("one\ntwo\nthree\n")
    (repo / "b.txt").write_text("one\n")
    name = commit(repo)
    one = read(repo)[name]

    assert (bool(one.patch_id), [len(f.added_hashes) for f in one.files]) == (True, [0, 8])


def test_transcript_branches_are_no_code(repo: Path) -> None:
    """What a recorder of sessions commits elsewhere is not the project's history, in a branch or in refs of its own."""
    name = commit(repo)
    run(repo, "checkout", "-q", "--orphan", "entire/checkpoints/v1")
    commit(repo, "transcript\n")
    run(repo, "update-ref", "refs/entire/checkpoints/ZN/01KVBJCWYA4YW6J5M9GP655HZN", "HEAD")

    run(repo, "checkout", "-q", "main")
    assert list(read(repo)) == [name]


def test_bare_shallow_and_linked_repositories_are_read(shapes: Path, tmp_path: Path) -> None:
    """All of a bare one, what is there of a shallow one, everything from a linked work tree."""
    run(tmp_path, "clone", "-q", "--bare", str(shapes), "bare")
    run(tmp_path, "clone", "-q", "--depth=1", f"file://{shapes}", "shallow")
    run(shapes, "worktree", "add", "-q", "--detach", str(tmp_path / "linked"))

    assert read(tmp_path / "bare") == read(shapes) == read(tmp_path / "linked")
    assert len(read(tmp_path / "shallow")) == 1


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("diff.external", "touch RAN #"),
        ("core.fsmonitor", "touch RAN #"),
        ("core.pager", "touch RAN #"),
        ("diff.odd.textconv", "touch RAN #"),
        ("diff.odd.command", "touch RAN #"),
        ("diff.noprefix", "true"),
        ("diff.mnemonicPrefix", "true"),
        ("diff.algorithm", "patience"),
        ("diff.renames", "false"),
        ("diff.context", "0"),
        ("color.ui", "always"),
        ("log.showSignature", "true"),
        ("log.showRoot", "false"),
        ("log.date", "relative"),
        ("format.pretty", "oneline"),
        ("core.quotePath", "false"),
        ("diff.wordRegex", "."),
        ("diff.relative", "true"),
        ("diff.submodule", "log"),
    ],
)
def test_a_repositorys_settings_change_and_run_nothing(shapes: Path, setting: str, value: str) -> None:
    """The same commits under every setting, and no program of the repository was started."""
    (shapes / ".git" / "info").mkdir(exist_ok=True)
    (shapes / ".git" / "info" / "attributes").write_text("* diff=odd\n")
    before = read(shapes)
    run(shapes, "config", setting, value)

    assert read(shapes) == before
    assert not (shapes / "RAN").exists()


def test_nothing_is_written_to_the_repository(shapes: Path) -> None:
    """Not even the index is refreshed."""

    def state() -> dict[str, tuple[int, int]]:
        return {str(p): (p.lstat().st_size, p.lstat().st_mtime_ns) for p in shapes.rglob("*")}

    before = state()
    read(shapes)

    assert state() == before


def test_the_repository_named_is_the_one_read(shapes: Path, repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also from inside a hook, where variables lead elsewhere."""
    before = read(shapes)
    monkeypatch.setenv("GIT_DIR", "/nowhere")

    assert read(shapes) == before


def test_no_git_is_said(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message says what is missing."""
    monkeypatch.setenv("PATH", "/nowhere")

    with pytest.raises(ToolMissing, match="git cannot be run"):
        list_tips(repo)


def test_a_folder_that_is_no_repository_is_said(tmp_path: Path) -> None:
    """With its name."""
    with pytest.raises(SourceError, match="not inside a git repository"):
        list_tips(tmp_path)


def test_a_repository_of_somebody_else_is_refused_with_what_to_do(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Git's own refusal, and the one command that lifts it."""
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")

    with pytest.raises(SourceError, match=r"git config --global --add safe\.directory"):
        list_tips(repo)


def test_a_damaged_repository_is_an_error_after_what_could_be_read(repo: Path) -> None:
    """Commits before the damage are given; the error names the folder and says what to do."""
    (repo / "a.txt").write_text("one\n")
    first = commit(repo)
    (repo / "a.txt").write_text("two\n")
    commit(repo)
    blob = run(repo, "rev-parse", "HEAD:a.txt").decode().strip()
    broken = repo / ".git" / "objects" / blob[:2] / blob[2:]
    broken.unlink()
    found: list[str] = []

    with pytest.raises(SourceError, match="git fsck"):
        found.extend(one.hash for one in read_commits(repo, salt=SALT))
    assert found[:1] in ([], [first])


def test_leaving_early_ends_git(shapes: Path) -> None:
    """No process is left behind and nothing is raised."""
    some = read_commits(shapes, salt=SALT)
    next(some)
    some.close()  # type: ignore[attr-defined]  # a generator

    with git_program.stream_git(shapes, "log") as output:
        assert output.read(6) == b"commit"


# Commits that hold memory are known by their files or their trailer, never by their subject.


def a_commit(
    *paths: str, subject: str = "x", trailers: tuple[tuple[str, str], ...] = (), old: str | None = None
) -> RawCommit:
    at = datetime(2026, 11, 23, tzinfo=UTC)
    return Commit(
        hash="a" * 40,
        parents=(),
        author=b"a" * 8,
        authored_at=at,
        authored_offset_min=0,
        committed_at=at,
        subject=subject,
        trailers=trailers,
        files=tuple(CommitFile(path=path, old_path=old, added=1, removed=0) for path in paths),
    )


CASES = [
    ("files of memory alone", a_commit(".twiceshy/memory/a.zst", ".twiceshy/memory/index/b"), True),
    ("on a file system without case", a_commit(".Twiceshy/Memory/a.zst"), True),
    ("a file of the project beside them", a_commit(".twiceshy/memory/a.zst", "src/a.py"), False),
    ("a project's file moved into it", a_commit(".twiceshy/memory/a.zst", old="src/a.py"), False),
    ("a folder that begins alike", a_commit(".twiceshy/memory-of-ann/a"), False),
    ("the trailer", a_commit("src/a.py", trailers=(("Twiceshy-Memory", "1"),)), True),
    ("another value", a_commit("src/a.py", trailers=(("Twiceshy-Memory", "0"),)), False),
    ("a person's subject", a_commit("src/a.py", subject="data: ML model card; memory"), False),
    ("no files at all", a_commit(), False),
]


@pytest.mark.parametrize(("commit", "holds"), [row[1:] for row in CASES], ids=[row[0] for row in CASES])
def test_what_holds_memory_is_known(commit: RawCommit, holds: bool) -> None:
    """And a person's commit never is taken for it."""
    assert is_memory_commit(commit) == holds
