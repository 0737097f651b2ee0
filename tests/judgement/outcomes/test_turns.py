"""judgement.outcomes.turns: where a turn begins, and what is in it."""

import tomllib
from datetime import UTC, datetime
from importlib import resources
from itertools import count
from typing import Any

import pytest

from twiceshy.base.values import Scrubbed
from twiceshy.judgement.outcomes.turns import SeenSign, Turn, TurnRole, TurnSign, group_turns, load_signs, split_turns
from twiceshy.records.stories import ChangedFile, Moment, Step, Story

NUMBERS = count(1)


def moment(
    kind: str, text: str = "", *, human: bool = False, more: dict[str, Any] | None = None, **step: Any
) -> Moment:
    number = next(NUMBERS)
    given = {"kind": kind, "uid": number.to_bytes(16, "big"), "run": None, "at": float(number)} | step
    return Moment(Step(**given), text=text, human=human, **more or {})


def said(text: str, kind: str = "typed", **step: Any) -> Moment:
    human = kind in ("typed", "queued", "command", "rejection")
    return moment("prompt", text, human=human, name=kind, **step)


def call(action: str = "run", *, changed: bool = False, **step: Any) -> Moment:
    one = ChangedFile(Scrubbed("a.py"), b"k" * 8, (b"a" * 8,), (), created=False, deleted=False, user_modified=False)
    return moment("call", more={"changed": (one,) if changed else ()}, action=action, **step)


def story(*moments: Moment) -> Story:
    at = datetime(2026, 5, 4, tzinfo=UTC)
    return Story(
        session=bytes(16),
        agent="codex",
        project=Scrubbed("p"),
        project_name="p",
        cwd=None,
        model="",
        first_at=at,
        last_at=at,
        real=True,
        moments=moments,
    )


NO_BOUNDARY = [
    ("a notification", said("the task is done", "notification")),
    ("a slash command alone", said("/compact", "bare-command")),
    ("a recap", said("so far", "summary")),
    ("a subagent's prompt", said("look for it", "subagent", run=b"subagent")),
    ("a program's prompt to a subagent", said("look for it", "sdk", run=b"subagent")),
    ("an interrupt", moment("mark", name="interrupt")),
    ("a compaction", moment("mark", name="compaction")),
    ("a reply", moment("reply", "done")),
]


@pytest.mark.parametrize("between", [row[1] for row in NO_BOUNDARY], ids=[row[0] for row in NO_BOUNDARY])
def test_what_nobody_asked_for_starts_no_turn(between: Moment) -> None:
    """Only a request starts a turn."""
    (turn,) = split_turns(story(said("do it"), call(), between, call()))

    assert len(turn.calls) == 2


@pytest.mark.parametrize("kind", ["typed", "queued", "command", "rejection", "plan", "sdk"])
def test_a_request_starts_a_turn(kind: str) -> None:
    """A human's words, a plan and a program's prompt each start one."""
    found = split_turns(story(said("do it"), call(), said("then this", kind), call("edit", changed=True)))

    assert [turn.words for turn in found] == ["do it", "then this"]
    assert [(turn.start, turn.end) for turn in found] == [(0, 2), (2, 4)]
    assert (kind not in ("plan", "sdk")) == found[1].human


def test_nothing_happened() -> None:
    """An empty story has no turns."""
    assert split_turns(story()) == ()


def test_work_before_the_first_prompt_is_a_turn_of_its_own() -> None:
    """What nobody is seen to have asked for is not lost."""
    found = split_turns(story(call(), said("and now")))

    assert [turn.prompt and turn.prompt.text for turn in found] == [None, "and now"]
    assert not found[0].human
    assert found[0].words == ""
    assert len(split_turns(story(call()))) == 1


def test_a_turn_tells_its_calls_edits_replies_and_interrupts_apart() -> None:
    """Each moment is found again under what it is; a failed edit is no edit."""
    edit, failed = call("edit", changed=True, run=b"subagent"), call("edit", changed=True, failure="error")
    refused, stop = call("run", failure="rejected"), moment("mark", name="interrupt")
    first, last = moment("reply", "let me see"), moment("reply", "done")
    (turn,) = split_turns(story(said("do it"), first, edit, failed, refused, last, stop))

    assert turn.calls == (edit, failed, refused)
    assert turn.edits == (edit,)
    assert turn.refusals == (refused,)
    assert turn.interrupts == (stop,)
    assert turn.last_reply == "done"
    assert [(edit, edit.changed[0])] == list(turn.changes)


def test_only_edits_and_commands_are_acting() -> None:
    """A turn that read and searched has done nothing that could be corrected."""
    assert not split_turns(story(said("why?"), call("read"), call("search")))[0].has_acted
    assert split_turns(story(said("do"), call("run")))[0].has_acted
    assert split_turns(story(said("do"), call("other", changed=True)))[0].has_acted
    assert split_turns(story(said("why?")))[0].last_reply == ""


# judgement.outcomes.turn_signs: the packaged table is whole, and each sign says where its points are from.

TREE: dict[str, Any] = tomllib.loads(
    resources.files("twiceshy.judgement.outcomes").joinpath("turn_signs.toml").read_text("utf-8")
)
SIGNS = [sign for signs in load_signs().groups.values() for sign in signs]


def test_every_sign_has_one_name() -> None:
    """So that nothing is lost where code asks for a sign by its name."""
    assert len(load_signs().by_slug) == len(SIGNS) > 70


@pytest.mark.parametrize("sign", SIGNS, ids=[sign.slug for sign in SIGNS])
def test_every_sign_names_its_fit(sign: TurnSign) -> None:
    """How the points were found, on how many turns, and when; a pattern never matches the empty text."""
    fit = TREE["fit"][sign.fit]

    assert {"kind", "how", "turns", "date"} <= fit.keys()
    assert (fit["kind"] == "fitted") == (fit["turns"] > 0)
    assert not sign.is_in("")


def test_line_breaks_are_no_part_of_a_pattern() -> None:
    """They are for the reader of the file; spaces within a line count."""
    assert not any("\n" in sign.pattern.pattern for sign in SIGNS)
    assert load_signs().by_slug["wait"].is_in("what the heck")


def test_case_counts_only_where_the_file_says_so() -> None:
    """A failure of a tool is in capitals; words of a person may be."""
    signs = load_signs().by_slug

    assert signs["shows-failure"].is_in("FAILED a.py")
    assert not signs["shows-failure"].is_in("failed a.py")
    assert signs["admits"].is_in("MY MISTAKE")
    assert signs["admits"].is_in("my mistake")


def test_a_sign_gives_its_points_or_none() -> None:
    """A sign that no words show gives none for any text."""
    signs = load_signs().by_slug

    assert signs["no"].find("no, stop") == ("no", 2.3, "no, stop")
    assert signs["no"].find("stop") is None
    assert signs["refused"].find("no, stop") is None


def test_more_points_are_a_greater_probability_and_never_more_than_one() -> None:
    """The curve rises, is half where its odds are even, and holds any number of points."""
    signs = load_signs()
    chances = [signs.compute_probability(points) for points in (-1e9, -5.0, 0.0, 5.0, 1e9)]

    assert chances == sorted(chances)
    assert chances[0] == pytest.approx(0.0)
    assert chances[-1] == pytest.approx(1.0)
    assert signs.compute_probability(-signs.intercept / signs.slope) == pytest.approx(0.5)


def test_what_counts_is_likelier_than_what_is_in_doubt() -> None:
    """Both are probabilities, and what counts is right more often than not."""
    signs = load_signs()

    assert 0 < signs.doubt < 0.5 < signs.counting < 1
    assert TREE["fit"][TREE["decision"]["fit"]]["turns"] > 0


CLAUSES = [
    ("that is fine. but it still fails on node.js 20! why", "still", "still fails on node.js 20"),
    ("undo", "undo", "undo"),
    ("still " + "very " * 40 + "slow", "still", "still very very very very very very very very very very…"),
    ("不对。还是报错", "objection-cjk", "不对"),
]


@pytest.mark.parametrize(("text", "slug", "words"), CLAUSES)
def test_a_seen_sign_keeps_the_words_from_it_to_the_end_of_the_clause(text: str, slug: str, words: str) -> None:
    """Enough to see why, never the whole prompt; a point inside a name ends nothing."""
    seen = load_signs().by_slug[slug].find(text)

    assert seen == SeenSign(slug, load_signs().by_slug[slug].points, words)
    assert load_signs().by_slug[slug].find("a plain text") is None


# judgement.outcomes.task_groups: which turns are one task.

TEST_TASK_GROUPS_NUMBERS = count(1)


def edit() -> Moment:
    changed = ChangedFile(
        path=Scrubbed("a.py"), path_key=b"a", added=(), removed=(), created=False, deleted=False, user_modified=False
    )
    step = Step(
        kind="call", uid=next(TEST_TASK_GROUPS_NUMBERS).to_bytes(8, "big"), run=None, name="Edit", action="edit"
    )
    return Moment(step, changed=(changed,))


def turn(words: str | None, *calls: Moment, kind: str = "typed", human: bool = True) -> Turn:
    """One turn; without words it has no prompt."""
    step = Step(kind="prompt", uid=next(TEST_TASK_GROUPS_NUMBERS).to_bytes(8, "big"), run=None, name=kind)
    prompt = None if words is None else Moment(step, text=words, human=human)
    start = next(TEST_TASK_GROUPS_NUMBERS)
    return Turn(prompt=prompt, start=start, end=start + 1, calls=calls, replies=(), interrupts=())


def roles(*turns: Turn, correcting: tuple[bytes, ...] = ()) -> list[list[TurnRole]]:
    return [group.roles for group in group_turns(turns, correcting)]


SECOND = [
    ("go on", TurnRole.GO_ON),
    ("continue with the rest", TurnRole.GO_ON),
    ("2)", TurnRole.GO_ON),
    ("thanks, looks good", TurnRole.ACCEPTS),
    ("ok great", TurnRole.ACCEPTS),
    ("commit this", TurnRole.DELIVERS),
    ("please open a PR", TurnRole.DELIVERS),
    ("fine. " + "x" * 60 + " now push", TurnRole.DELIVERS),
]


@pytest.mark.parametrize(("words", "role"), SECOND)
def test_words_that_go_on_accept_or_deliver_belong_to_the_task_before(words: str, role: TurnRole) -> None:
    """Both turns are one task, whatever the second does."""
    assert roles(turn("add a page", edit()), turn(words, edit())) == [[TurnRole.NEW, role]]


OTHERS = [
    "add the export too",
    "thanks, but the header is wrong",
    "thanks to the new parser, add the other page",
    "don't commit, write the test",
    "write the test that we spoke of in the morning, then look at all pages again and push",
    "continue" + " and then write the tests of each module" * 3,
    "write all tests. " + "x" * 240 + " commit",
]


@pytest.mark.parametrize("words", OTHERS)
def test_other_words_start_a_task(words: str) -> None:
    """Also where a yes goes on to object, a delivery is ruled out or comes last, or the words say more."""
    assert roles(turn("add a page", edit()), turn(words, edit())) == [[TurnRole.NEW], [TurnRole.NEW]]


def test_a_correction_belongs_to_what_it_corrects() -> None:
    """Whatever its words are."""
    second = turn("add the export too", edit())
    assert second.prompt is not None

    assert roles(turn("add a page", edit()), second, correcting=(second.prompt.step.uid,)) == [
        [TurnRole.NEW, TurnRole.CORRECTS]
    ]


@pytest.mark.parametrize("kind", ["queued", "rejection"])
def test_words_that_were_queued_or_refuse_go_on(kind: str) -> None:
    """They were said while the agent worked."""
    assert roles(turn("add a page", edit()), turn("the other header first", edit(), kind=kind)) == [
        [TurnRole.NEW, TurnRole.GO_ON]
    ]


def test_a_turn_that_did_nothing_belongs_to_the_work_before_it() -> None:
    """A question about it; where nothing was edited before, it is a task of its own."""
    assert roles(turn("add a page", edit()), turn("where is it?")) == [[TurnRole.NEW, TurnRole.NEW]]
    assert roles(turn("what is this?"), turn("where is it?")) == [[TurnRole.NEW], [TurnRole.NEW]]


def test_the_first_turn_and_what_no_person_said_start_a_task() -> None:
    """Even in words that would go on."""
    assert roles(turn("continue", edit())) == [[TurnRole.NEW]]
    assert roles(turn(None, edit()), turn("continue", edit(), human=False)) == [[TurnRole.NEW], [TurnRole.NEW]]


def test_a_group_spans_its_turns() -> None:
    """From the first moment of the first to the end of the last."""
    first, second = turn("add a page", edit()), turn("go on", edit())
    (group,) = group_turns([first, second])

    assert (group.start, group.end) == (first.start, second.end)


def test_where_every_prompt_is_queued_none_is_a_word_into_the_work() -> None:
    """Some clients put each prompt through their queue."""
    first, second = turn("add a page", edit(), kind="queued"), turn("write the tests", edit(), kind="queued")

    assert roles(first, second) == [[TurnRole.NEW], [TurnRole.NEW]]
    assert roles(turn("add a page", edit()), second) == [[TurnRole.NEW, TurnRole.GO_ON]]
