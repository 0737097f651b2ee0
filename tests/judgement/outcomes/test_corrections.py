"""judgement.outcomes.corrections: what corrects the work done just before, and above all what does not."""

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest

from twiceshy.base.values import Scrubbed
from twiceshy.judgement.outcomes.corrections import (
    MOST_CALLS,
    counts,
    find_corrections,
    find_next_session_corrections,
    list_judged_turns,
    weigh_turn,
)
from twiceshy.judgement.outcomes.turns import load_signs
from twiceshy.records.stories import ChangedFile, Moment, Step, Story

NUMBERS = count(1)
AT = datetime(2026, 5, 4, tzinfo=UTC)


def moment(
    kind: str, text: str = "", *, human: bool = False, more: dict[str, Any] | None = None, **step: Any
) -> Moment:
    number = next(NUMBERS)
    given = {"kind": kind, "uid": number.to_bytes(16, "big"), "run": None, "at": float(number)} | step
    return Moment(Step(**given), text=text, human=human, **more or {})


def said(text: str, kind: str = "typed") -> Moment:
    return moment("prompt", text, human=kind in ("typed", "queued", "command", "rejection"), name=kind)


def reply(text: str) -> Moment:
    return moment("reply", text)


def edit(path: str = "src/a.py", *, puts: str = "", takes: str = "", **step: Any) -> Moment:
    """An edit that puts in and takes out lines, one a letter."""
    changed = ChangedFile(
        path=Scrubbed(path),
        path_key=path.encode()[:8].ljust(8),
        added=tuple(letter.encode() * 8 for letter in puts),
        removed=tuple(letter.encode() * 8 for letter in takes),
        created=False,
        deleted=False,
        user_modified=False,
    )
    return moment("call", more={"changed": (changed,)}, **{"name": "Edit", "action": "edit", "path": path} | step)


def run(command: str = "make test", **step: Any) -> Moment:
    return moment("call", more={"command": command}, **{"name": "Bash", "action": "run"} | step)


def refused(words: str = "") -> Moment:
    call = edit(failure="rejected")
    return call._replace(words=words, changed=())


def interrupt() -> Moment:
    return moment("mark", name="interrupt")


def story(*moments: Moment, **more: Any) -> Story:
    given: dict[str, Any] = {
        "session": bytes(16),
        "agent": "codex",
        "project": Scrubbed("p"),
        "project_name": "p",
        "cwd": None,
        "model": "",
        "first_at": AT,
        "last_at": AT,
        "real": True,
    }
    return Story(**given | {"moments": moments} | more)


DONE = "Done. The date filter is in and all tests pass."


def after_work(text: str, *then: Moment, kind: str = "typed", last: str = DONE) -> Story:
    """A story in which work was done, something is said, and ``then`` follows."""
    return story(said("add a date filter"), edit(puts="abc"), run(), reply(last), said(text, kind), *then)


NOT_CORRECTIONS = [
    ("yes", "yes"),
    ("ok", "ok"),
    ("go on", "go on"),
    ("continue", "continue"),
    ("commit", "commit"),
    ("commit and push", "commit and push"),
    ("commit, then open a pull request", "commit this, push and open a draft PR please"),
    ("thanks", "thanks, looks good!"),
    ("praise and a new task", "Great. Also sort the list by name."),
    ("a number", "2"),
    ("a letter", "b)"),
    ("a new task", "now add the same filter to the export page"),
    ("another new task", "can you write the release notes for version 1.4?"),
    ("a question", "how do I run this on my machine?"),
    ("a question about a thing", "what does the second argument of parse do?"),
    ("which one", "which of the two would you take?"),
    ("a look at somebody's comments", "can you look at the comments on the pull request?"),
    ("a slash command", "/compact"),
    ("a slash command with words", "/review that is wrong, undo it"),
    ("a plan handed over", "Implement the following plan:\n\n# Undo the wrong filter\nDon't keep it."),
    ("the user's own mistake", "sorry, wrong chat, ignore my last message"),
    ("tests that pass", "$ make test\n--- PASS: TestFilter (0.02s)\nPASS\nok  filter 0.1s"),
    ("nothing", ""),
    ("white space", "  \n "),
    ("one sign", "?"),
    ("yes in German", "ja, mach weiter"),
    ("yes in French", "oui, parfait"),
    ("yes in Spanish", "sí, perfecto"),
    ("yes in Russian", "да, продолжай"),
    ("yes in Chinese", "好的 继续"),
    ("yes in Japanese", "はい、続けて"),
    ("a task in a script that is not read", "დაამატე იგივე ფილტრი მეორე გვერდზე"),
]


@pytest.mark.parametrize("text", [row[1] for row in NOT_CORRECTIONS], ids=[row[0] for row in NOT_CORRECTIONS])
def test_what_does_not_object_corrects_nothing(text: str) -> None:
    """Approvals, new tasks, questions, answers and commands are never corrections, whatever is edited after them."""
    assert find_corrections(after_work(text)) == ()
    assert find_corrections(after_work(text, reply("Sure."), edit("src/b.py", puts="x"))) == ()


def test_an_answer_to_the_agents_question_is_no_correction() -> None:
    """Picking one of the agent's options objects to nothing."""
    asked = "Both can be done. Shall I put it into the header (1) or into the list (2)?"

    assert find_corrections(after_work("2, into the list", reply("Good idea."), last=asked)) == ()


CORRECTIONS = [
    ("no", "no, the filter has to include the last day", "words"),
    ("does not work", "that doesn't work, the list is empty now", "words"),
    ("still failing", "lint is still failing", "words"),
    ("revert", "revert that please, I want the old filter", "asked-to-undo"),
    ("undo", "undo the change to the header", "asked-to-undo"),
    ("not asked for", "no, I didn't ask you to touch the header", "words"),
    ("why so", "wait, why did you remove the header? isn't that used by the export?", "words"),
    ("doubt", "hmm, not sure I like this. can't we use the existing parser instead?", "words"),
    ("a build that is red", "argh, ci is red again after that push", "words"),
    ("an order to fix it", "fix the failing tests", "words"),
    ("a negation without its apostrophe", "it doesnt work and the list isnt there", "words"),
    ("another meaning", "i meant the last day of the month, you took the first", "words"),
    ("another way as a question", "can we use the existing parser instead of that?", "words"),
    ("another form", "no, wrap the name in quotes", "words"),
    ("a failure shown", "$ make test\nFAIL: test_last_day\nAssertionError: 3 != 4\nmake: *** Error 2", "failure-shown"),
    ("German", "nein, das funktioniert nicht, die Liste ist leer", "words"),
    ("German undo", "mach das bitte rückgängig, so war es nicht gemeint. Das ist falsch", "asked-to-undo"),
    ("French", "non, ça ne marche pas du tout", "words"),
    ("Spanish", "no funciona, la lista sale vacía, sigue fallando", "words"),
    ("Portuguese", "não funciona, continua falhando em vez de filtrar", "words"),
    ("Russian", "нет, не работает, верни как было", "asked-to-undo"),
    ("Chinese", "不对 还是报错 请撤销", "asked-to-undo"),
    ("Japanese", "違う、まだエラーが出ます。元に戻してください", "asked-to-undo"),
    ("Korean", "아니 여전히 안 돼. 되돌려 줘", "asked-to-undo"),
]


@pytest.mark.parametrize(("text", "why"), [row[1:] for row in CORRECTIONS], ids=[row[0] for row in CORRECTIONS])
def test_an_objection_to_what_was_done_is_a_correction(text: str, why: str) -> None:
    """The prompt is named with the kind of evidence, that kind's confidence, and the edits that it is about."""
    told = after_work(text)
    (found,) = find_corrections(told)

    assert found.prompt == told.moments[4].step.uid
    assert found.why == why
    assert counts(found)
    assert found.confidence <= 1
    assert found.words
    assert all(
        piece.rstrip("…") in " ".join(text.replace("doesnt", "doesn't").replace("isnt", "isn't").split())
        for piece in found.words
    )
    assert found.calls == (told.moments[1].step.uid,)


MORE_OR_NOT_YET = [
    ("also", "also add a filter by name"),
    ("now", "now add the same for the export page"),
    ("can you add", "can you add a test for the last day?"),
    ("one more thing", "one more thing, sort the list too"),
    ("next", "next, the export page should have it as well"),
    ("not yet", "don't change anything yet, tell me how it works first"),
    ("without", "show me the plan without editing anything for now"),
    ("do not commit before", "do not commit before I have read it"),
    ("read only", "this is a read-only look at the parser"),
    ("more, in German", "jetzt noch einen Filter nach Namen"),
    ("more, in French", "maintenant ajoute un filtre par nom"),
    ("more, in Spanish", "ahora añade un filtro por nombre"),
    ("more, in Russian", "теперь добавь фильтр по имени"),
    ("more, in Chinese", "现在再加一个按名称的筛选"),
    ("more, in Japanese", "次に名前のフィルターも追加してください"),
    ("more, in Korean", "이제 이름 필터도 추가해 줘"),
]


@pytest.mark.parametrize("text", [row[1] for row in MORE_OR_NOT_YET], ids=[row[0] for row in MORE_OR_NOT_YET])
def test_to_ask_for_more_or_to_hold_back_corrects_nothing(text: str) -> None:
    """What was made stays as it is; a condition of the work is no word about it."""
    assert find_corrections(after_work(text)) == ()
    assert find_corrections(after_work(text, reply("Sure."), edit(puts="x"))) == ()


def test_words_that_may_object_leave_it_open() -> None:
    """A rule said once may be about this work or about any: it is found, and does not count."""
    (found,) = find_corrections(after_work("the config file should never be in the repository"))

    assert not counts(found)
    assert found.confidence >= load_signs().doubt


def test_a_plan_or_an_answer_can_be_corrected_and_then_no_edit_is_named() -> None:
    """What the agent only said can be wrong too."""
    looked = moment("call", name="Read", action="read", path="a.py")
    planned = (said("how would you do it?"), looked, reply("With a map of the days, as the parser does."))
    (found,) = find_corrections(story(*planned, said("no, that doesn't work, i meant without the parser")))

    assert counts(found)
    assert found.calls == ()
    assert find_corrections(story(*planned, said("which file would that be?"))) == ()


@pytest.mark.parametrize("text", [row[1] for row in CORRECTIONS], ids=[row[0] for row in CORRECTIONS])
def test_nothing_is_corrected_where_nothing_was_done_or_said(text: str) -> None:
    """The first words of a session, and words after a prompt that nobody answered, correct nothing."""
    assert find_corrections(story(said("how does it work?"), said(text))) == ()
    assert find_corrections(story(said(text))) == ()


def test_a_refusal_with_another_way_to_go_is_a_correction_of_the_refused_call() -> None:
    """Words given while refusing a call weigh more than the same words later; the call is named."""
    words = "use the existing parser"
    call = refused(words)
    (found,) = find_corrections(story(said("add a filter"), call, said(words, "rejection"), edit(puts="a")))

    assert (found.why, found.calls) == ("rejected-with-words", (call.step.uid,))


@pytest.mark.parametrize("words", ["hang on a sec, I'll get you the log", "yes", "what would that print?"])
def test_a_refusal_that_objects_to_nothing_is_no_correction(words: str) -> None:
    """Who refuses a call to say yes in other words, to ask or to pass something on, does not surely correct."""
    told = story(said("add a filter"), edit(), refused(words), said(words, "rejection"))

    assert not any(map(counts, find_corrections(told)))


def test_words_after_an_interrupt_are_a_correction_where_they_object() -> None:
    """Stopping alone proves nothing: "continue" may follow."""
    began = (said("add a filter"), edit(puts="a"), refused(), interrupt())
    (found,) = find_corrections(story(*began, said("don't touch the header, we should keep that file")))

    assert found.why == "interrupt-and-words"
    assert find_corrections(story(*began, said("continue"))) == ()
    assert find_corrections(story(*began)) == ()


def test_lines_that_are_taken_out_again_after_a_turn_prove_a_correction() -> None:
    """The same words are one where the agent then takes out what it had put in, and none where it edits elsewhere."""
    words = "the last day belongs to the month"
    admitted = reply("Let me fix that.")
    again = after_work(words, admitted, edit(takes="b", puts="d"))
    elsewhere = after_work(words, admitted, edit("src/b.py", takes="b", puts="d"))
    (found,) = find_corrections(again)

    assert (found.why, found.calls) == ("same-hunk", (again.moments[1].step.uid,))
    assert find_corrections(elsewhere) == ()


def test_an_answer_that_admits_the_point_speaks_for_a_correction() -> None:
    """What the agent says first is evidence too: it was there and knows what it had done."""
    words = "the last day of the month is missing from it"

    assert [
        found.why for found in find_corrections(after_work(words, reply("You're right, I should have seen that.")))
    ] == ["words"]
    assert find_corrections(after_work(words, reply("It is there, in line 12."))) == ()


def test_a_refusal_whose_call_is_not_in_the_log_means_the_edits_before_it() -> None:
    """Nothing is named that is not there."""
    made = edit(puts="a")
    (found,) = find_corrections(
        story(said("add a filter"), made, said("no, use the existing parser instead", "rejection"))
    )

    assert (found.why, found.calls) == ("rejected-with-words", (made.step.uid,))


def test_an_approval_stays_one_though_the_agent_edits_the_same_lines_again() -> None:
    """Going on with the same file is not correcting it."""
    assert find_corrections(after_work("go on", reply("Next step."), edit(takes="b", puts="d"))) == ()


def test_words_in_a_script_that_is_not_read_are_judged_by_what_was_done() -> None:
    """A refusal, or lines taken out again, count on their own; words alone that nobody reads never do."""
    words = "არა ეს სხვაგვარად უნდა იყოს"
    taken_out = after_work(words, edit(takes="bc", puts="d"))
    refusal = story(said("add a filter"), refused(words), said(words, "rejection"))

    assert [found.why for found in find_corrections(taken_out)] == ["same-hunk"]
    assert [found.why for found in find_corrections(refusal)] == ["rejected-with-words"]
    assert find_corrections(after_work(words)) == ()


def test_asking_for_the_same_again_is_a_correction_but_not_saying_yes_again() -> None:
    """Nearly the same prompt after work that was said to do it; approvals and commits may be repeated."""
    wanted = "the export must contain the header row of each month"
    asked = story(said(wanted), edit(puts="a"), reply(DONE), said(wanted + " please"))
    commits = story(
        said("commit and continue with the next step"), edit(), said("commit and continue with the next step")
    )

    assert [found.why for found in find_corrections(asked)] == ["near-duplicate"]
    assert find_corrections(commits) == ()


def test_a_program_a_plan_and_a_notification_correct_nothing() -> None:
    """Only a person's words correct."""
    for kind in ("sdk", "plan", "notification", "subagent"):
        assert find_corrections(after_work("no, that is wrong, revert it", kind=kind)) == ()


def test_a_correction_names_the_file_that_it_speaks_of_and_not_too_many_calls() -> None:
    """Edits of a named file where one is named, else all, newest first up to a limit."""
    first, second = edit("src/a.py"), edit("src/header.py")
    (named,) = find_corrections(story(said("do"), first, second, said("no, header.py was not to be changed")))
    (all_of,) = find_corrections(story(said("do"), first, second, said("no, that is wrong")))
    (many,) = find_corrections(story(said("do"), *(edit() for _ in range(30)), said("no, that is wrong")))

    assert named.calls == (second.step.uid,)
    assert all_of.calls == (second.step.uid, first.step.uid)
    assert len(many.calls) == MOST_CALLS


def test_a_session_of_one_call_or_none() -> None:
    """There is nothing that could be corrected."""
    assert find_corrections(story()) == ()
    assert find_corrections(story(run())) == ()
    assert find_corrections(story(said("no, that is wrong"), run())) == ()


@pytest.mark.parametrize("piece", ["no ", "a", "\n", "Error: ", "'", "[x] ", "не ", "is the "])
def test_a_prompt_of_any_length_costs_little(piece: str) -> None:
    """100 KB take less than a second of CPU, whatever they repeat."""
    told = after_work(piece * (100_000 // len(piece)))
    started = time.process_time()
    find_corrections(told)

    assert time.process_time() - started < 1.0


def next_day(*moments: Moment, **more: Any) -> Story:
    later = AT + timedelta(days=1)
    return story(*moments, **{"session": b"later".ljust(16), "first_at": later, "last_at": later} | more)


EARLIER = story(said("add a filter"), edit(puts="abc"), reply(DONE))
OBJECTS = said("no, the filter is wrong, it should include the last day")
NO_CORRECTION_OF_BEFORE = [
    ("only one line is taken out", next_day(OBJECTS, edit(takes="a"))),
    ("other files", next_day(OBJECTS, edit("src/b.py", takes="abc"))),
    ("nothing is edited", next_day(OBJECTS, run())),
    ("no objection", next_day(said("add a filter by name"), edit(takes="abc"))),
    ("an approval", next_day(said("go on"), edit(takes="abc"))),
    ("another project", next_day(OBJECTS, edit(takes="abc"), project=Scrubbed("other"))),
    ("too late", next_day(OBJECTS, edit(takes="abc"), first_at=AT + timedelta(days=30))),
    ("before it", next_day(OBJECTS, edit(takes="abc"), first_at=AT - timedelta(days=1))),
    ("at an unknown time", next_day(OBJECTS, edit(takes="abc"), first_at=None)),
    ("not in the first turn", next_day(said("show me the list"), run(), OBJECTS, edit(takes="abc"))),
    ("the session itself", replace(EARLIER, moments=(OBJECTS, edit(takes="abc")))),
    ("an empty session", next_day()),
]


@pytest.mark.parametrize(
    "later", [row[1] for row in NO_CORRECTION_OF_BEFORE], ids=[row[0] for row in NO_CORRECTION_OF_BEFORE]
)
def test_a_session_that_proves_nothing_corrects_no_earlier_one(later: Story) -> None:
    """Without words and lines together, in time and in the same files, nothing is said."""
    assert find_next_session_corrections(later, EARLIER) == ()


def test_the_next_session_corrects_the_earlier_one_where_it_takes_its_lines_out() -> None:
    """Words that object and two lines taken out again; the earlier session's call is named.

    The words that object stand with it.
    """
    (found,) = find_next_session_corrections(next_day(OBJECTS, edit(takes="ab", puts="x")), EARLIER)

    assert found.prompt == OBJECTS.step.uid
    assert found.calls == (EARLIER.moments[1].step.uid,)
    assert found.why == "next-session"
    assert found.words == ("no, the filter is wrong, it should include the last day",)
    assert counts(found)


STORY = (
    "The rain had stopped, and the lamps were lit. Mara put the wrong key into the lock. " * 4
    + '"That is not right," he said, and she sighed. She nodded. "Undo it," Jon whispered.'
)


@pytest.mark.parametrize(
    "text",
    [
        "You are a strict reviewer. That is wrong, undo it. Don't use loops, use maps instead.",
        "Provide a brief synopsis of what went wrong instead. Don't mention tools.",
        '{"state": "failing", "message": "that is wrong, undo it"}',
        STORY,
    ],
    ids=["a role", "a client's prompt", "data", "a story"],
)
def test_a_pasted_document_corrects_nothing(text: str) -> None:
    """It may object and forbid as it likes: nobody wrote it about the work before."""
    assert find_corrections(after_work(text, reply("You're right."), edit(takes="ab", puts="xy"))) == ()


def test_what_a_program_sends_each_time_corrects_nothing() -> None:
    """A person who is not heard changes the words; a watcher says the same again and again."""
    news = "the check is still failing, please fix it"
    works = [part for _ in range(3) for part in (said(news), edit(puts="x"), reply(DONE))]

    found = find_corrections(story(said("go"), edit(puts="ab"), reply(DONE), *works, said(news), reply("I look.")))

    assert [one.prompt for one in found if counts(one)] == [one.prompt for one in found[:2] if counts(one)]
    assert len(found) <= 2


FINDING = (
    "src/cart.py:12 - Consider handling an empty cart: this function returns the total of the cart without a look at "
    "whether it has items, so that the average divides by zero."
)


def test_a_finding_on_what_the_session_edited_is_a_correction() -> None:
    """Whoever passes it on wants it mended; of another file it is a new task."""
    work = [said("go"), edit("src/cart.py", puts="ab"), reply(DONE), said("thanks, now the docs"), edit("docs/a.md")]
    other = [said("go"), edit("src/menu.py", puts="ab"), reply(DONE), said("thanks, now the docs"), edit("docs/a.md")]
    passed = [said(FINDING), reply("Let me fix that."), edit("src/cart.py", puts="y")]

    (found,) = find_corrections(story(*work, reply("ok"), *passed))[-1:]

    assert counts(found)
    assert not any(map(counts, find_corrections(story(*other, reply("ok"), *passed))))


@pytest.mark.parametrize(("first", "less"), [("typed", True), ("queued", False)])
def test_a_client_that_queues_every_prompt_says_nothing_by_it(first: str, less: bool) -> None:
    """Only where some prompts are typed at once is a queued one a word into the work."""

    def sure(kind: str) -> float:
        parts = [said("go", first), edit(puts="ab"), reply("I go on."), said("no, that does not work", kind)]
        return find_corrections(story(*parts, reply("You're right.")))[-1].confidence

    told = story(said("go", first), edit(puts="ab"), reply("I go on."), said("it is broken, but not by you", "queued"))
    other = story(said("go", "typed"), edit(puts="ab"), reply("I go on."), said("it is broken, but not by you"))
    points = [one.points for made in (told, other) for one in map(weigh_turn, list_judged_turns(made))]

    assert (points[0] < points[1]) is less
    assert sure("queued") > 0


def test_words_alone_are_stated_no_surer_than_such_turns_were() -> None:
    """However many signs the words have; with evidence beside them they may be."""
    words = "no, that is wrong. I said you should not use loops, undo it. Why did you do that?"
    wild = words.replace("undo it", "it is still broken")

    (alone,) = find_corrections(
        story(said("go"), reply("Here is the plan."), said(wild), reply("You're right, sorry."))
    )
    (beside,) = find_corrections(after_work(words, reply("You're right, sorry."), edit(takes="abc", puts="x")))

    assert (alone.why, alone.confidence) == ("words", load_signs().most_alone)
    assert beside.confidence > alone.confidence
