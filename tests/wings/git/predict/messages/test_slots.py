"""Names of an older change's files give way to those of the new one's."""

import pytest

from twiceshy.wings.git.predict.messages.slots import fill_slots, list_code_words


@pytest.mark.parametrize(
    ("subject", "old", "new", "filled"),
    [
        ("Fix src/a/parse.py", ["src/a/parse.py"], ["src/b/lexer.py"], "Fix src/b/lexer.py"),
        ("Mend parse.py and parse", ["src/parse.py"], ["src/lexer.py"], "Mend lexer.py and lexer"),
        ("Test the parser", ["tests/test_parser.py"], ["tests/test_lexer.py"], "Test the lexer"),
        ("ssr: keep it", ["src/ssr/a.ts", "src/ssr/b.ts"], ["src/css/a.ts", "src/css/x.ts"], "css: keep it"),
        ("Mend parser", ["parser.py", "lexer.py"], ["other.py"], "Mend parser"),
        ("Mend parsers", ["parser.py"], ["lexer.py"], "Mend parsers"),
        ("Mend ab", ["ab.py"], ["cd.py"], "Mend ab"),
        ("Mend parser", ["parser.py"], ["parser.py"], "Mend parser"),
        ("Mend parser", [], ["parser.py"], "Mend parser"),
    ],
)
def test_a_name_with_one_partner_is_replaced(subject: str, old: list[str], new: list[str], filled: str) -> None:
    """Of several files none is meant; parts of words and very short names stay."""
    found = fill_slots(subject, old, new)

    assert found.subject == filled
    assert bool(found.replaced) == (filled != subject)


def test_what_looks_like_code_or_a_number() -> None:
    """Words of a sentence do not."""
    assert list_code_words("Keep the last line without a newline, please") == []
    assert list_code_words("bump to 4.2 in `a b`, use parseAll() of HTTP/2") == ["4.2", "a b", "parseAll", "HTTP/2"]
