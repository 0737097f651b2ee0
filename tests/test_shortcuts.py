"""Shortcuts of tests lead where the whole way leads."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from tests.shortcuts import WHOLE_WAY, load_finder, open_quickly, put_compiled_rules

from twiceshy.archive.migrate import ARCHIVE, BODIES
from twiceshy.privacy import policy
from twiceshy.privacy.policy import RedactionLevel, is_compiled, load_rules
from twiceshy.privacy.scrub import Scrubber
from twiceshy.privacy.secrets.secret_triggers import list_match_libraries, make_finder

ENGINE = list_match_libraries()[0]


def describe(connection: sqlite3.Connection) -> list[object]:
    """Return what there is in a store, and how the file is made."""
    with closing(connection):
        settings = ("journal_mode", "foreign_keys", "auto_vacuum", "secure_delete", "page_size", "user_version")
        there = connection.execute("SELECT type, name, sql FROM sqlite_master ORDER BY name").fetchall()
        taken = connection.execute("SELECT name FROM migration ORDER BY name").fetchall()
        return [there, taken, *(connection.execute(f"PRAGMA {name}").fetchone() for name in settings)]


@pytest.mark.parametrize("steps", [ARCHIVE, BODIES], ids=["archive", "bodies"])
def test_a_copied_store_is_one_that_took_every_step(tmp_path: Path, steps: Path) -> None:
    """The same tables, steps and settings, and closed to others."""
    folder = tmp_path / "stores"
    folder.mkdir()
    copied, whole = folder / "copied.db", folder / "whole.db"
    assert describe(open_quickly(copied, steps)) == describe(WHOLE_WAY(whole, steps))
    assert copied.stat().st_mode == whole.stat().st_mode
    assert sorted(path.name for path in folder.iterdir()) == ["copied.db", "whole.db"]


def test_what_is_there_already_is_no_copy(tmp_path: Path) -> None:
    """A store keeps what was put into it."""
    with closing(open_quickly(tmp_path / "a.db", ARCHIVE)) as connection:
        connection.execute("INSERT INTO meta (key, value) VALUES ('a', 'b')")
    with closing(open_quickly(tmp_path / "a.db", ARCHIVE)) as connection:
        assert connection.execute("SELECT value FROM meta WHERE key = 'a'").fetchall() == [("b",)]


def test_loaded_rules_find_what_compiled_ones_do() -> None:
    """Twice in a row, and each list of rules its own."""
    text = b"one two three two"
    for triggers in ([b"two", b"t[a-z]+e"], [b"one"], [b"two", b"t[a-z]+e"]):
        found = sorted(load_finder(triggers, ENGINE).hits(text))
        assert found == sorted(make_finder(triggers, ENGINE).hits(text))
        assert {end for end, _ in found} >= {m.end() for trigger in triggers for m in re.finditer(trigger, text)}


def test_programs_take_the_rules_that_were_laid_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The files that the product itself looks for, at every level, in a process that has compiled nothing."""
    put_compiled_rules(tmp_path / "data")
    monkeypatch.setattr(policy, "_FINDERS", {})
    cache = tmp_path / "data" / "cache"
    laid = {path.name: path.stat().st_mtime_ns for path in cache.iterdir()}
    for level in RedactionLevel:
        Scrubber(load_rules(), bytes(16), level, cache=cache).compile_rest()

    assert {path.name: path.stat().st_mtime_ns for path in cache.iterdir()} == laid
    assert all(is_compiled(path) for path in cache.iterdir())
