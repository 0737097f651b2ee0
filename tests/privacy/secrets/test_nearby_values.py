"""Values that a word on their line announces, whatever stands between."""

import re

import pytest

from twiceshy.privacy.secrets.nearby_values import find_nearby

DRAWN = b"k9Xw2mQ7vT4zB6nR"


def find(line: bytes) -> list[bytes]:
    place = re.search(rb"[A-Za-z0-9!]{8,}\S*", line)
    at = line.find(DRAWN) + 4 if DRAWN in line else place.end() if place else 0
    return [line[start:end] for start, end, _ in find_nearby(line, at)]


@pytest.mark.parametrize(
    "line",
    [
        b"db_secret     " + DRAWN,
        b"the token that I use for staging, " + DRAWN,
        b"call('" + DRAWN + b"')  # admin api key",
        b"x-shop-api-key => " + DRAWN,
        "数据库密码是".encode() + DRAWN + "，".encode(),  # noqa: RUF001  # as it is written
    ],
)
def test_a_drawn_value_needs_a_word_on_its_line(line: bytes) -> None:
    """The sign between them may be any, and the word may stand behind a quoted value in a remark."""
    assert find(line) == [DRAWN]


@pytest.mark.parametrize(
    "line",
    [
        b"commit " + DRAWN,
        b"max_tokens for " + DRAWN,
        b"public_key_token_hash: " + DRAWN,
        b"PASS: " + DRAWN,
        b"the password is wrong in 2026-11-24T10:00:00Z",
    ],
)
def test_other_words_announce_nothing(line: bytes) -> None:
    """Counts, hashes, public keys and results of tests are no credentials."""
    assert find(line) == []
