"""Parts of a session that a model can learn as a whole dialogue."""

from typing import Any

import pytest

from twiceshy.base.values import Scrubbed
from twiceshy.records.chats import DoneCall, SaidPrompt, SaidReply, SeenMark, WholeSession
from twiceshy.records.outcomes import Answer, Outcome, SessionResult, Task
from twiceshy_data.dataset.dialogues import LearnedPart, find_dialogues

GOOD = Outcome(answer=Answer.YES, confidence=0.95, why="commit")
ASKED, DONE = Scrubbed("mend the sum"), Scrubbed("It adds them up.")


def says(rank: int, text: str = ASKED, kind: str = "typed", run: bytes | None = None) -> SaidPrompt:
    return SaidPrompt(bytes([rank]), rank, None, run, kind, kind == "typed", Scrubbed(text), Scrubbed(text))


def replies(rank: int, text: str = DONE, *, thinking: bool = False, run: bytes | None = None) -> SaidReply:
    return SaidReply(rank, None, run, thinking, Scrubbed("m"), Scrubbed(text))


def calls(rank: int, **more: Any) -> DoneCall:
    words = dict.fromkeys(("about", "given", "text", "brief"), Scrubbed("x"))
    values: dict[str, Any] = {"uid": bytes([rank]), "rank": rank, "at": None, "run": None, "tool": "Edit"}
    return DoneCall(**(values | words | {"action": "edit"} | more))


def marks(rank: int, kind: str) -> SeenMark:
    return SeenMark(rank, None, None, kind)


def task(prompt: int, completed: Outcome = GOOD) -> Task:
    return Task(
        prompt=bytes([prompt]),
        description="",
        started_at=None,
        ended_at=None,
        calls=1,
        edits=1,
        files=(),
        completed=completed,
    )


def find(
    *events: SaidPrompt | SaidReply | DoneCall | SeenMark, tasks: tuple[Task, ...] = (task(1),)
) -> list[LearnedPart]:
    log = WholeSession(
        uid=b"s",
        agent="codex",
        project=Scrubbed("root:1"),
        project_name="web",
        cwd=None,
        branch=None,
        title=None,
        real=True,
        first_at=None,
        last_at=None,
        prompts=tuple(one for one in events if isinstance(one, SaidPrompt)),
        replies=tuple(one for one in events if isinstance(one, SaidReply)),
        calls=tuple(one for one in events if isinstance(one, DoneCall)),
        marks=tuple(one for one in events if isinstance(one, SeenMark)),
        tokens=(),
    )
    return list(find_dialogues(log, SessionResult(session=b"s", tasks=tasks), {b"\2": '{"path":"a.py"}'}))


def test_a_part_reads_as_it_was_said_and_done() -> None:
    """A call stands with the words before it, and its whole input; what came back follows."""
    (part,) = find(says(1), replies(2, "I look."), calls(2), replies(4))

    assert part.messages == (
        {"role": "user", "content": "mend the sum"},
        {
            "role": "assistant",
            "content": 'I look.\n\n<tool_call>\n{"name": "Edit", "arguments": {"path":"a.py"}}\n</tool_call>',
        },
        {"role": "tool", "content": "x"},
        {"role": "assistant", "content": "It adds them up."},
    )
    assert (part.confidence, part.evidence) == (0.95, ("commit",))


def test_thinking_and_subagents_are_left_out() -> None:
    """They are no part of what a person saw."""
    (part,) = find(
        says(1), replies(2, thinking=True), says(3, run=b"r", kind="subagent"), calls(4, run=b"r"), replies(5)
    )

    assert [one["role"] for one in part.messages] == ["user", "assistant"]


def test_prompts_of_good_tasks_that_follow_each_other_are_one_part() -> None:
    """Also those that only go on with a task."""
    (part,) = find(says(1), replies(2), says(3), replies(4), says(5), replies(6), tasks=(task(1), task(5)))

    assert [one.rank for one in part.prompts] == [1, 3, 5]


@pytest.mark.parametrize(
    ("why", "between"),
    [
        ("not known to be good", (replies(4),)),
        ("made shorter", (marks(4, "compaction"), replies(5))),
        ("stopped", (replies(4), marks(5, "interrupt"))),
        ("refused", (calls(4, failure="rejected"), replies(5))),
        ("without last words", (calls(4),)),
    ],
)
def test_a_part_ends_where_work_is_not_good_or_its_text_not_whole(
    why: str, between: tuple[SaidReply | DoneCall | SeenMark, ...]
) -> None:
    """What follows is a part of its own."""
    middle = task(3, Outcome(answer=Answer.UNKNOWN)) if why == "not known to be good" else task(3)
    parts = find(says(1), replies(2), says(3), *between, says(8), replies(9), tasks=(task(1), middle, task(8)))

    assert [[one.rank for one in part.prompts] for part in parts] == [[1], [8]], why


def test_a_session_without_good_work_gives_nothing() -> None:
    """Nor an empty one."""
    assert find(says(1), replies(2), tasks=()) == []
    assert find() == []
