"""judgement.outcomes.turns: where a turn begins, and what is in it."""

from datetime import UTC, datetime
from itertools import count
from typing import Any

import pytest

from twiceshy.base.values import Scrubbed
from twiceshy.judgement.outcomes.turns import split_turns
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
