"""Learning: whole, resumable, one at a time, within its budget, and honest about what failed."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from tests.doors.gate.calling import CLEAN, tool
from tests.logs.builders import a_session
from tests.run.recipes.test_run_history import FOLDER, history, put

from twiceshy.archive import hook_files, note_rows
from twiceshy.archive.db import Store
from twiceshy.archive.lock import hold_lock
from twiceshy.base.config import Config, load
from twiceshy.base.errors import StoreBusy, StoreUnwritable
from twiceshy.base.host import used_cpu
from twiceshy.lessons.recipes.current_lessons import list_lessons
from twiceshy.lessons.recipes.lesson_reviews import show_lesson
from twiceshy.logs import spool
from twiceshy.logs.collect import fold_spool
from twiceshy.logs.journal import make_session_uid
from twiceshy.recipes.keep import forget_records as forgetting
from twiceshy.recipes.learn import learn_all
from twiceshy.recipes.learn.learn_all import LearnStep
from twiceshy.recipes.setup import hook_folder
from twiceshy.records.lessons import LessonState
from twiceshy.records.milestones import TrainingRound
from twiceshy.records.upkeep import Exposure, Extent
from twiceshy.run.recipes import run_history
from twiceshy_data.recipes import automatic_training

NOTE = '\n{"t":%d,"a":"claude-code","e":"%s","s":"%s"}'


@pytest.fixture
def config(scratch_home: Path) -> Config:
    config = load({}, os.environ, scratch_home)
    with Store.open(config.home) as store:
        assert store.salt
    (config.home / "spool").mkdir(mode=0o700)
    (scratch_home / ".claude" / "projects" / "p").mkdir(parents=True)
    return config


def noted(config: Config, session: str, *events: str, at_ms: int = 1_795_239_236_000) -> Path:
    path = config.home / "spool" / f"{session}.jsonl"
    with path.open("a") as file:
        for place, event in enumerate(events):
            file.write(NOTE % (at_ms + place, event, session))
    return path


def stored(config: Config) -> int:
    with Store.open(config.home, readonly=True) as store:
        return note_rows.count_exposures(store.connection)[0]


def do_only(monkeypatch: pytest.MonkeyPatch, *steps: LearnStep) -> None:
    """Have these steps, and those of no plugin."""
    monkeypatch.setattr(learn_all, "list_steps", lambda: learn_all.Recipe(list(steps), [], ()))


def test_training_waits_for_no_lock_and_spoils_nothing(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    """It runs where it is wanted, when the next run could already begin; a failure is said, and all else stays."""

    def train(config: Config, now: datetime) -> TrainingRound:
        with hold_lock(config.home, "learn"):
            return TrainingRound(at=now, tried=2, adopted=1)

    def fail(config: Config, now: datetime) -> TrainingRound:
        raise StoreUnwritable(f"{config.home} is full at {now:%Y}")

    monkeypatch.setattr(automatic_training, "train_when_due", train)
    wanted = replace(config, train_automatic=True)
    assert learn_all.learn(wanted).steps["training"] == 1
    monkeypatch.setattr(automatic_training, "train_when_due", fail)
    failed = learn_all.learn(wanted)
    assert "training: " in failed.failure
    assert "is full" in failed.failure


def test_notes_are_stored_once(config: Config) -> None:
    """However often they are read; the file of a session that goes on stays."""
    path = noted(config, "s1", "SessionStart", "Stop")
    assert learn_all.learn(config).steps["spool"] == 2
    assert learn_all.learn(config).steps["spool"] == 0
    noted(config, "s1", "Stop", at_ms=1_795_239_237_000)
    assert learn_all.learn(config).steps["spool"] == 1

    assert stored(config) == 3
    assert path.exists()


def test_a_spool_file_goes_when_its_session_is_over(config: Config) -> None:
    """Ended, or idle for a day; never before its notes are stored."""
    ended = noted(config, "s1", "Stop", "SessionEnd")
    idle = noted(config, "s2", "Stop")
    os.utime(idle, (time.time() - 90_000,) * 2)
    resumed = noted(config, "s3", "SessionEnd", "SessionStart")
    learn_all.learn(config)

    assert (ended.exists(), idle.exists(), resumed.exists()) == (False, False, True)
    assert list(spool.find_files(config.home)) == [resumed]
    assert stored(config) == 5


def test_a_run_that_was_killed_loses_nothing(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between taking a file out of the hooks' way and storing its notes, a hook may already have begun a new one."""
    noted(config, "s1", "SessionEnd")
    with monkeypatch.context() as patch, Store.open(config.home) as store:
        patch.setattr(note_rows, "put", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            fold_spool.fold(store, config.home)
    noted(config, "s1", "SessionStart", at_ms=1_795_239_240_000)
    assert len(list(spool.find_files(config.home))) == 2
    learn_all.learn(config)

    assert stored(config) == 2
    assert [path.name for path in spool.find_files(config.home)] == ["s1.jsonl"]


def test_a_note_that_comes_in_between_keeps_its_file(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    """A hook may have opened the file just before it was renamed."""
    noted(config, "s1", "SessionEnd")
    real = note_rows.put

    def late(store: Store, found: list[Exposure]) -> int:
        (path,) = spool.find_files(config.home)
        if len(found) == 1:
            with path.open("a") as file:
                file.write(NOTE % (1_795_239_250_000, "Stop", "s1"))
        return real(store, found)

    monkeypatch.setattr(note_rows, "put", late)
    with Store.open(config.home) as store:
        assert fold_spool.fold(store, config.home) == (1, 0, 0)
        assert fold_spool.fold(store, config.home) == (1, 0, 1)
    assert stored(config) == 2


def test_two_never_fold_at_once(config: Config) -> None:
    """One would take a file away under the other's hands."""
    noted(config, "s1", "SessionEnd")
    with hold_lock(config.home, "spool"):
        assert "is at work" in learn_all.learn(config).failure
    assert learn_all.learn(config).steps["spool"] == 1


def test_torn_lines_are_counted(config: Config) -> None:
    """They do not stop the fold."""
    path = noted(config, "s1", "Stop")
    path.write_text(path.read_text() + '\n{"t":1')
    with Store.open(config.home) as store:
        assert fold_spool.fold(store, config.home) == (1, 1, 0)


def test_notes_meet_their_logs(config: Config, scratch_home: Path) -> None:
    """The session that a hook saw is the one that is read from its log in the same run."""
    log = a_session().prompt("x").runs("ls", "a.py")
    log.write(scratch_home / ".claude" / "projects" / "p" / f"{log.session_id}.jsonl")
    noted(config, log.session_id, "Stop")
    learned = learn_all.learn(config)

    assert learned.done
    assert learned.steps["logs"] > 0
    with Store.open(config.home, readonly=True) as store:
        assert note_rows.count_exposures(store.connection) == (1, 1)


def test_a_failure_keeps_what_was_there_and_is_written_down(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other steps are tried; the time of the last whole run stays known; no message of a bug is kept."""
    first = learn_all.learn(config)

    def broken(*_: object) -> int:
        raise ValueError("sk-secret of a log")

    def refused(*_: object) -> int:
        raise StoreUnwritable("no space left")

    do_only(monkeypatch, LearnStep("one", broken), LearnStep("two", refused), LearnStep("spool", learn_all.read_spool))
    noted(config, "s1", "Stop")
    learned = learn_all.learn(config)

    assert not learned.done
    assert learned.steps == {"spool": 1}
    assert learned.failure.startswith("one: a bug of ours (ValueError at test_learn_all.py:")
    assert learned.failure.endswith("two: no space left")
    assert "secret" not in learn_all.record_of(config).read_text()
    assert learned.last_done_at == first.started_at
    assert learn_all.read_last_run(config) == learned


def test_a_spent_budget_leaves_the_rest_to_the_next_run(config: Config, scratch_home: Path) -> None:
    """What was stored stays; nothing is read twice."""
    for number in range(3):
        log = a_session(f"n{number}").prompt("x")
        log.write(scratch_home / ".claude" / "projects" / "p" / f"{log.session_id}.jsonl")
    tight = replace(config, learn_cpu_budget_s=0)
    first = learn_all.learn(tight)
    assert (first.done, first.spent, first.failure) == (False, True, "")
    for _ in range(4):
        learn_all.learn(tight)
    learned = learn_all.learn(config)

    assert learned.done
    with Store.open(config.home, readonly=True) as store:
        assert store.connection.execute("SELECT count(*) FROM session").fetchone() == (3,)


def test_time_spent_in_other_processes_counts(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    """Logs are read and texts are searched by processes that it starts: their time is spent, too."""
    burn = "import time\nwhile time.process_time() < .3: pass"

    def work(_: Config, check: Callable[[], None]) -> int:
        subprocess.run([sys.executable, "-c", burn], check=True)
        check()
        return 1

    before = used_cpu()
    do_only(monkeypatch, LearnStep("one", work))
    assert learn_all.learn(config).cpu_s >= before + 0.29
    assert not learn_all.learn(replace(config, learn_cpu_budget_s=1)).spent
    assert learn_all.learn(replace(config, learn_cpu_budget_s=0)).spent


def test_only_one_runs_at_a_time(config: Config) -> None:
    """The second says so and writes nothing down."""
    with hold_lock(config.home, "learn"), pytest.raises(StoreBusy):
        learn_all.learn(config)
    assert learn_all.read_last_run(config) is None


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"started_at": 3}'])
def test_a_damaged_record_is_none(config: Config, text: str) -> None:
    """And does not stop the next run."""
    learn_all.record_of(config).write_text(text)

    assert learn_all.read_last_run(config) is None
    assert learn_all.learn(config).done


def test_forgetting_reaches_what_hooks_noted(config: Config, scratch_home: Path) -> None:
    """A session's notes leave the spool and the store, and do not come back; others stay."""
    log = a_session().prompt("x")
    log.write(scratch_home / ".claude" / "projects" / "p" / f"{log.session_id}.jsonl")
    noted(config, log.session_id, "Stop")
    noted(config, "other", "Stop")
    learn_all.learn(config)
    noted(config, log.session_id, "Stop", at_ms=1_795_239_239_000)
    session = "s-" + make_session_uid("claude-code", log.session_id).hex()[:8]

    assert forgetting.forget(config, Extent(session=session), datetime.now(UTC), dry_run=True).events["exposure"] == 1
    removal = forgetting.forget(config, Extent(session=session), datetime.now(UTC), dry_run=False)
    assert removal.events["exposure"] == 2
    assert list(spool.find_files(config.home)) == []
    noted(config, log.session_id, "Stop")
    assert learn_all.learn(config).steps["spool"] == 0
    assert stored(config) == 1


def test_forgetting_a_time_reaches_sessions_that_are_not_stored(config: Config) -> None:
    """A hook may know a session whose log is gone."""
    noted(config, "s1", "Stop", "Stop")
    until = datetime.fromtimestamp(1_795_239_236, UTC) + timedelta(milliseconds=1)
    removal = forgetting.forget(config, Extent(until=until), datetime.now(UTC), dry_run=False)

    assert removal.events["exposure"] == 1
    assert stored(config) == 1


def ended(config: Config, **env: str) -> None:
    """One SessionEnd, as an agent calls it."""
    done = subprocess.run(
        hook_folder.command_of(config, "claude-code", "SessionEnd"),
        input=json.dumps(tool("Read") | {"hook_event_name": "SessionEnd"}).encode(),
        env=CLEAN | {key: os.environ[key] for key in ("HOME", "XDG_CONFIG_HOME", "CLAUDE_CONFIG_DIR")} | env,
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_a_sessions_end_starts_learning_when_due(config: Config) -> None:
    """Detached and without waiting; a second end shortly after starts nothing."""
    hook_folder.write(config)
    begun = time.monotonic()
    ended(config)
    assert time.monotonic() - begun < 2
    until = time.monotonic() + 20
    while learn_all.read_last_run(config) is None and time.monotonic() < until:
        time.sleep(0.05)
    learned = learn_all.read_last_run(config)
    assert learned is not None
    assert learned.done
    assert stored(config) == 1
    ended(config)
    stamp = hook_files.folder_of(config).stamp.stat().st_mtime
    ended(config)
    assert hook_files.folder_of(config).stamp.stat().st_mtime == stamp


def test_an_environment_that_is_gone_is_no_fault_of_the_agents(config: Config) -> None:
    """The hook records as before, and notes what it could not start."""
    hook_folder.write(config)
    folder = hook_files.folder_of(config)
    hook_files.write_atomically(
        folder.settings, folder.settings.read_bytes().replace(sys.executable.encode(), b"/gone/python")
    )
    ended(config)

    until = time.monotonic() + 10
    while not hook_files.read_notes(folder) and time.monotonic() < until:
        time.sleep(0.02)
    assert [note.split(" ", 1)[1] for note in hook_files.read_notes(folder)] == ["learn FileNotFoundError"]
    assert learn_all.read_last_run(config) is None


UNSAFE = "def find(connection, name):\n    return connection.execute(f\"SELECT id FROM users WHERE name = '{name}'\")\n"
SAFE = 'def find(connection, name):\n    return connection.execute("SELECT id FROM users WHERE name = ?", (name,))\n'
SAID = (
    "no, that is open to SQL injection, use parameters",
    "stop, you built the SQL query from a string again, please revert that",
    "this is wrong: never put a value into SQL like that",
)


def test_a_mistake_corrected_three_times_is_a_lesson_in_use_after_one_run(config: Config, scratch_home: Path) -> None:
    """In other words each time: the correction belongs to what a scanner finds in the edit, and it names its rule."""
    for number, words in enumerate(SAID):
        log = a_session(f"n{number}").prompt("add the look-up").writes(f"db{number}.py", UNSAFE).says("Done.")
        log.prompt(words).edits(f"db{number}.py", UNSAFE, SAFE, original=UNSAFE).says("Fixed.")
        log.write(scratch_home / ".claude" / "projects" / "p" / f"{log.session_id}.jsonl")

    assert learn_all.learn(config).done
    known = {one.trigger.rule: one for one in list_lessons(config, datetime.now(UTC))}
    lesson = known["pattern/sql-built-python"]

    assert lesson.state is LessonState.ACTIVE
    assert (lesson.observations, lesson.sessions, lesson.category) == (3, 3, "security")
    story = show_lesson(config, lesson.id, datetime.now(UTC))
    assert story.has_trigger
    assert not any(one.quoted for one in known.values())
    assert {(one.source, one.message) for one in story.occurrences} == {("correction", words) for words in SAID}


def test_old_runs_go_once_a_day_and_their_limits_stay(config: Config) -> None:
    """By age and by size; what was learned from them is what it was."""
    history(config, 12, Random(1))
    with Store.open(config.home) as store, store.begin_writing() as connection:
        connection.execute("UPDATE executions SET timestamp = '2026-01-01T00:00:00.000Z'")
    before = run_history.suggest(config, ["npm", "test"], FOLDER)

    assert learn_all.learn(config).steps["retention"] == 12
    assert run_history.list_runs(config, 20) == []
    assert run_history.suggest(config, ["npm", "test"], FOLDER).limits == before.limits != []

    put(config, 24 * 400)
    assert learn_all.learn(config).steps["retention"] == 0
    with Store.open(config.home) as store:
        store.put_note("runs-retired", "yesterday")
    assert learn_all.learn(config).steps["retention"] == 1


def test_runs_beyond_the_size_go_oldest_first(config: Config) -> None:
    """However young they are."""
    for number in (1, 2, 3):
        put(config, number)

    assert learn_all.learn(replace(config, telemetry_max_db_size_mb=0)).steps["retention"] == 3


def test_runs_go_although_the_budget_is_spent_later(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    """A large archive spends it on every run."""
    put(config, 24 * 400)

    def spend(*_: object) -> int:
        raise learn_all.BudgetSpent

    steps = [one._replace(run=spend) if one.name == "score" else one for one in learn_all.STEPS]
    do_only(monkeypatch, *steps)
    learned = learn_all.learn(config)

    assert (learned.spent, learned.steps["retention"]) == (True, 1)


def test_space_is_freed_once_a_day_and_sessions_go_only_where_the_user_said_so(
    config: Config, scratch_home: Path
) -> None:
    """The default retention is for who asks with `cleanup`."""
    log = a_session("old").prompt("x").runs("ls", "a.py")
    log.write(scratch_home / ".claude" / "projects" / "p" / f"{log.session_id}.jsonl")
    kept = replace(config, memory_retention_days=1)
    assert learn_all.learn(kept).steps["cleanup"] == 0
    asked = replace(kept, origins={**kept.origins, "memory.retention_days": "--memory-retention-days"})
    assert learn_all.learn(asked).steps["cleanup"] == 0

    with Store.open(config.home) as store:
        store.put_note("cleaned", "yesterday")
    assert learn_all.learn(asked).steps["cleanup"] > 0
