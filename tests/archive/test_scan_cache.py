"""What scanners said of texts of a work tree is not asked again."""

import os
from pathlib import Path

import pytest

from twiceshy.archive import scan_cache
from twiceshy.archive.db import Store
from twiceshy.archive.scan_cache import ScanCache
from twiceshy.base import toolbox
from twiceshy.base.config import Config, load
from twiceshy.records.findings import Scan, SourceText
from twiceshy.score.recipes.run_scanners import Scanners

SOURCE = SourceText(path="a.py", text="import subprocess\nsubprocess.run(name, shell=True)\n")


@pytest.fixture
def config(scratch_home: Path, monkeypatch: pytest.MonkeyPatch) -> Config:
    """Settings with no outside tool, and an empty store."""
    monkeypatch.setattr(toolbox, "on_path", lambda _: None)
    config = load({}, os.environ, scratch_home)
    with Store.open(config.home) as store:
        assert store.salt
    return config


def test_a_text_that_was_seen_is_not_scanned_again(tmp_path: Path) -> None:
    """The same answer comes back; another text, path or version has its own."""
    shelf = ScanCache(tmp_path, "1", b"salt")
    said = {"patterns": Scan(unknown="partial"), "ruff": Scan(unknown="unparsed")}
    shelf.put(SOURCE, said)

    assert shelf.get(SOURCE) == said
    assert shelf.get(SourceText(path="b.py", text=SOURCE.text)) is None
    assert ScanCache(tmp_path, "2", b"salt").get(SOURCE) is None
    assert ScanCache(tmp_path, "1", b"pepper").get(SOURCE) is None


@pytest.mark.parametrize("reason", sorted(scan_cache.UNKEPT))
def test_what_the_machine_could_not_do_is_tried_again(tmp_path: Path, reason: str) -> None:
    """A crash or a missing tool says nothing of the text."""
    shelf = ScanCache(tmp_path, "1", b"salt")
    shelf.put(SOURCE, {"taint": Scan(unknown=reason)})

    assert shelf.get(SOURCE) is None


@pytest.mark.parametrize("content", [b"", b"[]", b'{"a": 1}', b'{"a": ["", [1]]}', b'{"a": ["", [[1]]]}'])
def test_a_damaged_answer_is_none(tmp_path: Path, content: bytes) -> None:
    """Then the text is scanned."""
    shelf = ScanCache(tmp_path, "1", b"salt")
    shelf.path(SOURCE).write_bytes(content)

    assert shelf.get(SOURCE) is None


def test_old_answers_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The older half, where there are too many."""
    monkeypatch.setattr(scan_cache, "MOST", 4)
    shelf = ScanCache(tmp_path, "1", b"salt")
    texts = [SourceText(path="a.py", text=str(number)) for number in range(5)]
    for at, source in enumerate(texts):
        shelf.put(source, {"patterns": Scan()})
        os.utime(shelf.path(source), (at, at))
    shelf.tidy()

    assert [shelf.get(source) is not None for source in texts] == [False, False, True, True, True]


def test_scanners_of_a_work_tree_ask_for_what_is_new(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second time nothing is scanned, and the answer is the same."""
    monkeypatch.setattr(scan_cache, "UNKEPT", frozenset())  # no engine is here
    first = Scanners(config, raw=True).answers([SOURCE])
    again = Scanners(config, raw=True)
    monkeypatch.setattr(again, "ask", lambda sources: [] if not sources else pytest.fail("it was scanned again"))

    assert again.answers([SOURCE]) == first
    assert first[0].scans["patterns"].findings
