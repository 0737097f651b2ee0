"""A value that a rule knows in one place of a session stands in none of its others, however the log was read."""

import base64
import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import zstandard
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st
from tests.logs.builders import Log, a_session, a_subagent

from twiceshy.archive import sweep
from twiceshy.archive.db import Store
from twiceshy.archive.restated_store import Restatement
from twiceshy.archive.rows import TABLES
from twiceshy.base import config
from twiceshy.base.config import Config
from twiceshy.logs.collect import ingest_logs, ingest_worker
from twiceshy.logs.collect.ingest_logs import ingest
from twiceshy.privacy.secrets.known_values import HashedValue, SecretValue
from twiceshy.recipes.keep.forget_records import forget
from twiceshy.records import ids
from twiceshy.records.upkeep import Extent

SECRET = "Kq7-vexil#Trombone94"
OTHER = "zq84HHwq-pelican"
NOW = datetime(2026, 11, 22, tzinfo=UTC)
LONG = "nothing to see in this line\n" * 30
WRAPPED = base64.b64encode(f"shop:{SECRET}".encode()).decode()


def shown(log: Log, secret: str = SECRET) -> Log:
    """The place that a rule knows."""
    return log.runs(f"mysqldump --password='{secret}' shop", "done")


ECHOES: dict[str, Callable[[Log], Log]] = {
    "prompt": lambda log: log.prompt(f"log in with {SECRET} please"),
    "long prompt": lambda log: log.prompt(f"{LONG}log in with {SECRET}, please\n{LONG}"),
    "prompt, cut inside of it": lambda log: log.prompt("x" * 230 + f" {SECRET} " + "y" * 300),
    "queued": lambda log: log.queues(f"or {SECRET}"),
    "reply": lambda log: log.says(f"I use {SECRET} for that."),
    "thinking": lambda log: log.thinks(f"The user gave {SECRET}."),
    "error": lambda log: log.fails("Bash", f"Exit code 1\nmysqldump: Error: unknown user '{SECRET}'", command="x"),
    "long error": lambda log: log.fails("Bash", f"Exit code 1\n{LONG}Error: no such user {SECRET}\n", command="x"),
    "command": lambda log: log.runs(f"./log-in {SECRET}", "ok"),
    "head of a command": lambda log: log.runs(f"{SECRET} run", "ok"),
    "long command": lambda log: log.runs(f"echo {'a' * 490} {SECRET} {'b' * 60}", "ok"),
    "search": lambda log: log.calls("Grep", pattern=SECRET, path="src").result("a.py:1"),
    "path": lambda log: log.writes(f"notes/{SECRET}.txt", "text\n"),
    "written file": lambda log: log.writes("a.txt", f"one\n{SECRET}\n"),
    "edit": lambda log: log.edits("b.txt", f"a {SECRET}", "b", original=f"x\na {SECRET}\ny\n"),
    "read": lambda log: log.reads("c.txt", f"a\nb {SECRET}\nc"),
    "title": lambda log: log.raw(type="custom-title", customTitle=f"about {SECRET}", sessionId=log.session_id),
    "branch": lambda log: log.prompt("hello", gitBranch=f"fix-{SECRET}"),
    "json in json": lambda log: log.runs("x", json.dumps({"a": json.dumps({"b": f"c {SECRET}"})})),
    "percent": lambda log: log.runs("x", "GET /?p=Kq7-vexil%23Trombone94&x=1"),
    "base64": lambda log: log.runs("x", f"> Auth {WRAPPED} sent"),
    "colours": lambda log: log.runs("x", f"\x1b[31m{SECRET}\x1b[0m"),
    "rejection": lambda log: log.rejects(f"no, not {SECRET}"),
    "notice": lambda log: log.system("local_command", content=f"<local-command-stdout>{SECRET}</local-command-stdout>"),
    "unknown record": lambda log: log.raw(type="new-kind", payload=[SECRET], sessionId=log.session_id),
}
"""Places that no rule knows; each is checked to be one."""


def a_config(home: Path, **given: str) -> Config:
    """A data folder with the salt of every other one, so that what is stored can be compared."""
    home.mkdir(mode=0o700)
    (home / "salt").write_bytes(b"s" * 32)
    return config.load({"ingest.processes": "1"} | given, {"TWICESHY_HOME": str(home)}, home)


@pytest.fixture
def settings_of(scratch_home: Path) -> Callable[[str], Config]:
    """A data folder by its name."""

    def make(name: str = "store", **given: str) -> Config:
        return a_config(scratch_home / name, **given)

    return make


def put(log: Log, path: Path, lines: int | None = None) -> Path:
    """Write the first lines of a log, or all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"".join(line + b"\n" for line in log.lines()[:lines]))
    return path


def everything_in(home: Path) -> Iterator[tuple[str, bytes]]:
    """Every file as bytes, and every cell of every database, long texts unpacked."""
    for path in sorted(home.rglob("*")):
        if path.is_file():
            yield path.name, path.read_bytes()
        if path.suffix == ".db":
            with closing(sqlite3.connect(path)) as connection:
                tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
                for (table,) in tables:
                    for row in connection.execute(f'SELECT * FROM "{table}"'):
                        yield f"{path.name}: {table}", b"\n".join(map(unpacked, row))


def unpacked(cell: object) -> bytes:
    if isinstance(cell, bytes):
        return zstandard.decompress(cell) if cell.startswith(zstandard.FRAME_HEADER) else cell
    return str(cell).encode("utf-8", "surrogatepass")


def leaks(home: Path, *secrets: str) -> list[str]:
    """Where a secret, or the greater part of it, still stands."""
    forms = [secret[:-3] for secret in secrets or (SECRET, WRAPPED, SECRET.replace("#", "%23"))]
    return sorted({place for place, content in everything_in(home) for form in forms if form.encode() in content})


def terms(home: Path, part: str) -> list[str]:
    """Words of the full text that hold a part."""
    with closing(sqlite3.connect(home / "twiceshy.db")) as connection:
        connection.execute("CREATE VIRTUAL TABLE temp.terms USING fts5vocab (main, words, row)")
        return [term for (term,) in connection.execute("SELECT term FROM temp.terms") if part in term]


def texts_of(settings: Config) -> list[tuple[Any, ...]]:
    """All rows of all events with their whole texts, in an order that does not depend on the order of reading."""
    with Store.open(settings.home, readonly=True) as store:
        found: list[tuple[Any, ...]] = []
        for table in TABLES:
            cursor = store.connection.execute(f"SELECT * FROM {table}")
            names = [column[0] for column in cursor.description]
            for row in cursor:
                one = dict(zip(names, row, strict=True))
                for name in ("body", "before", "after"):
                    if one.get(name) is not None:
                        one[name] = (one[name], str(store.body(one[name])))
                found.append((table, *(value for key, value in one.items() if key not in {"id", "session_id", "rank"})))
        words = [store.connection.execute("SELECT count(*) FROM words WHERE words MATCH 'trombone94'").fetchone()]
        return [*sorted(found, key=repr), *words]


def test_without_a_rule_a_value_stays(tmp_path: Path, settings_of: Callable[..., Config]) -> None:
    """Each echo alone is text as any other: else it would not test what it claims to."""
    for number, (name, echo) in enumerate(ECHOES.items()):
        put(echo(a_session(name)), tmp_path / "logs" / f"{number}.jsonl")
    settings = settings_of()

    ingest([tmp_path / "logs"], settings)

    text = b"\n".join(content for _, content in everything_in(settings.home))
    assert text.count(b"Kq7-vexil") + text.count(WRAPPED[:-3].encode()) >= len(ECHOES)


def test_another_session_keeps_its_words(tmp_path: Path, settings_of: Callable[..., Config]) -> None:
    """What is secret in one session may be an ordinary text in the next."""
    put(shown(a_session("one")), tmp_path / "logs" / "1.jsonl")
    put(a_session("two").prompt(f"a word: {SECRET}"), tmp_path / "logs" / "2.jsonl")
    settings = settings_of()

    ingest([tmp_path / "logs"], settings)

    assert leaks(settings.home) == ["twiceshy.db", "twiceshy.db: prompt"]


@pytest.mark.parametrize("word", ["postgres", "localhost", "password2", "sha256", "20261122", "src/app/main.py"])
def test_an_ordinary_value_stays_a_word(word: str, tmp_path: Path, settings_of: Callable[..., Config]) -> None:
    """A password that is a common word goes where the rule sees it, and nowhere else."""
    log = shown(a_session(), word).prompt(f"start {word} now").fails("Bash", f"Error: no {word} here", command="x")
    settings = settings_of()

    ingest([put(log, tmp_path / "1.jsonl")], settings)

    with Store.open(settings.home, readonly=True) as store:
        assert store.connection.execute("SELECT text FROM prompt").fetchall() == [(f"start {word} now",)]
        assert store.connection.execute("SELECT count(*) FROM session_value").fetchone() == (0,)


def test_an_echo_before_and_behind_is_replaced(tmp_path: Path, settings_of: Callable[..., Config]) -> None:
    """In every field, read at once or in parts, with the same rows; no byte of it stays, no word in the index."""
    log = a_session()
    for echo in ECHOES.values():
        echo(log)
    shown(log)
    for echo in ECHOES.values():
        echo(log)
    at_once, in_parts = settings_of("a"), settings_of("b")
    lines = len(log.lines())

    ingest([put(log, tmp_path / "a" / "1.jsonl")], at_once)
    for cut in (lines // 3, lines // 2 - 1, lines // 2 + 3, lines - 9, lines):
        ingest([put(log, tmp_path / "b" / "1.jsonl", cut)], in_parts)

    for one in (at_once, in_parts):
        assert leaks(one.home) == []
        assert terms(one.home, "trombone") == []
    assert texts_of(at_once) == texts_of(in_parts)


def parts_of_a_session() -> list[Callable[[Log], Log]]:
    """What a session may hold, in any order."""
    return [
        *ECHOES.values(),
        shown,
        lambda log: shown(log, OTHER),
        lambda log: log.runs(f"curl -u shop:'{SECRET}' https://api.shop.example.dev", "ok"),
        lambda log: log.runs("env", f"DB_PASSWORD={SECRET}\nHOME=/srv"),
        lambda log: log.fails("Bash", f"Error: {OTHER} and {SECRET} refused", command="x"),
        lambda log: log.runs("make", "all fine"),
    ]


@effort(max_examples=3, deadline=None)
@given(
    chosen=st.lists(st.integers(0, len(parts_of_a_session()) - 1), min_size=2, max_size=7),
    cuts=st.lists(st.integers(1, 30), max_size=1),
    swapped=st.booleans(),
)
def test_the_order_of_reading_does_not_matter(
    chosen: Sequence[int], cuts: Sequence[int], swapped: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A session and its subagent: at once, in stretches, or file by file in either order, the same texts are stored."""
    folder = tmp_path_factory.mktemp("logs")
    log = a_session("prop")
    helper = a_subagent(log)
    for place, number in enumerate(chosen):
        parts_of_a_session()[number](log if place % 2 else helper)
    files = {"1.jsonl": log, "agent-1.jsonl": helper}
    at_once, in_parts = (a_config(folder / name) for name in "ab")

    for name, one in files.items():
        put(one, folder / "x" / name)
    ingest([folder / "x"], at_once)
    for name in sorted(files, reverse=swapped):
        for cut in (*sorted(cuts), None):
            ingest([put(files[name], folder / "y" / name, cut)], in_parts)

    assert texts_of(in_parts) == texts_of(at_once)
    if any(b"--password" in line for line in [*log.lines(), *helper.lines()] if SECRET.encode() in line):
        assert leaks(in_parts.home, SECRET) == []


def test_a_copied_log_shares_what_it_shows(tmp_path: Path, settings_of: Callable[..., Config]) -> None:
    """A resumed session repeats the first one's lines: what it shows later is secret in them too, in either order."""
    first = a_session("first").prompt(f"it is {SECRET}").says("fine")
    copy = a_session("copy")
    copy.records = [dict(record) for record in first.records]
    copy.parent = first.parent
    second = shown(copy)
    one, two = settings_of("one"), settings_of("two")

    for store, names in ((one, "xy"), (two, "yx")):
        for name in names:
            log = first if name == "x" else second
            ingest([put(log, tmp_path / name / "1.jsonl")], store)

    assert leaks(one.home) == leaks(two.home) == []


def test_stretches_of_a_big_file_know_each_other(
    tmp_path: Path, settings_of: Callable[..., Config], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file of several stretches, read by several processes, with the secret shown in the middle."""
    log = a_session().prompt(f"first {SECRET}")
    for number in range(60):
        log.runs(f"step {number}", "out\n" * 50)
        if number == 30:
            shown(log)
    log.fails("Bash", f"Error: last {SECRET}", command="x")
    monkeypatch.setattr(ingest_worker, "_STRETCH_BYTES", 10_000)
    monkeypatch.setattr(ingest_worker, "_READ_BYTES", 4_000)
    monkeypatch.setattr(ingest_logs, "_ITEM_BYTES", 10_000)
    at_once = settings_of("a")

    ingest([put(log, tmp_path / "1.jsonl")], at_once)

    assert leaks(at_once.home) == []
    assert terms(at_once.home, "trombone") == []


def test_processes_tell_each_other(tmp_path: Path, settings_of: Callable[..., Config]) -> None:
    """Two files of one session, read by two processes at once."""
    log = a_session().prompt(f"first {SECRET}")
    helper = a_subagent(log)
    for one in (log, helper):
        for number in range(20):
            one.runs(f"step {number}", "out of it\n" * 9000)
    shown(helper)
    put(log, tmp_path / "logs" / "1.jsonl")
    put(helper, tmp_path / "logs" / "agent-1.jsonl")
    settings = settings_of("a", **{"ingest.processes": "2"})

    ingest([tmp_path / "logs"], settings)

    assert leaks(settings.home) == []


def test_only_hashes_are_kept_and_go_with_the_session(tmp_path: Path, settings_of: Callable[..., Config]) -> None:
    """Length, keyed hash and placeholder of each spelling; nothing of them is left when the session is forgotten."""
    log = shown(a_session())
    settings = settings_of()
    ingest([put(log, tmp_path / "1.jsonl")], settings)
    with Store.open(settings.home, readonly=True) as store:
        rows = store.connection.execute("SELECT length, length(hash), placeholder FROM session_value").fetchall()
        ((uid,),) = store.connection.execute("SELECT uid FROM session")

    forget(
        settings,
        Extent(session=ids.shorten(ids.SESSION, uid)),
        NOW,
        dry_run=False,
    )
    ingest([put(log.prompt("more"), tmp_path / "1.jsonl")], settings)

    assert {(len(SECRET), 8), (len(SECRET) + 2, 8)} == {row[:2] for row in rows}
    assert {row[2][:10] for row in rows} == {"[password:"}
    with Store.open(settings.home, readonly=True) as store:
        assert store.connection.execute("SELECT count(*) FROM session_value").fetchone() == (0,)


def test_derived_rows_and_caches_are_cleaned(tmp_path: Path, settings_of: Callable[..., Config]) -> None:
    """Lessons, values derived of the session, commits and files of the cache quote the value no longer."""
    log = a_session().prompt(f"it is {SECRET}")
    settings = settings_of()
    ingest([put(log, tmp_path / "1.jsonl")], settings)
    quoted = f"it is {SECRET}"
    with Store.open(settings.home) as store, store.begin_writing() as connection:
        ((uid, project),) = connection.execute("SELECT uid, project_id FROM session")
        insert = "INSERT INTO derived (kind, key, input_hash, rule_version, value) VALUES (?, ?, x'00', 1, ?)"
        connection.execute(insert, ("a", uid, json.dumps({"x": quoted}).encode()))
        connection.execute(insert, ("b", b"elsewhere", json.dumps({"x": quoted}).encode()))
        connection.execute(
            "INSERT INTO commit_ (project_id, hash, parents, author, authored_at, authored_offset_min, committed_at, "
            "subject, trailers) VALUES (?, 'aa', '', x'00', '2026', 0, '2026', ?, '[]')",
            (project, quoted),
        )
        connection.execute("INSERT INTO lesson_review (lesson, description, at) VALUES (x'01', ?, '2026')", (quoted,))
    note = settings.cache / "brief" / "one.note"
    note.parent.mkdir(parents=True, exist_ok=True)
    note.write_text(quoted)
    kept = note.with_name("two.note")
    kept.write_text("nothing")

    ingest([put(shown(log), tmp_path / "1.jsonl")], settings)

    assert leaks(settings.home) == []
    assert kept.exists()


class Killed(BaseException):
    """Stands for a process that is ended anywhere."""


@pytest.mark.parametrize("step", ["put_bodies", "put_rows", "put_values", "finish", "wipe"])
def test_a_process_killed_at_any_step_leaves_it_to_the_next(
    step: str, tmp_path: Path, settings_of: Callable[..., Config], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was shown and what it changes are stored together or not at all; the next ingest ends as one without it."""
    log = a_session().prompt(f"{LONG} it is {SECRET}").fails("Bash", f"Error: {SECRET}", command="x")
    clean, killed = settings_of("clean"), settings_of("killed")
    path = tmp_path / "1.jsonl"
    for settings in (clean, killed):
        ingest([put(log, path)], settings)
    put(shown(log), path)
    ingest([path], clean)

    def die(*_: object, **__: object) -> None:
        raise Killed

    with monkeypatch.context() as broken:
        if step == "wipe":
            broken.setattr(sweep, "sweep", die)
        else:
            method = getattr(Restatement, step)

            def half(self: Restatement, *given: Any) -> None:
                method(self, *given)
                raise Killed

            broken.setattr(Restatement, step, half)
        with pytest.raises(Killed):
            ingest([path], killed)
    with Store.open(killed.home) as store:
        known = store.connection.execute("SELECT count(*) FROM session_value").fetchone() != (0,)
        stands = any(SECRET[:-3] in repr(row) for row in texts_of(killed))
    assert known == (step in {"finish", "wipe"})
    assert not (known and stands)

    ingest([put(log.prompt("on"), path)], killed)
    ingest([path], clean)

    assert leaks(killed.home) == []
    assert texts_of(killed) == texts_of(clean)


def test_what_is_remembered_prints_nothing() -> None:
    """A trace, a log or a pickle's error shows no secret."""
    assert SECRET not in repr(HashedValue(1, b"", "")) + repr(SecretValue(SECRET.encode(), "password"))
