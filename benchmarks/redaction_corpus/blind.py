"""A labelled set written without knowledge of the rules: nothing in it may be used to tune them.

The texts stand in ``blind_positives.txt`` and ``blind_negatives.txt``, each under a line ``=== group / name``.
``⟪kind⟫`` is a value that must go, ``⟨kind⟩`` a value that is just there; ``⟪kind|form⟫`` is written in another form.
``<ESC>`` and ``<TAB>`` are these characters. A case's kind is the name of its text, so that misses are told by name.
"""

import base64
import json
import random
import re
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from benchmarks.redaction_corpus import Case

PER_TEXT = 3
_HERE = Path(__file__).parent
_HEAD = re.compile(r"^=== (.+) / (\S+)\n", re.MULTILINE)
_MARK = re.compile(r"([⟪⟨])([a-z0-9_]+)(?:\|([a-z0-9]+))?[⟫⟩]")
_CHARS = re.compile(r"\{([a-zA-Z])(\d+)\}")
_LOWER, _DIGITS = "abcdefghijklmnopqrstuvwxyz", "0123456789"
_ALNUM = _LOWER + _LOWER.upper() + _DIGITS
_ALPHABETS = {
    "A": _ALNUM,
    "U": _LOWER.upper() + "234567",
    "a": _LOWER + _DIGITS,
    "l": _LOWER,
    "b": _ALNUM + "+/",
    "d": _DIGITS,
    "c": "AEIMQUYcgkosw048",  # the last character of 32 bytes in Base64
    "g": "AQgw",  # and of 64
    "h": _DIGITS + "abcdef",
    "u": _ALNUM + "-_",
    "n": "123456789",
    "q": "qpzry9x8gf2tvdw0s3jn54khce6mua7l".upper(),
}

# Shapes as the services document them, or as their keys are seen in public documentation.
SHAPES = {
    "age": "AGE-SECRET-KEY-1{q58}",
    "anthropic": "sk-ant-api03-{u93}AA",
    "atlassian": "ATATT3xFfGF0{u171}={h8}",
    "atlas": "{A14}.atlasv1.{A67}",
    "aws_id": "AKIA{U16}",
    "aws_secret": "{b40}",
    "aws_session": "IQoJb3JpZ2luX2Vj{b299}{g1}==",
    "aws_temp_id": "ASIA{U16}",
    "azure_client": "{A3}8Q~{A34}",
    "azure_key": "{b85}{g1}==",
    "circle": "CCIPAT_{A22}_{h40}",
    "cloudflare": "{u40}",
    "cookie": "s%3A{u32}.{A43}",
    "crates": "cio{A32}",
    "databricks": "dapi{h32}",
    "discord": "M{A23}.{A6}.{u38}",
    "discord_hook": "{d18}/{u68}",
    "docean": "dop_v1_{h64}",
    "docker": "dckr_pat_{u27}",
    "doppler": "dp.pt.{A43}",
    "figma": "figd_{u40}",
    "gcp_key": "AIzaSy{u33}",
    "gcp_secret": "GOCSPX-{u28}",
    "ya29": "ya29.a0{u160}",
    "gh_fine": "github_pat_{A22}_{A59}",
    "gitlab": "glpat-{u20}",
    "gitlab_runner": "glrt-{u20}",
    "grafana": "glsa_{A32}_{h8}",
    "hf": "hf_{A34}",
    "linear": "lin_api_{A40}",
    "mailgun": "key-{h32}",
    "mapbox": "sk.eyJ1Ijoi{A70}.{u22}",
    "newrelic": "NRAK-{U27}",
    "notion": "ntn_{d11}{A35}",
    "nuget": "oy2{a43}",
    "openai": "sk-proj-{u74}T3BlbkFJ{u74}",
    "phpsess": "{a26}",
    "planetscale": "pscale_pw_{u43}",
    "postman": "PMAK-{h24}-{h34}",
    "pypi": "pypi-AgEIcHlwaS5vcmc{u150}",
    "rubygems": "rubygems_{h48}",
    "sendgrid": "SG.{u22}.{u43}",
    "sentry_key": "{h32}",
    "shopify": "shpat_{h32}",
    "slack_app": "xapp-1-A{U10}-{d13}-{h64}",
    "slack_bot": "xoxb-{n12}-{n13}-{A24}",
    "slack_hook": "T{U10}/B{U10}/{A24}",
    "stripe": "sk_live_{A24}",
    "stripe_hook": "whsec_{A32}",
    "stripe_restricted": "rk_live_{A99}",
    "tailscale": "tskey-auth-k{A11}CNTRL-{A32}",
    "telegram": "{n10}:AA{u33}",
    "twilio_token": "{h32}",
    "vault": "hvs.CAESI{u90}",
    "sas": "{b42}{c1}=",
    "hex16": "{h16}",
    "hex24": "{h24}",
    "hex32": "{h32}",
    "hex40": "{h40}",
    "hex64": "{h64}",
    "hex12": "{h12}",
    "hex7": "{h7}",
    "sri512": "sha512-{b85}{g1}==",
    "sri256": "sha256-{b42}{c1}=",
    "uuid": "{h8}-{h4}-4{h3}-a{h3}-{h12}",
    "ulid": "01J{U23}",
    "num12": "{n12}",
    "num6": "{n6}",
    "b64_32": "{b42}{c1}=",
    "b64_64": "{b85}{g1}==",
    "b64_200": "{b200}",
    "alnum24": "{A24}",
    "alnum32": "{A32}",
    "alnum8": "{A8}",
    "letters5": "{l5}",
    "sshpub": "AAAAC3NzaC1lZDI1NTE5AAAAI{b43}",
    "go_sum": "h1:{b42}{c1}=",
    "publishable": "pk_test_{A24}",
    "jwt_tail": "{u42}{c1}",
}
_WORDS = (
    "harbor",
    "quill",
    "ember",
    "mango",
    "tundra",
    "cobalt",
    "pelican",
    "walnut",
    "saffron",
    "glacier",
    "lantern",
    "orchid",
)
_USERS = ("mirelle", "oskarv", "tdanforth", "bqian", "jhallow", "rnakata", "pvelez", "imogenk", "dsorrel", "kwestby")
_HOSTS = ("northquay", "tallpine", "brightmoor", "ferrowell", "lumenstack", "oakdrift")


class Text(NamedTuple):
    """One text of the set before values stand in it."""

    group: str
    name: str
    body: str
    secret: bool


def texts() -> list[Text]:
    """All texts: first those with a secret."""
    return [*_read("blind_positives.txt", secret=True), *_read("blind_negatives.txt", secret=False)]


def cases() -> list[Case]:
    """Every text with some values, the same each time."""
    return [
        _case(text, seed)
        for text in texts()
        for seed in range(PER_TEXT if text.secret or _MARK.search(text.body) else 1)
    ]


def _read(file: str, *, secret: bool) -> Iterator[Text]:
    parts = _HEAD.split((_HERE / file).read_text(encoding="utf-8"))[1:]
    for group, name, body in zip(parts[::3], parts[1::3], parts[2::3], strict=True):
        yield Text(group, name, body.rstrip("\n"), secret)


def _case(text: Text, seed: int) -> Case:
    rng = random.Random(f"blind:{text.name}:{seed}")
    body = text.body.replace("<ESC>", "\x1b").replace("<TAB>", "\t")
    out, at, start, end = "", 0, None, None
    for mark in _MARK.finditer(body):
        out += body[at : mark.start()]
        value = _formed(mark[3], _value(mark[2], rng))
        if mark[1] == "⟪":
            start, end = len(out), len(out) + len(value)
        out += value
        at = mark.end()
    return Case(text.body, text.group, text.name, out + body[at:], start, end)


def _value(kind: str, rng: random.Random) -> str:
    if kind in SHAPES:
        return _shaped(SHAPES[kind], rng)
    return MADE[kind](rng)


def _shaped(shape: str, rng: random.Random) -> str:
    return _CHARS.sub(lambda match: "".join(rng.choices(_ALPHABETS[match[1]], k=int(match[2]))), shape)


def _formed(form: str | None, value: str) -> str:
    return FORMS[form](value) if form else value


def _password(rng: random.Random) -> str:
    """A password as a person or a generator makes one, safe between quotes and in a shell."""
    one, two = rng.sample(_WORDS, 2)
    return rng.choice(
        (
            f"{one.title()}{rng.randint(10, 9999)}!",
            f"{one}-{two}-{rng.randint(10, 99)}",
            f"{one.title()}_{two.title()}{rng.randint(1, 99)}",
            _shaped("{A16}", rng),
            _shaped("{a6}-{A6}-{a6}", rng),
            f"{one[:3].upper()}{two}{rng.randint(100, 999)}%",
        )
    )


def _plain(rng: random.Random) -> str:
    """A password of letters and digits, as it may stand in a URL."""
    return rng.choice((f"{rng.choice(_WORDS)}{rng.randint(100, 99999)}", _shaped("{A18}", rng), _shaped("{h24}", rng)))


def _awkward(rng: random.Random) -> str:
    return f"{rng.choice(_WORDS).title()}@{rng.randint(10, 99)}/{rng.choice(_WORDS)}#{_shaped('{A4}', rng)}"


def _user(rng: random.Random) -> str:
    return rng.choice(_USERS)


def _host(rng: random.Random) -> str:
    return f"{rng.choice(_HOSTS)}.{rng.choice(('io', 'dev', 'co.uk', 'net'))}"


def _email(rng: random.Random) -> str:
    user = _user(rng)
    return rng.choice((user, f"{user}.{rng.choice(_WORDS)}", f"{user}+ci", f"{user}_{rng.randint(1, 99)}")) + (
        "@" + _host(rng)
    )


def _public(rng: random.Random) -> str:
    """An address in blocks that are neither private nor reserved."""
    first = rng.choice((18, 34, 45, 52, 81, 93, 138, 159, 185, 212))
    return f"{first}.{rng.randint(20, 60)}.{rng.randint(1, 254)}.{rng.randint(2, 250)}"


def _public6(rng: random.Random) -> str:
    return _shaped("2a01:4f8:{h4}:{h4}::", rng) + str(rng.randint(2, 99))


def _checkout(rng: random.Random) -> str:
    """What actions/checkout leaves in the configuration of Git."""
    return base64.b64encode(f"x-access-token:{_value('gh_actions', rng)}".encode()).decode()


def _segment(content: dict[str, object]) -> str:
    return base64.urlsafe_b64encode(json.dumps(content, separators=(",", ":")).encode()).rstrip(b"=").decode()


def _jwt(rng: random.Random) -> str:
    claims: dict[str, object] = {"sub": _shaped("{n10}", rng), "iat": 1_700_000_000 + rng.randint(0, 10**7)}
    return f"{_segment({'alg': 'HS256', 'typ': 'JWT'})}.{_segment(claims)}.{_shaped('{u42}{c1}', rng)}"


def _summed(prefix: str) -> Callable[[random.Random], str]:
    """Tokens of GitHub and npm: 30 characters and their CRC-32 in base 62, as GitHub has described them."""

    def make(rng: random.Random) -> str:
        payload = _shaped("{A30}", rng)
        rest, digits = zlib.crc32(payload.encode()), ""
        for _ in range(6):
            rest, place = divmod(rest, 62)
            digits = (_DIGITS + _LOWER.upper() + _LOWER)[place] + digits
        return prefix + payload + digits

    return make


def _basic(rng: random.Random) -> str:
    return base64.b64encode(f"{_user(rng)}:{_password(rng)}".encode()).decode()


def _key_body(rng: random.Random) -> str:
    """The lines between the first and the last of a private key."""
    lines = ["MIIE" + _shaped("{b60}", rng), *(_shaped("{b64}", rng) for _ in range(11)), _shaped("{b37}{g1}==", rng)]
    return "\n".join(lines)


def _ssh_body(rng: random.Random) -> str:
    start = base64.b64encode(b"openssh-key-v1\0").decode()
    return "\n".join([_shaped(start + "{b50}", rng), *(_shaped("{b70}", rng) for _ in range(4)), _shaped("{b24}", rng)])


def _key(rng: random.Random) -> str:
    return f"{_edge('BEGIN', '')}\n{_key_body(rng)}\n{_edge('END', '')}\n"


def _edge(which: str, sort: str) -> str:
    return f"-----{which} {sort}PRIVATE KEY-----"


def _url(rng: random.Random) -> str:
    return f"postgres://{_user(rng)}:{_plain(rng)}@db.{_host(rng)}:5432/app"


MADE: dict[str, Callable[[random.Random], str]] = {
    "pw": _password,
    "plain": _plain,
    "awkward": _awkward,
    "user": _user,
    "host": _host,
    "email": _email,
    "ip": _public,
    "ip6": _public6,
    "jwt": _jwt,
    "basic": _basic,
    "checkout": _checkout,
    "body": _key_body,
    "ssh_body": _ssh_body,
    "ghp": _summed("ghp_"),
    "gh_oauth": _summed("gho_"),
    "gh_actions": _summed("ghs_"),
    "npm": _summed("npm_"),
    "key": _key,
    "dburl": _url,
    "begin": lambda _: _edge("BEGIN", ""),
    "end": lambda _: _edge("END", ""),
    "begin_rsa": lambda _: _edge("BEGIN", "RSA "),
    "end_rsa": lambda _: _edge("END", "RSA "),
    "begin_ssh": lambda _: _edge("BEGIN", "OPENSSH "),
    "end_ssh": lambda _: _edge("END", "OPENSSH "),
    "begin_ec": lambda _: _edge("BEGIN", "EC "),
    "end_ec": lambda _: _edge("END", "EC "),
}
FORMS: dict[str, Callable[[str], str]] = {
    "b64": lambda value: base64.b64encode(value.encode()).decode(),
    "percent": lambda value: quote(value, safe=""),
    "json": lambda value: json.dumps(value)[1:-1],
    "json2": lambda value: json.dumps(json.dumps(value)[1:-1])[1:-1],
    "indent": lambda value: value.replace("\n", "\n    "),
    "plus": lambda value: value.replace("\n", "\n+"),
    "first": lambda value: "\n".join(value.split("\n")[:5]),
    "last": lambda value: "\n".join(value.split("\n")[-5:]),
    "cut": lambda value: value[: len(value) * 2 // 3],
}
