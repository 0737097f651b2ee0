"""Whether a value only stands for a secret: a variable, a template, an example, a word, or a placeholder of ours.

One list of words and signs for every check, so that what is left alone is left alone everywhere.
"""

import re

import re2

_LATIN = re2.Options()
_LATIN.encoding = re2.Options.Encoding.LATIN1

PLACEHOLDER = re2.compile(rb"\[[a-z][a-z0-9-]{1,30}:[0-9a-f]{6}\]", _LATIN)
"""What ``privacy.scrub`` writes in a secret's place."""
_STAND_IN = re2.compile(rb"[*&][A-Za-z_][A-Za-z_./-]*|%[A-Za-z({][^%]*%?|%[0-9.]*[sdvqr]|\*+", _LATIN)
"""An alias of YAML, a pointer, a format or a variable of Windows."""
_TYPE = re2.compile(
    rb"(?i)!!.*|u?(?:int|float)[0-9]{1,3}(?:clamped)?(?:array|_t)?|big(?:u?int|decimal)(?:64array)?", _LATIN
)
"""A type of a language whose name has digits, or a negation."""
_SIGNS_OF_A_TEMPLATE = (
    *(b"${", b"{{", b"$(", b"#{", b"}}", b"...", b"****", b"xxxx", b"<%", b"process.env", b"environ", b"getenv"),
    *(b"redacted", b"your_", b"your-", b"yourt", b"yourp", b"yours", b"youra", b"_here", b"-here", b"changeme"),
    *(b"change_me", b"change-me", b"placeholder", b"example", b"secrets.", b"goes-here", b"dummy", b"insert_"),
    *(b"insert-", b"replace_", b"replace-", b"abcdefgh", b"01234567", b"12345678", b"test-key", b"test_key"),
    *(b"\xe2\x80\xa6", b"\xe2\x80\xa2\xe2\x80\xa2", b"import.meta", b"fake-", b"fake_", b"mock-", b"mock_"),
)
_TEMPLATE = re2.compile(b"|".join(map(re.escape, _SIGNS_OF_A_TEMPLATE)), _LATIN)
PLAIN_WORDS = frozenset(
    b"password passwd pwd pass passphrase secret token null none true false undefined nil string str bytes text number "
    b"bool boolean any object array optional required hidden value default test testing username user login redacted "
    b"omitted removed unset missing invalid wrong incorrect enabled disabled auto random prompt stdin input generated "
    b"encrypted hashed plain plaintext static public private protected const return basic bearer digest unknown "
    b"var let new self this type uint8 int32 int64 float64 sha1 sha256 sha512 md5 base64 oauth2 oauth argon2 bcrypt "
    b"somepassword mypassword yourpassword".split()
)


def is_placeholder(value: bytes) -> bool:
    """Tell whether the value only stands for a secret: a variable, template, example or placeholder of ours."""
    low = value.lower()
    if low in PLAIN_WORDS or len(set(low.strip(b"-_"))) <= 2 or value[:1] in b"$<" or value[-1:] in b"$>":
        return True
    if value[:1] in b"*&%" and _STAND_IN.fullmatch(value) is not None:
        return True
    if low[:1] in b"!uifb" and _TYPE.fullmatch(value) is not None:
        return True
    if b"[" in low and PLACEHOLDER.search(value) is not None:
        return True
    if (value[:1] == b"{" and value[-1:] == b"}") or (value[:2] == b"__" and value[-2:] == b"__"):
        return True
    return _TEMPLATE.search(low) is not None
