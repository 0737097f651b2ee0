"""Find keys that a line's end breaks in two: a terminal wrapped them, and each half alone looks like nothing."""

import re
from collections.abc import Iterator

import re2

from twiceshy.privacy.opinion.key_beginnings import BEGINNINGS
from twiceshy.privacy.opinion.key_forms import is_key
from twiceshy.privacy.opinion.sightings import Certainty, Sighting
from twiceshy.privacy.opinion.value_shape import WORDLIKE
from twiceshy.privacy.secrets.word_pairs import measure_words

_LEAST_HEAD = 6
"""Bytes behind a known beginning in the first line (guess of 2026-11-23: fewer are a word that begins so)."""
_LEAST_WHOLE = 16
"""Bytes behind the beginning in both lines (guess of 2026-11-22, as for a key in one line)."""
_BROKEN = re2.compile(
    rb"(?:^|[^A-Za-z0-9])((?:%s)([A-Za-z0-9_./+~-]{%d,})\n[ \t]{0,2}([A-Za-z0-9_./+=~-]{2,}))(?:$|[\s\"'`,;)\]}])"
    % (BEGINNINGS.encode(), _LEAST_HEAD)
)
_LETTERS = re.compile(rb"[A-Za-z]+")


def find_broken_keys(view: bytes) -> Iterator[Sighting]:
    """Yield keys that go on in the next line."""
    for match in _BROKEN.finditer(view):
        head, rest = match[2], match[3]
        whole = match[1].partition(b"\n")[0] + rest
        if len(head) + len(rest) >= _LEAST_WHOLE and not reads_well(rest) and is_key(whole, head + rest):
            yield Sighting(match.start(1), match.end(1), "key", "broken-key", Certainty.LIKELY)


def reads_well(rest: bytes) -> bool:
    """Tell whether the beginning of a line is words, a name, a number or a file rather than the rest of a value.

    >>> reads_well(b"second-part.py"), reads_well(b"2026-11-23"), reads_well(b"jP3HKz4"), reads_well(b"NWSH5")
    (True, True, False, False)
    """
    letters = b"".join(_LETTERS.findall(rest))
    if not letters or not rest.strip(b"-_=.~/+"):
        return True
    if any(byte in b"0123456789" for byte in rest) and not re.fullmatch(rb"[a-z_-]+[0-9]{1,3}", rest):
        return b"/" in rest[:-1] and b"." in rest
    return measure_words(letters) >= WORDLIKE or letters.istitle() or len(letters) < _LEAST_HEAD
