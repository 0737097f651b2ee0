"""Names that are no ordinary names: sentences, markup, letters that nobody sees or that look like others.

What somebody else named may be a sentence to whoever reads it. What is odd is told by the letters' own properties and
by counts, never by words, so that no language and no wording gets through where another does not.
"""

import re
import unicodedata

from twiceshy.stats.text.invisible_characters import INVISIBLE
from twiceshy.stats.text.quoting import PLACEHOLDER

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
