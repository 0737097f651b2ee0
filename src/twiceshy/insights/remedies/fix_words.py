"""Which commands does a line run, and how does one command differ from another that is there for the same purpose?

A command is for the same purpose where it keeps what the failed one was about: its files and names. Another wrapper or
program before them, other options, or the same file in another folder is another form; another file is another task.
"""

import re
from collections.abc import Collection, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from twiceshy.commands.shell import programs
from twiceshy.commands.shell.command_heads import name_command, strip_assignments, unquote
from twiceshy.commands.shell.head_reader import read_rows

LONGEST_READ = 300
"""Characters of a command line, defined by ``judgement.outcomes.session_attempts``: one that long may be cut."""
_MOST_CHANGES = 2
"""Places in which two forms of one command differ. Guess of 2026-11-22: more is another command."""
_LONGEST_LEAD, _LONGEST_CHANGE = 4, 4
"""Words of a wrapper or program, and of another change. Guess of 2026-11-22: ``uv run --extra dev`` has four."""
_LEAST_KEPT = 0.5
"""Share of the words behind the program that another form keeps. Guess of 2026-11-22."""
_SILENT = frozenset({"cd", "echo", "printf", "pwd", "sleep", "true", "set"})
"""Programs beside the work of a line."""
_TARGET = re.compile(r"[/:]|\.\w")
"""What only a word has that names a file, a test or an address."""
Words = tuple[str, ...]


class WordChange(NamedTuple):
    """One place in which another command differs."""

    removed: Words
    added: Words
    leads: bool
    """It stands before all that both have."""


def read_work(command: str) -> tuple[Words, ...]:
    """Return the commands of a line that do something, each as its words; empty where the line holds more than words.

    >>> read_work("cd web && CI=1 npm test 2>&1 | tail -20")
    (('CI=1', 'npm', 'test'),)
    """
    if len(command) >= LONGEST_READ or "<<" in command:
        return ()
    rows, inners = read_rows(command)
    if inners or any(outputs for _, _, outputs in rows):
        return ()
    found = []
    for operator, words, _ in rows:
        rest, _ = strip_assignments(words)
        head = name_command(rest)[0] if rest else ""
        if words and head not in _SILENT and not (operator == "|" and head in programs.FILTERS):
            found.append(tuple(words))
    return tuple(found)


def find_changes(failed: Words, other: Words, said: Collection[str]) -> tuple[WordChange, ...]:
    """Return where another command for the same purpose differs; empty where it is none, or the same.

    ``said``: what the error names.

    >>> find_changes(("rtk", "npm", "test"), ("npm", "test"), ())
    (WordChange(removed=('rtk',), added=(), leads=True),)
    >>> find_changes(("pytest", "a.py"), ("pytest", "b.py"), ())
    ()
    """
    steps = SequenceMatcher(None, failed, other, autojunk=False).get_opcodes()
    kept = sum(end - start for name, start, end, _, _ in steps if name == "equal")
    changes = [
        WordChange(failed[start:end], other[begin:stop], leads=start == begin == 0)
        for name, start, end, begin, stop in steps
        if name != "equal"
    ]
    lead = len(changes[0].removed) if changes and changes[0].leads else 0
    if not kept or len(changes) > _MOST_CHANGES or kept < _LEAST_KEPT * (len(failed) - lead):
        return ()
    return tuple(changes) if all(_keeps_purpose(one, said) for one in changes) else ()


def _keeps_purpose(change: WordChange, said: Collection[str]) -> bool:
    """Tell whether what the command is about is still the same."""
    if change.leads:
        return max(len(change.removed), len(change.added)) <= _LONGEST_LEAD
    if max(len(change.removed), len(change.added)) > _LONGEST_CHANGE:
        return False
    removed, added = _list_targets(change.removed), _list_targets(change.added)
    if removed:
        pairs = zip(removed, added, strict=False)
        return len(removed) == len(added) and all(is_same_name(*pair) or unquote(pair[1]) in said for pair in pairs)
    return not any(_TARGET.search(word) and unquote(word) not in said for word in added)


def _list_targets(words: Sequence[str]) -> list[str]:
    """Return the words that are neither options nor what an option among them takes."""
    return [
        word
        for place, word in enumerate(words)
        if not word.startswith("-") and not (place and words[place - 1].startswith("-"))
    ]


def is_same_name(one: str, other: str) -> bool:
    """Tell whether two paths end in the same name."""
    return one.rstrip("/").rpartition("/")[2] == other.rstrip("/").rpartition("/")[2]


def find_moved_path(change: WordChange) -> tuple[str, str] | None:
    """Return what is different about a file that lies elsewhere, by its folders; None for any other change.

    >>> find_moved_path(WordChange(("pkg/test_a.py",), ("pkg/tests/test_a.py",), leads=False))
    ('FOLDER/FILE', 'FOLDER/tests/FILE')
    """
    if len(change.removed) != 1 or len(change.added) != 1 or not is_same_name(change.removed[0], change.added[0]):
        return None
    (old, _, _), (new, _, _) = change.removed[0].rpartition("/"), change.added[0].rpartition("/")
    if old and new.startswith(f"{old}/"):
        return "FOLDER/FILE", f"FOLDER/{new[len(old) + 1 :]}/FILE"
    if old and new.endswith(f"/{old}") and not new.startswith("/"):
        return "FOLDER/FILE", f"{new[: -len(old) - 1]}/FOLDER/FILE"
    return None
