"""Redacting a text for show, and auditing a data folder."""

import hashlib
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest
import zstandard

from twiceshy.base.config import Config
from twiceshy.base.errors import SourceError
from twiceshy.privacy import audit as searching
from twiceshy.recipes.keep.redaction import audit, read_text, redact

SECRET = "hunter2-Zx9"


@pytest.fixture
def config(tmp_path: Path) -> Config:
    home = tmp_path / "data"
    (home / "spool").mkdir(parents=True)
    (home / "salt").write_bytes(bytes(range(32)))
    return Config(home=home)


def test_redaction_tells_what_and_why(config: Config) -> None:
    """Each replacement has its place in the given text, its rule, its source and its placeholder."""
    text = f"é password = '{SECRET}' and kes@birds.org"

    done = redact(text, config)

    first, second = done.replacements
    assert done.counts == {"password": 1, "email": 1}
    assert text[first.start : first.end] == SECRET
    assert done.text == f"é password = '{first.placeholder}' and {second.placeholder}"
    assert (second.kind, second.rule) == ("email", "email")
    assert first.source


def test_level_can_be_chosen(config: Config) -> None:
    """Strict replaces what standard leaves."""
    assert redact("host 10.1.2.3", config).text == "host 10.1.2.3"
    assert "10.1.2.3" not in redact("host 10.1.2.3", config, "strict").text


def test_redact_writes_nothing(tmp_path: Path) -> None:
    """Without a store the salt is of the moment, and no folder is made."""
    config = Config(home=tmp_path / "none")

    assert SECRET not in redact(f"password={SECRET}", config).text
    assert not config.home.exists()


def test_text_is_read_from_file_or_stdin(tmp_path: Path) -> None:
    """Bad UTF-8 is read as well as it goes; a file that is not there is an error that names it."""
    (tmp_path / "a").write_bytes(b"a\xff")

    assert read_text(str(tmp_path / "a"), None) == "a\ufffd"
    assert read_text("-", b"in") == "in"
    with pytest.raises(SourceError, match="absent"):
        read_text(str(tmp_path / "absent"), None)


def test_clean_folder_passes(config: Config) -> None:
    """Placeholders, salts and random bytes are no finds."""
    (config.home / "spool" / "x").write_text("password=[password:0a1b2c] /home/[user:0a1b2c]/x")

    found = audit(config)

    assert (found.findings, found.unread) == ([], [])
    assert (2, config.privacy_level) == (found.files, found.level)


def test_planted_secrets_are_found_without_being_repeated(config: Config) -> None:
    """A secret in a file, a cell, a compressed pack or a write-ahead log is named by place and kind."""
    (config.home / "spool" / "left.jsonl").write_text(f'{{"command":"PGPASSWORD={SECRET} psql"}}')
    raw = f"password = '{SECRET}' in a body that is long enough to be packed".encode() * 3
    connection = sqlite3.connect(config.home / "twiceshy.db")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("CREATE TABLE prompt (id INTEGER PRIMARY KEY, text TEXT)")
    connection.execute("CREATE TABLE keyed (name TEXT PRIMARY KEY, value BLOB) WITHOUT ROWID")
    connection.execute("CREATE TABLE pack (id INTEGER PRIMARY KEY, data BLOB, raw_size INTEGER)")
    connection.execute("CREATE VIRTUAL TABLE words USING fts5 (text, content = '')")
    connection.execute("INSERT INTO prompt VALUES (7, ?)", (f"login kes password is {SECRET}",))
    connection.execute("INSERT INTO keyed VALUES ('a', ?)", (f"token={SECRET}abcQ7".encode(),))
    connection.execute("INSERT INTO pack VALUES (3, ?, ?)", (zstandard.compress(raw), len(raw)))
    connection.execute("INSERT INTO pack VALUES (4, ?, 99)", (b"no frame",))
    connection.commit()

    found = audit(config)
    connection.close()

    places = {(one.file, one.table, one.row) for one in found.findings}
    assert {
        ("spool/left.jsonl", None, "0"),
        ("twiceshy.db", "prompt", "7"),
        ("twiceshy.db", "keyed", "0"),
        ("twiceshy.db", "pack", "3"),
        ("twiceshy.db-wal", None, "0"),
    } <= places
    assert SECRET not in repr(found)
    assert {"password", "secret"} >= {one.kind for one in found.findings}


def test_neighbouring_cells_are_no_find(config: Config) -> None:
    """Columns touch in a database's bytes: what only their meeting makes is not reported, what a page holds is."""
    connection = sqlite3.connect(config.home / "twiceshy.db")
    connection.execute("PRAGMA secure_delete = OFF")
    connection.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, one TEXT, two TEXT, three TEXT)")
    connection.execute("INSERT INTO t VALUES (1, 'cd /home/', 'kestrel is a bird', 'x')")
    connection.execute("INSERT INTO t VALUES (2, 'the key: password=', 'Zx9k3kestrel7', 'x')")
    connection.commit()

    clean = audit(config)
    connection.execute(f"INSERT INTO t VALUES (3, 'x', 'it was password={SECRET} before', 'x')")
    connection.commit()
    connection.execute("DELETE FROM t WHERE id = 3")
    connection.commit()
    freed = audit(config)
    connection.close()

    assert clean.findings == []
    assert {(one.table, one.kind) for one in freed.findings} == {(None, "password")}


def test_neighbouring_bodies_and_compressed_bytes_are_no_find(config: Config) -> None:
    """A pack is searched text by text, and bytes that are no text only where they can be read."""
    connection = sqlite3.connect(config.home / "bodies.db")
    connection.execute("CREATE TABLE pack (id INTEGER PRIMARY KEY, data BLOB, raw_size INTEGER)")
    connection.execute("CREATE TABLE body (hash BLOB, pack_id INTEGER, offset INTEGER, size INTEGER)")
    one, two, three = b"it ends in password=", b"Zx9k3kestrel7 begins", f" and password={SECRET}".encode()
    raw = one + two + three
    connection.execute("INSERT INTO pack VALUES (3, ?, ?)", (zstandard.compress(raw), len(raw)))
    connection.execute("INSERT INTO pack VALUES (4, ?, 1)", (b"\xff\xfepassword=\x8a\xff12\xdd\xee\x01",))
    connection.execute("INSERT INTO body VALUES (x'01', 3, 0, ?)", (len(one),))
    connection.execute("INSERT INTO body VALUES (x'02', 3, ?, ?)", (len(one), len(two)))
    connection.commit()
    connection.close()

    places = {(find.row, find.column) for find in audit(config).findings if find.table}

    assert {("3", f"data, unpacked, from {len(one + two)}")} == places


def test_secret_on_the_border_of_two_pieces_is_found(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are read in pieces that overlap."""
    monkeypatch.setattr(searching, "PIECE", 1000)
    monkeypatch.setattr(searching, "OVERLAP", 100)
    (config.home / "x").write_text("." * 995 + f" password={SECRET} " + "." * 2000)

    assert audit(config).findings


def test_damaged_database_is_named(config: Config) -> None:
    """A file that cannot be read as the database it claims to be is told, and the rest goes on."""
    (config.home / "bad.db").write_bytes(b"SQLite format 3\x00" + b"\xff" * 5000)
    (config.home / "x").write_text(f"password={SECRET}")

    found = audit(config)

    assert len(found.unread) == 1
    assert "bad.db" in found.unread[0]
    assert [one.file for one in found.findings] == ["x"]


def test_audit_without_a_folder_says_so(tmp_path: Path) -> None:
    """There is nothing to audit before the first ingest."""
    with pytest.raises(SourceError, match="twiceshy ingest"):
        audit(Config(home=tmp_path / "none"))


def test_audit_beside_a_writer_finds_nothing(config: Config) -> None:
    """Databases that open and close, files that come and go, and our own bytecode are no findings and not unread."""
    hook = config.home / "hook"
    (hook / "__pycache__").mkdir(parents=True)
    (hook / "gate.py").write_text("x = 1")
    (hook / "__pycache__" / "gate.cpython-311.pyc").write_bytes(f"\xa7\r password = '{SECRET}'".encode("latin-1"))
    stop = threading.Event()

    def write() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            (config.home / "spool" / f"part{number}.tmp").write_text("a note")
            with closing(sqlite3.connect(config.home / "twiceshy.db")) as connection:
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute("CREATE TABLE IF NOT EXISTS note (text TEXT)")
                connection.execute("INSERT INTO note VALUES ('a plain note')")
                connection.commit()
            (config.home / "spool" / f"part{number}.tmp").unlink()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        audits = [audit(config) for _ in range(15)]
    finally:
        stop.set()
        writer.join()

    assert [(one.findings, one.unread) for one in audits] == [([], [])] * 15


def test_bytecode_of_no_program_of_ours_is_searched(config: Config) -> None:
    """Only what lies beside its source is left out."""
    (config.home / "__pycache__").mkdir()
    (config.home / "__pycache__" / "x.cpython-311.pyc").write_text(f"password = '{SECRET}'")

    assert audit(config).findings


def test_echoes_of_replaced_values_are_found(config: Config) -> None:
    """A token that some placeholder stands for is one, wherever a tool repeats it."""
    (config.home / "spool" / "a").write_text(f"{redact(f'PGPASSWORD={SECRET}', config).text} psql")
    assert audit(config).findings == []

    (config.home / "spool" / "b").write_text(f"FATAL: unknown database {SECRET}")
    (found,) = audit(config).findings

    assert (found.file, found.by, found.certainty, found.size) == ("spool/b", "echo", "likely", len(SECRET))
    assert SECRET not in repr(found)


def test_possible_finds_are_counted_and_listed_on_demand(config: Config) -> None:
    """Most of them are ids, so that they are no reason to fail."""
    (config.home / "spool" / "a").write_text("see q8vw2lmzx0ttrb1kd5hs9gp3")

    assert ((found := audit(config)).findings, found.possible) == ([], 1)
    assert [one.certainty for one in audit(config, possible=True).findings] == ["possible"]


def test_compiled_rules_are_no_find(config: Config) -> None:
    """They hold the words that rules look for; what only has their name is searched."""
    content = f"password = '{SECRET}'".encode()
    compiled = config.home / "cache" / "rules-0a1b2c.hs"
    compiled.parent.mkdir()
    compiled.write_bytes(hashlib.blake2b(content, digest_size=16).digest() + content)
    assert audit(config).findings == []

    compiled.write_bytes(bytes(16) + content)
    assert audit(config).findings


def test_the_letter_of_an_escape_begins_nothing(config: Config) -> None:
    """As in a decorator behind an escaped line end; an address there is one all the same."""
    (config.home / "spool" / "a").write_text('{"input": "import x\\n\\n@birds.nest.build"}')
    assert audit(config).findings == []

    (config.home / "spool" / "b").write_text('{"input": "by\\nkestrel@birds.org"}')
    assert {one.file for one in audit(config).findings} == {"spool/b"}
