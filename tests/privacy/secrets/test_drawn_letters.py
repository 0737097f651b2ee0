"""What letters alone say of a value."""

import pytest

from twiceshy.privacy.secrets.drawn_letters import Shape, judge_letters


@pytest.mark.parametrize(
    ("value", "shape"),
    [
        (b"k9Xw2mQ7vT4z", Shape.DRAWN),
        (b"Larksp!Maple51", Shape.CHOSEN),
        (b"9f8e7d6c5b4a39281706f5e4d3c2b1a0", Shape.DIGITS),
        (b"get_password2", Shape.PLAIN),
        (b"v1.2.3-rc1", Shape.PLAIN),
        (b"src/auth/token.py", Shape.PLAIN),
        (b"2026-11-24T10:00:00Z", Shape.PLAIN),
        (b"SigEd25519", Shape.PLAIN),
        (b"x7kq2", Shape.PLAIN),
    ],
)
def test_letters_tell_values_from_names(value: bytes, shape: Shape) -> None:
    """Words, names, paths and dates are plain, whatever digits they hold."""
    assert judge_letters(value) is shape
