"""Words and their weight."""

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twiceshy.stats.text import text_words
from twiceshy.stats.text.text_words import LONGEST_WORD, count_words, split_words
from twiceshy.wings.git.predict import paths
from twiceshy.wings.git.predict.paths import CODE, DOCS, SETTINGS, TEST, parse_path

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
