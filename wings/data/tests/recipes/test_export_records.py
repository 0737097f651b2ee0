"""Runs out of the store: every column, the oldest first, audited, the same bytes again."""

import csv
import io
import json
import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.run.recipes.test_run_history import NOW, put

from twiceshy.archive.db import Store
from twiceshy.base.config import Config, load
from twiceshy.base.errors import NotFound, TwiceshyError
from twiceshy.base.values import Scope
from twiceshy.privacy.outgoing import OutgoingTexts, SecretLeft
from twiceshy.records.exports import ExportSummary
from twiceshy_data.recipes import audited_rows
from twiceshy_data.recipes.export_records import export_rows
from twiceshy_data.recipes.outgoing_rows import ExportWish

TOKEN = "ghp_" + "aB3dE5gH7jK9" * 3


@pytest.fixture
def config() -> Config:
    """Settings with an empty data folder."""
    return load({}, os.environ, Path.cwd())


def export(config: Config, form: str = "jsonl", **scope: Any) -> tuple[bytes, ExportSummary]:
    """What is written, and what is said of it."""
    pieces: list[bytes] = []
    written = export_rows(config, ExportWish("runs", form, Scope(**scope)), pieces.append)
    return b"".join(pieces), written


def test_nothing_stored_is_said(config: Config) -> None:
    """With the call that changes it."""
    with Store.open(config.home):
        pass

    with pytest.raises(NotFound, match=r"no runs are stored yet\. Next: twiceshy run -- COMMAND"):
        export(config)


@pytest.mark.parametrize(
    ("scope", "words"), [({"since": NOW}, "no runs are in that time"), ({"project": "shop"}, "folders are not kept")]
)
def test_an_empty_scope_is_said(config: Config, scope: dict[str, Any], words: str) -> None:
    """What to leave out."""
    put(config, 1)

    with pytest.raises(NotFound, match=words):
        export(config, **scope)


def test_every_column_of_every_table_is_there(config: Config) -> None:
    """Also one that a later version adds; in both forms."""
    put(config, 1)
    with Store.open(config.home) as store:
        store.connection.execute(
            "INSERT INTO performance_metrics (execution_id, metric_name, metric_value, timestamp_offset) "
            "SELECT execution_id, 'cpu_s', 0.5, 1 FROM executions"
        )
        names = {
            table: [row[0] for row in store.connection.execute("SELECT name FROM pragma_table_info(?)", (table,))]
            for table in ("executions", "performance_metrics", "run_history")
        }
    row = json.loads(export(config)[0])
    header, cells = csv.reader(io.StringIO(export(config, "csv")[0].decode()))

    parts = ["match_events", "output_samples", "performance_metrics", "run_choice", "run_lines", "run_history"]
    assert list(row) == header == [*names["executions"], *parts]
    assert {*row["performance_metrics"][0], "execution_id"} == {*names["performance_metrics"]}
    assert {*row["run_history"][0], "uid"} == {*names["run_history"]}
    assert json.loads(cells[header.index("performance_metrics")]) == row["performance_metrics"]
    assert (row["command"], row["execution_id"]) == ("npm test", "00000001" * 4)


def test_the_oldest_comes_first_and_twice_is_the_same(config: Config) -> None:
    """With the hash of what was written."""
    for number in (1, 3, 2):
        put(config, number, words=f"make t{number}")
    data, written = export(config)

    assert [json.loads(line)["command"] for line in data.splitlines()] == ["make t3", "make t2", "make t1"]
    assert (written.rows, written.bytes, written.replaced) == (3, len(data), {})
    assert export(config) == (data, written)


def test_a_scope_is_of_the_run_and_its_folder(config: Config) -> None:
    """When it began; where it ran, if that is kept."""
    for number in (1, 30):
        put(config, number)
    with Store.open(config.home) as store:
        store.connection.execute(
            "UPDATE executions SET working_directory = '/srv/Shop/web' WHERE execution_id = ?",
            ((30).to_bytes(4, "big") * 4,),
        )

    assert export(config, since=NOW - timedelta(hours=2))[1].rows == 1
    assert export(config, until=NOW - timedelta(hours=2))[1].rows == 1
    assert json.loads(export(config, project="shop")[0])["working_directory"] == "/srv/Shop/web"


def test_a_secret_that_redaction_missed_does_not_leave(config: Config) -> None:
    """Wherever it stands; it is counted."""
    put(config, 1)
    with Store.open(config.home) as store:
        store.connection.execute("UPDATE executions SET command = ?, user_feedback = ?", (f"curl -H {TOKEN}", TOKEN))
    data, written = export(config)

    assert TOKEN.encode() not in data
    assert written.replaced == {"github-token": 2}


def test_what_cannot_be_replaced_stops_the_export(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    """The run is named, the text is not; nothing of it was written."""
    put(config, 1)
    monkeypatch.setattr(OutgoingTexts, "clean", lambda _, texts: (list(texts), SecretLeft(0, "github-token")))
    pieces: list[bytes] = []

    with pytest.raises(TwiceshyError, match=r"r-0{7}1.* looks like a secret .github-token."):
        export_rows(config, ExportWish("runs", "jsonl", Scope()), pieces.append)

    assert pieces == []


def test_rows_go_in_batches(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that memory does not grow with the store."""
    monkeypatch.setattr(audited_rows, "_MOST_ROWS", 2)
    for number in range(5):
        put(config, number)
    pieces: list[bytes] = []
    export_rows(config, ExportWish("runs", "csv", Scope()), pieces.append)

    assert [piece.count(b"npm test") for piece in pieces] == [2, 2, 1]
    assert sum(piece.count(b"execution_id") for piece in pieces) == 1
