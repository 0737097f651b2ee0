"""Rows as they may leave: at the strict level none says where it came to be."""

import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from tests.recipes.sample_store import fill_with_sample

from twiceshy.archive.db import Store
from twiceshy.base.config import Config
from twiceshy.base.values import Scope
from twiceshy.privacy.policy import RedactionLevel
from twiceshy.records.exports import ExportRow, RowOrigin
from twiceshy_data.recipes.audited_rows import hide_whereabouts
from twiceshy_data.recipes.outgoing_rows import MESSAGES, ExportWish, RowGate
from twiceshy_data.rows.row_sources import SOURCES


def test_meta_names_no_project_path_or_session() -> None:
    """What else is known of the row stays; a row without ``meta`` is the same."""
    origin = RowOrigin("p", b"s", None)
    meta = {"id": "1", "project": "shop", "path": "a.py", "paths": ["a.py"], "session_id": "s-1", "agent": "codex"}
    row = ExportRow("s-1", {"meta": meta, "agent": "codex"}, origin)
    plain = ExportRow("s-1", {"agent": "codex"}, origin)

    assert hide_whereabouts(row).values == {"meta": {"id": "1", "agent": "codex"}, "agent": "codex"}
    assert hide_whereabouts(plain) is plain


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Config:
    """The judged sample project."""
    return fill_with_sample(tmp_path_factory.mktemp("sample"))


def list_texts(value: object) -> Iterator[str]:
    """Each text and name within a value."""
    if isinstance(value, Mapping):
        yield from value
        value = list(value.values())
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | tuple):
        for one in value:
            yield from list_texts(one)


@pytest.mark.parametrize("kind", [*SOURCES, MESSAGES])
def test_no_row_of_any_kind_says_it_in_meta(kind: str, sample: Config, tmp_path: Path) -> None:
    """Neither a name of such a field is there, nor a value that is a project, a file or a session of the store."""
    repo = None
    if kind not in SOURCES:
        repo = tmp_path
        subprocess.run(["git", "init", "-q", str(repo)], check=True)
        for number in range(3):
            (repo / f"cart{number}.py").write_text("1\n")
            subprocess.run(["git", "-C", str(repo), "add", "-A"], check=True)
            subprocess.run(["git", "-C", str(repo), "commit", "-q", "-m", f"Count items of part {number}"], check=True)
    with Store.open(sample.home) as store:
        known = {text for (text,) in store.connection.execute("SELECT name FROM project UNION SELECT path FROM edit")}
        uids = [uid.hex() for (uid,) in store.connection.execute("SELECT uid FROM session")]
        wish = ExportWish(kind, "jsonl", Scope(), repo=repo, stays=True)
        gate = RowGate(store, wish, RedactionLevel.STRICT, sample)
        metas = [
            row.values["meta"]
            for batch in gate.audit(gate.read_rows(kind), kind, lambda _: None)
            for row in batch
            if "meta" in row.values
        ]
    texts = {text for meta in metas for text in list_texts(meta)}
    assert bool(metas) is (kind in {"finetune-chat", "finetune-sft", MESSAGES})
    assert [text for text in texts if text in known or any(uid[:8] in text for uid in uids)] == []
    assert [text for text in texts if text.endswith(".py")] == []
