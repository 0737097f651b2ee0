"""The page for people who come from earlyexit names every option of it, and only options of ours that exist."""

import re
from pathlib import Path

from twiceshy.doors.cli.run_options import OPTIONS
from twiceshy.run.exits import TABLE

PAGE = (Path(__file__).parents[1] / "docs" / "howto" / "earlyexit.md").read_text()
THEIRS = """
    --watch -a --append -l --log --no-auto-log --no-log --auto-tune --color --unix-exit-codes --json --progress -A
    --after-context --delay-exit -B --before-context -C --context --delay-exit-after-lines -D --detach --detach-group
    --detach-on-timeout -E --extended-regexp --pid-file -w --word-regexp -x --line-regexp --fd --fd-pattern --fd-prefix
    --file-prefix -F --first-output-timeout -z --gzip -i --ignore-case -X --exclude -s --success-pattern -e
    --error-pattern -I --idle-timeout -v --invert-match -n --line-number --list-profiles --log-dir -m --max-count
    --max-repeat --stuck-ignore-timestamps --stuck-pattern --progress-pattern --transition-states --expect --expect-only
    --expect-all --unexpected --on-unexpected --stderr-idle-exit --no-telemetry -P --perl-regexp --profile -q --quiet
    --show-profile --source-file --stderr --stderr-prefix --test-pattern --stdout -t --timeout -u --unbuffered
    --buffered --stdout-unbuffered --stderr-unbuffered --verbose --version
"""
"""All options of its version 0.0.5."""
OTHER_VERBS = {"--version", "--older-than"}


def columns(heading: str) -> list[list[str]]:
    """The cells of the table below a heading, without its head."""
    part = PAGE.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    rows = [line for line in part.splitlines() if line.startswith("| ")][2:]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", row)[1:-1]] for row in rows]


def flags_in(text: str) -> list[str]:
    """The options that stand between back ticks."""
    shown = " ".join(re.findall(r"`([^`]*)`", text))
    return re.findall(r"(?<![\w-])--?[a-z][\w-]*", shown, re.IGNORECASE)


def test_every_option_of_theirs_has_its_row() -> None:
    """And no row is about one that they do not have."""
    named = [flag for row in columns("Options") for flag in flags_in(row[0])]

    assert sorted(named) == sorted(THEIRS.split())


def test_every_option_of_ours_exists() -> None:
    """What the table sends a script to can be typed."""
    known = {flag for option in OPTIONS for flag in (option.short, option.flag) if flag} | OTHER_VERBS
    named = {flag for row in columns("Options") for flag in flags_in(row[1])}
    named |= {flag for row in columns("Other programs") for flag in flags_in(row[1])}

    assert named - known == set()


def test_their_statuses_are_mapped_to_ours() -> None:
    """A script that tests for 0 = match finds what to test for."""
    rows = {row[0]: row[1:] for row in columns("Exit statuses")}
    ours = {number for cells in rows.values() for number in re.findall(r"\b\d{2,3}\b", cells[1])}

    assert rows["a pattern matched"] == ["0", "123, or what `--match-status` says"]
    assert ours - {"130"} <= {status for status, _ in TABLE} | {"137"}
    assert {"121", "122", "123", "124", "125", "126", "127"} <= ours
