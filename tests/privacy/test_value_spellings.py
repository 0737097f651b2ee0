"""A value that was seen in a plain view is found in its text, however that spells it."""

import pytest

from twiceshy.privacy.value_spellings import find_spellings


@pytest.mark.parametrize(
    ("text", "value", "kind", "spelled"),
    [
        ("a=k9Xw2 b", "k9Xw2", "key", ["k9Xw2"]),
        ("a=k9Xw2 k9Xw2b", "k9Xw2", "key", ["k9Xw2"]),
        ("ak9Xw2", "k9Xw2", "key", ["k9Xw2"]),
        ("a%3Dk9%58w2", "k9Xw2", "key", ["k9%58w2"]),
        (r'{"a": "k9\"Xw2"}', 'k9"Xw2', "key", [r"k9\"Xw2"]),
        ('"k9" + "Xw2"', "k9Xw2", "key", ['k9" + "Xw2']),
        ("k9\x1b[0mXw2", "k9Xw2", "key", ["k9\x1b[0mXw2"]),
        ("k9[token:0a1b2c]Xw2", "k9***Xw2", "key", ["k9[token:0a1b2c]Xw2"]),
        ("/home/de made -Users-de-x", "de", "user", ["de", "de"]),
        ("a" * 300 + "%3D" + "b" * 300, "a" * 300 + "=" + "b" * 300, "key", ["a" * 300 + "%3D" + "b" * 300]),
        ("nothing", "k9Xw2", "key", []),
        ("nothing", "", "key", []),
    ],
)
def test_it_is_found_as_it_is_spelled(text: str, value: str, kind: str, spelled: list[str]) -> None:
    """As it is, in codes, in pieces; a name of a person in paths only."""
    assert [text[start:end] for start, end in find_spellings(text, value, kind)] == spelled
