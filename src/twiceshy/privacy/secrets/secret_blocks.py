"""Secrets that only the block around them tells: a table's column, a map under a name, a list of bytes.

The heading names the credential, and the values stand in lines of their own. So the block goes as a whole, where one of
its values looks like a secret.
"""

import re
from collections.abc import Callable, Iterator

_NAMES = (b"password", b"passwd", b"passphrase", b"secret", b"token", b"key")
_BAR = re.compile(rb"\xe2\x94[\x82\x83]|\xe2\x95\x91|\|")
"""Bars of tables, in UTF-8 as well."""
_GAP = re.compile(rb"[ ]{2,}|\t")
_QUOTES = b"\"'` "
_PAIR = re.compile(rb"[\"']?[\w.@/-]{1,60}[\"']?[ ]{0,2}:[ ]{0,2}[\"']?([^\s\"',{}\[\]]+)")
_PLACEHOLDER = re.compile(rb"\[[a-z][a-z0-9-]+:[0-9a-f]{6}\]")
_COMMIT = re.compile(rb"[0-9a-f]{40}|(?:sha|md5)[0-9]*[-:].*")
_SHORTEST = 6
"""Bytes of a secret in a cell at least (guess, 2026-11-24)."""
_DRAWN_BYTES = 46
"""Different numbers among 64 drawn from 256 (guess, 2026-11-24: 57 are expected)."""


def holds_secret_cell(window: bytes, start: int, end: int, match: int, is_secret: Callable[[bytes], bool]) -> bool:
    r"""Tell whether the rows of a table, ``start`` to ``end``, hold a secret in a column that is named after one.

    >>> text = b"user,role,password\nops,admin,M6ylDiwqeC6TRk\n"
    >>> holds_secret_cell(text, 19, len(text), 0, lambda value: value[:1].isupper())
    True
    """
    heading = next((line for line in window[match:start].split(b"\n") if line.strip()), b"")
    split = _find_split(heading)
    names = [name.lower() for name in split(heading)]
    columns = [at for at, name in enumerate(names) if any(word in name for word in _NAMES)]
    for row in window[start:end].splitlines():
        cells = split(row)
        if len(cells) != len(names):
            continue
        if any(_may_be_secret(cells[at]) and is_secret(cells[at]) for at in columns):
            return True
    return False


def _may_be_secret(cell: bytes) -> bool:
    return len(cell) >= _SHORTEST and b" " not in cell and _COMMIT.fullmatch(cell) is None


def _find_split(heading: bytes) -> Callable[[bytes], list[bytes]]:
    """Return what cuts a table's row into its cells: by bars, by a sign between values, or by blanks."""
    if _BAR.search(heading) is not None:
        return lambda row: [cell.strip(_QUOTES) for cell in _BAR.sub(b"|", row).strip().strip(b"|").split(b"|")]
    sign = next((sign for sign in (b"\t", b",", b";") if sign in heading), None)
    if sign is not None:
        return lambda row: [cell.strip(_QUOTES) for cell in row.strip().split(sign)]
    return lambda row: [cell.strip(_QUOTES) for cell in _GAP.split(row.strip())]


def holds_secret_pair(block: bytes, is_secret: Callable[[bytes], bool]) -> bool:
    r"""Tell whether one of the values of a map is a secret.

    >>> holds_secret_pair(b"  ci: k9Xw2mQ7\n", bytes.isalnum), holds_secret_pair(b"  a: {b}", bytes.isalnum)
    (True, False)
    """
    return any(_COMMIT.fullmatch(value) is None and is_secret(value) for value in _list_values(block))


def _list_values(block: bytes) -> Iterator[bytes]:
    """Yield the values of a map's pairs that may be secrets."""
    for found in _PAIR.finditer(_PLACEHOLDER.sub(b"", block)):
        if len(found[1]) >= _SHORTEST and found[1].count(b"-") < 2:  # names of models and of releases have more
            yield found[1]


def is_drawn_bytes(window: bytes, start: int, end: int, _match: int) -> bool:
    """Tell whether a list of 64 numbers is a key as bytes: each below 256, and few of them twice."""
    numbers = [int(number) for number in re.findall(rb"[0-9]+", window[start:end])]
    return max(numbers) < 256 and len(set(numbers)) >= _DRAWN_BYTES
