"""What sessions did for each commit is measured, and nothing of it is known too early."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.judgement.outcomes.workbench import Repo, Worker, words
from tests.recipes.linked_place import Place, stamp
from wings.git.tests.predict.risk.invented_changes import a_change

from twiceshy.archive.db import Store
from twiceshy.base.config import Config, load
from twiceshy.logs.change_history import read_change_history
from twiceshy.logs.pending_change import read_staged_change
from twiceshy.privacy.policy import RedactionLevel, load_rules
from twiceshy.privacy.scrub import Scrubber
from twiceshy.records import ids
from twiceshy.records.change_risk import TimedChange
from twiceshy_git.predict.risk.faulty_work import order_changes
from twiceshy_git.risk_recipes.known_changes import read_change_table
from twiceshy_git.risk_recipes.measure_work import measure_work, read_pending_work
from twiceshy_git.risk_recipes.tell_risk import tell_session_risk

TABLES = ("call", "result", "prompt", "edit", "usage", "mark")
"""Of things that happen at a time."""


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """A store of its own."""
    (tmp_path / "store").mkdir(mode=0o700)
    (tmp_path / "store" / "salt").write_bytes(b"s" * 32)
    (tmp_path / "store" / "salt").chmod(0o600)
    return load({"home": str(tmp_path / "store")}, {}, tmp_path)


@pytest.fixture
def place(config: Config, tmp_path: Path) -> Iterator[Place]:
    """A repository with one commit, and a store that has it."""
    with Store.open(config.home) as store:
        repo = Repo(tmp_path / "web").started()
        repo.git("remote", "add", "origin", "git@git.example.test:shop/web.git")
        repo.write("base.py", words("base"))
        repo.commit("Begin")
        yield Place(store, repo, Scrubber(load_rules(), b"s" * 32, RedactionLevel.STANDARD))


def do(place: Place, session: bytes, at: float, **call: object) -> None:
    """Put a call in, with its result a second later."""
    values = {"tool": "Bash", "action": "run", "input": "{}", "uid": f"{at}".encode().ljust(16), "text": ""} | call
    text, uid = values.pop("text"), values["uid"]
    with place.store.begin_writing() as connection:
        key = connection.execute("SELECT id FROM session WHERE uid = ?", (session,)).fetchone()[0]
        columns = ", ".join([*values, "session_id", "rank", "at"])
        marks = ", ".join("?" * (len(values) + 3))
        row = (*values.values(), key, int(at), stamp(at))
        connection.execute(f"INSERT INTO call ({columns}) VALUES ({marks})", row)
        connection.execute(
            "INSERT INTO result (uid, session_id, rank, at, text) VALUES (?, ?, ?, ?, ?)",
            (uid, key, int(at) + 1, stamp(at + 1), text),
        )
        connection.execute(
            """INSERT INTO usage (uid, session_id, at, model, input, output, cache_write, cache_read)
            VALUES (?, ?, ?, 'm', 12, 24, 0, 0)""",
            (uid, key, stamp(at)),
        )


def work_twice(place: Place) -> tuple[bytes, list[str]]:
    """A session that reads and tests for its first commit and neither for its second; its uid and the commits."""
    worker = Worker(place.repo, "one")
    commits = []
    for name in ("a.py", "b.py"):
        worker.edit(name, words(name))
        place.repo.now += 20
        commits.append(worker.commit(f"Add {name}"))
    uid = place.session(worker)
    for touch in worker.touches:
        do(place, uid, touch.at or 0, uid=touch.call, tool="Edit", action="edit", path=touch.path)
    first = worker.touches[0].at or 0
    do(place, uid, first - 5, tool="Read", action="read", path="a.py")
    do(place, uid, first + 5, command="pytest", text="3 passed in 0.1s")
    return uid, commits


def read_changes(place: Place) -> list[TimedChange]:
    """Return the changes behind HEAD."""
    return order_changes(read_change_history(place.repo.path, place.repo.head()))


def test_each_commit_has_the_work_since_the_one_before(place: Place, config: Config) -> None:
    """The first was tested, the second was not."""
    _, (first, second) = work_twice(place)
    place.read()
    found = measure_work(config, place.repo.path, read_changes(place))

    assert set(found) == {first, second}
    assert [found[one].get("touches") for one in (first, second)] == [None, 0]
    assert [found[one]["tests_after_edit"] for one in (first, second)] == [1, 0]
    assert [found[one]["agent_read_efficiency"] for one in (first, second)] == [1, 0]
    assert [found[one]["human_lines_rate"] for one in (first, second)] == [0, 0]
    assert found[first]["tokens_written_per_line"] == 6
    assert measure_work(config, place.repo.path, read_changes(place), {second}) == {second: found[second]}
    assert measure_work(config, place.repo.path, read_changes(place)[2:]) == {second: found[second]}


def test_the_table_says_which_changes_have_a_log(place: Place, config: Config) -> None:
    """A person's commit has none."""
    work_twice(place)
    place.read()
    table = read_change_table(config, place.repo.path)
    at = [one.name for one in table.columns].index("has_log")

    assert [row.values[at] for row in table.rows] == [0, 1, 1]


def test_nothing_is_known_before_it_happened(place: Place, config: Config) -> None:
    """Delete all that came after a commit: its numbers stay, to the last byte."""
    work_twice(place)
    place.read()
    changes = read_changes(place)
    whole = measure_work(config, place.repo.path, changes)
    for change in reversed(changes):
        forget_after(config, change.at)
        known = measure_work(config, place.repo.path, changes)
        assert known.get(change.commit.hash) == whole.get(change.commit.hash)
    assert whole


def forget_after(config: Config, at: float) -> None:
    """Delete every event after a time."""
    with closing(sqlite3.connect(config.home / "twiceshy.db")) as connection:
        for table in TABLES:
            connection.execute(f"DELETE FROM {table} WHERE at > ?", (stamp(at),))
        connection.commit()


def test_what_is_not_committed_has_the_work_since_the_last_commit(place: Place, config: Config) -> None:
    """Of the sessions that edited its files; the file's past is that of before."""
    uid, _ = work_twice(place)
    now, edit = place.repo.now + 100, b"staged-edit-----"
    with place.store.begin_writing() as connection:
        connection.execute(
            """INSERT INTO edit (uid, session_id, rank, at, call, path, path_key, partial, created, deleted,
              added, removed, added_hashes, removed_hashes, user_modified)
            SELECT ?, id, ?, ?, ?, 'a.py', x'00', 0, 0, 0, 1, 0, x'', x'', 0
            FROM session WHERE uid = ?""",
            (edit, now - 10, stamp(now - 10), edit, uid),
        )
    do(place, uid, now - 11, uid=edit, tool="Edit", action="edit", path="a.py")
    place.read()
    staged = [tell_staged(path, now) for path in ("a.py", "elsewhere.py")]
    changes = read_changes(place)
    mine, other = (measure_work(config, place.repo.path, [*changes, one], {"staged"})["staged"] for one in staged)

    assert (mine["has_log"], mine["tests_after_edit"], mine["touches"]) == (1, 0, 1)
    assert measure_work(config, place.repo.path, [staged[0]])["staged"] == mine
    assert (other.get("has_log"), other["touches"]) == (None, 0)


def work_and_stage(place: Place) -> bytes:
    """A session whose second commit nobody linked yet, and that goes on: it edits, tests and stages; its uid."""
    worker = Worker(place.repo, "one")
    worker.edit("a.py", words("first"))
    place.repo.now += 20
    place.repo.commit("Add a.py")
    worker.edit("b.py", words("second"))
    uid = place.session(worker)
    for touch in worker.touches:
        do(place, uid, touch.at or 0, uid=touch.call, tool="Edit", action="edit", path=touch.path)
    place.repo.git("add", "b.py")
    return uid


def ask_staged(place: Place, config: Config, at: float) -> dict[str, float]:
    """Return what is known of the staged change at a time."""
    change = read_staged_change(place.repo.path, datetime.fromtimestamp(at, UTC), salt=b"s" * 32)
    return measure_work(config, place.repo.path, [TimedChange(change, at)])["staged"]


def test_what_is_staged_has_the_calls_up_to_now(place: Place, config: Config) -> None:
    """Move the clock: a test that ran after the edit is known once it ended, and what a commit holds is no part."""
    uid = work_and_stage(place)
    now = place.repo.now + 30
    do(place, uid, now, command="pytest tests/test_b.py", text="3 passed in 0.1s")
    do(place, uid, now + 20, command="pytest tests/test_b.py", text="1 failed in 0.1s")
    asked = {at: ask_staged(place, config, at) for at in (now + 30, now + 10, now - 10)}
    for at, found in asked.items():
        forget_after(config, at)
        assert ask_staged(place, config, at) == found

    late, after, before = asked.values()
    assert [one["tests_after_edit"] for one in (before, after, late)] == [0, 1, 1]
    assert [one.get("last_tests_green") for one in (before, after, late)] == [None, 1, 0]
    assert [one["tokens_written_per_line"] for one in asked.values()] == [6, 4, 2]
    assert [one["human_lines_rate"] for one in asked.values()] == [0, 0, 0]


def test_the_work_of_a_session_waits_in_the_files(place: Place, config: Config) -> None:
    """Staged or not; nothing of it waits once it is committed."""
    uid = work_and_stage(place)
    now = datetime.fromtimestamp(place.repo.now + 30, UTC)
    waiting = read_pending_work(place.store, place.repo.path, uid, now)
    assert waiting is not None
    assert [(one.path, one.added) for one in waiting.files] == [("b.py", 12)]
    found = measure_work(config, place.repo.path, [TimedChange(waiting, now.timestamp())])["pending"]
    assert (found["has_log"], found["human_lines_rate"]) == (1, 0)

    told = tell_session_risk(config, place.repo.path, ids.shorten(ids.SESSION, uid), now, most=5, by_line=False)
    assert [(one.id, one.subject, one.added) for one in told.answers] == [("pending", "not committed yet", 12)]

    place.repo.commit("Add b.py")
    assert read_pending_work(place.store, place.repo.path, uid, now) is None


def test_a_session_without_a_line_of_what_is_staged_is_no_part_of_it(place: Place, config: Config) -> None:
    """It edited the file, too: what it wrote is gone again."""
    work_and_stage(place)
    other = Worker(place.repo, "two").edit("b.py", words("other"))
    uid = place.session(other)
    do(place, uid, other.touches[0].at or 0, uid=other.touches[0].call, tool="Edit", action="edit", path="b.py")
    do(place, uid, place.repo.now + 5, command="pytest", text="3 passed in 0.1s")

    assert ask_staged(place, config, place.repo.now + 30)["tests_after_edit"] == 0


def tell_staged(path: str, now: float) -> TimedChange:
    """Return a change that is not committed, of one file."""
    at = datetime.fromtimestamp(now, UTC)
    return a_change(1, (path, 1, 0), hash="staged", authored_at=at, committed_at=at)


def test_a_commit_made_before_the_work_has_no_log(place: Place, config: Config) -> None:
    """Lines that were there before an agent wrote them again are not its work."""
    place.repo.write("early.py", words("a.py"))
    early = place.repo.commit("Add early.py")
    place.repo.now += 60
    work_twice(place)
    place.read()

    assert early not in measure_work(config, place.repo.path, read_changes(place))


def test_without_a_store_nothing_is_measured(tmp_path: Path) -> None:
    """And nothing is made."""
    config = load({"home": str(tmp_path / "none")}, {}, tmp_path)

    assert measure_work(config, tmp_path, []) == {}
    assert not (tmp_path / "none").exists()
