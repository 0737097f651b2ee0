"""What a value looks like by itself."""

import random
import string

import pytest

from twiceshy.privacy.opinion.value_shape import ValueShape, is_stand_in, judge_shape
from twiceshy.privacy.secrets.word_pairs import measure_words

HARMLESS = [
    pytest.param("user", id="word"),
    pytest.param("get_password2", id="name in code"),
    pytest.param("os.environ", id="attribute"),
    pytest.param("request.headers.Token2", id="attribute with a digit"),
    pytest.param("utf-8", id="name with a digit"),
    pytest.param("18234", id="number"),
    pytest.param("2026-11-20T10:00:00Z", id="time"),
    pytest.param("4.17.21", id="version"),
    pytest.param("/run/secrets/db_1", id="path"),
    pytest.param("src/auth2/token.py:12", id="place in a file"),
    pytest.param("${DB_PASSWORD1}", id="variable"),
    pytest.param("<your-key-1>", id="stand-in"),
    pytest.param("[password:0a1b2c]", id="placeholder"),
    pytest.param("xxxxxxxx1", id="crosses"),
    pytest.param("changeme1", id="stand-in word"),
    pytest.param("AbstractAuthenticationProcessingFilter", id="long name"),
    pytest.param("1234567890123456", id="digits alone"),
    pytest.param("config.get('a1')", id="call"),
]
VALUES = [
    pytest.param("kestrel921", ValueShape.CHOSEN, id="word and number together"),
    pytest.param("kes92ab1", ValueShape.RANDOM, id="digits among few letters"),
    pytest.param("harbor-2291!", ValueShape.CHOSEN, id="word and number"),
    pytest.param("Qv$kX!zw;Rb", ValueShape.CHOSEN, id="signs and no digit"),
    pytest.param("3f786850e387550fdab836ed7e6dc881de23001b", ValueShape.DIGEST, id="hexadecimal"),
    pytest.param("550e8400-e29b-41d4-a716-446655440000", ValueShape.DIGEST, id="uuid"),
    pytest.param("cache-3f786850e387550fdab836ed7e6dc881de23001b", ValueShape.DIGEST, id="named digest"),
    pytest.param("q8Vw2LmZx0TtRb1K", ValueShape.RANDOM, id="random"),
]


@pytest.mark.parametrize("value", HARMLESS)
def test_words_names_and_code_are_harmless(value: str) -> None:
    assert judge_shape(value.encode()) is ValueShape.HARMLESS


@pytest.mark.parametrize(("value", "shape"), VALUES)
def test_values_have_their_shape(value: str, shape: ValueShape) -> None:
    assert judge_shape(value.encode()) is shape


def test_random_letters_are_random() -> None:
    """Of tokens of 24 letters and digits hardly one passes for words."""
    rng = random.Random(7)
    drawn = ["".join(rng.choices(string.ascii_letters + string.digits, k=24)) for _ in range(300)]

    assert sum(judge_shape(value.encode()) is ValueShape.RANDOM for value in drawn) > 285


def test_words_have_common_pairs() -> None:
    """A letter alone tells nothing and passes for a word."""
    assert measure_words(b"a") == 1
    assert measure_words(b"password") > measure_words(b"xqzvkjwp")


def test_examples_stand_in() -> None:
    assert is_stand_in(b"AKIAIOSFODNN7EXAMPLE")
    assert not is_stand_in(b"AKIAQ7ZW3LKD5PXM2VNT")
