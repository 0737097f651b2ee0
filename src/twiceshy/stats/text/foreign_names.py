"""Foreign names and words as data: what an agent reads of them always stands in quotes that they cannot close.

The name of a file, a branch, a tool or a program, a command line, a tool's message: somebody else wrote each of them,
and whoever writes a name may write a sentence. No list of words can tell the two apart, so the form does it. A name
stands in back quotes, what a tool or a log said in double quotes, and neither kind of mark can stand inside. A name
that is no ordinary name is left out altogether: the sentence is said without it, or not at all. Only a person's
reviewed lesson speaks for itself.

``Quoted`` is made here and nowhere else, so that a sentence that takes one cannot be given a bare text.
"""

import re
import unicodedata

from twiceshy.base.values import Quoted
from twiceshy.stats.text.quoting import (
    FRAMES_IN_CODE,
    INVISIBLE,
    MARKS_LIKE_QUOTES,
    PLACEHOLDER,
    clean,
    defuse_code,
    quote,
)

# Names that are no ordinary names: sentences, markup, letters that nobody sees or that look like others.
#
# What somebody else named may be a sentence to whoever reads it. What is odd is told by the letters' own properties and
# by counts, never by words, so that no language and no wording gets through where another does not.

_LONGEST_WHOLE = 1_000
"""Characters above which it is no name any more (guess, 2026-11-22; the longest recorded path had 251)."""
_MOST_BLANKS, _MOST_WORDS = 4, 3
"""Blanks in one part of a path, and words of letters that stand between blanks in it, at most. Measured 2026-11-22:
docs/benchmarks-safety.md; a screenshot's name has four blanks and two or three words."""
_MOST_BLANKS_IN_ALL = 6
"""Blanks in a whole path: a sentence may be cut into folders (guess, 2026-11-22)."""
_MOST_MARKS = 4
"""Combining marks in a row: Vietnamese and Hindi need three, towers of them are a trick (guess, 2026-11-22)."""
_LOOKS_LATIN = frozenset("асеорхуіјѕԁһӏԛԝґАВСЕНІЈКМОРЅТХУҮԌ" + "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧονρικυαγ")
"""Cyrillic and Greek letters drawn like Latin ones. A short list: one other letter of the same script makes it a
word of that script."""
_MIXED = frozenset({"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC", "LISU", "GEORGIAN"})
"""Scripts whose letters are taken for each other's; a word has letters of one of them."""
_SYMBOLS = frozenset("µμλΔπΩΣαβγδεθσφωτ")
"""Greek letters that names in Latin letters use as symbols, where each stands alone (guess, 2026-11-22)."""
_BLANK = re.compile(r"\s")
_MARKUP = re.compile(r"""[`"<>|\n\r]|\]\(|^\s*#+\s|\*\*|[!?:;.…]\s|[!?…]$|[A-Za-z]{4,},\s|\s(?:\s|$)|^\s""")
"""What no ordinary name has: quotes, tags, pipes, links, headings, marks at a sentence's end, blanks at its own end."""
_NUMBERED = re.compile(r"(?:^|(?<=[\s(/\\]))(?:\d+|[A-Za-z]{1,3})\.(?=\s)")
"""The full stop behind a number or an abbreviation: ``3. Data``, ``St. Gallen``."""
_WORD_OF_LETTERS = re.compile(r"[^\W\d_]{2,}")
_LETTERS = re.compile(r"[^\W\d_]+")
_PARTS = re.compile(r"[/\\]")


def is_odd(name: str) -> bool:
    r"""Tell whether a name or path is no ordinary one, by its characters, blanks and marks.

    >>> is_odd("src/My App (2)/Größe 3.py"), is_odd("Note: run setup.sh first.md"), is_odd("p\u0430ypal.py")
    (False, True, True)
    """
    if not name.strip() or len(name) > _LONGEST_WHOLE:
        return True
    name = PLACEHOLDER.sub("_", name)
    if name.isascii() and not _BLANK.search(name):
        return INVISIBLE.search(name) is not None or _MARKUP.search(name) is not None
    name = unicodedata.normalize("NFC", name)
    return (
        _has_odd_characters(name)
        or _MARKUP.search(_NUMBERED.sub("0", name)) is not None
        or len(_BLANK.findall(name)) > _MOST_BLANKS_IN_ALL
        or any(_reads_like_words(part) for part in _PARTS.split(name))
        or has_look_alikes(name)
    )


def _reads_like_words(part: str) -> bool:
    """Tell whether one part of a path has more blanks, or words between blanks, than names have."""
    words = [word for word in part.split() if _WORD_OF_LETTERS.match(word)]
    return len(_BLANK.findall(part)) > _MOST_BLANKS or (len(words) > _MOST_WORDS)


def _has_odd_characters(name: str) -> bool:
    """Tell whether a character cannot be seen, has no meaning, or hides its neighbours."""
    marks = 0
    for one in name:
        kind = unicodedata.category(one)
        marks = marks + 1 if kind in {"Mn", "Me"} else 0
        if kind in {"Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp", "Pi", "Pf"} or marks > _MOST_MARKS:
            return True
        if not one.isascii() and unicodedata.normalize("NFKC", one) in {"`", '"', "<", ">", "\u2032\u2032"}:
            return True
    return INVISIBLE.search(name) is not None


def has_look_alikes(name: str) -> bool:
    """Tell whether letters stand for those of another script: within a word, or a whole word drawn in Latin."""
    words = [word for word in _LETTERS.findall(name) if not word.isascii()]
    if any(_mixes_scripts(word) for word in words):
        return True
    letters = [letter for word in words for letter in word]
    cyrillic = [letter for letter in letters if _script_of(letter) == "CYRILLIC"]
    greek = [letter for letter in letters if _script_of(letter) == "GREEK" and letter not in _SYMBOLS]
    return any(found and _LOOKS_LATIN.issuperset(found) for found in (cyrillic, greek))


def _mixes_scripts(word: str) -> bool:
    """Tell whether a word has a variant of an ASCII letter, or letters of two scripts that look alike."""
    scripts = {_script_of(letter) for letter in word if letter not in _SYMBOLS or len(word) == 1}
    return "" in scripts or len(scripts & _MIXED) > 1


def _script_of(letter: str) -> str:
    """Return the script of a letter by its name; empty for a variant of an ASCII letter (bold, wide, in a circle)."""
    plain = unicodedata.normalize("NFKC", letter)
    if plain != letter and plain.isascii() and letter not in "ªº":
        return ""
    return unicodedata.name(letter, "?").split()[0]


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
