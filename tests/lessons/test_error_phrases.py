"""lessons.error_phrases: each wording is a pattern of its own."""

import ast
import re
from collections.abc import Iterator
from itertools import pairwise

import pytest
from tests.house.graph import list_sources

from twiceshy.lessons.error_categories import classify_error

_SOURCES = list_sources()
_SEAM = re.compile(r"""(?<=["'])\s*\n\s*(?=[rRfF]{0,2}["'])""")
_RAW_SEAM = re.compile(r"""["']\s*\n\s*[fF]?[rR][fF]?["']""")
_QUOTES = re.compile(r"""^[rRfF]*["']|["']$""")


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"command": "ip adress show"}, 'Object "adress" is unknown, try "ip help".'),
        ({"command": "pip install left-pad"}, "error: externally-managed-environment"),
    ],
)
def test_wordings_that_stand_next_to_each_other_match_alone(params: dict[str, str], message: str) -> None:
    """Neither needs the other one behind it."""
    assert classify_error(params, message).kind == "WRONG_TOOL_SELECTION"


def test_no_table_joins_two_patterns_by_a_missing_comma() -> None:
    """Python joins neighbouring strings silently: two whole patterns become one that hardly ever matches."""
    assert [found for path in _SOURCES for found in find_joined_patterns(path.read_text("utf-8"), path.name)] == []


def test_a_missing_comma_is_seen() -> None:
    """Between patterns that are whole; not inside of one that is written over two lines."""
    assert list(find_joined_patterns("f(r'a b'\n  r'c', r'd')", "x.py")) == ["x.py:1"]
    assert list(find_joined_patterns("f(r'a'\n  r'b', 0)", "x.py")) == []
    assert list(find_joined_patterns("f(r'(a|'\n  r'b)', r'c|'\n  r'd')", "x.py")) == []


def find_joined_patterns(source: str, name: str) -> Iterator[str]:
    """Yield the places of raw strings, next to others in a call or list, that are two whole patterns in a row."""
    if not _RAW_SEAM.search(source):
        return
    for node in ast.walk(ast.parse(source)):
        members = node.args if isinstance(node, ast.Call) else getattr(node, "elts", ())
        strings = [one for one in members if isinstance(one, ast.Constant | ast.JoinedStr)]
        if len(strings) < 2 or all(one.lineno == one.end_lineno for one in strings):
            continue  # cutting strings out of a source is slow
        written = [(one.lineno, _SEAM.split(ast.get_source_segment(source, one) or "")) for one in strings]
        raw = [(line, parts) for line, parts in written if all(map(_is_raw, parts))]
        for line, parts in raw if len(raw) > 1 else ():
            pairs = pairwise(_QUOTES.sub("", part) for part in parts)
            if any(_is_pattern(a) and _is_pattern(b) and a[-1:] != "|" != b[:1] for a, b in pairs):
                yield f"{name}:{line}"


def _is_raw(part: str) -> bool:
    """Tell whether this is one raw string."""
    return re.fullmatch(r"""[fF]?[rR][fF]?(?:"[^"\n]*"|'[^'\n]*')""", part) is not None


def _is_pattern(text: str) -> bool:
    """Tell whether the text is a whole pattern."""
    try:
        re.compile(text)
    except re.error:
        return False
    return True
