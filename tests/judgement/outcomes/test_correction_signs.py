"""judgement.outcomes.correction_signs: what stands around the words, each sign against the same turn without it."""

import time
from itertools import count
from typing import Any

import pytest

from twiceshy.base.values import Scrubbed
from twiceshy.judgement.outcomes import correction_signs
from twiceshy.judgement.outcomes.correction_signs import (
    BEGINNING,
    END,
    cut_own_words,
    is_approval,
    is_mostly_pasted,
    straighten,
    weigh,
)
from twiceshy.judgement.outcomes.turns import Turn, load_signs, sum_points
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


# judgement.outcomes.own_words: what a person typed is told from what is pasted.

OWN = [
    ("nothing", "", ""),
    ("words alone", "use the parser, don't write one", "use the parser, don't write one"),
    ("two lines", "use the parser\nand drop the rest", "use the parser\nand drop the rest"),
    ("a list of wishes", "- use the parser\n- drop the rest", "- use the parser\n- drop the rest"),
    ("a name with dots", "main.py is wrong", "main.py is wrong"),
    ("a quotation", "> it is done\nno, it is not", "no, it is not"),
    ("code", "use this\n```py\nraise ValueError\n```\nhere", "use this\n \nhere"),
    ("code that does not end", "use this\n```py\nraise ValueError", "use this"),
    ("a command and what it printed", "$ make\nFAIL: test_a\nmake: *** Error 2\nagain", "again"),
    ("a traceback", 'see\nTraceback (most recent call last):\n  File "a.py", line 2\nValueError: no', "see"),
    ("a stack of JavaScript", "see\nTypeError: x is no function\n    at run (a.js:2:3)", "see"),
    ("a compiler", "see\nsrc/a.rs:2:3 unused\nerror: no such field", "see"),
    ("a log", "12:30:01 started\n2026-05-04 12:30 done\nwhy twice", "why twice"),
    ("a table that is drawn", "│ a │ b │\n├───┤\nwider please", "wider please"),
]


@pytest.mark.parametrize(("text", "own"), [row[1:] for row in OWN], ids=[row[0] for row in OWN])
def test_what_is_pasted_is_cut_and_words_stay(text: str, own: str) -> None:
    """Quotations, code and what programs print are not a person's words."""
    assert cut_own_words(text) == own


@pytest.mark.parametrize(
    ("text", "straight"),
    [
        ("a giant went", "a giant went"),
        ("it doesnt work", "it doesn't work"),
        ("Dont", "Don't"),
        ("isn\N{RIGHT SINGLE QUOTATION MARK}t it", "isn't it"),
        ("couldnt, wont", "couldn't, won't"),
    ],
)
def test_apostrophes_are_plain_and_those_left_out_are_put_in(text: str, straight: str) -> None:
    """One pattern reads a negation however it was typed."""
    assert straighten(text) == straight


def test_a_text_is_mostly_pasted_where_less_than_half_is_own() -> None:
    """An empty text is not."""
    text = "no\n> a long quotation of what was said"

    assert is_mostly_pasted(text, cut_own_words(text))
    assert not is_mostly_pasted("no, it is not", "no, it is not")
    assert not is_mostly_pasted("", "")


@pytest.mark.parametrize("piece", ["`", "```", "\n", " ", "a:", "> ", "Error: ", "dont "])
def test_a_text_of_any_length_costs_little(piece: str) -> None:
    """200 KB take less than half a second of CPU."""
    text = piece * (200_000 // len(piece))
    started = time.process_time()
    cut_own_words(straighten(text))

    assert time.process_time() - started < 0.5


# judgement.outcomes.objection_wording: what words alone add and take.

QUIET = [
    "yes",
    "commit this",
    "what time is it there?",
    "please add a test for the parser",
    "ok, next: the export page",
    "nice work",
]
OBJECTING = [
    "no, not like that",
    "that is wrong",
    "it still doesn't show the header",
    "revert it",
    "use the parser instead",
    "why did you delete the file?",
    "can't we keep the old name?",
    "are you sure?",
    "you forgot the tests",
    "let's not do this here",
    "i'd prefer a map",
    "i meant the other file",
    "i don't like this",
    "the header should never be empty",
    "i get an error",
]


@pytest.mark.parametrize("text", QUIET)
def test_words_that_do_not_object_take_points_or_give_none(text: str) -> None:
    """Approvals, tasks and questions never speak for a correction."""
    wording = weigh(text)

    assert wording.points <= 0
    assert not wording.objects
    assert not wording.undo


@pytest.mark.parametrize("text", OBJECTING)
def test_words_that_object_give_points(text: str) -> None:
    """Each of the usual ways to object is heard, also with the other apostrophe and in capitals."""
    assert weigh(text).objects
    assert weigh(text).points > 0
    assert weigh(text) == weigh(text.replace("'", "\N{RIGHT SINGLE QUOTATION MARK}"))
    assert weigh(text.upper()).objects


def test_an_approval_that_goes_on_to_object_keeps_most_points() -> None:
    """Yes, but: is not yes."""
    assert weigh("yes but the header is wrong").points > weigh("yes").points + 1


def test_a_request_in_place_of_a_refused_call_is_no_new_task() -> None:
    """The same words weigh more where they say what to do instead."""
    words = "let's put it into the header first"

    assert weigh(words).points < weigh(words, refusing=True).points
    assert weigh(words).points < weigh(words, stopping=True).points


def test_slash_commands_and_plans_are_settled() -> None:
    """Nobody corrects with them; words given while refusing a call are never a command."""
    assert weigh("/undo everything").settled
    assert weigh("Implement the following plan:\n# Not again").settled
    assert not weigh("/undo everything", refusing=True).settled
    assert not weigh("/home/me/a.py is wrong").settled


@pytest.mark.parametrize(
    ("text", "unread"),
    [("", True), ("123 ?", True), ("დაამატე ფილტრი", True), ("to be or", False), ("не работает", False), ("да", False)],
)
def test_what_no_rule_reads_is_marked(text: str, unread: bool) -> None:  # a table
    """Other scripts without known words, and text without letters, leave the judgement to other evidence."""
    assert weigh(text).unread == unread


def test_only_the_beginning_and_the_end_are_weighed() -> None:
    """What stands in the middle of something long is pasted, not said."""
    filler = "x" * (BEGINNING + END)

    assert weigh(f"{filler} that is wrong, revert it {filler}").objects is False
    assert weigh(f"that is wrong, revert it {filler}").objects
    assert weigh(f"{filler} revert it").undo


def test_a_brief_statement_of_what_fails_or_should_be_weighs_more_than_a_question() -> None:
    """A statement says so; a question only asks."""
    assert weigh("the build is failing").points > weigh("the build is failing?").points + 1
    assert weigh("the key should be hidden").points > weigh("the key should be hidden?").points + 1


@pytest.mark.parametrize("text", ["yes", "go on", "好的", "oui", "2"])
def test_a_brief_yes_approves(text: str) -> None:
    """In several languages, and by number; a long text never does."""
    assert is_approval(text)
    assert not is_approval(text + " and more" * 20)


def test_what_is_no_yes_does_not_approve() -> None:
    """Other words do not."""
    assert not is_approval("that is wrong")


LEANING = [
    ("are the dates read here, hm... twice", "are the dates read here, hm, twice"),
    ("the header is as i want", "the header is as they want"),
    ("a shorter header", "a second header"),
]


@pytest.mark.parametrize(("leaning", "plain"), LEANING)
def test_slight_signs_of_discontent_give_a_little(leaning: str, plain: str) -> None:
    """Trailing off, wanting, comparing: less than an objection, and none by itself."""
    assert 0 < weigh(leaning).points - weigh(plain).points <= 0.5
    assert not weigh(leaning).objects


def test_a_pattern_of_paths_is_no_trailing_off() -> None:
    """Three dots of a command are no hesitation."""
    assert weigh("the log of go test ./... here").points == weigh("the log of go test all here").points


def test_a_second_objection_adds_less() -> None:
    """Saying it twice is not twice as sure."""
    both = weigh("are you sure? it is wrong").points

    assert max(weigh("are you sure?").points, weigh("it is wrong").points) < both
    assert both < weigh("are you sure?").points + weigh("it is wrong").points


def test_saying_what_to_do_weighs_more_while_refusing() -> None:
    """There it is the way to go instead."""
    assert weigh("read the other file first", refusing=True).points > weigh("read the other file first").points


TEST_OBJECTION_WORDING_OWN = [
    ("opens-but", "but the header is gone", "the header is gone"),
    ("opens-in-doubt", "hmm the header", "the header"),
    ("checks-are-red", "the build is red", "the bird is red"),
    ("checks-are-red", "fix lint", "fix the date"),
    ("tells-what-was-seen", "when i run it the list is empty", "when they run it the list is empty"),
    ("says-what-was-meant", "i meant the header", "they meant the header"),
    ("asks-for-change", "could we use the parser", "could we see the parser"),
    ("asks-for-change", "how about a map", "a map"),
    ("orders-change", "rename it", "name it"),
    ("lets-rather", "let's use the parser", "let's see"),
    ("tag-question", "it is in the header, right?", "it is in the right header"),
    ("negates", "it doesnt show", "it shows"),
    ("dislikes", "i dont like the header", "i like the header"),
    ("names-your-deed", "you removed the header", "they removed the header"),
    ("nearly", "almost there", "it is there"),
    ("rather", "the parser instead", "the parser"),
    ("opens-with-more", "now the header", "the header"),
    ("too", "the header too", "the header"),
    ("asks-for-more", "can you add a header", "can you hear it"),
    ("review-voice", "consider adding a header", "a header"),
    ("guards", "don't commit it yet", "commit it yet"),
    ("opens-but-elsewhere", "aber die Liste", "die Liste"),
    ("opens-with-more-elsewhere", "теперь список", "список"),
    ("orders-change-elsewhere", "删除列表", "列表"),
    ("speaks-of-faults-elsewhere", "la lista da error, falla siempre", "la lista"),
]


@pytest.mark.parametrize(("slug", "text", "plain"), TEST_OBJECTION_WORDING_OWN)
def test_a_sign_of_own_words_is_seen_where_they_have_it(slug: str, text: str, plain: str) -> None:
    """In the person's words, not in what is quoted."""
    assert slug in {one.slug for one in weigh(text).seen}
    assert slug not in {one.slug for one in weigh(plain).seen}
    assert slug not in {one.slug for one in weigh("> " + text).seen}


def test_holding_back_is_no_objection_but_stopping_is() -> None:
    """A condition of work to come leaves nothing to object to; given while refusing it is the objection."""
    words = "don't change the header yet"

    assert weigh(words).points < 0
    assert weigh(words, refusing=True).points > 0
    assert weigh(words, stopping=True).points > 0


def test_words_that_are_mostly_pasted_are_marked() -> None:
    """Who pastes most of it shows something."""
    assert "words-are-pasted" in {one.slug for one in weigh("so\n> the header is in the list now").seen}
    assert "words-are-pasted" not in {one.slug for one in weigh("the header is in the list now").seen}
