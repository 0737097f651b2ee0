"""What is offered without understanding a change."""

import pytest
from wings.git.tests.predict.messages.invented_examples import a_file, an_example

from twiceshy.records.commits import DescribedFile
from twiceshy_git.predict.messages.suggesters import (
    fill_slots,
    list_code_words,
    make_plain_suggesters,
    name_files,
)


def test_nothing_is_offered_before_anything_was_learned() -> None:
    """But the names of files."""
    found = {name: one.suggest(an_example()).subject for name, one in make_plain_suggesters().items()}

    assert found == {"constant": "", "files": "Update parser.py", "last": ""}


def test_each_offers_its_own() -> None:
    """The most frequent one in its newest words; this author's newest on the file, else at all."""
    known = make_plain_suggesters()
    for at, (subject, path, author) in enumerate(
        [
            ("Fix typo 1", "a.md", "ann"),
            ("Fix TYPO 2", "b.md", "bob"),
            ("Add a parser", "src/parser.py", "ann"),
            ("Tidy", "c.md", "ann"),
        ]
    ):
        for one in known.values():
            one.learn(an_example(subject, a_file(path), author=author, at=at, commit=subject))

    def offer(name: str, author: str, path: str = "src/parser.py") -> str:
        return known[name].suggest(an_example("?", a_file(path), author=author)).subject

    assert offer("constant", "ann") == "Fix TYPO 2"
    assert offer("last", "ann") == "Add a parser"
    assert offer("last", "ann", "new.py") == "Tidy"
    assert offer("last", "eve") == ""
    assert known["last"].suggest(an_example(author="ann")).like == "Add a parser"


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ([a_file("src/a.py")], "Update a.py"),
        ([a_file("src/a.py", old=""), a_file("src/b.py", old="")], "Add a.py and b.py"),
        ([a_file("src/a.py", gone=True)], "Remove a.py"),
        ([a_file("src/a.py", old="src/b.py")], "Rename a.py"),
        ([a_file("src/x/a.py"), a_file("src/x/y/b.py", old=""), a_file("src/x/c.py")], "Update 3 files in src/x"),
        ([a_file("a.py"), a_file("b/b.py"), a_file("c.py")], "Update 3 files"),
    ],
)
def test_files_are_named(files: list[DescribedFile], expected: str) -> None:
    """As a person in a hurry does."""
    assert name_files(files) == expected


# Names of an older change's files give way to those of the new one's.


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
