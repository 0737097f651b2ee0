"""An ingest stores each event once, however it is stopped, repeated or met by another."""

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.logs.builders import Log, a_session
from tests.shortcuts import put_compiled_rules

from twiceshy.archive.lock import hold_lock
from twiceshy.base import config
from twiceshy.base.errors import SourceError, StoreBusy, UsageError
from twiceshy.base.spread import LostItem, spread
from twiceshy.logs.base import Source
from twiceshy.logs.collect.ingest_logs import group_pieces, ingest
from twiceshy.logs.collect.log_pieces import LogPiece
from twiceshy.records.ingest import Cursor, Progress

SECRET = "hunter" + "2-Zk81qLw0"


def a_busy_session(seed: str) -> Log:
    """A session with something of everything that is counted."""
    return (
        a_session(seed, cwd="/home/marta/shop")
        .prompt(f"why does total() of {seed} round down?")
        .reads("total.py", "def total(x):\n    return int(x)\n")
        .edits("total.py", "int(x)", "round(x)", original="def total(x):\n    return int(x)\n")
        .runs("pytest -q", f"export DB_PASSWORD={SECRET}\n1 passed")
        .fails("Bash", "Exit code 1\nAssertionError: 3 != 4", command="pytest -q")
        .rejects("no, use Decimal")
        .says("Done.")
    )


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    """Twelve sessions, two of them resumed copies that go on."""
    folder = tmp_path / "logs"
    folder.mkdir()
    for number in range(10):
        a_busy_session(f"s{number}").write(folder / f"s{number}.jsonl")
    for number in range(2):
        copy = a_busy_session(f"s{number}")
        copy.session_id = copy.session_id[:-4] + "ffff"
        copy.records = [record | {"sessionId": copy.session_id} for record in copy.records]
        copy.prompt("and the tests?").write(folder / f"z{number}.jsonl")
    return folder


def test_a_named_fixture_is_read_and_counted_nowhere(tmp_path: Path) -> None:
    """It is in the store, marked as not real; a walk leaves it out and says so."""
    folder = tmp_path / "shop" / "tests" / "fixtures"
    folder.mkdir(parents=True)
    a_busy_session("s").write(folder / "a.jsonl")
    home = tmp_path / "home"

    walked = ingest([tmp_path / "shop"], settings(home))
    assert (walked.sessions_new, [one.named for one in walked.unclaimed]) == (0, [False])
    assert ingest([folder], settings(home)).sessions_new == 1
    assert sqlite3.connect(home / "twiceshy.db").execute("SELECT real FROM session").fetchall() == [(0,)]


def settings(home: Path, processes: int = 1) -> config.Config:
    return config.load({"ingest.processes": str(processes)}, {"TWICESHY_HOME": str(home)}, home.parent)


def counts(home: Path) -> dict[str, int]:
    """Rows by table, and the open ends that must not exist."""
    connection = sqlite3.connect(home / "twiceshy.db")
    tables = ("session", "prompt", "reply", "call", "result", "edit", "usage", "mark")
    found = {name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in tables}
    found["words"] = connection.execute("SELECT count(*) FROM words").fetchone()[0]
    found["judged"] = connection.execute("SELECT count(*) FROM derived WHERE kind = 'behaviour'").fetchone()[0]
    found["broken"] = len(connection.execute("PRAGMA integrity_check").fetchall()) - 1
    connection.close()
    return found


def everything_on_disk(home: Path) -> Iterator[bytes]:
    for path in home.rglob("*"):
        if path.is_file():
            yield path.read_bytes()


def test_a_second_ingest_finds_nothing_new(logs: Path, tmp_path: Path) -> None:
    """Cursors are kept: unchanged files are not even opened."""
    first = ingest([logs], settings(tmp_path / "store"))
    before = counts(tmp_path / "store")
    second = ingest([logs], settings(tmp_path / "store"))

    assert (first.files_seen, first.files_read, first.files_unchanged) == (12, 12, 0)
    assert (second.files_seen, second.files_read, second.files_unchanged) == (12, 0, 12)
    assert {kind: count for kind, count in second.events.items() if count} == {}
    assert before == counts(tmp_path / "store")


def test_resumed_copies_are_stored_once(logs: Path, tmp_path: Path) -> None:
    """Ten sessions and what their two copies add, not what they repeat."""
    summary = ingest([logs], settings(tmp_path / "store"))
    found = counts(tmp_path / "store")

    assert found["session"] == 12
    assert found["call"] == 10 * 5
    assert found["edit"] + 20 == 10 * 3  # one edit a session
    assert found["prompt"] == 10 * 2 + 2  # typed and rejecting words, and the copies' own
    assert summary.duplicates > 0
    assert found["judged"] == 12
    assert found["broken"] == 0


def test_several_processes_store_what_one_does(logs: Path, tmp_path: Path) -> None:
    """How the work is divided changes nothing in the store."""
    ingest([logs], settings(tmp_path / "one"))
    for path in sorted(logs.iterdir()):
        ingest([path], settings(tmp_path / "one by one"))

    assert counts(tmp_path / "one") == counts(tmp_path / "one by one")


def test_what_is_appended_is_read_from_where_the_last_ingest_ended(logs: Path, tmp_path: Path) -> None:
    """A live log costs its new lines only, and a half-written line waits for its end."""
    lines = [text + b"\n" for text in a_busy_session("live").prompt("once more").says("Yes.").lines()]
    live = logs / "live.jsonl"
    live.write_bytes(b"".join(lines[:-2]))
    ingest([logs], settings(tmp_path / "store"))
    live.write_bytes(b"".join(lines[:-2]) + lines[-2][:60])
    half = ingest([logs], settings(tmp_path / "store"))
    live.write_bytes(b"".join(lines))
    whole = ingest([logs], settings(tmp_path / "store"))

    assert sum(half.events.values()) == 0
    assert (whole.events["prompt"], whole.events["reply"]) == (1, 1)
    assert whole.duplicates == 0


def test_no_secret_reaches_the_disk(logs: Path, tmp_path: Path) -> None:
    """Passwords and user names of the logs stand in no file of the data folder."""
    summary = ingest([logs], settings(tmp_path / "store"))

    assert summary.secrets["password"] >= 1
    for data in everything_on_disk(tmp_path / "store"):
        assert SECRET.encode() not in data
        assert b"marta" not in data


def test_lines_that_cannot_be_read_are_named_and_the_rest_is_read(logs: Path, tmp_path: Path) -> None:
    """A damaged line costs itself only."""
    path = logs / "s3.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(lines[0] + b'{"type": "user", "mess\n' + b"".join(lines[1:]))
    summary = ingest([logs], settings(tmp_path / "store"))

    assert [(len(lines[0]), "bad-json")] == [(found.line.offset, found.line.reason) for found in summary.skipped]
    assert "s3.jsonl" in summary.skipped[0].name
    assert counts(tmp_path / "store")["session"] == 12


def test_nothing_found_is_not_a_failure(tmp_path: Path) -> None:
    """A search that finds nothing ends with 1, in every agent's log the same."""
    log = a_session("searching").prompt("where is it?").fails("Bash", "Exit code 1", command="grep -rn total src")
    log.fails("Bash", "Exit code 1", command="pytest -q").write(tmp_path / "log.jsonl")
    ingest([tmp_path / "log.jsonl"], settings(tmp_path / "store"))
    connection = sqlite3.connect(tmp_path / "store" / "twiceshy.db")
    rows = connection.execute("SELECT head, failure FROM result JOIN call USING (uid) ORDER BY call.rank").fetchall()
    connection.close()

    assert rows == [("grep", None), ("pytest", "error")]


def test_a_file_that_was_replaced_is_read_anew(logs: Path, tmp_path: Path) -> None:
    """Another text under the same name is another log."""
    ingest([logs], settings(tmp_path / "store"))
    a_busy_session("other").write(logs / "s0.jsonl")
    summary = ingest([logs], settings(tmp_path / "store"))

    assert summary.sessions_new == 1
    assert counts(tmp_path / "store")["session"] == 13


def test_an_unreadable_file_is_named_and_the_rest_is_read(logs: Path, tmp_path: Path) -> None:
    """A file that goes away between finding and reading is a failed file, not the end."""
    from twiceshy.logs.collect import ingest_logs as module  # noqa: PLC0415  # its find is replaced

    gone = Source(agent="claude-code", path=logs / "gone.jsonl", size=10, mtime_ns=1)
    original = module.find_sources
    try:
        module.find_sources = lambda paths, settings: iter([*original(paths, settings), gone])  # type: ignore[assignment]  # a fake
        summary = ingest([logs], settings(tmp_path / "store"))
    finally:
        module.find_sources = original

    assert [Path(found.name).name for found in summary.failed_files] == ["gone.jsonl"]
    assert summary.files_read == 12


def test_what_a_lost_worker_had_is_counted_and_tried_again(
    logs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """First one by one, so that only the file that kills its worker is missing; the next ingest tries that again."""
    tried: list[int] = []

    def deadly(function: Any, items: Any, **more: Any) -> Iterator[Any]:
        for item in items:
            tried.append(len(item))
            if any(piece.source.path.name == "s3.jsonl" for piece in item):
                yield LostItem(item=item, reason="killed by signal 9")
            else:
                yield from spread(function, [item], **more)

    with monkeypatch.context() as patch:
        patch.setattr("twiceshy.base.spread.spread", deadly)
        hurt = ingest([logs], settings(tmp_path / "store"))
    after_loss = counts(tmp_path / "store")
    healed = ingest([logs], settings(tmp_path / "store"))
    ingest([logs], settings(tmp_path / "other"))

    assert tried == [12, *[1] * 12]
    assert [(file.name, "killed by signal 9" in file.reason) for file in hurt.failed_files] == [("s3.jsonl", True)]
    assert (hurt.files_seen, hurt.files_read) == (12, 11)
    assert after_loss["session"] == 11
    assert (healed.files_read, healed.files_unchanged, healed.failed_files) == (1, 11, [])
    assert counts(tmp_path / "store") == counts(tmp_path / "other")


def test_two_ingests_at_once_are_told_apart(logs: Path, tmp_path: Path) -> None:
    """The second says who is at work, and changes nothing."""
    ingest([logs / "s0.jsonl"], settings(tmp_path / "store"))
    before = counts(tmp_path / "store")

    with hold_lock(tmp_path / "store", "ingest"), pytest.raises(StoreBusy, match=f"process {os.getpid()}"):
        ingest([logs], settings(tmp_path / "store"))
    assert before == counts(tmp_path / "store")


def test_a_path_that_is_not_there_is_a_clear_error(tmp_path: Path) -> None:
    """Nothing is made for it."""
    with pytest.raises(UsageError, match="nowhere"):
        ingest([tmp_path / "nowhere"], settings(tmp_path / "store"))
    assert not (tmp_path / "store").exists()


def test_progress_ends_at_the_total(logs: Path, tmp_path: Path) -> None:
    """What the bar shows adds up."""
    seen: list[Progress] = []
    ingest([logs], settings(tmp_path / "store"), progress=seen.append)

    assert seen[-1].bytes_done == seen[-1].bytes_total == sum(path.stat().st_size for path in logs.iterdir())
    assert (seen[-1].files_done, seen[-1].files_total) == (12, 12)


def test_groups_keep_the_order_and_a_big_file_stands_alone() -> None:
    """Small files share a round trip; order is what decides who owns a repeated event."""
    sizes = [1, 2, 9_000_000, 3, 4]
    pieces = [
        LogPiece(
            source=Source(agent="claude-code", path=Path(f"/{i}"), size=size, mtime_ns=i),
            key=bytes([i]),
            cursor=Cursor(),
        )
        for i, size in enumerate(sizes)
    ]

    assert [[piece.source.size for piece in group] for group in group_pieces(pieces)] == [[1, 2], [9_000_000], [3, 4]]


def test_kill_9_at_any_moment_loses_nothing_and_repeats_nothing(tmp_path: Path) -> None:
    """After many kills the store equals the one of an undisturbed ingest."""
    logs = tmp_path / "logs"
    logs.mkdir()
    for number in range(60):
        log = a_busy_session(f"k{number}")
        for turn in range(30):
            log.prompt(f"turn {turn}").runs("make", "word " * 200).says("ok")
        log.write(logs / f"k{number}.jsonl")
    put_compiled_rules(tmp_path / "killed")  # else the shorter half of the moments comes before anything is stored
    environment = os.environ | {"TWICESHY_HOME": str(tmp_path / "killed"), "TWICESHY_INGEST_PROCESSES": "2"}
    command = [sys.executable, "-m", "twiceshy", "ingest", str(logs)]
    rng = random.Random(7)  # moments, not secrets
    kills = 0
    for _ in range(8):
        with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as child:
            time.sleep(rng.uniform(0.1, 0.5))
            kills += child.poll() is None
            child.send_signal(signal.SIGKILL)
    done = subprocess.run([*command, "--json"], env=environment, check=True, capture_output=True, timeout=60)
    ingest([logs], settings(tmp_path / "undisturbed"))

    assert kills > 2  # starting up alone takes longer than the shortest of these moments
    assert json.loads(done.stdout)["schema"].startswith("twiceshy/ingest/")
    assert counts(tmp_path / "undisturbed") == counts(tmp_path / "killed")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may look everywhere")
def test_a_closed_folder_is_told_and_the_rest_is_read(tmp_path: Path, scratch_home: Path) -> None:
    """Logs that may lie in it are not silently left out; an agent's own closed folder is no bug either."""
    closed = tmp_path / "logs" / "closed"
    closed.mkdir(parents=True)
    a_session("open").prompt("hello").write(tmp_path / "logs" / "a.jsonl")
    home = settings(scratch_home / ".twiceshy")
    closed.chmod(0o000)
    try:
        summary = ingest([tmp_path / "logs"], home)
        with pytest.raises(SourceError, match="Permission denied"):
            ingest([closed / "x.jsonl"], home)
    finally:
        closed.chmod(0o700)

    assert summary.events["prompt"] == 1
    assert [found.name for found in summary.failed_files] == [str(closed)]


def test_a_log_from_a_benchmarks_container_belongs_to_its_instances_repository(tmp_path: Path) -> None:
    """The folder is the same for all of them; a session of another folder keeps it."""
    for seed, folder in (("one", "/testbed"), ("two", "/srv/shop")):
        log = a_session(seed, cwd=folder).prompt("fix total")
        place = tmp_path / "jobs" / "shop__web-7__aB3dE5f"
        place.mkdir(parents=True, exist_ok=True)
        log.write(place / f"{seed}.jsonl")
    ingest([tmp_path / "jobs"], settings(tmp_path / "home"))
    with sqlite3.connect(tmp_path / "home" / "twiceshy.db") as connection:
        found = connection.execute("SELECT p.identity FROM session s JOIN project p ON p.id = s.project_id ORDER BY 1")

        assert [identity for (identity,) in found] == ["folder:/srv/shop", "remote:github.com/shop/web"]


def test_a_session_whose_first_log_tells_no_folder_gets_its_project_from_the_next(tmp_path: Path) -> None:
    """A stream of a run says less than the log of the same session."""
    native = "ses_4f1d2a6b7ffeAbCdEfGhIjKlMn"
    part = {"id": "prt_1", "messageID": "msg_1", "sessionID": native, "type": "text", "text": "Done."}
    stream = {"type": "text", "timestamp": 1772442001000, "sessionID": native, "part": part}
    message = {"id": "msg_1", "sessionID": native, "role": "assistant"}
    export = {"info": {"id": native, "directory": "/srv/shop"}, "messages": [{"info": message, "parts": [part]}]}
    found = []
    for name, record in (("run.jsonl", stream), ("export.json", export)):
        (tmp_path / name).write_text(json.dumps(record) + "\n")
        ingest([tmp_path / name], settings(tmp_path / "home"))
        with sqlite3.connect(tmp_path / "home" / "twiceshy.db") as connection:
            query = "SELECT p.identity FROM session s JOIN project p ON p.id = s.project_id"
            found += [identity for (identity,) in connection.execute(query)]

    assert found == ["unknown", "folder:/srv/shop"]
