"""Whether somebody drew a value or chose it as a password, by its letters alone.

The measure is how much of it reads as words, and how often its letters change between small, capital and digits.
"""

import re
from enum import IntEnum
from functools import lru_cache

from twiceshy.privacy.secrets.placeholder_words import is_placeholder
from twiceshy.privacy.secrets.word_pairs import measure_words

SHORTEST = 6
"""Bytes of a value at least (guess, 2026-11-24)."""
LEAST_DRAWN = 12
"""Bytes from which letters and digits in no order are no name with a number (guess, 2026-11-24)."""
LEAST_KEY = 16
"""Bytes of a key in digits and small letters, and of one that is only near its word (guess, 2026-11-24)."""
_LEAST_HEX = 16
"""Hexadecimal digits from which they may be a key (guess, 2026-11-24)."""
_READS = 0.62
"""Share of common pairs from which letters are a word: as measured for the second opinion on 2026-11-22."""
_MOST_READABLE = 0.5
"""Share of a value that words may make up (guess, 2026-11-24)."""

_NUMBER = re.compile(rb"[0-9.,:_/+%xTZ-]+[a-zA-Z]{0,3}")
_UUID = re.compile(rb"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")
HEX = re.compile(rb"(?:0x)?(?:[0-9a-f]+|[0-9A-F]+)")
_PATH = re.compile(rb"(?:[A-Za-z]:)?[.~]{0,2}/|[\w.@+-]+(?:/[\w.@+-]+)+|\w+://|[\w.-]+\.[a-z]{1,4}(?::[0-9]+)*$|www\.")
_CODE = re.compile(
    rb"(?i:25519|secp\d|sha-?\d{3})|\*\.[a-z]+$|[A-Za-z_]\w*(?:\.[A-Za-z_]\w*){2,}$|->|::|&&|\$\{|=>|==|^[-$%@#&!~^*.]|[.:=/-]$|\?\.|%[sdv]"
)
_BASE64 = re.compile(rb"[A-Za-z0-9+/]{24,}={0,2}")
_PARTS = re.compile(rb"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+|[^A-Za-z0-9]+")
_SIGN = re.compile(rb"[!@#$%^&*?+~]")
_NUMBERED = re.compile(rb"[A-Z][a-z0-9]{3,}[._-]?(?:[A-Z][a-z]{3,})?[0-9]{2,4}!?")
_PERCENT = re.compile(rb"%[0-9A-F]{2}")
_PLAIN = re.compile(rb"[A-Za-z][a-z]*[0-9]{0,4}(?:[-_.][A-Za-z]?[a-z]*[0-9]{0,4})*")


class Shape(IntEnum):
    """How much the letters of a value say that somebody drew it."""

    PLAIN = 0
    """A word, a name, a number, a path, code."""
    NUMBERED = 1
    """Words with capitals and more digits than a name's number has: a password, a file or a version."""
    CHOSEN = 2
    """As people choose passwords: words, capitals, digits and signs."""
    DIGITS = 3
    """Hexadecimal digits, UUIDs, or digits among small letters: as often an id."""
    DRAWN = 4
    """Small letters, capitals and digits in no order."""


@lru_cache(maxsize=1 << 13)
def judge_letters(value: bytes) -> Shape:
    """Say what a value looks like by itself.

    >>> [judge_letters(one).name for one in (b"k9Xw2mQ7vT4z", b"Larksp!Maple51", b"get_password2", b"v1.2.3-rc1")]
    ['DRAWN', 'CHOSEN', 'PLAIN', 'PLAIN']
    """
    bare = value.rstrip(b"=")
    if len(bare) < SHORTEST or is_placeholder(value) or _NUMBER.fullmatch(bare) or _CODE.search(bare):
        return Shape.PLAIN
    if _UUID.match(value):
        return Shape.DIGITS
    if HEX.fullmatch(value):
        return _judge_hex(value)
    if _PATH.match(value) and not _is_base64(value):
        return Shape.NUMBERED if _NUMBERED.fullmatch(value) else Shape.PLAIN
    return _judge_parts(value, _PARTS.findall(value))


def _judge_hex(value: bytes) -> Shape:
    """Say what hexadecimal digits look like: by the text that they spell, else by how many and how mixed they are."""
    if (plain := _read_hex(value)) is not None:
        return Shape.DRAWN if judge_letters(plain) >= Shape.CHOSEN else Shape.PLAIN
    return Shape.DIGITS if len(value) >= _LEAST_HEX and len(set(value)) > len(value) // 5 else Shape.PLAIN


def _read_hex(value: bytes) -> bytes | None:
    """Return the text that hexadecimal digits spell, or None: of drawn digits one in a hundred thousand spells one."""
    if len(value) < _LEAST_SPELLED or len(value) % 2:
        return None
    try:
        plain = bytes.fromhex(value.decode())
    except ValueError:
        return None
    return plain if plain.isascii() and plain.decode().isprintable() and not plain.isdigit() else None


_LEAST_SPELLED = 24
"""Hexadecimal digits of a text that is spelled in them: twelve letters, as 95 of 256 bytes are printable (guess,
2026-11-25)."""


def _judge_parts(value: bytes, parts: list[bytes]) -> Shape:
    """Say what a value looks like by its words, numbers and signs."""
    letters = [part for part in parts if part.isalpha()]
    digits = sum(len(part) for part in parts if part.isdigit())
    cased = _is_cased(letters)
    drawn = _count_readable(letters) <= _MOST_READABLE * len(value) and len(parts) * 5 >= len(value)
    if len(value) >= LEAST_DRAWN and drawn and cased and (digits or len(letters) * 3 >= len(value)):
        return Shape.DRAWN
    if not digits or not letters:
        return Shape.PLAIN
    if drawn and len(value) >= LEAST_KEY and len(parts) > 4 and _is_one_run(value):  # names have fewer
        return Shape.DIGITS
    mixed = drawn and digits > 1 and len(parts) > 3
    return _judge_chosen(value, mixed=mixed, cased=cased, drawn=drawn)


def _judge_chosen(value: bytes, *, mixed: bool, cased: bool, drawn: bool) -> Shape:
    """Say whether words and digits look as people choose passwords."""
    if _NUMBERED.fullmatch(value) or (mixed and value.isalnum() and not cased):
        return Shape.NUMBERED
    if _PLAIN.fullmatch(value) or _PERCENT.search(value):
        return Shape.PLAIN
    signs = _SIGN.search(value) is not None
    return Shape.CHOSEN if (cased or signs) and (signs or drawn) else Shape.PLAIN


def _is_cased(letters: list[bytes]) -> bool:
    """Tell whether capitals and small letters stand in the parts."""
    return any(part[:1].isupper() for part in letters) and any(part[-1:].islower() for part in letters)


def _count_readable(letters: list[bytes]) -> int:
    """Return how many letters stand in words that read."""
    return sum(len(part) for part in letters if len(part) > 2 and measure_words(part) >= _READS)


def _is_base64(value: bytes) -> bool:
    """Tell whether what has slashes is a drawn value in base64, which has few, and no path."""
    if _BASE64.fullmatch(value) is None or value.count(b"/") * 8 > len(value):
        return False
    return _count_readable([part for part in _PARTS.findall(value) if part.isalpha()]) * 2 <= len(value)


def _is_one_run(value: bytes) -> bool:
    return value.translate(None, b"_-").isalnum()
