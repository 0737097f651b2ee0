"""Words and their weight."""

import doctest
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twiceshy.stats.text import text_words
from twiceshy.stats.text.text_words import (
    LONGEST_WORD,
    SaidWords,
    agree_on_words,
    count_words,
    is_document,
    make_saying,
    say_the_same,
    split_words,
)
from twiceshy_git.predict import paths
from twiceshy_git.predict.paths import CODE, DOCS, SETTINGS, TEST, parse_path

CUT = [
    pytest.param("", [], id="nothing"),
    pytest.param("of the and", [], id="only function words"),
    pytest.param("12 3.4 --", [], id="no letter"),
    pytest.param("a" * (LONGEST_WORD + 1), [], id="data and no word"),
    pytest.param("refresh tokens", ["refresh", "token"], id="plain words"),
    pytest.param(
        "refreshToken refresh_token", ["refreshtoken", "refresh", "token"] * 2, id="one thing, two ways to write"
    ),
    pytest.param("HTTPServer", ["httpserver", "http", "server"], id="capitals in front"),
    pytest.param("修复登录", ["修复", "复登", "登录"], id="a script without spaces"),
    pytest.param("Исправить вход", ["исправить", "вход"], id="another alphabet"),
]


@pytest.mark.parametrize(("text", "expected"), CUT)
def test_a_text_is_cut_into_the_words_that_another_would_use(text: str, expected: list[str]) -> None:
    """Ways to write the same thing meet in the same words."""
    assert expected == split_words(text)


@given(st.text(max_size=300))
def test_counting_is_the_same_as_cutting(text: str) -> None:
    """``count_words`` is only faster."""
    counts = count_words(text)

    assert sorted(split_words(text)) == sorted(counts.elements())


@pytest.mark.parametrize(
    ("path", "kind", "stem"),
    [
        ("src/tokens.py", CODE, "tokens"),
        ("tests/test_tokens.py", TEST, "tokens"),
        ("pkg/tokens_test.go", TEST, "tokens"),
        ("web/Tokens.spec.ts", TEST, "tokens"),
        ("src/test/java/TokensTest.java", TEST, "tokens"),
        ("docs/tokens.md", DOCS, "tokens"),
        ("CHANGELOG", DOCS, "changelog"),
        ("pyproject.toml", SETTINGS, "pyproject"),
        ("test.py", TEST, "test"),
        (".gitignore", SETTINGS, "gitignore"),
    ],
)
def test_a_name_tells_its_kind_and_what_it_belongs_to(path: str, kind: int, stem: str) -> None:
    """A test has the stem of its source."""
    assert (kind, stem) == (parse_path(path).kind, parse_path(path).stem)


@pytest.mark.parametrize("module", [text_words, paths])
def test_the_examples_in_the_docs_hold(module: object) -> None:
    """Every example gives what it shows."""
    assert doctest.testmod(module).failed == 0  # type: ignore[arg-type]  # a module


# stats.text.like_sayings: what a person said again in other words.

NO_ORM = "no ORM in migrations, use plain SQL"
PAIRS = [
    pytest.param("No ORM in migrations! Plain SQL, please", "", True, id="the same words in another order"),
    pytest.param("no ORM in the reports, plain functions", "", False, id="half alike"),
    pytest.param("SQL", "", False, id="one word"),
    pytest.param("plain SQL in migrations as in the other folder, always", "db", True, id="less alike, of one folder"),
    pytest.param("plain SQL in migrations as in the other folder, always", "web", False, id="less alike, elsewhere"),
]


@pytest.mark.parametrize(("text", "folder", "same"), PAIRS)
def test_what_means_the_same(text: str, folder: str, same: bool) -> None:
    """By the share of words that both have."""
    assert say_the_same(make_saying(NO_ORM, "db"), make_saying(text, folder)) is same


def test_few_words_are_compared_with_nothing() -> None:
    """They are alike by chance."""
    assert not make_saying("stop it").is_long
    assert make_saying(NO_ORM).is_long


# stats.text.agreed_words: those of most people are passed on.


def test_the_examples_hold() -> None:
    """The function gives what its docstring shows."""
    assert doctest.testmod(text_words).failed == 0


def test_the_order_of_people_does_not_matter() -> None:
    """Ties are settled by counts, then by letters."""
    said = [SaidWords(("b",), 2), SaidWords(("a",), 2), SaidWords(("c",), 1), SaidWords(("",), 90)]

    assert {agree_on_words(some) for some in permutations(said)} == {("a",)}


# Documents that stand where a person's words do.

STORY = (
    "The rain had stopped, and the lamps at the harbour were lit. Mara put the wrong key in the lock. "
    '"That is not the one," he said, and she sighed. She never used the other key, as it had been broken for years '
    'and nobody wanted to mend it. "Try again," Jon whispered, "and do not drop it this time." She shrugged.'
)
TYPED = [
    pytest.param("no, that is wrong. Never push to main!", id="a correction"),
    pytest.param("you are wrong about the tax, undo it", id="you are wrong"),
    pytest.param("you are an idiot, that is wrong", id="an insult"),
    pytest.param("you are the one who broke it", id="you are the one"),
    pytest.param('it says {"total": null}, that is wrong', id="data in a sentence"),
    pytest.param("he said it is broken, and she said so too", id="what colleagues said"),
    pytest.param("rename a, b, c, d\nand e, f, g, h\nand i, j, k, l\nand m, n, o, p", id="lists with commas"),
    pytest.param("$ make test\nFAIL: cart\nexit status 1\nstill red", id="a failure"),
    pytest.param("", id="nothing"),
]
DOCUMENTS = [
    pytest.param("You are a release manager. Do not skip the tests.", id="a role"),
    pytest.param("Your task is to find bugs. Never guess.", id="a task"),
    pytest.param("Provide a brief synopsis of the work. Do not mention tools.", id="a client's prompt"),
    pytest.param("Review the change.\n\n## Output format\nDo not add anything else.", id="a template"),
    pytest.param("Fix $ARGUMENTS and don't stop before it is green", id="a command's template"),
    pytest.param("Summarize this conversation. Don't leave out files.", id="a summary"),
    pytest.param('{"state": "failing", "message": "not what was wanted"}', id="an object"),
    pytest.param("id;name;price;wrong\n1;tea;3;no\n2;rye;4;no\n3;oat;2;yes", id="a table"),
    pytest.param(STORY, id="a story"),
]


@pytest.mark.parametrize("text", TYPED)
def test_what_a_person_types_is_no_document(text: str) -> None:
    """Objections, lists and failures are told to the agent."""
    assert not is_document(text)


@pytest.mark.parametrize("text", DOCUMENTS)
def test_what_was_written_for_something_else_is_one(text: str) -> None:
    """By its form, whatever it forbids."""
    assert is_document(text)


def test_a_long_text_costs_no_more_than_a_page() -> None:
    """Only its beginning is looked at."""
    assert not is_document("a, b " * 1_000_000)
