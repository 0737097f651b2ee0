"""Values that were recognised once are known again."""

import hashlib

from twiceshy.privacy.opinion.seen_values import EchoFinder, PlaceholderDigests

SALT = bytes(range(32))
VALUE = b"hunter2-Zx9"


def seen(kind: bytes = b"password") -> PlaceholderDigests:
    digest = hashlib.blake2b(VALUE, key=SALT, digest_size=3).hexdigest().encode()
    digests = PlaceholderDigests(SALT)
    digests.collect(b"PGPASSWORD=[" + kind + b":" + digest + b"] psql")
    return digests


def test_names_of_people_are_no_values() -> None:
    """A user's name stands in many places by itself."""
    assert len(seen(b"user")) == 0
    assert EchoFinder([seen(b"user")]).find(VALUE) == []


def test_no_placeholder_no_echo() -> None:
    assert EchoFinder([PlaceholderDigests(SALT)]).find(VALUE) == []


def test_other_salts_know_nothing() -> None:
    """Whoever has another folder's salt cannot tell."""
    digests = PlaceholderDigests(b"another")
    digests.collect(b"[password:0a1b2c]")

    assert not digests.holds(VALUE)


def test_echoes_are_found_whole_and_in_pieces() -> None:
    """A token is cut where tools put things together."""
    for text in (VALUE, b"bad option: " + VALUE + b".", b"user=" + VALUE, b"-p" + VALUE, b"kes:" + VALUE + b"@db"):
        (found,) = EchoFinder([seen()]).find(text)
        assert text[found.start : found.end] == VALUE


def test_a_finder_remembers_what_is_no_echo() -> None:
    """And still finds the next."""
    finder = EchoFinder([seen()])

    assert finder.find(b"nothing here2-see") == []
    assert len(finder.find(b"nothing here2-see " + VALUE)) == 1
