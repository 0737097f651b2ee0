"""The second opinion on many texts: whose it is, and what is told of it."""

import pytest

from twiceshy.privacy import audit_opinion
from twiceshy.privacy.audit_opinion import FoundValues, notice

VALUE = b"q8Vw2LmZx0TtRb1Kd5Hs9Gp3"


def test_nothing_is_noticed_in_harmless_texts() -> None:
    assert list(notice([b"", b"a b c", b"def password(): ...", b"x" * 300])) == []


def test_each_find_knows_its_text() -> None:
    """Texts are asked about in heaps, and a word at the end of one announces nothing in the next."""
    texts = [b"nothing", b"password=", b"Zx9k3kestrel7", b"it was password=" + VALUE, b"ok", b"token: " + VALUE]

    assert [(one.text, one.size) for one in notice(texts)] == [(3, 24), (5, 24)]


def test_long_texts_and_texts_with_the_sign_between_are_asked_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_opinion, "_HEAP", 100)
    texts = [b"a b c d e f", b"\x1e password=" + VALUE, b"long " * 30 + b"password=" + VALUE, b"secret=" + VALUE]

    assert sorted(one.text for one in notice(texts)) == [1, 2, 3]


def test_only_words_before_a_value_are_told() -> None:
    """Whatever is no word may be a part of a secret."""
    (found,) = notice([b"\nlogin kes92ab1Qx and DB_PASSWORD=" + VALUE])

    assert found.before == "login … and DB_PASSWORD="


def test_values_that_are_words_are_not_looked_for() -> None:
    """An echo of a word would be everywhere."""
    values = FoundValues()
    for value in (b"short", b"password", VALUE):
        values.add(value)

    assert (len(values), values.holds(VALUE), values.holds(b"password")) == (1, True, False)


def test_a_cut_key_does_not_go_on_in_another_text() -> None:
    """A block whose end is cut off has no lines in the next text, though both are asked about at once."""
    texts = [
        b"-----BEGIN RSA PRIVATE KEY-----\n[private-key:0a1b2c]\n",
        b"Public-Lines: 2\n" + b"AAAAC3NzaC1lZDI1" * 4 + b"\n",
    ]

    assert [one.sign for one in notice(texts) if one.sign == "key-block"] == []
