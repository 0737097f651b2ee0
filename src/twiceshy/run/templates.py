"""Kinds of lines: what a command printed, with everything that changes from run to run replaced by what it is.

``src/pay.c:14:5: error: 'total' undeclared`` is ``<path>: error: <q> undeclared``. A number that is not zero is
``<n>``; a zero stays, since ``0 failed`` and ``3 failed`` are two things. Only used after a run, by the process that
records it.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

_LONGEST_LINE = 300
"""Characters of a line that are looked at (guess, 2026-11-21: the start of a line says what it is)."""
_MOST_TOKENS = 12  # words of a line that make its kind (guess, 2026-11-21)
MOST_KINDS = 200
"""Kinds of lines kept per run: like an error, then the last, then the first (guess, 2026-11-21)."""
_BLOCK_LINES = 200  # lines that an error's block may have (guess, 2026-11-21)
_STRANGE_LINES = 3
"""Lines in a row that do not look like part of an error and so end its block (guess, 2026-11-21)."""
_ERROR_WORDS = re.compile(
    r"(?i:\b(?:\w*error|errors|fail|fails|failed|failing|failures?|fatal|panic|panicked|\w*exception|traceback"
    r"|abort(?:ed|ing)?|cannot|could ?n[o']t|unable|undefined|unresolved|unknown|invalid|missing|mismatch(?:ed)?"
    r"|refused|denied|killed|broken|not (?:found|ok)|no such|problems?|offen[cs]es?|violations?|rejected|incorrect"
    r"|unexpected|conflicts?|would re\w+|segmentation|core dumped|timed out|timeout|stopped|terminated|crash\w*"
    r"|vulnerab\w+|unsatisfi\w+)\b)|[✗✘✕×✖❌●]|\*\*\*"  # noqa: RUF001  # what tools print
)
"""What makes a line, or a few words of it, look like an error. It orders lines; it decides nothing alone."""
_CONTINUES_ERROR = re.compile(
    r"^(?:\s|$|at |Caused by|Traceback|File |--> |\||E  |>|[-=~^*_]{3,}|\+|diff |[Ee]xpected|[Rr]eceived|actual|got"
    r"|note:|help:)"
)
"""Lines that go on with an error: indented, framed, or of a report's usual words (guess)."""
_MASKS = re.compile(
    r"""(?P<q>'[^'\n]{0,200}'(?!\w)|"[^"\n]{0,200}"|`[^`\n]{0,200}`)
      | (?P<t>\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?)?
        |\b\d\d?:\d\d:\d\d(?:[.,]\d+)?\b)
      | (?P<any>\[[a-z][\w-]*:[0-9a-f]{4,}\]|\b[a-z][a-z+]{1,10}://[^\s'"<>)]+
        |\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b|\b0x[0-9a-fA-F]+\b
        |\b(?=[a-f]*\d)[0-9a-f]{7,64}\b)
      | (?P<path>(?:<path>(?:\.\w{1,5})?|(?<![\w<>])(?:~|\.{1,2}|[\w.@+%-]+)?(?:/[\w.@+%$=-]+)+/?
        |\b[\w@+%-]+(?:\.[\w@+%-]+)*\.[A-Za-z]\w{0,4}(?=[:(]\d))(?:[:(]\d+(?:[:,]\d+)?\)?)?)
      | (?P<n>(?<![A-Za-z])\d[\d.,]*\d|(?<![A-Za-z])\d)
    """,
    re.VERBOSE,
)
_PLACEHOLDER = re.compile(r"<(?:q|t|any|path|n)>")
_REGEX_OF_PLACEHOLDER = {
    "<q>": r"""(?:'[^']*'|"[^"]*"|`[^`]*`)""",
    "<t>": r"\d[\dTZ:.,+ -]*",
    "<any>": r"\S+",
    "<path>": r"\S+",
    "<n>": r"[\d.,]*[1-9][\d.,]*",
}
_SPECIAL_CHARACTER = re.compile(r"[\\.+*?()|\[\]{}^$]")


class OutputLine(NamedTuple):
    """One line of output."""

    text: str
    at_s: float
    """Seconds from the start to its last byte."""


class LineKind(NamedTuple):
    """A kind of line in one run; or a pattern, with the lines that it hit."""

    text: str
    first_s: float
    """Seconds from the run's start to the first of it."""
    block_s: float
    """Seconds from there to the last line that belongs to it."""


def lines_of(pieces: Iterable[tuple[float, bytes]]) -> list[OutputLine]:
    """Return the complete lines of a stream's first bytes, each with the time of the piece that ended it.

    An unfinished last line counts too. Lines with colours or progress bars are left out: no pattern would be found in
    them as it stands.
    """
    found: list[OutputLine] = []
    rest, at = b"", 0.0
    for at, data in pieces:
        *complete, rest = (rest + data).split(b"\n")
        found += [OutputLine(_decode_start(line), at) for line in complete]
    if rest:
        found.append(OutputLine(_decode_start(rest), at))
    return [line for line in found if "\x1b" not in line.text and "\r" not in line.text]


def _decode_start(line: bytes) -> str:
    """Return the line's start as text, without its end."""
    return line[: 4 * _LONGEST_LINE].decode("utf-8", "replace").rstrip()[:_LONGEST_LINE]


def to_template(line: str) -> str:
    """Return the kind of a line; at most twelve words of it.

    >>> to_template("src/pay.c:14:5: error: 'total' undeclared in 0x7f3a")
    '<path>: error: <q> undeclared in <any>'
    >>> to_template("Tests:  3 failed, 0 skipped, 1,203 total (0.31s)")
    'Tests: <n> failed, 0 skipped, <n> total (<n>s)'
    """

    def mask(found: re.Match[str]) -> str:
        kind = found.lastgroup or "any"
        if kind == "n" and not found.group().strip("0.,"):
            return "0"
        return f"<{kind}>"

    return " ".join(_MASKS.sub(mask, line).split()[:_MOST_TOKENS])


def has_error_words(text: str) -> bool:
    """Tell whether the text looks like part of an error."""
    return _ERROR_WORDS.search(text) is not None


def regex_of(tokens: Sequence[str], *, at_start: bool) -> str:
    r"""Return the RE2 pattern of words of a kind that stand side by side, at the line's start or anywhere.

    >>> regex_of(["<path>:", "error:"], at_start=True), regex_of(["<n>", "failed"], at_start=False)
    ('^\\s*\\S+:\\s+error:', '(?:^|\\s)[\\d.,]*[1-9][\\d.,]*\\s+failed(?:\\s|$)')
    """
    words = r"\s+".join(_regex_of_token(token) for token in tokens)
    return rf"^\s*{words}" if at_start else rf"(?:^|\s){words}(?:\s|$)"


def _regex_of_token(token: str) -> str:
    """Return one word of a kind as a pattern."""
    parts, place = [], 0
    for found in _PLACEHOLDER.finditer(token):
        parts += [
            _SPECIAL_CHARACTER.sub(r"\\\g<0>", token[place : found.start()]),
            _REGEX_OF_PLACEHOLDER[found.group()],
        ]
        place = found.end()
    return "".join([*parts, _SPECIAL_CHARACTER.sub(r"\\\g<0>", token[place:])])


def list_kinds(lines: Sequence[OutputLine], clean: Callable[[str], str]) -> list[LineKind]:
    """Return the kinds of lines of a run, in their order; ``clean`` gives a line's text as it may be stored."""
    first: dict[str, int] = {}
    for index, line in enumerate(lines):
        first.setdefault(to_template(line.text), index)
    first.pop("", None)
    kept = sorted(first.items(), key=lambda item: _rank(item[0], item[1], len(lines)))[:MOST_KINDS]
    found: dict[str, LineKind] = {}
    for _, index in sorted(kept, key=lambda item: item[1]):
        made = to_template(clean(lines[index].text))
        found.setdefault(made, kind_at(lines, made, index))
    return list(found.values())


def kind_at(lines: Sequence[OutputLine], text: str, index: int) -> LineKind:
    """Return the kind whose first line is that one."""
    at_s = lines[index].at_s
    return LineKind(text, round(at_s, 3), round(max(0.0, _find_block_end_s(lines, index) - at_s), 3))


def _rank(made: str, index: int, count: int) -> tuple[bool, int]:
    """Return the order in which kinds are kept: those that look like an error first, then by nearness to an end."""
    return not has_error_words(made), min(count - index, 2 * index + 1)


def _find_block_end_s(lines: Sequence[OutputLine], start: int) -> float:
    """Return when the last line came that belongs to that one, were it the first of an error."""
    strange, end_s = 0, lines[start].at_s
    for line in lines[start + 1 : start + _BLOCK_LINES]:
        if _CONTINUES_ERROR.search(line.text) is None and not has_error_words(line.text):
            strange += 1
            if strange == _STRANGE_LINES:
                break
        elif line.text.strip():
            strange, end_s = 0, line.at_s
    return end_s
