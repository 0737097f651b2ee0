"""Somebody else's writer on the same commits: better, worse or not shown, with the interval."""

import json
import os
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from tests.judgement.outcomes.workbench import Repo
from wings.git.tests.message_recipes.message_repository import build_history

from twiceshy.base.config import Config, load
from twiceshy.base.errors import SourceError, ToolMissing, UsageError
from twiceshy.doors.cli.main import main
from twiceshy.records.message_advice import MessageEvaluation
from twiceshy_git.message_recipes import writer_contests
from twiceshy_git.message_recipes.message_models import evaluate_messages, replay_history
from twiceshy_git.message_recipes.writer_contests import (
    MessageWriter,
    contest_messages,
    has_invented,
    open_endpoint,
    open_program,
    take_subject,
)

SEND = "twiceshy_team.remote.http_target.send_request"


@pytest.fixture(scope="module")
def repo(tmp_path_factory: pytest.TempPathFactory) -> Repo:
    return build_history(tmp_path_factory.mktemp("contest") / "web")


def settings(repo: Repo) -> Config:
    return load({}, os.environ, repo.path)


def ask(repo: Repo, writer: MessageWriter, newest: int | None = None) -> MessageEvaluation:
    return contest_messages(settings(repo), repo.path, writer, split=0.2, newest=newest)


def test_the_same_commits_and_rivals_and_an_honest_verdict(repo: Repo) -> None:
    """Who talks nonsense is worse; who is as right as ours on a history without surprises is not shown to be better."""
    plain = evaluate_messages(settings(repo), repo.path, split=0.2)
    _, marked = replay_history(settings(repo), repo.path, split=0.2)
    right = iter([one.example.subject for one in marked])
    seen: list[str] = []

    def know(request: str) -> str:
        seen.append(request)
        return f"\n  {next(right)}  \n\nand so on"

    best = ask(repo, MessageWriter("knower", know))
    assert best.suggesters[:-1] == plain.suggesters
    assert best.suggesters[-1].b_norm == pytest.approx(1)
    assert best.contest is not None
    assert (best.contest.verdict, best.contest.silent) == ("not shown", 0)
    assert all("Messages of changes like it" in one for one in seen)
    assert len(seen) == best.asked == len(marked)

    worst = ask(repo, MessageWriter("babble", lambda _: "zzz zzz"), newest=10).contest
    assert worst is not None
    assert (worst.verdict, worst.rival) == ("worse", best.contest.rival)
    assert worst.lead[0] < 0
    assert worst.invented == 0
    silent = ask(repo, MessageWriter("nobody", lambda _: "\n"), newest=10)
    assert silent.asked == 10
    assert silent.contest is not None
    assert (silent.contest.silent, silent.contest.verdict) == (10, "worse")


def test_a_writer_is_not_asked_about_what_it_learned(repo: Repo) -> None:
    """It is said how many are left."""
    _, marked = replay_history(settings(repo), repo.path, split=0.2)
    until = marked[3].example.at
    with pytest.raises(UsageError, match=f"about the newest {len(marked) - 4}"):
        ask(repo, MessageWriter("writer", str, until))
    assert ask(repo, MessageWriter("writer", str, until), newest=len(marked) - 4).contest is not None


def test_the_subject_is_the_first_line_with_words() -> None:
    """Whatever stands around it."""
    assert take_subject("\n \n fix it \nbody") == "fix it"
    assert take_subject("") == ""


@pytest.mark.parametrize("answer", ["fix #12", "fix GH-7", "see https://x.org/a", "ask a.b@corp.com", "as in 3f2a91c"])
def test_what_was_not_asked_is_invented(answer: str) -> None:
    """Where the request has it, it is not."""
    assert has_invented(answer, "fix #N as in abcdefg")
    assert not has_invented(answer, f"nearest: {answer}")
    assert not has_invented("fix #N in v1.2 of deadbeef and 1234567", "")


def test_the_verb_asks_a_program(repo: Repo, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """And says how it did; two writers at once are refused."""
    where = ["--repo", str(repo.path), "--newest", "5"]
    script = tmp_path / "writer.py"
    script.write_text("print('zzz #12')")
    assert main(["evaluate", "messages", *where, "--program", f"{sys.executable} {script}"]) == 0
    out = " ".join(capsys.readouterr().out.split())
    assert "The program is worse than" in out
    assert "s a message. 5 of its messages name an issue, a commit or an address" in out
    assert main(["evaluate", "messages", *where, "--program", "x", "--endpoint", "y"]) == 2
    assert main(["evaluate", "messages", *where, "--endpoint", "http://example.org/v1"]) == 2
    assert main(["evaluate", "messages", *where]) == 2
    assert main(["evaluate", "files", *where, "--program", "x"]) == 2


# Writers that a person names: an endpoint of this machine only, and a program.

ASKED: list[tuple[str, dict[str, Any]]] = []
ANSWER: list[tuple[int, bytes]] = []


class ChatServer(BaseHTTPRequestHandler):
    """Answers what stands in ``ANSWER``."""

    def do_POST(self) -> None:
        size = int(self.headers["Content-Length"])
        ASKED.append((self.path, json.loads(self.rfile.read(size))))
        status, body = ANSWER[-1]
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def port() -> Iterator[int]:
    ASKED.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), ChatServer)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    thread.join()
    server.server_close()


def say(text: str | None) -> bytes:
    return json.dumps({"choices": [{"message": {"role": "assistant", "content": text}}]}).encode()


def test_an_endpoint_of_this_machine_is_asked(port: int) -> None:
    """As OpenAI's chat is; without chance."""
    ANSWER.append((200, say("fix it")))
    assert open_endpoint(f"http://localhost:{port}/v1/", "tiny")("what?") == "fix it"
    path, asked = ASKED[0]
    assert (path, asked["model"], asked["temperature"]) == ("/v1/chat/completions", "tiny", 0)
    assert asked["messages"] == [{"role": "user", "content": "what?"}]
    ANSWER.append((200, say(None)))
    assert open_endpoint(f"http://127.0.0.1:{port}")("what?") == ""
    assert "model" not in ASKED[1][1]


@pytest.mark.parametrize("body", [b"no", b"[]", b"{}", b'{"choices": []}', b'{"choices": [{"message": null}]}'])
def test_other_answers_are_no_messages(port: int, body: bytes) -> None:
    """And a status that tells of a failure is none."""
    ANSWER.append((200, body))
    with pytest.raises(SourceError, match="does not answer as a chat endpoint does"):
        open_endpoint(f"http://127.0.0.1:{port}/v1")("what?")
    ANSWER.append((500, b""))
    with pytest.raises(SourceError, match="it answered 500"):
        open_endpoint(f"http://127.0.0.1:{port}/v1")("what?")


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/v1",
        "http://10.0.0.1:8080/v1",
        "https://127.0.0.1/v1",
        "http://127.0.0.1.example.org/v1",
        "http://localhost.example.org/v1",
        "http://example.org#@127.0.0.1/",
        "http://a:b@127.0.0.1/v1",
        "http://0.0.0.0:80/v1",
        "http://127.0.0.1:99999/v1",
        "http://[::ffff:10.0.0.1]/v1",
        "127.0.0.1:8080",
        "file:///etc/passwd",
        "",
    ],
)
def test_no_other_machine_is_asked(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is refused before a connection is made."""
    monkeypatch.setattr(SEND, lambda *_, **__: pytest.fail("asked"))
    with pytest.raises(UsageError, match=r"address of this machine.*Nothing was sent"):
        open_endpoint(url)


def test_both_kinds_of_loopback_are_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name is turned into a number first, whatever the list of hosts says."""
    seen: list[str] = []
    monkeypatch.setattr(
        "twiceshy_team.remote.http_target.send_request", lambda server, *_, **__: seen.append(server.url)
    )
    for url in ("http://localhost:8080/v1", "http://[::1]:8080/v1", "http://127.9.9.9"):
        with pytest.raises(AttributeError):
            open_endpoint(url)("what?")
    assert seen == ["http://127.0.0.1:8080/v1", "http://[::1]:8080/v1", "http://127.9.9.9:80"]


def test_nobody_there_is_said_so(port: int) -> None:
    """With the address."""
    with pytest.raises(SourceError, match=r"http://127.0.0.1:1 gave no message.*cannot be reached"):
        open_endpoint("http://127.0.0.1:1")("what?")


def test_a_program_reads_the_request_and_writes_the_message() -> None:
    """Its words are no shell's."""
    upper = "import sys; print(sys.stdin.read().upper() + sys.argv[1])"
    assert open_program(f"{sys.executable} -c '{upper}' '$HOME;'")("fix é\n") == "FIX É\n$HOME;\n"


def test_a_program_that_fails_is_said_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """With its last words."""
    with pytest.raises(SourceError, match="ended with 1: no model"):
        open_program(f"{sys.executable} -c 'import sys; sys.exit(\"well\\nno model\")'")("x")
    with pytest.raises(ToolMissing, match="no-such-writer cannot be run"):
        open_program("no-such-writer")("x")
    for command in ("", "a 'b"):
        with pytest.raises(UsageError, match="--program"):
            open_program(command)
    monkeypatch.setattr(writer_contests, "_PATIENCE_S", 0.2)
    with pytest.raises(SourceError, match="wrote nothing within"):
        open_program(f"{sys.executable} -c 'import time; time.sleep(9)'")("x")
