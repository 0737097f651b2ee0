"""What need not happen again in each test: compiling the same rules, taking the same migrations, waiting for the disk.

Tests of the steps themselves ask for the whole way: ``shortcuts.WHOLE_WAY`` (see ``tests/archive/conftest.py``).
Programs that tests start go the whole way too, unless compiled rules were laid there for them.
"""

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Sequence
from contextlib import closing, suppress
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from twiceshy.archive import connect
from twiceshy.privacy import policy
from twiceshy.privacy.policy import RedactionLevel, load_rules
from twiceshy.privacy.scrub import Scrubber
from twiceshy.privacy.secrets import secret_detector, secret_triggers
from twiceshy.recipes.demo.sample_history import write_sample

WHOLE_WAY = connect.open_writable
_make_finder = secret_triggers.make_finder


def take_shortcuts() -> None:
    """Let this process compile each list of rules once, and begin each store as a copy of an empty one."""
    vars(secret_detector)["make_finder"] = load_finder
    vars(connect)["open_writable"] = open_quickly


def load_finder(triggers: Sequence[bytes], engine: str, compiled: bytes | None = None) -> secret_triggers.Finder:
    """Make the engine as the product does, from what was compiled before: 0.01 s where compiling takes 0.9 s."""
    if engine == "hyperscan" and compiled is None:
        compiled = _compile_triggers(tuple(triggers))
    return _make_finder(triggers, engine, compiled)


@cache
def _compile_triggers(triggers: tuple[bytes, ...]) -> bytes:
    return secret_triggers.HyperscanFinder(triggers).dump_database()


def put_compiled_rules(home: Path) -> None:
    """Lay compiled rules where programs look for them that a test starts with this data folder."""
    home.mkdir(mode=0o700, exist_ok=True)
    (home / "cache").mkdir(mode=0o700)
    for name, content in _read_compiled_rules().items():
        (home / "cache" / name).touch(mode=0o600)
        (home / "cache" / name).write_bytes(content)


@cache
def _read_compiled_rules() -> dict[str, bytes]:
    with tempfile.TemporaryDirectory() as folder:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(policy, "_FINDERS", {})  # else what this process has is not written
            for level in RedactionLevel:
                Scrubber(load_rules(), bytes(16), level, cache=Path(folder)).compile_rest()
        return {path.name: path.read_bytes() for path in Path(folder).iterdir()}


def open_quickly(path: Path, steps: Path, *, durable: bool = False, shared: bool = False) -> sqlite3.Connection:
    """Open as the product does, what is missing as a copy of an empty store; nothing waits for the disk."""
    if not os.path.lexists(path):
        with suppress(OSError):  # the whole way will say what is wrong
            _begin_as_copy(path, steps)
    connection = WHOLE_WAY(path, steps, durable=durable, shared=shared)
    connection.execute("PRAGMA synchronous = OFF")
    return connection


def _begin_as_copy(path: Path, steps: Path) -> None:
    """Put an empty store of this schema there, all at once, as another process may be about to make one."""
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f"{path.name}.")
    with closing(open(handle, "wb")) as file:  # noqa: PTH123  # a handle
        file.write(_read_empty_store(steps))
    try:
        os.link(draft, path)
    finally:
        Path(draft).unlink()


@cache
def _read_empty_store(steps: Path) -> bytes:
    folder = Path(tempfile.mkdtemp())
    try:
        WHOLE_WAY(folder / "empty.db", steps).close()
        return (folder / "empty.db").read_bytes()
    finally:
        shutil.rmtree(folder)


def write_part_of_sample(folder: Path, today: date, keep: int = 3) -> None:
    """Write the sample history with its first sessions of each project alone: all 25 cost a fleet's test 20 CPU s."""
    write_sample(folder, seed=1, today=today)
    for project in folder.glob("projects/*"):
        for log in sorted(project.glob("*.jsonl"))[keep:]:
            log.unlink()
            shutil.rmtree(log.with_suffix(""), ignore_errors=True)
