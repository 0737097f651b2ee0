"""Find the guards that each task of a session took away, and tell them with the last edit of their file.

A guard may leave one place before it comes back in another, so a task is looked at as a whole.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial

from twiceshy.base.values import Scrubbed
from twiceshy.records.findings import Finding, Layer, ScannedEdit, SourceText, StoredEdit, TaskScan
from twiceshy.score.code_view import language_of
from twiceshy.score.lost_guards import find_lost_guards
from twiceshy.score.refactor import FindOnce, find_anew, find_ends, group_by_task, key_of_texts

_MOST_FILES = 60
"""Changed files of a task that is looked at; one with more is an import or a rewrite (guess, 2026-11-22)."""


def add_lost_guards(
    edits: Sequence[ScannedEdit],
    stored: Sequence[StoredEdit],
    text_of: Callable[[bytes], str],
    say: Callable[[str], Scrubbed],
    find_once: FindOnce = find_anew,
) -> list[ScannedEdit]:
    """Return a session's edits with the guards that each of its tasks took away.

    ``stored`` are the same edits; ``find_once`` may know the answer for texts that were looked at before.
    """
    found = list(edits)
    for every in group_by_task(edits):
        places = [place for place in every if _is_readable(stored[place])]
        last = {str(stored[place].path): place for place in places}
        ends = find_ends([stored[place] for place in places])
        for finding in find_once(key_of_texts("guards", *ends), partial(_find_in_task, *ends, text_of, say)).findings:
            found[last[finding.path]] = _add_finding(found[last[finding.path]], finding)
    return found


def _find_in_task(
    before: Mapping[str, bytes],
    after: Mapping[str, bytes],
    text_of: Callable[[bytes], str],
    say: Callable[[str], Scrubbed],
) -> TaskScan:
    """Return the guards that one task took away; none where it changed too many files."""
    if not before or len(before.keys() | after.keys()) > _MOST_FILES:
        return TaskScan()
    old, new = ([SourceText(path=path, text=text_of(body)) for path, body in side.items()] for side in (before, after))
    return TaskScan(findings=tuple(find_lost_guards(old, new, say)))


def _add_finding(edit: ScannedEdit, finding: Finding) -> ScannedEdit:
    """Return the edit with one more finding that it introduced."""
    change = replace(edit.change, introduced=(*edit.change.introduced, finding))
    return edit._replace(change=change, layers=edit.layers | {Layer.PATTERN})


def _is_readable(edit: StoredEdit) -> bool:
    """Tell whether this is an edit of code with the whole texts before and after."""
    return language_of(edit.path) is not None and not edit.partial and (edit.before is not None or edit.created)
