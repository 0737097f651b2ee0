"""Send one request to a team's server and wait for its whole answer, or for the end of our patience.

Every step has an end: finding the address, connecting, each byte that goes out or comes in. A server that gives one
byte a second is left after the same time as one that is silent. Redirects are not followed, as the token would go to
whoever they name. Each request has a connection of its own: batches are large, and nothing is left open.
"""

import io
import os
import socket
import ssl
import time
from base64 import b64encode
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.client import HTTPException, HTTPResponse
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, NamedTuple
from urllib.parse import SplitResult, unquote, urlsplit
from urllib.request import getproxies_environment, proxy_bypass_environment  # type: ignore[attr-defined]  # there since 2.6

from twiceshy.privacy.wire.packed_bodies import unpack_body
from twiceshy.privacy.wire.wire_rows import WireError
from twiceshy.records.team import RemoteAnswer, ServerAddress

CONNECT_S = 2.0
"""Seconds until a server must take the connection (guess, 2026-11-23: around the world it takes .3)."""
ANSWER_S = 10.0
"""Seconds for a whole request with its whole answer (guess, 2026-11-23: 4 MB, packed to .4, on 1 Mbit/s take 4)."""
MOST_ANSWER = 32 << 20
"""Bytes of an answer, unpacked (guess, 2026-11-23: what 10,000 lessons take)."""
_PIECE = 64 << 10
"""Bytes that are sent between two looks at the clock (guess, 2026-11-23)."""
_LONGEST_WAIT_S = 86_400.0
"""The most that a server may ask for: after a day it is asked again (guess, 2026-11-23)."""


class _NoAnswer(Exception):  # noqa: N818  # its words are the answer
    """No whole answer came; the message says why, and what to do."""


class _Request(NamedTuple):
    """What is asked."""

    method: str
    path: str
    body: bytes
    headers: Mapping[str, str]


class _Wire:
    """A connected socket of which every step ends at one time."""

    def __init__(self, line: socket.socket, give_up: float) -> None:
        self.line = line
        self.give_up = give_up

    def set_time(self) -> None:
        """Give the next step what is left of our patience.

        Raises:
            TimeoutError: nothing is left.
        """
        left = self.give_up - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self.line.settimeout(left)

    def send(self, data: bytes) -> None:
        """Send everything.

        Raises:
            OSError: the other side went away, or our patience ended.
        """
        view = memoryview(data)
        while view:
            self.set_time()
            view = view[self.line.send(view[:_PIECE]) :]

    def makefile(self, _: str) -> io.BufferedReader:
        """Return what comes in, as ``HTTPResponse`` wants it."""
        return io.BufferedReader(_Incoming(self), _PIECE)


class _Incoming(io.RawIOBase):
    """What comes in, piece by piece."""

    def __init__(self, wire: _Wire) -> None:
        self._wire = wire

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read a piece into a buffer."""
        self._wire.set_time()
        return self._wire.line.recv_into(buffer)


def send_request(
    server: ServerAddress,
    method: str,
    path: str,
    *,
    body: bytes = b"",
    headers: Mapping[str, str] | None = None,
    seconds: float = ANSWER_S,
) -> RemoteAnswer:
    """Ask a server for a path below its address, and return its answer, or why none came.

    Nothing is raised for what a network or a server does. No words of the answer are in ``trouble``.
    """
    request = _Request(method, path, body, headers or {})
    give_up = time.monotonic() + seconds
    sent = False
    try:
        wire = _connect(server, give_up, seconds)
        try:
            sent = _send(wire, server, request)
            return _receive(wire, method)._replace(sent=sent)
        finally:
            with suppress(OSError):
                wire.line.close()
    except _NoAnswer as why:
        return RemoteAnswer(trouble=str(why), sent=sent)
    except TimeoutError:
        return RemoteAnswer(trouble=f"there was no whole answer within {seconds:.0f} s", sent=sent)
    except (OSError, HTTPException, WireError) as error:
        return RemoteAnswer(trouble=_describe_break(error), sent=sent)


def _describe_break(error: Exception) -> str:
    """Return why an exchange ended early, without a word of what came."""
    if isinstance(error, WireError):
        return f"the answer cannot be unpacked: {error}"
    if isinstance(error, HTTPException):
        return "what answers there does not speak HTTP, or its answer was cut"
    reason = error.strerror if isinstance(error, OSError) else ""
    return f"the connection broke: {reason or type(error).__name__}"


def _send(wire: _Wire, server: ServerAddress, request: _Request) -> bool:
    """Send a request; return whether it went out whole.

    A server that does not want it may answer before it has read it all, and hang up.
    """
    address = urlsplit(server.url)
    head = {
        "Host": address.netloc,
        "Authorization": f"Bearer {server.token}",
        "Accept": "application/json",
        "Accept-Encoding": "zstd, gzip",
        "Connection": "close",
        "Content-Length": str(len(request.body)),
        **request.headers,
    }
    lines = [f"{request.method} {address.path.rstrip('/')}{request.path} HTTP/1.1"]
    lines += [f"{name}: {value}" for name, value in head.items()]
    try:
        wire.send("\r\n".join([*lines, "", ""]).encode("ascii") + request.body)
    except (BrokenPipeError, ConnectionResetError, ssl.SSLEOFError):
        return False
    return True


def _receive(wire: _Wire, method: str) -> RemoteAnswer:
    """Read an answer.

    Raises:
        _NoAnswer: it is too large or not whole.
        OSError: the connection broke.
        HTTPException: it is not HTTP.
    """
    response = HTTPResponse(wire, method=method)  # type: ignore[arg-type]  # it asks for no more than `makefile`
    response.begin()
    packed = response.read(MOST_ANSWER + 1)
    if len(packed) > MOST_ANSWER:
        raise _NoAnswer(f"the answer has more than {MOST_ANSWER >> 20} MB")
    if response.length:  # bytes that were announced and did not come
        raise _NoAnswer("the answer was cut")
    body = unpack_body(packed, response.headers.get("Content-Encoding", ""), MOST_ANSWER)
    return RemoteAnswer(
        status=response.status,
        body=body,
        retry_after_s=_read_retry_after(response.headers.get("Retry-After"), response.headers.get("Date")),
    )


def _read_retry_after(text: str | None, date: str | None) -> float | None:
    """Return the seconds that a server wants to be left alone; a time is taken by the server's own clock."""
    if not text:
        return None
    if text.strip().isdecimal():
        return min(float(text), _LONGEST_WAIT_S)
    until, now = _parse_date(text), _parse_date(date or "") or datetime.now(UTC)
    return None if until is None else min(max((until - now).total_seconds(), 0.0), _LONGEST_WAIT_S)


def _parse_date(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return None
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)


def _connect(server: ServerAddress, give_up: float, seconds: float) -> _Wire:
    """Open a connection to a server, by the environment's proxy where it names one.

    Raises:
        _NoAnswer: it cannot be reached, or is not who it should be.
    """
    address = urlsplit(server.url)
    host = address.hostname or ""
    secure = address.scheme == "https"
    port = address.port or (443 if secure else 80)
    context = _make_context(server) if secure else None
    # An address without TLS is one of this machine, which no proxy reaches.
    proxy = _find_proxy(host) if secure else None
    if proxy is None:
        line = _open_line(host, port, "the server", give_up)
    else:
        line = _open_line(proxy.hostname or "", proxy.port or 80, "the proxy of https_proxy", give_up)
    try:
        if proxy is not None:
            _ask_proxy(_Wire(line, give_up), proxy, f"[{host}]:{port}" if ":" in host else f"{host}:{port}")
        if context is None:
            return _Wire(line, give_up)
        return _Wire(_secure(_Wire(line, give_up), context, host, seconds), give_up)
    except BaseException:
        line.close()
        raise


def _open_line(host: str, port: int, who: str, give_up: float) -> socket.socket:
    """Return a connected socket.

    Raises:
        _NoAnswer: there is no such address, or nothing takes the connection in time.
    """
    until = min(time.monotonic() + CONNECT_S, give_up)
    reason = f"it did not answer within {CONNECT_S:.0f} s"
    for family, kind, protocol, _, place in _look_up(host, port, who, until):
        left = until - time.monotonic()
        if left <= 0:
            break
        line = socket.socket(family, kind, protocol)
        try:
            line.settimeout(left)
            line.connect(place)
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except TimeoutError:
            line.close()
        except OSError as error:
            line.close()
            reason = error.strerror or type(error).__name__
        else:
            return line
    raise _NoAnswer(f"{who}, {host}:{port}, cannot be reached: {reason}")


def _look_up(host: str, port: int, who: str, until: float) -> list[Any]:
    """Return where a host is. The system may look for half a minute, so it is asked beside us and left.

    Raises:
        _NoAnswer: nobody knows, or nobody answers in time.
    """
    found: SimpleQueue[list[Any] | OSError] = SimpleQueue()

    def ask() -> None:
        try:
            found.put(list(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)))
        except (OSError, UnicodeError) as error:
            found.put(error if isinstance(error, OSError) else OSError(0, "no name of a host"))

    Thread(target=ask, daemon=True, name="twiceshy-look-up").start()
    try:
        answer = found.get(timeout=max(until - time.monotonic(), 0.001))
    except Empty:
        raise _NoAnswer(f"the address of {who}, {host}, was not found within {CONNECT_S:.0f} s") from None
    if isinstance(answer, OSError):
        raise _NoAnswer(f"{who}, {host}, has no address here: {answer.strerror or 'it is not known'}")
    return answer


def _make_context(server: ServerAddress) -> ssl.SSLContext:
    """Return how TLS is checked: the name and the certificate, always.

    Raises:
        _NoAnswer: the file of certificates cannot be used.
    """
    try:
        context = ssl.create_default_context(cafile=os.fspath(server.ca_file) if server.ca_file else None)
    except (OSError, ssl.SSLError) as error:
        why = error.strerror if isinstance(error, OSError) and not isinstance(error, ssl.SSLError) else "no certificate"
        raise _NoAnswer(f"sync.ca_file, {server.ca_file}, cannot be used ({why}): name a file in PEM form") from None
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _secure(wire: _Wire, context: ssl.SSLContext, host: str, seconds: float) -> socket.socket:
    """Return the socket with TLS over it, once the server has shown who it is.

    Raises:
        _NoAnswer: it is not who it should be, or speaks no TLS.
    """
    try:
        wire.set_time()
        return context.wrap_socket(wire.line, server_hostname=host)
    except ssl.SSLCertVerificationError as error:
        raise _NoAnswer(
            f"the certificate of {host} is not trusted: {error.verify_message}. "
            "Nothing was sent. Where your team has an authority of its own, name its certificate by sync.ca_file"
        ) from None
    except TimeoutError:
        raise _NoAnswer(f"{host} did not finish TLS within {seconds:.0f} s") from None
    except ssl.SSLError as error:
        raise _NoAnswer(f"{host} speaks no TLS that can be used ({error.reason or 'it hung up'})") from None
    except OSError as error:
        raise _NoAnswer(f"{host} hung up during TLS: {error.strerror or type(error).__name__}") from None


def _find_proxy(host: str) -> SplitResult | None:
    """Return the proxy that the environment names for a host; None where it names none.

    Raises:
        _NoAnswer: it names one that cannot be used.
    """
    proxies = getproxies_environment()
    text = proxies.get("https") or proxies.get("all")
    if not text or proxy_bypass_environment(host, proxies):
        return None
    proxy = urlsplit(text if "://" in text else f"http://{text}")
    try:
        usable = proxy.scheme == "http" and bool(proxy.hostname) and proxy.port != 0
    except ValueError:  # no number of a port
        usable = False
    if not usable:
        raise _NoAnswer("the proxy of https_proxy is no http://HOST:PORT: correct it, or name the server in no_proxy")
    return proxy


def _ask_proxy(wire: _Wire, proxy: SplitResult, place: str) -> None:
    """Have a proxy connect us with a server.

    Raises:
        _NoAnswer: it does not want to.
        OSError: the connection broke.
        HTTPException: it is no proxy.
    """
    lines = [f"CONNECT {place} HTTP/1.1", f"Host: {place}"]
    if proxy.username is not None:
        login = f"{unquote(proxy.username)}:{unquote(proxy.password or '')}".encode()
        lines.append(f"Proxy-Authorization: Basic {b64encode(login).decode()}")
    wire.send("\r\n".join([*lines, "", ""]).encode("ascii", "replace"))
    # Without a buffer: what follows the head is TLS, and belongs to who reads next.
    response = HTTPResponse(_Unbuffered(wire), method="CONNECT")  # type: ignore[arg-type]  # as in ``_receive``
    response.begin()
    if not 200 <= response.status < 300:
        raise _NoAnswer(f"the proxy of https_proxy, {proxy.hostname}, refuses to connect: status {response.status}")


class _Unbuffered(_Wire):
    """A wire of which no more is taken than is read."""

    def __init__(self, wire: _Wire) -> None:
        super().__init__(wire.line, wire.give_up)

    def makefile(self, _: str) -> Any:
        """Return what comes in, byte by byte."""
        return _Incoming(self)
