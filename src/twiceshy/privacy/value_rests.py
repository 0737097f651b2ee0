r"""Find the rest of a value whose beginning was replaced: a terminal broke it, or code puts it together.

Of ``TOKEN=[token:0a1b2c]\n420ad7bb9ee0ed84d`` the second line is what a rule did not reach.
"""

import re

from twiceshy.privacy.opinion.broken_keys import reads_well
from twiceshy.privacy.opinion.value_shape import is_stand_in

_PERSONAL = "(?:user|email|ip|host|path)"
_REST = re.compile(
    rf"\[(?!{_PERSONAL}:)[a-z][a-z0-9-]{{1,30}}:[0-9a-f]{{6}}\]"
    r"(?:(?P<wrap>\r?\n[+>|]?[ ]{0,2})"
    r"|(?P<quote>[\"'])[ \t]{0,8}(?:[+.&] ?)?\\?\r?\n?[ \t]{0,40}(?:[+.&] ?)?(?P=quote))"
    r"(?P<rest>[A-Za-z0-9+/_.~-]{4,400}={0,2})(?=(?P<behind>$|[\s\"'`,;)\]}]))"
)


def find_value_rests(text: str) -> list[tuple[int, int]]:
    r"""Return where rests of replaced values stand, in order.

    >>> find_value_rests("A=[token:0a1b2c]\n420ad7bb9ee0ed84d"), find_value_rests("A=[token:0a1b2c]\nmake test")
    ([(17, 34)], [])
    >>> find_value_rests('a = ("[password:0a1b2c]"\n    "dra-mspcr-98")')
    [(30, 42)]
    """
    return [found.span("rest") for found in _REST.finditer(text) if _goes_on(found)]


def _goes_on(found: re.Match[str]) -> bool:
    """Tell whether what was found is the rest of a value, and not a word, a name or a stand-in."""
    rest = found["rest"].encode()
    if is_stand_in(rest):
        return False
    if found["quote"] is not None:
        return not reads_well(rest) or (rest[:1] != b"/" and any(byte in b"0123456789" for byte in rest))
    return not reads_well(rest) and (found["behind"] != " " or not _is_short_hash(rest))


def _is_short_hash(rest: bytes) -> bool:
    """Tell whether a line begins as a list of commits does."""
    return re.fullmatch(rb"[0-9a-f]{7,12}|[0-9a-f]{40}", rest) is not None
