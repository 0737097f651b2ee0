"""What only stands for a secret, beside what is one."""

import pytest

from twiceshy.privacy.secrets.placeholder_words import is_placeholder

SECRETS = ["hunter2", "x7kq2mm", "Walnut3616!", "a8F3kd92Lmq0Zx7Rt5", "moonlight", "e7$x9", "int3rn4l"]
STAND_INS = [
    *("${TOKEN}", "$TOKEN", "<token>", "{{ token }}", "{token}", "%TOKEN%", "*anchor", "process.env.X", "xxxxxxxx"),
    *("********", "changeme", "your-token", "REDACTED", "password", "null", "Uint8Array", "!!token1", "__TOKEN_1__"),
    *("[password:0a1b2c]", "bigint64array", "test_key_1", "aaaa"),
]


@pytest.mark.parametrize("value", SECRETS)
def test_a_secret_is_no_placeholder(value: str) -> None:
    """What people use as passwords and tokens is none."""
    assert not is_placeholder(value.encode())


@pytest.mark.parametrize("value", STAND_INS)
def test_what_stands_for_a_secret_is_known(value: str) -> None:
    """Variables, templates, masks, words, types and our own placeholders are."""
    assert is_placeholder(value.encode())
