"""A labelled corpus for redaction: secrets where agents' logs have them, and texts that only look like secrets.

Everything is made: templates (what stands around), kinds (what stands in it), seeds. The corpus falls in two halves by
a hash of the template, never of the value: a case is held out if the first byte of the BLAKE2b hash of its template is
odd. So no context of the held-out half was seen while rules were tuned on the other one.
"""

import hashlib
import random
import re
from collections.abc import Iterator
from typing import NamedTuple

from benchmarks.redaction_corpus.forms import FORMS
from benchmarks.redaction_corpus.kinds import TOKENS, Kind, password_of, value_of
from benchmarks.redaction_corpus.negatives import NEGATIVES
from benchmarks.redaction_corpus.positives import BARE, NAMED, PASSWORD
from benchmarks.redaction_corpus.special import SPECIAL
from twiceshy.privacy.samples import expand

HALVES = ("tune", "held")
OPEN, CLOSE = "⟪", "⟫"
PER_NAMED, PER_BARE, PER_PASSWORD, PER_SPECIAL, PER_NEGATIVE = 3, 5, 3, 2, 6
_SECRET = re.compile(r"@secret(?:\|([a-z0-9-]+))?@")
_PAD = re.compile(r"@pad:(\d+)@")
_NAME = re.compile(r"@(ENV|snake|camel|Camel|kebab|Kebab|words)@")


class Case(NamedTuple):
    """A text, and the characters of it that must go; both None where nothing must."""

    template: str
    group: str
    kind: str
    text: str
    start: int | None
    end: int | None


def half_of(template: str) -> str:
    """Which half a template belongs to."""
    return HALVES[hashlib.blake2b(template.encode(), digest_size=1).digest()[0] & 1]


def cases(half: str) -> list[Case]:
    """The cases of one half, the same each time."""
    return [case for case in _all() if half_of(case.template) == half]


def _all() -> Iterator[Case]:
    bare = [kind for kind in TOKENS if kind.bare]
    yield from _tokens(NAMED, list(TOKENS), PER_NAMED)
    yield from _tokens(BARE, bare, PER_BARE)
    for group, templates in PASSWORD.items():
        for template in templates:
            first = _number(template)
            for seed in range(first, first + PER_PASSWORD):
                yield _case(template, group, Kind("password", "DB_PASSWORD", ""), password_of(seed), seed)
    for group, templates in SPECIAL.items():
        for template in templates:
            for seed in range(PER_SPECIAL):
                yield _case(template, group, Kind(group, "X", ""), "", seed)
    for group, templates in NEGATIVES.items():
        for template in templates:
            for seed in range(PER_NEGATIVE if "<<" in template else 1):
                yield Case(template, group, "none", expand(template, seed).text, None, None)


def _tokens(groups: dict[str, tuple[str, ...]], kinds: list[Kind], each: int) -> Iterator[Case]:
    """Every template with some kinds: the kinds are dealt out like cards, so that all come up equally often."""
    places = dict.fromkeys(HALVES, 0)
    decks = {half: random.Random(f"deck:{half}").sample(kinds, len(kinds)) for half in HALVES}
    for group, templates in groups.items():
        for template in templates:
            half = half_of(template)
            for _ in range(each):
                kind = decks[half][places[half] % len(kinds)]
                places[half] += 1
                yield _case(template, group, kind, value_of(kind, places[half]), places[half])


def _number(template: str) -> int:
    return hashlib.blake2b(template.encode(), digest_size=2).digest()[1]


def _case(template: str, group: str, kind: Kind, value: str, seed: int) -> Case:
    names = spellings(kind.setting)
    text = expand(_NAME.sub(lambda match: names[match[1]], template), seed).text
    text = _PAD.sub(lambda match: _filler(int(match[1]), seed), text)

    def put(match: re.Match[str]) -> str:
        formed = FORMS[match[1]](value) if match[1] else value
        return formed if OPEN in template else f"{OPEN}{formed}{CLOSE}"

    text = _SECRET.sub(put, text)
    start = text.index(OPEN)
    end = text.index(CLOSE) - 1
    return Case(template, group, kind.name, text.replace(OPEN, "").replace(CLOSE, ""), start, end)


def spellings(setting: str) -> dict[str, str]:
    """A name as it is written in environments, languages and headers."""
    words = setting.lower().split("_")
    camel = words[0] + "".join(word.title() for word in words[1:])
    return {
        "ENV": setting,
        "snake": "_".join(words),
        "camel": camel,
        "Camel": camel[:1].upper() + camel[1:],
        "kebab": "-".join(words),
        "Kebab": "-".join(word.title() for word in words),
        "words": " ".join(words),
    }


def _filler(size: int, seed: int) -> str:
    rng = random.Random(f"filler:{seed}")
    words = [
        "line",
        "of",
        "ordinary",
        "output",
        "from",
        "a",
        "build",
        "that",
        "says",
        "nothing",
        "at",
        "all",
        "12",
        "ok",
    ]
    text = ""
    while len(text) < size:
        text += rng.choice(words) + " "
    return text[:size]
