"""What JSON's escapes hide is found, and put back as JSON."""

import json

import pytest

from twiceshy.privacy.json_strings import find_escaped_strings, replace_strings

TEXTS = [
    pytest.param("plain words", [], id="no JSON"),
    pytest.param('{"a": "b"}', [], id="nothing escaped"),
    pytest.param('{"a": "b\\', [], id="cut JSON"),
    pytest.param('{"a": "x\\ny", "b": ["\\"", {"c\\t": 1}]}', ["x\ny", '"', "c\t"], id="values, lists and keys"),
    pytest.param('{"a": "x\\ny", "a": "z\\t"}', ["x\ny", "z\t"], id="two values under one key"),
    pytest.param('["\\u0061bc"]', ["abc"], id="escaped without need"),
]


@pytest.mark.parametrize(("text", "expected"), TEXTS)
def test_strings_spelled_with_escapes_are_found(text: str, expected: list[str]) -> None:
    """Only those: the others were seen in the text itself."""
    assert find_escaped_strings(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(json.dumps({"k": "é\nold", "z": 1}), id="escaped to ASCII"),
        pytest.param(json.dumps({"k": "é\nold", "z": 1}, ensure_ascii=False, indent=2), id="laid out by a person"),
        pytest.param('{"k": "\\u00e9\\u000aold", "z": 1}', id="escaped more than it needs"),
    ],
)
def test_a_string_is_replaced_however_it_was_spelled(text: str) -> None:
    """The rest keeps its meaning."""
    assert json.loads(replace_strings(text, {"é\nold": "new"})) == {"k": "new", "z": 1}
