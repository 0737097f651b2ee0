"""The few lines that show a mistake and its fix, from the texts that edits put into files.

A pair is one place of one edit: the lines that it took out and the lines that it put there. It fits a mistake where
it changes the very line that the tool reported, or where it changes the names that the tool's message gives; anything
else, such as the nearest edit, was wrong too often.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import chain
from pathlib import PurePosixPath
from typing import Final, NamedTuple

from twiceshy.lessons.occurrences import TextOf
from twiceshy.records.stories import ChangedFile, Moment
from twiceshy.stats.text.quoting import MOST_LINES, excerpt

FAR = 1_000
"""Moments before or behind a report that are looked through, so that a session's cost grows with its length (guess,
2026-11-24: half of all whole sessions have fewer)."""
_LONGEST_FILE = 400_000
"""Characters of a file that is looked into (guess, 2026-11-21)."""
_LONGEST_BLOCK = 400
"""Lines, before and after, between an edit's first and last difference that are told apart (guess, 2026-11-22: more is
a rewrite)."""
_LEAST_ALIKE = 0.4
"""Likeness of what was taken out and put in, 0 to 1: below it the place was written anew, and nothing shows what was
wrong (guess, 2026-11-22, after 40 pairs by eye)."""
_SILENCER = re.compile(
    r"nolint|noqa|ts-ignore|ts-expect-error|eslint-disable|type: ?ignore|biome-ignore|pylint: ?disable"
)
"""Marks that make a tool silent: they mend nothing."""
_REMARK = re.compile(r"^\s*(?:#(?!\[|!)|//|\*|/\*).*|\s+(?:#|//) .*$")
_IMPORT = re.compile(r"^\s*(?:from|import|use|using|require)\b|\brequire\(|^\s*(?:\w+ )?\"[\w./-]+\"$")
_UNAWAITED = re.compile(r"coroutine|Promise|never awaited")
_AWAIT = re.compile(r"\bawait\b|asyncio\.run\(|\.then\(")
_NAMED = re.compile(
    r"['\"`\u2018\u201c](?P<quoted>[\w.$@/-]{2,80})['\"`\u2019\u201d]|(?P<called>[\w.]{2,80})\(\)"
    r"|(?P<ahead>[\w.$]{2,80}) is not (?:a function|a constructor|defined)\b"
    r"|\b(?:undefined:|in call to) (?P<behind>[\w.]{2,80})"
)
"""Names in an error's message."""


class ReplacedLines(NamedTuple):
    """One place of an edit."""

    first: int
    """Line, from 1, in the text before."""
    before: list[str]
    after: list[str]


class CodePair(NamedTuple):
    """What was wrong and what took its place, at most five lines each."""

    bad: str
    """Empty where lines were only put in."""
    good: str


def _is_same_file(path: str, named: str) -> bool:
    """Tell whether a path may be the file that a tool names, in a shorter or longer form."""
    one, other = path.replace("\\", "/"), named.replace("\\", "/").removeprefix("./")
    return bool(other) and (one == other or one.endswith("/" + other) or other.endswith("/" + one))


def find_faulty_line(moments: Sequence[Moment], place: int, named: str, line: int | None, text_of: TextOf) -> str:
    """Return the line that a tool reported at a place of the story; empty where no edit before or after shows it."""
    if line is None:
        return ""
    before = (moments[at] for at in range(place - 1, max(place - 1 - FAR, -1), -1))
    behind = (moments[at] for at in range(place, min(place + FAR, len(moments))))
    earlier = (changed.after for moment in before for changed in _read_changes(moment, named))
    later = (changed.before for moment in behind for changed in _read_changes(moment, named))
    for body in chain(earlier, later):
        if body is not None:
            lines = text_of(body)[:_LONGEST_FILE].split("\n")
            return excerpt(lines[line - 1 : line]) if 0 < line <= len(lines) else ""
    return ""


def _read_changes(moment: Moment, named: str | None) -> Iterator[ChangedFile]:
    """Yield the files that a call changed, all or the named one; none of a call that failed."""
    for changed in moment.changed if moment.step.failure is None else ():
        if named is None or _is_same_file(changed.path, named):
            yield changed


def find_pair(
    moments: Iterable[Moment], named: str, line: int | None, message: str, text_of: TextOf
) -> CodePair | None:
    """Return what the edits changed at the reported line, else where they changed what the message names."""
    at_line, others = _split_pairs(moments, named, line, text_of)
    if at_line is not None:
        return at_line
    named_there = {found["quoted"] or found[found.lastgroup or 0] for found in _NAMED.finditer(message)}
    names = named_there | {name.rpartition(".")[2] for name in named_there}
    waits = _UNAWAITED.search(message) is not None
    return next((pair for pair in others if _changes_name(pair, names) or (waits and _awaits(pair))), None)


def _split_pairs(
    moments: Iterable[Moment], named: str, line: int | None, text_of: TextOf
) -> tuple[CodePair | None, list[CodePair]]:
    """Return the pair at the reported line, which is followed from edit to edit, and the pairs elsewhere."""
    others: list[CodePair] = []
    for changed in (one for moment in moments for one in _read_changes(moment, None)):
        hunks = list(find_hunks(changed, text_of))
        if line is not None and _is_same_file(changed.path, named):
            at_line = next(filter(None, (_make_pair(hunk) for hunk in hunks if _covers(hunk, line))), None)
            if at_line is not None:
                return at_line, others
            line = _follow_line(line, hunks)
        others += filter(None, map(_make_pair, hunks))
    return None, others


def _follow_line(line: int, hunks: Iterable[ReplacedLines]) -> int:
    """Return where a line stands after an edit."""
    above = [hunk for hunk in hunks if hunk.first + len(hunk.before) <= line]
    return line + sum(len(hunk.after) - len(hunk.before) for hunk in above)


def _covers(hunk: ReplacedLines, line: int) -> bool:
    """Tell whether a hunk takes a line out."""
    return hunk.first <= line < hunk.first + len(hunk.before)


def _changes_name(pair: CodePair, names: set[str]) -> bool:
    """Tell whether a pair takes out a line with one of the names, or puts in an import of one."""
    words = set(re.findall(r"[\w.$@/-]+", pair.bad)) | set(re.findall(r"\w+", pair.bad))
    if names & words:
        return True
    return not pair.bad and _IMPORT.search(pair.good) is not None and bool(names & set(re.findall(r"\w+", pair.good)))


def _awaits(pair: CodePair) -> bool:
    """Tell whether what was put in waits for something, and what was taken out did not."""
    return _AWAIT.search(pair.good) is not None and _AWAIT.search(pair.bad) is None


def _make_pair(hunk: ReplacedLines) -> CodePair | None:
    """Return the pair of a hunk; None where it is too long, only silences the tool or only changes remarks."""
    before, after = ([line for line in lines if line.strip()] for lines in (hunk.before, hunk.after))
    if not after or max(len(before), len(after)) > MOST_LINES or _SILENCER.search("\n".join(after)):
        return None
    old, new = (" ".join(_REMARK.sub("", line).strip() for line in lines).strip() for lines in (before, after))
    if old.replace(" ", "") == new.replace(" ", "") or not new:
        return None
    if before and SequenceMatcher(None, old, new, autojunk=False).ratio() < _LEAST_ALIKE:
        return None
    bad, good = excerpt(before), excerpt(after)
    return CodePair(bad, good) if bad != good else None


def find_hunks(changed: ChangedFile, text_of: TextOf) -> Iterator[ReplacedLines]:
    """Yield the places that an edit changed; a rewrite of a long part is one place."""
    block = _find_changed_block(changed, text_of)
    if block is None:
        return
    first, before, after = block
    if max(len(before), len(after)) > _LONGEST_BLOCK:
        yield ReplacedLines(first, before, after)
        return
    for kind, start, end, new_start, new_end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind != "equal":
            yield ReplacedLines(first + start, before[start:end], after[new_start:new_end])


def find_blocks(
    moments: Iterable[Moment], text_of: TextOf, named: str | None = None
) -> Iterator[tuple[int, list[str], list[str]]]:
    """Yield what each edit that worked changed, of all files or the named one; see ``_find_changed_block``."""
    for moment in moments:
        for changed in _read_changes(moment, named):
            block = _find_changed_block(changed, text_of)
            if block is not None:
                yield block


def _find_changed_block(changed: ChangedFile, text_of: TextOf) -> tuple[int, list[str], list[str]] | None:
    """Return the first changed line (from 1) and the lines before and after, from first to last difference."""
    if changed.before is None or changed.after is None:
        return None
    before, after = (text_of(body)[:_LONGEST_FILE].split("\n") for body in (changed.before, changed.after))
    start, most = 0, min(len(before), len(after))
    while start < most and before[start] == after[start]:
        start += 1
    end = 0
    while end < most - start and before[-1 - end] == after[-1 - end]:
        end += 1
    return start + 1, before[start : len(before) - end], after[start : len(after) - end]


# The one name under which a language stands in every lesson, by a file's ending.

_LANGUAGES: Final = {
    ".py": "python",
    ".pyi": "python",
    ".js": "javascript",
    ".mjs": "javascript",
    ".cjs": "javascript",
    ".jsx": "javascript",
    ".ts": "typescript",
    ".mts": "typescript",
    ".cts": "typescript",
    ".tsx": "typescript",
    ".go": "go",
    ".rs": "rust",
    ".rb": "ruby",
    ".sh": "shell",
    ".bash": "shell",
    ".md": "markdown",
    ".yml": "yaml",
    ".yaml": "yaml",
}


def name_language(path: str) -> str:
    """Return the language of a file; empty for an ending that is not known.

    >>> name_language("src/app.tsx"), name_language(".py"), name_language("Makefile")
    ('typescript', 'python', '')
    """
    name = path if not path.startswith(".") else f"x{path}"
    return _LANGUAGES.get(PurePosixPath(name.replace("\\", "/")).suffix.lower(), "")
