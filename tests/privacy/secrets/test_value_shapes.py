"""Which values are looked for without their place: what may be an ordinary word is not, first of all."""

import pytest

from twiceshy.privacy.secrets.value_shapes import is_specific, split_secret

ORDINARY = [
    *("postgres", "localhost", "password", "entire", "swordfish", "cybervpn", "Password1", "password2", "password2:"),
    *("test123", "node20", "utf-8", "sha256", "ed25519Seed", "Uint8Array", "hasE2EInjectedToken", "getUserById2"),
    *("123456", "20261122", "2026-11-22", "2026-11-22T09:00:01Z", "10.0.0.12:5432", "v1.2.3", "1.22.0-rc1"),
    *("v0.0.0-20161001094733-a6f4afe4910c", "src/app/main.py", "/srv/shop/k9/x2", "./run-2.sh", "~/.ssh/id_x"),
    *("@scope/package-9", "greeting='hello'", "tok=en", "secret=***", "foo(bar9)", "a::b9::c8", "${PASSWORD_9}"),
    *("claude-opus-4-1", "user_id", "my_db_name", "eyJhbGciOiJIUzI1NiJ9", "aaaaaaaa9", "short", "pw1", "********"),
]
"""Each was a password or a secret to a rule somewhere, or looks like one that might be."""
SPECIFIC = [
    *("hunter2", "hunter2-Zx9", "Tr0ub4dor&3", "secret789", "password123", "Summer2024", "p4ssw0rd-x", "kX9mQ2vLp7z"),
    *("qzxvbnkj", "aXbQwErTz", "correct-horse-battery", "local_dev_postgres", "252f6b9e4d5a812c4edc0c0b", "p@ss!word"),
    *("ghp_" + "a1B2c3D4e5F6", "123e4567-e89b-42d3-a456-426614174000", "4929817350146281", "dXNlcjpwYXNz", "pa%40s9!x"),
]


@pytest.mark.parametrize("value", ORDINARY)
def test_an_ordinary_value_is_not_looked_for(value: str) -> None:
    """Words, names with numbers, dates, versions, paths, code: elsewhere they mean something else."""
    assert not is_specific(value.encode())
    assert split_secret(value.encode()) == ()


@pytest.mark.parametrize("value", SPECIFIC)
def test_a_value_of_its_own_is_looked_for(value: str) -> None:
    """Whatever nobody would write but for this secret."""
    assert is_specific(value.encode())


def test_a_secret_of_several_pieces_is_taken_piece_by_piece() -> None:
    """Lines of a key, values of a cookie, what percent signs stand for, and what a sentence's end was taken into."""
    line = b"MIIEpAIBAAKCAQ7Xw9zQk2v"

    assert split_secret(b"-----BEGIN RSA PRIVATE KEY-----\n" + line + b"\\n" + line[::-1]) == (line, line[::-1])
    assert split_secret(b"sid=9f8e7d6c5b4a39; Path=/; Secure") == (b"9f8e7d6c5b4a39",)
    assert split_secret(b"pass%40word9x") == (b"pass%40word9x", b"pass@word9x")
    assert split_secret(b"hunter2-Zx9:") == (b"hunter2-Zx9:", b"hunter2-Zx9")
