r"""Where a text spells a value that was seen in its plain view: as it is, with escapes, or put together from pieces.

A value seen once is taken out wherever it stands between two borders. A name of a person's folder is looked for in
paths only, as it may be a word.
"""

import re
from functools import lru_cache

_PLACEHOLDER = r"(?:\*{3}|\[[a-z0-9-]{2,40}:[0-9a-f]{6}\])"
_GAP = (
    r"(?:(?:\x1b|\\u001b|\\x1b|\\033|\\e)\[[0-9;?]{0,16}[A-Za-z]|\\\r?\n[+>]?"
    r"|[\"'] ?(?:[+.&]|\.\.)? ?\\?\r?\n?[ \t]{0,40}(?:[+.&]|\.\.)? ?[\"'])"
)
"""What the plain view leaves out of the middle of a value: colours, a line that goes on, quotes of two pieces."""
_LONG = 400
"""Letters above which only a value's ends are looked for (guess, 2026-11-23: longer ones are key blocks)."""
_END = 48
"""Letters of each such end (guess, 2026-11-23)."""
_BETWEEN = 3
"""How much longer than its plain view a long value may be spelled (guess, 2026-11-23: percent signs take three)."""
_NAMES = {'"': ("quot", "34", "x22"), "'": ("apos", "39", "x27"), "<": ("lt", "60", "x3c"), ">": ("gt", "62", "x3e")}


def find_spellings(text: str, value: str, kind: str) -> list[tuple[int, int]]:
    r"""Return the places where the text spells the value, in order.

    >>> find_spellings("a=k9Xw2 k9Xw2b", "k9Xw2", "key"), find_spellings("a%3Dk9%58w2", "k9Xw2", "key")
    ([(2, 7)], [(4, 11)])
    >>> find_spellings("/home/de made", "de", "user"), find_spellings('"k9" + "Xw2"', "k9Xw2", "key")
    ([(6, 8)], [(1, 11)])
    """
    if not value:
        return []
    if kind == "user":
        return [found.span(1) for found in _name_pattern(value).finditer(text)]
    spelled = re.escape(value)
    for pattern in (rf"(?<![A-Za-z0-9]){spelled}(?![A-Za-z0-9])", spelled):
        if places := [found.span() for found in re.finditer(pattern, text)]:
            return places
    return [found.span() for found in _spelled_pattern(value).finditer(text)]


def _name_pattern(name: str) -> re.Pattern[str]:
    """Return what finds an account's name behind the folder of homes."""
    return re.compile(rf"(?:home|Users|Documents and Settings)(?:[/\\-]|%2F|%5C)+({re.escape(name)})(?![A-Za-z0-9])")


@lru_cache(maxsize=64)
def _spelled_pattern(value: str) -> re.Pattern[str]:
    """Return what finds a value however it is spelled."""
    if len(value) <= _LONG:
        return re.compile(_spell(value))
    most = _BETWEEN * len(value)
    return re.compile(rf"{_spell(value[:_END])}[\s\S]{{0,{most}}}?{_spell(value[-_END:])}(?![A-Za-z0-9])")


def _spell(value: str) -> str:
    """Return the pattern of a value's letters, each in any of its spellings, with gaps between them."""
    pieces = [f"{_GAP}?".join(map(_spell_letter, part)) for part in value.split("***")]
    return _PLACEHOLDER.join(pieces)


def _spell_letter(letter: str) -> str:
    """Return the pattern of one letter."""
    code = ord(letter)
    ways = [rf"\\{{0,4}}{re.escape(letter)}" if not letter.isalnum() else letter]
    if code < 0x80:  # ASCII
        either = "".join(f"[{digit}{digit.upper()}]" if digit.isalpha() else digit for digit in f"{code:02x}")
        ways += [f"%(?:25)?{either}", rf"\\+u00{either}", rf"\\+x{either}"]
    ways += {"\n": [r"\\+n"], " ": [r"\\+[rt]", r"\r", r"\t", r"\+"]}.get(letter, [])
    ways += [f"&#?{name};" for name in _NAMES.get(letter, ())]
    return f"(?:{'|'.join(ways)})"
