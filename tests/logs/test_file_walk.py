"""One closed, looping or odd entry of a folder never hides the others."""

import os
from pathlib import Path

import pytest

from twiceshy.logs import file_walk
from twiceshy.logs.file_walk import find_closed_folders, find_files, is_fixture
from twiceshy.logs.log_owner import find_logs
from twiceshy.logs.readers import READERS
from twiceshy.records.ingest import UnclaimedFile

pytestmark = pytest.mark.skipif(os.name == "nt", reason="links and pipes of POSIX")


def test_everything_but_regular_files_is_passed_over(tmp_path: Path) -> None:
    """Pipes, loops and dead links are not opened; a link to a file is one."""
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "deep.jsonl").write_text("{}")
    (tmp_path / "a.jsonl").write_text("{}")
    (tmp_path / "folder.jsonl").mkdir()
    os.mkfifo(tmp_path / "pipe.jsonl")
    (tmp_path / "pipe-link.jsonl").symlink_to("pipe.jsonl")
    (tmp_path / "dead.jsonl").symlink_to("nowhere")
    (tmp_path / "itself.jsonl").symlink_to("itself.jsonl")
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "link.jsonl").symlink_to("a.jsonl")

    assert [path.relative_to(tmp_path).as_posix() for path in find_files(tmp_path)] == [
        "a.jsonl",
        "b/deep.jsonl",
        "link.jsonl",
    ]
    assert list(find_files(tmp_path / "a.jsonl")) == [tmp_path / "a.jsonl"]
    assert list(find_files(tmp_path / "not there")) == []
    assert (
        find_closed_folders(tmp_path)
        == find_closed_folders(tmp_path / "a.jsonl")
        == find_closed_folders(tmp_path / "not there")
        == []
    )


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may look everywhere")
@pytest.mark.parametrize("mode", [0o000, 0o400, 0o100], ids=["closed", "names only", "no names"])
def test_a_closed_folder_is_named_and_the_rest_is_found(tmp_path: Path, mode: int) -> None:
    """What may lie in it is not silently left out."""
    folder = tmp_path / "closed"
    folder.mkdir()
    (folder / "x.jsonl").write_text("{}")
    (folder / "deeper").mkdir()
    (tmp_path / "open.jsonl").write_text("{}")
    folder.chmod(mode)
    try:
        assert tmp_path / "open.jsonl" in list(find_files(tmp_path))
        assert list(find_files(folder / "x.jsonl" / "y")) == []
        assert [found.path for found in find_closed_folders(tmp_path)] == [folder]
    finally:
        folder.chmod(0o700)


def test_a_walk_ends_in_any_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However deep it is, however full, and where its links lead in circles."""
    place = tmp_path / "deep"
    place.mkdir()
    (place / "a.jsonl").touch()
    (place / "circle").symlink_to(".")
    inner = place
    for _ in range(file_walk.DEEPEST + 2):
        inner /= "d"
        inner.mkdir()
    (inner / "too-deep.jsonl").touch()
    assert list(find_files(place)) == [place / "a.jsonl"]
    assert find_closed_folders(place) == []

    (tmp_path / "full").mkdir()
    for number in range(20):
        (tmp_path / "full" / f"{number}.jsonl").touch()
    monkeypatch.setattr(file_walk, "MOST_ENTRIES", 7)
    assert len(list(find_files(tmp_path / "full"))) == 7


# Which logs are a project's fixtures.

OWN = [
    pytest.param("a.jsonl", id="beside nothing"),
    pytest.param(".claude/projects/-home-ann-tests/a.jsonl", id="an agent's folder of a project called tests"),
    pytest.param("backup/examples/a.jsonl", id="a person's own examples, in no work tree"),
    pytest.param("tests/a.jsonl", id="a person's own tests, in no work tree"),
    pytest.param("fixtures.jsonl", id="a file of that name"),
    pytest.param("transcripts/2026/a.jsonl", id="transcripts"),
    pytest.param("fixtures/tests.jsonl", id="fixtures that are no tests'"),
]
FIXTURES = [
    pytest.param("shop/tests/fixtures/a.jsonl", id="a test's fixtures"),
    pytest.param("shop/test/test_data/deep/a.jsonl", id="a test's data"),
    pytest.param("shop/Tests/Fixtures/a.jsonl", id="in capitals"),
    pytest.param("shop/tests/reader/transcripts/a.md", id="a test's transcripts"),
]
IN_WORK_TREE = [
    pytest.param("tests/a.jsonl", id="tests"),
    pytest.param("testdata/a.jsonl", id="a language's own folder"),
    pytest.param("src/reader/__mocks__/a.jsonl", id="mocks"),
    pytest.param("examples/demo/a.jsonl", id="examples"),
]


@pytest.mark.parametrize("name", OWN)
def test_a_persons_log_is_no_fixture(name: str, tmp_path: Path) -> None:
    """A folder's name alone is no proof."""
    assert not is_fixture(tmp_path / name)


@pytest.mark.parametrize("name", FIXTURES)
def test_a_fixture_is_told_by_its_place(name: str, tmp_path: Path) -> None:
    """Also in a copy without its repository."""
    assert is_fixture(tmp_path / name)


@pytest.mark.parametrize("name", IN_WORK_TREE)
def test_inside_a_work_tree_less_is_needed(name: str, tmp_path: Path) -> None:
    """There a folder called so belongs to the project; the repository may lie in such a folder itself."""
    (tmp_path / "examples" / "shop" / ".git").mkdir(parents=True)

    assert is_fixture(tmp_path / "examples" / "shop" / name)
    assert not is_fixture(tmp_path / "examples" / "shop" / "a.jsonl")


def test_a_walk_leaves_fixtures_out_and_says_so(tmp_path: Path) -> None:
    """Named itself, or its folder, it is read."""
    folder = tmp_path / "shop" / "tests" / "fixtures"
    folder.mkdir(parents=True)
    log = folder / "a.md"
    log.write_text("# aider chat started at 2026-03-02 09:00:00\n\n#### hi\n")
    [left_out] = find_logs(tmp_path, READERS, {}, tmp_path)

    assert isinstance(left_out, UnclaimedFile)
    assert (left_out.path, left_out.named) == (str(log), False)
    assert "aider" in left_out.recognised
    for named in (log, folder):
        assert [getattr(one, "agent", None) for one in find_logs(named, READERS, {}, tmp_path)] == ["aider"]
