"""A text as a person would read it."""

import pytest

from twiceshy.privacy.opinion.plain_view import read_plainly

SAME = [
    pytest.param("a = '.'.join(b)", id="an empty text is no joint"),
    pytest.param("100% of 5", id="percent sign"),
    pytest.param("a && b", id="ampersands"),
    pytest.param('x = "a", "b"', id="list"),
]
OTHER = [
    pytest.param("\x1b[32mkey\x1b[0m=v", "key=v", id="colours"),
    pytest.param("\\u001b[1mkey\\u001b[0m", "key", id="escaped colours"),
    pytest.param("\x1b]0;title\x07key", "key", id="title"),
    pytest.param('{\\"a\\":\\"b\\"}', '{"a":"b"}', id="JSON in JSON"),
    pytest.param('\\\\\\"a\\\\\\"', '"a"', id="escaped twice"),
    pytest.param("a\\nb\\tc", "a\nb c", id="escaped line end"),
    pytest.param("p\\u003dv \\x22w\\x22", 'p=v "w"', id="escaped signs"),
    pytest.param("C:\\\\Users\\\\nina\\\\x", "C:\\Users/nina\\x", id="a folder keeps its letter"),
    pytest.param("a%3Db%2540c", "a=b@c", id="percent, once and twice"),
    pytest.param("&lt;a&gt;&quot;b&#39;", "<a>\"b'", id="entities"),
    pytest.param('"ab" + "cd"', '"abcd"', id="put together"),
    pytest.param("'ab' +\n    'cd'", "'abcd'", id="over two lines"),
    pytest.param("'ab'\n    + 'cd'", "'abcd'", id="sign in the second line"),
    pytest.param("k=[password:0a1b2c]", "k=***", id="placeholder"),
]


@pytest.mark.parametrize("text", SAME)
def test_plain_text_stays(text: str) -> None:
    assert read_plainly(text.encode()).decode() == text


@pytest.mark.parametrize(("text", "plain"), OTHER)
def test_other_spellings_are_resolved(text: str, plain: str) -> None:
    assert read_plainly(text.encode()).decode() == plain
