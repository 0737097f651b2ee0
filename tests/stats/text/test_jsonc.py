"""Edits of a JSON text: what is put in can be cut out, and nothing else is ever touched."""

import pytest

from twiceshy.stats.text import jsonc
from twiceshy.stats.text.jsonc import Insertion, NotJson

APPENDED = [
    ("empty", "{}", '{\n  "n": 1\n}'),
    ("empty over two lines", "{\n}", '{\n  "n": 1\n}'),
    ("only a comment", "{\n\t// none\n}\n", '{\n\t// none\n  "n": 1\n}\n'),
    ("one member", '{\n  "a": 1\n}\n', '{\n  "a": 1,\n  "n": 1\n}\n'),
    ("four blanks", '{\n    "a": 1\n}', '{\n    "a": 1,\n    "n": 1\n}'),
    ("tabs", '{\n\t"a": 1\n}', '{\n\t"a": 1,\n\t"n": 1\n}'),
    ("Windows' line ends", '{\r\n  "a": 1\r\n}\r\n', '{\r\n  "a": 1,\r\n  "n": 1\r\n}\r\n'),
    ("a mark in front", '\ufeff{\n  "a": 1\n}', '\ufeff{\n  "a": 1,\n  "n": 1\n}'),
    ("a trailing comma", '{\n  "a": 1,\n}', '{\n  "a": 1,\n  "n": 1,\n}'),
    ("a comment behind", '{\n  "a": 1 // one\n}', '{\n  "a": 1, // one\n  "n": 1\n}'),
    ("a comment behind the comma", '{\n  "a": 1, /* x */\n}', '{\n  "a": 1, /* x */\n  "n": 1,\n}'),
    ("a comment on its own line", '{\n  "a": 1\n  // end\n}', '{\n  "a": 1,\n  // end\n  "n": 1\n}'),
    ("one line", '{"a": 1}', '{"a": 1, "n": 1}'),
    ("one dense line", '{"a":1}', '{"a":1,"n":1}'),
    ("no end of line", '{ "a": 1 }', '{ "a": 1, "n": 1 }'),
]


@pytest.mark.parametrize(("text", "after"), [row[1:] for row in APPENDED], ids=[row[0] for row in APPENDED])
def test_a_member_is_put_in_as_its_user_would(text: str, after: str) -> None:
    """Layout, comments and line ends are kept; cutting it out gives the very text from before."""
    root = jsonc.parse_jsonc(text)
    put = jsonc.plan_append(text, root, [("n", 1)], jsonc.style_of(text, root))

    assert jsonc.apply_insertions(text, put) == after
    assert jsonc.undo_insertions(after, put) == text


def test_several_values_go_into_an_array_at_once() -> None:
    """With one comma between each two."""
    text = '{\n  "a": [\n    1\n  ]\n}'
    root = jsonc.parse_jsonc(text)
    array = root.member("a")
    assert array is not None
    put = jsonc.plan_append(text, array, [(None, 2), (None, {"b": 3})], jsonc.style_of(text, root))

    assert jsonc.apply_insertions(text, put) == '{\n  "a": [\n    1,\n    2,\n    {\n      "b": 3\n    }\n  ]\n}'


WITHOUT = [
    ("the only one", '{"a": 1}', 0, "{}"),
    ("the last", '{"a": 1, "b": 2}', 1, '{"a": 1}'),
    ("the first", '{"a": 1, "b": 2}', 0, '{ "b": 2}'),
    ("the last with a comma", '{"a": 1, "b": 2,}', 1, '{"a": 1,}'),
    ("with a comment before it", '{\n  "a": 1,\n  // mine\n  "b": 2\n}', 1, '{\n  "a": 1\n  // mine\n}'),
    ("with a comment behind it", '{\n  "a": 1,\n  "b": 2 // mine\n}', 1, '{\n  "a": 1 // mine\n}'),
    ("what follows stays outside a comment", '{ // c\n  "a": 1, "b": 2\n}', 0, '{ // c\n   "b": 2\n}'),
]


@pytest.mark.parametrize(("text", "place", "after"), [row[1:] for row in WITHOUT], ids=[row[0] for row in WITHOUT])
def test_a_member_is_taken_out_and_comments_stay(text: str, place: int, after: str) -> None:
    """With the one comma that only it needed."""
    assert jsonc.remove_child(text, jsonc.parse_jsonc(text), place) == after
    jsonc.parse_jsonc(after)


NOT_JSON = ["", "  ", "{", '{"a" 1}', '{"a": 1 "b": 2}', "{} {}", '{"a": 1, "a": 2}', "{,}", "nope", "[1,,2]", "{1: 2}"]


@pytest.mark.parametrize("text", [*NOT_JSON, "[" * 1000, '{"a": 01}', '{"a": "\\x"}', "{} /* open", '{"\\x": 1}'])
def test_what_is_no_json_is_refused(text: str) -> None:
    """With one kind of error, whatever is wrong."""
    with pytest.raises(NotJson):
        jsonc.parse_jsonc(text)


def test_a_changed_text_is_not_cut() -> None:
    """Where what was put in does not stand at its place, somebody changed the text."""
    assert jsonc.undo_insertions("abXcd", [Insertion(2, "X")]) == "abcd"
    assert jsonc.undo_insertions("aXbcd", [Insertion(2, "X")]) is None
