"""A commit's patch as other programs want it: in a line, as the first collector put it, or whole up to a limit."""

import re
from collections import Counter
from typing import Final

MOST_PATCH: Final = 65_536
"""Characters of a patch that a row holds (guess, 2026-11-23: more is an import or a generated file)."""
CUT_MARK: Final = "[cut: git has the rest]\n"
"""Stands behind a patch that is longer."""
_MOST_FILES: Final = 10
"""Files of a summary (by definition of the first collector's)."""
_ESCAPED: Final = re.compile(rb"\\([0-7]{3}|.)", re.DOTALL)
_LETTERS: Final = {b"a": b"\a", b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"v": b"\v"}


def cut_patch(patch: str, most: int = MOST_PATCH) -> str:
    """Return the patch; of one with more characters whole lines and a mark."""
    return patch if len(patch) <= most else patch[: patch.rfind("\n", 0, most) + 1] + CUT_MARK


def summarize_patch(patch: str) -> str:
    """Return how many hunks of each file add, delete and modify lines, of the first ten files."""
    files: dict[str, Counter[str]] = {}
    for block in f"\n{patch}".split("\ndiff --git ")[1:]:
        head, *hunks = block.split("\n@@ ")
        if hunks:
            files.setdefault(_find_name(head), Counter()).update(map(_find_sign, hunks))
    told = [
        f"{name}: {' '.join(f'{sign}{counts[sign]}' for sign in '+-~' if counts[sign])}"
        for name, counts in list(files.items())[:_MOST_FILES]
    ]
    return "; ".join(told)


def _find_sign(hunk: str) -> str:
    """Return ``+`` for a hunk that only adds, ``-`` for one that only deletes, ``~`` for another."""
    signs = {line[:1] for line in hunk.split("\n")[1:]} & {"+", "-"}
    return signs.pop() if len(signs) == 1 else "~"


def _find_name(head: str) -> str:
    """Return the name of a file, of one that is gone its last."""
    names = dict(line.split(" ", 1) for line in head.split("\n") if line.startswith(("--- ", "+++ ")))
    found = names.get("+++", "")
    name = _unquote((names.get("---", "") if found == "/dev/null" else found).removesuffix("\t"))
    return name.partition("/")[2]


def _unquote(name: str) -> str:
    """Return a name without the quotes and escapes that git puts around odd signs."""
    if not name.startswith('"'):
        return name
    raw = name[1:-1].encode("utf-8", "backslashreplace")
    return _ESCAPED.sub(_read_escape, raw).decode("utf-8", "backslashreplace")


def _read_escape(found: re.Match[bytes]) -> bytes:
    sign = found[1]
    return bytes([int(sign, 8) & 0xFF]) if sign.isdigit() else _LETTERS.get(sign, sign)
