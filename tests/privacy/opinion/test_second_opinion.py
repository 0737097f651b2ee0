"""What the second opinion sees, and how certain it says it is."""

import base64
import time

import pytest

from twiceshy.privacy.opinion.second_opinion import find_sightings
from twiceshy.privacy.opinion.sightings import Certainty

RANDOM = "q8Vw2LmZx0TtRb1Kd5Hs9Gp3"
HEX = "3f786850e387550fdab836ed7e6dc881"
QUIET = [
    pytest.param("password = get_password()", id="call"),
    pytest.param("max_tokens: 4096", id="count"),
    pytest.param("if token == other_token2:", id="comparison"),
    pytest.param("commit 3f786850e387550fdab836ed7e6dc881de23001b", id="commit"),
    pytest.param(f"integrity sha512-{RANDOM * 3}==", id="lock file"),
    pytest.param(f"token_hash={HEX}", id="hash of a token"),
    pytest.param("session 550e8400-e29b-41d4-a716-446655440000", id="uuid"),
    pytest.param("docker run -p 8080:80 -u root:root nginx", id="ports"),
    pytest.param("mkdir -p build2/out", id="folder"),
    pytest.param("ping 127.0.0.1 and 10.0.0.7 or 8.8.8.8", id="addresses of no one"),
    pytest.param("/home/runner/x /Users/Shared/y", id="accounts of no one"),
    pytest.param("noreply@github.com, git@github.com:a/b.git, me@example.org", id="roles"),
    pytest.param("@app.get2('/x') icon@2x.png", id="decorator"),
    pytest.param("password: [password:0a1b2c]", id="placeholder"),
    pytest.param("-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA", id="public key"),
    pytest.param("AKIAIOSFODNN7EXAMPLE", id="documentation's key"),
    pytest.param('["40bc124101fdaefc", "internal/auth.go", "4349618198ccbd6e"]', id="list with a file"),
    pytest.param("tracestate: 'api_key=secret,rojo=00f067aa0ba902b7'", id="next pair of a list"),
    pytest.param('"sessionKey": "key-123"', id="a name and a number"),
    pytest.param("Enter passphrase (empty for no passphrase):", id="question"),
    pytest.param("https://user:password@localhost/db", id="stand-in in a URL"),
    pytest.param("cat /home/d", id="a name that is cut"),
    pytest.param(f"-----BEGIN CERTIFICATE-----\n{RANDOM * 2}", id="certificate"),
    pytest.param(f"files#diff-{HEX * 2}R15-R23", id="place in a diff"),
    pytest.param("LA_kwDOQRbenM8AAAACeo31JQ", id="id of a service"),
]
SEEN = [
    pytest.param(f"DB_PASSWORD={RANDOM}", RANDOM, Certainty.CERTAIN, id="env"),
    pytest.param("SMTP_PASS=harbor_2291", "harbor_2291", Certainty.LIKELY, id="chosen password"),
    pytest.param('db_password: str = "harbor_2291"', "harbor_2291", Certainty.LIKELY, id="typed"),
    pytest.param(f'password            = "{RANDOM}"', RANDOM, Certainty.CERTAIN, id="aligned"),
    pytest.param(f'SECRET_KEY = (\n    "{HEX}"\n)', HEX, Certainty.LIKELY, id="next line"),
    pytest.param(f"os.Setenv('GITHUB_TOKEN_SECRET', '{RANDOM}')", RANDOM, Certainty.CERTAIN, id="call with a name"),
    pytest.param(f"setApiKey('{RANDOM}')", RANDOM, Certainty.CERTAIN, id="call"),
    pytest.param(f"<password>{RANDOM}</password>", RANDOM, Certainty.CERTAIN, id="XML"),
    pytest.param(f'key="ClearTextPassword" value="{RANDOM}"', RANDOM, Certainty.CERTAIN, id="attributes"),
    pytest.param(f"my password is {RANDOM}", RANDOM, Certainty.CERTAIN, id="prose"),
    pytest.param(f"| Secret | {RANDOM} |", RANDOM, Certainty.CERTAIN, id="table"),
    pytest.param(f"client --token {RANDOM}", RANDOM, Certainty.LIKELY, id="option"),
    pytest.param(f'{{\\"api_key\\": \\"{RANDOM}\\"}}', RANDOM, Certainty.CERTAIN, id="JSON in JSON"),
    pytest.param(f"Authorization: Bearer {RANDOM}", RANDOM, Certainty.CERTAIN, id="bearer"),
    pytest.param(
        "Basic " + base64.b64encode(b"kes:hunter2-Zx9!").decode(),
        base64.b64encode(b"kes:hunter2-Zx9!").decode(),
        Certainty.CERTAIN,
        id="basic",
    ),
    pytest.param(f"Cookie: lang=en; sid={RANDOM}", RANDOM, Certainty.LIKELY, id="cookie"),
    pytest.param(
        f"see gh{'p_'}{RANDOM}{RANDOM[:12]}", f"gh{'p_'}{RANDOM}{RANDOM[:12]}", Certainty.CERTAIN, id="beginning"
    ),
    pytest.param("id AKIA" + "Q7ZW3LKD5PXM2VNT", "AKIA" + "Q7ZW3LKD5PXM2VNT", Certainty.CERTAIN, id="capitals"),
    pytest.param(f"kestrel_key_{RANDOM}", f"kestrel_key_{RANDOM}", Certainty.LIKELY, id="unknown beginning"),
    pytest.param(f"postgres://kes:{RANDOM}@db/x", RANDOM, Certainty.CERTAIN, id="URL"),
    pytest.param(f"https://{RANDOM}@git.internal/x", RANDOM, Certainty.CERTAIN, id="token as a login"),
    pytest.param("'root:kes92ab1@tcp(db:3306)/x'", "kes92ab1", Certainty.LIKELY, id="address without a scheme"),
    pytest.param("mysql -uroot -pkes92ab1 x", "kes92ab1", Certainty.LIKELY, id="mysql"),
    pytest.param("curl -u kes:kes92ab1 http://x", "kes92ab1", Certainty.LIKELY, id="curl"),
    pytest.param("echo kes92ab1 | sudo -S ls", "kes92ab1", Certainty.LIKELY, id="piped"),
    pytest.param("smtp.login('kes', 'kes92ab1')", "kes92ab1", Certainty.LIKELY, id="login call"),
    pytest.param("cargo login kes92ab1", "kes92ab1", Certainty.LIKELY, id="behind a verb"),
    pytest.param("by dana@quillworks.dev", "dana@quillworks.dev", Certainty.LIKELY, id="mail"),
    pytest.param("cd /Users/dkestrel/x", "dkestrel", Certainty.LIKELY, id="home"),
    pytest.param("-Users-dkestrel-src", "dkestrel", Certainty.LIKELY, id="home as a folder's name"),
    pytest.param("from 138.201.77.41 port 22", "138.201.77.41", Certainty.LIKELY, id="address"),
    pytest.param("inet6 2a01:4f8:c012:1a2b::1/64", "2a01:4f8:c012:1a2b::1", Certainty.LIKELY, id="IPv6"),
    pytest.param("version 4.17.21.9", "4.17.21.9", Certainty.POSSIBLE, id="version or address"),
    pytest.param(f"see {RANDOM.lower()}", RANDOM.lower(), Certainty.POSSIBLE, id="small letters alone"),
    pytest.param(f"see {RANDOM}", RANDOM, Certainty.LIKELY, id="mixed alone"),
    pytest.param("postgres://kes:kestrel@db/x", "kestrel", Certainty.LIKELY, id="a word in a URL"),
    pytest.param("tool -u kes -p kes92ab1", "kes92ab1", Certainty.LIKELY, id="any program"),
    pytest.param("db:5432:kes:kes:kes92ab1", "kes92ab1", Certainty.LIKELY, id="password file"),
    pytest.param(f"key={RANDOM[:10]}", RANDOM[:10], Certainty.POSSIBLE, id="weak word"),
    pytest.param(
        base64.b64encode(f"DB_PASSWORD={RANDOM}".encode()).decode(),
        base64.b64encode(f"DB_PASSWORD={RANDOM}".encode()).decode(),
        Certainty.LIKELY,
        id="base64",
    ),
]


@pytest.mark.parametrize("text", QUIET)
def test_nothing_is_said_of_what_is_no_secret(text: str) -> None:
    assert [one for one in find_sightings(text.encode())[1] if one.certainty > Certainty.POSSIBLE] == []


@pytest.mark.parametrize(("text", "value", "certainty"), SEEN)
def test_values_are_seen_with_a_certainty(text: str, value: str, certainty: Certainty) -> None:
    view, found = find_sightings(text.encode())

    assert [(view[one.start : one.end].decode(), one.certainty) for one in found] == [(value, certainty)]


@pytest.mark.parametrize("cut", ["{0}\n{1}", "{1}\n-----END {2}-----", "-----BEGIN {2}-----\n{1}"])
def test_cut_key_blocks_are_seen(cut: str) -> None:
    """A block that lost its end or its beginning is one still; without either it is data."""
    line = (RANDOM * 3)[:64]
    found = find_sightings(cut.format("x", f"{line}\n{line}", "RSA PRIVATE " + "KEY").encode())[1]

    assert [one.kind for one in found if one.certainty is Certainty.CERTAIN] == ["private-key"] * ("{2}" in cut)


@pytest.mark.parametrize(
    "piece", ["password=", "ghp_", "eyJa.", "A1b2C3d4", "/Users/", "a@b.", "\\\\", "'a' + ", "mysql -p", "%25"]
)
def test_time_is_linear(piece: str) -> None:
    """Eight times the text takes at most twenty times the time."""

    def measure(times: int) -> float:
        text = (piece * times).encode()
        start = time.process_time()
        find_sightings(text)
        return time.process_time() - start

    measure(1000)
    assert measure(16_000) < 20 * max(measure(2000), 0.002)
