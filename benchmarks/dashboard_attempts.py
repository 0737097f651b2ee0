"""What `dashboard_attacks` sends: one function a kind, which draws a request from a seed.

They are forms, not one browser's faults: what other sites, other users, other programs and texts of logs could make
somebody send.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from random import Random
from typing import NamedTuple
from urllib.parse import quote, quote_plus

from tests.doors.web.pages import HOSTILE

from twiceshy.doors.web.dashboard.acts import ACTS
from twiceshy.doors.web.dashboard.pages import list_pages

PAGES = list_pages(None)

PATHS = ["/", *(page.path for page in PAGES if page.path != "/"), "/live"]
DATA = ["/api" + (page.path if page.path != "/" else "/overview") for page in PAGES if page.schema]
WRITES = ["/login", "/", *(act.path for act in ACTS)]
NAMES = re.compile(r"\{(\w+)(?::\w+)?\}")


class DashboardAttack(NamedTuple):
    """One request, as it is sent."""

    kind: str
    sends: bytes
    shown: bool
    """Whether it comes with the pass and by the right way, so that it may be answered, harmlessly."""


class Known(NamedTuple):
    """What an attacker may know or have stolen."""

    port: int
    own: str
    cookie: str
    """The right one: what a browser adds though another page asks. Empty before the token was used."""
    token: str


Draw = Callable[[Known, Random], tuple[bytes, bool]]


def draw_attacks(known: Known, random: Random, count: int) -> Iterator[DashboardAttack]:
    """Yield attacks, the kinds in turn."""
    kinds = [kind for kind in KINDS if known.cookie or kind not in NEED_THE_PASS]
    for number in range(count):
        kind = kinds[number % len(kinds)]
        sends, shown = KINDS[kind](known, random)
        yield DashboardAttack(kind, sends, shown)


def write_login(own: str, token: str) -> bytes:
    """Return what our own page sends with the token."""
    headers = {"Origin": own, "X-Twiceshy": "1", "Content-Type": "application/x-www-form-urlencoded"}
    return write_request("POST", "/login", own.removeprefix("http://"), headers, f"token={token}".encode())


def write_request(
    method: str, target: str, host: str, headers: Mapping[str, str] | Sequence[tuple[str, str]], body: bytes = b""
) -> bytes:
    """Return a request as bytes; a body says how long it is unless a header does."""
    pairs = list(headers.items()) if isinstance(headers, Mapping) else list(headers)
    names = {name.lower() for name, _ in pairs}
    if method == "POST" and not names & {"content-length", "transfer-encoding"}:
        pairs.append(("Content-Length", str(len(body))))
    lines = [f"{method} {target} HTTP/1.1", f"Host: {host}", *(f"{name}: {value}" for name, value in pairs)]
    return "\r\n".join([*lines, "Connection: close", "", ""]).encode("latin-1", "replace") + body


def choose_path(random: Random) -> str:
    """Return the address of a page or of its data, with made-up ids."""
    return NAMES.sub(lambda _: f"x-{random.randrange(1 << 32):08x}", random.choice([*PATHS, *DATA]))


def choose_write(random: Random) -> str:
    """Return the address of an act."""
    return NAMES.sub(lambda _: f"x-{random.randrange(1 << 32):08x}", random.choice(WRITES))


def draw_rebinding(known: Known, random: Random) -> tuple[bytes, bool]:
    """Draw a name that an attacker points at this machine; the browser adds no cookie, but this one has it."""
    port = known.port
    name = random.choice(
        [
            "evil.example",
            f"evil.example:{port}",
            f"127.0.0.1.evil.example:{port}",
            f"127.0.0.1:{port}.evil.example",
            f"evil.example#127.0.0.1:{port}",
            f"evil.example@127.0.0.1:{port}",
            f"localhost.:{port}",
            f"localhost:{port}@evil.example",
            f"0.0.0.0:{port}",
            f"127.1:{port}",
            f"2130706433:{port}",
            f"0x7f.1:{port}",
            f"127.0.0.2:{port}",
            f"[::ffff:127.0.0.1]:{port}",
            f"[::]:{port}",
            f"127.0.0.1:0{port}",
            f"127.0.0.1:{port + 1}",
            f"127.0.0.1:{port}, evil.example",
            f"127.0.0.1:{port}/",
            "127.0.0.1",
            "localhost",
            "",
            "\xa0",
            f"{random.choice('abcdefg')}.localhost:{port}",
        ]
    )
    headers = {"Cookie": known.cookie, "X-Forwarded-Host": f"127.0.0.1:{port}", "Forwarded": f"host=localhost:{port}"}
    if random.random() < 0.4:
        headers |= {"Origin": f"http://{name}", "X-Twiceshy": "1"}
        token = f"token={known.token}".encode()
        return write_request("POST", choose_write(random), name, headers, token), False
    return write_request("GET", random.choice([choose_path(random), "/login", "/healthz"]), name, headers), False


def draw_cross_site(known: Known, random: Random) -> tuple[bytes, bool]:
    """Draw what a page in another tab can make a browser send, with our cookie as if it were not strict."""
    headers = {"Cookie": known.cookie}
    host = f"127.0.0.1:{known.port}"
    if random.random() < 0.4:
        headers |= {
            "Sec-Fetch-Site": random.choice(
                ["cross-site", "same-site", "CROSS-SITE", "same-origin, cross-site", "x", ""]
            ),
            "Sec-Fetch-Mode": random.choice(["no-cors", "cors", "navigate", "websocket"]),
            "Sec-Fetch-Dest": random.choice(["script", "image", "document", "iframe", "empty"]),
        }
        if random.random() < 0.5:
            headers["Origin"] = known.own
        return write_request("GET", choose_path(random), host, headers), False
    origin = random.choice(
        [
            "null",
            "http://evil.example",
            f"http://evil.example:{known.port}",
            f"https://127.0.0.1:{known.port}",
            f"http://127.0.0.1:{known.port + 1}",
            f"http://localhost:{known.port}",
            f"{known.own}.evil.example",
            f"{known.own}/",
            f"{known.own} http://evil.example",
            f"HTTP://127.0.0.1:{known.port}",
            "file://",
            "chrome-extension://abcdef",
            "",
        ]
    )
    kind = random.choice(["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=a"])
    form = {"Origin": origin, "Content-Type": kind, "X-Twiceshy": "1"}
    left_out = random.choice(["Origin", "X-Twiceshy", "", ""])
    if left_out == "X-Twiceshy":
        form["Origin"] = known.own  # a form of a page that could stand at our own address: still no header
    headers |= {name: value for name, value in form.items() if name != left_out}
    if left_out == "" and random.random() < 0.3:
        headers |= {"Origin": known.own, "Sec-Fetch-Site": random.choice(["cross-site", "same-site"])}
    body = f"token={known.token}&words=a".encode()
    return write_request("POST", choose_write(random), host, headers, body), False


def draw_token(known: Known, random: Random) -> tuple[bytes, bool]:
    """Draw a token that is guessed, changed, sent another way, or the right one a second time."""
    host, token = f"127.0.0.1:{known.port}", known.token
    changed = random.choice(
        [
            "",
            token[:-1],
            token + "A",
            token.swapcase(),
            token[::-1],
            token + "\0",
            " " + token,
            f"{token}%00",
            "é" * 43,
            "\ud800".encode("utf-8", "surrogatepass").decode("latin-1") * 10,
            f"{random.getrandbits(256):043x}",
            "*",
            "null",
            "[]",
        ]
    )
    headers = {"Origin": known.own, "X-Twiceshy": "1", "Content-Type": "application/x-www-form-urlencoded"}
    way = random.randrange(5)
    if way == 0:  # in the address, or without our own page's header: it must not be used up by that
        return write_request("GET", f"{choose_path(random)}?t={token}&token={token}", host, {}), False
    if way == 1:
        left_out = random.choice(["Origin", "X-Twiceshy"])
        bare = {name: value for name, value in headers.items() if name != left_out}
        return write_request("POST", "/login", host, bare, f"token={token}".encode()), False
    if way == 2 and known.cookie:  # the right one, used before
        return write_request("POST", "/login", host, headers, f"token={token}".encode()), False
    if way == 3:
        forms = [
            f"token={token}&token={quote_plus(changed)}x",
            f"Token={token}",
            f"token%00={token}",
            f"{{'token':'{token}'}}",
        ]
        return write_request("POST", "/login", host, headers, random.choice(forms).encode()), False
    return write_request("POST", "/login", host, headers, f"token={quote_plus(changed)}".encode()), False


def draw_cookie(known: Known, random: Random) -> tuple[bytes, bool]:
    """Draw a cookie that is guessed, another program's, or the token itself."""
    name = f"twiceshy-{known.port}"
    value = known.cookie.partition("=")[2] or "x" * 43
    cookie = random.choice(
        [
            "",
            name,
            f"{name}=",
            f"{name}={known.token}",
            f"{name}={value[:-1]}",
            f"{name}={value}A",
            f"{name}={value.swapcase()}x",
            f"{name}={value[::-1]}x",
            f"twiceshy-{known.port + 1}={value}",
            f"twiceshy={value}",
            f"{name.upper()}={value}",
            f"session={value}; csrftoken={value}",
            f'{name}="{value[:-1]}\\000"',
            f"{name}=*; {name}=null; {name}=true",
            f"a={name}={value}",
            f"{name}={random.getrandbits(256):043x}",
            "=;=;;;" * 100,
        ]
    )
    headers = {"Cookie": cookie, "Authorization": f"Bearer {known.token}", "X-Twiceshy": "1", "Origin": known.own}
    method = random.choice(["GET", "GET", "POST"])
    path = choose_write(random) if method == "POST" else choose_path(random)
    if (method, path) == ("POST", "/login"):
        path = "/"
    return write_request(method, path, f"127.0.0.1:{known.port}", headers, b"words=a"), False


_UP = ("..", "%2e%2e", "%2E.", "..%2f", "..%5c", "..\\", "....//", "%252e%252e", "..;", "%c0%ae%c0%ae", "..%00")
_AIMS = (
    "etc/passwd",
    "twiceshy.db",
    "base/config.py",
    "pages.py",
    "templates/report.html",
    "api/report",
    "",
    "sessions",
)


def draw_path(known: Known, random: Random) -> tuple[bytes, bool]:
    """Draw a way out of the folder of scripts, or around the door through an open path."""
    start = random.choice(
        [
            "/static/",
            "/static/static/",
            "/static/vendor/",
            "/login/",
            "/healthz/",
            "//static/",
            "/static%2f",
            "/STATIC/",
        ]
    )
    way = "/".join(random.choice(_UP) for _ in range(random.randrange(1, 7)))
    target = f"{start}{way}/{random.choice(_AIMS)}{random.choice(['', '', '.js', '%00.css', '?a.js', ';.js'])}"
    if random.random() < 0.15:
        target = random.choice(
            [
                f"http://127.0.0.1:{known.port}/api/report",
                "http://evil.example/static/static/page.css",
                f"//evil.example:{known.port}/sessions",
                "/api/report/../../login",
                "/%6cogin/../sessions",
                "/login%00/sessions",
                "/./sessions",
                "/api//report",
                "/" + "static/" * 50 + "x.js",
                "/static/static/" + "a" * 5_000 + ".js",
                "*",
            ]
        )
    return write_request("GET", target, f"127.0.0.1:{known.port}", {}), False


_BROKEN = (
    "%",
    "%zz",
    "%ff%fe",
    "%00",
    "%ed%a0%80",
    "%c0%80",
    "%u0041",
    "%0d%0aset-cookie:%20a=b",
    "%1b%5b31m",
    "%e2%80%ae",
)


def draw_encoding(known: Known, random: Random) -> tuple[bytes, bool]:
    """Draw broken letters in an address or a form, by one who has the pass."""
    broken = "".join(random.choice(_BROKEN) for _ in range(random.randrange(1, 9)))
    host, headers = f"127.0.0.1:{known.port}", {"Cookie": known.cookie}
    way = random.randrange(3)
    if way == 0:
        return write_request("GET", f"{choose_path(random).replace('/live', '/')}/{broken}", host, headers), True
    if way == 1:
        names = random.choice(["project", "agent", "since", "until", "after", "q", "at", "sort", broken])
        return write_request(
            "GET", f"{choose_path(random).replace('/live', '/')}?{names}={broken}", host, headers
        ), True
    headers |= {"Origin": known.own, "X-Twiceshy": "1"}
    body = bytes(random.randrange(256) for _ in range(random.randrange(200)))
    return write_request("POST", choose_write(random), host, headers, body + broken.encode()), True


def draw_huge(known: Known, random: Random) -> tuple[bytes, bool]:
    """Draw a request that is long somewhere, by one who has the pass."""
    host, headers = f"127.0.0.1:{known.port}", {"Cookie": known.cookie}
    size = random.choice([3_000, 30_000, 70_000, 200_000])
    path = choose_path(random).replace("/live", "/")
    way = random.randrange(6)
    if way == 0:
        return write_request("GET", f"{path}?project={'a' * size}", host, headers), True
    if way == 1:
        return write_request("GET", f"{path}?{'&'.join(f'a{n}=b' for n in range(size // 8))}", host, headers), True
    if way == 2:
        return write_request("GET", f"/{'a/' * (size // 2)}", host, headers), True
    if way == 3:
        many = [*headers.items(), *((f"X-{n}", "a") for n in range(size // 10))]
        return write_request("GET", path, host, many), True
    headers |= {"Origin": known.own, "X-Twiceshy": "1"}
    if way == 4:
        return write_request("POST", choose_write(random), host, headers, b"a=b&" * (size // 4)), True
    length = random.choice(["9" * 25, "-1", "+5", "0x10", "1e3", "65537", "٣", " 5 5", ""])
    return write_request("POST", choose_write(random), host, headers | {"Content-Length": length}, b"a=b"), True


def draw_smuggling(known: Known, random: Random) -> tuple[bytes, bool]:
    """Draw headers that two readers understand in two ways; what hides in them has no pass."""
    host = f"127.0.0.1:{known.port}"
    hidden = write_request("GET", random.choice(["/", "/api/report", *DATA]), host, {})
    own = f"Origin: {known.own}\r\nX-Twiceshy: 1\r\n"
    page = f"GET / HTTP/1.1\r\nHost: {host}\r\n"
    start = f"POST /login HTTP/1.1\r\nHost: {host}\r\n{own}"
    ways = [
        f"{start}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        f"{start}Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n",
        f"{start}Transfer-Encoding: chunked\r\n\r\n384\r\n{'a' * 900}\r\n0\r\n\r\n",
        f"{start}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        f"{start}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
        f"{start}Content-Length: 0\r\nContent-Length: 44\r\n\r\n",
        f"{start}Content-Length: 0, 44\r\n\r\n",
        f"{start}Content-Length: 0\r\nX: a\r\n folded\r\n\r\n",
        f"GET / HTTP/1.1\r\nHost: {host}\r\nHost: evil.example\r\n\r\n",
        f"GET / HTTP/1.1\r\nHost: evil.example\r\nHost: {host}\r\n\r\n",
        f"GET / HTTP/1.1\r\nHost : {host}\r\n\r\n",
        f"GET / HTTP/1.1\nHost: {host}\n\n",
        "GET / HTTP/1.0\r\n\r\n",
        "GET / HTTP/0.9\r\n\r\n",
        "GET /\r\n\r\n",
        f"GET / HTTP/1.1\r\nHost: {host}\r\nX-\0: a\r\n\r\n",
        f"GET /a b HTTP/1.1\r\nHost: {host}\r\n\r\n",
        f"{page}Upgrade: websocket\r\nSec-WebSocket-Key: {'A' * 22}==\r\nSec-WebSocket-Version: 13\r\n\r\n",
        f"{page}Upgrade: h2c\r\nHTTP2-Settings: AA\r\nConnection: Upgrade, HTTP2-Settings\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        f"{page}X-Original-URL: /login\r\nX-Rewrite-URL: /login\r\nX-HTTP-Method-Override: POST\r\n\r\n",
        "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    ]
    return random.choice(ways).encode("latin-1") + hidden, False


def draw_method(known: Known, random: Random) -> tuple[bytes, bool]:
    """Draw a method that no page has, by one who has the pass."""
    method = random.choice(
        [
            "PUT",
            "DELETE",
            "PATCH",
            "TRACE",
            "TRACK",
            "CONNECT",
            "OPTIONS",
            "PROPFIND",
            "get",
            "Post",
            "DEBUG",
            "X" * 100,
        ]
    )
    headers = {"Cookie": known.cookie, "Origin": known.own, "X-Twiceshy": "1", "X-HTTP-Method-Override": "GET"}
    return write_request(method, choose_path(random), f"127.0.0.1:{known.port}", headers), False


def draw_markup(known: Known, random: Random) -> tuple[bytes, bool]:
    """Draw an address with markup in it, as a link that a person is made to follow."""
    parts = [
        HOSTILE,
        '"><script src=//evil.example></script>',
        "' hx-on:load='js:ran=1",
        "{{ 7 * 191 }}",
        "js:alert(1)",
    ]
    planted = quote(random.choice(parts), safe=random.choice(["", "<>\"'"]).replace('"', "").replace("<>", ""))
    headers = {"Cookie": known.cookie}
    if random.random() < 0.3:
        headers["HX-Request"] = "true"
        headers["HX-Target"] = headers["HX-Current-URL"] = quote(HOSTILE)
    path = choose_path(random).replace("/live", "/")
    if random.random() < 0.4:
        path += "/" + planted
    else:
        path += "?" + random.choice(["project", "agent", "since", "q", "at", "after", "state", planted]) + "=" + planted
    return write_request("GET", path, f"127.0.0.1:{known.port}", headers), True


KINDS: Mapping[str, Draw] = {
    "another name (rebinding)": draw_rebinding,
    "another site's page": draw_cross_site,
    "tokens": draw_token,
    "cookies": draw_cookie,
    "paths": draw_path,
    "smuggled headers": draw_smuggling,
    "methods": draw_method,
    "broken encodings": draw_encoding,
    "huge requests": draw_huge,
    "markup in addresses": draw_markup,
}
NEED_THE_PASS = {"methods", "broken encodings", "huge requests", "markup in addresses"}
