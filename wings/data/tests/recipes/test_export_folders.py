"""A folder of data: read by the programs that it is for, the same again, whole or not there."""

import dataclasses
import errno
import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest
from tests.recipes.sample_store import fill_with_sample

from twiceshy.archive.db import Store
from twiceshy.base.config import Config, load
from twiceshy.base.errors import NotFound, SourceError, UsageError
from twiceshy.base.values import Scope
from twiceshy.records.exports import ExportSummary
from twiceshy_data.recipes import dataset_files, outgoing_rows
from twiceshy_data.recipes.export_folders import export_folder
from twiceshy_data.recipes.outgoing_rows import ExportWish

pytest.importorskip("pyarrow", reason="the package pyarrow is not installed")


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Config:
    return fill_with_sample(tmp_path_factory.mktemp("sample"))


@pytest.fixture(autouse=True)
def _licensed(sample: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every project's own files let anybody give its code on, but where a test takes that back."""
    with Store.open(sample.home, readonly=True) as store:
        identities = [one for (one,) in store.connection.execute("SELECT identity FROM project")]
    monkeypatch.setattr(outgoing_rows, "read_licences", lambda _: dict.fromkeys(identities, "ISC"))


def export(config: Config, path: Path, kind: str = "sessions", *, replace: bool = False, **wish: Any) -> ExportSummary:
    return export_folder(config, ExportWish(kind, "hf", Scope(), **{"license": "mit", **wish}), path, replace=replace)


def read_files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def list_exports(folder: Path) -> list[str]:
    """What stands beside the test's own home, drafts too."""
    return sorted(path.name for path in folder.iterdir() if path.name != "home")


def test_a_folder_has_tables_a_page_and_checksums(sample: Config, tmp_path: Path) -> None:
    """Private; twice the same, and the summary names them."""
    written = export(sample, tmp_path / "a", "all")
    files = read_files(tmp_path / "a")
    sums = {
        name: digest for digest, _, name in (line.partition("  ") for line in files["CHECKSUMS"].decode().splitlines())
    }

    assert {name: hashlib.sha256(files[name]).hexdigest() for name in sums} == sums
    assert {*sums, "CHECKSUMS"} == {*files}
    assert (written.files, written.bytes) == (len(files), sum(map(len, files.values())))
    assert written.sha256 == hashlib.sha256(files["CHECKSUMS"]).hexdigest()
    assert written.level == "strict"
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o700
    export(sample, tmp_path / "b", "all")
    assert read_files(tmp_path / "b") == files


def test_the_page_tells_what_is_there(sample: Config, tmp_path: Path) -> None:
    """Rows, labels, level and licences; who said nothing about the whole is not spoken for."""
    with Store.open(sample.home, readonly=True) as store:
        identities = [one for (one,) in store.connection.execute("SELECT identity FROM project")]
    export(sample, tmp_path / "a", license="")
    export(sample, tmp_path / "b", license="apache-2.0")
    bare, named = ((tmp_path / name / "README.md").read_text() for name in "ab")

    assert bare.startswith("---\nlicense: other\nconfigs:\n- config_name: sessions\n")
    assert "Not stated: nobody said" in bare
    assert re.search(r"^- `[0-9a-f]{16}`: ISC$", bare, re.MULTILINE)
    assert not any(one in bare for one in identities)
    assert "at the level `strict`" in bare
    assert named.startswith("---\nlicense: apache-2.0\n")
    assert json.loads((tmp_path / "a" / "splits.json").read_text())


def test_what_is_there_stays(sample: Config, tmp_path: Path) -> None:
    """An earlier export is replaced when that is asked for; a folder with anything else in it never is."""
    export(sample, tmp_path / "a")
    before = read_files(tmp_path / "a")
    with pytest.raises(UsageError, match="is there already"):
        export(sample, tmp_path / "a")
    export(sample, tmp_path / "a", replace=True)
    (tmp_path / "a" / "mine.txt").write_text("mine")
    with pytest.raises(UsageError, match="holds more than an export"):
        export(sample, tmp_path / "a", replace=True)

    assert read_files(tmp_path / "a") == before | {"mine.txt": b"mine"}
    assert list_exports(tmp_path) == ["a"]


def test_a_full_disk_leaves_nothing(sample: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And says what to do."""

    def refuse(_: object, __: bytes) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(dataset_files.OpenFile, "write", refuse)
    with pytest.raises(SourceError, match="cannot be written: No space left on device"):
        export(sample, tmp_path / "a")

    assert list_exports(tmp_path) == []


def test_pieces_are_numbered(sample: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As readers expect them."""
    monkeypatch.setattr(dataset_files.SplitTable.__init__, "__defaults__", (1,))
    monkeypatch.setattr("twiceshy_data.recipes.audited_rows._MOST_ROWS", 1)
    written = export(sample, tmp_path / "a")
    names = sorted(path.name for path in (tmp_path / "a" / "data" / "sessions").iterdir())

    assert names == [
        f"{split}-{number:05}-of-{count:05}.parquet"
        for split, count in sorted(written.splits.items())
        for number in range(count)
    ]
    assert min(written.splits.values()) > 1


@pytest.mark.parametrize("license", ["a b", "x\n---", "-x"])
def test_a_licence_is_a_name(sample: Config, tmp_path: Path, license: str) -> None:  # noqa: A002  # as the option
    """It goes into the head of a page."""
    with pytest.raises(UsageError, match="is no name of a licence"):
        export(sample, tmp_path / "a", license=license)


def test_an_empty_store_is_said(tmp_path: Path) -> None:
    """With what helps, and no folder is left."""
    with Store.open(tmp_path / "store"):
        pass
    config = load({"home": str(tmp_path / "store")}, {}, tmp_path)
    with pytest.raises(NotFound, match="nothing is stored yet"):
        export(config, tmp_path / "a", "all")

    assert list_exports(tmp_path) == ["store"]


def test_other_programs_read_it(sample: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """``datasets``, pandas and DuckDB, offline."""
    datasets = pytest.importorskip("datasets", reason="the package datasets is not installed")
    pandas = pytest.importorskip("pandas", reason="the package pandas is not installed")
    duckdb = pytest.importorskip("duckdb", reason="the package duckdb is not installed")
    monkeypatch.setattr(datasets.config, "HF_DATASETS_OFFLINE", True)
    written = export(sample, tmp_path / "a")
    loaded = datasets.load_dataset(str(tmp_path / "a"), "sessions", cache_dir=str(tmp_path / "cache"))
    table = pandas.read_parquet(tmp_path / "a" / "data" / "sessions")
    with duckdb.connect() as connection:
        (count,) = connection.execute(
            "SELECT count(*) FROM read_parquet(?)", [str(tmp_path / "a/data/sessions/*.parquet")]
        ).fetchone()

    assert {name: rows.num_rows for name, rows in loaded.items()} == written.splits
    assert len(table) == count == written.rows
    assert sorted(one for rows in loaded.values() for one in rows["session_id"]) == sorted(table["session_id"])


def test_each_session_is_a_trajectory(sample: Config, tmp_path: Path) -> None:
    """That the format's readers take; of other rows there is none."""
    written = export_folder(sample, ExportWish("sessions", "atif", Scope()), tmp_path / "a", replace=False)
    files = read_files(tmp_path / "a")
    names = [name for name in files if name.endswith(".atif.json")]

    assert (len(names), written.files, written.level) == (written.rows, written.rows + 1, "standard")
    assert {json.loads(files[name])["schema_version"] for name in names} == {"ATIF-v1.7"}
    with pytest.raises(UsageError, match="is for sessions"):
        export_folder(sample, ExportWish("chats", "atif", Scope()), tmp_path / "b", replace=False)


def test_without_a_licence_nothing_is_shared(sample: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a project whose licence nobody knows; unless the user says that it may be given, and the page tells that."""
    monkeypatch.undo()
    left_out = r"all \d+ rows are left out: \d+ of projects whose licence .* --project NAME --license ID"
    for license_ in ("", "MIT"):  # a licence without a project's name is no word about everybody's code
        with pytest.raises(NotFound, match=left_out):
            export(sample, tmp_path / "a", "all", license=license_)
    with Store.open(sample.home, readonly=True) as store:
        names = [name for (name,) in store.connection.execute("SELECT name FROM project ORDER BY name")]
    written = export_folder(
        sample, ExportWish("sessions", "hf", Scope(project=names[0]), license="MIT"), tmp_path / "b", replace=False
    )

    assert len(names) > 1
    assert written.rows > 0
    assert list_exports(tmp_path) == ["b"]
    assert re.search(r"^- `[0-9a-f]{16}`: not stated$", (tmp_path / "b" / "README.md").read_text(), re.MULTILINE)


def test_an_excluded_project_is_in_no_data_to_share(sample: Config, tmp_path: Path) -> None:
    """It is counted; what stays on the machine has it."""
    whole = export(sample, tmp_path / "a")
    with Store.open(sample.home, readonly=True) as store:
        (name, count), *_ = store.connection.execute(
            "SELECT p.name, count(*) FROM session s JOIN project p ON p.id = s.project_id WHERE s.real GROUP BY 1"
        )
    config = dataclasses.replace(sample, contribute_exclude=(name,))
    written = export(config, tmp_path / "b")
    left = written.left_out["excluded by contribute.exclude"]

    assert (left, written.rows + left) == (count, whole.rows)
    assert f"{left:,} rows were left out: excluded by contribute.exclude." in (tmp_path / "b/README.md").read_text()
