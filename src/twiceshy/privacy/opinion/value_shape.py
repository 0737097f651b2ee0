"""Judge whether letters were drawn at random, chosen as a password, or are just a word, a name, a hash or code.

The measure is how many pairs of neighbouring letters are common in words: of random letters a third are, of words nine
in ten.
"""

import re
from enum import IntEnum
from functools import lru_cache

from twiceshy.privacy.secrets.word_pairs import measure_words

WORDLIKE = 0.62
"""Share of common pairs from which letters pass for words. Measured on 2026-11-22: 95 % of random texts of 12 letters
lie below .64, 95 % of words of 12 letters above .72."""
_SHORT_NUMBER = 4
"""Digits behind a word that still belong to a name, as in ``utf8`` or ``item2024`` (guess of 2026-11-22)."""
_LEAST_RANDOM = 8
"""Letters below which nothing can be called random (guess of 2026-11-22)."""

_HEX = re.compile(rb"(?:0x)?(?:[0-9a-f]+|[0-9A-F]+)")
_NAMED_DIGEST = re.compile(rb"(?:[\w.]{1,40}[-:/])+[0-9a-f]{32,128}")
_UUID = re.compile(rb"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")
_NUMBER = re.compile(rb"[-+]?[0-9][0-9_.,:/%eEx-]*(?:[TZ ][0-9:.+Z-]*)?(?:[a-zA-Z]{1,3})?")
_SIGNS = re.compile(rb"[!@#$%^&*?;+]")
_WORDS = re.compile(rb"[A-Za-z]+")
_PARTS = re.compile(rb"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+|[^A-Za-z0-9]")
_PLAIN_NAME = re.compile(rb"[A-Za-z_$][\w$]*(?:(?:\.|->|::|-)[A-Za-z_$][\w$]*)*[?!]?")
_BRACKETS = re.compile(rb"[(){}\[\]<>]")
_CODE = re.compile(rb"[(){}\[\]<>]|=>|->|::|&&|\|\||^[$@&*.#~%\\]|[:{;,]$|\$\{|%\(|\?\.|^--?\w|^[\w.-]+=")
_STAND_IN = re.compile(
    rb"\[[a-z0-9-]+:[0-9a-f]{6}\]|a-[fz]A-|A-[FZ]0-9|a-[fz]0-9|0-9[aA]-|\*{3}|x{4}|X{4}|\.{3}|\xe2\x80\xa6|<|\$\{|\{\{|\{[a-z_.]+\}|%\w+%|%s"
    rb"|(?i:example|sample|change[-_]?me|replace|redacted|placeholder|dummy|your[-_ ]|todo|fixme|insert[-_]"
    rb"|not[-_ ]?(?:set|a|used|needed|real)|(?:test|fake|mock|my|some|super|default)[-_ ]?(?:key|token|secret|pass"
    rb"|pwd|api)|hidden|masked|undefined|unset|foobar|abc123|12345)"
    rb"|^(?i:key|token|secret|pass|password|session|auth|api[-_]?key)[-_]?[0-9]{0,4}$"
)
_PATH = re.compile(rb"(?:[A-Za-z]:[\\/]|\.{0,2}/|~)[\w.@+/\\ -]*|[\w.-]+(?:/[\w.-]+)+/?|\w+://.*")
_FILE = re.compile(rb"[\w./@-]+\.(?:[a-z]{1,4}|json|yaml|toml|[jt]sx?|lock)(?:[:#][L0-9:-]+)?")
_REPEATED = re.compile(rb"(.)\1{5}")


class ValueShape(IntEnum):
    """How much a value looks like a secret by itself, from nothing to random."""

    HARMLESS = 0
    """A word, a name, a number, code, a stand-in, a path."""
    CHOSEN = 1
    """As people choose passwords: a word with digits or signs."""
    DIGEST = 2
    """Hexadecimal digits or a UUID: as often a hash or an id as a key."""
    RANDOM = 3
    """Letters and digits in no order."""


@lru_cache(maxsize=1 << 14)
def judge_shape(value: bytes) -> ValueShape:
    """Say what a value looks like, whatever stands around it.

    >>> judge_shape(b"hunter2-Zx9").name, judge_shape(b"get_password2").name, judge_shape(b"q8Vw2LmZx0TtRb1K").name
    ('CHOSEN', 'HARMLESS', 'RANDOM')
    """
    if len(value) < 4 or is_stand_in(value):  # nothing is so short
        return ValueShape.HARMLESS
    if _UUID.fullmatch(value):
        return ValueShape.DIGEST
    if _NUMBER.fullmatch(value) and not _HEX.fullmatch(value):
        return ValueShape.HARMLESS
    if _NAMED_DIGEST.fullmatch(value):
        return ValueShape.DIGEST
    if _HEX.fullmatch(value) and len(value) >= 16:  # 64 bits: shorter ones are numbers or ids
        return ValueShape.HARMLESS if value.isdigit() or len(set(value)) < 6 else ValueShape.DIGEST
    if is_random(value):
        return ValueShape.RANDOM
    return ValueShape.CHOSEN if _is_chosen(value) else ValueShape.HARMLESS


def is_stand_in(value: bytes) -> bool:
    """Tell whether the value only stands for one: a placeholder, a variable, an example."""
    return bool(_STAND_IN.search(value) or _REPEATED.search(value))


def is_random(value: bytes) -> bool:
    """Tell whether letters and digits stand in no order: not words, not a name in code, not a path of names."""
    if len(value) < _LEAST_RANDOM or _BRACKETS.search(value) or _PATH.fullmatch(value) or _FILE.fullmatch(value):
        return False
    runs = _WORDS.findall(value)
    letters = sum(map(len, runs))
    digits = sum(value.count(b"%d" % digit) for digit in range(10))
    if not digits and (letters < 20 or not any(map(_changes_case, runs))):  # a word may be as long
        return False
    if letters < 4:  # a number with a unit or a letter before it
        return False
    pairs = [(measure_words(part), len(part)) for part in _PARTS.findall(value) if part.isalpha() and len(part) > 2]
    inside = sum(share * size for share, size in pairs) / letters
    pieces = len(_PARTS.findall(value))
    return inside < WORDLIKE and pieces >= len(value) / 5  # words are longer than five letters with what divides them


def _changes_case(run: bytes) -> bool:
    """Tell whether capitals stand elsewhere than at the beginning of words."""
    return bool(re.search(rb"[A-Z]{2}[a-z]|[a-z][A-Z](?![a-z])", run))


def _is_chosen(value: bytes) -> bool:
    """Tell whether the value has digits or signs as a password has, and is no name, number, path or piece of code."""
    if _CODE.search(value) or _PATH.fullmatch(value) or _FILE.fullmatch(value):
        return False
    digits = sum(byte in b"0123456789" for byte in value)
    letters = sum(map(len, _WORDS.findall(value)))
    if not digits:  # then signs between letters in no order
        runs = _WORDS.findall(value)
        return len(runs) > 1 and bool(_SIGNS.search(value)) and measure_words(b"".join(runs)) < WORDLIKE
    if letters < 2:  # a number with its unit
        return False
    if _PLAIN_NAME.fullmatch(value) and b"." in value:
        return False
    if _PLAIN_NAME.fullmatch(value) and value.lower() == value:
        # as names in code and files are: item2, utf-8, token_v2; a word with three digits or letters in no order is not
        return digits > _SHORT_NUMBER - 2 or _reads_badly(value)
    return digits >= 2 or len(value) >= _LEAST_RANDOM  # V2 and Ed25519


def _reads_badly(value: bytes) -> bool:
    """Tell whether digits stand inside the letters, as in ``kes92ab1``."""
    return bool(re.search(rb"[a-z][0-9]+[a-z]+[0-9]|[0-9][a-z]+[0-9]", value))
