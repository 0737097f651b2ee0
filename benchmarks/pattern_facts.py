"""What the gate would have said about proposed edits: every stored edit's input given to the gate's own function.

``python -m benchmarks pattern_facts HOME [--draw]``, HOME being a filled data folder. An edit is a call that changes a
file, also one that then failed: the gate speaks before it. A fact is said once a session and rule. ``--draw`` shows
each with its line, to be read by eye: that is text of the logs, not to be kept anywhere.
"""

import argparse
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple

from twiceshy.facts.stats.intervals import wilson
from twiceshy.score.gate_search import find_faults
from twiceshy.store.db import Store
from twiceshy.surfaces.gate import decide, hook

AROUND = 6
CALLS = """SELECT s.uid, s.agent, c.action, c.input, c.body FROM call c JOIN session s ON s.id = c.session_id
WHERE c.action IN ('edit', 'write') AND s.real = 1 ORDER BY s.id, c.rank"""


class Proposed(NamedTuple):
    """An edit before it is made."""

    session: bytes
    agent: str
    action: str
    asked: dict[str, object]


def main(argv: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks pattern_facts", description=__doc__)
    parser.add_argument("home", type=Path)
    parser.add_argument("--draw", action="store_true")
    args = parser.parse_args(argv)
    with Store.open(args.home, readonly=True) as store:
        measured(list(proposed(store)), draw=args.draw)


def proposed(store: Store) -> Iterator[Proposed]:
    for session, agent, action, given, body in store.connection.execute(CALLS):
        asked = json.loads(given if body is None else store.body(body))
        yield Proposed(session, agent, action, asked if isinstance(asked, dict) else {})


def measured(edits: Sequence[Proposed], *, draw: bool) -> None:
    heard: set[tuple[bytes, str]] = set()
    rules: Counter[str] = Counter()
    looked: Counter[str] = Counter()
    again = speaking = 0
    for edit in edits:
        looked[edit.agent] += looked_at(edit)
        keys = decide.find_introduced(SimpleNamespace(asked=edit.asked, noted={"k": edit.action}))  # type: ignore[arg-type]  # what it reads of one
        new = {key[1:].decode() for key in keys} - {name for session, name in heard if session == edit.session}
        again += len(keys) - len(new)
        speaking += bool(new)
        for name in sorted(new):
            heard.add((edit.session, name))
            rules[name] += 1
            if draw:
                shown(edit, name, rules.total())
    share = wilson(speaking, len(edits))
    print(f"{len(edits)} edits, looked at {looked.total()}: {dict(looked)}")
    print(f"{rules.total()} facts in {len({session for session, _ in heard})} sessions, {again} more not said again")
    print(f"edits with one: {speaking}, of 100 {100 * speaking / len(edits):.2f}")
    print(f"  [{100 * share.low:.2f}, {100 * share.high:.2f}]; of 100 looked at {100 * speaking / looked.total():.2f}")
    print("rules:", ", ".join(f"{name} {count}" for name, count in rules.most_common()))


def looked_at(edit: Proposed) -> bool:
    """Whether the gate sees a new text in a language that it has rules for."""
    path = (hook.paths_of(edit.asked, edit.action) or [""])[0]
    new = hook.text_of(edit.asked, "new_string") or hook.text_of(edit.asked, "content")
    return path.rpartition(".")[2] in decide.LANGUAGES and bool(new)


def shown(edit: Proposed, name: str, number: int) -> None:
    path = hook.paths_of(edit.asked, edit.action)[0]
    text = hook.text_of(edit.asked, "new_string") or hook.text_of(edit.asked, "content")
    line = next(line for rule, line in find_faults(text, decide.LANGUAGES[path.rpartition(".")[2]]) if rule == name)
    print(f"\n#{number} {name} {edit.agent} {path}:{line}")
    for place, row in enumerate(text.split("\n")[max(0, line - 1 - AROUND) : line + AROUND], max(1, line - AROUND)):
        print("  >" if place == line else "   ", place, row[:200])
