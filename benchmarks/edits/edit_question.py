"""What is asked about one edit: the work so far, and the lines that are going to be replaced.

The place is told: the question holds the lines from the first to the last that change, and a few around them. What
comes in their place is wanted. The answer stands in another record, so that nothing which answers can see it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final, NamedTuple

from twiceshy.stats.text.document_files import is_generated_path

CONTEXT_LINES: Final = 3
"""Lines around the place that are shown (convention: as `diff -u` has them)."""
MOST_LINES: Final = 60
"""Lines of the old or new text beyond which an edit is no suggestion but a rewrite (guess, 2026-11-24: a screen)."""
_MOST_CHARACTERS: Final = 6000
"""Characters of either text (guess, 2026-11-24: 60 lines of 100)."""
EARLIER_EDITS: Final = 20
"""Newest edits of the session that a question holds (guess, 2026-11-24)."""
TOLD_EDITS: Final = 500
"""Newest edits of other sessions that a program is told of with a question (guess, 2026-11-24)."""
TASK_CHARACTERS: Final = 8000
"""Characters of the task's words that a question holds (guess, 2026-11-24: a plan for an agent is as long)."""
_PLACEHOLDER: Final = re.compile(r"\[[a-z][a-z0-9-]{1,30}:[0-9a-f]{6}\]")
_LOCK_NAMES: Final = frozenset({"go.sum", "package-lock.json", "npm-shrinkwrap.json", "pnpm-lock.yaml"})

NEW_FILE: Final = "a whole new file"
NOT_KNOWN: Final = "what stood there is not known"
SAME: Final = "nothing but white space changes"
TOO_LONG: Final = f"more than {MOST_LINES} lines"
REDACTED: Final = "a placeholder in the text"
GENERATED: Final = "a generated or lock file"
REASONS: Final = (NEW_FILE, NOT_KNOWN, SAME, TOO_LONG, REDACTED, GENERATED)
"""Why an edit is not asked about."""


class PlacedEdit(NamedTuple):
    """One edit, cut down to the lines from the first to the last that it changed."""

    path: str
    before: str
    """Up to three lines above."""
    old: str
    """Empty where lines are put in only."""
    new: str
    """Empty where lines are taken out only."""
    after: str
    """Up to three lines below."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EditQuestion:
    """All that whoever answers may know."""

    id: str
    project: str
    session: str
    task: str
    """The words of the person, or of the agent that handed the work on, the newest last."""
    path: str
    before: str
    old: str
    after: str
    earlier: tuple[PlacedEdit, ...]
    """Edits of this session before this one, the newest last."""


class HiddenEdit(NamedTuple):
    """A question with its answer, and when it was: for the one who asks only."""

    question: EditQuestion
    edit: PlacedEdit
    at: float | None
    """Seconds since the epoch; None where the log has no times."""
    left_out: str
    """One of ``REASONS``; empty where it is asked."""


def place_edit(path: str, old: str, new: str) -> PlacedEdit:
    r"""Return the edit that leads from one text to the other, cut down to its lines.

    >>> place_edit("a.py", "a\nb\nc\nd\ne\n", "a\nb\nc\nX\ne\n")
    PlacedEdit(path='a.py', before='a\nb\nc', old='d', new='X', after='e')
    """
    one, other = old.splitlines(), new.splitlines()
    shorter = min(len(one), len(other))
    start = next((at for at in range(shorter) if one[at].rstrip() != other[at].rstrip()), shorter)
    rest = shorter - start
    end = next((at for at in range(rest) if one[-1 - at].rstrip() != other[-1 - at].rstrip()), rest)
    return PlacedEdit(
        path,
        "\n".join(one[max(0, start - CONTEXT_LINES) : start]),
        "\n".join(one[start : len(one) - end]),
        "\n".join(other[start : len(other) - end]),
        "\n".join(one[len(one) - end :][:CONTEXT_LINES]),
    )


def find_reason(edit: PlacedEdit) -> str:
    """Return why an edit is not asked about; empty where it is."""
    if is_generated_path(edit.path) or _is_lock(edit.path):
        return GENERATED
    if edit.old == edit.new:
        return SAME
    sides = (edit.old, edit.new)
    if any(len(side) > _MOST_CHARACTERS or side.count("\n") >= MOST_LINES for side in sides):
        return TOO_LONG
    if any(_PLACEHOLDER.search(part) for part in edit[1:]):
        return REDACTED
    return ""


def _is_lock(path: str) -> bool:
    place = PurePosixPath(path)
    return place.suffix == ".lock" or place.name in _LOCK_NAMES


def cut_told(edits: Sequence[PlacedEdit]) -> tuple[PlacedEdit, ...]:
    """Return the newest edits of other sessions that are told, of those that are not too long."""
    return _list_short(edits)[-TOLD_EDITS:]


def cut_earlier(edits: Sequence[PlacedEdit]) -> tuple[PlacedEdit, ...]:
    """Return the newest edits of those before a question that are not too long to be shown."""
    return _list_short(edits[-2 * EARLIER_EDITS :])[-EARLIER_EDITS:]


def _list_short(edits: Sequence[PlacedEdit]) -> tuple[PlacedEdit, ...]:
    return tuple(one for one in edits if max(len(one.old), len(one.new)) <= _MOST_CHARACTERS)
