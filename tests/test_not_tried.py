"""Two writers at once, full disks and clocks that jump, for the verbs that write: nothing is lost, halved or silent."""

import os
import resource
import shutil
import signal
import sqlite3
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from random import Random
from threading import Thread
from time import sleep
from typing import Any

import pytest

from twiceshy.base import config_file, private_files
from twiceshy.base.errors import ConfigError, SourceChanged
from twiceshy.doors.cli.main import main
from twiceshy.doors.cli.verbs import list_verbs
from twiceshy.logs import settings_files
from twiceshy.recipes.demo.sample_log import SessionLog

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="orphans are adopted and limits set as Linux does")
BUSY = 11
"""The exit code of who finds another at work."""
LIMITS = (0, 4096, 40_000)
"""Bytes that a file may have: none, a page, and less than a database."""
AT_ONCE = (
    ("ingest", "ingest"),
    ("learn", "learn"),
    ("judge", "forget --session SESSION --yes"),
    ("lessons promote LESSON", "mute LESSON"),
    ("run --wait-telemetry true", "run --wait-telemetry true"),
    ("feedback RUN --rating 5", "feedback RUN --false-positive"),
    ("init --yes --no-backfill", "remove --yes"),
    ("suggest --write --yes", "cleanup"),
    ("config set report.since 30d", "config set learn.cpu_budget_s 33"),
    ("lessons export", "lessons export"),
    ("backfill", "revert --commit HEAD"),
    ("ci set --result pass", "ci set --result fail"),
    ("contribute enable --project infra --yes", "contribute enable --project infra --yes"),
    ("workflow init", "learn"),
    ("memory write git-ai", "memory write git-ai"),
    ("mute LESSON", "lessons promote LESSON"),
    ("export edits --output x.jsonl --force", "export edits --output x.jsonl --force"),
    ("report --html x.html --force", "report --html x.html --force"),
    ("features --all --output x.csv --force", "features --all --output x.csv --force"),
    ("runs clear --yes", "cleanup"),
    ("suggest-message", "suggest-message"),
    ("score", "judge"),
)
WRITERS = (
    "config set report.since 30d",
    "ingest LOGS",
    "learn",
    "judge",
    "lessons export",
    "lessons promote LESSON",
    "mute LESSON",
    "init --yes --no-backfill",
    "remove --yes",
    "forget --session SESSION --yes",
    "feedback RUN --rating 5",
    "export edits --output x.jsonl",
    "suggest --write --yes",
    "cleanup",
    "runs clear --yes",
    "report --html x.html",
    "backfill",
    "ci set --result pass",
    "revert --commit HEAD",
    "workflow init",
    "contribute enable --project infra --yes",
    "memory write git-ai",
    "features --all --output x.csv",
    "suggest-message",
    "score",
)
WRITES_NOTHING = frozenset(
    {"report", "sessions", "show", "search", "history", "handoff", "blame", "effects", "sql", "doctor", "tools", "runs"}
    | {"replay", "risk", "predict", "brief", "evaluate", "milestones", "models", "quality", "audit", "redact", "demo"}
)
"""Verbs that answer, or write caches and temporary folders only."""
ELSEWHERE = {
    "run": "AT_ONCE; tests/run/recipes/test_record_run.py",
    "sync": "wings/team/tests/sync/test_send_outbox.py: one process sends at a time; what was not noted is sent again",
    "train": "wings/git/tests/file_recipes/test_ranking_models.py: a model is renamed into place",
    "bundle": "tests/test_private_files.py: its file is written whole",
    "chunks": "wings/git/tests/chunks/test_rewrite_months.py",
    "fleet": "wings/fleet/tests/recipes/test_fleet_run.py",
    "dashboard": "calls the flows of the verbs",
    "serve": "wings/team/tests/store",
    "mcp": "answers, and notes as hooks do",
}
"""Verbs that write and are tried in their own room."""


def test_every_verb_that_writes_is_tried() -> None:
    """Or stands here, with what it does instead."""
    tried = {text.split()[0] for text in (*WRITERS, *(one for pair in AT_ONCE for one in pair))}

    assert {one.name for one in list_verbs().verbs} == tried | WRITES_NOTHING | set(ELSEWHERE)
    assert {text.split()[0] for text in WRITERS} <= {text.split()[0] for pair in AT_ONCE for text in pair}
    words = [word.rstrip(":;") for told in ELSEWHERE.values() for word in told.split()]
    places = [word for word in words if word.startswith(("tests/", "wings/"))]
    assert [place for place in places if not (Path(__file__).parents[1] / place).exists()] == []


@pytest.fixture(scope="module")
def stage(sealed_home: object) -> Iterator[Any]:
    """One small store for all; the process is no longer a home for orphans afterwards."""
    import ctypes  # noqa: PLC0415  # Linux only

    from benchmarks.fuzz_verbs import SUBREAPER, open_stage  # noqa: PLC0415  # Linux only

    try:
        with open_stage() as made:
            yield made
    finally:
        ctypes.CDLL(None).prctl(SUBREAPER, 0, 0, 0, 0)


def set_up(stage: Any, text: str) -> list[str]:
    """Put the template in its place; return the verb's words with ids of it."""
    shutil.rmtree(stage.stage, ignore_errors=True)
    shutil.copytree(stage.template, stage.stage, symlinks=True)
    return fill(stage, text)


def fill(stage: Any, text: str) -> list[str]:
    return [stage.ids[word][0] if word in stage.ids else word for word in text.split()]


def is_whole(stage: Any) -> bool:
    """Tell whether the store is one, and no draft lies about."""
    drafts = [path for path in stage.stage.rglob(".*") if ".twiceshy-" in path.name]
    with sqlite3.connect(stage.scene().data / "twiceshy.db") as connection:
        return connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)] and drafts == []


def can_be_done(stage: Any, words: Sequence[str]) -> bool:
    """Tell whether a verb ends well; what was done already it need not do twice."""
    code, said = stage.run_clean(words)[:2]
    return code in {0, 30} or (code == 2 and b"already" in said)


@pytest.mark.parametrize("pair", AT_ONCE, ids=" + ".join)
def test_two_at_once_wait_or_refuse_in_a_sentence(stage: Any, pair: Sequence[str]) -> None:
    """Neither harms what the other does; whoever is refused can do it afterwards."""
    set_up(stage, "")
    ended = [end(*one) for one in [start(stage, fill(stage, text)) for text in pair]]

    assert [said for code, said in ended if code not in {0, 1, BUSY, 14} or b"bug of ours" in said] == []
    assert [said for code, said in ended if code == BUSY and b"try again when it has ended" not in said] == []
    assert is_whole(stage)
    assert [text for text in pair if not can_be_done(stage, fill(stage, text))] == []


def start(stage: Any, words: Sequence[str]) -> tuple[int, int]:
    """Begin a verb; return its process and where its output can be read."""
    from benchmarks.fuzz_verbs import _be_child  # noqa: PLC0415  # Linux only

    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        _be_child(stage, words, ((), Random(0)), writing)
    os.close(writing)
    return child, reading


def end(child: int, reading: int) -> tuple[int, bytes]:
    """Wait for a verb; return its code and what it said."""
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    os.set_blocking(reading, False)
    said = os.read(reading, 1 << 16)
    os.close(reading)
    return code, said


def fill_disk(limit: int) -> Any:
    """Return the fault of a disk on which no file can be longer than that."""
    from benchmarks.fuzz_faults import Fault  # noqa: PLC0415  # Linux only

    def apply(_: object, __: object) -> str:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        return str(limit)

    return Fault("full disk", apply)


def hash_files(stage: Any) -> dict[str, str]:
    """Return the files that are not ours alone: of the project, and of agents and settings."""
    scene = stage.scene()
    places = (scene.work, scene.home / ".claude", scene.home / ".config")
    found = [path for place in places for path in place.rglob("*") if path.is_file() and ".git" not in path.parts]
    return {str(path.relative_to(stage.stage)): sha256(path.read_bytes()).hexdigest() for path in found}


@pytest.mark.parametrize("text", WRITERS)
def test_a_full_disk_leaves_nothing_half_written(stage: Any, text: str) -> None:
    """It ends with a code and a sentence; what was there is there, and with room the same verb works."""
    limit = Random(text).choice(LIMITS)
    words = set_up(stage, text)
    before = hash_files(stage)
    code, said = stage._call(words, [fill_disk(limit)], Random(0))
    said = said.partition(b"\x00\n")[2]

    assert code in {0, 1, 2, 14, 20, 50}, said
    assert b"bug of ours" not in said
    assert code == 0 or b"cannot be" in said or b"refused" in said
    assert code == 0 or hash_files(stage) == before
    assert is_whole(stage)
    assert can_be_done(stage, words)


def test_settings_set_at_once_are_all_kept(scratch_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each reads the file, changes it and writes it while the others wait."""
    path = scratch_home / ".config" / "twiceshy" / "config.toml"
    delay(monkeypatch, config_file, "write_whole")
    asked = {"report.since": "30d", "memory.retention_days": "50", "learn.cpu_budget_s": "33"}
    run_all([Thread(target=config_file.write, args=(path, *one, scratch_home)) for one in asked.items()])

    text = path.read_text(encoding="utf-8")
    assert [name.partition(".")[2] in text for name in asked] == [True] * len(asked)


def test_who_waits_too_long_is_told_so(scratch_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that keeps the folder locked ends no verb of ours in silence, nor for ever."""
    path = scratch_home / ".config" / "twiceshy" / "config.toml"
    path.parents[1].mkdir()
    monkeypatch.setattr(private_files, "_LONGEST_WAIT_S", 0.05)

    with private_files.hold_folder(path.parents[1]), pytest.raises(ConfigError, match="another process is writing"):
        config_file.write(path, "report.since", "30d", scratch_home)


def test_of_two_changes_of_an_agents_settings_one_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both looked at the same file; the second would take back the first."""
    path = tmp_path / "settings.json"
    path.write_text("{}")
    delay(monkeypatch, settings_files, "_replace")
    refused: list[SourceChanged] = []

    def change(after: str) -> None:
        try:
            settings_files.write(path, "{}", after)
        except SourceChanged as error:
            refused.append(error)

    run_all([Thread(target=change, args=(f'{{"a": {number}}}',)) for number in range(3)])

    assert len(refused) == 2
    assert path.read_text() in {f'{{"a": {number}}}' for number in range(3)}


def delay(monkeypatch: pytest.MonkeyPatch, module: object, name: str) -> None:
    """Let a function begin late, so that others come in between."""
    whole = getattr(module, name)

    def act(*given: object, **named: object) -> None:
        sleep(0.05)
        whole(*given, **named)

    monkeypatch.setattr(module, name, act)


def run_all(threads: Sequence[Thread]) -> None:
    for one in threads:
        one.start()
    for one in threads:
        one.join()


def test_a_log_that_grows_while_the_clock_goes_back_is_read_on(
    scratch_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whether there is more to read is the file's length, not its day."""
    logs = scratch_home / ".claude" / "projects" / "-home-ann-shop"
    logs.mkdir(parents=True)
    whole = make_lines()
    path = logs / "s.jsonl"
    for count, day in ((len(whole) // 2, 1_900_000_000), (len(whole), 946_684_800)):
        path.write_text("".join(whole[:count]), encoding="utf-8")
        os.utime(path, (day, day))
        assert main(["ingest"]) == 0
        assert "new session" in capsys.readouterr().out or count == len(whole)
    assert main(["ingest", str(logs)]) == 0
    assert "Nothing new to store" in capsys.readouterr().out

    with sqlite3.connect(scratch_home / ".twiceshy" / "twiceshy.db") as connection:
        assert connection.execute("SELECT count(*) FROM call").fetchone() == (30,)


def make_lines() -> list[str]:
    """Return the lines of a session of 30 calls."""
    log = SessionLog(Random(7), "/home/ann/shop", datetime(2026, 11, 20, tzinfo=UTC), "model-x")
    log.prompt("make everything green")
    for number in range(30):
        log.run(f"make part-{number}", "done")
    return [f"{line}\n" for line in log.lines]
