"""What is forgotten is nowhere, and stays away."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from tests.archive.conftest import NOON, Log, state, stored

from twiceshy.archive import bodies, sweep
from twiceshy.archive.db import Store
from twiceshy.archive.derived_values import DerivedValue
from twiceshy.archive.integrity import check_integrity
from twiceshy.archive.rows import TABLES, pack_events
from twiceshy.archive.times import format_time
from twiceshy.base.config import Config
from twiceshy.base.errors import NotFound
from twiceshy.base.values import Scrubbed
from twiceshy.recipes.keep.forget_records import forget
from twiceshy.recipes.keep.free_space import cleanup
from twiceshy.records.events import Failure, Prompt, PromptKind, Session
from twiceshy.records.upkeep import Extent, Removal

LATER = NOON + timedelta(days=30)
WORD = "quokka"


def filled(home: Path) -> tuple[Log, Log]:
    """A store with a session to forget and one to keep; both worked on the same project."""
    bad, good = Log("bad").everything(WORD), Log("good", start=NOON + timedelta(days=2)).everything("wombat")
    shared = "text that both sessions saw\n" * 30
    with Store.open(home) as store:
        stored(store, bad.prompt(shared))
        stored(store, good.prompt(shared))
        store.put_derived("behaviour", [DerivedValue(log.session, b"1", log.name.encode()) for log in (bad, good)], 1)
        store.put_derived("patterns", [DerivedValue(b"all", b"1", WORD.encode())], 1)
    return bad, good


def gone(config: Config, extent: Extent) -> Removal:
    return forget(config, extent, LATER, dry_run=False)


def found_in(home: Path, word: str) -> list[str]:
    """Files with that word in any of their bytes, and packs with it once unpacked."""
    wanted = word.encode()
    found = [path.name for path in home.rglob("*") if path.is_file() and wanted in path.read_bytes().lower()]
    with Store.open(home) as store:
        if store.has_bodies:
            packs = store.bodies.connection.execute("SELECT id, data, raw_size FROM pack").fetchall()
            found += [
                f"pack {id_}" for id_, data, size in packs if wanted in bodies.unpack_frame(data, size, "it").lower()
            ]
        if store.connection.execute("SELECT 1 FROM words WHERE words MATCH ?", (word,)).fetchone():
            found.append("full text")
    return found


@pytest.fixture
def config(home: Path) -> Config:
    return Config(home=home)


EXTENTS = [
    pytest.param(Extent(session="s-" + Log("bad").session.hex()[:8]), id="session"),
    pytest.param(Extent(until=NOON + timedelta(days=1)), id="time range"),
    pytest.param(Extent(project="web-shop", since=NOON, until=NOON + timedelta(days=1)), id="project in a time range"),
    pytest.param(Extent(project="remote:host/owner/bad"), id="project"),
]


@pytest.mark.parametrize("extent", EXTENTS)
def test_no_byte_of_the_data_folder_holds_a_forgotten_word_and_the_log_does_not_bring_it_back(
    config: Config, extent: Extent
) -> None:
    """Rows, full text, long texts, derived values and free pages; then the same logs and a copy are read again."""
    bad, good = filled(config.home)
    if extent.project and extent.since is None:
        bad.project = "remote:host/owner/bad"
        with Store.open(config.home) as store, store.begin_writing() as connection:
            connection.execute("INSERT INTO project (identity, name) VALUES (?, 'bad')", (bad.project,))
            connection.execute("UPDATE session SET project_id = 2 WHERE uid = ?", (bad.session,))
        bad.events[0] = Log("bad", project=bad.project).opened().events[0]
    assert found_in(config.home, WORD)

    removal = gone(config, extent)
    assert (removal.sessions, removal.parts, removal.texts > 0) == (1, 0, True)
    assert found_in(config.home, WORD) == []

    copy = Log("copy").opened()
    for event in bad.events[1:]:
        assert not isinstance(event, Session)
        copy.events.append(replace(event, stamp=replace(event.stamp, session=copy.session)))
    with Store.open(config.home) as store:
        again = stored(store, bad)
        copied = stored(store, copy)
        kept = store.connection.execute("SELECT count(*) FROM prompt").fetchone()
        assert check_integrity(store).is_whole
    assert (set(again.new.values()), again.forgotten) == ({0}, 9)
    assert (sum(copied.new.values()), copied.forgotten) == (
        int(extent.session is not None or extent.project == bad.project),
        9,
    )
    assert kept == (3,)
    assert found_in(config.home, WORD) == []
    assert "full text" in found_in(config.home, "wombat")
    assert good.events


def test_a_dry_run_says_what_would_go_and_changes_nothing(config: Config) -> None:
    """The same numbers as the real run, and the logs that still hold it."""
    filled(config.home)
    extent = Extent(until=NOON + timedelta(days=1))
    planned = forget(config, extent, LATER, dry_run=True)
    assert found_in(config.home, WORD)
    removal = gone(config, extent)

    assert planned.dry_run
    assert planned.events == removal.events
    assert planned.events["prompt"] == 3
    assert planned.logs == ["bad.jsonl"]
    assert planned.projects == ["web-shop"]


def test_what_is_kept_is_found_as_before(config: Config) -> None:
    """The full text made anew finds the same rows by the same words, also by those of long prompts and commands."""
    filled(config.home)
    long = "prefix " * 100 + "needle"
    with Store.open(config.home) as store:
        log = Log("third").opened().prompt(long + " prompted").call("c", long, text=f'{{"a":[{{"command":"{long}"}}]}}')
        stored(store, log.reply("needle first\nsecond").reply("needle", thinking=True))
        before = store.connection.execute("SELECT rowid FROM words WHERE words MATCH 'needle'").fetchall()
        wombats = store.connection.execute("SELECT rowid FROM words WHERE words MATCH 'wombat'").fetchall()
    gone(config, Extent(session="s-" + Log("bad").session.hex()))
    with Store.open(config.home) as store:
        assert store.connection.execute("SELECT rowid FROM words WHERE words MATCH 'needle'").fetchall() == before
        assert store.connection.execute("SELECT rowid FROM words WHERE words MATCH 'wombat'").fetchall() == wombats
    assert len(before) == 3


def test_a_part_of_a_session_goes_and_the_rest_stays(config: Config) -> None:
    """Only events inside the range; the title, which may speak of them, goes too."""
    filled(config.home)
    removal = gone(config, Extent(since=NOON + timedelta(seconds=4), until=NOON + timedelta(days=1)))

    assert (removal.sessions, removal.parts) == (0, 1)
    with Store.open(config.home) as store:
        assert store.connection.execute("SELECT title FROM session ORDER BY id").fetchall() == [
            (None,),
            ("title of wombat",),
        ]
        assert store.connection.execute("SELECT count(*) FROM prompt").fetchone() == (5,)
        assert store.connection.execute("SELECT count(*) FROM call").fetchone() == (1,)
        assert store.get_derived("behaviour", Log("bad").session) is None
        assert store.get_derived("behaviour", Log("good").session) is not None
        assert check_integrity(store).is_whole


def rows_of(home: Path, log: Log) -> dict[str, list[tuple[bytes, str]]]:
    """Id and time of every row of a session, by table."""
    with Store.open(home) as store:
        return {
            table: store.connection.execute(
                f"""SELECT e.uid, e.at FROM {table} e JOIN session s ON s.id = e.session_id
                WHERE s.uid = ? ORDER BY e.at, e.uid""",
                (log.session,),
            ).fetchall()
            for table in TABLES
        }


FIRST, LAST = NOON + timedelta(seconds=3), NOON + timedelta(seconds=7)
"""Both are the very time of an event: what happened at the first goes, what happened at the last stays."""


@pytest.mark.parametrize(
    "extent",
    [
        pytest.param(Extent(since=FIRST, until=LAST), id="a time range"),
        pytest.param(Extent(session="s-" + Log("bad").session.hex(), since=FIRST, until=LAST), id="of a session"),
        pytest.param(Extent(project="web-shop", since=FIRST, until=LAST), id="of a project"),
    ],
)
def test_reading_a_log_again_after_a_part_was_forgotten_brings_nothing_back_and_loses_nothing(
    config: Config, extent: Extent
) -> None:
    """The same log, a copy of its events, and what the session goes on with; the end of the range is not in it."""
    bad, _ = filled(config.home)
    before = rows_of(config.home, bad)
    kept = {
        table: [(uid, at) for uid, at in rows if not str(format_time(FIRST)) <= at < str(format_time(LAST))]
        for table, rows in before.items()
    }
    gone(config, extent)
    assert rows_of(config.home, bad) == kept
    assert sum(map(len, before.values())) - sum(map(len, kept.values())) == 4

    copy = Log("copy").opened()
    copy.events += [replace(event, stamp=replace(event.stamp, session=copy.session)) for event in bad.events[1:]]  # type: ignore[union-attr, arg-type]  # all but the first have one
    with Store.open(config.home) as store:
        again, copied = stored(store, bad, from_start=True), stored(store, copy)
        assert store.connection.execute("SELECT title FROM session WHERE uid = ?", (bad.session,)).fetchone() == (None,)
    assert (sum(again.new.values()), again.forgotten, copied.forgotten) == (0, 4, 4)
    assert rows_of(config.home, bad) == kept

    bad.count = 5  # an event that the log only has now, of a time inside the range: it was to be forgotten as well
    inside, outside = bad.stamp("inside"), bad.stamp("outside")
    assert (inside.at, outside.at) == (LAST - timedelta(seconds=1), LAST)
    more = [Prompt(stamp=stamp, kind=PromptKind.TYPED, text=Scrubbed("more")) for stamp in (inside, outside)]
    with Store.open(config.home) as store:
        late = store.add(pack_events(more), state("bad.jsonl"))
        assert check_integrity(store).is_whole
    assert (late.new["prompt"], late.forgotten) == (1, 1)
    assert (outside.uid, format_time(outside.at)) in rows_of(config.home, bad)["prompt"]


def test_a_forgotten_text_beside_a_kept_one_is_not_stored_again(config: Config) -> None:
    """Texts of one log lie in one pack; the session goes on, and a failure whose call came earlier is left out."""
    long = " was said, and more of it, line by line\n" * 20
    log = Log("mixed").opened().prompt(f"numbat{long}").result("earlier", f"Error: numbat{long}", Failure.ERROR)
    log.prompt(f"wombat{long}")
    with Store.open(config.home) as store:
        stored(store, log)
    gone(config, Extent(until=NOON + timedelta(seconds=3)))
    grown = Log("mixed").opened(last_at=NOON + timedelta(hours=1))
    grown.events += log.events[1:]
    with Store.open(config.home) as store:
        assert stored(store, grown, from_start=True).forgotten == 2
        ((ended,),) = store.connection.execute("SELECT last_at FROM session").fetchall()

    assert ended == format_time(NOON + timedelta(hours=1))
    assert found_in(config.home, "numbat") == []
    assert "full text" in found_in(config.home, "wombat")


@pytest.mark.parametrize(
    ("until", "sessions", "parts"),
    [
        pytest.param(NOON, 0, 0, id="it begins at the bound"),
        pytest.param(NOON + timedelta(minutes=1), 0, 1, id="it ends at the bound"),
        pytest.param(NOON + timedelta(minutes=1, milliseconds=1), 1, 0, id="it ends before the bound"),
    ],
)
def test_a_session_goes_as_a_whole_only_if_it_ended_before_the_bound(
    config: Config, until: datetime, sessions: int, parts: int
) -> None:
    """The bound itself is outside."""
    filled(config.home)
    removal = gone(config, Extent(until=until))

    assert (removal.sessions, removal.parts) == (sessions, parts)


def test_a_forgotten_project_may_be_worked_on_again(config: Config) -> None:
    """What happens after the forgetting is recorded."""
    filled(config.home)
    gone(config, Extent(project="web-shop"))
    with Store.open(config.home) as store:
        start = LATER + timedelta(days=1)
        added = stored(
            store, Log("new", start=start).opened(last_at=start + timedelta(minutes=1)).prompt("a new start")
        )
    assert (added.new["session"], added.new["prompt"], added.forgotten) == (1, 1, 0)


@pytest.mark.parametrize(
    "extent",
    [
        pytest.param(Extent(session="s-0000"), id="no such session"),
        pytest.param(Extent(session="web-shop"), id="not an id"),
        pytest.param(Extent(session="s-"), id="an id without digits"),
        pytest.param(Extent(project="shop"), id="a part of a name"),
    ],
)
def test_what_is_not_there_cannot_be_forgotten(config: Config, extent: Extent) -> None:
    """A name that fits nothing is an error, and nothing is removed."""
    filled(config.home)
    with pytest.raises(NotFound):
        gone(config, extent)
    assert found_in(config.home, WORD)


def test_names_that_fit_several_things_are_refused(config: Config) -> None:
    """Two projects of one name: the whole identity is asked for."""
    with Store.open(config.home) as store:
        stored(store, Log("a", project="remote:host/ann/shop").opened())
        stored(store, Log("b", project="remote:host/bob/shop").opened())
    with pytest.raises(NotFound, match="host/ann/shop or remote:host/bob/shop"):
        gone(config, Extent(project="shop"))

    assert gone(config, Extent(project="remote:host/bob/shop")).sessions == 1


def test_an_interrupted_forgetting_is_noticed_and_worked_off(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows are gone, texts are not: doctor's check says so and cleanup ends it."""
    filled(config.home)
    with monkeypatch.context() as patch:
        patch.setattr(sweep, "_take_out", lambda _store: 1 // 0)
        with pytest.raises(ZeroDivisionError):
            gone(config, Extent(project="web-shop"))
    with Store.open(config.home) as store:
        assert check_integrity(store).sweep_due
    cleaning = cleanup(config, LATER)

    assert cleaning.texts > 0
    assert cleaning.old is None
    assert found_in(config.home, WORD) == []
    with Store.open(config.home) as store:
        assert check_integrity(store).is_whole


def test_cleanup_removes_what_is_older_than_the_user_keeps_it(config: Config) -> None:
    """Retention is by time; what is younger stays."""
    filled(config.home)
    nothing = cleanup(config, NOON + timedelta(days=731))
    assert nothing.old is not None
    assert (nothing.old.sessions, nothing.old.parts) == (1, 0)
    assert found_in(config.home, WORD) == []
    again = cleanup(config, NOON + timedelta(days=731))
    assert again.old is None
    assert again.bytes_after <= again.bytes_before


def test_cleanup_takes_texts_that_a_killed_process_left(config: Config) -> None:
    """A pack without rows is not referred to; what is referred to stays."""
    filled(config.home)
    with Store.open(config.home) as store, store.begin_writing_bodies() as open_bodies:
        open_bodies.add(bodies.make_packs({b"0" * 16: b"orphan " * 100, b"1" * 16: b"other orphan"}))
    assert cleanup(config, NOON).texts == 2
    assert found_in(config.home, "orphan") == []
    with Store.open(config.home) as store:
        assert check_integrity(store).is_whole


def test_nothing_to_forget_where_nothing_is_stored(config: Config) -> None:
    """No store is made on the way."""
    for do in (lambda: gone(config, Extent(project="x")), lambda: cleanup(config, NOON)):
        with pytest.raises(NotFound):
            do()
    assert not config.home.exists()


def a_run(store: Store, key: bytes, begun: datetime, **told: str) -> None:
    """A recorded command of which only the given columns say anything."""
    at = begun.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    columns = store.connection.execute("PRAGMA table_info (executions)").fetchall()
    blank: dict[str, object] = {"TEXT": "", "INTEGER": 0, "REAL": 0.0, "BLOB": b"0"}
    row = {name: blank[kind] for _, name, kind, *_ in columns} | {"execution_id": key, "timestamp": at} | told
    history = (key, at, b"0", b"0", 1.0, 0, 0)
    with store.begin_writing() as connection:
        marks = ", ".join("?" * len(row))
        connection.execute(f"INSERT INTO executions ({', '.join(row)}) VALUES ({marks})", tuple(row.values()))
        connection.execute(
            """INSERT INTO run_history (uid, origin, at, command_hash, place_hash, runtime_s, runtime_cut, failed)
            VALUES (?, 'run', ?, ?, ?, ?, ?, ?)""",
            history,
        )
        connection.execute("INSERT OR REPLACE INTO learned_limit VALUES (x'30', 'timeout_s', 9.0, ?)", (WORD,))
        connection.execute("INSERT INTO run_lines VALUES (?, x'30', ?, 1, 1.0, ?, '[]')", (key, at, WORD))
        connection.execute(
            "INSERT OR REPLACE INTO learned_pattern VALUES (x'30', ?, 'mined', 1, 0, 5, 5, 9, 0, .5, .5, '')", (WORD,)
        )


@pytest.mark.parametrize(
    ("extent", "left"),
    [
        pytest.param(Extent(since=LATER), [b"day one", b"day two", b"elsewhere"], id="another time"),
        pytest.param(Extent(until=NOON + timedelta(days=1)), [b"day two", b"elsewhere"], id="a time"),
        pytest.param(EXTENTS[0].values[0], [b"day two", b"elsewhere"], id="a session, in whose folder a command ran"),
    ],
)
def test_recorded_commands_are_forgotten_with_their_time_and_place(
    home: Path, config: Config, extent: Extent, left: list[bytes]
) -> None:
    """What was learned goes as well, since some of it came from what is forgotten."""
    filled(home)
    with Store.open(home) as store:
        ((folder,),) = store.connection.execute(
            "SELECT cwd FROM session WHERE uid = ?", (Log("bad").session,)
        ).fetchall()
        a_run(store, b"day one", NOON, command=WORD, working_directory=folder)
        a_run(store, b"day two", NOON + timedelta(days=10), command="make")
        a_run(store, b"elsewhere", NOON + timedelta(days=11), command="make", working_directory="/other")
    gone(config, extent)

    with Store.open(home) as store:
        runs = [key for (key,) in store.connection.execute("SELECT execution_id FROM executions ORDER BY timestamp")]
        history = store.connection.execute("SELECT count(*) FROM run_history").fetchone()[0]
        limits = store.connection.execute("SELECT count(*) FROM learned_limit").fetchone()[0]
        lines = store.connection.execute("SELECT count(*) FROM run_lines").fetchone()[0]
        patterns = store.connection.execute("SELECT count(*) FROM learned_pattern").fetchone()[0]
    assert runs == left
    assert (history, limits, lines, patterns) == (len(left), 0, len(left), 0)
