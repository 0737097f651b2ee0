"""A program that answers a line with a line: good ones, and all ways of being none."""

import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from benchmarks.edits import answer_program
from benchmarks.edits.answer_program import AnswerProgram
from benchmarks.edits.judge_answers import evaluate_edits
from tests.next_edit.stored_edits import rename_everywhere, store_sessions

from twiceshy.base.errors import SourceError, ToolMissing, UsageError
from twiceshy.base.values import Scope

LOOP = """
import json, sys, time
for number, line in enumerate(sys.stdin, 1):
    asked = json.loads(line)
    answer = {"id": asked["id"], "new": asked["old"].upper()}
    BODY
    print(json.dumps(answer), flush=True)
"""


def command(folder: Path, body: str = "pass", program: str = LOOP) -> str:
    place = folder / "a program.py"
    place.write_text(program.replace("BODY", body), encoding="utf-8")
    return f"'{sys.executable}' '{place}'"


@contextmanager
def started(
    folder: Path, body: str = "pass", *, program: str = LOOP, patience_s: float = 60
) -> Iterator[AnswerProgram]:
    with AnswerProgram(command(folder, body, program), patience_s) as found:
        yield found


def test_a_good_program_is_heard(tmp_path: Path) -> None:
    """Each answer belongs to its question; null says nothing, and is no fault."""
    with started(tmp_path, "answer['new'] = None if number == 2 else answer['new']") as program:
        assert [program.ask({"old": old}) for old in ("a", "b", "ü\n")] == ["A", None, "Ü\n"]
        record = program.report()
    assert (record.asked, record.late, record.garbage, record.wrong_id, record.stopped) == (3, 0, 0, 0, "")


@pytest.mark.parametrize(
    "said",
    [
        "nonsense",
        "[]",
        "{}",
        '{"id": "2"}',
        '{"id": 2, "new": "x"}',
        '{"id": "2", "new": 7}',
        "[" * 100_000,
        '"\\ud800"',
    ],
)
def test_a_line_that_is_no_answer_is_wrong_once(tmp_path: Path, said: str) -> None:
    """The next question is heard again, although the answer to this one comes then."""
    place = tmp_path / "said"
    place.write_text(said, encoding="utf-8")
    body = f"if number == 2: print(open({str(place)!r}).read(), flush=True)"
    with started(tmp_path, body) as program:
        assert [program.ask({"old": old}) for old in "abc"] == ["A", None, "C"]
        assert program.report().garbage == 1


@pytest.mark.parametrize("name", ["9", "x", "", "٣", "9" * 5000])
def test_an_answer_to_another_question_is_wrong(tmp_path: Path, name: str) -> None:
    """It was never asked."""
    with started(tmp_path, f"if number == 2: answer['id'] = {name!r}") as program:
        assert [program.ask({"old": old}) for old in "abc"] == ["A", None, "C"]
        assert program.report().wrong_id == 1


def test_a_late_answer_is_not_taken_for_the_next_one(tmp_path: Path) -> None:
    """It is passed over when it comes."""
    gate = tmp_path / "gate"
    body = f"while number == 1 and not __import__('os').path.exists({str(gate)!r}): time.sleep(.01)"
    with started(tmp_path, body, patience_s=0.3) as program:
        assert program.ask({"old": "a"}) is None
        gate.touch()
        program._patience_s = 60  # the second question has time
        assert program.ask({"old": "b"}) == "B"
        assert (program.report().late, program.report().wrong_id) == (1, 0)


def test_a_silent_program_is_given_up(tmp_path: Path) -> None:
    """Not after one question, and not after all."""
    with started(tmp_path, program="import time\ntime.sleep(600)", patience_s=0.05) as program:
        program.__dict__["_process"].stdin.flush()
        for _ in range(4):
            assert program.ask({"old": "x" * 200_000}) is None
        with pytest.raises(SourceError, match=r"no answer within 0\.05 s to 5 questions in a row, up to question 5"):
            program.ask({"old": "a"})
        assert program.report("x").late == 5
        program._process.kill()  # it would be waited for


@pytest.mark.parametrize(
    ("program", "words"),
    [
        ("import sys\nsys.exit(3)", "ended with 3 at question 1"),
        ("import sys\nsys.stdin.readline()", "ended with 0 at question 1"),
        ("import os\nos.kill(os.getpid(), 9)", "was ended by signal 9 at question 1"),
    ],
)
def test_a_program_that_ends_is_said_to(tmp_path: Path, program: str, words: str) -> None:
    """With how it ended, at once."""
    before = time.monotonic()
    with started(tmp_path, program=program) as found, pytest.raises(SourceError, match=words):
        found.ask({"old": "a"})
    assert time.monotonic() - before < 50


def test_a_program_that_never_stops_talking_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its lines are no answers, and nothing of ours waits for its end."""
    monkeypatch.setattr(answer_program, "_ENDING_S", 0.2)
    with started(tmp_path, program="while True: print('x', flush=True)") as program:
        assert program.ask({"old": "a"}) is None
    assert program._process.poll() is not None  # gone
    assert program.report().garbage == 1


@pytest.mark.parametrize(("words", "error"), [("", UsageError), ("  ", UsageError), ("'a", UsageError)])
def test_what_is_no_command_is_refused(words: str, error: type[Exception]) -> None:
    """Before anything runs."""
    with pytest.raises(error):
        AnswerProgram(words)


def test_no_shell_runs_it(tmp_path: Path) -> None:
    """A missing program is said to be missing."""
    with pytest.raises(ToolMissing, match="no-such-program"), AnswerProgram("no-such-program; touch x"):
        pass
    assert not (tmp_path / "x").exists()


def test_a_program_stands_beside_the_baselines(tmp_path: Path) -> None:
    """It knows nothing but the question; the one that renames everything is right twelve times."""
    config = store_sessions(tmp_path, [rename_everywhere(12)])
    body = (
        "answer['new'] = asked['old'].replace('load', 'fetch'); assert 'fetch_cart(shop)' in str(asked) or number == 1"
    )
    found = evaluate_edits(config, Scope(), program=command(tmp_path, body))
    program = found.answerers[-1]

    assert (program.name, program.exact, program.answered) == ("program", 1.0, 1.0)
    assert program.lead is not None
    assert program.lead[0] > 0
    assert found.program is not None
    assert (found.program.asked, found.program.stopped) == (12, "")


def test_a_dying_program_leaves_the_baselines(tmp_path: Path) -> None:
    """Its own figures are left out; those of the others are the same as without it."""
    config = store_sessions(tmp_path, [rename_everywhere(12)])
    alone = evaluate_edits(config, Scope())
    found = evaluate_edits(config, Scope(), program=command(tmp_path, "if number == 5: sys.exit(7)"))

    assert found.answerers == alone.answerers
    assert found.program is not None
    assert found.program.asked == 5
    assert found.program.stopped.endswith("ended with 7 at question 5")


def test_what_others_edited_is_told(tmp_path: Path) -> None:
    """What came before the question, once; never what comes after it."""
    config = store_sessions(tmp_path, [rename_everywhere(6, "one"), rename_everywhere(6, "two", minutes=90)])
    notes = tmp_path / "notes"
    body = f"open({str(notes)!r}, 'a').write(f\"{{len(asked['earlier'])}}+{{len(asked['elsewhere'])}} \")"
    evaluate_edits(config, Scope(), program=command(tmp_path, body))

    assert notes.read_text() == "0+0 1+0 2+0 3+0 4+0 5+0 0+6 1+0 2+0 3+0 4+0 5+0 "


def test_the_program_of_the_page_works(tmp_path: Path) -> None:
    """It repeats what was done to the same text, in the session or in another before."""
    page = Path(__file__).parents[2] / "benchmarks" / "edits" / "README.md"
    (program,) = re.findall(r"```python\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    config = store_sessions(tmp_path, [rename_everywhere(6, "one"), rename_everywhere(6, "two", minutes=90)])
    found = evaluate_edits(config, Scope(), program=command(tmp_path, program=program))

    assert found.program is not None
    assert (found.program.stopped, found.program.garbage, found.program.late) == ("", 0, 0)
    assert found.answerers[-1].answered == found.answerers[-1].exact == 0.5
