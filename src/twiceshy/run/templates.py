"""Kinds of lines: what a command printed, with everything that changes from run to run replaced by what it is.

``src/pay.c:14:5: error: 'total' undeclared`` is ``<path>: error: <q> undeclared``. A number that is not zero is
``<n>``; a zero stays, since ``0 failed`` and ``3 failed`` are two things. Only used after a run, by the process that
records it.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

LONGEST_LINE = 300
"""Characters of a line that are looked at (guess: what says something stands at its start)."""
MOST_TOKENS = 12
MOST_KINDS = 200
"""Kinds of lines kept of one run (guess): those that look like an error, then the last, then the first."""
BLOCK_LINES = 200
STRANGE = 3
"""So many lines in a row that do not look as if they belonged to an error end its block (guess)."""
WORDED = re.compile(
    r"(?i:\b(?:\w*error|errors|fail|fails|failed|failing|failures?|fatal|panic|panicked|\w*exception|traceback"
    r"|abort(?:ed|ing)?|cannot|could ?n[o']t|unable|undefined|unresolved|unknown|invalid|missing|mismatch(?:ed)?"
    r"|refused|denied|killed|broken|not (?:found|ok)|no such|problems?|offen[cs]es?|violations?|rejected|incorrect"
    r"|unexpected|conflicts?|would re\w+|segmentation|core dumped|timed out|timeout|stopped|terminated|crash\w*"
    r"|vulnerab\w+|unsatisfi\w+)\b)|[✗✘✕×✖❌●]|\*\*\*"  # noqa: RUF001  # what tools print
)
"""What makes a line, or a few words of it, look like an error. It orders lines; it decides nothing alone."""
BELONGS = re.compile(
    r"^(?:\s|$|at |Caused by|Traceback|File |--> |\||E  |>|[-=~^*_]{3,}|\+|diff |[Ee]xpected|[Rr]eceived|actual|got"
    r"|note:|help:)"
)
"""Lines that go on with an error: indented, framed, or of a report's usual words (guess)."""
MASKS = re.compile(
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
PLACE = re.compile(r"<(?:q|t|any|path|n)>")
REGEX = {
    "<q>": r"""(?:'[^']*'|"[^"]*"|`[^`]*`)""",
    "<t>": r"\d[\dTZ:.,+ -]*",
    "<any>": r"\S+",
    "<path>": r"\S+",
    "<n>": r"[\d.,]*[1-9][\d.,]*",
}
SPECIAL = re.compile(r"[\\.+*?()|\[\]{}^$]")


class Line(NamedTuple):
    """One line of output."""

    text: str
    at_s: float
    """Seconds from the start to its last byte."""


class Kind(NamedTuple):
    """A kind of line in one run; or a pattern, with the lines that it hit."""

    text: str
    first_s: float
    """Seconds from the run's start to the first of it."""
    block_s: float
    """Seconds from there to the last line that belongs to it."""


def lines_of(pieces: Iterable[tuple[float, bytes]]) -> list[Line]:
    """The complete lines of a stream's first bytes, each with the time of the piece that ended it; a last one too.

    Lines with colours or progress bars are left out: no pattern would be found in them as it stands.
    """
    found: list[Line] = []
    rest, at = b"", 0.0
    for at, data in pieces:
        *complete, rest = (rest + data).split(b"\n")
        found += [Line(shown(line), at) for line in complete]
    if rest:
        found.append(Line(shown(rest), at))
    return [line for line in found if "\x1b" not in line.text and "\r" not in line.text]


def shown(line: bytes) -> str:
    """The line's start as text, without its end."""
    return line[: 4 * LONGEST_LINE].decode("utf-8", "replace").rstrip()[:LONGEST_LINE]


def template(line: str) -> str:
    """The kind of a line; at most twelve words of it.

    >>> template("src/pay.c:14:5: error: 'total' undeclared in 0x7f3a")
    '<path>: error: <q> undeclared in <any>'
    >>> template("Tests:  3 failed, 0 skipped, 1,203 total (0.31s)")
    'Tests: <n> failed, 0 skipped, <n> total (<n>s)'
    """

    def masked(found: re.Match[str]) -> str:
        kind = found.lastgroup or "any"
        if kind == "n" and not found.group().strip("0.,"):
            return "0"
        return f"<{kind}>"

    return " ".join(MASKS.sub(masked, line).split()[:MOST_TOKENS])


def worded(text: str) -> bool:
    """Whether the text looks like part of an error."""
    return WORDED.search(text) is not None


def regex_of(tokens: Sequence[str], *, at_start: bool) -> str:
    r"""The RE2 pattern of some words of a kind, which stand side by side, at the line's start or anywhere.

    >>> regex_of(["<path>:", "error:"], at_start=True), regex_of(["<n>", "failed"], at_start=False)
    ('^\\s*\\S+:\\s+error:', '(?:^|\\s)[\\d.,]*[1-9][\\d.,]*\\s+failed(?:\\s|$)')
    """
    words = r"\s+".join(token_regex(token) for token in tokens)
    return rf"^\s*{words}" if at_start else rf"(?:^|\s){words}(?:\s|$)"


def token_regex(token: str) -> str:
    """One word of a kind as a pattern."""
    parts, place = [], 0
    for found in PLACE.finditer(token):
        parts += [SPECIAL.sub(r"\\\g<0>", token[place : found.start()]), REGEX[found.group()]]
        place = found.end()
    return "".join([*parts, SPECIAL.sub(r"\\\g<0>", token[place:])])


def kinds(lines: Sequence[Line], clean: Callable[[str], str]) -> list[Kind]:
    """The kinds of lines of a run, in their order. ``clean``: a line's text as it may be stored."""
    first: dict[str, int] = {}
    for index, line in enumerate(lines):
        first.setdefault(template(line.text), index)
    first.pop("", None)
    kept = sorted(first.items(), key=lambda item: rank(item[0], item[1], len(lines)))[:MOST_KINDS]
    found: dict[str, Kind] = {}
    for _, index in sorted(kept, key=lambda item: item[1]):
        made = template(clean(lines[index].text))
        found.setdefault(made, kind_at(lines, made, index))
    return list(found.values())


def kind_at(lines: Sequence[Line], text: str, index: int) -> Kind:
    """The kind whose first line is that one."""
    at_s = lines[index].at_s
    return Kind(text, round(at_s, 3), round(max(0.0, block_end_s(lines, index) - at_s), 3))


def rank(made: str, index: int, count: int) -> tuple[bool, int]:
    """What is kept first: what looks like an error, then what stands near the end or the start."""
    return not worded(made), min(count - index, 2 * index + 1)


def block_end_s(lines: Sequence[Line], start: int) -> float:
    """When the last line came that belongs to that one, were it the first of an error."""
    strange, end_s = 0, lines[start].at_s
    for line in lines[start + 1 : start + BLOCK_LINES]:
        if BELONGS.search(line.text) is None and not worded(line.text):
            strange += 1
            if strange == STRANGE:
                break
        elif line.text.strip():
            strange, end_s = 0, line.at_s
    return end_s
