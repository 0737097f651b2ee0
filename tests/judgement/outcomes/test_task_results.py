"""outcomes.results: answers only where something proves them, and the last proof counts."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from tests.judgement.outcomes.agent import BEGUN, Agent

from twiceshy.judgement.outcomes.evidence import gather_evidence
from twiceshy.judgement.outcomes.task_results import (
    answer_for_session,
    apply_ratings,
    judge_evidence,
    judge_session,
    tasks_with_edits,
)
from twiceshy.records import ids
from twiceshy.records.outcomes import Answer, Correction, Rating, Ratings, SessionResult
from twiceshy.records.stories import Moment

GREEN = "===== 3 passed in 0.10s ====="
RED = "===== 1 failed, 2 passed in 0.10s ====="
COMMITTED = "[main 1a2b3c4] Ours\n 1 file changed, 1 insertion(+)"


def an_agent(*acts: Callable[[Agent], object]) -> Agent:
    agent = Agent()
    agent.files |= {"a.py": "one\n", "b.py": "one\n"}
    agent.says("make it count to two")
    for act in acts:
        act(agent)
    return agent


def edit(agent: Agent) -> bytes:
    return agent.edits("a.py", f"{len(agent.moments)}\n")


def said(text: str) -> Callable[[Agent], object]:
    return lambda agent: agent.says(text)


def ran(command: str, output: str, status: int = 0) -> Callable[[Agent], object]:
    return lambda agent: agent.runs(command, output, status)


def replied(text: str) -> Callable[[Agent], object]:
    return lambda agent: agent.replies(text)


def mark(name: str) -> Callable[[Agent], object]:
    return lambda agent: agent.marks(name)


def todo(agent: Agent) -> bytes:
    return agent.add(Moment(agent.step("call", name="TodoWrite", action="plan", done_at=1.0), text="ok"))


def plan(agent: Agent) -> bytes:
    return agent.add(Moment(agent.step("call", name="ExitPlanMode", action="plan")))


def handed_on(agent: Agent) -> bytes:
    return agent.add(Moment(agent.step("call", name="ExitPlanMode", action="plan", failure="dismissed")))


green, red = ran("pytest -q", GREEN), ran("pytest -q | tail -1", RED)
commit = ran("git add -A && git commit -m Ours", COMMITTED)

UNPROVED = [
    ("an empty session", Agent()),
    ("only words", an_agent(replied("Done, all tests pass!"))),
    ("an edit and the agent's own word for it", an_agent(edit, replied("Done. Everything works, 12 tests passed."))),
    ("words about what is wanted", an_agent(edit, said("thanks to the new parser we now need a test for it"))),
    ("tests before the edit", an_agent(green, edit)),
    ("a commit before the edit", an_agent(edit, commit, edit)),
    ("a commit that failed", an_agent(edit, ran("git commit -m x", "pre-commit hook failed", 1))),
    (
        "a commit of which nothing came",
        an_agent(edit, ran("git commit -m x", "nothing to commit, working tree clean", 1)),
    ),
    ("output that cannot be read", an_agent(edit, ran("./check.sh", "ok"))),
    ("red tests that a pipe masks: they may have been red before", an_agent(edit, red)),
    ("red after it was green", an_agent(edit, green, red)),
    ("red after it was accepted", an_agent(edit, said("perfect, thanks!"), red)),
    ("an offer", an_agent(edit, replied("The parser is in. Let me know if you want the tests, too."))),
    (
        "a promise that was kept",
        an_agent(edit, replied("Now let me run it."), ran("./check.sh", "ok"), replied("Done.")),
    ),
    (
        "stopped by mistake",
        an_agent(edit, mark("interrupt"), said("sorry, accidentally stopped you, continue"), replied("I go on.")),
    ),
    ("a plan that goes on in a new session", an_agent(edit, handed_on, mark("interrupt"))),
    ("a list of things to do is no plan", an_agent(edit, todo)),
    ("one tool call in a session", an_agent(ran("ls", "a.py"))),
    ("another language, no known word", an_agent(edit, said("Und wie ist das mit der zweiten Datei gedacht?"))),
]


@pytest.mark.parametrize("agent", [row[1] for row in UNPROVED], ids=[row[0] for row in UNPROVED])
def test_what_nothing_proves_is_unknown(agent: Agent) -> None:
    """No answer is made from the agent's own claim, from intent, or from what came before the work."""
    assert answer_for_session(judge_session(agent.story), "completed").answer is Answer.UNKNOWN


COMPLETED = [
    ("committed", an_agent(edit, commit), Answer.YES, "commit"),
    ("green tests", an_agent(edit, green), Answer.YES, "test-green-by-summary"),
    ("green behind a pipe", an_agent(edit, ran("pytest | tail -1", GREEN)), Answer.YES, "test-green-by-summary"),
    ("red, then green", an_agent(edit, red, green), Answer.YES, "test-green-by-summary"),
    ("red, then committed all the same", an_agent(edit, red, commit), Answer.YES, "commit"),
    ("accepted", an_agent(edit, said("perfect, thanks!")), Answer.YES, "accepted"),
    ("accepted in French", an_agent(edit, said("merci, parfait")), Answer.YES, "accepted"),
    ("accepted in Chinese", an_agent(edit, said("很好，谢谢")), Answer.YES, "accepted"),  # noqa: RUF001
    ("asked to commit", an_agent(edit, said("commit this")), Answer.YES, "delivered"),
    (
        "a pull request",
        an_agent(edit, ran("gh pr create --fill", "https://git.example.test/pull/3")),
        Answer.YES,
        "pull-request",
    ),
    ("a pull request that the log marks", an_agent(edit, mark("pull-request")), Answer.YES, "pull-request"),
    ("interrupted", an_agent(edit, mark("interrupt")), Answer.NO, "interrupted"),
    (
        "a promise and no act",
        an_agent(edit, replied("The parser is in. Now let me run the tests.")),
        Answer.NO,
        "promised",
    ),
    (
        "broken off",
        an_agent(edit, replied("The parser is in. What is left is the following:")),
        Answer.NO,
        "broken-off",
    ),
    ("green, then a promise", an_agent(edit, green, replied("Now I'll update the docs")), Answer.NO, "promised"),
    ("a plan and no more", an_agent(edit, plan, mark("interrupt")), Answer.NO, "ends-in-plan"),
    ("ended by the service", an_agent(edit, mark("api-error")), Answer.NO, "api-error"),
    ("taken back", an_agent(edit, said("undo that"), ran("git checkout -- a.py", "")), Answer.NO, "rolled-back"),
    (
        "accepted, then taken back",
        an_agent(edit, said("great"), said("no, undo it"), ran("git restore a.py", "")),
        Answer.NO,
        "rolled-back",
    ),
]


@pytest.mark.parametrize(("agent", "answer", "why"), [row[1:] for row in COMPLETED], ids=[row[0] for row in COMPLETED])
def test_the_last_proof_counts(agent: Agent, answer: Answer, why: str) -> None:
    """Each with the slug of what proves it, and the events."""
    found = answer_for_session(judge_session(agent.story), "completed")

    assert (found.answer, found.why) == (answer, why)
    assert found.proof
    assert 0.5 <= found.confidence < 1


def test_an_interrupt_after_the_work_is_no_end_of_it() -> None:
    """A person who leaves with an interrupt did not stop the work."""
    agent = an_agent(edit, green, replied("Done."), said("exit"), mark("interrupt"))

    assert answer_for_session(judge_session(agent.story), "completed").answer is Answer.YES


def test_words_that_correct_end_the_task_unfinished() -> None:
    """Where nothing was done about them."""
    agent = an_agent(edit, green, said("no, that is wrong, it must count to three"))
    prompt = agent.moments[-1].step.uid
    given = [Correction(prompt=prompt, why="words", confidence=0.8, calls=(agent.moments[1].step.uid,))]

    (task,) = judge_session(agent.story, corrections=given).tasks

    assert (task.completed.answer, task.completed.why) == (Answer.NO, "ends-corrected")
    assert (task.corrected.answer, task.corrected.proof) == (Answer.YES, (prompt.hex(),))
    assert task.first_pass is Answer.NO


def test_a_task_is_what_was_asked_with_its_corrections_and_acceptance() -> None:
    """What is asked for next is another task."""
    agent = an_agent(edit, said("yes, go on"), edit, said("commit it"), commit)
    agent.says("now write the documentation for the second module")
    agent.edits("b.md", "words\n")

    first, second = judge_session(agent.story, corrections=()).tasks

    assert (first.edits, first.files, first.completed.why) == (2, ("a.py",), "commit")
    assert (second.edits, second.files, second.completed.answer) == (1, ("b.md",), Answer.UNKNOWN)


def test_a_later_edit_of_a_document_does_not_hide_green_tests() -> None:
    """No test says anything about it."""
    agent = an_agent(edit, green)
    agent.edits("CHANGELOG.md", "more\n")

    assert answer_for_session(judge_session(agent.story), "tests").answer is Answer.YES


def test_output_fetched_later_belongs_to_its_command() -> None:
    """As by agents that wait for a command with another tool."""
    agent = an_agent(edit)
    agent.runs("go test ./...", "")
    agent.moments[-1] = agent.moments[-1]._replace(exit_code=None)
    step = agent.step("call", name="write_stdin", action="other")
    agent.add(agent.moments[-1]._replace(step=step, command="", text="ok  \texample.test/a\t0.2s", exit_code=0))

    assert answer_for_session(judge_session(agent.story), "tests").answer is Answer.YES


def test_refusals_are_facts_where_a_person_was_there() -> None:
    """Nobody refuses where a program asks."""
    refused = an_agent(edit, lambda agent: agent.is_refused())
    alone = Agent()
    alone.says("do it", "sdk")
    alone.edits("a.py", "x\n")

    assert answer_for_session(judge_session(refused.story), "rejected").why == "rejected-with-words"
    assert answer_for_session(judge_session(an_agent(edit).story), "rejected").answer is Answer.NO
    assert answer_for_session(judge_session(alone.story), "rejected").answer is Answer.UNKNOWN


def test_nothing_was_corrected_only_where_somebody_could_have() -> None:
    """A person must have spoken after the work."""
    silent, spoke = an_agent(edit), an_agent(edit, said("what does the second function do with an empty list?"))

    assert answer_for_session(judge_session(silent.story), "corrected").answer is Answer.UNKNOWN
    assert answer_for_session(judge_session(spoke.story, corrections=()), "corrected").answer is Answer.NO


MAYBE: list[tuple[str, Callable[[Agent], object]]] = [
    ("a refused call", lambda agent: agent.is_refused()),
    ("a stop", mark("interrupt")),
]


@pytest.mark.parametrize("act", [row[1] for row in MAYBE], ids=[row[0] for row in MAYBE])
def test_a_refusal_or_a_stop_leaves_it_unknown_whether_work_was_corrected(act: Callable[[Agent], object]) -> None:
    """No words that object were found, but who stops an agent seldom does it without a reason."""
    agent = an_agent(edit, act, said("what does the second function do with an empty list?"))

    found = answer_for_session(judge_session(agent.story, corrections=()), "corrected")

    assert (found.answer, found.why) == (Answer.UNKNOWN, "maybe-corrected")


@pytest.mark.parametrize(("turns", "expected"), [(1, Answer.NO), (3, Answer.NO), (4, Answer.UNKNOWN)])
def test_the_more_was_said_the_less_sure_it_is_that_nothing_was_objected_to(turns: int, expected: Answer) -> None:
    """Each turn that was looked at may hide an objection."""
    agent = an_agent(edit, *[said(f"what does function number {number} do with its list?") for number in range(turns)])

    assert answer_for_session(judge_session(agent.story, corrections=()), "corrected").answer is expected


def test_a_complaint_that_nothing_was_changed_about_ends_the_work_unfinished() -> None:
    """To look around is no answer to it; to change something may be one."""
    agent = an_agent(edit, green, said("no, that is wrong, it must count to three"))
    prompt = agent.moments[-1].step.uid
    given = [Correction(prompt=prompt, why="words", confidence=0.8, calls=(agent.moments[1].step.uid,))]
    agent.runs("ls", "a.py")
    looked = judge_session(agent.story, corrections=given)
    edit(agent)
    changed = judge_session(agent.story, corrections=given)

    assert answer_for_session(looked, "completed").why == "ends-corrected"
    assert answer_for_session(changed, "completed").answer is Answer.UNKNOWN


def test_first_pass_and_cycles() -> None:
    """Work that had to be done again is no first pass, and each new edit of its lines is a cycle."""
    agent = an_agent(edit, red, edit, green, commit)

    (task,) = judge_session(agent.story).tasks

    assert task.regeneration_cycles == 1
    assert task.first_pass is Answer.YES  # red on the way is work; after it was said to be done it would not be


def test_survival_is_weighed_by_lines() -> None:
    """Shares of calls, by how many lines each added."""
    agent = an_agent()
    small, large = agent.edits("a.py", "x\n"), agent.edits("b.py", "1\n2\n3\n")

    (task,) = judge_session(agent.story, survival={small: 0.0, large: 1.0}).tasks

    assert task.survival == 0.75
    assert task.survived.answer is Answer.YES


def test_a_session_without_work_tells_of_all_its_tasks() -> None:
    """Where some changed files only these tell."""
    assert len(tasks_with_edits(judge_session(an_agent(replied("yes")).story))) == 1
    assert tasks_with_edits(judge_session(an_agent(edit, said("and why?"), replied("so")).story))[0].edits == 1


def test_a_session_of_many_days_is_judged_task_by_task() -> None:
    """Each with its own proof; what 50,000 events cost stands in the benchmark."""
    agent = Agent(whole_texts=False)
    for number in range(200):
        agent.says(f"change number {number} of the long list")
        agent.edits(f"src/{number % 10}.py", f"{number}\n")
        agent.runs("git add -A && git commit -m x", COMMITTED)
        agent.replies("done")

    found = judge_session(agent.story, corrections=()).tasks

    assert [task.completed.proof[0] for task in found] == [moment.step.uid.hex() for moment in agent.moments[2::4]]


REVERTED = [
    ("another commit", {"9" * 40: "8" * 40}, Answer.NO, "nothing-taken-back"),
    ("its own", {"1a2b3c4" + "0" * 33: "8" * 40}, Answer.YES, "commit-reverted"),
]


@pytest.mark.parametrize(
    ("reverted", "expected", "why"), [row[1:] for row in REVERTED], ids=[row[0] for row in REVERTED]
)
def test_a_commit_taken_back_long_after_the_session_is_rolled_back_work(
    reverted: dict[str, str], expected: Answer, why: str
) -> None:
    """The log cannot tell it, later commits do."""
    outcome = answer_for_session(judge_session(an_agent(edit, commit).story, reverted=reverted), "rolled_back")

    assert (outcome.answer, outcome.why) == (expected, why)


DOUBTS = [("sure enough", 0.7, Answer.YES), ("not sure enough", 0.6, Answer.UNKNOWN)]


@pytest.mark.parametrize(("confidence", "expected"), [row[1:] for row in DOUBTS], ids=[row[0] for row in DOUBTS])
def test_a_doubtful_correction_leaves_it_unknown(confidence: float, expected: Answer) -> None:
    """An answer that is not sure enough is none, neither yes nor no."""
    agent = an_agent()
    call = edit(agent)
    prompt = agent.says("hm, and the other one")
    edit(agent)
    found = Correction(prompt=prompt, why="words", confidence=confidence, calls=(call,))

    assert answer_for_session(judge_session(agent.story, corrections=[found]), "corrected").answer is expected


LINTED = ran("ruff check .", "All checks passed!")
BUILT = ran("go build ./...", "./a.go:3:2: undefined: x", 1)


def test_without_a_test_there_is_no_green() -> None:
    """A linter that is content proves that the work was checked, not that tests passed; a red build is no red test."""
    linted, built = judge_session(an_agent(edit, LINTED).story), judge_session(an_agent(edit, BUILT).story)
    both = judge_session(an_agent(edit, green, LINTED).story)

    assert [answer_for_session(one, "tests").answer for one in (linted, built, both)] == [
        Answer.UNKNOWN,
        Answer.UNKNOWN,
        Answer.YES,
    ]
    assert [one.tasks[0].completed.why for one in (linted, built)] == ["lint-green-by-summary", "build-red-by-lines"]
    assert built.tasks[0].first_pass is Answer.NO


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        ("now write the page on shipping, please", (Answer.NO, "interrupted")),
        ("sorry, wrong key", (Answer.UNKNOWN, "")),
        ("continue", (Answer.UNKNOWN, "")),
    ],
)
def test_work_that_was_stopped_for_another_wish_was_not_completed(wish: str, expected: tuple[Answer, str]) -> None:
    """A slip, or a stop after which it goes on, proves nothing."""

    def other(agent: Agent) -> bytes:
        return agent.edits("b.py", "another\n")

    agent = an_agent(edit, mark("interrupt"), said(wish), other, replied("It is there."))
    found = judge_session(agent.story).tasks[0].completed

    assert (found.answer, found.why) == expected


# judgement.outcomes.rated_work: a person's word is what became of the work, and no more than that.

Given = dict[int | None, int]
"""Numbers by the place of the prompt among all; None: of the session."""


def judge(agent: Agent, given: Given) -> SessionResult:
    story = agent.story
    prompts = [one.step.uid for one in story.moments if one.step.kind == "prompt"]
    said = [
        Rating(
            kind=ids.SESSION if place is None else ids.CHAT,
            uid=story.session if place is None else prompts[place],
            value=value,
            at=BEGUN,
            session=story.session,
        )
        for place, value in given.items()
    ]
    facts = gather_evidence(story)
    return apply_ratings(facts, judge_evidence(facts), Ratings({(one.kind, one.uid): one for one in said}))


ONE = an_agent(edit)
DONE = an_agent(edit, commit)
CONTINUED = an_agent(edit, said("go on"), edit)
TWO = an_agent(edit, commit, said("Now write the page about it, with a table of all of its options"), edit)

TASKS: list[tuple[str, Agent, Given, list[tuple[Answer, Answer]]]] = [
    ("nobody said anything", ONE, {}, [(Answer.UNKNOWN, Answer.UNKNOWN)]),
    ("good", ONE, {0: 5}, [(Answer.YES, Answer.YES)]),
    ("rather good", ONE, {0: 4}, [(Answer.YES, Answer.YES)]),
    ("neutral says nothing", ONE, {0: 3}, [(Answer.UNKNOWN, Answer.UNKNOWN)]),
    ("bad", ONE, {0: 1}, [(Answer.NO, Answer.NO)]),
    ("bad is surer than a commit", DONE, {0: 2}, [(Answer.NO, Answer.NO)]),
    ("the last word about a task counts", CONTINUED, {0: 1, 1: 5}, [(Answer.YES, Answer.YES)]),
    ("a word of the task's second chat", CONTINUED, {1: 1}, [(Answer.NO, Answer.NO)]),
    ("the session of one task is that task", ONE, {None: 5}, [(Answer.YES, Answer.YES)]),
    ("its own word first", ONE, {None: 1, 0: 5}, [(Answer.YES, Answer.YES)]),
    ("of several tasks that one", TWO, {1: 1}, [(Answer.YES, Answer.YES), (Answer.NO, Answer.NO)]),
    ("a session says nothing of one of two", TWO, {None: 1}, [(Answer.YES, Answer.YES), (Answer.UNKNOWN,) * 2]),
]


@pytest.mark.parametrize(
    ("agent", "given", "expected"), [row[1:] for row in TASKS], ids=[row[0].replace(" ", "-") for row in TASKS]
)
def test_a_word_is_what_became_of_the_task(agent: Agent, given: Given, expected: list[tuple[Answer, Answer]]) -> None:
    """Whether it is done, and right at first; the rest of the session stays as its evidence has it."""
    tasks = judge(agent, given).tasks

    assert [(task.completed.answer, task.first_pass) for task in tasks] == expected


def test_a_word_is_told_apart_and_certain() -> None:
    """It names the prompt, and that a person said it."""
    (task,) = judge(ONE, {0: 5}).tasks

    assert (task.completed.why, task.completed.confidence) == ("rated-good", 1.0)
    assert task.completed.proof == (ONE.story.moments[0].step.uid.hex(),)


def test_a_word_of_a_session_is_the_answer_for_it() -> None:
    """Whatever its last task came to."""
    result = judge(TWO, {None: 5, 1: 1})

    assert answer_for_session(result, "completed").why == "rated-good"
    assert answer_for_session(replace(result, rated=judge(TWO, {}).rated), "completed").why == "rated-bad"


def test_what_happened_is_not_talked_away() -> None:
    """Work that was taken back was, however good it is called; then it was not right at first either."""
    agent = an_agent(edit, green, said("undo that"), ran("git checkout -- a.py", ""))
    (task,) = judge(agent, {0: 5}).tasks

    assert (task.rolled_back.answer, task.completed.answer, task.first_pass) == (Answer.YES, Answer.YES, Answer.NO)
