"""Whatever a server, a network or a proxy does, a request ends, and says why in words."""

import gzip
import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from threading import Thread
from time import monotonic

import pytest
import zstandard
from wings.team.tests.remote.fake_server import FakeServer, Request, http, serving

from twiceshy.records.team import ServerAddress
from twiceshy_team.remote import http_target
from twiceshy_team.remote.http_target import send_request

PATIENCE_S = 0.4


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests ask for a proxy themselves."""
    for name in ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)


def at(server: FakeServer, **more: Path) -> ServerAddress:
    """Where a test's server is."""
    return ServerAddress(url=f"{server.url}/team", token="tws_" + "A" * 43, **more)


def test_a_request_brings_a_whole_answer() -> None:
    """With the token, and nothing that tells of the machine."""
    with serving(lambda _: http(200, b"hello")) as server:
        answer = send_request(at(server), "POST", "/v1/batch", body=b"rows", headers={"X-Kind": "test"})

    (request,) = server.asked
    assert (answer.status, answer.body, answer.trouble, answer.sent) == (200, b"hello", "", True)
    assert (request.method, request.path, request.body) == ("POST", "/team/v1/batch", b"rows")
    assert set(request.headers) == {
        "host",
        "authorization",
        "accept",
        "accept-encoding",
        "connection",
        "content-length",
        "x-kind",
    }


@pytest.mark.parametrize(
    ("packed", "name"),
    [(gzip.compress(b"hello"), "gzip"), (zstandard.ZstdCompressor().compress(b"hello"), "zstd")],
    ids=["gzip", "zstd"],
)
def test_an_answer_may_be_packed(packed: bytes, name: str) -> None:
    """By what we said that we take."""
    with serving(lambda _: http(200, packed, Content_Encoding=name)) as server:
        assert send_request(at(server), "GET", "/").body == b"hello"


def drip(server: FakeServer, piece: bytes) -> Iterator[bytes]:
    """Give a byte now and then, for ever."""
    yield b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"
    while not server.ended.wait(0.05):
        yield piece


def test_a_server_that_gives_a_byte_now_and_then_is_left() -> None:
    """Each byte comes in time, and the whole does not."""
    with serving(lambda _: drip(server, b"x")) as server:
        begun = monotonic()
        answer = send_request(at(server), "GET", "/", seconds=PATIENCE_S)

    assert (answer.status, answer.sent) == (0, True)
    assert "no whole answer within" in answer.trouble
    assert monotonic() - begun < PATIENCE_S + 1


def hang(server: FakeServer) -> Iterator[bytes]:
    """Take the request and say nothing."""
    server.ended.wait(10)
    yield b""


def test_a_server_that_says_nothing_is_left() -> None:
    """It may have the rows, so they are sent again."""
    with serving(lambda _: hang(server)) as server:
        answer = send_request(at(server), "GET", "/", seconds=PATIENCE_S)

    assert (answer.status, answer.sent, "no whole answer" in answer.trouble) == (0, True, True)


def test_a_server_that_does_not_read_is_left() -> None:
    """A large request does not go out for ever."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        address = ServerAddress(url=f"http://127.0.0.1:{listener.getsockname()[1]}", token="t" * 8)
        answer = send_request(address, "POST", "/", body=b"x" * (64 << 20), seconds=PATIENCE_S)

    assert (answer.status, answer.sent) == (0, False)


def answer_early(listener: socket.socket) -> None:
    """Answer once the head is there, and hang up with the body unread."""
    line, _ = listener.accept()
    with line:
        text = b""
        while b"\r\n\r\n" not in text:
            text += line.recv(1)
        line.sendall(http(413))


def test_a_server_that_answers_before_it_has_read_is_heard() -> None:
    """413 comes early, and the connection ends."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        Thread(target=answer_early, args=(listener,), daemon=True).start()
        address = ServerAddress(url=f"http://127.0.0.1:{listener.getsockname()[1]}", token="t" * 8)
        answer = send_request(address, "POST", "/", body=b"x" * (8 << 20))

    assert (answer.status, answer.sent) == (413, False)


def test_nobody_there_is_said() -> None:
    """At once."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        port = listener.getsockname()[1]
    answer = send_request(ServerAddress(url=f"http://127.0.0.1:{port}", token="t" * 8), "GET", "/")

    assert answer.trouble.startswith(f"the server, 127.0.0.1:{port}, cannot be reached: Connection refused")
    assert not answer.sent


def test_a_name_that_nobody_knows_is_said() -> None:
    """Reserved names are never known."""
    answer = send_request(ServerAddress(url="https://team.invalid", token="t" * 8), "GET", "/")

    assert "team.invalid" in answer.trouble


def test_a_look_up_that_hangs_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """The system's own patience is half a minute."""
    with serving(lambda _: http(200)) as server:
        monkeypatch.setattr(http_target, "CONNECT_S", 0.1)
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [server.ended.wait(5)])
        answer = send_request(at(server), "GET", "/")

    assert "was not found within" in answer.trouble


BROKEN = {
    "announces more than it sends": b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello",
    "a piece that ends early": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nhello",
    "no HTTP": b"220 mail.example.org ESMTP\r\n",
    "nothing": b"",
    "packed and cut": http(200, gzip.compress(b"hello" * 99)[:-6], Content_Encoding="gzip"),
    "packed in another way": http(200, b"hello", Content_Encoding="br"),
}


@pytest.mark.parametrize("sent", BROKEN.values(), ids=BROKEN)
def test_half_an_answer_is_none(sent: bytes) -> None:
    """Rows are gone only when that is told."""
    with serving(lambda _: sent) as server:
        answer = send_request(at(server), "POST", "/", body=b"rows")

    assert (answer.status, answer.body, answer.sent) == (0, b"", True)
    assert answer.trouble


def test_an_answer_that_grows_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small on the wire, large in memory."""
    monkeypatch.setattr(http_target, "MOST_ANSWER", 1000)
    bomb = zstandard.ZstdCompressor().compress(bytes(1_000_000))
    with serving(lambda _: http(200, bomb, Content_Encoding="zstd")) as server:
        assert "cannot be unpacked" in send_request(at(server), "GET", "/").trouble
    with serving(lambda _: http(200, bytes(2000))) as server:
        assert "has more than" in send_request(at(server), "GET", "/").trouble


def test_a_redirect_is_not_followed() -> None:
    """The token would go to whoever is named."""
    with serving(lambda _: http(200)) as elsewhere:
        with serving(lambda _: http(307, Location=f"{elsewhere.url}/")) as server:
            assert send_request(at(server), "POST", "/", body=b"rows").status == 307
        assert elsewhere.asked == []


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"Retry_After": "17"}, 17.0),
        ({"Retry_After": "99999999"}, 86_400.0),
        ({"Retry_After": "soon"}, None),
        ({"Retry_After": "Fri, 01 Jan 2027 00:01:00 GMT", "Date": "Fri, 01 Jan 2027 00:00:00 GMT"}, 60.0),
        ({"Retry_After": "Fri, 01 Jan 1999 00:01:00 GMT"}, 0.0),
    ],
)
def test_a_server_says_when_to_come_again(headers: dict[str, str], seconds: float | None) -> None:
    """In seconds, or as a time by its own clock; never for more than a day."""
    with serving(lambda _: http(503, b"", **headers)) as server:
        answer = send_request(at(server), "GET", "/")

    assert (answer.status, answer.retry_after_s) == (503, seconds)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a certificate for 127.0.0.1 and its key, in one file."""
    if not shutil.which("openssl"):
        pytest.skip("openssl makes the test's certificate, and is not there")
    folder = tmp_path_factory.mktemp("authority")
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"),
            *("-days", "2", "-subj", "/CN=test", "-addext", "subjectAltName=IP:127.0.0.1"),
            *("-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")),
        ],
        check=True,
        capture_output=True,
    )
    return folder


def tls(authority: Path) -> ssl.SSLContext:
    """The server's side of TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority / "cert.pem", authority / "key.pem")
    return context


def test_an_own_authority_is_trusted_where_it_is_named(authority: Path) -> None:
    """And by nobody else."""
    with serving(lambda _: http(200, b"safe"), tls(authority)) as server:
        trusted = send_request(at(server, ca_file=authority / "cert.pem"), "GET", "/")
        foreign = send_request(at(server), "GET", "/")

    assert trusted.body == b"safe"
    assert "is not trusted" in foreign.trouble
    assert "sync.ca_file" in foreign.trouble
    assert len(server.asked) == 1


def test_a_certificate_of_another_name_is_refused(authority: Path) -> None:
    """Even of a known authority."""
    with serving(lambda _: http(200), tls(authority)) as server:
        url = server.url.replace("127.0.0.1", "localhost")
        answer = send_request(ServerAddress(url=url, token="t" * 8, ca_file=authority / "cert.pem"), "GET", "/")

    assert "is not trusted" in answer.trouble
    assert server.asked == []


def test_an_authority_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    """Before anything is opened."""
    (tmp_path / "empty.pem").write_text("nothing")
    for name, why in (("none.pem", "No such file"), ("empty.pem", "no certificate")):
        address = ServerAddress(url="https://127.0.0.1:1", token="t" * 8, ca_file=tmp_path / name)
        assert why in send_request(address, "GET", "/").trouble


def test_what_speaks_no_tls_is_said() -> None:
    """Not sent to all the same."""
    with serving(lambda _: http(200)) as server:
        url = server.url.replace("http:", "https:")
        answer = send_request(ServerAddress(url=url, token="t" * 8), "GET", "/", seconds=2)

    assert "TLS" in answer.trouble
    assert "tttttttt" not in answer.trouble


def relay(request: Request, line: socket.socket) -> None:
    """What a proxy does after CONNECT."""
    host, _, port = request.path.rpartition(":")
    with socket.create_connection((host, int(port))) as far:
        line.sendall(b"HTTP/1.1 200 Connected\r\n\r\n")
        far.settimeout(0.05)
        line.settimeout(0.05)
        for _ in range(100):
            for here, there in ((line, far), (far, line)):
                try:
                    piece = here.recv(65536)
                except TimeoutError:
                    continue
                if not piece:
                    return
                there.sendall(piece)


class Proxy(FakeServer):
    """Connects instead of answering."""

    def serve(self, line: socket.socket) -> None:
        """Connect one client."""
        with line:
            text = b""
            while b"\r\n\r\n" not in text:
                text += line.recv(1)
            words = text.decode().split()
            logins = {"proxy-authorization": words[-1]} if "Basic" in words else {}
            request = Request(words[0], words[1], logins, b"")
            self.asked.append(request)
            relay(request, line)


def test_a_proxy_of_the_environment_connects(authority: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With its login; what goes through is TLS to the server itself."""
    with (
        serving(lambda _: http(200, b"through"), tls(authority)) as server,
        closing(socket.create_server(("127.0.0.1", 0))) as listener,
    ):
        proxy = Proxy(lambda _: b"")
        Thread(target=lambda: proxy.serve(listener.accept()[0]), daemon=True).start()
        monkeypatch.setenv("https_proxy", f"http://me:p%40ss@127.0.0.1:{listener.getsockname()[1]}")
        answer = send_request(at(server, ca_file=authority / "cert.pem"), "GET", "/")

    assert answer.body == b"through"
    assert proxy.asked[0].path == server.url.removeprefix("https://")
    assert proxy.asked[0].headers["proxy-authorization"] == "bWU6cEBzcw=="


def test_a_proxy_that_refuses_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its login is not."""
    with serving(lambda _: http(407)) as proxy:
        monkeypatch.setenv("https_proxy", proxy.url.replace("http://", "http://me:word@"))
        answer = send_request(ServerAddress(url="https://team.example.org", token="t" * 8), "GET", "/")
        assert answer.trouble == "the proxy of https_proxy, 127.0.0.1, refuses to connect: status 407"

        monkeypatch.setenv("https_proxy", "socks5://127.0.0.1:1")
        answer = send_request(ServerAddress(url="https://team.example.org", token="t" * 8), "GET", "/")
        assert "no http://HOST:PORT" in answer.trouble


def test_no_proxy_is_obeyed_and_this_machine_needs_none(monkeypatch: pytest.MonkeyPatch, authority: Path) -> None:
    """An address of this machine never goes through a proxy."""
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:1")
    monkeypatch.setenv("all_proxy", "http://127.0.0.1:1")
    with serving(lambda _: http(200)) as server:
        assert send_request(at(server), "GET", "/").status == 200
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with serving(lambda _: http(200), tls(authority)) as server:
        assert send_request(at(server, ca_file=authority / "cert.pem"), "GET", "/").status == 200
