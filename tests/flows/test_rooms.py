"""The sub-rooms of flows have an order, a use for each file, and room for a stranger to look around."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

FLOWS = Path(__file__).parents[2] / "src" / "twiceshy" / "flows"
ORDER = (
    "collect",
    "history",
    "judge",
    "score",
    "lessons",
    "predict",
    "messages",
    "risk",
    "sessions",
    "advise",
    "sync",
    "command",
    "authorship",
    "memory",
    "chunks",
    "share",
    "keep",
    "rows",
    "dataset",
    "adapters",
    "contribute",
    "learn",
    "setup",
    "look",
    "suggest",
    "pages",
    "serve",
    "shards",
    "fleet",
)
"""From low to high: a sub-room imports what stands before it, never what stands behind it."""
MOST_FILES = 12
HANDED_ON = {
    "shards/large_shards.py",
    "shards/merge_shards.py",
    "history/commit_diffs.py",
    "history/project_licences.py",
    "memory/commit_entries.py",
    "memory/link_entries.py",
    "memory/session_entries.py",
    "messages/message_curve.py",
    "messages/history_rows.py",
    "rows/row_exclusions.py",
    "share/forget_memory.py",
}
"""Recipes of which another sub-room makes one: each part says what goes into a memory, and `share` writes it; `keep`
forgets there too. What is excluded, under which licence a project is, and what a commit changed is asked
by all that makes data of rows; so is a history of messages. Which project a folder is, all ask. What works on a shard
is a room of its own, as it runs on other machines; `fleet` says what it is to do. `milestones` draws a
curve of whatever is learned, messages too."""
FILES = sorted(path for path in FLOWS.glob("*/*.py") if path.name != "__init__.py")


class FlowFile(NamedTuple):
    """A file of a sub-room."""

    room: str
    name: str


def imported_by(path: Path) -> Iterator[FlowFile]:
    """Yield the flows that a file imports anywhere in its text; a whole sub-room has no name."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("twiceshy.flows"):
            _, _, *parts = (node.module or "").split(".")
            for alias in node.names:
                room, name, *_ = [*parts, alias.name, ""]
                yield FlowFile(room, name)


def test_every_sub_room_has_its_place() -> None:
    """A new one is put into the order by whoever opens it."""
    assert sorted(ORDER) == sorted({path.parent.name for path in FILES})


def test_no_import_goes_against_the_order() -> None:
    """Imports inside functions count too."""
    against = [
        f"{path.parent.name}/{path.name} imports {one.room}.{one.name}"
        for path in FILES
        for one in imported_by(path)
        if ORDER.index(one.room) > ORDER.index(path.parent.name)
    ]

    assert against == []


def test_every_file_has_a_caller_that_counts() -> None:
    """A surface through the face, the learn recipe, or a recipe of its own sub-room; else it belongs elsewhere."""
    callers: defaultdict[FlowFile, set[str]] = defaultdict(set)
    for path in FLOWS.glob("*/*.py"):
        for one in imported_by(path):
            callers[one].add(path.parent.name)
    homeless = [
        f"{path.parent.name}/{path.name}"
        for path in FILES
        if not callers[FlowFile(path.parent.name, path.stem)] & {path.parent.name, "learn"}
    ]

    assert set(homeless) == HANDED_ON


def test_a_sub_room_can_be_looked_over() -> None:
    """More files than these are two sub-rooms."""
    counts = {room: sum(path.parent.name == room for path in FILES) for room in ORDER}

    assert {room: count for room, count in counts.items() if count > MOST_FILES} == {}
