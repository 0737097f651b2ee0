"""One closed, looping or odd entry of a folder never hides the others."""

import os
from pathlib import Path

import pytest

from twiceshy.logs import file_walk
from twiceshy.logs.file_walk import find_closed_folders, find_files

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
