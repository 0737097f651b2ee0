"""After an upgrade of a reader unchanged logs are read again, and the store is what a first ingest would have made."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from benchmarks.planted_secrets import read_folder
from tests.logs.builders import Log, a_session
from tests.logs.collect.test_judge_calls import called, came, line

from twiceshy.archive.db import Store
from twiceshy.archive.health_rows import check_redaction
from twiceshy.archive.restated_store import RULES
from twiceshy.archive.rows import COLUMNS, TABLES
from twiceshy.base import config
from twiceshy.base.config import Config, load
from twiceshy.logs.claude_code import reader as claude
from twiceshy.logs.collect.ingest_logs import ingest
from twiceshy.privacy import policy
from twiceshy.privacy.policy import RedactionRules, load_rules
from twiceshy.recipes.learn import reread_logs as flow
from twiceshy.recipes.learn.reread_logs import count_waiting, derive_messages, redact_again, reread
from twiceshy.records.events import Edit, Mark, MarkKind, Reply, ToolResult
from twiceshy.records.upkeep import CheckState

SECRET = "hunter" + "2-Zk81qLw0"


def settings(home: Path) -> config.Config:
    return config.load({"ingest.processes": "1"}, {"TWICESHY_HOME": str(home)}, home.parent)


def a_busy_session(name: str) -> Log:
    return (
        a_session(name, cwd="/home/marta/shop")
        .prompt(f"why does total of {name} round?")
        .edits("total.py", "int(x)", "round(x)", original="def total(x):\n    return int(x)\n")
        .runs("pytest -q", f"export DB_PASSWORD={SECRET}\n1 passed {name}")
        .fails("Bash", f"Exit code 1\nAssertionError: 3 != 4 in {name}", command="pytest -q")
        .says(f"Done with {name}.")
    )


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    """Five sessions; one has two logs, and one is a copy of another that goes on."""
    folder = tmp_path / "logs"
    folder.mkdir()
    for number in range(4):
        a_busy_session(f"s{number}").write(folder / f"s{number}.jsonl")
    a_busy_session("s1").prompt("and the tests?").write(folder / "s1-again.jsonl")
    fork = a_busy_session("s2")
    fork.session_id = fork.session_id[:-4] + "ffff"
    fork.records = [record | {"sessionId": fork.session_id} for record in fork.records]
    fork.prompt("another way?").write(folder / "z.jsonl")
    for place, path in enumerate(sorted(folder.iterdir())):
        os.utime(path, (1_700_000_000 + place, 1_700_000_000 + place))
    return folder


@contextmanager
def old_reader(version: int = 1) -> Iterator[None]:
    """A reader that misses edits, cuts what tools gave back, has replies wrong, and takes a title for a mark."""
    read, traits = claude.ClaudeCode.read, claude.ClaudeCode.traits

    def read_badly(self: Any, path: Path, cursor: Any, **more: Any) -> Any:
        batch = read(self, path, cursor, **more)
        events: list[Any] = []
        for event in batch.events:
            if isinstance(event, Reply):
                events.append(Mark(stamp=event.stamp, kind=MarkKind.UNKNOWN, name="reply", text=event.text))
            elif isinstance(event, ToolResult):
                events.append(replace(event, text=event.text[:5], failure=None))
            elif not isinstance(event, Edit):
                events.append(event)
        return replace(batch, events=events)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(claude.ClaudeCode, "read", read_badly)
        patch.setattr(claude.ClaudeCode, "traits", replace(traits, version=version))
        yield


@contextmanager
def new_reader() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(claude.ClaudeCode, "traits", replace(claude.ClaudeCode.traits, version=2))
        yield


def contents(home: Path) -> dict[str, list[Any]]:
    """Everything that a log gives, without row ids and times of reading; sessions by their uid."""
    connection = sqlite3.connect(home / "twiceshy.db")
    found: dict[str, list[Any]] = {}
    for table in TABLES:
        columns = ", ".join(f"t.{name}" for name in COLUMNS[table])
        joined = f"{table} t JOIN session s ON s.id = t.session_id"
        rows = f"SELECT t.uid, s.uid, {columns} FROM {joined} ORDER BY 1"  # literals
        found[table] = connection.execute(rows).fetchall()
    found["session"] = connection.execute(
        """SELECT s.uid, native_id, p.identity, cwd, branch, version, entrypoint, title, first_at, last_at, real
        FROM session s JOIN project p ON p.id = s.project_id ORDER BY 1"""
    ).fetchall()
    found["source"] = connection.execute(
        "SELECT name, size, lines, with_events, reader, rereading FROM source ORDER BY 1"
    ).fetchall()
    found["derived"] = connection.execute("SELECT kind, key, value FROM derived ORDER BY 1, 2").fetchall()
    found["broken"] = connection.execute("PRAGMA foreign_key_check").fetchall()
    connection.close()
    return found


def find_words(home: Path, word: str) -> int:
    connection = sqlite3.connect(home / "twiceshy.db")
    ((count,),) = connection.execute("SELECT count(*) FROM words WHERE words MATCH ?", (word,))
    connection.close()
    return int(count)


def ids(home: Path) -> dict[bytes, int]:
    """Row ids by uid, of prompts and calls: what lessons, exposures and links hang on."""
    connection = sqlite3.connect(home / "twiceshy.db")
    found = connection.execute("SELECT uid, id FROM prompt UNION ALL SELECT uid, id FROM call").fetchall()
    connection.close()
    return dict(found)


@pytest.fixture
def fresh(logs: Path, tmp_path: Path) -> Path:
    """What a first ingest by the present reader makes; with the salt that every store of a test gets."""
    with new_reader():
        ingest([logs], settings(tmp_path / "fresh"))
    return tmp_path / "fresh"


def an_old_store(logs: Path, fresh: Path, home: Path) -> Path:
    """A store that the old reader made, with the same salt."""
    home.mkdir(mode=0o700)
    (home / "salt").write_bytes((fresh / "salt").read_bytes())
    (home / "salt").chmod(0o600)
    with old_reader():
        ingest([logs], settings(home))
    return home


def test_a_store_of_the_present_reader_stays_as_it_is(logs: Path, fresh: Path) -> None:
    """Nothing is read, and not one row changes."""
    before = contents(fresh)
    with new_reader():
        assert reread(settings(fresh)) == (0, 0)
    assert contents(fresh) == before


def test_what_the_old_reader_missed_is_there_afterwards(logs: Path, fresh: Path, tmp_path: Path) -> None:
    """Nothing doubled, nothing lost, what only the old one gave is gone, and ids are kept."""
    home = an_old_store(logs, fresh, tmp_path / "old")
    before = ids(home)
    assert contents(home)["edit"] == []
    with new_reader():
        assert reread(settings(home)) == (6, 0)
        assert reread(settings(home)) == (0, 0)

    found, wanted = contents(home), contents(fresh)
    assert {name: found[name] for name in wanted} == wanted
    assert ids(home) == before
    assert find_words(home, "Done") == find_words(fresh, "Done") > 0
    assert SECRET.encode() not in b"".join(path.read_bytes() for path in home.rglob("*") if path.is_file())


def test_an_ingest_alone_does_not_read_them_again(logs: Path, fresh: Path, tmp_path: Path) -> None:
    """That is the background's work; what grew goes on with the new reader."""
    home = an_old_store(logs, fresh, tmp_path / "old")
    with new_reader():
        assert ingest([logs], settings(home)).files_unchanged == 6
    assert contents(home)["edit"] == []
    with new_reader(), Store.open(home, readonly=True) as store:
        assert count_waiting(store) == 6
    with new_reader(), Store.open(fresh, readonly=True) as store:
        assert count_waiting(store) == 0


class Stop(Exception):  # noqa: N818  # no error
    """The budget is spent."""


def test_a_run_that_is_ended_goes_on(logs: Path, fresh: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ended after each group, with small groups: the newest session is done first."""
    home = an_old_store(logs, fresh, tmp_path / "old")
    monkeypatch.setattr("twiceshy.logs.collect.ingest_logs._ITEM_BYTES", 1)
    monkeypatch.setattr("twiceshy.logs.collect.ingest_worker._READ_BYTES", 700)
    monkeypatch.setattr("twiceshy.logs.collect.ingest_worker._STRETCH_BYTES", 1_400)

    def pause() -> None:
        raise Stop

    with new_reader():
        runs = 0
        for _ in range(100):
            runs += 1
            try:
                reread(settings(home), pause=pause)
                break
            except Stop:
                continue
        assert runs > 6
        ingest([logs], settings(home))

    assert contents(home) == contents(fresh)


def test_logs_that_are_gone_stay_as_they_were(logs: Path, fresh: Path, tmp_path: Path) -> None:
    """Their sessions keep every row, also where another log of the same session is there."""
    home = an_old_store(logs, fresh, tmp_path / "old")
    before = contents(home)
    (logs / "s0.jsonl").unlink()
    (logs / "s1.jsonl").unlink()
    with new_reader():
        assert reread(settings(home)) == (4, 2)

    after, wanted = contents(home), contents(fresh)
    assert {row[0] for row in before["mark"]} - {row[0] for row in after["mark"]} == {
        row[0] for row in before["mark"] if b"s0" not in row[0] and row[1] in sessions_of(wanted, "s2", "s3")
    }
    assert [row for row in after["prompt"] if row[1] in sessions_of(wanted, "s0")] == [
        row for row in before["prompt"] if row[1] in sessions_of(wanted, "s0")
    ]
    assert {row[0] for row in after["edit"]} == {
        row[0] for row in wanted["edit"] if row[1] not in sessions_of(wanted, "s0")
    }


def sessions_of(found: dict[str, list[Any]], *names: str) -> set[bytes]:
    """Uids of the sessions whose first prompt names one of these, the copy of s2 with it."""
    text = 2 + COLUMNS["prompt"].index("text")
    return {row[1] for row in found["prompt"] if any(f"of {name} " in row[text] for name in names)} | (
        {row[1] for row in found["prompt"] if "another way" in row[text]} if "s2" in names else set()
    )


_CHILD = """
import sys
from pathlib import Path
from tests.recipes.learn.test_reread_logs import new_reader, settings
from twiceshy.logs.collect import ingest_logs, ingest_worker
from twiceshy.recipes.learn.reread_logs import count_waiting, reread
ingest_logs._ITEM_BYTES, ingest_worker._READ_BYTES = 1, 500
with new_reader():
    reread(settings(Path(sys.argv[1])))
"""


def test_kill_9_in_the_middle_loses_and_doubles_nothing(logs: Path, fresh: Path, tmp_path: Path) -> None:
    """Killed three times at other moments, then run to its end."""
    home = an_old_store(logs, fresh, tmp_path / "old")
    for wait in (0.35, 0.45, 0.6):
        child = subprocess.Popen([sys.executable, "-c", _CHILD, str(home)], stderr=subprocess.DEVNULL)
        time.sleep(wait)
        child.send_signal(signal.SIGKILL)
        child.wait()
    with new_reader():
        reread(settings(home))
        ingest([logs], settings(home))

    assert contents(home) == contents(fresh)
    assert json.dumps(sorted(len(rows) for rows in contents(home).values()))


# What was stored by older rules is redacted by today's, also where its logs are gone.

TOKEN = "ghp_" + "k9Xw2mQ7tR" * 3 + "aB3dE6"


def read_by_older_rules(home: Path, folder: Path, monkeypatch: object) -> Config:
    """A store of a day on which nobody knew such tokens; the log is gone."""
    older = tuple(one for one in load_rules().rules if one.family == "keys")
    with monkeypatch.context() as patch:  # type: ignore[attr-defined]
        patch.setattr("twiceshy.privacy.policy.load_rules", lambda: RedactionRules(rules=older))
        patch.setattr("twiceshy.logs.collect.ingest_worker.load_rules", lambda: RedactionRules(rules=older))
        patch.setattr("twiceshy.privacy.sure_opinion.SureOpinion.add_certain", lambda _, __, found, ___: found)
        log = a_session("old", cwd="/home/dev/shop").prompt(f"deploy with {TOKEN}")
        log.runs(f"deploy {TOKEN}", f"{TOKEN} {'long ' * 900}{TOKEN}").fails("Bash", f"bad token {TOKEN}", command="x")
        path = log.write(folder / f"{log.session_id}.jsonl")
        config = load({}, os.environ, home)
        ingest([path], config)
        path.unlink()
    return config


def holds_token(config: Config) -> bool:
    return any(TOKEN.encode() in content for content in read_folder(config.home))


def test_a_store_of_older_rules_is_redacted(scratch_home: Path, tmp_path: Path, monkeypatch: object) -> None:
    """Rows, long texts, words to find them by, and free pages; the second time nothing is done."""
    config = read_by_older_rules(scratch_home, tmp_path, monkeypatch)
    assert holds_token(config)

    assert redact_again(config) > 0
    assert not holds_token(config)
    assert redact_again(config) == 0
    with Store.open(config.home, readonly=True) as store:
        assert store.note(RULES) == load_rules().digest(policy.RedactionLevel.STANDARD)


def test_the_doctor_says_that_older_rules_redacted_it() -> None:
    """And nothing of a store that today's did."""
    assert list(check_redaction("a", "a")) == []
    assert [one.state for one in check_redaction(None, "a")] == [CheckState.PROBLEM]


def test_a_new_store_is_not_gone_through(scratch_home: Path, tmp_path: Path) -> None:
    """It was made by the rules that hold."""
    log = a_session("new", cwd="/home/dev/shop").prompt("go on")
    config = load({}, os.environ, scratch_home)
    ingest([log.write(tmp_path / f"{log.session_id}.jsonl")], config)

    assert redact_again(config) == 0


# Failures' lines are found again when the rules are newer, from the output as it is stored.

ENDED = "Process exited with code {}\n"
NATIVE = "0192f1a4-0000-7000-8000-000000000001"
BANNER = "\n> web@1.0.0 test\n> run\n\n"


@pytest.fixture
def known(tmp_path: Path) -> config.Config:
    """The configuration of a store with two failures, one of them with a long output."""
    log = tmp_path / "logs" / "rollout-2026-09-01T12-00-00-0192f1a4-0000-7000-8000-000000000001.jsonl"
    log.parent.mkdir()
    start = line(
        0, "session_meta", id="0192f1a4-0000-7000-8000-000000000001", cwd="/home/ann/shop", cli_version="0.99.0"
    )
    calls = [
        called(1, "call_a", "exec_command", cmd="npm test"),
        came(2, "call_a", BANNER + "loading\n" * 200 + "error: no cart is here\n", ENDED.format(1)),
        called(3, "call_b", "exec_command", cmd="cat b"),
        came(4, "call_b", "cat: b: No such file or directory\n", ENDED.format(1)),
        called(5, "call_c", "exec_command", cmd="ls"),
        came(6, "call_c", "a\n", ENDED.format(0)),
    ]
    log.write_text("\n".join([start, *calls]) + "\n")
    found = config.load({}, {"TWICESHY_HOME": str(tmp_path / "store")}, tmp_path)
    ingest([log.parent], found)
    return found


def read_messages(known: config.Config) -> list[str | None]:
    """The stored lines, oldest first."""
    with Store.open(known.home) as store:
        return [message for (message,) in store.connection.execute("SELECT message FROM result ORDER BY id")]


def age(known: config.Config) -> None:
    """Make the store one that an older version wrote."""
    with Store.open(known.home) as store, store.begin_writing() as connection:
        connection.execute(
            "UPDATE result SET message = '> web@1.0.0 test', fingerprint = x'00' WHERE failure IS NOT NULL"
        )
        connection.execute("DELETE FROM meta WHERE key = 'error_messages'")


RIGHT = ["error: no cart is here", "cat: b: No such file or directory", None]


def test_a_store_of_today_stays(known: config.Config) -> None:
    """Nothing changes, and what worked has no line."""
    assert (derive_messages(known), derive_messages(known)) == (0, 0)
    assert read_messages(known) == RIGHT


def test_an_old_store_gets_the_lines_of_today(known: config.Config) -> None:
    """Lines and keys are those that reading the log now would give, from the whole of a long output."""
    with Store.open(known.home) as store:
        keys = store.connection.execute("SELECT fingerprint FROM result").fetchall()
    age(known)

    assert derive_messages(known) == 2
    assert read_messages(known) == RIGHT
    with Store.open(known.home) as store:
        assert store.connection.execute("SELECT fingerprint FROM result").fetchall() == keys
    assert derive_messages(known) == 0


def test_a_run_that_is_ended_goes_on_later(known: config.Config, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was done before the budget was spent stays, and the rest comes with the next run."""
    age(known)
    monkeypatch.setattr(flow, "_AT_ONCE", 1)
    left = [None]

    def pause() -> None:
        if not left:
            raise TimeoutError
        left.pop()

    with pytest.raises(TimeoutError):
        derive_messages(known, pause=pause)
    assert read_messages(known) == [RIGHT[0], "> web@1.0.0 test", None]
    assert derive_messages(known) == 1
    assert read_messages(known) == RIGHT
