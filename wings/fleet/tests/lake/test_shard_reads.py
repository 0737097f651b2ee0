"""fleet.lake.shard_reads: rows of all shards in one order, from a folder or from copies of what lies elsewhere."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from twiceshy.base.errors import NotFound
from twiceshy_fleet.lake import shard_reads
from twiceshy_fleet.lake.shard_files import name_table
from twiceshy_fleet.lake.shard_reads import ShardTables
from twiceshy_fleet.lake.tables import TABLES, write_rows
from twiceshy_fleet.shards.merge_tables import MERGE_TABLES

pytest.importorskip("pyarrow.parquet")
pytest.importorskip("duckdb")
COUNTED = [one.name for one in MERGE_TABLES["merge_session"].columns]


def put(output: Path, shard: str, table: str, *rows: Mapping[str, Any]) -> None:
    columns = {**TABLES, **MERGE_TABLES}[table].columns
    path = output / name_table(table, shard)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_rows(path, columns, [[row.get(one.name) for one in columns] for row in rows])


def session(uid: bytes, first_at: str | None = None, **more: Any) -> dict[str, Any]:
    texts = dict.fromkeys(("team", "person", "agent", "model", "project", "project_name"), "x")
    return {
        **dict.fromkeys(COUNTED, 0),
        **texts,
        "session": uid,
        "first_at": first_at,
        "last_at": None,
        "real": True,
    } | more


@pytest.fixture
def output(tmp_path: Path) -> Path:
    output = tmp_path / "it's out"
    early, late = "2026-09-01T12:00:00.000Z", "2026-09-02T12:00:00.000Z"
    put(output, "a", "merge_session", session(b"\xff", early, calls=1), session(b"\x02", late, calls=5, dollars=0.1))
    put(
        output,
        "01",
        "merge_session",
        session(b"\x01", late, dollars=0.2),
        session(b"\x02", late, calls=4),
        session(b"\x03"),
    )
    put(output, "a", "merge_words", {"words": b"w", "value": "one"})
    put(output, "01", "merge_words", {"words": b"w", "value": "one"})
    cases = [{"session": b"\x02", "number": number, "words": b"w", "value": f"case {number}"} for number in (1, 0)]
    put(output, "a", "merge_case", *cases)
    put(output, "01", "merge_case", *cases, {"session": b"\x01", "number": 0, "words": b"w", "value": "first"})
    return output


def test_cases_come_in_the_order_in_which_sessions_began(output: Path, tmp_path: Path) -> None:
    """Without a time first, then by uid; a session of two shards speaks once, in the one that knows more of it."""
    with ShardTables(str(output), ["a", "01"], tmp_path) as tables:
        found = [(one.place, one.session, one.words, one.case) for one in tables.read_cases()]

        assert found == [
            (2, b"\x01", "one", "first"),
            (3, b"\x02", "one", "case 0"),
            (3, b"\x02", "one", "case 1"),
        ]
        assert tables.count_sessions() == 4
        assert tables.find_doubles() == {b"\x02": "a"}
        assert {one.uid for one in tables.read_sessions()} == {b"\x01", b"\x02", b"\x03", b"\xff"}


def test_what_lies_elsewhere_is_copied_first(output: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And gives the same."""
    scratch = [tmp_path / "one", tmp_path / "two"]
    found = []
    for folder in scratch:
        folder.mkdir()
        with ShardTables(str(output), ["a", "01", "none"], folder) as tables:
            found.append((list(tables.read_cases()), list(tables.read_sessions())))
        monkeypatch.setattr(shard_reads, "find_local_path", lambda _: None)

    assert found[0] == found[1]
    assert (scratch[1] / name_table("merge_case", "01")).exists()


def test_counts_are_added_without_rounding(output: Path, tmp_path: Path) -> None:
    """In tenths and hundredths, as people write dollars."""
    with ShardTables(str(output), ["a", "01"], tmp_path) as tables:
        rows = list(tables.count(["team"], ["calls", "dollars"]))

    assert [(row.keys, row.counts) for row in rows] == [
        (("x", ""), (1, 0, 0.0)),
        (("x", "2026-09-01"), (1, 1, 0.0)),
        (("x", "2026-09-02"), (2, 5, 0.3)),
    ]


def test_calls_that_worked_are_read_as_in_one_store(output: Path, tmp_path: Path) -> None:
    """The newest first; what an output says counts only where its status is hidden."""
    calls: list[dict[str, Any]] = [
        {
            "session": b"\xff",
            "uid": b"1",
            "at": "2026-09-01T12:00:01Z",
            "tool": "Bash",
            "command": "frob a --x",
            "masked": 0,
        },
        {
            "session": b"\xff",
            "uid": b"2",
            "at": "2026-09-01T12:00:02Z",
            "tool": "Bash",
            "command": "frob b --x",
            "masked": 1,
        },
        {"session": b"\xff", "uid": b"3", "at": None, "tool": "Bash", "command": "frob c --x", "masked": 0},
        {"session": b"\xff", "uid": b"4", "at": None, "tool": "Zap", "input": '{"a":1}', "masked": 0},
        {"session": b"\xff", "uid": b"5", "at": None, "tool": "zap", "input": '{"a":', "masked": 0},
    ]
    put(output, "a", "call", *(one | {"session": b"\xff"} for one in calls))
    failures = {b"3": "error"}
    results = [
        {"session": b"\xff", "uid": one["uid"], "text": "said", "failure": failures.get(one["uid"])} for one in calls
    ]
    put(output, "a", "result", *results)

    with ShardTables(str(output), ["a", "01"], tmp_path) as tables:
        assert list(tables.read_commands("frob", "--x")) == [("frob b --x", "said"), ("frob a --x", "")]
        assert list(tables.read_inputs("zap")) == [{"a": 1}]


def test_a_fleet_without_a_shard_has_nothing_to_merge(tmp_path: Path) -> None:
    """Tables that nobody wrote are empty."""
    with pytest.raises(NotFound, match="fleet status"), ShardTables(str(tmp_path / "out"), ["a"], tmp_path):
        pass

    put(tmp_path / "out", "a", "merge_session", session(b"\x01"))
    with ShardTables(str(tmp_path / "out"), ["a"], tmp_path) as tables:
        assert [*tables.read_cases(), *tables.read_troubles(), *tables.read_durations()] == []
        assert [*tables.read_proposals(), *tables.read_observations(), *tables.read_commands("a", "b")] == []
    with pytest.raises(ValueError, match="not open"):
        list(tables.read_sessions())
