"""What is read from a folder of real logs, compared file by file with a catalog that somebody else counted.

``python -m benchmarks catalog FOLDER CATALOG.jsonl [--agent claude] [--show N]``: the catalog has one JSON object a
line with ``path`` (relative to the folder), ``agent`` and counts. A difference is
explained where one of these rules makes the numbers equal; the others are listed with both numbers:

- ``embedded``: the catalog counts the main dialogue; we also read subagents' dialogues inside ``progress`` records;
- ``sidechain``: prompts of a record with an ``agentId`` are a subagent's here;
- ``queue``: a prompt that waited in the queue is ``queued`` here; the catalog counts it where a user record repeats it;
- ``block``: the catalog passes over words that stand in a record beside a tool's result, behind an editor's note or as
  an image alone, and over records of other writers.

The rows of other agents were counted less closely:

- ``end of file``, ``records of a document``: a line behind the last newline, and lines of JSON, are counted there;
- ``not counted``: it has 0 for what is not named so (edits, compactions, messages of imitations);
- ``subagents``, ``commands``: an agent's prompts and bare commands are prompts there; ``results``: so is every result
  that the agent writes as a message of the user's side;
- ``searches``: those of the web and for tools are no calls there; ``malformed``: answers that the client refused are;
- ``status only``: only exit codes are errors there, not refused patches; ``refused too``: the other way round;
- ``calls``: it counts calls that edit, failed ones included, where we count the files that were changed;
- ``record and event``: a compaction that is logged twice counts twice there.
"""

import argparse
import json
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

from twiceshy.logs.base import Reader
from twiceshy.logs.readers import READERS
from twiceshy.records.events import Edit, Mark, MarkKind, Prompt, PromptKind, RawEvent, Session, ToolCall, ToolResult
from twiceshy.records.ingest import Cursor

AGENTS = {"claude": "claude-code", "copilot": "copilot-cli", "gemini": "gemini-cli"}
"""Where a catalog's word for an agent is not ours."""
SALT = bytes(32)
PIECE = 16 << 20
COUNTED_PROMPTS = (PromptKind.TYPED, PromptKind.PLAN, PromptKind.SDK)


class Counted:
    """What was read of one file; ``main`` counts without subagents' dialogues."""

    def __init__(self, reader: Reader, path: Path) -> None:
        self.calls: Counter[str] = Counter()
        self.main_calls: Counter[str] = Counter()
        self.counts: Counter[str] = Counter()
        self.main_counts: Counter[str] = Counter()
        self.real = True
        self.lines = 0
        self.exit_codes = 0
        """Results with an exit code other than 0."""
        self.changing: set[bytes] = set()
        """Calls that changed a file."""
        self.document = path.suffix != ".jsonl"
        cursor, done = Cursor(), False
        while not done:
            batch = reader.read(path, cursor, salt=SALT, limit_bytes=PIECE)
            cursor, done = batch.cursor, batch.done
            self.lines += batch.tally.lines
            for event in batch.events:
                self._count(event)

    def _count(self, event: RawEvent) -> None:
        if isinstance(event, Session):
            self.real = event.real
            return
        main = event.stamp.agent_run is None
        if isinstance(event, ToolCall):
            self.calls[event.tool] += 1
            self.main_calls[event.tool] += main
        if isinstance(event, ToolResult):
            self.exit_codes += bool(event.exit_code)
        elif isinstance(event, Edit):
            self.changing.add(event.call)
        name = counted_as(event)
        if name:
            self.counts[name] += 1
            self.main_counts[name] += main


def counted_as(event: RawEvent) -> str | None:
    """The name under which an event counts here."""
    if isinstance(event, Prompt):
        return "user_prompts" if event.kind in COUNTED_PROMPTS else event.kind
    if isinstance(event, ToolResult):
        return "tool_result_errors" if event.failure else None
    if isinstance(event, Edit):
        return "edits_with_patch"
    if isinstance(event, Mark) and event.kind is MarkKind.COMPACTION:
        return "compact_boundaries"
    return None


MEASURES: dict[str, Callable[[Counted], object]] = {
    "lines": lambda counted: counted.lines,
    "user_prompts": lambda counted: counted.counts["user_prompts"],
    "tool_use": lambda counted: +counted.calls,
    "tool_result_errors": lambda counted: counted.counts["tool_result_errors"],
    "edits_with_patch": lambda counted: counted.counts["edits_with_patch"],
    "compact_boundaries": lambda counted: counted.counts["compact_boundaries"],
    "real": lambda counted: counted.real,
}


def explained(measure: str, theirs: Any, counted: Counted) -> str | None:
    """The rule that makes both numbers equal."""
    if measure == "tool_use":
        return "embedded" if +counted.main_calls == theirs else None
    if measure == "user_prompts":
        missing = theirs - counted.counts["user_prompts"]
        if 0 < missing <= counted.counts[PromptKind.QUEUED]:
            return "queue"
        if missing == counted.counts[PromptKind.SUBAGENT]:
            return "sidechain"
        return "block" if missing < 0 else None
    if measure in counted.counts and theirs == counted.main_counts[measure]:
        return "embedded"
    return None


SEARCHES = {"web_search", "tool_search"}
PATCHES = "apply_patch"


def elsewhere(measure: str, theirs: Any, counted: Counted) -> str | None:  # noqa: PLR0911  # one rule a line
    """The rule that makes both numbers equal for the other agents, whose catalog rows count less closely."""
    counts = counted.counts
    if measure == "lines":
        return "records of a document" if counted.document else "end of file" if theirs == counted.lines + 1 else None
    if not theirs and theirs is not False:
        return "not counted"
    if measure == "tool_use":
        bare = {tool: count for tool, count in counted.calls.items() if tool not in SEARCHES}
        if bare == theirs:
            return "searches"
        return "malformed" if theirs.get("bash", 0) - counted.calls["bash"] == counts[PromptKind.META] else None
    if measure == "user_prompts":
        return prompts_elsewhere(theirs, counted)
    if measure == "tool_result_errors":
        ours = counts[measure]
        return "status only" if theirs == counted.exit_codes else "refused too" if theirs < ours else None
    if measure == "compact_boundaries":
        return "record and event" if theirs == 2 * counts[measure] else None
    if measure == "edits_with_patch":
        return "calls" if theirs in (counted.calls[PATCHES], len(counted.changing)) else None
    return "other projects' tests" if measure == "real" and theirs is False else None


def prompts_elsewhere(theirs: int, counted: Counted) -> str | None:
    """The same for prompts."""
    counts = counted.counts
    ours = counts["user_prompts"]
    if theirs == ours + counts[PromptKind.SUBAGENT]:
        return "subagents"
    if theirs == ours + counts[PromptKind.BARE_COMMAND]:
        return "commands"
    return "results" if theirs >= counted.calls["bash"] and counted.document else None


def main(argv: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="benchmarks catalog", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("catalog", type=Path)
    parser.add_argument("--agent", default="claude", help="as the catalog calls it")
    parser.add_argument("--show", type=int, default=10, help="unexplained differences listed for each measure")
    args = parser.parse_args(argv)
    reader = READERS[AGENTS.get(args.agent, args.agent)]
    rows = [json.loads(line) for line in args.catalog.read_text().splitlines()]
    rows = [row for row in rows if row["agent"] == args.agent]
    rule_of = explained if args.agent == "claude" else elsewhere
    equal: Counter[str] = Counter()
    rules: dict[str, Counter[str]] = defaultdict(Counter)
    open_ones: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        counted = Counted(reader, args.folder / row["path"])
        for measure, of in MEASURES.items():
            ours, theirs = of(counted), row.get(measure)
            if ours == theirs:
                equal[measure] += 1
            elif rule := rule_of(measure, theirs, counted):
                rules[measure][rule] += 1
            else:
                open_ones[measure].append(f"{row['path']}: catalog {theirs}, here {ours}")
    print(f"{len(rows)} files")
    for measure in MEASURES:
        told = ", ".join(f"{count} {rule}" for rule, count in rules[measure].items()) or "none"
        print(f"{measure:20} equal {equal[measure]:4}   explained: {told}   open: {len(open_ones[measure])}")
        for line in open_ones[measure][: args.show]:
            print(f"    {line}")
