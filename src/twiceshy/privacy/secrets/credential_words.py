"""Words that announce credentials, in a dozen languages, and signs by which an engine finds lines that hold one.

One sign holds one word, as an engine finds these by their letters: all words in one take forty times as long (measured
on 2026-11-24). A sign only says that a line may be worth reading (``nearby_values``).
"""

import re

import re2

from twiceshy.privacy.secrets.secret_triggers import LATIN

FAR = 100
"""Bytes between a word and its value on one line at most (guess, 2026-11-24)."""
ABOVE = 240
"""Bytes between a word and a value below it at most (guess, 2026-11-24)."""

_OWN = (
    *(b"passw(?:or)?d", b"passwd", b"passphrase", b"passcode", b"passkey", b"pwd", b"kennwort", b"passwort", b"senha"),
    *(b"zugangscode", b"contrase(?:\xc3\xb1|n)a", b"mot de passe", b"wachtwoord", b"has(?:\xc5\x82|l)o", b"heslo"),
    *(b"l(?:\xc3\xb6|o)senord", b"parola", b"\xc5\x9fifre", "пароль".encode(), "密码".encode(), "密碼".encode()),
    *("口令".encode(), "パスワード".encode(), "비밀번호".encode()),
    *(rb"\bpass\b", rb"[_-]pass\b", rb"\bpw\b", rb"[_-]pw\b"),
    *(rb"\bpsk\b", rb"\bpin\b", rb"\bcreds\b", rb"\blogin:?[ ]", rb"\bcredentials\b", b"authtok"),
    *(rb"connect\(", b"createuser", b"create user", b"add_user"),
)
"""Words for a password in a dozen languages."""
_HALF = (
    *(b"secret", b"token", b"credential", b"api[ _-]?key", b"jeton", b"clave", b"chave", b"geheim", rb"\bbearer\b"),
    rb"(?:access|private|signing|encryption|master|licen[cs]e|auth|session|deploy|service)[ _-]?key",
    *(rb"(?:account|shared|webhook|setup|recovery|client|admin)[ _-]?key",),
    *(rb"[a-z0-9][_-]key\b", rb"(?-i:[a-z]Key)\b", rb"\bauth\b"),
    *(rb"[_-]auth\b", rb"\bsalt\b", rb"\bseed\b", b"schl(?:\xc3\xbc|ue)ssel", rb"\bcl(?:\xc3\xa9|e) (?:api|priv|secr)"),
    *(rb"[_-]pat\b", rb"[_-]session\b", rb"\bapi=", rb"[._-]sid\b", b"cookie", rb"--sec\b", b"mnemonic", b"licen[cs]e"),
    *("密钥".encode(), "令牌".encode(), "токен".encode(), "ключ".encode()),
)
"""Words for a key or a token."""
WORD = re2.compile(rb"(?i)(%b)|(?:%b)" % (b"|".join(_OWN), b"|".join(_HALF)), LATIN)
"""Any of the words; the group takes part in one for a password."""
_BORDER = rb"[^A-Za-z0-9\n+/]"
_GAP = rb"[\w-]{0,16}%b(?:[^\n]{0,%d}%b)?" % (_BORDER, FAR, _BORDER)
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
BEGINNINGS = b"live|prod|pat|key|apikey|sk|secret|token|api|tok|auth|admin|priv|sec"
"""Words with which services begin their keys."""
_BELOW = (
    rb"(?s:.{0,%d})[\"'=: ][ \t]{0,4}[\"'`]?[A-Za-z0-9_.!%%&*?#^$~@+/-]{0,16}%b" % (ABOVE, _THREE),
    rb"(?s:.{0,%d})[\"'=: ][ \t]{0,4}[\"'`]?[A-Za-z0-9_.-]{1,20}[!%%&*?#^$~@+][A-Za-z0-9!%%&*?#^$~@+.-]{2}" % ABOVE,
)
_ABOVE_WORDS = (
    *(b"passw(?:or)?d", b"passphrase", b"passcode", b"secret", b"api[ _-]?key", b"private[ _-]?key"),
    b"credentials",
)
"""Words that announce what stands in a line below them."""
IN_VALUE = (
    *(rb"(?i:%b)%b" % (word, drawn) for word in (*_OWN, *_HALF) for drawn in _DRAWN),
    *(rb"(?i:%b)%b" % (word, below) for word in _ABOVE_WORDS for below in _BELOW),
)
"""Signs that end within the value: the word there can be judged before its line is read."""
SIGNS = (
    *IN_VALUE,
    *(
        rb"[\"'`][A-Za-z0-9_.!%%&*?#^$~@+-]{8,80}[\"'`][^\n]{0,40}(?://|#|--|\||\xe2\x80\x94|\()[^\n]{0,40}(?i:%b)"
        % word
        for word in (*_OWN, *_HALF)
    ),
    *(
        rb"%b [^\n|]{0,24}[\"'][A-Za-z0-9_.!%%&*?#^$~@+:-]{8,80}(?:\\n)?[\"'][ ]{0,3}\|" % word
        for word in (b"echo", b"printf")
    ),
    *(rb"(?i:%b)[^\n]{0,60}[ ](?:[A-Z2-7]{4}[ -]){3}[A-Z2-7]{4}" % word for word in _SEED_WORDS),
    *(rb"(?i:%b)[^\n]{0,60}[ ](?:[a-z2-7]{4}[ -]){3}[a-z2-7]{4}" % word for word in _SEED_WORDS),
    *(rb"[a-z0-9_-]%b[_-](?:[a-z]{2,8}[_-])?[A-Za-z0-9]{20}" % word for word in BEGINNINGS.split(b"|")),
    *(
        rb"(?i:%b)[=_-][A-Za-z0-9]{0,16}[0-9][A-Za-z0-9]{5}" % word
        for word in (b"password", b"secret", b"token", b"key")
    ),
    *(
        rb"(?i:%b)[^\n]{0,80}:?[ \t\r]{0,4}\n{1,2}[ \t]{0,8}[A-Za-z0-9+/]{24}" % word
        for word in (b"password", b"secret key", b"private key", b"api key", b"api token", b"access token")
    ),
    *(
        rb"(?i:%b)[\"'` ]{0,2}[=:][ ]{0,2}[\"'`]?[0-9a-f]{8}-[0-9a-f]{4}-" % word
        for word in (b"key", b"secret", b"password", b" api")
    ),
)
"""Every sign of a line that may hold a credential."""

OTHERWISE = re.compile(
    rb"(?i)tokens|(?<![a-z])(?:websocket|max|min|num|count|total|hash|hashed|digest|sha\d*|md5|checksum|fingerprint"
    rb"|thumbprint|public|pub|publishable|commit|etag|integrity|signature|request|trace|span|idempotency|primary|foreign"
    rb"|sort|partition|index|column|type|url|uri|path|file|name|regex|version|ssh-\w+|tool_use|call|uuid|arn)(?![a-z])"
    rb"|[\"' ](?:id|oid|uid|node_id|ref|email|host|model|role|tag)[\"']?[ ]?[:=]"
    rb"|(?:[a-z]|[_-])(?-i:Id|_id|-id|ID|Hash|Name|Type|Path|File|Url|Count)s?\b"
    rb"|keyring|keyword|author|passed|bypass|compass"
)
"""Words beside which a credential's word means something else, or what they announce is public."""
