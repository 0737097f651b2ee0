"""One question after a run that was ended: to a person at a terminal, for one key, and never for long."""

import os
import pty
import select
import termios
from collections.abc import Iterator, Mapping
from pathlib import Path
from threading import Thread

import pytest
from tests.run.test_terminal import Screen
from tests.run.wrapping import ENTRY
from tests.shortcuts import put_compiled_rules

from twiceshy.archive.db import Store
from twiceshy.base.config import load
from twiceshy.logs import agent_environment
from twiceshy.run import question

ASKED = "twiceshy: was it right? "


@pytest.fixture
def terminal() -> Iterator[tuple[int, int]]:
    """A terminal's two ends: the person's, and the program's."""
    ends = pty.openpty()
    yield ends
    for end in ends:
        os.close(end)


def type_when_asked(person: int, keys: bytes) -> None:
    """Wait for the question, then press the keys."""
    seen = b""
    while b"? " not in seen:
        assert select.select([person], [], [], 20)[0]
        seen += os.read(person, 1024)
    os.write(person, keys)


@pytest.mark.parametrize(
    ("keys", "wrong"), [(b"n", True), (b"N", True), (b"y", False), (b"\x03", None), (b"\r", None), (b"q", None)]
)
def test_one_key_answers(terminal: tuple[int, int], keys: bytes, wrong: bool | None) -> None:
    """Any other key means later; the terminal is then what it was."""
    person, program = terminal
    before = termios.tcgetattr(program)
    hand = Thread(target=type_when_asked, args=(person, keys))
    hand.start()

    assert question.read_answer(program, program, ASKED, 20) is wrong
    hand.join()
    assert termios.tcgetattr(program) == before


def test_no_key_is_no_answer(terminal: tuple[int, int]) -> None:
    """Nobody is waited for."""
    assert question.read_answer(terminal[1], terminal[1], ASKED, 0.01) is None


def test_what_was_typed_before_is_left_to_the_shell(terminal: tuple[int, int]) -> None:
    """Whoever types their next command is not asked."""
    person, program = terminal
    os.write(person, b"n\n")

    assert question.read_answer(program, program, ASKED, 20) is None
    assert os.read(program, 9) == b"n\n"


@pytest.mark.parametrize(
    "environment", [{"CI": "true"}, {"CLAUDECODE": "1"}, {}], ids=["CI", "an agent", "no job of a shell"]
)
def test_who_is_no_person_is_not_asked(environment: Mapping[str, str]) -> None:
    """The tests' own process leads no job at a terminal."""
    assert not question.may_ask(environment)


ROWS = [(b"n", "noted: it should have gone on", 1), (b"y", "", 0), (b" ", "later: `twiceshy feedback last", 0)]


@pytest.mark.parametrize(("key", "said", "flag"), ROWS, ids=["n", "y", "later"])
def test_the_answer_is_stored_with_the_run(scratch_home: Path, key: bytes, said: str, flag: int) -> None:
    """As feedback would be."""
    put_compiled_rules(scratch_home / "data")
    screen = start_at_terminal(scratch_home, [*ENTRY, "--wait-telemetry", "--timeout", "50ms", "--", "sleep", "9"])
    screen.wait_for(b"was it right to end it? [y/n, any other key: later] ")
    screen.type(key)
    if said:
        screen.wait_for(said.encode())

    assert screen.status() == 124
    os.close(screen.fd)
    config = load({"home": str(scratch_home / "data")}, {}, scratch_home)
    with Store.open(config.home, readonly=True) as store:
        assert store.connection.execute("SELECT false_positive_flag FROM executions").fetchall() == [(flag,)]


def start_at_terminal(home: Path, words: list[str], **settings: str) -> Screen:
    """A program that a person starts, whatever machine the tests run on."""
    environment = {name: value for name, value in os.environ.items() if name not in agent_environment._NO_PERSON}
    return Screen(words, environment | {"TWICESHY_HOME": str(home / "data"), **settings})


def test_a_script_is_not_held(scratch_home: Path) -> None:
    """Its terminal is a person's, but who waits is the script."""
    words = " ".join(f"'{word}'" for word in [*ENTRY, "--timeout", "50ms", "--", "sleep", "9"])
    screen = start_at_terminal(scratch_home, ["/bin/sh", "-c", f"{words}; echo went on"])
    screen.wait_for(b"Status 124")
    screen.wait_for(b"went on")

    assert b"right" not in screen.seen
    assert screen.status() == 0
    os.close(screen.fd)


def test_who_does_not_want_it_is_not_asked(scratch_home: Path) -> None:
    """By the setting."""
    words = [*ENTRY, "--timeout", "50ms", "--", "sleep", "9"]
    screen = start_at_terminal(scratch_home, words, TWICESHY_TELEMETRY_ASK="false")

    assert screen.status() == 124
    assert b"right" not in screen.seen
    os.close(screen.fd)
