"""Which function a line stands in, told by headers and indentation alone.

A text that does not parse has functions too, and all code that people keep is indented. The answer is part of a
finding's fingerprint: it has to stay the same when lines move, and need not be right about code on one line.
"""

import re
from collections.abc import Mapping, Sequence

NAME = r"(?P<name>[A-Za-z_$][\w$]*)"
HEADERS: Mapping[str, re.Pattern[str]] = {
    "python": re.compile(rf"\s*(?:async\s+)?(?:def|class)\s+{NAME}"),
    "go": re.compile(rf"\s*func\s*(?:\([^)]*\)\s*)?{NAME}\s*[\[(]"),
    "javascript": re.compile(
        rf"\s*(?:export\s+)?(?:default\s+)?(?:(?:async\s+)?function\s*\*?\s*|(?:abstract\s+)?class\s+"
        rf"|(?:const|let|var)\s+(?=[\w$]+\s*(?::[^=]*)?=\s*(?:async\s*)?(?:function\b|\(|[\w$]+\s*=>)))"
        rf"{NAME}"
        rf"|\s*(?:(?:public|private|protected|static|async|get|set)\s+)*"
        rf"(?!(?:if|for|while|switch|catch|return|function|with)\b)(?P<method>[A-Za-z_$][\w$]*)\s*\([^)]*\)[^;=]*\{{\s*$"
    ),
}
FARTHEST = 4000
"""Lines looked at above; longer functions are generated (guess)."""


def enclosing(lines: Sequence[str], line: int, language: str) -> str:
    """Names of the functions and classes around a line, which counts from 1, dotted from the outside.

    >>> enclosing(["class A:", "    def f(self):", "        return 1", "x = 2"], 3, "python")
    'A.f'
    >>> enclosing(["class A:", "    def f(self):", "        return 1", "x = 2"], 4, "python")
    ''
    """
    header = HEADERS[language]
    names: list[str] = []
    index = min(line, len(lines)) - 1
    limit = width(lines[index]) if index >= 0 else 0
    here = header.match(lines[index]) if index >= 0 else None
    if here:
        names.append(here["name"] or here["method"])
    for above in reversed(lines[max(0, index - FARTHEST) : max(0, index)]):
        if not limit:
            break
        if above.strip() and width(above) < limit:
            limit = width(above)
            if match := header.match(above):
                names.append(match["name"] or match.groupdict().get("method") or "")
    return ".".join(reversed(names))


def width(line: str) -> int:
    """Characters of white space that a line starts with."""
    return len(line) - len(line.lstrip())
