"""Blocks whose heading tells that a secret stands in them."""

import pytest

from twiceshy.privacy.secrets.secret_blocks import holds_secret_cell, holds_secret_pair, is_drawn_bytes


def looks_drawn(value: bytes) -> bool:
    return any(48 <= byte <= 57 for byte in value) and not value.isdigit()


@pytest.mark.parametrize(
    ("heading", "row", "found"),
    [
        ("user,role,password", "ops,admin,M6ylDiwqeC6", True),
        ("user\ttoken", "ops\tM6ylDiwqeC6", True),
        ("NAME    TOKEN", "ci      M6ylDiwqeC6", True),
        ("┃ client ┃ client_secret ┃", "│ web    │ uMkLvhY3CrO   │", True),
        (" id | api_token", "  1 | 0CLHE09RSZv", True),
        ("user,password,role", "M6ylDiwqeC6,none,admin", False),  # the value stands in another column
        ("user,password", "ops,M6ylDiwqeC6,more", False),  # no row of this table
        ("name,key", "abc," + "0a" * 20, False),  # a hash of a commit
        ("user,password", "ops,see the page 2", False),
    ],
)
def test_only_the_named_column_counts(heading: str, row: str, found: bool) -> None:
    """A value counts in the column that its heading names, whatever cuts the row."""
    text = f"{heading}\n{row}\n".encode()
    start = len(heading.encode()) + 1

    assert holds_secret_cell(text, start, len(text), 0, looks_drawn) is found


def test_map_of_secrets() -> None:
    """Names of releases and hashes of commits are no secrets of a map."""
    assert holds_secret_pair(b'  ci: "k9Xw2mQ7vT4z"\n', looks_drawn)
    assert not holds_secret_pair(b"  model: gpt-4o-mini-2024-07-18\n", looks_drawn)
    assert not holds_secret_pair(b"  commit: " + b"0a" * 20 + b"\n", looks_drawn)


def test_drawn_bytes_are_below_256_and_seldom_twice() -> None:
    """Sixty-four numbers are a key where they are bytes that differ."""
    drawn = ",".join(str(number * 37 % 256) for number in range(64)).encode()

    assert is_drawn_bytes(drawn, 0, len(drawn), 0)
    assert not is_drawn_bytes(b"1,2," * 32, 0, 128, 0)
    assert not is_drawn_bytes(drawn.replace(b"0,", b"999,", 1), 0, len(drawn) + 2, 0)
