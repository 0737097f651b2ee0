"""Known values: found between borders in every spelling, as literals or by their hashes alike."""

import base64
import hashlib
import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twiceshy.privacy.secrets.known_values import (
    HashedValue,
    Literals,
    SecretValue,
    ValueSearch,
    decode_wrapper,
    hash_value,
    make_literals,
    make_placeholder,
    recover_literals,
    spell_value,
)

SALT = b"salt" * 8
SECRET = "hunter2-Zx9"
ODD = 'p@"ss/W0rd'
VALUES = [SecretValue(SECRET.encode(), "password"), SecretValue(ODD.encode(), "url-password")]
MARK, ODD_MARK = (make_placeholder(value.content, value.kind, SALT).decode() for value in VALUES)

LEFT_ALONE = [
    "",
    "nothing of it",
    f"a{SECRET}",
    f"{SECRET}9",
    f"x{SECRET}x {SECRET}{SECRET}",
    "HUNTER2-ZX9",
    "hunter2 - Zx9",
    base64.b64encode(f"user:{SECRET}x".encode()).decode(),
    base64.b64encode(b"\x00\xff" + SECRET.encode()).decode(),
    MARK,
]
REPLACED = [
    (SECRET, MARK),
    (f"({SECRET}).", f"({MARK})."),
    (f"{SECRET},{SECRET};{SECRET}", f"{MARK},{MARK};{MARK}"),
    (f"a\\n{SECRET}\\tb", f"a\\n{MARK}\\tb"),
    (f"?p%3D{SECRET}&", f"?p%3D{MARK}&"),
    (f"\x1b[31m{SECRET}\x1b[0m", f"\x1b[31m{MARK}\x1b[0m"),
    (f"_{SECRET}_", f"_{MARK}_"),
    (f"\u00e9{SECRET}\u00e9", f"\u00e9{MARK}\u00e9"),
    ("p%40%22ss%2FW0rd p%40%22ss%2fW0rd", f"{ODD_MARK} {ODD_MARK}"),
    (json.dumps({"a": ODD}), json.dumps({"a": ODD_MARK})),
    (json.dumps([json.dumps({"a": ODD})]), json.dumps([json.dumps({"a": ODD_MARK})])),
    (f"Basic {base64.b64encode(f'u:{SECRET}'.encode()).decode()} x", f"Basic {MARK} x"),
    (f"Basic {base64.urlsafe_b64encode(f'user:{ODD}'.encode()).decode()}", f"Basic {ODD_MARK}"),
]


def hashed(literals: Literals) -> list[HashedValue]:
    """What would be kept of them."""
    return [HashedValue(len(one), hash_value(one, SALT), mark.decode()) for one, mark in literals.items()]


def by_hash(texts: list[str], literals: Literals) -> dict[int, str]:
    """What a later read does, which has the hashes alone."""
    found = recover_literals(texts, hashed(literals), SALT)
    return ValueSearch(found).replace(texts) if found else {}


@pytest.mark.parametrize("text", LEFT_ALONE)
def test_what_is_only_part_of_a_word_stays(text: str) -> None:
    """A longer word, another spelling, bytes that are no text."""
    literals = make_literals(VALUES, SALT)

    assert ValueSearch(literals).replace([text]) == by_hash([text], literals) == {}


@pytest.mark.parametrize(("text", "expected"), REPLACED)
def test_every_spelling_goes_both_ways(text: str, expected: str) -> None:
    """As a literal of this read, and by the hash of an earlier one."""
    literals = make_literals(VALUES, SALT)

    assert ValueSearch(literals).replace(["x", text]) == by_hash(["x", text], literals) == {1: expected}


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [SECRET, ODD, "hunter2", "Zx9", "-", "\\n", "%3D", " ", '"', "a", "7", "\x1b[1m", "\n", "\u00e9"]
        ),
        max_size=12,
    )
)
def test_both_ways_replace_the_same(pieces: list[str]) -> None:
    """Whatever stands beside a value: else the order of reading would show."""
    literals = make_literals(VALUES, SALT)
    text = "".join(pieces)

    assert ValueSearch(literals).replace([text]) == by_hash([text], literals)


def draw_value(number: int, size: int) -> bytes:
    """A value of its own for each number, as a service draws them: the head is common to all."""
    digits = "".join(hashlib.sha256(f"{number} {at}".encode()).hexdigest() for at in range(size // 64 + 1))
    return f"key-v1-{digits[: size - 7]}".encode()


@pytest.mark.parametrize(("count", "size"), [(3_000, 40), (300, 1_000), (12_000, 24)])
def test_any_number_of_values_is_looked_for(count: int, size: int, capfd: pytest.CaptureFixture[str]) -> None:
    """No expression is made of them: that would be too large, and its engine would say them on stderr."""
    values = [SecretValue(draw_value(number, size), "key") for number in range(count)]
    text = "\n".join(f"use {value.content.decode()} or x{value.content.decode()}" for value in values[:: count // 50])

    clean = ValueSearch(make_literals(values, SALT)).replace([text])[0]

    assert clean.count("use [key:") == text.count("use ") == 50
    assert clean.count("or xkey-v1-") == 50
    assert capfd.readouterr() == ("", "")


def test_a_search_costs_the_same_however_many_values_there_are() -> None:
    """A thousand times as many: within three times, as the table of them is larger."""
    words = [f"module_{number} took {number * 7 % 31} ms at 0x{number:08x}" for number in range(20_000)]
    spent = []
    for count in (10, 10_000):
        search = ValueSearch(make_literals([SecretValue(draw_value(n, 40), "key") for n in range(count)], SALT))
        started = time.process_time()
        assert search.replace(words) == {}
        spent.append(time.process_time() - started)

    assert spent[1] < 3 * spent[0] + 0.05


def test_of_values_that_end_alike_the_longest_goes() -> None:
    """A shorter one in it is known too: it must not leave the longer one's beginning."""
    values = [SecretValue(b"k9Xw2mQ7", "key"), SecretValue(b"long-k9Xw2mQ7", "key")]
    literals = make_literals(values, SALT)

    clean = ValueSearch(literals).replace(["a long-k9Xw2mQ7 b k9Xw2mQ7 c"])[0]

    assert clean == f"a {literals[b'long-k9Xw2mQ7'].decode()} b {literals[b'k9Xw2mQ7'].decode()} c"


def test_of_two_kinds_the_first_in_order_names_the_value() -> None:
    """Not the one that was met first: that would be the order of reading."""
    both = [SecretValue(SECRET.encode(), "url-password"), SecretValue(SECRET.encode(), "password")]

    assert make_literals(both, SALT) == make_literals(both[::-1], SALT) == make_literals(both[1:], SALT)


def test_a_kept_hash_is_no_placeholder_and_needs_the_salt() -> None:
    """Eight bytes that another installation's differ from, and that no stored text repeats."""
    kept = hash_value(SECRET.encode(), SALT)

    assert len(kept) == 8
    assert kept != hash_value(SECRET.encode(), b"other" * 6)
    assert kept.hex()[:6] not in MARK


def test_a_value_without_signs_has_one_spelling() -> None:
    """Nothing is looked for twice."""
    assert spell_value(SECRET.encode()) == (SECRET.encode(),)
    assert decode_wrapper(b"someIdentifierOfCode") == b""


def test_a_value_prints_as_its_kind_alone() -> None:
    """A trace or a log shows no secret."""
    assert repr(VALUES[0]) == "SecretValue(password)"
