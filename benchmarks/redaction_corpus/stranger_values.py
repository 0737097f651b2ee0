"""Draw a value of each kind that the strangers' templates name, in the format that its service gives it.

Most kinds are a line of ``stranger_kinds.toml``: letters as they stand, ``[set]{count}`` for random ones. The rest
(a checksum, base64 of a text, a block of lines) is made here. The same seed draws the same value.
"""

import base64
import random
import re
import tomllib
import zlib
from collections.abc import Callable
from functools import cache
from pathlib import Path

_PART = re.compile(r"\[([^]]+)\]\{(\d+)(?:,(\d+))?\}")
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_WORDS = ("Kestrel", "harbor", "Granite", "willow", "Copper", "meadow", "Falcon", "lantern", "Juniper", "saddle")
_USERS = ("mkowalski", "dana.ruiz", "tlindqvist", "priyar", "johndoe7", "annemarie4", "s_okafor", "bwright")
_HOSTS = ("northwind-labs.io", "mail.kowalski.dev", "quillworks.co.uk", "hafenamt.de", "post.lindqvist.se")


@cache
def _formats() -> dict[str, str]:
    """Return how the values of the simple kinds look."""
    return tomllib.loads(Path(__file__).with_name("stranger_kinds.toml").read_text("utf-8"))


def draw_value(kind: str, rng: random.Random) -> str:
    """Return a value of the kind.

    Raises:
        KeyError: no such kind.
    """
    if kind in _MADE:
        return _MADE[kind](rng)
    return draw_format(_formats()[kind], rng)


def draw_format(form: str, rng: random.Random) -> str:
    """Return a text of the form: letters as they stand, ``[set]{count}`` or ``[set]{least,most}`` drawn."""
    return _PART.sub(lambda part: _draw_letters(part, rng), form)


def _draw_letters(part: re.Match[str], rng: random.Random) -> str:
    letters, least, most = part[1], int(part[2]), int(part[3] or part[2])
    every = re.sub(r"(\w)-(\w)", lambda pair: "".join(map(chr, range(ord(pair[1]), ord(pair[2]) + 1))), letters)
    return "".join(rng.choices(every, k=rng.randint(least, most)))


def _with_checksum(prefix: str) -> Callable[[random.Random], str]:
    """Make tokens that end in six digits of base 62 over the CRC-32 of the thirty before them."""

    def draw(rng: random.Random) -> str:
        letters = "".join(rng.choices(_DIGITS, k=30))
        rest, digits = zlib.crc32(letters.encode()), ""
        for _ in range(6):
            rest, digit = divmod(rest, 62)
            digits = _DIGITS[digit] + digits
        return prefix + letters + digits

    return draw


def _url64(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _draw_jwt(rng: random.Random) -> str:
    head = _url64('{"alg":"HS256","typ":"JWT"}')
    body = _url64(f'{{"sub":"{rng.randint(10**6, 10**7)}","role":"admin","iat":{rng.randint(16 * 10**8, 18 * 10**8)}}}')
    return f"{head}.{body}." + draw_format("[A-Za-z0-9_-]{43}", rng)


def _draw_block(label: str, lines: int, start: str, width: int = 64) -> Callable[[random.Random], str]:
    """Make blocks of lines between a BEGIN and an END."""

    def draw(rng: random.Random) -> str:
        body = start + draw_format(f"[A-Za-z0-9+/]{{{width * lines - len(start) - 20}}}", rng) + "=="
        rows = [body[at : at + width] for at in range(0, len(body), width)]
        return "\n".join([f"-----BEGIN {label}-----", *rows, f"-----END {label}-----"])

    return draw


def _draw_word_password(rng: random.Random) -> str:
    return rng.choice(_WORDS) + rng.choice("-_.") + str(rng.randint(10, 9999)) + rng.choice(("", "!", "x", "Q"))


def _draw_base64(form: str) -> Callable[[random.Random], str]:
    return lambda rng: base64.b64encode(draw_format(form, rng).encode()).decode()


def _draw_address(rng: random.Random) -> str:
    """Return an IPv4 address of a network in public use."""
    return f"{rng.choice((23, 46, 78, 91, 138, 159, 185))}." + ".".join(str(rng.randint(3, 250)) for _ in range(3))


_MADE: dict[str, Callable[[random.Random], str]] = {
    "ghp": _with_checksum("ghp_"),
    "gho": _with_checksum("gho_"),
    "ghs": _with_checksum("ghs_"),
    "npm": _with_checksum("npm_"),
    "jwt": _draw_jwt,
    "pem_rsa": _draw_block("RSA PRIVATE KEY", 12, "MIIEowIBAAKCAQEA"),
    "pem_ec": _draw_block("EC PRIVATE KEY", 3, "MHcCAQEEI"),
    "pem_pkcs8": _draw_block("PRIVATE KEY", 10, "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC"),
    "pem_ssh": _draw_block("OPENSSH PRIVATE KEY", 7, "b3BlbnNzaC1rZXktdjEAAAAABG5vbmU", 70),
    "pem_pgp": _draw_block("PGP PRIVATE KEY BLOCK", 9, "lQOYBGV"),
    "pwword": _draw_word_password,
    "pw_b64": _draw_base64("[A-Za-z]{6}[0-9]{4}[A-Za-z]{5}"),
    "basic": _draw_base64("deploy:[A-Za-z]{6}[0-9]{4}[A-Za-z]{5}"),
    "env_b64": _draw_base64("DB_USER=orders\nDB_PASSWORD=[A-Za-z]{6}[0-9]{4}[A-Za-z]{5}\n"),
    "keydata": lambda rng: base64.b64encode(_draw_block("RSA PRIVATE KEY", 12, "MIIEow")(rng).encode()).decode(),
    "word": lambda rng: rng.choice(_WORDS).lower(),
    "user": lambda rng: rng.choice(_USERS),
    "email": lambda rng: f"{rng.choice(_USERS)}@{rng.choice(_HOSTS)}",
    "ip4": _draw_address,
    "ip6": lambda rng: draw_format("2a01:4f8:c0[a-f0-9]{2}:[1-9]{1}[a-f0-9]{3}::[1-9]{1}", rng),
}
