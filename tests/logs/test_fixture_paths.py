"""Which logs are a project's fixtures."""

from pathlib import Path

import pytest

from twiceshy.logs.fixture_paths import is_fixture
from twiceshy.logs.log_owner import find_logs
from twiceshy.logs.readers import READERS
from twiceshy.records.ingest import UnclaimedFile

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
