"""Words that announce credentials, in a dozen languages, and the signs of a value near one: as texts, not compiled.

The one pass of the rules' engine also notes where such a word stands (``WORDS``), which costs it next to nothing. What
stands around the word is then searched for a value (``AROUND``) by a second, small engine. All words before every sign
of a value, in one engine, took a third of the rules' whole time and three times as long to compile (2026-11-25).
"""

FAR = 100
"""Bytes between a word and its value on one line at most (guess, 2026-11-24)."""
ABOVE = 240
"""Bytes between a word and a value below it at most (guess, 2026-11-24)."""

OWN = (
    *(b"passw(?:or)?d", b"passwd", b"passphrase", b"passcode", b"passkey", b"pwd", b"kennwort", b"passwort", b"senha"),
    *(b"zugangscode", b"contrase(?:\xc3\xb1|n)a", b"mot de passe", b"wachtwoord", b"has(?:\xc5\x82|l)o", b"heslo"),
    *(b"l(?:\xc3\xb6|o)senord", b"parola", b"\xc5\x9fifre", "пароль".encode(), "密码".encode(), "密碼".encode()),
    *("口令".encode(), "パスワード".encode(), "비밀번호".encode()),
    *(rb"\bpass\b", rb"[_-]pass\b", rb"\bpw\b", rb"[_-]pw\b"),
    *(
        rb"\bpsk\b",
        rb"\bpin\b",
        rb"\bcreds\b",
        rb"\blogin:?[ ]",
        rb"\b(?:log|sign)(?:ged|ed|ging|ing)? ?in\b",
        rb"\bcredentials\b",
        b"authtok",
    ),
    *(rb"connect\(", b"createuser", b"create user", b"add_user"),
)
"""Words for a password in a dozen languages."""
HALF = (
    *(b"secret", b"token", b"credential", b"api[ _-]?key", b"jeton", b"clave", b"chave", b"geheim", rb"\bbearer\b"),
    rb"(?:access|private|signing|encryption|master|licen[cs]e|auth|session|deploy|service)[ _-]?key",
    *(rb"(?:account|shared|webhook|setup|recovery|client|admin)[ _-]?key",),
    *(rb"[a-z0-9][_-]key\b", rb"(?-i:[a-z]Key)\b", rb"\bauth\b"),
    *(rb"[_-]auth\b", rb"\bsalt\b", rb"\bseed\b", b"schl(?:\xc3\xbc|ue)ssel", rb"\bcl(?:\xc3\xa9|e) (?:api|priv|secr)"),
    *(
        rb"[_-]pat\b",
        rb"[_-]session\b",
        rb"\bapi=",
        rb"[._-]sid\b",
        b"cookie",
        rb"--sec\b",
        rb"\bkey(?: is)?[:=]",
        b"mnemonic",
        b"licen[cs]e",
    ),
    *("密钥".encode(), "令牌".encode(), "токен".encode(), "ключ".encode()),
)
"""Words for a key or a token."""

_ABOVE_WORDS = (
    *(b"passw(?:or)?d", b"passwd", b"passphrase", b"passcode", b"secret", b"api[ _-]?key", b"private[ _-]?key"),
    b"credentials",
)
"""Words that announce what stands in a line below them."""
_TOKEN = b"token"
_VAGUE = (
    *(rb"\bpass\b", rb"[_-]pass\b", rb"\bpin\b", rb"\bcreds\b", rb"\bauth\b", rb"[_-]auth\b", rb"[_-]session\b"),
    *(rb"\bseed\b", rb"\bsalt\b"),
)
"""Words that announce nothing but what a sign of giving behind them gives: a third of all hits were of these."""


def _any_of(words: tuple[bytes, ...]) -> bytes:
    return b"(?i)(?:%b)" % b"|".join(words)


WORDS = (
    _any_of(_ABOVE_WORDS),
    b"(?i)%b(?:[^a-z_]|_[^ucle]|v)" % _TOKEN,  # two of three hits were counts and uses of tokens
    _any_of(_VAGUE) + rb"(?:[=:\"'`)\]]|[ \t]{1,4}[=:\"'`])",
    _any_of(tuple(word for word in (*OWN, *HALF) if word not in {*_ABOVE_WORDS, *_VAGUE, _TOKEN})),
)
"""Signs of a word, for the pass over everything."""
PASSED = (0, 1, 1, 0)
"""Bytes that each of them reads behind its word."""
MARKS = (b"\x00A", b"\x00T", b"\x00V", b"\x00W")
"""What stands behind the word where what is around it is searched."""
REACHES = (300, 300, 0, 0)
"""Bytes behind the word that are searched at least; 0: its line alone."""
LINE = 140
"""Bytes of the word's line that are searched behind it: a gap and the beginning of a value (guess, 2026-11-25)."""
BEFORE = 130
"""Bytes before the word's end that are searched: a value in quotes, and a remark with the word (guess, 2026-11-25)."""

_BORDER = rb"[^A-Za-z0-9\n+/]"
_GAP = rb"[\w-]{0,16}%b(?:[^\n]{0,%d}%b)?" % (_BORDER, FAR, _BORDER)
_DIRECT = rb"[\w-]{0,16}[^\w\n]{1,12}(?:(?:is|was|ist|lautet|est|es|to|of)[^\w\n]{1,4})?"
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
_BELOW = (
    rb"[^\x00]{0,%d}[\"'=:> ][ \t]{0,4}[\"'`]?[A-Za-z0-9_.!%%&*?#^$~@+/-]{0,16}%b" % (ABOVE, _THREE),
    rb"[^\x00]{0,%d}[\"'=:> ][ \t]{0,4}[\"'`]?[A-Za-z0-9_.-]{1,20}[!%%&*?#^$~@+][A-Za-z0-9!%%&*?#^$~@+.-]{2}" % ABOVE,
)
GIVEN = (
    rb"[^\w\n]{1,12}(?:(?:is|was|are|as|to|value|[\w.]{1,12}[ \t]{0,2}=)[^\w\n]{1,4})?(?:\n{1,2}[ \t]{0,24}[\"'`]?)?"
)
"""What the second opinion takes for the giving of a value."""
STARTS = (
    rb"[0-9_./+!@#$%^&*?~-]{0,8}[A-Za-z][A-Za-z_./+!@#$%^&*?~-]{0,14}[0-9][^\s\"'`,;<>|)\]}\x00]{3}",
    rb"[0-9]{1,8}[A-Za-z][^\s\"'`,;<>|)\]}\x00]{5}",
)
"""How a value begins of which the second opinion may be certain."""
UUID = rb"[\w -]{0,12}[\"'` ]{0,2}[=:][ ]{0,12}[\"'`]?[0-9a-f]{8}-[0-9a-f]{4}-"
JOINED = rb"[=_-][A-Za-z0-9]{0,16}[0-9][A-Za-z0-9]{5}"
_PHRASE = rb"[\"']?[\w-]{0,8}[\"']?[ ]{0,3}[=: ][ ]{0,3}[\"'](?:[!-!#-&(-~]{2,16}[ ]){1,7}[!-!#-&(-~]{2,16}[\"']"
_REMARK = (
    rb"[\"'`][A-Za-z0-9_.!%&*?#^$~@+-]{8,80}(?:\\[nrt]){0,2}[\"'`][^\n]{0,40}(?://|#|--|\||\xe2\x80\x94|\()[^\n]{0,48}"
)
_SHOWN = rb"\b(?:cat|less|more|bat|head|tail|xxd|base64) [^;&|\n\x00]{0,100}"
"""A command that shows a file whose name follows."""
AROUND = (
    *((rb"\x00[A-Z]" + drawn, "line", True) for drawn in _DRAWN),
    *((rb"\x00A" + below, "line", True) for below in _BELOW),
    *((rb"\x00[A-Z][\w$-]{0,20}(?:\.[\w$-]{1,20})?" + GIVEN + start, "keyed", True) for start in STARTS),
    (rb"\x00[A-Z]" + JOINED, "line", False),
    (rb"\x00A[^\n]{0,80}:?[ \t\r]{0,4}\n{1,2}[ \t]{0,8}[A-Za-z0-9+/]{24}", "line", False),
    (rb"\x00[A-Z]" + UUID, "line", False),
    (rb"\x00[AVW]" + _PHRASE, "line", False),
    (_REMARK + rb"\x00[A-Z]", "line", False),
    (rb"\x00[WT][ \t]{1,4}[\w.~+/=-]{8}", "schemes", False),
    (_SHOWN + rb"\x00[AT](?:\.txt)?(?:[ ;|&\"'][^\n]*)?\n", "printed", False),
    (rb"\x00[AT][^\n]{0,120}\n[^\s\x00]{8,200}[ \t\r]{0,4}\n", "printed", False),
)
"""Signs of a value around a word: who reads the place, and whether it ends within the value, which is then judged."""

_SEED_WORDS = b"secret key|setup|set-up|authenticator|2fa|mfa |totp"
BEGINNINGS = b"live|prod|pat|key|apikey|sk|secret|token|api|tok|auth|admin|priv|sec"
"""Words with which services begin their keys."""
ALONE = (
    rb"\b(?:echo|printf) [^\n|]{0,24}[\"'][A-Za-z0-9_.!%&*?#^$~@+:-]{8,80}(?:\\n)?[\"'][ ]{0,3}\|",
    rb"\becho [^\n|]{0,8}[A-Za-z0-9+/=_-]{12,200}[ ]{0,3}\|[ ]{0,3}(?:xxd|base64|openssl)[ ]-",
    rb"(?i:%b)[^\n]{0,60}[ ](?:[A-Z2-7]{4}[ -]){3}[A-Z2-7]{4}" % _SEED_WORDS,
    rb"(?i:%b)[^\n]{0,60}[ ](?:[a-z2-7]{4}[ -]){3}[a-z2-7]{4}" % _SEED_WORDS,
    *(rb"[a-z0-9_-]%b[_-](?:[a-z]{2,8}[_-])?[A-Za-z0-9]{20}" % word for word in BEGINNINGS.split(b"|")),
    rb"(?i:key)" + JOINED,
    rb"(?i:key)[\"'` ]{0,2}[=:][ ]{0,2}[\"'`]?[0-9a-f]{8}-[0-9a-f]{4}-",
)
"""Signs of a line that says by itself that it holds a credential."""
