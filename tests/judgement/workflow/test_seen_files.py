"""judgement.workflow.seen_files: what a dialogue has seen, and what it no longer has."""

from typing import Any

import pytest
from tests.judgement.outcomes.workflow.sessions import RUN, edit, read, run, step

from twiceshy.judgement.workflow.seen_files import ProjectPaths, SeenFiles, find_edited_files
from twiceshy.records.stories import Step

UNREAD = {"failure": "error", "message": "File has not been read yet. Read it first before writing to it."}


def watch(steps: list[Step]) -> SeenFiles:
    sight = SeenFiles(ProjectPaths("/p", "/p"))
    for one in steps:
        if one.kind == "call":
            sight.observe_call(one, find_edited_files(one, sight.names))
        else:
            sight.observe_mark(one)
    return sight


def mark(name: str, **more: Any) -> Step:
    return step("mark", name=name, **more)


NOT_SEEN: list[tuple[str, list[Step]]] = [
    ("nothing happened", []),
    ("the read failed", [read("src/a.py", failure="error", message="File does not exist.")]),
    ("only a subagent read it", [read("src/a.py", run=RUN)]),
    ("read before a compaction", [read("src/a.py"), mark("compaction")]),
    ("shown before a compaction", [run("cat src/a.py"), mark("compaction")]),
    ("the client says that it was not read", [read("src/a.py"), edit("src/a.py", **UNREAD)]),
]


@pytest.mark.parametrize("steps", [row[1] for row in NOT_SEEN], ids=[row[0] for row in NOT_SEEN])
def test_a_file_is_not_seen(steps: list[Step]) -> None:
    """What failed, what another dialogue read and what was compacted away does not count."""
    assert not watch(steps).has_seen(None, "src/a.py")


SEEN: list[tuple[str, list[Step]]] = [
    ("read", [read("src/a.py")]),
    ("read again after a compaction", [read("src/a.py"), mark("compaction"), read("src/a.py")]),
    ("an interrupt takes nothing away", [read("src/a.py"), mark("interrupt")]),
    ("read again after the client refused an edit", [edit("src/a.py", **UNREAD), read("src/a.py")]),
    ("a subagent was compacted", [read("src/a.py"), mark("compaction", run=RUN)]),
]


@pytest.mark.parametrize("steps", [row[1] for row in SEEN], ids=[row[0] for row in SEEN])
def test_a_file_is_seen(steps: list[Step]) -> None:
    """What the dialogue read and did not lose counts."""
    assert watch(steps).has_seen(None, "src/a.py")


def test_what_was_seen_before_a_compaction_is_lost_until_it_is_read_again() -> None:
    """Nobody can tell what the model still has of it, so it is neither seen nor unseen."""
    lost = [read("src/a.py"), mark("compaction")]

    assert watch(lost).has_lost(None, "src/a.py")
    assert not watch(lost).has_lost(None, "src/b.py")
    assert not watch([*lost, read("src/a.py")]).has_lost(None, "src/a.py")
    assert not watch([*lost, edit("src/a.py", **UNREAD)]).has_lost(None, "src/a.py")
