"""Commits and chats in one file: in the order of time as text, commits first, audited, the same again."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.archive.reads.conftest import Archive

from twiceshy.archive.db import Store
from twiceshy.base.config import Config, load
from twiceshy.base.errors import NotFound
from twiceshy.base.values import Scope
from twiceshy.recipes.demo.sample_project import make_secrets
from twiceshy.records.exports import ExportSummary
from twiceshy_data.recipes import export_records
from twiceshy_data.recipes.export_records import MixWish, export_mix
from twiceshy_data.recipes.outgoing_rows import ExportWish

TOKEN = make_secrets(1)["code host token"]


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """Three sessions, the last of them the first to have been stored; one says a token."""
    with Store.open(tmp_path / "data") as store:
        assert store.salt
    with Store.open(tmp_path / "data") as store, store.begin_writing() as connection:
        archive = Archive(connection)
        project = archive.project("shop")
        for number, day in enumerate(("2026-11-03", "2026-11-01", "2026-11-02")):
            session = archive.session(project, f"a{number}", day=day)
            archive.prompt(session, f"do {day} {TOKEN}", 1)
    return load({"home": str(tmp_path / "data")}, {}, tmp_path)


def export(config: Config, form: str = "jsonl", **wish: Any) -> tuple[str, ExportSummary]:
    pieces: list[bytes] = []
    written = export_mix(config, ExportWish("all", form, Scope(), **wish), MixWish(form), pieces.append)
    return b"".join(pieces).decode(), written


def test_records_stand_in_the_order_of_time(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    """However small the heaps are that are sorted in memory; without a secret."""
    whole, written = export(config)
    monkeypatch.setattr(export_records, "_HEAP", 1)
    again, _ = export(config)

    assert whole == again
    assert [json.loads(line)["input"][:13] for line in whole.splitlines()] == [
        "do 2026-11-01",
        "do 2026-11-02",
        "do 2026-11-03",
    ]
    assert TOKEN not in whole
    assert (written.kinds, written.rows, written.bytes) == ({"commits": 0, "chats": 3}, 3, len(whole.encode()))


def test_nothing_is_said(config: Config) -> None:
    """Where options leave nothing."""
    with pytest.raises(NotFound, match="no commits and no chats"):
        export(config, model="gpt")
