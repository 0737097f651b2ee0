"""Find values that a word announces: ``DB_PASSWORD=...``, ``"apiKey": "..."``, ``Authorization: Bearer ...``.

The word is found first, then what stands behind it is judged; so that one way of reading fits code in any language,
settings, headers, logs and prose.
"""

import base64
import binascii
import re
from collections.abc import Iterator
from functools import lru_cache

import re2

from twiceshy.privacy.opinion.sightings import Certainty, Sighting
from twiceshy.privacy.opinion.value_shape import ValueShape, judge_shape
from twiceshy.privacy.secrets.code_names import is_code_name, is_public_value

_LONGEST_NAME = 80
"""Bytes of a word above which it is no name (guess of 2026-11-22)."""
_LONGEST_VALUE = 2048
"""Bytes of a value that are looked at (guess of 2026-11-22)."""
_LEAST_KEY = 16
"""Bytes from which something random behind a weak word is a key (guess of 2026-11-22)."""

_STRONG, _HALF_STRONG = 3, 2  # see weigh_name
_BEHIND_STRONG = {
    ValueShape.CHOSEN: (Certainty.POSSIBLE, Certainty.LIKELY),
    ValueShape.DIGEST: (Certainty.LIKELY, Certainty.LIKELY),
    ValueShape.RANDOM: (Certainty.LIKELY, Certainty.CERTAIN),
}
"""What a value behind a strong name is: where only a blank stands between, and where it is given directly."""

_KEYED = re2.compile(
    rb"(?i)([\w.$-]*(?:pass|pwd|\bpw\b|secret|token|key|auth|cred|psk\b|_pat\b|cookie|kennwort|contrase|senha)"
    rb"[\w$-]*)((?:\.[\w$-]+)*)([^\w\n][ \t]*[^\w\n]{0,8}[ \t]*"
    rb"(?:(?:is|was|are|as|to|value|[\w.]{1,12}[ \t]*=)[^\w\n]{1,4})?(?:\n{1,2}[ \t]*)?)"
)
_PHRASE = re2.compile(
    rb"(?i)(?:mnemonic|seed|recovery|secret)(?:[ _-]?(?:phrase|words))?[^\w\n]{1,6}((?:[a-z]{3,8} ){11,23}[a-z]{3,8})\b"
)
_SCHEME = re2.compile(rb"(?i)\b(bearer|basic)[ \t]+([\w.~+/=-]{8,})")
_COOKIES = re2.compile(rb"(?i)\bcookie['\"]?[:=][ \t]*['\"]?([^\r\n'\"]{8,})")
_COOKIE = re.compile(rb"([\w.-]{2,60})=([^;,\s]{12,2048})")
_NAME_PARTS = re.compile(rb"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_FILE_END = re.compile(rb"\.(?:[a-z]{1,4}|[jt]sx|json|yaml|toml|java|swift)")
_ANOTHER = re.compile(rb"[\w.-]+=[^=]")
_CODE_BETWEEN = re.compile(rb"[;{})?!+&^~]|==|\([ \t]*$|<[^<]|\]\s*$|\)\s*[.,]")
_CALLED = re.compile(rb"\(\s*b?[\"'`]$|<<<")
_TYPED = re.compile(rb"[\w.][ \t]*=")
_OPENING = re.compile(rb"[bfru]{0,2}[\"'`]")
_BARE_END = re.compile(rb"[\s\"'`,;<>|)\]}]|\\[nrt\"']|\xe2\x94\x82|$")
_ASSIGNS = re.compile(rb"[=:|>]|,|\b(?:is|was|are|as|to|value)\b")

_OWN = frozenset(
    b"password passwd pwd pw passphrase passcode passwort kennwort contrase senha psk pgpassword requirepass secret "
    b"secrets apikey passw authtoken".split()
)
"""Words that announce a secret by themselves."""
_HALF = frozenset(b"token tokens pass auth authorization credential credentials cred creds cookie pat bearer".split())
"""Words that announce a secret where the value looks like one."""
_BEFORE_KEY = frozenset(
    b"api access secret private account auth master encryption signing service license admin subscription shared "
    b"client session jwt role deploy webhook storage app ssh crypt cipher hmac functions write read server".split()
)
"""Words that make a key out of ``key``."""
_OTHERWISE = frozenset(
    b"hash hashes hashed hasher hashers digest id ids count counts length len max min num number type types name names "
    b"file files path paths url uri field fields label hint regex pattern policy reset expires expiry expiration ttl "
    b"limit usage input output cached total completion fingerprint public pub publishable index column columns primary "
    b"foreign size position kind error errors invalid algorithm alg version checksum sha md integrity etag request "
    b"trace span idempotency partition sort row translation tokenizer tokenize tokenized keyboard author authors "
    b"authored authority monkey turkey keyword keywords bypass compass passed passing passes passage passenger passive "
    b"hotkey keydown keyup keypress keystroke format prefix suffix header headers validation validator strength "
    b"generator manager store provider placeholder required missing attempts age days minutes seconds at by ref "
    b"location dir dn scope scopes issuer audience authenticated unauthenticated authentication step cred_type stdin "
    b"method mode".split()
)
"""Words beside which a secret's word means something else."""


def find_keyed(view: bytes) -> Iterator[Sighting]:
    """Yield what words announce."""
    for match in _KEYED.finditer(view):
        name = match[1]
        strength = weigh_name(name[-_LONGEST_NAME:] + match[2][:_LONGEST_NAME])
        if not strength or (strength < _STRONG and b"," in match[3]) or _FILE_END.fullmatch(match[2]):
            continue
        if value := _cut_value(view, match.end(), match[3], name):
            start, end, direct = value
            certainty = weigh_value(view[start:end], strength, direct=direct)
            if certainty and not (is_code_name(view, start, end, name) or is_public_value(view, start, end, name)):
                yield Sighting(start, end, "announced", "word-before", certainty)


@lru_cache(maxsize=1 << 14)
def weigh_name(name: bytes) -> int:
    """Return how much a name announces a secret, from 0 to 3.

    >>> weigh_name(b"dbPassword"), weigh_name(b"max_tokens"), weigh_name(b"API_KEY"), weigh_name(b"key")
    (3, 0, 3, 1)
    """
    parts = [part.lower() for part in _NAME_PARTS.findall(name)]
    words = set(parts)
    if words & _OTHERWISE:
        return 0
    if words & _OWN:
        return 3
    if b"key" in words:
        return 3 if words & _BEFORE_KEY else 1
    if b"pass" in words and len(words) > 1:
        return 3
    if words & _HALF:
        return 2
    last = parts[-1] if parts else b""
    ends = (b"password", b"passwd", b"pass", b"secret", b"token", b"apikey", b"passphrase", b"pwd", b"accesskey")
    return 2 if last.endswith(ends) and not last.endswith((b"bypass", b"compass")) else 0


def _cut_value(view: bytes, at: int, between: bytes, name: bytes) -> tuple[int, int, bool] | None:
    """Return where the value behind a name begins and ends, and whether a sign of giving stands between.

    Code between them (a call, a comparison, the end of a statement) means that none is given.
    """
    if not _gives(between):
        return None
    direct = bool(_ASSIGNS.search(between))
    option = name.startswith(b"-")
    if opening := _OPENING.match(view, at):
        at = opening.end()
    quote = view[at - 1 : at]
    if quote in (b'"', b"'", b"`"):
        stop = view.find(quote, at, at + _LONGEST_VALUE)
        if stop < 0 or b"\n" in view[at:stop]:
            stop = _find_end(view, at)
    else:
        stop = _find_end(view, at)
    if stop <= at:
        return None
    return at, stop, direct or option or quote in (b'"', b"'")


def _gives(between: bytes) -> bool:
    """Tell whether what stands between a name and a value gives the one the other."""
    sign = between.strip()
    if between.endswith(b"<") or (b"\n" in between and sign[-1:] not in (b":", b"=", b"(", b"|")):
        return False
    if b"," in sign and not (sign[0] in b"\"'" and sign[-1] in b"\"'b"):
        return False  # of a list, not of a call
    if (sign.startswith(b"|") and not between.startswith(b" |")) or sign.startswith(b"."):
        return False
    if _TYPED.search(between) and not sign.startswith(b":") and b" value" not in between:
        return False
    return not _CODE_BETWEEN.search(between) or bool(_CALLED.search(between))


def _find_end(view: bytes, at: int) -> int:
    """Return where an unquoted value ends."""
    found = _BARE_END.search(view, at, at + _LONGEST_VALUE)
    return found.start() if found else min(len(view), at + _LONGEST_VALUE)


def weigh_value(value: bytes, strength: int, *, direct: bool) -> Certainty | None:
    """Return how certain it is that a value behind a name of this strength is a secret; None if it is not."""
    shape = judge_shape(value)
    if shape is ValueShape.HARMLESS or b" " in value or (not direct and _ANOTHER.match(value)):
        return None
    if strength == _STRONG:
        return _BEHIND_STRONG[shape][direct]
    if shape is ValueShape.RANDOM and len(value) >= _LEAST_KEY and (strength == _HALF_STRONG or direct):
        return Certainty.LIKELY
    if strength < _HALF_STRONG:
        return Certainty.POSSIBLE if shape is ValueShape.RANDOM else None
    bare = direct and shape is ValueShape.DIGEST and b"-" not in value  # a UUID is mostly an id
    return Certainty.LIKELY if bare else Certainty.POSSIBLE


def find_schemes(view: bytes) -> Iterator[Sighting]:
    """Yield what stands behind the schemes of HTTP, and cookies."""
    for match in _SCHEME.finditer(view):
        value, basic = match[2], match[1].lower() == b"basic"
        if basic and not _holds_pair(value):
            continue
        shape = judge_shape(value)
        if shape is not ValueShape.HARMLESS or (basic and len(value) > _LEAST_KEY):
            certainty = Certainty.CERTAIN if shape is ValueShape.RANDOM or basic else Certainty.LIKELY
            yield Sighting(match.start(2), match.end(2), "authorization", "scheme-before", certainty)
    for match in _PHRASE.finditer(view):
        yield Sighting(match.start(1), match.end(1), "seed-phrase", "words-before", Certainty.CERTAIN)
    yield from _find_cookies(view)


def _find_cookies(view: bytes) -> Iterator[Sighting]:
    """Yield the values of cookies that look random."""
    for match in _COOKIES.finditer(view):
        for one in _COOKIE.finditer(match[1]):
            if judge_shape(one[2]) in (ValueShape.RANDOM, ValueShape.DIGEST):
                at = match.start(1)
                yield Sighting(at + one.start(2), at + one.end(2), "cookie", "cookie-header", Certainty.LIKELY)


def _holds_pair(value: bytes) -> bool:
    """Tell whether base64 holds a login and a password."""
    try:
        raw = base64.b64decode(value + b"=" * (-len(value) % 4), validate=True)
    except (binascii.Error, ValueError):
        return False
    return b":" in raw and raw.isascii() and raw.decode("ascii").isprintable()
