"""score.plain_yaml: the part of YAML in which rules are written."""

import pytest

from twiceshy.errors import SourceError
from twiceshy.score.plain_yaml import Value, read

READ: list[tuple[str, str, Value]] = [
    ("words", "a: b\nc: 1\nd: 0.5\ne: true\n", {"a": "b", "c": 1, "d": 0.5, "e": True}),
    ("comments", "# x\na: 0.8 # guess\nb: # more\n  - c\n", {"a": 0.8, "b": ["c"]}),
    ("a list on its line", "a: [b, c]\nd: []\n", {"a": ["b", "c"], "d": []}),
    ("quotes", "a: 'it''s # x'\nb: \"c\\nd\"\n", {"a": "it's # x", "b": "c\nd"}),
    ("maps in a list", "a:\n  - b: c\n    d: e\n  - f\n", {"a": [{"b": "c", "d": "e"}, "f"]}),
    ("a list as far left as its key", "a:\n- b\nc: d\n", {"a": ["b"], "c": "d"}),
    ("a block", "a: |\n  b:\n    c\n\n  d\ne: f\n", {"a": "b:\n  c\n\nd\n", "e": "f"}),
    ("blocks in a list", "a:\n  - |\n    b\n  - |\n    c\n", {"a": ["b\n", "c\n"]}),
    ("code", "a:\n  - $DB.f($SINK, ...)\n  - $D[...] = $SINK\n", {"a": ["$DB.f($SINK, ...)", "$D[...] = $SINK"]}),
]
REFUSED = [
    ("nothing", ""),
    ("an anchor", "a: &b c\n"),
    ("a map on its line", "a: {b: c}\n"),
    ("a folded block", "a: >\n  b\n"),
    ("a key twice", "a: b\na: c\n"),
    ("a missing value", "a:\nb: c\n"),
    ("an open quote", "a: 'b\n"),
    ("an odd escape", 'a: "\\x41"\n'),
    ("an open list", "a: [b,\n"),
    ("a colon without quotes", "a: b: c\n"),
    ("an odd indentation", "a:\n  b: c\n d: e\n"),
    ("a block that starts too far left", "a: |\n    b\n  c\n"),
]


@pytest.mark.parametrize(("text", "value"), [row[1:] for row in READ], ids=[row[0] for row in READ])
def test_the_part_in_use_is_read(text: str, value: Value) -> None:
    """As any reader of YAML would."""
    assert read(text, "x") == value


@pytest.mark.parametrize("text", [row[1] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_what_is_not_understood_is_refused_with_its_line(text: str) -> None:
    """Never guessed."""
    with pytest.raises(SourceError, match="x, line"):
        read(text, "x")
