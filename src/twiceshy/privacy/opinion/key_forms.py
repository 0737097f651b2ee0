"""Find keys by their own form: a service's first letters, a token's three parts, a key block, a login in a URL.

Beside known beginnings, any token that looks random is noticed: with a beginning of its own it is likely a key, alone
it is only possible, as most such tokens are ids.
"""

import base64
import binascii
import re
from collections import Counter
from collections.abc import Callable, Iterator

import re2

from twiceshy.privacy.opinion.key_beginnings import BEGINNINGS
from twiceshy.privacy.opinion.sightings import Certainty, Sighting
from twiceshy.privacy.opinion.value_shape import ValueShape, is_random, is_stand_in, judge_shape
from twiceshy.privacy.secrets.code_names import is_code_name, is_public_value

_LEAST_TAIL = 16
"""Bytes behind a known beginning from which it is a key, cut ones included (guess of 2026-11-22)."""
_LONGEST_STRAY = 400
"""Bytes above which random letters are data, not a key (guess of 2026-11-22)."""
_BLOCK = 8 << 10
"""Bytes of a key block that are looked at (guess of 2026-11-22: an RSA key of 8192 bits takes 6,400)."""

_BEGUN = re2.compile(rb"(?:^|[^A-Za-z0-9])((?:%s)([A-Za-z0-9_./+=~-]{%d,}))" % (BEGINNINGS.encode(), _LEAST_TAIL))
_DATA_BYTES = 40
"""Bytes of base64 without a break before a known beginning that make it a part of the data (guess of 2026-11-24)."""
_IN_DATA = re.compile(rb"[A-Za-z0-9+/]{%d}$" % _DATA_BYTES)
_WHOLE = re2.compile(
    rb"(eyJ[\w-]{8,}\.eyJ[\w-]{6,}\.[\w-]{8,})"
    rb"|(?:^|[^\w])([1-9][0-9]{7,9}:AA[\w-]{32,})"
    rb"|(?:^|[^\w.])([MNO][\w-]{22,27}\.[\w-]{6}\.[\w-]{27,40})"
    rb"|(?:^|[^\w])([0-9a-f]{32}-us[0-9]{1,2})\b"
    rb"|(?:^|[^\w])(\w{3}[78]Q~[\w.~-]{30,36})"
    rb"|(\$(?:[0-9][a-z]?|y|apr1|argon2\w*|scrypt|pbkdf2\w*)\$[^\s:'\"]{20,})"
    rb"|(\w{14}\.atlasv1\.[\w-]{50,})"
    rb"|hooks\.slack\.com/(?:services|workflows)/[A-Z0-9]+/[A-Z0-9]+/(\w{16,})"
    rb"|discord(?:app)?\.com/api/webhooks/[0-9]+/([\w-]{40,})"
    rb"|[?&](?:sig|X-Amz-Signature|token|key|api_?key|access_token)=([\w%.~+/-]{16,})"
)
_LOGIN = re2.compile(rb":/{1,2}([^/\s:@\"'<>(){}]*)(?::([^\s/@\"'<>]{3,}))?@[\w.\[%-]")
_BARE_LOGIN = re2.compile(
    rb"[\"'\s/:](\w[\w.-]*)[:/]([^\s:/@\"'<>(){},;]{6,})@(?:tcp\(|unix\(|[a-z][\w-]*(?:\.[a-z][\w-]*)*[:/])"
)
_OTHER_TEXT = b"\x1e"
"""What ``audit_opinion`` puts between texts that it asks about at once."""
_COMMON_PASSWORDS = frozenset(
    b"password passwd pass pwd pw secret user username root admin postgres mysql guest test token port key none null "
    b"host name db database string".split()
)
"""Words in a password's place that stand for one, or open nothing that is worth it."""
_FRAME = re2.compile(rb"-----(BEGIN|END) [A-Z0-9 ]{0,24}PRIVATE KEY(?: BLOCK)?-----")
_BASE64_LINE = re.compile(rb"[A-Za-z0-9+/=]{36,}")
_TOKEN = re.compile(rb"[A-Za-z0-9_+/=.~-]{20,}")
_ID_BEGINNING = re.compile(
    rb"(?:toolu|msg|"
    rb"req|call|chatcmpl|resp|item|fc|rs|run|thread|asst|file|cus|pi|pm|ch|in|sub|price|prod|evt|acct"
    rb"|pk_live|pk_test|pk|ses|prt|usr|org|proj|cmpl|step|task|build|dpl|prj|team|rec|tbl|app|fld|ws|ctc|ig|mcp|tool|gAAAAA|web|node|"
    rb"srvtoolu|container|batch|vs|ft|snyk|env|gen|index|chunk|vendor|main"
    rb"|style|page|pack)[_-]?"
)
_OWN_BEGINNING = re.compile(rb"(?:[a-zA-Z]{2,10}_|[a-z]{2,8}[_-]){1,3}([A-Za-z0-9]{24,80})")
_NAME_BEFORE = re.compile(rb"^[\w.-]{1,40}=(?=[^=])")
_RUN = re.compile(rb"[A-Za-z0-9]{20,}")
_FALSE_DATA = re.compile(rb"(?:[A-Z][a-z]+){3,}|MD[A-Z]6|[A-Z]{1,4}_kwDO|sha[0-9]+-|r1:|diff-")
_LONG_HEX = re.compile(rb"[0-9a-f]{32}")
_OPEN_BLOCK = 4096
"""Bytes before a line in which a public block may begin (guess of 2026-11-22: a certificate has 2,000)."""
_DATA_BEFORE = re.compile(
    rb"(?i)(?:sha[0-9]{1,3}[-:]|sha[0-9]{0,3}sum|integrity|base64,|[hr]1:|md5|checksum|etag|signature|hash|digest"
    rb"|fingerprint|ssh-\w+ |ecdsa-\S+ |BEGIN (?:CERT|PUBLIC)|thinking|encrypted_content"
    rb"|(?:_sig|\bsig)(?:: ?&?(?:'static )?\w+)?|enr"
    rb"|pub(?:lic)?_?(?:key)?_?[xy]?|thumbprint|trace|request|amz|[\w ]id\W{1,4}"
    rb"|uuid|/)\W{0,4}$"
)


def find_forms(view: bytes) -> Iterator[Sighting]:
    """Yield keys that their first letters or their parts tell."""
    for match in _BEGUN.finditer(view):
        if _IN_DATA.search(view, max(0, match.start(1) - _DATA_BYTES), match.start(1)):
            continue
        if is_key(match[1], match[2]):
            yield Sighting(match.start(1), match.end(1), "key", "first-letters", Certainty.CERTAIN)
    for match in _WHOLE.finditer(view):
        number = match.lastindex or 0
        if judge_shape(match[number].rstrip(b".")) not in (ValueShape.HARMLESS, ValueShape.CHOSEN):
            yield Sighting(match.start(number), match.end(number), "key", "form", Certainty.CERTAIN)


def is_key(whole: bytes, tail: bytes) -> bool:
    """Tell whether what follows the first letters is random, and not a name that begins with them."""
    end = tail[:96].rstrip(b"=.-/")
    if is_stand_in(whole):
        return False
    if judge_shape(whole[:128]) is ValueShape.HARMLESS and judge_shape(end) is ValueShape.HARMLESS:
        return bool(re.fullmatch(rb"[A-Z2-7]{16}", end)) and whole[:1] == b"A"
    if whole[:2] == b"SK" or whole[:4] in (b"dapi", b"key-", b"secr"):
        return bool(re.fullmatch(rb"[0-9a-f]{32,34}|[A-Za-z0-9]{43}", tail))
    return is_random(end) or bool(re.fullmatch(rb"(?:v1-)?[0-9a-f]{20,}", end)) or end.isupper()


def find_logins(view: bytes) -> Iterator[Sighting]:
    """Yield the passwords of URLs, and tokens that stand where a login stands."""
    for match in _LOGIN.finditer(view):
        number = 2 if match[2] is not None else 1
        value = match[number]
        if number == 1 and len(value) < _LEAST_TAIL:
            continue
        start, end = match.span(number)
        if judge_shape(value) is not ValueShape.HARMLESS:
            yield Sighting(start, end, "url-password", "login-in-url", Certainty.CERTAIN)
        elif number > 1 and value != match[1] and _is_word_password(value):
            yield Sighting(start, end, "url-password", "login-in-url", Certainty.LIKELY)


def _is_word_password(value: bytes) -> bool:
    """Tell whether a word in a password's place is one, and stands for none."""
    return value.isalpha() and value.lower() not in _COMMON_PASSWORDS and not is_stand_in(value)


def find_bare_logins(view: bytes) -> Iterator[Sighting]:
    """Yield the passwords of addresses without a scheme: ``root:...@tcp(db)``."""
    for match in _BARE_LOGIN.finditer(view):
        if judge_shape(match[2]) in (ValueShape.RANDOM, ValueShape.CHOSEN):
            yield Sighting(match.start(2), match.end(2), "url-password", "login-before-host", Certainty.LIKELY)


def find_key_blocks(view: bytes) -> Iterator[Sighting]:
    """Yield what stands inside of private keys, of cut ones too."""
    done = 0
    for match in _FRAME.finditer(view):
        if match[1] == b"BEGIN":
            end = view.find(b"-----END", match.end(), match.end() + _BLOCK)
            first, last = match.end(), end if end >= 0 else min(len(view), match.end() + _BLOCK)
        else:
            begin = view.rfind(b"-----BEGIN", max(0, match.start() - _BLOCK), match.start())
            first, last = max(done, begin, match.start() - _BLOCK), match.start()
        if (border := view.find(_OTHER_TEXT, first, last)) >= 0:  # no block goes on in another text
            first, last = (first, border) if match[1] == b"BEGIN" else (view.rfind(_OTHER_TEXT, first, last), last)
        lines = list(_BASE64_LINE.finditer(view, max(first, done), last))
        if lines:
            done = lines[-1].end()
            yield Sighting(lines[0].start(), done, "private-key", "key-block", Certainty.CERTAIN)


def find_strays(view: bytes, find_inside: Callable[[bytes], bool]) -> Iterator[Sighting]:
    """Yield random tokens that nothing announces, and base64 in which ``find_inside`` finds something."""
    for whole in dict.fromkeys(_TOKEN.findall(view)):
        token = _NAME_BEFORE.sub(b"", whole)
        if len(token) > _LONGEST_STRAY or judge_shape(token) is not ValueShape.RANDOM:
            continue
        start = view.find(token)
        if (raw := _unpack(token)) and find_inside(raw):
            yield Sighting(start, start + len(token), "encoded", "base64", Certainty.LIKELY)
        elif not _is_data(view, start, token):
            sign, certainty = _weigh_stray(token)
            yield Sighting(start, start + len(token), "random", sign, certainty)


def _is_data(view: bytes, start: int, token: bytes) -> bool:
    """Tell whether a random token is an id, a checksum or a public key by what it begins with or stands behind."""
    if _ID_BEGINNING.match(token) or _FALSE_DATA.match(token) or _stands_in_public_block(view, start):
        return True
    end = start + len(token)
    if is_code_name(view, start, end) or is_public_value(view, start, end):
        return True
    return bool(_DATA_BEFORE.search(view, max(0, start - 32), start))


def _weigh_stray(token: bytes) -> tuple[str, Certainty]:
    """Return by what a random token looks like a key, and how certain that is."""
    own = _OWN_BEGINNING.fullmatch(token)
    if own and (is_random(own[1]) or own[1].islower()):
        return "own-beginning", Certainty.LIKELY
    if any(map(_is_mixed, _RUN.findall(token))):
        return "random-run", Certainty.LIKELY
    return "alone", Certainty.POSSIBLE


def _stands_in_public_block(view: bytes, at: int) -> bool:
    """Tell whether a line belongs to a certificate or a public key."""
    begin = view.rfind(b"-----BEGIN ", max(0, at - _OPEN_BLOCK), at)
    return begin >= 0 and b"PRIVATE" not in view[begin : begin + 40] and view.find(b"-----END", begin, at) < 0


def _is_mixed(run: bytes) -> bool:
    """Tell whether small and capital letters and digits are mixed, as in no hash, no name and no id of digits."""
    kinds = Counter(0 if byte < ord("A") else 1 if byte < ord("a") else 2 for byte in run)
    return min(kinds[0], kinds[1], kinds[2]) > 1 and not _LONG_HEX.search(run) and is_random(run)


def _unpack(token: bytes) -> bytes:
    """Return the text in base64, or nothing."""
    try:
        raw = base64.b64decode(token + b"=" * (-len(token) % 4), validate=True)
    except (binascii.Error, ValueError):
        return b""
    printable = raw.isascii() and raw.decode("ascii").replace("\n", "").replace("\t", "").isprintable()
    return raw if printable else b""
