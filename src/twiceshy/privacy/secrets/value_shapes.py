"""Which recognised secrets are specific enough to be looked for by themselves, wherever a session repeats them.

A rule knows a secret by its place. Without the place only the value is left, and many values are ordinary words there:
``postgres`` is a password in one line and a database in a thousand others. So a value must look like nothing but
itself. What is decided depends on the value alone, never on its session: else the order of reading would decide.
"""

import math
import re
from collections import Counter
from urllib.parse import unquote_to_bytes

SHORTEST = 6
"""Bytes of a value at least (guess, 2026-11-22): what is shorter is met by chance."""
LONGEST = 1024
"""Bytes of a value at most (guess, 2026-11-22): longer ones are documents, and are taken line by line."""
_MOST_PIECES = 64
"""Pieces of one secret (guess, 2026-11-22): a private key has fewer than sixty lines."""
_LONG_NUMBER = 10
"""Digits from which a number is no date, count or port (guess, 2026-11-22)."""
_MANY_DIGITS = 3
"""Digits at a word's end that make it no name of a thing (guess, 2026-11-22): `md5`, `python3`, `utf8` have fewer."""
_LONG_PHRASE = 16
"""Characters from which three joined words are a phrase of somebody's own (guess, 2026-11-22)."""
_WORDLESS = 5
"""Consonants in a row that no common word has (guess, 2026-11-22: `strengths` and the like are rare)."""
_HALF = 2
"""A value is readable where words make up one part in so many, or more (guess, 2026-11-22)."""

_BLANK = re.compile(rb"(?:\s|\\+[nrt]|;)+")
_EDGE = b".,:;!?\"'`"
_TECHNICAL = re.compile(
    rb"(?i)ed25519|x25519|curve25519|secp\d+[kr]?\d?|x509|sha[-_]?\d+|md5|aes[-_]?\d+|rsa[-_]?\d+|u?int(?:8|16|32|64)"
    rb"|float(?:8|16|32|64)|utf[-_]?(?:8|16|32)|base(?:16|32|58|64)|oauth[12]|argon2(?:id?)?|pbkdf2|h26[45]|mp[34]|ipv?[46]"
    rb"|pkcs\d{1,2}|[prhe]s(?:256|384|512)|(?<![a-z0-9])(?:k8s|i18n|l10n|e2e|s3|ec2|http[123])(?![a-z0-9])"
)
"""Names of things that hold digits."""
_WORD_PART = re.compile(rb"[A-Z]?[a-z]{3,}|(?<![A-Za-z0-9])[A-Z]{3,}(?![a-z])")
_PLAIN_PART = re.compile(rb"[A-Z]?[a-z]{2,}(?:[A-Z][a-z]+)*\d*|[A-Z]{2,}\d*|[A-Za-z]\d*|\d+[A-Za-z]{0,2}")
"""A part between two signs as names have them, with numbers at an end only."""
_CODE = re.compile(rb"[(){}\[\]<>|\\\"'`$]|=>|::|//|\.\.|^[^=]*=(?!=*$)")
_ORDINARY = re.compile(rb"v?\d+\.\d[\w.+-]*|[\d.:,/_+TZ-]+|eyJ[A-Za-z0-9_-]*|[A-Z]:\\.*|[~.]?/.*|@.*|.*::.*")
"""Versions, dates, addresses, a token's public head, paths, packages: whatever they hold."""
_NAMES = frozenset(
    b"password passwd pass passphrase pwd secret token key user username test testing tests admin root login demo "
    b"guest name value default postgres postgresql mysql mariadb sqlite redis mongo mongodb kafka rabbit auth oauth "
    b"python node java javascript typescript ruby php rust golang web app api dev prod staging server host hostname "
    b"client version sample example dummy fake mock foo bar baz argon scrypt bcrypt aes rsa sha base uint int float "
    b"string str arg param file line step part phase task item page model gpt claude opus sonnet haiku llama gemini "
    b"email mail address field column label section group level layer block index count number size width height port "
    b"module package class method function result error warning response request session cookie header body data "
    b"image video audio button input output option choice case type kind state status score table row cell node edge "
    b"vector matrix point unicode ascii latin linux windows ubuntu debian fedora alpine localhost local remote".split()
)
"""Words whose numbered forms are names of things, not secrets: `password2` is a field, `node20` a program."""

_NO_LETTERS = bytes(byte for byte in range(128) if not chr(byte).isalpha())
_BLANK_BYTES = bytes(range(33))


def entropy(value: bytes) -> float:
    """Return the Shannon entropy in bits a byte.

    >>> entropy(b"aabb")
    1.0
    """
    size = len(value)
    return math.log2(size) - sum(n * math.log2(n) for n in Counter(value).values() if n > 1) / size if size else 0.0


def split_secret(secret: bytes) -> tuple[bytes, ...]:
    """Return the values of a secret that can be looked for by themselves; none where all are too ordinary.

    A secret of several words or lines (a private key, a cookie) is taken piece by piece, and a value in a URL also as
    what its percent signs stand for.

    >>> split_secret(b"hunter2-Zx9"), split_secret(b"postgres"), split_secret(b"sid=9f8e7d6c5b4a39; Path=/")
    ((b'hunter2-Zx9',), (), (b'9f8e7d6c5b4a39',))
    """
    pieces = _BLANK.split(secret)[:_MOST_PIECES]
    if len(pieces) > 1:
        pieces = [piece.rpartition(b"=")[2] if b"=" in piece[:-2] else piece for piece in pieces]
    inner = [piece.strip(_EDGE) for piece in pieces]  # a rule may take the end of a sentence for part of its secret
    plain = [unquote_to_bytes(piece) for piece in pieces if b"%" in piece]
    return tuple(dict.fromkeys(piece for piece in (*pieces, *inner, *plain) if is_specific(piece)))


def is_specific(value: bytes) -> bool:
    """Tell whether a value looks like nothing but itself.

    >>> [is_specific(value) for value in (b"secret789", b"Tr0ub4dor&3", b"localhost", b"sha256", b"20261122")]
    [True, True, False, False, False]
    """
    if not SHORTEST <= len(value) <= LONGEST or len(set(value)) < 4 or value.translate(None, _BLANK_BYTES) != value:
        return False
    if value.isdigit():
        return len(value) >= _LONG_NUMBER
    if _ORDINARY.fullmatch(value) is not None:
        return False
    if _CODE.search(value) is not None and not _is_random(value):
        return False
    if b"/" in value and not (_is_random(value) and value.count(b"/") <= len(value) // 16):
        return False
    return _is_random(value) or _is_own_word(value)


def _is_random(value: bytes) -> bool:
    """Tell whether less than half of a value is words, names of techniques or single letters."""
    plain = _TECHNICAL.sub(b"", value)
    letters = plain.translate(None, _NO_LETTERS)
    if letters == plain:
        return len(plain) >= SHORTEST and (_is_unspeakable(plain) or _is_mixed(plain))
    readable = sum(map(len, _WORD_PART.findall(plain))) + len(value) - len(plain)
    digits = len(plain) - len(plain.translate(None, b"0123456789"))
    return readable * _HALF < len(value) and (digits > 0 or _has_sign(plain)) and len(letters) + digits >= 4


def _is_unspeakable(letters: bytes) -> bool:
    """Tell whether letters alone are no word: too many consonants in a row."""
    return re.search(rb"(?i)[bcdfghjklmnpqrstvwxz]{%d}" % _WORDLESS, letters) is not None


def _is_mixed(letters: bytes) -> bool:
    """Tell whether capitals stand among small letters as no name has them."""
    return len(re.findall(rb"[a-z][A-Z](?![a-z]{2})", letters)) >= 2


def _has_digit(value: bytes) -> bool:
    return len(value.translate(None, b"0123456789")) < len(value)


def _has_sign(value: bytes) -> bool:
    """Tell whether a value has a character that no identifier, path or version has."""
    return any(byte in b"!#%&*?@^~+" for byte in value)


def _is_own_word(value: bytes) -> bool:
    """Tell whether a readable value is somebody's own making: a number or a sign at a word, or three words."""
    plain = _TECHNICAL.sub(b"", value.strip(b"!#%&*?@^~+"))
    words = [word.lower() for word in re.findall(rb"[A-Z]?[a-z]+|[A-Z]+", plain)]
    if len(plain) < 4 or not words:
        return False
    if re.fullmatch(rb"[A-Za-z]+\d{1,%d}" % (_MANY_DIGITS - 1), plain) is not None:
        return all(word not in _NAMES for word in words) and len(words) == 1
    if re.search(rb"\d{%d}" % _MANY_DIGITS, plain) is not None or _has_sign(value):
        return not (len(words) == 1 and words[0] in _NAMES and len(value) < 8)
    parts = re.findall(rb"[A-Za-z0-9]+", plain)
    if len(parts) > 1 and any(_has_digit(part) and _PLAIN_PART.fullmatch(part) is None for part in parts):
        return True
    return len(re.split(rb"[-_.]", plain)) >= 3 and len(value) >= _LONG_PHRASE
