"""Whether what a rule matched is a secret or only looks like one: code, a placeholder, a word, a private address.

A regular expression finds the place; these functions look at the value there. Each takes the window that was searched,
the value's place in it and where the match began, and answers yes or no. All are linear in the window, which is short.
Thresholds are guesses, tried on 250 MB of public session logs (2026-11) until what was left looked like secrets.
"""

import base64
import binascii

import re2

from twiceshy.privacy.secrets.code_names import unless_code
from twiceshy.privacy.secrets.personal_checks import PERSONAL_CHECKS, SecretCheck
from twiceshy.privacy.secrets.placeholder_words import PLACEHOLDER, PLAIN_WORDS, is_placeholder
from twiceshy.privacy.secrets.secret_blocks import holds_secret_cell, holds_secret_pair, is_drawn_bytes
from twiceshy.privacy.secrets.value_shapes import entropy

_LATIN = re2.Options()
_LATIN.encoding = re2.Options.Encoding.LATIN1

_UUID = re2.compile(rb"(?i)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", _LATIN)
_DOTTED = re2.compile(rb"[A-Za-z_$][A-Za-z0-9_$]*(?:(?:\.|::|->|\?\.)[A-Za-z_$][A-Za-z0-9_$]*)+", _LATIN)
_NAME = re2.compile(rb"[A-Za-z]{1,24}[0-9]{0,2}(?:[-_./:+ ]{1,2}(?:[A-Za-z]{1,24}[0-9]{0,2}|[0-9]{1,4}))*", _LATIN)
_CAMEL = re2.compile(rb"[A-Za-z]?[a-z]{1,20}(?:[A-Z]{1,5}[a-z]{2,20}[0-9]?){1,8}[0-9]?", _LATIN)
_WORD_PART = re2.compile(rb"[A-Z]?[a-z]{4,}|[A-Z]{5,}", _LATIN)
_NUMBER = re2.compile(rb"[0-9][0-9.,:_eExXTZ+-]*", _LATIN)
_ANY_NAME = re2.compile(b"|".join(b"(?:%b)" % one.pattern for one in (_NAME, _CAMEL, _NUMBER, _UUID)), _LATIN)
_RELEASE = re2.compile(rb"v[0-9]+\.[0-9]+\.[0-9]+.*|eyJ[A-Za-z0-9_-]*[.]*", _LATIN)
"""A version of a package, or the head of a signed token, which says the algorithm only."""
_ALGORITHM = re2.compile(rb"(?i)(?:hs|rs|es|ps|sha|aes|md|hmac|utf|base|x25519|ed25519)[-_]?[0-9].*", _LATIN)
_STOP_WORDS = frozenset(
    b"the a an to is are of for and your you that it this in or be was were not no with must should when if on by at "
    b"as from has have will can which enter used one only".split()
)
_CALL = re2.compile(rb"[A-Za-z_$][A-Za-z0-9_$.]*\(", _LATIN)
_HEX = re2.compile(rb"[0-9a-fA-F]+", _LATIN)
_BASIC = re2.compile(rb"[!-9;-~]{1,60}:[ -~]{3,100}", _LATIN)


def _is_quoted(window: bytes, start: int) -> bool:
    return window[start - 1 : start] in (b'"', b"'", b"`") or window[max(0, start - 3) : start] == b"%22"


def _is_name(value: bytes) -> bool:
    """Tell whether the value is words, as in identifiers, paths, versions and UUIDs, however joined."""
    return _ANY_NAME.fullmatch(value) is not None


def _has_digit(value: bytes) -> bool:
    return len(value.translate(None, b"0123456789")) < len(value)


def _is_letters(value: bytes) -> bool:
    return all(65 <= byte <= 90 or 97 <= byte <= 122 or byte >= 128 or byte in b"_-./: " for byte in value)


def _is_code(window: bytes, start: int, end: int) -> bool:
    """Tell whether an unquoted value is an expression rather than text."""
    value = window[start:end]
    if window[end : end + 1] in (b"(", b"[", b"{", b"<") or value[:1] in b"/.~-+=:":
        return True
    if value[:1] in b"*&!?#@^%" and (not _has_digit(value) or _NAME.fullmatch(value[1:]) is not None):
        return True
    if window[end : end + 1] == b"&" and window[end + 1 : end + 2] not in (b"&", b" "):
        return False  # a field of a form
    return _DOTTED.fullmatch(value.rstrip(b".:?!")) is not None or b"=>" in value or b"//" in value


def _accept_any(_window: bytes, _start: int, _end: int, _match: int) -> bool:
    return True


def _is_token(window: bytes, start: int, end: int, _match: int) -> bool:
    return not is_placeholder(window[start:end])


def _is_given_password(window: bytes, start: int, end: int, _match: int) -> bool:
    """Tell whether the value at a place where only a password can stand is one."""
    value = window[start:end].rstrip(b"\\")
    return not is_placeholder(value) and value[:1] not in b"-/" and not (value.isdigit() and len(value) < 6)


def _is_password(window: bytes, start: int, end: int, match: int) -> bool:
    value = window[start:end]
    if (
        is_placeholder(value)
        or len(value) < 3
        or (window[match - 1 : match] == b"-" and window[match - 2 : match] != b"[-")
    ):
        return False
    if _is_quoted(window, start):
        if value[:1] in b"+,)":  # "password="+value: the quote ended before it
            return False
        return not _is_wordy(value) or _is_setting_in_words(window[match:start], value)
    bare = value.rstrip(b".:?!").lower()
    if _is_code(window, start, end) or bare in PLAIN_WORDS or bare.rstrip(b"0123456789") in PLAIN_WORDS:
        return False
    key = window[match:start]
    if key == b"PASS: " or (key == b"Pass: " and value[:1].isupper()):  # go test, and tables of test results
        return False
    return _is_bare_password(key, value, ends=window[end : end + 1] in _LINE_ENDS)


_LINE_ENDS = (b"", b"\n", b"\r", b'"', b"\\")


def _is_setting_in_words(key: bytes, value: bytes) -> bool:
    """Tell whether words joined by hyphens are the value of a setting of the environment, as passphrases are."""
    return key[:1].isupper() and key.rstrip(b" :=\"'`\\").isupper() and value.count(b"-") >= 2 and b"pass" not in value


def _is_bare_password(key: bytes, value: bytes, *, ends: bool) -> bool:
    """Tell whether a value without quotes behind a key is a password.

    A shell's is one more easily than a sentence's; ``ends``: the line ends behind it.
    """
    shell = b"=" in key and b" " not in key
    if _is_letters(value):
        return key.isupper() and (shell or (ends and len(value) >= 6 and value.islower()))
    if not any(65 <= byte <= 90 or 97 <= byte <= 122 for byte in value):
        return shell and len(value) >= 4 and value.isdigit()
    return _has_digit(value) or shell


def _is_wordy(value: bytes) -> bool:
    """Tell whether a quoted value is a label, a field's name or a type rather than a password."""
    if not _is_letters(value):
        return value.isdigit() and len(value) < 4
    low = value.lower()
    if any(byte in b"_-./: " or byte >= 128 for byte in value):
        return True
    return (
        len(value) < 6 or value.istitle() or b"pass" in low or b"secret" in low or _CAMEL.fullmatch(value) is not None
    )


def _is_secret(window: bytes, start: int, end: int, _match: int) -> bool:
    value = window[start:end]
    if is_placeholder(value) or _is_name(value):
        return False
    if not _has_digit(value) and not (_is_quoted(window, start) and _is_dense(value)):
        return False
    if b"://" in value or _CALL.match(value) is not None or (value[:1] in b"/.~" and not _is_base64_key(value)):
        return False
    if _is_quoted(window, start):
        return len(value) >= 8 and entropy(value) >= 2.5
    return len(value) >= 10 and entropy(value) >= 2.5 and not _is_code(window, start, end)


def _is_base64_key(value: bytes) -> bool:
    """Tell whether what begins like a path is a long drawn value in base64, which has few slashes."""
    drawn = _has_digit(value) and not value.islower() and not value.isupper() and entropy(value) >= _PATHLESS_ENTROPY
    return drawn and len(value) >= 32 and value.count(b"/") * 12 <= len(value) and b"." not in value


_PATHLESS_ENTROPY = 4.3
"""Bits a byte of a value that is no path (guess, 2026-11-24: base64 of 32 random bytes has about 5)."""


def _is_mixed_token(window: bytes, start: int, end: int, _match: int) -> bool:
    value = window[start:end]
    if is_placeholder(value) or _CAMEL.fullmatch(value) is not None or value[:1] in b"$-/":
        return False
    return not value.isdigit() and _has_digit(value) and (len(value) < 16 or _NAME.fullmatch(value) is None)


def _is_random_token(window: bytes, start: int, end: int, _match: int) -> bool:
    value = window[start:end]
    if is_placeholder(value) or _is_name(value) or _HEX.fullmatch(value) is not None:
        return False
    return _has_digit(value) and not value.islower() and not value.isupper() and b"://" not in value


def _is_spoken_password(window: bytes, start: int, end: int, _match: int) -> bool:
    value = window[start:end].rstrip(b".:!?")
    if b"://" in value or b"}" in value:
        return False
    return len(value) >= 5 and _has_digit(value) and not is_placeholder(value) and not value.isdigit()


def _is_header_secret(window: bytes, start: int, end: int, match: int) -> bool:
    value = window[start:end]
    if is_placeholder(value) or _NUMBER.fullmatch(value) is not None or _DOTTED.fullmatch(value) is not None:
        return False
    if window[end : end + 1] in (b"(", b"[", b"{"):
        return False
    if b"asic" in window[match:start]:
        return b":" in value or _is_basic_auth(window, start, end, match) or (len(value) >= 20 and not value.islower())
    return _has_digit(value) and len(value) >= 8 and (len(value) >= 40 or not _is_name(value))


def _is_cookie_secret(window: bytes, start: int, end: int, _match: int) -> bool:
    value = window[start:end]
    if any(sign in value for sign in (b"${", b"$(", b"{{")) or PLACEHOLDER.search(value) is not None:
        return False
    name, _, content = value.partition(b"=")
    content = content.partition(b";")[0]
    return name.lower() not in (b"path", b"domain") and _has_digit(content) and not _is_name(content.strip())


def _is_option_secret(window: bytes, start: int, end: int, _match: int) -> bool:
    value = window[start:end]
    if is_placeholder(value) or value[:1] in b"-/.~@" or value[:3] == b"id=" or value.lower() in PLAIN_WORDS:
        return False
    if _is_quoted(window, start):
        return len(value) >= 4 and not _is_wordy(value)
    if _is_code(window, start, end):
        return False
    if value.isdigit():
        return len(value) >= 6
    return (_has_digit(value) and len(value) >= 5) or (window[start - 1 : start] == b"=" and not _is_wordy(value))


def _is_url_password(window: bytes, start: int, end: int, match: int) -> bool:
    value = window[start:end]
    if is_placeholder(value) or any(byte in b"{}()[],;" for byte in value):
        return False
    first = value.partition(b"@")[0]
    return not (first.isdigit() and len(first) <= 5 and window[match:start].count(b":") < 2) and value[:3] != b"//"


def _is_nearby_secret(window: bytes, start: int, end: int, _match: int) -> bool:
    """Tell whether a value that stands near its name, or behind a service's key prefix, is long and random."""
    value = window[start:end].rstrip(b".:=-")
    if (
        is_placeholder(value)
        or _is_name(value)
        or _RELEASE.fullmatch(value) is not None
        or not _has_digit(value)
        or b"://" in value
        or value[:1] in b"/.~:"
    ):
        return False
    if _HEX.fullmatch(value) is not None:
        return len(value) in {32, 48, 64, 96, 128} or (len(value) == 40 and _is_quoted(window, start))
    if b"::" in value or b"=" in value or value.count(b"/") > 2:
        return False
    return entropy(value) >= 3.2 and not _is_readable(value)


def _is_readable(value: bytes) -> bool:
    """Tell whether most of it is words: parts of four letters and more in one case."""
    words = _WORD_PART.findall(value)
    return sum(map(len, words)) * 2 > len(value)


_LONG_TOKEN = 20
"""Bytes from which letters alone may be a token, and the first character may be any (guess, 2026-11-22)."""


def _is_given_argument(window: bytes, start: int, end: int, match: int) -> bool:
    """Tell whether an argument of a command that takes a secret there is one, and no option, file or name for it."""
    value = window[start:end]
    if (
        value[:1] in b"-/.~+"
        or value[:2] == b"%%"
        or value.lower() in PLAIN_WORDS
        or (value.isupper() and _is_letters(value))
    ):
        return False
    if b"://" in value or value.lower().endswith((b".txt", b".json", b".pem", b".key", b".yml", b".yaml")):
        return False
    return _is_given_password(window, start, end, match) and window[end : end + 1] != b"("


def _is_typed_answer(window: bytes, start: int, end: int, _match: int) -> bool:
    """Tell whether what stands behind a prompt is a secret: sentences stand there too."""
    value = window[start:end]
    if is_placeholder(value) or _NUMBER.fullmatch(value) is not None or b"://" in value:
        return False
    if not _has_digit(value) and (len(value) < _LONG_TOKEN or _is_readable(value) or not _is_cased(value)):
        return False
    if _CALL.match(value) is not None or _is_code(window, start, end):
        return False
    return value.rstrip(b".,:").lower() not in PLAIN_WORDS


def _is_default_value(window: bytes, start: int, end: int, _match: int) -> bool:
    """Tell whether what a setting is without being set is a secret."""
    value = window[start:end]
    low = value.lower()
    if is_placeholder(value) or value[:1] in b"/.~+?-" or b"://" in value or b"pass" in low or b"secret" in low:
        return False
    if value.isdigit():
        return False
    return len(value) >= 6 and (_has_digit(value) or not _is_wordy(value))


def _is_key_of_call(window: bytes, start: int, end: int, _match: int) -> bool:
    """Tell whether a quoted argument of a call that takes a key is one, and no algorithm, name or word."""
    value = window[start:end]
    if is_placeholder(value) or _ALGORITHM.fullmatch(value) is not None or _is_wordy(value):
        return False
    return (_has_digit(value) or not value.isalpha()) and (
        _NAME.fullmatch(value) is None or not any(byte in b"-_./: " for byte in value)
    )


def _is_paired(window: bytes, start: int, end: int, _match: int) -> bool:
    """Tell whether a quoted value right beside a secret's name is one, and no label, field, code or type."""
    value = window[start:end]
    low = value.lower()
    if is_placeholder(value) or _ALGORITHM.fullmatch(value) is not None or _DOTTED.fullmatch(value) is not None:
        return False
    if value[:1] in b"/.~#-+,)" or b"://" in value or b"pass" in low or b"token" in low or b"secret" in low:
        return False
    if _is_letters(value) or value.isdigit() or (_is_name(value) and not _is_mixed(value)):
        return False
    return _has_digit(value) or _is_dense(value)


_LONG_PHRASE = 16
"""Bytes of words that hyphens join before a number behind them makes a password of them (guess, 2026-11-22)."""


def _is_mixed(value: bytes) -> bool:
    """Tell whether a value of words and numbers has more of a password: two digits, or both cases behind hyphens."""
    if any(byte in b"_./: " for byte in value) or len(value) < 8:
        return False
    if b"-" in value and not value.islower() and not value.isupper():
        return True
    return value[-2:].isdigit() and (b"-" not in value or len(value) >= _LONG_PHRASE)


def _is_dense(value: bytes) -> bool:
    """Tell whether a value without digits has both cases and signs between them, as words do not."""
    signs = sum(byte in b"!@#$%^&*?+~=" for byte in value)
    return signs > 0 and len(value) >= 8 and not value.islower() and not value.isupper()


def _is_cell(window: bytes, start: int, end: int, match: int) -> bool:
    """Tell whether a cell of a table is a secret: descriptions, types and versions stand there more often."""
    value = window[start:end]
    if _RELEASE.fullmatch(value) is not None or _ALGORITHM.fullmatch(value) is not None:
        return False
    if sum(byte in b"0123456789" for byte in value) < 2 and (len(value) < _LONG_PHRASE or _is_readable(value)):
        return False
    return _is_typed_answer(window, start, end, match) and _is_paired(window, start, end, match)


def _is_key_header(window: bytes, start: int, end: int, match: int) -> bool:
    """Tell whether a header's value is a key of a service: a browser's own headers end in Key, too."""
    return window[match : match + 4] != b"Sec-" and _is_nearby_secret(window, start, end, match)


def _is_column_of_secrets(window: bytes, start: int, end: int, match: int) -> bool:
    return holds_secret_cell(window, start, end, match, lambda value: _is_paired(value, 0, len(value), 0))


def _is_map_of_secrets(window: bytes, start: int, end: int, _match: int) -> bool:
    return holds_secret_pair(window[start:end], lambda value: _is_cell(value, 0, len(value), 0))


def _is_scheme_value(window: bytes, start: int, end: int, _match: int) -> bool:
    """Tell whether what stands behind the name of a scheme is a credential and no name for one."""
    value = window[start:end].rstrip(b".:=-")
    low = value.lower()
    if is_placeholder(value) or _DOTTED.fullmatch(value) is not None or low in _STOP_WORDS or value.isdigit():
        return False
    return not any(word in low for word in _NAMES_OF_CREDENTIALS) or (_has_digit(value) and len(value) >= 16)


_NAMES_OF_CREDENTIALS = tuple(
    b"token jwt auth bearer access header secret key credential base64 encoded username missing required scheme format "
    b"valid realm".split()
)


def _is_random_part(window: bytes, start: int, end: int, _match: int) -> bool:
    value = window[start:end]
    tail = value.rpartition(b"_")[2]
    if len(tail) >= _LONG_TOKEN and _is_cased(tail):
        return not is_placeholder(value)
    return not is_placeholder(value) and _has_digit(value) and not _is_name(value)


def _is_wrapped_part(window: bytes, start: int, end: int, match: int) -> bool:
    """Tell whether the beginning of a line goes on with the token that the line before it ended in."""
    lines = [line.strip(b"\r+>| ") for line in window[start:end].split(b"\n")]
    value = lines[-1]
    head = window[match:start].rsplit(b"\n", 1)[-1]
    first = _TOKEN_TAIL.search(head)
    if first is None or not _has_digit(first.group()) or is_placeholder(first.group()) or b"://" in head:
        return False
    if any(_has_digit(line) and not _is_readable(line) for line in lines[1:-1]):
        return True
    if window[end : end + 1] in (b"=", b":", b"(", b"[", b"$", b"{", b"/") or is_placeholder(value):
        return False
    if _HEX.fullmatch(value) is not None:
        return _HEX.fullmatch(first.group()[-3:]) is not None
    if any(byte in b"_-./" for byte in value) and _is_name(value):
        return False
    return (_has_digit(value) and not value.isdigit()) or (len(value) >= 8 and _is_cased(_drop_signs(value)))


def _drop_signs(value: bytes) -> bytes:
    """Return the end of base64 without what is no letter; another value as it is."""
    return value.rstrip(b"=").translate(None, b"+/") if value.endswith(b"=") else value


def _is_wrapped_key(window: bytes, start: int, end: int, _match: int) -> bool:
    """Tell whether two lines are one key: no word before the line's end, and none behind it."""
    head, _, rest = window[start:end].rpartition(b"\n")
    tail, rest = head.rstrip().replace(b"_", b"-").rpartition(b"-")[2], rest.lstrip(b"+>| ")
    if window[end : end + 1] in (b"=", b":", b"(", b"/") or is_placeholder(rest) or head.startswith(b"eyJ"):
        return False
    drawn = _has_digit(tail) or _is_cased(tail) or (tail.isupper() and rest.isupper())
    return drawn and _has_digit(rest) and not rest.isdigit() and (tail.isupper() or not _is_name(rest))


_TOKEN_TAIL = re2.compile(rb"[A-Za-z0-9+/_.~-]{4,}$", _LATIN)


def _is_cased(value: bytes) -> bool:
    """Tell whether letters change their case as no word and no camel case does."""
    return not value.islower() and not value.isupper() and _CAMEL.fullmatch(value) is None and value.isalpha()


def _is_key_line(window: bytes, start: int, end: int, _match: int) -> bool:
    """Tell whether lines of base64 may be a private key's: what is announced as something public is not."""
    before = window[:start].rpartition(b"-----END")[2]
    if any(
        word in before for word in (b"CERTIFICATE", b"PUBLIC KEY", b"MESSAGE-----", b"SIGNATURE-----", b"REQUEST-----")
    ):
        return False
    return entropy(window[start : start + 64]) >= _KEY_ENTROPY and entropy(window[end - 64 : end]) >= _KEY_ENTROPY


_KEY_ENTROPY = 4.3
"""Bits a byte of 64 characters (guess, 2026-11-22: base64 of random bytes has 4.9 to 5.5, hexadecimal at most 4)."""


def _is_seed(window: bytes, start: int, end: int, _match: int) -> bool:
    value = window[start:end]
    return value.isupper() and _has_digit(value) and not is_placeholder(value)


def _is_phrase(window: bytes, start: int, end: int, _match: int) -> bool:
    """Tell whether words that follow each other are drawn, as in a passphrase, and no sentence."""
    words = window[start:end].lower().replace(b"-", b" ").split()
    return not _STOP_WORDS.intersection(words) and not PLAIN_WORDS.intersection(words)


def _is_ini_secret(window: bytes, start: int, end: int, _match: int) -> bool:
    value = window[start:end]
    return not is_placeholder(value) and not _is_code(window, start, end) and value.lower() not in PLAIN_WORDS


def _is_basic_auth(window: bytes, start: int, end: int, _match: int) -> bool:
    """Tell whether the value is base64 of a user name, a colon and a password."""
    value = window[start:end].rstrip(b"=")
    try:
        inside = base64.b64decode(value + b"=" * (-len(value) % 4))
    except (binascii.Error, ValueError):
        return False
    return _BASIC.fullmatch(inside) is not None


CHECKS: dict[str, SecretCheck] = {
    "none": _accept_any,
    "token": _is_token,
    "placeholder": _is_given_password,
    "password": unless_code(_is_password),
    "secret": unless_code(_is_secret),
    "mixed": unless_code(_is_mixed_token),
    "random": unless_code(_is_random_token),
    "spoken": _is_spoken_password,
    "header": _is_header_secret,
    "cookie": _is_cookie_secret,
    "option": unless_code(_is_option_secret),
    "nearby": unless_code(_is_nearby_secret),
    "ini": _is_ini_secret,
    "basic": _is_basic_auth,
    "given": _is_given_argument,
    "answer": _is_typed_answer,
    "default": _is_default_value,
    "call": unless_code(_is_key_of_call),
    "seed": _is_seed,
    "wrapped": _is_wrapped_part,
    "wrapped-key": _is_wrapped_key,
    "key-lines": _is_key_line,
    "paired": unless_code(_is_paired),
    "cell": _is_cell,
    "key-header": _is_key_header,
    "column": _is_column_of_secrets,
    "map": _is_map_of_secrets,
    "drawn-bytes": is_drawn_bytes,
    "scheme": _is_scheme_value,
    "random-part": _is_random_part,
    "words": _is_phrase,
    "url": _is_url_password,
    **PERSONAL_CHECKS,
    "base64": _is_token,  # the detector itself looks inside
}

SOFT = frozenset(PERSONAL_CHECKS)
"""Checks of what is personal and no credential: where such a span overlaps a credential's, the credential's stands."""
