"""Notes of git's hooks, from their lines: what is no note of ours is counted, and ticks become times."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from twiceshy.commands.keys.gate_keys import hash_text
from twiceshy.logs.git_spool import read_git_spool
from twiceshy.records.git_hooks import GitEvent, Rewritten

SALT = b"s" * 32
BOOT = "0b2c5d1e-1111-4222-8333-444455556666"
OLD, NEW = "a" * 40, "b" * 40
LINE = '{"e":"post-commit","i":"0011223344556677","t":"%d","h":"' + NEW + '","w":"","p":"12.900 7.100","x":""}'
NO_NOTES = [
    ("no JSON", "{"),
    ("no object", "[]"),
    ("an event of another sort", LINE.replace("post-commit", "pre-commit") % 1000),
    ("a word of somebody else", LINE.replace('"w":""', '"w":"my secret plan"') % 1000),
    ("a name in place of a hash", LINE.replace(NEW, "refs/heads/secret") % 1000),
    ("a name in place of a process", LINE.replace("12.900", "bash") % 1000),
    ("a repository of another form", LINE.replace("0011223344556677", "../..") % 1000),
    ("a clock that no kernel has", LINE.replace("%d", "9" * 30)),
    ("a time that is no number", LINE.replace("%d", "now")),
    ("a pair that is none", LINE.replace('"x":""', f'"x":"{OLD}"') % 1000),
    ("a line that was cut off", (LINE % 1000)[:50]),
]


def write(folder: Path, *lines: str, boot: str = BOOT) -> Path:
    path = folder / f"git-{boot}.lines"
    path.write_text("".join(f"\n{line}" for line in lines))
    os.utime(path, (1_800_000_000, 1_800_000_000))
    return path


def test_a_note_has_the_commit_and_the_processes_above_it(tmp_path: Path) -> None:
    """Processes are spelled as the agents' hooks spell them, so that both can be compared."""
    (note,) = read_git_spool(write(tmp_path, LINE % 1000), SALT).notes

    key = hash_text(BOOT, SALT).hex()
    assert (note.event, note.hash, note.repository.hex()) == (GitEvent.COMMIT, NEW, "0011223344556677")
    assert note.ancestors == (f"12.900.{key}", f"7.100.{key}")


def test_the_newest_ticks_are_the_files_last_change(tmp_path: Path) -> None:
    """A shell has no clock among its built-ins."""
    ticks = os.sysconf("SC_CLK_TCK")

    first, last = read_git_spool(write(tmp_path, LINE % 1000, LINE % (1000 + 3 * ticks)), SALT).notes

    assert last.at == datetime.fromtimestamp(1_800_000_000, UTC)
    assert (last.at - first.at).total_seconds() == 3


def test_without_a_start_of_the_machine_there_are_seconds(tmp_path: Path) -> None:
    """And no processes: their ids alone come again."""
    line = LINE.replace('"t":"%d"', '"s":"1700000000"')

    (note,) = read_git_spool(write(tmp_path, line, boot="none"), SALT).notes

    assert (note.at.timestamp(), note.ancestors) == (1_700_000_000, ())


def test_pairs_are_read_in_their_order(tmp_path: Path) -> None:
    """Several old commits may have become one."""
    line = LINE.replace('"x":""', f'"x":"{OLD}:{NEW} {"c" * 40}:{NEW}"').replace("post-commit", "post-rewrite")

    (note,) = read_git_spool(write(tmp_path, line % 5), SALT).notes

    assert note.rewritten == (Rewritten(OLD, NEW), Rewritten("c" * 40, NEW))


@pytest.mark.parametrize("line", [row[1] for row in NO_NOTES], ids=[row[0] for row in NO_NOTES])
def test_what_is_no_note_is_counted_and_costs_no_other(tmp_path: Path, line: str) -> None:
    """Nobody but our hook writes there, and whoever does gets no text into the store."""
    found = read_git_spool(write(tmp_path, LINE % 1, line, LINE % 2), SALT)

    assert (len(found.notes), found.torn) == (2, 1)


def test_a_file_that_is_gone_holds_nothing(tmp_path: Path) -> None:
    """Two runs may come to it."""
    assert read_git_spool(tmp_path / f"git-{BOOT}.lines", SALT) == ((), 0, 0)
