"""Writers of messages that a person names: a program, or an endpoint of this machine that speaks as OpenAI's does.

What is asked is scrubbed as everything that is learned from. An endpoint elsewhere is refused before a connection is
made; ``localhost`` is taken as 127.0.0.1, so that nobody's list of hosts can lead away from here.
"""

import json
import shlex
import subprocess
from collections.abc import Callable
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from twiceshy.base.errors import SourceError, ToolMissing, UsageError
from twiceshy.records.team import ServerAddress
from twiceshy.wings.team.remote.http_target import send_request

WriteMessage = Callable[[str], str]
"""Makes a message of a request."""
_PATIENCE_S: Final = 120.0
"""Seconds for one message (guess, 2026-11-24: a large model on a processor takes half of it)."""
_MOST_PIECES: Final = 96
"""Of an answer (guess, 2026-11-24: a subject has about 20)."""
_PATH: Final = "/chat/completions"


def open_endpoint(url: str, model: str = "") -> WriteMessage:
    """Return what asks a chat endpoint below ``url``, such as http://127.0.0.1:8080/v1.

    Raises:
        UsageError: it is none of this machine.
    """
    server = ServerAddress(url=_check_local(url), token="local")  # noqa: S106  # none is needed here
    known = {"model": model} if model else {}

    def write(request: str) -> str:
        asked = {
            **known,
            "messages": [{"role": "user", "content": request}],
            "temperature": 0,
            "max_tokens": _MOST_PIECES,
            "stream": False,
        }
        answer = send_request(
            server,
            "POST",
            _PATH,
            body=json.dumps(asked).encode(),
            headers={"Content-Type": "application/json"},
            seconds=_PATIENCE_S,
        )
        if answer.trouble or answer.status != 200:
            raise SourceError(f"{url} gave no message: {answer.trouble or f'it answered {answer.status}'}")
        return _read_answer(url, answer.body)

    return write


def _check_local(url: str) -> str:
    """Return the address with a number for its host.

    Raises:
        UsageError: it is none of this machine.
    """
    wrong = f"--endpoint takes an address of this machine, such as http://127.0.0.1:8080/v1: not {url!r:.100}"
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or 80
        place = ip_address("127.0.0.1" if host == "localhost" else host)
    except ValueError as exc:
        raise UsageError(f"{wrong}. Nothing was sent.") from exc
    if parts.scheme != "http" or not place.is_loopback or parts.username or parts.query or parts.fragment:
        raise UsageError(f"{wrong}. Nothing was sent.")
    shown = f"[{place}]" if place.version == 6 else str(place)
    return f"http://{shown}:{port}{parts.path.rstrip('/')}"


def _read_answer(url: str, body: bytes) -> str:
    try:
        return str(json.loads(body)["choices"][0]["message"]["content"] or "")
    except (ValueError, LookupError, TypeError) as exc:
        raise SourceError(f"{url} does not answer as a chat endpoint does: {exc!r}") from exc


def open_program(command: str) -> WriteMessage:
    """Return what asks a program: the request on its standard input, the message on its output.

    Raises:
        UsageError: these are no words of a command.
    """
    try:
        words = shlex.split(command)
    except ValueError as exc:
        raise UsageError(f"--program {command!r:.100} cannot be read: {exc}") from exc
    if not words:
        raise UsageError('--program takes a command, such as "my-writer --short"')

    def write(request: str) -> str:
        try:
            done = subprocess.run(  # noqa: S603  # a person named it in this call
                words, input=request.encode(errors="replace"), capture_output=True, timeout=_PATIENCE_S, check=False
            )
        except subprocess.TimeoutExpired as exc:
            raise SourceError(f"{words[0]} wrote nothing within {_PATIENCE_S:.0f} s") from exc
        except OSError as exc:
            raise ToolMissing(f"{words[0]} cannot be run: {exc.strerror}") from exc
        if done.returncode:
            said = done.stderr.decode(errors="replace").strip().rpartition("\n")[2]
            raise SourceError(f"{words[0]} ended with {done.returncode}: {said[:200]}")
        return done.stdout.decode(errors="replace")

    return write
