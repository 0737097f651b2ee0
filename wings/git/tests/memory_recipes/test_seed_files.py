"""A folder of an older collector is taken over as that collector's word; a made-up sample of `.git-ml`."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from wings.git.tests.memory_recipes.checkpoint_repository import make_repository

from twiceshy.archive.db import Store
from twiceshy.archive.pulled_records import read_pulled
from twiceshy.base.config import Config
from twiceshy.base.errors import UsageError
from twiceshy.logs.projects import find_project
from twiceshy.records.memory import PulledRow
from twiceshy_git.memory_recipes.seed_files import import_seed

COMMIT = {"hash": "ab" * 20, "message": "Add a till", "author": "Ann", "timestamp": "2025-12-15 13:33:33 +0000"}
CHAT = {
    "id": "chat-20251216-103000-a1b2c3",
    "timestamp": "2025-12-16T10:30:00Z",
    "session_id": "s1",
    "query": "use password=hunter2-but-longer",
    "response": "",
    "related_commit": "ab" * 20,
}
SESSION = {"session_id": "s1", "timestamp": "2025-12-16T10:30:00Z", "queries": ["q"], "exchange_count": 1}
ACTION = {"id": "A-1", "timestamp": "2025-12-16T10:30:05Z", "action_type": "read", "target": "shop.py"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A repository with such a folder."""
    place = make_repository(tmp_path / "shop") / ".git-ml"
    chunk = {"record_type": "chat", "record_id": CHAT["id"], "data": {**CHAT, "response": "older"}}
    files: dict[str, list[dict[str, Any]]] = {
        "tracked/commits.jsonl": [COMMIT, COMMIT],
        "tracked/sessions.jsonl": [SESSION],
        "tracked/chunked/chats-s1.jsonl": [chunk],
        "chats/2025-12-16/chat.json": [{**CHAT, "response": "newer"}],
        "actions/2025-12-16/A-1.json": [ACTION],
        "models/file_prediction.json": [{"weights": []}],
    }
    for name, rows in files.items():
        path = place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(map(json.dumps, rows)))
    return place


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return Config(home=tmp_path / "data")


def read_rows(config: Config, folder: Path) -> list[PulledRow]:
    with Store.open(config.home, readonly=True) as store:
        return read_pulled(store.connection, find_project(folder).identity)


def test_a_folder_is_taken_over_once(folder: Path, config: Config) -> None:
    """Each record once, redacted, as nobody's of ours; a chat's own file goes before its chunk."""
    planned = import_seed(config, folder, dry_run=True)
    first = import_seed(config, folder)
    again = import_seed(config, folder)

    assert (planned.new, planned.dry_run) == (4, True)
    assert first.records == {"action": 1, "chat": 1, "commit": 1, "session": 1}
    assert (first.files, first.new, first.other, first.damaged) == (6, 4, 1, 0)
    assert (again.new, again.known) == (0, 4)
    rows = read_rows(config, folder)
    text = "\n".join(one.line for one in rows)
    assert {one.commit_hash for one in rows} == {"", "ab" * 20}
    assert not any(one.accepted for one in rows)
    assert "newer" in text
    assert "older" not in text
    assert "hunter2" not in text
    assert "Ann" not in text


def test_records_come_from_standard_input_too(folder: Path, config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    """They belong to the project of this folder."""
    monkeypatch.chdir(folder.parent)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(json.dumps(ACTION).encode())))

    assert import_seed(config, Path("-")).new == 1
    assert [one.type for one in read_rows(config, folder)] == ["action"]


def test_a_folder_that_is_not_there_is_named(config: Config, tmp_path: Path) -> None:
    """Nothing is made."""
    with pytest.raises(UsageError, match="is not there"):
        import_seed(config, tmp_path / "none")
