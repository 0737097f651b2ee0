"""Values that look drawn, on a line that speaks of a credential: whatever stands between the word and the value.

A rule knows one way in which a name and its value are written; people, tools and languages have hundreds. So here the
line is read the other way round: first which of its words could be a secret by their letters alone, then whether one of
the words before it announces one. The less the letters say, the nearer and the plainer the announcement must be.
"""

import re
from collections.abc import Iterator
from enum import IntEnum
from functools import lru_cache

import re2

from twiceshy.facts.secrets.code_names import is_code_name, is_public_value
from twiceshy.facts.secrets.placeholder_words import is_placeholder
from twiceshy.facts.secrets.secret_triggers import LATIN
from twiceshy.facts.secrets.word_pairs import measure_words

_FAR = 100
"""Bytes between a word and its value on one line at most (guess, 2026-11-24)."""
_NEAR = 40
"""The same for a value that people choose, as such look like other things too (guess, 2026-11-24)."""
_ABOVE = 240
"""Bytes between a word and a value below it at most (guess, 2026-11-24)."""
REACH = 240
"""Bytes of a line that are read on each side of a place (guess, 2026-11-24)."""
_SHORTEST, _LONGEST = 6, 512
"""Bytes of a value (guess, 2026-11-24)."""
_LEAST_FAR = 8
"""Bytes of a value that no plain name gives (guess, 2026-11-24)."""
_LEAST_DRAWN = 12
"""Bytes from which letters and digits in no order are no name with a number (guess, 2026-11-24)."""
_LEAST_KEY = 16
"""Bytes of a key in digits and small letters, and of one that is only near its word (guess, 2026-11-24)."""
_LEAST_HEX, _LEAST_GIVEN_HEX = 24, 16
"""Hexadecimal digits of a key: fewer are ids as often; and of one that a plain name gives (guess, 2026-11-24)."""
_READS = 0.62
"""Share of common pairs from which letters are a word: as measured for the second opinion on 2026-11-22."""
_MOST_READABLE = 0.5
"""Share of a value that words may make up (guess, 2026-11-24)."""

_OWN = (
    *(b"passw(?:or)?d", b"passwd", b"passphrase", b"passcode", b"passkey", b"pwd", b"kennwort", b"passwort", b"senha"),
    *(b"zugangscode", b"contrase(?:\xc3\xb1|n)a", b"mot de passe", b"wachtwoord", b"has(?:\xc5\x82|l)o", b"heslo"),
    *(b"l(?:\xc3\xb6|o)senord", b"parola", b"\xc5\x9fifre", "пароль".encode(), "密码".encode(), "密碼".encode()),
    *("口令".encode(), "パスワード".encode(), "비밀번호".encode(), rb"\bpass\b", rb"[_-]pass\b", rb"\bpw\b", rb"[_-]pw\b"),
    *(rb"\bpsk\b", rb"\bpin\b", rb"\bcreds\b", rb"\blogin:?[ ]", rb"\bcredentials\b", b"authtok"),
    *(rb"connect\(", b"createuser", b"create user", b"add_user"),
)
"""Words for a password in a dozen languages."""
_HALF = (
    *(b"secret", b"token", b"credential", b"api[ _-]?key", b"jeton", b"clave", b"chave", b"geheim", rb"\bbearer\b"),
    rb"(?:access|private|signing|encryption|master|licen[cs]e|auth|session|deploy|service|account|shared|webhook)[ _-]?key",
    *(rb"(?:setup|recovery|client|admin)[ _-]?key", rb"[a-z0-9][_-]key\b", rb"(?-i:[a-z]Key)\b", rb"\bauth\b"),
    *(rb"[_-]auth\b", rb"\bsalt\b", rb"\bseed\b", b"schl(?:\xc3\xbc|ue)ssel", rb"\bcl(?:\xc3\xa9|e) (?:api|priv|secr)"),
    *(rb"[_-]pat\b", rb"[_-]session\b", rb"\bapi=", rb"[._-]sid\b", b"cookie", rb"--sec\b", b"mnemonic", b"licen[cs]e"),
    *("密钥".encode(), "令牌".encode(), "токен".encode(), "ключ".encode()),
)
"""Words for a key or a token."""
_WORD = re2.compile(rb"(?i)(%b)|(?:%b)" % (b"|".join(_OWN), b"|".join(_HALF)), LATIN)
_BORDER = rb"[^A-Za-z0-9\n+/]"
_GAP = rb"[\w-]{0,16}%b(?:[^\n]{0,%d}%b)?" % (_BORDER, _FAR, _BORDER)
_DIRECT = rb"[\w-]{0,16}[^\w\n]{1,12}"
_THREE = rb"(?:[a-z][0-9][A-Z]|[a-z][A-Z][0-9]|[A-Z][a-z][0-9]|[A-Z][0-9][a-z]|[0-9][a-z][A-Z]|[0-9][A-Z][a-z])"
"""A small letter, a capital and a digit side by side: of 24 drawn ones 98 % have such a place, of words few."""
_DRAWN = (
    rb"%b[A-Za-z0-9_.!%%&*?#^$~@=-]{0,16}%b" % (_GAP, _THREE),
    rb"%b[A-Za-z0-9_.=-]{1,20}[!%%&*?#^$~@+][A-Za-z0-9!%%&*?#^$~@+.-]{2}" % _GAP,
    rb"%b(?:[0-9][ ])?(?:[a-z0-9]{0,14}[0-9][a-z0-9]{8}|[A-Z0-9]{0,14}[0-9][A-Z0-9]{8})" % _DIRECT,
    rb"%b[A-Za-z]{0,12}[a-z][A-Z][a-z]?[A-Z]" % _DIRECT,
    rb"[\w-]{0,16}[^\n]{0,80}:[ ][0-9a-f]{24}",
    rb"%b[A-Z][a-z0-9]{3,10}[._-]?(?:[A-Z][a-z]{3,10})?[0-9]{2}" % _DIRECT,
)
_SEED_WORDS = (b"secret key", b"setup", b"set-up", b"authenticator", b"2fa", b"mfa ", b"totp")
_OWN_WORDS = b"live|prod|pat|key|apikey|sk|secret|token|api|tok|auth|admin|priv|sec"
"""Words with which services begin their keys."""
_BELOW = (
    rb"(?s:.{0,%d})[\"'=: ][ \t]{0,4}[\"'`]?[A-Za-z0-9_.!%%&*?#^$~@+/-]{0,16}%b" % (_ABOVE, _THREE),
    rb"(?s:.{0,%d})[\"'=: ][ \t]{0,4}[\"'`]?[A-Za-z0-9_.-]{1,20}[!%%&*?#^$~@+][A-Za-z0-9!%%&*?#^$~@+.-]{2}" % _ABOVE,
)
_ABOVE_WORDS = (b"passw(?:or)?d", b"passphrase", b"passcode", b"secret", b"api[ _-]?key", b"private[ _-]?key", b"credentials")
IN_VALUE = (
    *(rb"(?i:%b)%b" % (word, drawn) for word in (*_OWN, *_HALF) for drawn in _DRAWN),
    *(rb"(?i:%b)%b" % (word, below) for word in _ABOVE_WORDS for below in _BELOW),
)
"""Signs that end within the value, each where such a line may stand: one word each, as an engine finds these by their
letters, and all in one forty times as slowly (measured on 2026-11-24)."""
SIGNS = (
    *IN_VALUE,
    *(rb"[\"'`][A-Za-z0-9_.!%%&*?#^$~@+-]{8,80}[\"'`][^\n]{0,40}(?://|#|--|\||\xe2\x80\x94|\()[^\n]{0,40}(?i:%b)" % word
      for word in (*_OWN, *_HALF)),
    *(rb"%b [^\n|]{0,24}[\"'][A-Za-z0-9_.!%%&*?#^$~@+:-]{8,80}(?:\\n)?[\"'][ ]{0,3}\|" % word for word in (b"echo", b"printf")),
    *(rb"(?i:%b)[^\n]{0,60}[ ](?:[A-Z2-7]{4}[ -]){3}[A-Z2-7]{4}" % word for word in _SEED_WORDS),
    *(rb"(?i:%b)[^\n]{0,60}[ ](?:[a-z2-7]{4}[ -]){3}[a-z2-7]{4}" % word for word in _SEED_WORDS),
    *(rb"[a-z0-9_-]%b[_-](?:[a-z]{2,8}[_-])?[A-Za-z0-9]{20}" % word for word in _OWN_WORDS.split(b"|")),
    *(rb"(?i:%b)[=_-][A-Za-z0-9]{0,16}[0-9][A-Za-z0-9]{5}" % word for word in (b"password", b"secret", b"token", b"key")),
    *(rb"(?i:%b)[^\n]{0,80}:?[ \t\r]{0,4}\n{1,2}[ \t]{0,8}[A-Za-z0-9+/]{24}" % word
      for word in (b"password", b"secret key", b"private key", b"api key", b"api token", b"access token")),
*(rb"(?i:%b)[\"'` ]{0,2}[=:][ ]{0,2}[\"'`]?[0-9a-f]{8}-[0-9a-f]{4}-" % word for word in (b"key", b"secret", b"password", b" api")),
)
"""Every sign of such a line, for an engine that looks for all of them at once."""

_VALUE = re.compile(rb"[^\s\"'`<>|,;(){}\[\]\\\x80-\xff]{6,}")
_ENDS = re.compile(rb"[\s\"'`<>|,;(){}\[\]\\\x80-\xff]")
_KEYED = re.compile(rb"(?:[\w.$-]{1,60}(?:=>|:=|[=:])|[*_>$@:]{1,3})(?=[^=/])")
_OTHERWISE = re.compile(
    rb"(?i)tokens|(?<![a-z])(?:websocket|max|min|num|count|total|hash|hashed|digest|sha\d*|md5|checksum|fingerprint"
    rb"|thumbprint|public|pub|publishable|commit|etag|integrity|signature|request|trace|span|idempotency|primary|foreign"
    rb"|sort|partition|index|column|type|url|uri|path|file|name|regex|version|ssh-\w+|tool_use|call|uuid|arn)(?![a-z])"
    rb"|[\"' ](?:id|oid|uid|node_id|ref|email|host|model|role|tag)[\"']?[ ]?[:=]"
    rb"|(?:[a-z]|[_-])(?-i:Id|_id|-id|ID|Hash|Name|Type|Path|File|Url|Count)s?\b|keyring|keyword|author|passed|bypass|compass"
)
"""Words beside which a credential's word means something else, or what they announce is public."""
_GIVES = re.compile(
    rb"(?i)[\w-]{0,24}[\"'`\])*_]{0,4}[ \t]{0,40}(?:=>|:=|->|==|[=:|>,~]|\b[0-9]\b|\xef\xbc\x9a|\b(?:is|was|ist|lautet|est|es|\xc3\xa9|be|to|of)\b"
    rb"|\xe6\x98\xaf|\xe3\x81\xaf|'s\b)?[ \t]{0,12}[\"'`*_(\[{=>]{0,4}[ \t]{0,4}(?:[bfru@]{1,2}(?=[\"'`]))?[\"'`]{0,3}"
)
"""What gives a value to the name before it."""
_GIVING = (b"=", b'"', b"'", b" ")
_PIPED = re.compile(
    rb"\b(?:echo|printf)[ ](?:-\w+[ ]|[\"']%s(?:\\n)?[\"'][ ])*[\"']([^\"'\s|]{8,200}?)(?:\\n)?[\"'][ ]{0,3}\|"
)
_OWN_BEGINNING = re.compile(
    rb"(?<![A-Za-z0-9_/-])((?:[a-z0-9]{2,12}[_-]){0,2}(?:%b)[_-](?:[a-z]{2,8}[_-])?([A-Za-z0-9]{20,200}))(?![\w-])" % _OWN_WORDS
)
_JOINED = re.compile(rb"(?i:password|passwd|secret|token|key)[=_-]([A-Za-z0-9]{16,64})(?![\w-])")
_GROUPS = re.compile(rb"(?<![A-Za-z0-9])((?:[A-Z2-7]{4}[ -]){3,15}[A-Z2-7]{4}|(?:[a-z2-7]{4}[ -]){3,15}[a-z2-7]{4})(?![A-Za-z0-9])")
_SEED = re.compile(rb"(?i)secret|set-?up|2fa|mfa|otp|authenticator|seed|manual|key|code")
_REMARK = re.compile(rb"//|#|--|/\*|\||<!--|\xe2\x80\x94| \(")
"""What begins a remark, or hands a value on to another command."""
_GIVEN = re.compile(rb"(?:[=:][ \t]{0,4}[\"'`]?|[=:,(][ \t]{0,4}[\"'`]|[ ]--?[a-z][\w-]{0,20}[ =])$")
_ID = re.compile(
    rb"(?:toolu|msg|req|call|chatcmpl|resp|item|run|thread|file|cus|pi|price|prod|evt|acct|pk|ses|session|org|user|proj|step|task|build"
    rb"|dpl|prj|team|rec|tbl|app|fld|agent|srvtoolu|container|batch|node|web|prt|fc|rs|in|sub|key|kid|id|sha\d*|r1|h1|v\d)[_:-]"
)
_NUMBER = re.compile(rb"[0-9.,:_/+%xTZ-]+[a-zA-Z]{0,3}")
_UUID = re.compile(rb"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")
_HEX = re.compile(rb"(?:0x)?(?:[0-9a-f]+|[0-9A-F]+)")
_PATH = re.compile(rb"(?:[A-Za-z]:)?[.~]{0,2}/|[\w.@+-]+(?:/[\w.@+-]+)+|\w+://|[\w.-]+\.[a-z]{1,4}(?::[0-9]+)*$|www\.")
_CODE = re.compile(rb"\*\.[a-z]+$|[A-Za-z_]\w*(?:\.[A-Za-z_]\w*){2,}$|->|::|&&|\$\{|=>|==|^[-$%@#&!~^*.]|[.:=/-]$|\?\.|%[sdv]")
_BASE64 = re.compile(rb"[A-Za-z0-9+/]{24,}={0,2}")
_PARTS = re.compile(rb"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+|[^A-Za-z0-9]+")
_SIGN = re.compile(rb"[!@#$%^&*?+~]")
_NUMBERED = re.compile(rb"[A-Z][a-z0-9]{3,}[._-]?(?:[A-Z][a-z]{3,})?[0-9]{2,4}!?")
_PERCENT = re.compile(rb"%[0-9A-F]{2}")
_PLAIN = re.compile(rb"[A-Za-z][a-z]*[0-9]{0,4}(?:[-_.][A-Za-z]?[a-z]*[0-9]{0,4})*")


class Shape(IntEnum):
    """How much the letters of a value say that somebody drew it."""

    PLAIN = 0
    """A word, a name, a number, a path, code."""
    NUMBERED = 1
    """Words with capitals and more digits than a name's number has: a password, a file or a version."""
    CHOSEN = 2
    """As people choose passwords: words, capitals, digits and signs."""
    DIGITS = 3
    """Hexadecimal digits, UUIDs, or digits among small letters: as often an id."""
    DRAWN = 4
    """Small letters, capitals and digits in no order."""


@lru_cache(maxsize=1 << 13)
def judge_letters(value: bytes) -> Shape:
    """Say what a value looks like by itself.

    >>> [judge_letters(one).name for one in (b"k9Xw2mQ7vT4z", b"Larksp!Maple51", b"get_password2", b"v1.2.3-rc1")]
    ['DRAWN', 'CHOSEN', 'PLAIN', 'PLAIN']
    """
    bare = value.rstrip(b"=")
    if len(bare) < _SHORTEST or is_placeholder(value) or _NUMBER.fullmatch(bare) or _CODE.search(bare):
        return Shape.PLAIN
    if _UUID.match(value):
        return Shape.DIGITS
    if _PATH.match(value) and not _is_base64(value):
        return Shape.NUMBERED if _NUMBERED.fullmatch(value) else Shape.PLAIN
    if _HEX.fullmatch(value):
        return Shape.DIGITS if len(value) >= _LEAST_GIVEN_HEX and len(set(value)) > len(value) // 5 else Shape.PLAIN
    parts = _PARTS.findall(value)
    letters = [part for part in parts if part.isalpha()]
    readable = sum(len(part) for part in letters if len(part) > 2 and measure_words(part) >= _READS)
    digits = sum(len(part) for part in parts if part.isdigit())
    cased = any(part[:1].isupper() for part in letters) and any(part[-1:].islower() for part in letters)
    drawn = readable <= _MOST_READABLE * len(value) and len(parts) * 5 >= len(value)
    if len(value) >= _LEAST_DRAWN and drawn and cased and (digits or len(letters) * 3 >= len(value)):
        return Shape.DRAWN
    if not digits:
        return Shape.PLAIN
    if drawn and len(value) >= _LEAST_KEY and len(parts) > 4 and letters and _is_one_run(value):  # names have fewer
        return Shape.DIGITS
    if _NUMBERED.fullmatch(value) or (drawn and digits > 1 and len(parts) > 3 and value.isalnum() and not cased):
        return Shape.NUMBERED
    if _PLAIN.fullmatch(value):
        return Shape.PLAIN
    if _PERCENT.search(value):
        return Shape.PLAIN
    return Shape.CHOSEN if letters and (cased or _SIGN.search(value)) and (_SIGN.search(value) or drawn) else Shape.PLAIN


def _is_base64(value: bytes) -> bool:
    """Tell whether what has slashes is a drawn value in base64, which has few, and no path."""
    if _BASE64.fullmatch(value) is None or value.count(b"/") * 8 > len(value):
        return False
    parts = _PARTS.findall(value)
    return sum(len(part) for part in parts if len(part) > 2 and measure_words(part) >= _READS) * 2 <= len(value)


def _is_one_run(value: bytes) -> bool:
    return value.isalnum() or value.replace(b"_", b"").replace(b"-", b"").isalnum()


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
    words = list(_WORD.finditer(line))
    above = _find_above(text, low)
    for found in _VALUE.finditer(line):
        if found[0].isalpha() and (found[0].islower() or found[0].istitle()):
            continue
        start, end = _trim(line, *found.span())
        if not _SHORTEST <= end - start <= _LONGEST:
            continue
        shape = judge_letters(line[start:end])
        if shape is Shape.PLAIN or _ID.match(line, start, end):
            continue
        kind = _announce(line, words, start, end, shape) if words else None
        if kind is None and above is not None and _is_given_below(line, start, end, shape, above[1] + start):
            kind = above[0]
        if kind is not None:
            yield low + start, low + end, kind


def _find_alone(line: bytes) -> Iterator[tuple[int, int, str]]:
    """Yield what says by itself, or by the command it stands in, that it is a secret."""
    for found in _PIPED.finditer(line):
        start, end = _trim(line, *found.span(1))
        if judge_letters(line[start:end]) in (Shape.CHOSEN, Shape.DRAWN):
            yield start, end, "password"
    for found in _OWN_BEGINNING.finditer(line):
        tail = found[2]
        if judge_letters(tail) > Shape.CHOSEN and not _OTHERWISE.search(line, max(0, found.start() - 24), found.start()):
            yield *found.span(1), "secret"
    for found in _JOINED.finditer(line):
        if judge_letters(found[1]) >= Shape.DIGITS and _HEX.fullmatch(found[1]) is None:
            yield *found.span(1), "secret"
    for found in _GROUPS.finditer(line):
        value = found[1]
        if any(byte in b"234567" for byte in value) and _SEED.search(line, max(0, found.start() - 80), found.start()):
            yield *found.span(1), "otp-seed"


def _trim(line: bytes, start: int, end: int) -> tuple[int, int]:
    """Return a value's place without the name before it and the signs that end a sentence."""
    if line[start - 1 : start] == b"\\" and line[start : start + 1] in (b"n", b"r", b"t"):
        start += 1
    while (key := _KEYED.match(line, start, end)) is not None and judge_letters(key[0].rstrip(b"=:>")) is Shape.PLAIN:
        start = key.end()
    return start, start + len(line[start:end].rstrip(b".:!?*_"))


def _find_above(text: bytes, low: int) -> tuple[str, int] | None:
    """Return what the last word in the lines above announces, and how far above; None where none does."""
    before = text[max(0, low - _ABOVE) : low]
    words = [
        word
        for word in _WORD.finditer(before)
        if not _is_vague(word)
        and (word[1] is not None or word[0].lower()[:3] in _PLAIN_HALF)
        and before[word.start() - 1 : word.start()] != b"/"
    ]
    if not words or b"\x00" in before or _OTHERWISE.search(_take_name(before, words[-1])):
        return None
    return "password" if words[-1][1] is not None else "secret", len(before) - words[-1].end()


_VAGUE = frozenset({b"pass", b"pin", b"login", b"psk", b"pw", b"creds", b"connect("})
"""Words that mean other things too often to announce what they do not give with a sign (guess, 2026-11-24)."""


def _is_vague(word: re.Match[bytes]) -> bool:
    return word[0].lower().strip(b"_-: ") in _VAGUE


_PLAIN_HALF = (b"sec", b"api", b"pri")


def _take_name(line: bytes, word: re.Match[bytes]) -> bytes:
    """Return the whole name that a word stands in."""
    low = len(line[: word.start()]) - len(_NAME_BEFORE.search(line[: word.start()])[0])  # type: ignore[index]
    return line[low : word.end()] + _NAME_BEHIND.match(line, word.end())[0]  # type: ignore[index]


_NAME_BEFORE, _NAME_BEHIND = re.compile(rb"[\w.-]{0,40}$"), re.compile(rb"[\w-]{0,40}")


def _is_given_below(line: bytes, start: int, end: int, shape: Shape, gap: int) -> bool:
    """Tell whether a value in a line below its word is plain enough to be the one that is meant."""
    value = line[start:end]
    before = line[max(0, start - 24) : start]
    if _OTHERWISE.search(before) or is_public_value(line, start, end) or shape is Shape.NUMBERED:
        return False
    if line.strip(b" \t\r\"'`,") == value:  # it has its line to itself
        return gap <= _NEAR * 2 and (shape is not Shape.DIGITS or len(value) == _SIXTEEN_BYTES)
    if shape is Shape.DIGITS or _GIVEN.search(line[max(0, start - 40) : start]) is None:
        return False
    return shape is Shape.CHOSEN or len(value) >= _LEAST_KEY


_SIXTEEN_BYTES = 32
"""Hexadecimal digits of sixteen bytes; a commit has forty."""


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
        gap = start - word.end()
        if gap < 0:
            continue
        if gap > _FAR:
            break
        if word[0] == b"PASS" and line[word.end() : word.end() + 2] == b": ":  # the result of a test
            continue
        own = word[1] is not None
        between = line[word.end() : start]
        direct = _GIVES.fullmatch(between) is not None
        if _is_vague(word) and b"=" not in between and b":" not in between:
            continue
        if end - start < _LEAST_FAR and not (own and direct and line[start - 1 : start] in _GIVING):
            continue
        if shape is Shape.NUMBERED and not (own and direct and line[start - 1 : start] in _GIVING):
            continue
        direct = direct or (shape is Shape.DIGITS and gap <= 2 * _NEAR and between.endswith(b": ") and b"," not in between)
        if shape is Shape.DIGITS and not (direct and _gives_digits(line, word, start, end)):
            continue
        quoted = line[start - 1 : start] in (b'"', b"'", b"`")
        if shape is Shape.CHOSEN and not (quoted or gap <= _NEAR if own else direct):
            continue
        if shape is Shape.DRAWN and not direct and end - start < (_LEAST_DRAWN if own else _LEAST_KEY):
            continue
        before = _take_name(line, word) + line[max(word.end(), start - _NEAR) : start]
        if _OTHERWISE.search(before) or is_code_name(line, start, end, before) or is_public_value(line, start, end, before):
            return None
        return "password" if own else "secret"
    return _announce_behind(line, words, start, end, shape)


def _announce_behind(line: bytes, words: list[re.Match[bytes]], start: int, end: int, shape: Shape) -> str | None:
    """Return the kind of what a word right behind a quoted value announces it as, in a remark or a command."""
    behind = next((word for word in words if word.start() >= end), None)
    if behind is None or behind.start() - end > _NEAR or line[start - 1 : start] not in (b'"', b"'", b"`"):
        return None
    between = line[end : behind.end() + 24]
    if shape <= Shape.NUMBERED or _REMARK.search(line[end : behind.start()]) is None or _OTHERWISE.search(between):
        return None
    return "password" if behind[1] is not None else "secret"
