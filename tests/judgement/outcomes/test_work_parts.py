"""Each commit has its own part of a session's work."""

import random
from collections.abc import Callable
from dataclasses import replace
from math import inf

import pytest
from tests.judgement.outcomes.agent import Agent
from wings.git.tests.predict.risk.invented_changes import START, a_change

from twiceshy.base.values import Scrubbed
from twiceshy.judgement.outcomes.work_parts import (
    FRESH_S,
    LinkedCommit,
    TimedStory,
    WorkSpan,
    cut_after_calls,
    cut_story,
    describe_work,
    divide_work,
    find_last_commit,
    find_waiting,
    find_writers,
    find_written_lines,
    split_lines,
    sum_up,
    take_part,
    time_story,
)
from twiceshy.records.commits import CommitFile, RawCommit, Touch
from twiceshy.records.stories import FetchedOutput, ModelTokens, Moment, Story, WorkPart


@pytest.mark.parametrize(
    ("commits", "spans"),
    [
        ([("a", 10, 10)], {"a": (-inf, 10)}),
        ([("a", 10, 10), ("b", 20, 20)], {"a": (-inf, 10), "b": (10, 20)}),
        ([("a", 10, 90), ("b", 20, 90)], {"a": (-inf, 20), "b": (10, 90)}),
        ([("a", 10, 15), ("b", 20, 20)], {"a": (-inf, 15), "b": (10, 20)}),
        ([("a", 10, 10), ("copy", 10, 50)], {"a": (-inf, 10), "copy": (-inf, 50)}),
    ],
    ids=["alone", "one-after-the-other", "rebased", "amended", "copied"],
)
def test_work_falls_between_the_commits_of_a_session(
    commits: list[tuple[str, float, float]], spans: dict[str, tuple[float, float]]
) -> None:
    """By the authors' clock, as a rebase makes no new work; never later than the commit itself."""
    assert divide_work(LinkedCommit(*one) for one in commits) == {name: WorkSpan(*span) for name, span in spans.items()}


def test_a_part_starts_after_the_commit_before_and_knows_what_was_before_it() -> None:
    """Files read for the first commit were read for the second one too."""
    agent = Agent()
    for name in ("a.py", "b.py", "c.py"):
        agent.edits(name, f"{name}\n")
    agent.moments = [one._replace(step=one.step._replace(done_at=one.step.at)) for one in agent.moments]
    tokens = [ModelTokens(at, "m", 1, 1) for at in (1.0, 2.0, 3.0, inf)]
    part = take_part(time_story(agent.story), WorkSpan(1.0, 2.0), tokens)

    assert (len(part.story.moments), part.start) == (2, 1)
    assert [one.at for one in part.tokens] == [2.0]
    assert find_written_lines(part) == {
        line for one in agent.moments[:2] for file in one.changed for line in file.added
    }


def test_lines_of_a_commit_are_told_apart() -> None:
    """The store keeps eight bytes of each, one after the other."""
    assert split_lines(b"aaaaaaaabbbbbbbbaaaaaaaa") == {b"a" * 8, b"b" * 8}


# A session can be seen as it was: what came later is not there, nor what became of calls that still ran.


def a_session() -> Agent:
    """A prompt at second 1, an edit at 2, tests at 3, an edit at 4; each result comes half a second later."""
    agent = Agent()
    agent.says("Please mend it.")
    agent.edits("a.py", "one\n")
    agent.runs("pytest", "1 failed in 0.1s", 1)
    agent.edits("a.py", "two\n")
    agent.moments = [
        one._replace(step=one.step._replace(done_at=(one.step.at or 0) + 0.5)) if one.step.kind == "call" else one
        for one in agent.moments
    ]
    return agent


@pytest.mark.parametrize(
    ("until", "seen"),
    [
        (0.5, []),
        (1.0, ["prompt"]),
        (2.2, ["prompt", "open"]),
        (2.5, ["prompt", "done"]),
        (3.1, ["prompt", "done", "open"]),
    ],
)
def test_a_call_is_known_from_its_start_and_its_result_once_it_came(until: float, seen: list[str]) -> None:
    """Between the two nobody knows how it ends."""
    story = a_session().story
    cut = cut_story(time_story(story), until)

    assert [name_state(one) for one in cut.moments] == seen


def name_state(moment: Moment) -> str:
    """Return what a moment shows."""
    if moment.step.kind != "call":
        return moment.step.kind
    return "done" if moment.changed or moment.text else "open"


def test_output_that_was_fetched_later_is_known_later() -> None:
    """A command that went on running is open until its last output."""
    story = a_session().story
    tests = story.moments[2].step.uid
    times = time_story(story, [FetchedOutput(tests, story.moments[3].step.uid, 9.0)]).times

    assert [one.known for one in times] == [1.0, 2.5, 9.0, 4.5]


def test_what_has_no_time_has_that_of_its_neighbours() -> None:
    """A result was there before the next thing happened; of the last one nobody knows."""
    story = a_session().story
    steps = [one.step._replace(done_at=None) for one in story.moments]
    steps[2] = steps[2]._replace(at=None)
    moments = [one._replace(step=step) for one, step in zip(story.moments, steps, strict=True)]

    timed = time_story(replace(story, moments=tuple(moments)))

    assert [tuple(one) for one in timed.times] == [(1, 1), (2, 2), (2, 4), (4, inf)]


def test_a_session_without_any_time_is_known_never() -> None:
    """Nothing says that it came before the change."""
    story = a_session().story
    moments = tuple(one._replace(step=one.step._replace(at=None, done_at=None)) for one in story.moments)

    assert {one.began for one in time_story(replace(story, moments=moments)).times} == {inf}


def test_a_subagents_calls_stand_where_they_were_made() -> None:
    """Its log may come behind its parent's."""
    story = a_session().story
    first, *others = story.moments
    timed = time_story(replace(story, moments=(*others, first)))

    assert timed.story == story
    assert [one.began for one in timed.times] == [1, 2, 3, 4]


@pytest.mark.parametrize(("calls", "left"), [(0, 1), (1, 2), (2, 3), (3, 4), (9, 4)])
def test_a_story_can_be_cut_after_so_many_calls(calls: int, left: int) -> None:
    """With the result of the last of them."""
    cut = cut_after_calls(a_session().story, calls)

    assert len(cut.moments) == left
    assert all(name_state(one) != "open" for one in cut.moments)


def test_output_fetched_by_a_later_call_is_not_known_before_it() -> None:
    """By the number of calls as by the clock."""
    story = a_session().story
    fetched = [FetchedOutput(story.moments[2].step.uid, story.moments[3].step.uid, 4.0)]

    assert name_state(cut_after_calls(story, 2, fetched).moments[2]) == "open"
    assert name_state(cut_after_calls(story, 3, fetched).moments[2]) == "done"


def test_a_story_cut_is_the_same_whatever_came_later() -> None:
    """Move the clock over every moment: what comes after it may be anything."""
    chance = random.Random(1)
    timed = time_story(a_session().story)
    for until in sorted({one for time in timed.times for one in time}):
        other = timed._replace(story=spoil(timed, until, chance))
        assert cut_story(other, until) == cut_story(timed, until)


def spoil(timed: TimedStory, until: float, chance: random.Random) -> Story:
    """Return the story with other words in all that was not known at ``until``."""
    noise = str(chance.random())
    moments = [
        one if time.known <= until else one._replace(text=noise, exit_code=7, changed=(), commit=noise)
        for one, time in zip(timed.story.moments, timed.times, strict=True)
    ]
    return replace(timed.story, moments=tuple(moments))


# The sessions whose work waits to be committed are told by their edits and their lines.

NOW = START.timestamp()
MINE, OTHER = b"mine", b"other"


def line(number: int) -> bytes:
    return bytes([number]) * 8


def staged(*lines: bytes) -> RawCommit:
    """A change of one file that gains these lines."""
    file = CommitFile(path="src/a.py", added=1, removed=0, added_hashes=b"".join(lines))
    return a_change(0, files=(file,)).commit


def edit(seconds: float, *lines: bytes, path: str = "src/a.py") -> Touch:
    """An edit so many seconds ago."""
    return Touch(NOW - seconds, b"call", Scrubbed(path), b"".join(lines))


def find(change: RawCommit, last_commit: float = inf, **touches: Touch) -> set[bytes]:
    """Who wrote it, where the file was last committed so many seconds ago."""
    committed = {"src/a.py": NOW - last_commit}
    return find_writers(change, NOW, {name.encode(): [one] for name, one in touches.items()}, committed)


def test_an_edit_after_the_last_commit_of_the_file_waits() -> None:
    """One before it was committed with it, one of another file or of last month is none, nor is one yet to come."""
    assert find(staged(), 100, mine=edit(50), other=edit(150)) == {MINE}
    assert find(staged(), mine=edit(50, path="/home/ann/web/src/a.py")) == {MINE}
    assert find(staged(), mine=edit(50, path="src/b.py"), other=edit(FRESH_S + 1)) == set()
    assert find(staged(line(1)), mine=edit(-1, line(1))) == set()


def test_whose_lines_are_in_it_counts_alone() -> None:
    """Another session that edited the file, too, wrote what is gone again."""
    assert find(staged(line(1), line(2)), mine=edit(50, line(2)), other=edit(60, line(3))) == {MINE}
    assert find(staged(line(1)), mine=edit(50, line(2)), other=edit(60, line(3))) == {MINE, OTHER}


def test_a_part_that_an_earlier_commit_left_out_is_known_by_its_lines() -> None:
    """Where an edit waits, the same line in an older one says nothing."""
    assert find(staged(line(1)), 100, mine=edit(150, line(1)), other=edit(160, line(3))) == {MINE}
    assert find(staged(line(1)), 100, mine=edit(150, line(1)), other=edit(50)) == {OTHER}


@pytest.mark.parametrize(
    ("committed", "last"),
    [
        ({}, -inf),
        ({"src/a.py": NOW - 100}, NOW - 100),
        ({"src/a.py": NOW - 100, "src/b.py": NOW - 20, "src/c.py": NOW - 10}, NOW - 20),
        ({"src/a.py": NOW - 300}, -inf),
        ({"src/a.py": NOW + 10}, -inf),
    ],
)
def test_the_last_commit_of_a_session_is_that_of_a_file_after_an_edit_of_it(
    committed: dict[str, float], last: float
) -> None:
    """A commit before the edit is another one's, and what comes later is not known."""
    touches = [edit(200), edit(50), edit(30, path="src/b.py")]

    assert find_last_commit(touches, committed, NOW) == last


def test_an_edit_waits_until_its_file_is_committed() -> None:
    """What an older commit holds, and what is too old, waits no more."""
    touches = [edit(200), edit(50), edit(30, path="src/b.py"), edit(900, path="src/c.py")]

    assert find_waiting(touches, {"src/a.py": NOW - 100, "src/b.py": NOW - 20}, NOW - 500) == {"src/a.py"}


# How an agent worked on a change is told in shares; what cannot be known is left out.


def read_and_test(agent: Agent) -> None:
    """A careful one."""
    agent.says("Please mend the sum in a.py")
    agent.reads("a.py")
    agent.edits("a.py", "one\ntwo\n")
    agent.runs("pytest -q", "3 passed in 0.1s")


def write_twice(agent: Agent) -> None:
    """Half of what is written is taken out again; the tests ran before that and their status is hidden."""
    agent.edits("a.py", "one\ntwo\n")
    agent.runs("pytest -q | tail -1", "1 failed in 0.1s")
    agent.edits("a.py", "one\nthree\n")


def get_lost(agent: Agent) -> None:
    """A summary took the place of the dialogue; an edit fails, and a person says no and stop."""
    agent.says("Go on")
    agent.files["a.py"] = "zero\n"
    agent.edits("a.py", "one\n")
    agent.marks("compaction")
    agent.edits("b.py", "two\n", failure="error")
    agent.is_refused("b.py")
    agent.marks("interrupt")


def write_notes(agent: Agent) -> None:
    """No test is asked for."""
    agent.edits("README.md", "one\n")


@pytest.mark.parametrize(
    ("work", "said"),
    [
        (
            read_and_test,
            {
                "agent_blind_edit_rate": 0.0,
                "agent_read_efficiency": 1.0,
                "searches_before_edit": 0.0,
                "tests_after_edit": 1.0,
                "last_tests_green": 1.0,
                "red_tests_rate": 0.0,
                "hidden_status_rate": 0.0,
                "prompt_words": 6.0,
                "user_engagement_rate": 1 / 3,
                "failed_call_rate": 0.0,
                "refusals_per_prompt": 0.0,
                "planned": 0.0,
                "tokens_read_per_line": None,
            },
        ),
        (
            write_twice,
            {
                "tests_after_edit": 0.0,
                "last_tests_green": None,
                "red_tests_rate": 1.0,
                "hidden_status_rate": 1.0,
                "churn_rate": 1 / 3,
                "reedit_rate": 1 / 2,
                "return_rate": 0.0,
                "prompt_words": None,
                "refusals_per_prompt": None,
            },
        ),
        (
            get_lost,
            {
                "agent_blind_edit_rate": 1.0,
                "failed_edit_rate": 1 / 2,
                "refusals_per_prompt": 1.0,
                "interrupts_per_prompt": 1.0,
                "edits_after_compaction": 1 / 2,
                "tests_after_edit": 0.0,
                "hidden_status_rate": None,
            },
        ),
        (write_notes, {"tests_after_edit": None, "churn_rate": 0.0}),
    ],
)
def test_work_is_told_in_shares(work: Callable[[Agent], None], said: dict[str, float | None]) -> None:
    """A share of nothing is not there: nobody takes it for 0."""
    agent = Agent()
    work(agent)
    found = describe_work(WorkPart(agent.story, 0))

    assert {name: found.get(name) for name in said} == {
        name: None if value is None else pytest.approx(value) for name, value in said.items()
    }


def test_tokens_are_told_by_line_changed() -> None:
    """Read and written."""
    agent = Agent()
    agent.edits("a.py", "one\ntwo\n")
    found = describe_work(WorkPart(agent.story, 0, [ModelTokens(1.0, "m", 50, 4), ModelTokens(1.0, "m", 50, 2)]))

    assert (found["tokens_read_per_line"], found["tokens_written_per_line"]) == (50, 3)


def test_a_part_counts_its_own_work_with_what_was_seen_before() -> None:
    """The file was read for the change before: this edit is not blind, and its tests are its own."""
    agent = Agent()
    read_and_test(agent)
    start = len(agent.moments)
    agent.edits("a.py", "one\nthree\n")
    found = describe_work(WorkPart(agent.story, start))

    assert (found["agent_blind_edit_rate"], found["tests_after_edit"]) == (0.0, 0.0)
    assert "red_tests_rate" not in found
    assert describe_work(WorkPart(agent.story, len(agent.moments))) == {}


def test_every_number_is_the_same_whatever_comes_after() -> None:
    """Move the clock over every moment: the work as known then is what a shorter log says."""
    agent = Agent()
    for work in (read_and_test, write_twice, get_lost):
        work(agent)
    agent.moments = [
        one._replace(step=one.step._replace(done_at=(one.step.at or 0) + 0.5)) if one.step.kind == "call" else one
        for one in agent.moments
    ]
    timed = time_story(agent.story)
    for until in [one.known for one in timed.times]:
        whole = take_part(timed, WorkSpan(2.0, until), [])
        alone = take_part(time_story(cut_story(timed, until)), WorkSpan(2.0, inf), [])
        assert describe_work(whole) == describe_work(alone)


def test_sessions_weigh_by_their_lines() -> None:
    """What one knows alone counts as it is."""
    assert sum_up([({"a": 1.0, "b": 0.5}, 3), ({"a": 0.0}, 1)]) == {"a": 0.75, "b": 0.5}
