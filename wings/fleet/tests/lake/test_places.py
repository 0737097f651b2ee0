"""Places: a folder and a store answer alike, what others put there does no harm, what is written is whole."""

import os
import sys
from pathlib import Path

import pytest

from twiceshy.base.errors import SourceError, StoreUnwritable, ToolMissing, UsageError
from twiceshy_fleet.lake import places
from twiceshy_fleet.lake.places import (
    FilePlace,
    PassedOver,
    find_local_path,
    hold_local,
    join_address,
    open_place,
)

fs = pytest.importorskip("pyarrow.fs")
KINDS = ("folder", "store", "cluster")


@pytest.fixture
def disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What stands in for the disks of a store: ``s3://bucket`` puts at once, ``hdfs://host`` moves."""
    root = tmp_path / "disk"
    (root / "bucket").mkdir(parents=True)

    class Putting:
        """A file system of which a store's name is known, and nothing is moved."""

        type_name = "s3"

        def __init__(self) -> None:
            self.inner = fs.SubTreeFileSystem(str(root), fs.LocalFileSystem())

        def __getattr__(self, name: str) -> object:
            if name in {"move", "create_dir"}:
                raise AssertionError(name)
            return getattr(self.inner, name)

        def open_output_stream(self, path: str) -> object:
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            return self.inner.open_output_stream(path)

    def connect(address: str) -> tuple[object, str]:
        if address.startswith("s3://bucket/"):
            return Putting(), "bucket"
        return fs.SubTreeFileSystem(str(root), fs.LocalFileSystem()), "/"

    monkeypatch.setattr(places, "_connect_with_path", connect)
    return root


@pytest.fixture(params=KINDS)
def place(request: pytest.FixtureRequest, disk: Path, tmp_path: Path) -> FilePlace:
    address = {"folder": str(tmp_path / "at"), "store": "s3://bucket/at?region=x", "cluster": "hdfs://host/at"}
    del disk
    return open_place(address[request.param])


def test_what_was_written_is_there(place: FilePlace, tmp_path: Path) -> None:
    """Read, listed with its size and found; an absent file is none, and a second write replaces the first."""
    assert list(place.list_files()) == []
    place.write("a/b.json", b"old")
    place.write("a/b.json", b"new!")
    (tmp_path / "large").write_bytes(b"x" * 3_000_000)
    place.take("c/large", tmp_path / "large")

    found = {one.name: one for one in place.list_files()}

    assert {name: one.size for name, one in found.items()} == {"a/b.json": 4, "c/large": 3_000_000}
    assert found["a/b.json"].stamp.isdecimal()
    assert (place.read("a/b.json"), place.read("a/none")) == (b"new!", None)
    assert (place.has("a/b.json"), place.has("a"), place.has("none")) == (True, False, False)
    with hold_local(found["a/b.json"].address) as path:
        assert path.read_bytes() == b"new!"


def test_a_file_is_fetched_whole_or_its_beginning(place: FilePlace, tmp_path: Path) -> None:
    """And of what is not there nothing is made."""
    place.write("a", b"0123456789")

    assert place.fetch("a", tmp_path / "whole")
    assert place.fetch("a", tmp_path / "head", 4)
    assert not place.fetch("b", tmp_path / "none")

    assert ((tmp_path / "whole").read_bytes(), (tmp_path / "head").read_bytes()) == (b"0123456789", b"0123")
    assert not (tmp_path / "none").exists()


def test_a_file_is_removed_once(place: FilePlace) -> None:
    """The second time there is none."""
    place.write("a", b"1")

    assert (place.remove("a"), place.remove("a")) == (True, False)
    assert place.read("a") is None


def test_a_file_itself_may_be_named(place: FilePlace) -> None:
    """Its listing is that file."""
    place.write("a/log.jsonl", b"12")

    (found,) = open_place(join_address(place.address, "a/log.jsonl")).list_files()

    assert (found.name, found.size) == ("log.jsonl", 2)
    assert open_place(found.address).read("") == b"12"


def test_what_is_written_into_a_folder_is_private(tmp_path: Path) -> None:
    """Nobody else may read it, whatever the umask, and no draft is left."""
    before = os.umask(0)
    try:
        open_place(str(tmp_path / "out")).write("a/b", b"1")
        open_place(str(tmp_path / "out")).take("a/c", tmp_path / "out/a/b")
    finally:
        os.umask(before)

    assert {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "out/a").iterdir()} == {
        "b": 0o600,
        "c": 0o600,
    }
    assert (tmp_path / "out/a").stat().st_mode & 0o777 == 0o700


def test_links_and_pipes_are_passed_over(tmp_path: Path) -> None:
    """They may lead anywhere, or never answer; a folder in a circle ends."""
    (tmp_path / "logs/deep").mkdir(parents=True)
    (tmp_path / "secret.jsonl").write_text("of somebody else")
    (tmp_path / "logs/link.jsonl").symlink_to(tmp_path / "secret.jsonl")
    (tmp_path / "logs/deep/circle").symlink_to(tmp_path / "logs")
    os.mkfifo(tmp_path / "logs/pipe.jsonl")
    (tmp_path / "logs/deep/real.jsonl").write_text("1")
    passed: list[PassedOver] = []

    found = [one.name for one in open_place(str(tmp_path / "logs")).list_files(passed.append)]

    assert found == ["deep/real.jsonl"]
    assert sorted(Path(one.address).name for one in passed) == ["circle", "link.jsonl", "pipe.jsonl"]


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may list every folder")
def test_a_closed_folder_hides_no_other(tmp_path: Path) -> None:
    """It is named with the system's reason."""
    (tmp_path / "closed").mkdir(mode=0)
    (tmp_path / "open.jsonl").write_text("1")
    passed: list[PassedOver] = []

    found = [one.name for one in open_place(str(tmp_path)).list_files(passed.append)]
    (tmp_path / "closed").chmod(0o700)

    assert found == ["open.jsonl"]
    assert [one.reason for one in passed] == ["cannot be listed: Permission denied"]


@pytest.mark.parametrize("kind", ["folder", "store"])
def test_a_database_changes_with_the_log_beside_it(kind: str, disk: Path) -> None:
    """Its newest rows stand there, and a copy brings both."""
    folder = disk / "bucket"
    (folder / "a.db").write_bytes(b"1")
    address = str(folder) if kind == "folder" else "s3://bucket"
    before = {one.name: one.stamp for one in open_place(address).list_files()}
    (folder / "a.db-wal").write_bytes(b"22")

    found = {one.name: one for one in open_place(address).list_files()}

    assert found["a.db"].stamp.startswith(f"{before['a.db']}+2.")
    with hold_local(found["a.db"].address) as path:
        assert (path.read_bytes(), path.with_name("a.db-wal").read_bytes()) == (b"1", b"22")


def test_a_copy_keeps_the_folders_of_its_address(disk: Path) -> None:
    """Readers look at them; what an address says of folders above stays inside the scratch folder."""
    (disk / "bucket/projects/-home-ann").mkdir(parents=True)
    (disk / "bucket/projects/-home-ann/s.jsonl").write_bytes(b"0123456789")

    with hold_local("s3://bucket/projects/-home-ann/s.jsonl", 4) as path:
        assert path.parts[-3:] == ("projects", "-home-ann", "s.jsonl")
        assert path.read_bytes() == b"0123"

    assert not path.exists()


@pytest.mark.usefixtures("disk")
def test_a_store_without_the_input_says_so() -> None:
    """It was listed, and is gone since."""
    with pytest.raises(SourceError, match="is not there any more"), hold_local("s3://bucket/none.jsonl"):
        pass


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("/srv/logs", "/srv/logs"),
        ("file:///srv/logs", "/srv/logs"),
        ("s3://bucket/logs", None),
        ("hdfs://ann@host:9000/logs", None),
        ("abfs://box@account.dfs.core.windows.net/logs", None),
    ],
)
def test_an_address_is_a_path_or_a_stores(address: str, path: str | None) -> None:
    """A name before the host is fine."""
    assert find_local_path(address) == (Path(path) if path else None)


@pytest.mark.parametrize("address", ["s3://AKIA:secret@bucket/logs", "hdfs://ann:pw@host/logs"])
def test_a_password_in_an_address_is_refused(address: str) -> None:
    """Addresses are written down; the message does not repeat it."""
    with pytest.raises(UsageError, match="holds a password") as caught:
        open_place(address)

    assert "secret" not in str(caught.value)
    assert "pw" not in str(caught.value).split()


def test_an_empty_address_is_refused() -> None:
    """It would be the folder where one happens to be."""
    with pytest.raises(UsageError, match="is empty"):
        open_place("")


def test_a_query_stays_behind_the_path() -> None:
    """It names the store's region or its endpoint."""
    assert join_address("s3://b/out?region=x", "a/b") == "s3://b/out/a/b?region=x"
    assert join_address("/tmp/what?", "a") == "/tmp/what?/a"


def test_nothing_else_than_our_errors_leaves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each names the address; a store that is not known, or without the library, says what to do."""
    (tmp_path / "file").write_text("1")
    below = open_place(str(tmp_path / "file"))

    with pytest.raises(StoreUnwritable, match="file/a cannot be written"):
        below.write("a", b"1")
    with pytest.raises(SourceError, match="file/a cannot be read"):
        below.read("a")
    with pytest.raises(SourceError, match="nosuch://x/"):
        open_place("nosuch://x/y")
    monkeypatch.setitem(sys.modules, "pyarrow.fs", None)
    with pytest.raises(ToolMissing, match=r"\[fleet\]"):
        open_place("gs://other/y")


def test_pyarrow_itself_takes_our_addresses(tmp_path: Path) -> None:
    """Its own file system of a test, in memory: the same calls as for every other."""
    place = open_place("mock:///out")
    place.write("a/b", b"12")

    assert [(one.name, one.size) for one in place.list_files()] == [("a/b", 2)]
    assert place.read("a/b") == b"12"
    assert not (tmp_path / "out").exists()
