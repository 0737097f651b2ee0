"""twiceshy_fleet.lake.lake_database: views over files, nothing else readable, and errors that say what to do."""

import builtins
from pathlib import Path

import pytest
from wings.fleet.tests.lake.small_outputs import a_session, write_example, write_merged, write_shard

from twiceshy.account.price_list import load_price_list
from twiceshy.base.errors import StoreCorrupt, ToolMissing
from twiceshy_fleet.lake import lake_database, questions
from twiceshy_fleet.lake.lake_database import open_lake
from twiceshy_fleet.lake.lake_sessions import ASKED_TABLES, gather_sessions, gather_tokens
from twiceshy_fleet.lake.questions import ASKED_MERGED, list_effects
from twiceshy_fleet.lake.tables import TABLES

pytest.importorskip("duckdb")
pytest.importorskip("pyarrow")
SESSIONS = {"session": TABLES["session"].columns}


def put(output: Path, shard: str, *names: str) -> None:
    """Sessions of a shard."""
    write_shard(output, shard, {"session": [a_session(name, "t", "p", "shop") for name in names]})


def test_a_view_has_the_rows_of_all_shards(tmp_path: Path) -> None:
    """A shard's name stays a text, whatever it looks like; an odd path is no pattern."""
    output = tmp_path / "odd [a]*?'s"
    put(output, "007", "one", "two")
    put(output, "2026-01-01", "three")

    with open_lake(str(output), SESSIONS) as lake:
        found = lake.ask("SELECT shard, count(*) FROM session GROUP BY 1 ORDER BY 1")

    assert found == [("007", 2), ("2026-01-01", 1)]


def test_a_table_without_files_has_no_rows(tmp_path: Path) -> None:
    """With every column that it would have."""
    with open_lake(str(tmp_path), {"call": TABLES["call"].columns}, {"effects": TABLES["mark"].columns}) as lake:
        assert lake.ask('SELECT uid, head, "at", shard FROM call') == []
        assert lake.ask("SELECT kind FROM merged_effects") == []


def test_nothing_else_can_be_read(tmp_path: Path) -> None:
    """No file beside the output, no address, no extension, and no setting can be put back."""
    put(tmp_path / "out", "a1", "one")
    secret = tmp_path / "secret.csv"
    secret.write_text("a,b\n1,2\n")

    with open_lake(str(tmp_path / "out"), SESSIONS) as lake:
        for statement in (
            f"SELECT * FROM read_csv('{secret}')",
            "SELECT * FROM read_parquet('https://127.0.0.1:9/x.parquet')",
            "INSTALL httpfs",
            "SET enable_external_access = true",
            f"COPY session TO '{tmp_path}/copy.parquet'",
        ):
            with pytest.raises(StoreCorrupt):
                lake.ask(statement)
    assert not (tmp_path / "copy.parquet").exists()


def test_a_damaged_file_is_named_by_what_to_do(tmp_path: Path) -> None:
    """The message has no statement in it."""
    put(tmp_path, "a1", "one")
    (tmp_path / "tables" / "session" / "shard=a1" / "rows.parquet").write_bytes(b"no table")

    with (
        pytest.raises(StoreCorrupt, match="remove its shard's receipt") as caught,
        open_lake(str(tmp_path), SESSIONS) as lake,
    ):
        lake.ask("SELECT count(*) FROM session")
    assert "SELECT" not in str(caught.value)


def test_without_the_extra_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before anything is listed."""
    real = builtins.__import__

    def refuse(name: str, *rest: object, **more: object) -> object:
        if name == "duckdb":
            raise ModuleNotFoundError(name=name)
        return real(name, *rest, **more)  # type: ignore[arg-type]  # as they came

    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(ToolMissing, match=r"duckdb.*\[fleet\]"), open_lake(str(tmp_path), SESSIONS):
        pass


def test_an_object_store_is_read_by_pyarrow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the same answers; a folder stands in for a bucket here, read as one."""
    write_example(tmp_path / "out")
    given = {"exposure": "e", "outcome": "o", "unit": "task", "exposed_n": 1, "other_n": 1, "ratio": 2.0, "q": 0.01}
    write_merged(tmp_path / "out", {"effects": [{**given, "sessions": 3, "refusal": ""}]})

    def ask_all() -> list[object]:
        with open_lake(str(tmp_path / "out"), ASKED_TABLES, ASKED_MERGED) as lake:
            gather_sessions(lake)
            gather_tokens(lake, load_price_list())
            groups = [questions.sum_groups(lake, by) for by in (None, "team", "model")]
            tables = [questions.list_troubles(lake, 9), questions.list_lessons(lake, 9, 2), list_effects(lake, 9)]
            return [*groups, *tables, questions.sum_tokens(lake, "team")]

    local = ask_all()
    monkeypatch.setattr(lake_database, "find_local_path", lambda _: None)

    assert ask_all() == local
    assert local[-2]
