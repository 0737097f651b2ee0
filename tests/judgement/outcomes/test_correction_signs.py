"""judgement.outcomes.correction_signs: what stands around the words, each sign against the same turn without it."""

import time
from itertools import count
from typing import Any

import pytest

from twiceshy.base.values import Scrubbed
from twiceshy.judgement.outcomes import correction_signs
from twiceshy.judgement.outcomes.turn_signs import load_signs, sum_points
from twiceshy.judgement.outcomes.turns import Turn
from twiceshy.records.stories import ChangedFile, Moment, Step

NUMBERS = count(1)
SIGNS = load_signs().by_slug


def moment(kind: str, text: str = "", *, more: dict[str, Any] | None = None, **step: Any) -> Moment:
    given = {"kind": kind, "uid": next(NUMBERS).to_bytes(16, "big"), "run": None} | step
    return Moment(Step(**given), text=text, **more or {})


def edit(path: str = "src/dates.py") -> Moment:
    changed = ChangedFile(
        path=Scrubbed(path),
        path_key=path.encode()[-8:],
        added=(),
        removed=(),
        created=False,
        deleted=False,
        user_modified=False,
    )
    return moment("call", more={"changed": (changed,)}, name="Edit", action="edit", path=path)


def run(command: str) -> Moment:
    return moment("call", more={"command": command}, name="Bash", action="run", text=command)


def turn(said: str = "", *calls: Moment, reply: str = "", kind: str = "typed", stopped: bool = False) -> Turn:
    return Turn(
        prompt=moment("prompt", said, name=kind),
        start=0,
        end=1,
        calls=calls,
        replies=(moment("reply", reply),) if reply else (),
        interrupts=(moment("mark", name="interrupt"),) if stopped else (),
    )


def points(before: Turn, after: Turn, *, objects: bool = False) -> float:
    seen = correction_signs.find_context(before, after, objects=objects)
    return sum_points(one for one in seen if one.slug != "had-edited")


PLAIN = turn("add a filter", edit(), reply="The filter is in.")

ANSWERS = [
    ("admits", "You're right, that slipped through.", SIGNS["admits"].points),
    ("admits, with the other apostrophe", "You\N{RIGHT SINGLE QUOTATION MARK}re right.", SIGNS["admits"].points),
    ("takes it up", "Good point. On it.", SIGNS["takes-up"].points),
    ("mends", "So: let me rename both.", SIGNS["mends"].points),
    ("goes straight to what it finds", "Those are read twice.", SIGNS["finds"].points),
    ("explains, and does nothing", "Currently both pages are in.", SIGNS["explains"].points),
    ("likes the question", "Interesting question.", SIGNS["likes-question"].points),
    ("goes to work", "Let me check both pages.", SIGNS["goes-to-work"].points),
    ("speaks of what fails", "Looking: one import is missing.", SIGNS["speaks-of-faults"].points),
    ("takes it for a new task", "Writing both pages.", 0.0),
    ("says nothing", "", 0.0),
]


@pytest.mark.parametrize(("reply", "given"), [row[1:] for row in ANSWERS], ids=[row[0] for row in ANSWERS])
def test_what_the_agent_answers_first_is_a_sign(reply: str, given: float) -> None:
    """It was there and knows what it had done; consent says most."""
    assert points(PLAIN, turn("and the last day", reply=reply)) == pytest.approx(given)


LEFT_OFF = [
    ("done", "All of it is in.", 0.0),
    ("asks", "Both work. Header or list?", SIGNS["answers-question"].points),
    ("offers", "All of it is in. Let me know about the export.", SIGNS["offers"].points),
    ("announces the next step", "All of it is in. Now let me look at the tests", SIGNS["announces"].points),
    ("is about to show something", "These are left:", SIGNS["announces"].points),
]


@pytest.mark.parametrize(("last", "given"), [row[1:] for row in LEFT_OFF], ids=[row[0] for row in LEFT_OFF])
def test_how_the_turn_before_ended_is_a_sign(last: str, given: float) -> None:
    """Who was asked answers; who speaks while the agent works cuts in."""
    assert points(turn("go", edit(), reply=last), turn("the header")) == pytest.approx(given)


def test_an_objection_is_no_answer_whatever_had_been_asked() -> None:
    """Words that object are not held to answer the question before them."""
    asked = turn("go", edit(), reply="Header or list?")

    assert points(asked, turn("neither"), objects=True) == pytest.approx(0.0)


@pytest.mark.parametrize("said", ["look at dates.py", "src/dates.py then", "what of last_day", "why --strict-days"])
def test_words_that_name_what_was_touched_are_about_it(said: str) -> None:
    """A file, an identifier or an option of a call before; other names and plain words are not."""
    before = turn("go", edit(), run("pytest -k last_day --strict-days filter"))

    assert correction_signs.has_touched_name(before, turn(said))
    assert not correction_signs.has_touched_name(turn("go", edit("x.go")), turn(said))
    assert not correction_signs.has_touched_name(before, turn("the filter and other_day or export.py"))


def test_going_back_to_the_same_file_at_once_is_a_sign() -> None:
    """The first edit counts, not a later one."""
    assert points(PLAIN, turn("so", edit())) == pytest.approx(SIGNS["back-at-once"].points)
    assert points(PLAIN, turn("so", edit("x.go"), edit())) == pytest.approx(0.0)
    assert correction_signs.has_same_file(PLAIN, turn("so", edit("x.go"), edit()))
    assert not correction_signs.has_same_file(PLAIN, turn("so", edit("x.go")))


def test_output_shows_a_failure_a_success_or_a_log() -> None:
    """A failure after something was said to be done weighs most; findings of a review are no failure."""
    done = turn("go", edit(), reply="Done, all tests pass.")
    open_ = turn("go", edit(), reply="Looking for it.")
    failure = "$ make test\nFAIL: test_last_day"

    assert _read(done, failure) == ({"shows-failure", "failure-after-done"}, True)
    assert _read(open_, failure) == ({"shows-failure"}, True)
    assert _read(done, "High severity\nERROR: is not caught") == (set(), False)
    assert _read(done, "$ make test\n--- PASS: test_last_day") == ({"shows-success"}, False)
    assert _read(done, "level=info day=last") == ({"shows-log"}, False)
    assert _read(done, "all of it") == (set(), False)


def _read(before: Turn, said: str) -> tuple[set[str], bool]:
    shown = correction_signs.read_output(before, turn(said))
    return {one.slug for one in shown.seen}, shown.failure


def test_a_failure_that_is_shown_keeps_its_line() -> None:
    """So that who looks at the correction sees which failure it was."""
    (seen,) = correction_signs.read_output(PLAIN, turn("so\nFAIL: test_last_day")).seen

    assert seen.words == "FAIL: test_last_day"


STATES = [
    ("it only talked", turn("go", reply="A plan."), turn("so"), {"only-talked"}),
    ("it edited", PLAIN, turn("so"), {"had-edited"}),
    ("it ran a command", turn("go", run("ls")), turn("so"), set()),
    ("it pushed", turn("go", run("git -C a push")), turn("so"), {"had-delivered"}),
    ("it opened a pull request", turn("go", run("gh pr create --fill")), turn("so"), {"had-delivered"}),
    ("stopped before anything", turn("go", stopped=True), turn("so"), {"only-talked", "stopped-at-nothing"}),
    ("stopped at work", turn("go", run("ls"), stopped=True), turn("so"), set()),
    ("a no that was not asked for", turn("go", run("ls"), reply="In."), turn("no, the header"), {"no-unasked"}),
    ("a no to an offer", turn("go", run("ls"), reply="Let me know."), turn("no, the header"), {"offers"}),
    (
        "a no to a question",
        turn("go", run("ls"), reply="Header?"),
        turn("no"),
        {"answers-question"},
    ),
    (
        "a choice where it had asked",
        turn("go", run("ls"), reply="Header (1) or list (2)?"),
        turn("2, but below it"),
        {"answers-question", "answers-with-choice"},
    ),
]


@pytest.mark.parametrize(("before", "after", "slugs"), [row[1:] for row in STATES], ids=[row[0] for row in STATES])
def test_what_had_been_done_when_the_words_came_is_a_sign(before: Turn, after: Turn, slugs: set[str]) -> None:
    """Work, talk, a delivery, a stop, an open question: each is seen, and nothing else is."""
    assert {one.slug for one in correction_signs.find_context(before, after, objects=False)} == slugs


@pytest.mark.parametrize("piece", ["a", "a=b ", "x_1 ", "\n", "let me ", "10:", "'"])
def test_texts_of_any_length_cost_little(piece: str) -> None:
    """200 KB of words, answers and commands take less than half a second of CPU."""
    long = piece * (200_000 // len(piece))
    before = turn("go", *(run(long) for _ in range(5)), reply=long)
    after = turn(long, edit(), reply=long)
    started = time.process_time()
    points(before, after)
    correction_signs.read_output(before, after)

    assert time.process_time() - started < 0.5
