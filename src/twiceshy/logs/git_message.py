"""Subject, body and trailers of a commit message, by git's rules (git-interpret-trailers(1), ``--no-divider``)."""

import re
from typing import Final

_TRAILER: Final = re.compile(r"([A-Za-z0-9-]+)[ \t]*:[ \t]*(.*)", re.DOTALL)
_SUBJECT_END: Final = re.compile(r"\n[^\S\n]*\n")
_BLANK_LINES: Final = re.compile(r"\A(?:[^\S\n]*\n)+")
_MOST_BODY: Final = 1 << 16
"""Characters of a body (guess, 2026-11-23: a change log pasted whole has some ten thousand); the rest is left out."""
_GIT_MADE: Final = ("Signed-off-by: ", "(cherry picked from commit ")
"""A last paragraph with one of these may hold up to three times as many other lines."""


def parse_subject(message: str) -> str:
    """Return the first paragraph on one line."""
    return " ".join(line.strip() for line in _paragraphs(message)[0])


def parse_body(message: str) -> str:
    r"""Return what stands behind the first paragraph, without blank lines at its ends.

    >>> parse_body("\nFix it\nat once\n\nIt broke.\n\n  - twice\n")
    'It broke.\n\n  - twice'
    """
    _, _, body = _SUBJECT_END.sub("\0", message.strip(), count=1).partition("\0")
    body = _BLANK_LINES.sub("", body).rstrip()
    return body if len(body) <= _MOST_BODY else f"{body[:_MOST_BODY]}\n[...]"


def parse_trailers(message: str) -> tuple[tuple[str, str], ...]:
    r"""Return names and values of the last paragraph, if it is one of trailers; join folded lines by a blank.

    >>> parse_trailers("Fix it\n\nIt broke.\n\nRefs: #7\nCo-authored-by: Ann\n  <ann@example.test>\n")
    (('Refs', '#7'), ('Co-authored-by', 'Ann <ann@example.test>'))
    >>> parse_trailers("Note: a subject is no trailer")
    ()
    """
    paragraphs = _paragraphs(message)
    if len(paragraphs) < 2:
        return ()
    lines = [line for line in paragraphs[-1] if not line.startswith("#")]
    if not _is_block(lines):
        return ()
    found: list[tuple[str, str]] = []
    folds = False
    for line in lines:
        if line[:1] in (" ", "\t"):
            if folds:
                name, value = found[-1]
                found[-1] = (name, f"{value} {line.strip()}".strip())
            continue
        match = _TRAILER.match(line)
        folds = match is not None
        if match is not None:
            found.append((match[1], match[2].strip()))
    return tuple(found)


def _paragraphs(message: str) -> list[list[str]]:
    """Return the runs of lines that are not blank; at least one, perhaps empty."""
    paragraphs: list[list[str]] = [[]]
    for line in message.split("\n"):
        if not line.strip():
            if paragraphs[-1]:
                paragraphs.append([])
        else:
            paragraphs[-1].append(line)
    return [paragraph for paragraph in paragraphs if paragraph] or [[]]


def _is_block(lines: list[str]) -> bool:
    """Tell whether all lines are trailers, or a quarter of them with one that git writes itself."""
    trailer_lines = other_lines = folded = 0
    git_made = False
    for line in reversed(lines):
        if line.startswith(_GIT_MADE):
            git_made = True
            trailer_lines += 1
            folded = 0
        elif line[:1] in (" ", "\t"):
            folded += 1
        elif _TRAILER.match(line):
            trailer_lines += 1
            folded = 0
        else:
            other_lines += 1 + folded
            folded = 0
    other_lines += folded
    return trailer_lines * 3 >= other_lines if git_made else bool(trailer_lines) and not other_lines
