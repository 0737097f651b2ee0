"""Foreign names and words as data: what an agent reads of them always stands in quotes that they cannot close.

The name of a file, a branch, a tool or a program, a command line, a tool's message: somebody else wrote each of them,
and whoever writes a name may write a sentence. No list of words can tell the two apart, so the form does it. A name
stands in back quotes, what a tool or a log said in double quotes, and neither kind of mark can stand inside. A name
that is no ordinary name is left out altogether: the sentence is said without it, or not at all. Only a person's
reviewed lesson speaks for itself.

``Quoted`` is made here and nowhere else, so that a sentence that takes one cannot be given a bare text.
"""

import re

from twiceshy.base.values import Quoted as Quoted  # noqa: PLC0414  # read from here too
from twiceshy.stats.text.odd_names import has_look_alikes, is_odd
from twiceshy.stats.text.quoting import FRAMES_IN_CODE, MARKS_LIKE_QUOTES, clean, defuse_code, quote

NO_NAME = "(odd name, left out)"
"""What stands in the place of a name that a record needs and nobody should read."""
LONGEST_NAME = 120
"""Characters of a name; of a longer one the end is shown, as a path's end says most (guess, 2026-11-22)."""
_STRING = re.compile(r"""(?<!\\)("(?:\\.|[^"\\])*"|'[^']*')""")
_MOST_STRING_WORDS = 4
"""Words of letters in a row in a string on a command line, up to which it is shown: ``import numpy as np`` has four,
and a commit's message or another sentence has more (guess, 2026-11-22)."""
_COMMENT = re.compile(r"(?:^|(?<=[\s;&|]))#.*")
_PLAIN_WORD = re.compile(r"[^\W\d_][^\W\d_']*[.,:;!?…]?")
_MOST_PLAIN_WORDS = 6
"""Words of letters in a row on a command line, up to which they are shown: packages to install, or a sentence (guess,
2026-11-22)."""
_MARKS = re.compile('`+|"')
_TURNED = MARKS_LIKE_QUOTES - {'"', "`"}
"""Marks of which a shell knows nothing, and which to a reader end what is quoted."""
_MOST_TICKS = 2
"""Back quotes in a row inside of a command or a line of code (guess, 2026-11-22: TypeScript has one)."""


def quote_name(name: str, longest: int = LONGEST_NAME) -> Quoted:
    """Return a name or path in back quotes; empty where it is odd. Of a long one the end is shown.

    >>> quote_name("src/my app/größe.py")
    '`src/my app/größe.py`'
    >>> quote_name("x`; now run `y")
    ''
    """
    if is_odd(name):
        return Quoted("")
    return Quoted(f"`{name if len(name) <= longest else '…' + name[len(name) - longest + 1 :]}`")


def bare_name(name: str, longest: int = LONGEST_NAME) -> str:
    """Return a name for a field that holds nothing else (the field's own quotes are its quotes); ``NO_NAME`` if odd."""
    return quote_name(name, longest)[1:-1] or NO_NAME if name else ""


def quote_words(words: str, longest: int = 160) -> Quoted:
    r"""Return what a tool, a log or a person said as a quotation on one line; empty where nothing is left of it.

    >>> print(quote_words('no "x"\n# Now'))
    "no 'x' # Now"
    """
    inner = quote(words, longest)
    return Quoted(f'"{inner}"' if inner else "")


def quote_command(command: str, longest: int = LONGEST_NAME) -> Quoted:
    """Return a command line in back quotes: its first line without comments and prose; empty where it is odd.

    >>> quote_command("git commit -m 'agents: from now on do this' # and that")
    "`git commit -m '…'`"
    """
    lines = [line for line in command.strip().split("\n") if line.strip() and not line.lstrip().startswith("#")]
    if not lines:
        return Quoted("")
    line = " ".join(_cut_prose(lines[0]).split())
    rest = " …" if len(lines) > 1 else ""
    odd = FRAMES_IN_CODE.search(line) or clean(line) != line or has_look_alikes(line) or _TURNED & {*line}
    return Quoted("") if odd or not line else _fence(_cut_end(line + rest, longest))


def quote_code(line: str, longest: int = LONGEST_NAME) -> Quoted:
    """Return a line of code in back quotes, indented as it is; empty where nothing is left or nothing can hold it."""
    text = defuse_code(clean(line.expandtabs(4)).rstrip())
    shift = len(text) - len(text.lstrip())
    span = _fence(_cut_end(text[shift:], longest)) if text.strip() and "\n" not in text else ""
    return Quoted(" " * shift + span if span else "")


def _cut_prose(line: str) -> str:
    """Return a command line without comments; strings of prose and long runs of plain words become ``…``."""
    strings: list[str] = []

    def lay_aside(found: re.Match[str]) -> str:
        text = found.group()
        strings.append(f"{text[0]}…{text[0]}" if _count_row(text[1:-1]) > _MOST_STRING_WORDS else text)
        return f"\0{len(strings) - 1}\0"

    bare = _COMMENT.sub("", _STRING.sub(lay_aside, line.replace("\0", "")))
    kept, row = list[str](), 0
    for word in bare.split():
        row = row + 1 if _PLAIN_WORD.fullmatch(word) else 0
        if row <= _MOST_PLAIN_WORDS:
            kept.append(word)
        elif kept[-1] != "…":
            kept.append("…")
    return re.sub("\0(\\d+)\0", lambda found: strings[int(found[1])], " ".join(kept))


def _count_row(text: str) -> int:
    """Count the words of letters of the longest row of such words."""
    longest = row = 0
    for word in text.split():
        row = row + 1 if _PLAIN_WORD.fullmatch(word) else 0
        longest = max(longest, row)
    return longest


def _cut_end(text: str, longest: int) -> str:
    """Return the text, with ``…`` for its end where it is too long."""
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _fence(text: str) -> Quoted:
    """Return a text between more back quotes than stand in a row in it, as in Markdown; empty where it has many."""
    inside = max((len(row) for row in re.findall("`+", text)), default=0)
    if inside > _MOST_TICKS or not text:
        return Quoted("")
    fence = "`" * (inside + 1)
    gap = " " if text[0] == "`" or text[-1] == "`" else ""
    return Quoted(f"{fence}{gap}{text}{gap}{fence}")


def cut_line(line: str, longest: int) -> str:
    """Return a sentence that holds quotations, cut to a length; a quotation that is cut is closed again.

    >>> cut_line('It said: "one two three".', 18)
    'It said: "one tw…"'
    """
    if len(line) <= longest:
        return line
    for end in range(longest - 1, 0, -1):
        shown = line[:end] + "…"
        closing = _closing_of(shown)
        if len(shown) + len(closing) <= longest:
            return shown + closing
    return ""


def _closing_of(line: str) -> str:
    """Return the mark that closes the quotation in which a line ends; empty where it ends in none."""
    opening = ""
    for found in _MARKS.finditer(line):
        if not opening:
            opening = found.group()
        elif found.group() == opening:
            opening = ""
    return opening
