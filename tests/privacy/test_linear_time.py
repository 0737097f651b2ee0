"""Redaction's time grows with the text, whatever was made to hurt it: rule by rule, and what no single rule explains.

The benchmark ``linear_time`` takes every form and up to 4 MB; here a third of the rules, drawn once for all, meet one
of their forms each, on small texts (all of them with ``WHOLE_COUNTS=1``).
"""

import base64
import random
import time
from collections.abc import Callable
from itertools import count

import pytest
from benchmarks.adversarial import make_shapes
from tests.counts import draw_part

from twiceshy.privacy.policy import RedactionLevel, RedactionRule, load_rules
from twiceshy.privacy.scrub import Scrubber

SMALL = 5_000
"""Characters of the smaller text."""
GROWTH = 4
MOST = 6.5
"""Growth of the time when the text grows fourfold: 4, and what a busy machine adds; squares would show 16."""
SPARE_S = 0.004
"""What a small text's time is off by at most, having a few milliseconds only (measured 2026-11-22)."""
RULES = load_rules().rules


@pytest.fixture(scope="module")
def scrubber() -> Scrubber:
    return Scrubber(load_rules(), bytes(32), RedactionLevel.STRICT)


number = count()


def spent(scrubber: Scrubber, text: str) -> float:
    """CPU seconds of scrubbing it, which it never remembers."""
    fresh = f"{text} {next(number)}"
    started = time.process_time()
    scrubber.text(fresh)
    return time.process_time() - started


def is_linear(scrubber: Scrubber, make: Callable[[int], str], small: int) -> bool:
    """Whether the time grows no faster than the text does, in one of three tries."""
    return any(spent(scrubber, make(GROWTH * small)) <= MOST * spent(scrubber, make(small)) + SPARE_S for _ in range(3))


@pytest.mark.parametrize("family", sorted({rule.family for rule in RULES}))
def test_each_rule_is_linear_in_what_was_made_from_it(family: str, scrubber: Scrubber) -> None:
    """One of its forms, which one being drawn once for all from its name."""
    rules = [rule for rule in RULES if rule.family == family]
    slow = [
        (rule.rule.id, name)
        for rule in draw_part(rules, max(3, len(rules) // 3), family)
        for name, make in [draw_form(rule)]
        if not is_linear(scrubber, make, SMALL)
    ]

    assert slow == []


def draw_form(rule: RedactionRule) -> tuple[str, Callable[[int], str]]:
    """One of the forms made from a rule."""
    return random.Random(rule.rule.id).choice(list(make_shapes(rule.rule)))


def repeat(unit: str) -> Callable[[int], str]:
    """What makes a text of about so many characters."""
    return lambda size: unit * (size // len(unit))


def wrap(size: int) -> str:
    """Base64 in base64, with an escape beside each."""
    text = b"aws password=x7kq2mm"
    while len(text) < size:
        text = b"\\n password: %41" + base64.b64encode(text) + b"\\n"
    return text.decode()


KEY = "GOCSPX-" + "a1B2c3D4e5F6g7" * 2
HURTING: list[tuple[str, Callable[[int], str]]] = [
    ("assignments", repeat("a=")),
    ("keys without values", repeat("password: ")),
    ("base64", repeat("QUtJQWFiY2Rl")),
    ("colons", repeat("://a:")),
    ("quotes", repeat('token=\\"')),
    ("begin of a key", repeat("-----BEGIN PRIVATE KEY-----\n")),
    ("end of a key", repeat("A-----END PRIVATE KEY-----\n")),
    ("at signs", repeat("a@")),
    ("paths", repeat("/home/")),
    ("dots", repeat("1.")),
    ("hex", repeat("eyJ")),
    ("colours", repeat("ab\x1b[1mcd")),
    ("spaces", lambda size: "curl " + " " * size),
    ("tokens glued together", repeat(KEY)),
    ("tokens glued together, ended by a border", repeat("npm_" + "a1B2c3D4e" * 4)),
    ("tokens cut by colours", repeat(f"{KEY[:12]}\x1b[1m{KEY[12:]}")),
    ("tokens in the strings of JSON", lambda size: "[" + f'"\\n{KEY}",' * (size // 40) + "0]"),
    ("JSON in JSON", lambda size: '{"a":' * 500 + f'["\\n{KEY}"]' + "}" * 500 + " " * size),
    ("base64 in base64", wrap),
    ("placeholders", repeat("[password:0a1b2c]")),
    ("continued characters in base64", lambda size: base64.b64encode(b"AKIA" + b"\x80" * size).decode()),
]


@pytest.mark.parametrize(("name", "make"), [pytest.param(*row, id=row[0]) for row in HURTING])
def test_time_is_linear(name: str, make: Callable[[int], str], scrubber: Scrubber) -> None:
    """What no single rule explains."""
    assert is_linear(scrubber, make, 2 * SMALL), name
