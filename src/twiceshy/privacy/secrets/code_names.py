"""What stands in a secret's place in code and is none: a type, a name, a public algorithm, an address that all may see.

``privateKey: Uint8Array`` announces a type. A name is made of words that read, cut by capitals or signs, with numbers
that sizes and versions have; letters in no order are none, however they are cut. Words alone are not enough behind a
word for a password, as people choose such.
"""

import re
from functools import lru_cache

from twiceshy.privacy.secrets.personal_checks import SecretCheck
from twiceshy.privacy.secrets.word_pairs import measure_words

_NAME = re.compile(rb"[*&]{0,2}[A-Za-z_$][\w$]*(?:(?:\.|::|->|\?\.)[A-Za-z_$#][\w$]*)*")
_STANDARD = re.compile(rb"(?i)(?<![A-Za-z])(?:rfc|eip|erc|bip|fips|nist|iso)_?[0-9]{1,5}")
_PARTS = re.compile(rb"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+")
_ALGORITHM = re.compile(
    rb"(?:(?:hmac|rsa|ecdsa|dsa|pbkdf2?|hkdf)[-_])?(?:(?:rfc|fips|pkcs|pkix|ed|curve|secp|prime|brainpool|bls|bn|alt_bn|sha|shake|keccak|blake|ripemd|md|aes|des|rc"
    rb"|hs|rs|es|ps|hmac|utf|base|ecdsa|ecdh|rsa|dsa|ml_?dsa|ml_?kem|chacha|poly|xchacha|argon|pbkdf|hkdf|eip|erc|bip|slip"
    rb"|int|uint|float|bytes)[-_]?[0-9]{1,5}|[uif](?:8|16|32|64|128|256)|x(?:25519|448)|p(?:224|256|384|521)|k256|h(?:160|256|512))"
    rb"(?:[-_]?(?:[0-9]{1,4}|[krbstv][0-9]?|id|kw|ctr|cbc|gcm|ctx|ph|half|with|hash|hmac|cmac|rsa|ecdsa|array|poly|be|le)){0,3}",
    re.IGNORECASE,
)
"""Public algorithms, curves, standards and types of numbers, with what stands behind them (NIST, IETF, languages)."""
_PASSWORD = re.compile(rb"(?i)pass|pwd|\bpw\b|phrase|psk\b|kennwort|contrase|senha")
_TYPE = re.compile(
    rb"(?:Array|Buffer|Bytes|String|Slice|Option|Options|Type|Props|Config|Secret|Hash|Params)(?:[0-9]{1,3})?$"
)
"""Ends of types: behind a word for a password too. List of 2026-11-24."""
_HIDDEN = re.compile(rb"(?i)secret|priv|seed|mnemonic|pass|pwd")
_OWN_WORD = re.compile(rb"(?i)(?:pass|secret|token|key|credential|auth|cert|cipher|hash|signature|nonce)")
_SIZES = frozenset(
    b"128 160 192 224 255 256 381 384 448 512 521 1024 2048 3072 4096 25519 2136 8032 5280 7517 7518 7519".split()
)
"""Numbers of three digits and more that names of types and algorithms have."""
_ACRONYMS = frozenset(
    (
        b"AES ALG ALGORITHM API ARGS AUTH CBC CERT CFG CONN CSR CTR CTX DB DER DES DNS DSA EC ECDH ECDSA ENV "
        b"ERC GCM GPG HKDF HMAC HTTP HTTPS ID IERC IP IV JSON JWE JWK JWS JWT KDF KEY KMS KRB MAC MD MSG OIDC "
        b"OPTS PEM PGP PK PKCS PKI PRIV PSK PTR PUB RC REQ RES RFC RPC RSA SHA SK SQL SSH SSL SSO STR TLS TOTP "
        b"TSIG URI URL UTF UUID XML YAML"
    ).split()
)
"""Parts of names that are no words."""
_LEAST_PART, _READABLE, _WORDLIKE, _MOST_NUMBERS = 3, 0.75, 0.75, 2
"""Letters of a word; share of a name's letters that stand in words; share of common pairs of letters in these; numbers.
Set on 2026-11-24 so that of 20,000 random tokens of each length from 12 to 32 one in two hundred passes."""
_ETHEREUM = re.compile(rb"0x[0-9a-fA-F]{40}(?:\.[\w.]*)?")
_BASE58 = re.compile(rb"[1-9A-HJ-NP-Za-km-z]{32,90}")
_DIGITS = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_PEER = re.compile(
    rb"Qm[1-9A-HJ-NP-Za-km-z]{44}|12D3KooW[1-9A-HJ-NP-Za-km-z]{44}|16Uiu2HA[1-9A-HJ-NP-Za-km-z]{45}|bafy[a-z2-7]{50,60}"
)
"""Addresses of content and of peers that say so themselves (multiformats)."""
_PUBLIC_NAME = re.compile(
    rb"(?i)pub(?:lic)?[\w-]{0,12}[\"'\\]{0,2}[ \t]*(?::[ \t]*&?[\w<>]{1,12}[ \t]*)?[=:][ \t]*b?[\"'`\\]{0,2}$"
)
_RESOURCE = re.compile(rb"\barn:[a-z-]{2,12}:[\w./:+=@-]*$")
"""The name of a resource of Amazon's: a secret's own name ends in drawn letters."""
_LONGEST_RESOURCE = 160
"""Bytes of such a name before its end (guess, 2026-11-25)."""
_OF_CHAIN = re.compile(
    rb"(?i)address|pubkey|public_?key|lamport|solana|blockhash|\bnonce|\bmint|wallet|signer|authority|payer|base58"
    rb"|programs?\b|staking|validator|[ed][ne]codes? to"
)
_SIGNED = re.compile(rb"(?i)signature|\bsig|tx_?(?:id|hash)?\b|transaction")
_BEFORE, _BEHIND = 400, 200
"""Bytes around a value in which words say that it is of a chain (guess of 2026-11-24)."""
_KEY_BYTES, _SIGNATURE_BYTES = 32, 64  # by definition of Ed25519


def is_code_name(text: bytes, start: int, end: int, before: bytes = b"") -> bool:
    """Tell whether a value is a name in code rather than a secret; ``before`` is what announced it.

    >>> [is_code_name(word, 0, len(word)) for word in (b"Uint8Array", b"v1.ECDSAKeyAlgorithm", b"ed25519")]
    [True, True, True]
    >>> [is_code_name(word, 0, len(word)) for word in (b"hunter2Zx9", b"Summer2024", b"k9Xw2LmZx0TtRb1K")]
    [False, False, False]
    """
    value = text[start:end].rstrip(b".:?!,;")
    if _ALGORITHM.fullmatch(value) and (value.islower() or value.isupper()):
        return True
    quoted = text[start - 1 : start] in (b'"', b"'", b"`") and start > 0
    if quoted:
        is_key = text[max(0, start - 2) : start - 1] == b"[" and text[end + 1 : end + 2] == b"]"
        return is_key or (value.endswith((b"Array", b"Buffer")) and _is_name(value))
    if not _is_name(value):
        return False
    if not _PASSWORD.search(before) or text[end : end + 1] in (b"(", b"<", b"[") or _OWN_WORD.match(value):
        return True
    return _TYPE.search(value) is not None or (value[:1].islower() and text[end : end + 1] in (b",", b")"))


@lru_cache(maxsize=1 << 12)
def _is_name(value: bytes) -> bool:
    """Tell whether words that read make up a name."""
    if not _NAME.fullmatch(value):
        return False
    parts = _PARTS.findall(_STANDARD.sub(b"key", value))
    numbers = [part for part in parts if part.isdigit()]
    if len(numbers) > _MOST_NUMBERS or any(len(part) > 2 and part not in _SIZES for part in numbers):
        return False
    known = [part for part in parts if part.upper() in _ACRONYMS]
    return _read_words([part for part in parts if part.isalpha() and part not in known], known)


def _read_words(words: list[bytes], known: list[bytes]) -> bool:
    """Tell whether these parts of a name read, beside the acronyms among them."""
    long = [part for part in words if len(part) >= _LEAST_PART]
    enough = len(long) + len(known) > 1 or any(map(_OWN_WORD.match, long))
    if not enough or sum(map(len, long + known)) < _READABLE * sum(map(len, words + known)):
        return False
    pairs = sum(len(part) - 1 for part in long)
    return not pairs or sum(measure_words(part) * (len(part) - 1) for part in long) >= _WORDLIKE * pairs


def unless_code(check: SecretCheck) -> SecretCheck:
    """Return the check for places where code stands as often: no name of code and no address is a secret."""

    def judge(window: bytes, start: int, end: int, match: int) -> bool:
        before = window[match:start]
        named = is_code_name(window, start, end, before) or is_public_value(window, start, end, before)
        return not named and check(window, start, end, match)

    return judge


def is_public_value(text: bytes, start: int, end: int, before: bytes = b"") -> bool:
    """Tell whether a value is an address, a public key or a signature of a chain, which everybody may see.

    Thirty-two bytes in base58 can be any key. They count as an address where words around speak of one, and nothing
    before them of a secret.
    """
    value = text[start:end]
    if _RESOURCE.search(text, max(0, start - _LONGEST_RESOURCE), start):
        return True
    if _ETHEREUM.fullmatch(value) or _PEER.fullmatch(value) or _PUBLIC_NAME.search(text, max(0, start - 40), start):
        return True
    if not _BASE58.fullmatch(value) or _HIDDEN.search(before):
        return False
    around = text[max(0, start - _BEFORE) : start] + b" " + text[end : end + _BEHIND]
    size = _measure_base58(value)
    if size == _SIGNATURE_BYTES:
        return _SIGNED.search(around) is not None and not _HIDDEN.search(text[max(0, start - 60) : start])
    return size == _KEY_BYTES and _OF_CHAIN.search(around) is not None


def _measure_base58(value: bytes) -> int:
    """Return how many bytes a text in base58 stands for."""
    number = 0
    for digit in value:
        number = number * 58 + _DIGITS.index(digit)
    return (number.bit_length() + 7) // 8 + len(value) - len(value.lstrip(b"1"))
