"""Values that look drawn, on a line that speaks of a credential: whatever stands between the word and the value.

A rule knows one way in which a name and its value are written; people, tools and languages have hundreds. So here the
line is read the other way round: first which of its words could be a secret by their letters alone, then whether one of
the words before it announces one. The less the letters say, the nearer and the plainer the announcement must be.
"""

import base64
import binascii
import re
from collections.abc import Iterator

import re2

from twiceshy.privacy.secrets.code_names import is_code_name, is_public_value
from twiceshy.privacy.secrets.credential_words import ABOVE, BEGINNINGS, FAR, HALF, OWN
from twiceshy.privacy.secrets.drawn_letters import HEX, LEAST_DRAWN, LEAST_KEY, SHORTEST, Shape, judge_letters
from twiceshy.privacy.secrets.secret_triggers import LATIN
from twiceshy.privacy.secrets.word_pairs import measure_words

_NEAR = 40
"""Bytes between a word and a value that people choose, as such look like other things too (guess, 2026-11-24)."""
REACH = 240
"""Bytes of a line that are read on each side of a place (guess, 2026-11-24)."""
_LONGEST = 512
"""Bytes of a value (guess, 2026-11-24)."""
_LEAST_FAR = 8
"""Bytes of a value that no plain name gives (guess, 2026-11-24)."""
_LEAST_HEX = 24
"""Hexadecimal digits of a key that no plain name gives: fewer are ids as often (guess, 2026-11-24)."""

WORD = re2.compile(rb"(?i)(%b)|(?:%b)" % (b"|".join(OWN), b"|".join(HALF)), LATIN)
"""Any of the words; the group takes part in one for a password."""
OTHERWISE = re.compile(
    rb"(?i)tokens|(?<![a-z])(?:websocket|max|min|num|count|total|hash|hashed|digest|sha\d*|md5|checksum|fingerprint"
    rb"|thumbprint|public|pub|publishable|commit|etag|integrity|signature|request|trace|span|idempotency|primary|foreign"
    rb"|sort|partition|index|column|type|url|uri|path|file|name|regex|version|ssh-\w+|tool_use|call|uuid|arn)(?![a-z])"
    rb"|[\"' ](?:id|oid|uid|node_id|ref|email|host|model|role|tag)[\"']?[ ]?[:=]"
    rb"|(?:[a-z]|[_-])(?-i:Id|_id|-id|ID|Hash|Name|Type|Path|File|Url|Count)s?\b"
    rb"|keyring|keyword|author|passed|bypass|compass"
)
"""Words beside which a credential's word means something else, or what they announce is public."""

_VALUE = re.compile(rb"[^\s\"'`<>|,;(){}\[\]\\\x80-\xff]{6,}")
_ENDS = re.compile(rb"[\s\"'`<>|,;(){}\[\]\\\x80-\xff]")
_KEYED = re.compile(rb"(?:[\w.$-]{1,60}(?:=>|:=|[=:])|[*_>$@:]{1,3})(?=[^=/])")
_GIVES = re.compile(
    rb"(?i)[\w-]{0,24}[\"'`\])*_]{0,4}[ \t]{0,40}(?:=>|:=|->|==|[=:|>,~]|\b[0-9]\b|\xef\xbc\x9a"
    rb"|\b(?:is|was|ist|lautet|est|es|\xc3\xa9|be|to|of)\b"
    rb"|\xe6\x98\xaf|\xe3\x81\xaf|'s\b)?[ \t]{0,12}[\"'`*_(\[{=>]{0,4}[ \t]{0,4}(?:[bfru@]{1,2}(?=[\"'`]))?[\"'`]{0,3}"
)
"""What gives a value to the name before it."""
_QUOTES = (b'"', b"'", b"`")
_GIVING = (b"=", b'"', b"'", b" ")
_PIPED = re.compile(
    rb"\b(?:echo|printf)[ ](?:-\w+[ ]|[\"']%s(?:\\n)?[\"'][ ])*([\"']?)([^\"'\s|]{8,400}?)(?:\\n)?\1[ ]{0,3}\|"
    rb"[ ]{0,3}(base64[ ]-\w*[dD]|base64[ ]--decode)?"
)
_QUOTED_WORDS = re.compile(rb"[\"']((?:[!#-&(-~]{2,16}[ ]){1,7}[!#-&(-~]{2,16})[\"']")
_OWN_BEGINNING = re.compile(
    rb"(?<![A-Za-z0-9_/-])((?:[a-z0-9]{2,12}[_-]){0,2}(?:%b)[_-](?:[a-z]{2,8}[_-])?([A-Za-z0-9]{20,200}))(?![\w-])"
    % BEGINNINGS
)
_PUBLIC_BEGINNING = re.compile(rb"p(?:k|ub|ublic|ublishable)[_-]")
"""How keys begin that are meant to be seen, as Stripe's of a page."""
_JOINED = re.compile(rb"(?i:password|passwd|secret|token|key)[=_-]([A-Za-z0-9]{16,64})(?![\w-])")
_GROUPS = re.compile(
    rb"(?<![A-Za-z0-9])((?:[A-Z2-7]{4}[ -]){3,15}[A-Z2-7]{4}|(?:[a-z2-7]{4}[ -]){3,15}[a-z2-7]{4})(?![A-Za-z0-9])"
)
_SEED = re.compile(rb"(?i)secret|set-?up|2fa|mfa|otp|authenticator|seed|manual|key|code")
_REMARK = re.compile(rb"//|#|--|/\*|\||<!--|\xe2\x80\x94| \(")
"""What begins a remark, or hands a value on to another command."""
_GIVEN = re.compile(rb"(?:[=:][ \t]{0,4}[\"'`]?|[=:,(][ \t]{0,4}[\"'`]|[ ]--?[a-z][\w-]{0,20}[ =]|<[\w:.-]{1,40}>)$")
_ID = re.compile(
    rb"(?:toolu|msg|req|call|chatcmpl|resp|item|run|thread|file|cus|pi|price|prod|evt|acct|pk|ses|session|org|user|proj"
    rb"|step|task|build|dpl|prj|team|rec|tbl|app|fld|agent|srvtoolu|container|batch|node|web|prt|fc|rs|in|sub|key|kid|id|sha\d*|r1|h1|v\d)[_:-]"
)


def may_be_drawn(text: bytes, place: int) -> bool:
    """Tell whether the word that a place is in, or right behind, may be a secret by its letters."""
    before = _ENDS.split(text[max(0, place - _WORD_AROUND) : place])[-1]
    behind = _ENDS.search(text, place, place + _WORD_AROUND)
    end = behind.start() if behind is not None else min(len(text), place + _WORD_AROUND)
    start, end = _trim(text, place - len(before), end)
    return judge_letters(text[start:end]) is not Shape.PLAIN


_WORD_AROUND = 64
"""Bytes of a word on each side of a place that are looked at first (guess, 2026-11-24)."""


def find_nearby(text: bytes, place: int) -> Iterator[tuple[int, int, str]]:
    """Yield the secrets of the line around a place, in order: start, end, kind."""
    low, high = _cut_line(text, place)
    line = text[low:high]
    yield from ((low + start, low + end, kind) for start, end, kind in _find_alone(line))
    words: list[re.Match[bytes]] | None = None
    above: tuple[str, int] | None = None
    for start, end, shape in _list_values(line):
        if words is None:  # most lines have no such value
            words, above = list(WORD.finditer(line)), _find_above(text, low)
        kind = _announce(line, words, start, end, shape) if words else None
        if kind is None and above is not None and _is_given_below(line, start, end, shape, above[1] + start):
            kind = above[0]
        if kind is not None:
            yield low + start, low + end, kind
    yield from ((low + start, low + end, "password") for start, end in _find_phrases(line))


def _list_values(line: bytes) -> Iterator[tuple[int, int, Shape]]:
    """Yield what of a line could be a secret by its letters: start, end, shape."""
    for found in _VALUE.finditer(line):
        if found[0].isalpha() and (found[0].islower() or found[0].istitle()):
            continue
        start, end = _trim(line, *found.span())
        if not SHORTEST <= end - start <= _LONGEST:
            continue
        shape = judge_letters(line[start:end])
        if shape is not Shape.PLAIN and not _ID.match(line, start, end):
            yield start, end, shape


def _find_phrases(line: bytes) -> Iterator[tuple[int, int]]:
    """Yield what stands in quotes behind a password's own name and is several words, of which most read as none."""
    for found in _QUOTED_WORDS.finditer(line):
        words = [word for word in WORD.finditer(line, max(0, found.start() - _NEAR), found.start()) if word[1]]
        if not words or _GIVES.fullmatch(line, words[-1].end(), found.start(1)) is None:
            continue
        if OTHERWISE.search(_take_name(line, words[-1])) is None and _is_drawn_phrase(found[1].split(b" ")):
            yield found.span(1)


def _is_drawn_phrase(words: list[bytes]) -> bool:
    """Tell whether words are none of a language: groups of four letters that do not read, or letters and digits mixed.

    >>> [_is_drawn_phrase(one.split()) for one in (b"dkpf vcyb rzso vwie", b"Enter your password", b"at least 8 signs")]
    [True, False, False]
    """
    if len(words) == _GROUPS_OF_FOUR and all(len(word) == _GROUPS_OF_FOUR and word.isalpha() for word in words):
        return measure_words(b"".join(words)) < _READS
    mixed = sum(_MIXED.search(word) is not None for word in words)
    return mixed * 2 > len(words)


_GROUPS_OF_FOUR = 4
"""Letters of a group and groups of a password for one application (by the format in which Google gives them)."""
_READS = 0.62
"""Share of common pairs from which letters are a word: as measured for the second opinion on 2026-11-22."""
_MIXED = re.compile(rb"[A-Za-z][0-9]|[0-9][A-Za-z]{2}|[a-z][A-Z]")


def _read_base64(value: bytes) -> bytes:
    """Return what a value says in base64, or the value itself where that is no text."""
    try:
        plain = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        return value
    return plain.strip() if plain.isascii() and plain.strip().decode().isprintable() else value


def _find_alone(line: bytes) -> Iterator[tuple[int, int, str]]:
    """Yield what says by itself, or by the command it stands in, that it is a secret."""
    yield from ((start, end, "password") for start, end in _find_piped(line))
    for found in _OWN_BEGINNING.finditer(line):
        if judge_letters(found[2]) > Shape.CHOSEN and not _is_public(line, found):
            yield *found.span(1), "secret"
    for found in _JOINED.finditer(line):
        if judge_letters(found[1]) >= Shape.DIGITS and HEX.fullmatch(found[1]) is None:
            yield *found.span(1), "secret"
    for found in _GROUPS.finditer(line):
        value = found[1]
        if any(byte in b"234567" for byte in value) and _SEED.search(line, max(0, found.start() - 80), found.start()):
            yield *found.span(1), "otp-seed"


def _is_public(line: bytes, found: re.Match[bytes]) -> bool:
    """Tell whether a key's own beginning, or the words around it, say that everybody may see it."""
    around = line[max(0, found.start() - 24) : found.start()] + b" " + line[found.end() : found.end() + _NEAR]
    return _PUBLIC_BEGINNING.match(found[1]) is not None or OTHERWISE.search(around) is not None


def _find_piped(line: bytes) -> Iterator[tuple[int, int]]:
    """Yield what is printed into another command."""
    for found in _PIPED.finditer(line):
        start, end = _trim(line, *found.span(2))
        shape = judge_letters(_read_base64(line[start:end]) if found[3] else line[start:end])
        if shape is Shape.DRAWN or (shape is Shape.CHOSEN and found[1]):
            yield start, end


def _trim(line: bytes, start: int, end: int) -> tuple[int, int]:
    """Return a value's place without the name before it and the signs that end a sentence."""
    if line[start - 1 : start] == b"\\" and line[start : start + 1] in (b"n", b"r", b"t"):
        start += 1
    while (key := _KEYED.match(line, start, end)) is not None and judge_letters(key[0].rstrip(b"=:>")) is Shape.PLAIN:
        start = key.end()
    return start, start + len(line[start:end].rstrip(b".:!?*_"))


def _find_above(text: bytes, low: int) -> tuple[str, int] | None:
    """Return what the last word in the lines above announces, and how far above; None where none does."""
    before = text[max(0, low - ABOVE) : low]
    words = [
        word
        for word in WORD.finditer(before)
        if not _is_vague(word)
        and (word[1] is not None or word[0].lower()[:3] in _PLAIN_HALF)
        and before[word.start() - 1 : word.start()] != b"/"
    ]
    if not words or b"\x00" in before or OTHERWISE.search(_take_name(before, words[-1])):
        return None
    return _name_kind(words[-1]), len(before) - words[-1].end()


_VAGUE = frozenset(
    {
        b"pass",
        b"pin",
        b"login",
        b"log in",
        b"logged in",
        b"sign in",
        b"signed in",
        b"signin",
        b"psk",
        b"pw",
        b"creds",
        b"connect(",
    }
)
"""Words that mean other things too often to announce what they do not give with a sign (guess, 2026-11-24)."""


def _is_vague(word: re.Match[bytes]) -> bool:
    return word[0].lower().strip(b"_-: ") in _VAGUE


_PLAIN_HALF = (b"sec", b"api", b"pri")


def _take_name(line: bytes, word: re.Match[bytes]) -> bytes:
    """Return the whole name that a word stands in."""
    before = _NO_NAME.split(line[max(0, word.start() - _NEAR) : word.start()])[-1]
    behind = _NO_NAME.split(line[word.end() : word.end() + _NEAR])[0]
    return before + word[0] + behind


_NO_NAME = re.compile(rb"[^\w.-]")


def _is_given_below(line: bytes, start: int, end: int, shape: Shape, gap: int) -> bool:
    """Tell whether a value in a line below its word is plain enough to be the one that is meant."""
    value = line[start:end]
    before = line[max(0, start - 24) : start]
    if shape is Shape.NUMBERED or WORD.search(value) is not None:  # a name with the word in it
        return False
    if OTHERWISE.search(before) or is_public_value(line, start, end):
        return False
    if line.strip(b" \t\r\"'`,") == value:  # it has its line to itself
        return gap <= _NEAR * 2 and (shape is not Shape.DIGITS or len(value) == _SIXTEEN_BYTES)
    if shape is Shape.DIGITS or _GIVEN.search(line[max(0, start - 40) : start]) is None:
        return False
    return shape is Shape.CHOSEN or len(value) >= LEAST_KEY or _CHOSEN_SIGN.search(value) is not None


_CHOSEN_SIGN = re.compile(rb"[!#$%^&*@]")
"""A sign that no name has."""

_SIXTEEN_BYTES = 32
"""Hexadecimal digits of sixteen bytes, by definition two each; a commit has forty."""


def _cut_line(text: bytes, place: int) -> tuple[int, int]:
    """Return the line around a place, or what of it is read."""
    low, high = max(0, place - REACH), min(len(text), place + REACH)
    before, behind = text.rfind(b"\n", low, place - 1), text.find(b"\n", place - 1, high)
    if behind < 0 and (end := _ENDS.search(text, high, high + _LONGEST)) is not None:
        high = end.start()  # no value is cut
    return before + 1 if before >= 0 else low, behind if behind >= 0 else high


def _gives_digits(line: bytes, word: re.Match[bytes], start: int, end: int) -> bool:
    """Tell whether a word may give digits in no order: many are ids."""
    if word[0].lower().strip(b"_-. ") in _OF_IDS:
        return False
    plain = b"-" not in line[start:end] and end - start >= _LEAST_HEX
    return plain or _is_setting(line, word, start)


_OF_IDS = frozenset({b"session", b"cookie", b"sid", b"seed", b"salt", b"auth"})
"""Words that ids and hashes stand behind."""


def _is_setting(line: bytes, word: re.Match[bytes], start: int) -> bool:
    """Tell whether a name in capitals, or in a command that sets it, says that a UUID is a credential."""
    name = line[word.start() : start].rstrip(b"=: \"'`")
    plain = word[1] is not None or name.lower().startswith((b"secret", b"api"))
    return (plain or name.isupper()) and line[start - 1 : start] in _GIVING


def _announce(line: bytes, words: list[re.Match[bytes]], start: int, end: int, shape: Shape) -> str | None:
    """Return the kind of what the words before a value announce it as, or None."""
    for word in reversed(words):
        if word.end() > start or not _is_near_enough(line, word, start, end, shape):
            continue
        before = _take_name(line, word) + line[max(word.end(), start - _NEAR) : start]
        public = OTHERWISE.search(before) is not None or is_public_value(line, start, end, before)
        return None if public or is_code_name(line, start, end, before) else _name_kind(word)
    return _announce_behind(line, words, start, end, shape)


def _name_kind(word: re.Match[bytes]) -> str:
    return "password" if word[1] is not None else "secret"


def _is_near_enough(line: bytes, word: re.Match[bytes], start: int, end: int, shape: Shape) -> bool:
    """Tell whether a word before a value is near and plain enough for what the value's letters say."""
    own, between, before = word[1] is not None, line[word.end() : start], line[start - 1 : start]
    if len(between) > FAR or _says_too_little(word, line[start:end], between):
        return False
    if word[0].lower().startswith(b"key"):  # the plainest of words: of caches, tables and pages too
        return shape is Shape.DRAWN and not between.strip(b" \"'`") and end - start >= _LEAST_BARE
    direct = _GIVES.fullmatch(between) is not None
    if shape is Shape.NUMBERED or end - start < _LEAST_FAR:
        return own and direct and before in _GIVING
    if shape is Shape.DIGITS:
        return (direct or _is_asked(between)) and _gives_digits(line, word, start, end)
    least = LEAST_DRAWN if own else LEAST_KEY
    if shape is not Shape.CHOSEN:
        return direct or end - start >= least
    return _is_beside(before, between) if own else direct


def _is_beside(before: bytes, between: bytes) -> bool:
    """Tell whether a value that people choose stands in quotes, or near its word."""
    return before in _QUOTES or len(between) <= _NEAR


def _says_too_little(word: re.Match[bytes], value: bytes, between: bytes) -> bool:
    """Tell whether the word is a vague one that gives no value, or a test's verdict."""
    given = b"=" in between or b":" in between
    bare = _is_vague(word) and not given and not _may_follow(word, value, between)
    return bare or (word[0] == b"PASS" and between[:2] == b": ")


def _is_asked(between: bytes) -> bool:
    """Tell whether words between a credential's word and a value end as a question does."""
    return len(between) <= 2 * _NEAR and between.endswith(b": ") and b"," not in between


_LEAST_BARE = 32
"""Bytes of a key that nothing but the word ``key`` gives (guess, 2026-11-25)."""


def _may_follow(word: re.Match[bytes], value: bytes, between: bytes) -> bool:
    """Tell whether a value with a sign that no name has stands behind a vague word: ``old pw ...``."""
    near = not between.strip() or (word[0].lower().startswith((b"log", b"sign")) and len(between) <= _NEAR)
    return near and _CHOSEN_SIGN.search(value) is not None


def _announce_behind(line: bytes, words: list[re.Match[bytes]], start: int, end: int, shape: Shape) -> str | None:
    """Return the kind of what a word right behind a quoted value announces it as, in a remark or a command."""
    behind = next((word for word in words if word.start() >= end), None)
    if behind is None or behind.start() - end > _NEAR or line[start - 1 : start] not in _QUOTES:
        return None
    between = line[end : behind.end() + 24]
    if shape <= Shape.NUMBERED or _REMARK.search(line[end : behind.start()]) is None or OTHERWISE.search(between):
        return None
    return _name_kind(behind)
