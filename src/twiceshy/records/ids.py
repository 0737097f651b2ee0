"""Ids as people type them: a letter for the kind and the first hex digits, ``s-91c04f2a``.

Any unique beginning works, like a commit's. Eight digits are shown: among ten thousand random ids the chance that two
share them is about one in a hundred, and then a longer beginning is asked for.
"""

from typing import NamedTuple

SESSION = "s"
ERROR = "e"
RUN = "r"
LESSON = "l"
WARNING = "w"
INSIGHT = "i"
FACT = "p"
CHAT = "c"
ACTION = "a"
_DIGITS = 8
"""Hex digits of an id as it is shown. Guess of 2026-11-21: two of a person's sessions seldom share them."""
_HEX = frozenset("0123456789abcdef")


class IdPrefix(NamedTuple):
    """The first digits of an id, and its kind."""

    kind: str
    digits: str

    def bounds(self, size: int) -> tuple[bytes, bytes]:
        r"""Return the lowest and the highest id of ``size`` bytes that begin so.

        >>> IdPrefix("s", "abc").bounds(2)
        (b'\xab\xc0', b'\xab\xcf')
        """
        digits = self.digits[: 2 * size]
        return bytes.fromhex(digits.ljust(2 * size, "0")), bytes.fromhex(digits.ljust(2 * size, "f"))


def shorten(kind: str, uid: bytes) -> str:
    """Return the id as it is shown: ``s-91c04f2a``."""
    return f"{kind}-{uid.hex()[:_DIGITS]}"


def parse_prefix(text: str) -> IdPrefix | None:
    """Parse a typed id; return None when the text is no id.

    >>> parse_prefix("S-91C")
    IdPrefix(kind='s', digits='91c')
    >>> parse_prefix("setup.py") is None
    True
    """
    kind, dash, digits = text.strip().lower().partition("-")
    if len(kind) != 1 or not dash or not digits or not _HEX.issuperset(digits):
        return None
    return IdPrefix(kind, digits)
