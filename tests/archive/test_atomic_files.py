"""archive.atomic_files and ambiguous_ids: whole or not at all, private, and errors that say what to do."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from twiceshy.archive import atomic_files
from twiceshy.archive.ambiguous_ids import make_id_error
from twiceshy.archive.atomic_files import FILE, KeptNumbers, ScanCache, keep_curve, recall, remember
from twiceshy.archive.db import Store
from twiceshy.base import toolbox
from twiceshy.base.config import Config, load
from twiceshy.base.errors import StoreUnwritable
from twiceshy.records.findings import Scan, SourceText
from twiceshy.records.ids import IdPrefix
from twiceshy.records.milestones import CurvePoint, Gain, LearningCurve
from twiceshy.score.recipes.run_scanners import Scanners


def test_a_file_is_replaced_whole_and_private(tmp_path: Path) -> None:
    """With its folders; nothing is left beside it."""
    path = tmp_path / "models" / "one" / "a.bin"
    atomic_files.write(path, b"first")
    atomic_files.write(path, b"2")

    assert atomic_files.read(path) == b"2"
    assert list(path.parent.iterdir()) == [path]
    if os.name != "nt":
        assert path.stat().st_mode & 0o777 == 0o600
        assert {folder.stat().st_mode & 0o777 for folder in (path.parent, path.parent.parent)} == {0o700}


def test_what_is_not_there_is_nothing(tmp_path: Path) -> None:
    """To read, to list or to remove."""
    assert atomic_files.read(tmp_path / "a") is None
    assert atomic_files.list_names(tmp_path / "none", ".bin") == []
    assert not atomic_files.remove(tmp_path / "a")


def test_files_and_empty_folders_are_removed(tmp_path: Path) -> None:
    """A folder with something in it is an error, and stays."""
    path = tmp_path / "models" / "a"
    atomic_files.write(path, b"x")
    with pytest.raises(StoreUnwritable):
        atomic_files.remove(path.parent)
    assert atomic_files.remove(path)
    assert atomic_files.remove(path.parent)
    assert not path.parent.exists()


def test_names_are_listed_in_order_without_their_ending(tmp_path: Path) -> None:
    """Other files are not."""
    for name in ("b.bin", "a.bin", "c.txt"):
        (tmp_path / name).write_bytes(b"")
    assert atomic_files.list_names(tmp_path, ".bin") == ["a", "b"]


def test_where_nothing_can_be_written_nothing_changes(tmp_path: Path) -> None:
    """A file stands where a folder should be."""
    (tmp_path / "models").write_bytes(b"mine")
    with pytest.raises(StoreUnwritable, match="Nothing was changed"):
        atomic_files.write(tmp_path / "models" / "a", b"x")
    assert (tmp_path / "models").read_bytes() == b"mine"


def test_an_id_that_nothing_or_several_have_is_an_error() -> None:
    """The first few are named; whether there are more is said."""
    start = IdPrefix("s", "ab")
    assert "`twiceshy sessions`" in str(make_id_error(start, [], "twiceshy sessions"))
    few = str(make_id_error(start, ["one", "two"], "x"))
    assert "s-ab" in few
    assert few.split("\n")[1:] == ["  one", "  two"]
    named = len(str(make_id_error(start, ["x"] * 99, "x")).split("\n")) - 2
    assert 5 < named < 20
    assert str(make_id_error(start, ["x"] * (named + 1), "x")).endswith("…")
    assert not str(make_id_error(start, ["x"] * named, "x")).endswith("…")


# Curves that are kept.

CURVE = LearningCurve(
    name="files",
    measure="MRR",
    judged=44,
    groups=44,
    points=(CurvePoint(0.5, 10, 0.2), CurvePoint(1.0, 20, 0.3)),
    last_quarter=Gain(0.1, 0.0, 0.2),
    doubling=None,
    best_baseline="bm25",
    lead=Gain(0.1, 0.0, 0.2),
)


@pytest.mark.parametrize("curve", [CURVE, None])
def test_a_curve_is_measured_once_for_a_state(tmp_path: Path, curve: LearningCurve | None) -> None:
    """None, too; another state and a damaged file are measured anew."""
    asked: list[str] = []

    def measure() -> LearningCurve | None:
        asked.append("once more")
        return curve

    path = tmp_path / "a.curve"
    assert [keep_curve(path, "1 head", measure) for _ in range(2)] == [curve, curve]
    assert len(asked) == 1
    assert keep_curve(path, "1 later", measure) == curve
    path.write_bytes(b"1 later\n[{")
    assert keep_curve(path, "1 later", measure) == curve
    assert len(asked) == 3


def test_a_file_that_cannot_be_written_costs_time_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The answer is the same."""

    def fail(*_: object) -> None:
        raise StoreUnwritable("the disk is full")

    monkeypatch.setattr(atomic_files, "write", fail)
    assert keep_curve(tmp_path / "a.curve", "1 head", lambda: CURVE) == CURVE


# Numbers are kept as they were measured, and a damaged file is none.


def test_rows_come_back_as_they_were(tmp_path: Path) -> None:
    """What a row lacks it still lacks, and nothing measured is a row too."""
    kept = KeptNumbers(tmp_path / "a.json", 1)
    kept.put("x", {"one": 1, "half": 0.5})
    kept.put("y", {"two": 2})
    kept.put("z", {})
    kept.save()
    again = KeptNumbers(tmp_path / "a.json", 1)

    assert [again.get(key) for key in "xyzw"] == [{"one": 1, "half": 0.5}, {"two": 2}, {}, None]
    assert KeptNumbers(tmp_path / "a.json", 2).get("x") is None


@pytest.mark.parametrize("content", ["", "[]", "{", '{"version": 1, "columns": ["a"], "rows": {"x": []}}'])
def test_a_damaged_file_is_none(tmp_path: Path, content: str) -> None:
    """It is measured again."""
    (tmp_path / "a.json").write_text(content)

    assert KeptNumbers(tmp_path / "a.json", 1).get("x") is None


# Numbers mean what a terminal was shown last.

AT = datetime(2026, 11, 2, 9, tzinfo=UTC)


def test_nothing_shown_means_nothing(tmp_path: Path) -> None:
    """Of a terminal that saw no list."""
    assert recall(tmp_path, "a", AT) == {}


def test_each_terminal_has_its_own_list(tmp_path: Path) -> None:
    """The last one."""
    remember(tmp_path, "a", {1: "i-1"}, AT)
    remember(tmp_path, "b", {1: "i-2"}, AT)
    remember(tmp_path, "a", {1: "i-3", 2: "p-1"}, AT)

    assert recall(tmp_path, "a", AT) == {1: "i-3", 2: "p-1"}
    assert recall(tmp_path, "b", AT) == {1: "i-2"}


def test_an_old_list_is_none(tmp_path: Path) -> None:
    """Nor is one from the future, after a clock went back."""
    remember(tmp_path, "a", {1: "i-1"}, AT)

    assert recall(tmp_path, "a", AT + timedelta(hours=13)) == {}
    assert recall(tmp_path, "a", AT - timedelta(hours=1)) == {}


@pytest.mark.parametrize("text", ["", "x", "[]", '{"a": 1}', '{"a": {"at": "2026-11-02T09:00:00.000Z", "ids": 1}}'])
def test_a_damaged_file_is_no_list(tmp_path: Path, text: str) -> None:
    """It is written anew."""
    (tmp_path / FILE).write_text(text)

    assert recall(tmp_path, "a", AT) == {}
    remember(tmp_path, "a", {1: "i-1"}, AT)
    assert recall(tmp_path, "a", AT) == {1: "i-1"}


# What scanners said of texts of a work tree is not asked again.

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


@pytest.mark.parametrize("reason", sorted(atomic_files.UNKEPT))
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
    monkeypatch.setattr(atomic_files, "MOST", 4)
    shelf = ScanCache(tmp_path, "1", b"salt")
    texts = [SourceText(path="a.py", text=str(number)) for number in range(5)]
    for at, source in enumerate(texts):
        shelf.put(source, {"patterns": Scan()})
        os.utime(shelf.path(source), (at, at))
    shelf.tidy()

    assert [shelf.get(source) is not None for source in texts] == [False, False, True, True, True]


def test_scanners_of_a_work_tree_ask_for_what_is_new(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second time nothing is scanned, and the answer is the same."""
    monkeypatch.setattr(atomic_files, "UNKEPT", frozenset())  # no engine is here
    first = Scanners(config, raw=True).answers([SOURCE])
    again = Scanners(config, raw=True)
    monkeypatch.setattr(again, "ask", lambda sources: [] if not sources else pytest.fail("it was scanned again"))

    assert again.answers([SOURCE]) == first
    assert first[0].scans["patterns"].findings
