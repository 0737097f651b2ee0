"""Any writer of messages beside our own ways: the same commits, the same rows and the same marks.

It is asked by the rows that ``export finetune --task messages`` writes: the change, and the three nearest of what is
older. Its first line that is not empty is its message.
"""

import json
import re
import shlex
import subprocess
import time
from collections.abc import Callable
from ipaddress import ip_address
from pathlib import Path
from statistics import median
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from twiceshy.base.config import Config
from twiceshy.base.errors import SourceError, ToolMissing, UsageError
from twiceshy.base.plugins import ask_for
from twiceshy.records.ingest import StepProgress
from twiceshy.records.message_advice import MessageEvaluation
from twiceshy.records.questions import REQUESTS
from twiceshy.records.team import ServerAddress
from twiceshy_git.message_recipes.message_models import replay_history
from twiceshy_git.predict.messages.message_evaluation import judge, judge_writer, sum_up
from twiceshy_git.predict.messages.retrieve import make_message_rows

# Writers of messages that a person names: a program, or an endpoint of this machine that speaks as OpenAI's does.
#
# What is asked is scrubbed as everything that is learned from. An endpoint elsewhere is refused before a connection is
# made; ``localhost`` is taken as 127.0.0.1, so that nobody's list of hosts can lead away from here.

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
        ToolMissing: the team wing is not installed, which alone may open a connection.
    """
    server = ServerAddress(url=_check_local(url), token="local")  # noqa: S106  # none is needed here
    known = {"model": model} if model else {}
    requests = ask_for(REQUESTS, "evaluate messages --endpoint")

    def write(request: str) -> str:
        asked = {
            **known,
            "messages": [{"role": "user", "content": request}],
            "temperature": 0,
            "max_tokens": _MOST_PIECES,
            "stream": False,
        }
        answer = requests.send_request(
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


_INVENTED: Final = re.compile(
    r"(?:#|GH-)\d+|https?://\S+|[\w.+-]+@[\w-]+\.\w+|\b(?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]{7,40}\b"
)
Watch = Callable[[StepProgress], object]


class MessageWriter(NamedTuple):
    """Who is asked."""

    name: str
    write: WriteMessage
    learned_until: int = -1
    """Time of the newest commit that it learned from; what is older cannot be asked."""


def evaluate_program(
    config: Config, repo: Path, command: str, *, split: float, newest: int | None = None, watch: Watch = id
) -> MessageEvaluation:
    """Measure a program beside our own ways.

    Raises:
        UsageError: there is too little to judge by, or this is no command.
        SourceError: the program failed.
        ToolMissing: it is not there.
    """
    writer = MessageWriter("program", open_program(command))
    return contest_messages(config, repo, writer, split=split, newest=newest, watch=watch)


def evaluate_endpoint(
    config: Config, repo: Path, url: str, *, split: float, newest: int | None = None, model: str = "", watch: Watch = id
) -> MessageEvaluation:
    """Measure what answers at an address of this machine beside our own ways.

    Raises:
        UsageError: there is too little to judge by, or the address is none of this machine.
        SourceError: it does not answer.
    """
    writer = MessageWriter("endpoint", open_endpoint(url, model))
    return contest_messages(config, repo, writer, split=split, newest=newest, watch=watch)


def contest_messages(
    config: Config, repo: Path, writer: MessageWriter, *, split: float, newest: int | None = None, watch: Watch = id
) -> MessageEvaluation:
    """Ask a writer about the newest share of a history, or of that about the ``newest`` commits only.

    Raises:
        UsageError: there is too little to judge by, or the writer learned from some of it.
    """
    history, marked = replay_history(config, repo, split=split)
    marked = marked[-newest:] if newest else marked
    if marked and marked[0].example.at <= writer.learned_until:
        late = sum(one.example.at > writer.learned_until for one in marked)
        raise UsageError(
            f"the {writer.name} learned from some of these commits; it can be asked about the newest {late}: "
            "take a smaller --split"
        )
    wanted = {one.example.commit for one in marked}
    requests = {
        row.example.commit: row.request for row in make_message_rows(history.examples) if row.example.commit in wanted
    }
    times, answers = list[float](), list[str]()
    for number, one in enumerate(marked):
        watch(StepProgress(step=f"Asking the {writer.name}", done=number, total=len(marked), unit="commits"))
        begun = time.perf_counter()
        answers.append(take_subject(writer.write(requests[one.example.commit])))
        times.append(time.perf_counter() - begun)
    found = [
        one._replace(marks={**one.marks, writer.name: judge(answer, one.example.subject)})
        for one, answer in zip(marked, answers, strict=True)
    ]
    invented = sum(
        has_invented(answer, requests[one.example.commit]) for one, answer in zip(marked, answers, strict=True)
    )
    silent = answers.count("")
    contest = judge_writer(found, writer.name, seconds=median(times or [0.0]), silent=silent, invented=invented)
    return sum_up(found, contest)


def take_subject(answer: str) -> str:
    """Return the first line that is not empty."""
    return next((line.strip() for line in answer.splitlines() if line.strip()), "")


def has_invented(answer: str, request: str) -> bool:
    """Tell whether a message names an issue, a commit or an address that the request does not.

    >>> has_invented("Fix #12", "Fix #N"), has_invented("Fix #N in 3f2a91c", "see 3f2a91c #N")
    (True, False)
    """
    return any(one not in request for one in _INVENTED.findall(answer))
