"""How well errors are told apart: 440 labelled messages of tools of every kind, and traps among them.

``python -m benchmarks usage [--wrong]`` reads ``labels/usage_messages.tsv``: the label (two where both are right),
where the message is from (``ran``: made by running the tool; ``typed``: as the tool is known to say it; ``traps``), the
call and the message. They were labelled before the rules were written. A quarter of the tools, by a hash of their name,
was looked at while the rules were made; the figures are of the rest. Beside it stand two baselines: the most frequent
label, and the same rules without the call's input. ``cases/usage_traps.tsv`` and ``cases/usage_new_tools.tsv`` have
outputs with how their calls ended, and are measured with and without that end.

``python -m benchmarks usage HOME [--seed N]`` prints the steps that were learned from a data folder with real logs,
each kind once, in random order, to be read by eye; and how many of their validators a call that worked contradicts.
"""

import json
import random
import re
from collections import Counter
from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

from twiceshy.archive.db import Store
from twiceshy.archive.reads import stories
from twiceshy.base.values import Scrubbed
from twiceshy.lessons.call_complaints import CallEnd
from twiceshy.lessons.error_categories import classify_error
from twiceshy.lessons.occurrences import RawOccurrence
from twiceshy.lessons.recipes.learn_from_sessions import StoredCalls, read_successes
from twiceshy.lessons.usage_mistakes import can_refuse, find_usage_mistakes
from twiceshy.lessons.validators import filter_proven
from twiceshy.records.lessons import Lesson
from twiceshy.stats.intervals import wilson

ESCAPES = {"n": "\n", "t": "\t"}
LABELS = Path(__file__).parent / "labels" / "usage_messages.tsv"
TRAPS = Path(__file__).parent / "cases" / "usage_traps.tsv"
NEW_TOOLS = Path(__file__).parent / "cases" / "usage_new_tools.tsv"
USAGE = {"INCORRECT_PARAMETER", "PARAMETER_FORMAT", "MISSING_PREREQUISITE", "WORKFLOW_SEQUENCE"} | {
    "WRONG_TOOL_SELECTION",
    "MISSING_PARAMETER",
}
FLAGS = {"yes": True, "no": False, "-": None}


class Labelled(NamedTuple):
    """One message."""

    labels: tuple[str, ...]
    source: str
    call: str
    message: str
    end: CallEnd = CallEnd(failed=True)

    @property
    def tool(self) -> str:
        """Its first word."""
        return self.call.split()[0]

    @property
    def params(self) -> dict[str, object]:
        """The call's input."""
        _, _, rest = self.call.partition(" ")
        return json.loads(rest) if rest.startswith("{") else {"command": self.call}

    @property
    def looked_at(self) -> bool:
        """Whether a new tool is of the half that was looked at after the first measurement."""
        return blake2b(self.tool.encode()).digest()[1] % 2 == 0

    @property
    def made_with(self) -> bool:
        """Whether the rules were made looking at it."""
        return blake2b(self.tool.encode()).digest()[0] % 4 == 0


def labelled() -> list[Labelled]:
    found: list[Labelled] = []
    for line in LABELS.read_text("utf-8").splitlines():
        if not line.startswith("#"):
            label, source, call, message = line.split("\t")
            text = re.sub(r"\\(.)", lambda escaped: ESCAPES.get(escaped[1], escaped[1]), message)
            found.append(Labelled(tuple(label.split("/")), source, call, text))
    return found


def labelled_with_end(path: Path) -> list[Labelled]:
    """Outputs with how their calls ended."""
    found: list[Labelled] = []
    for line in path.read_text("utf-8").splitlines():
        if not line.startswith("#"):
            half, label, status, flag, call, message = line.split("\t")
            text = re.sub(r"\\(.)", lambda escaped: ESCAPES.get(escaped[1], escaped[1]), message)
            end = CallEnd(None if status == "-" else int(status), FLAGS[flag])
            found.append(Labelled(tuple(label.split("/")), half, call, text, end))
    return found


def class_of(label: str) -> str:
    """The class of a label: wrongly used, or what else it is."""
    return "USAGE" if label in USAGE else label


def show_ends(name: str, some: list[Labelled], *, wrong: bool) -> None:
    """How many outputs are told right with their ends: their class, and their label."""
    guesses = [(one, classify_error(one.params, one.message, one.end)) for one in some]
    labels = sum(guess.kind in one.labels for one, guess in guesses)
    classes = sum(class_of(guess.kind) in map(class_of, one.labels) for one, guess in guesses)
    blind = sum(classify_error(one.params, one.message).kind in one.labels for one in some)
    common = Counter(one.labels[0] for one in some).most_common(1)[0][1]
    parts = []
    for count in (classes, labels):
        interval = wilson(count, len(some))
        parts.append(f"{count}/{len(some)} = {count / len(some):.3f} ({interval.low:.2f}-{interval.high:.2f})")
    tools = len({one.tool for one in some})
    print(
        f"{name}: class {parts[0]}, label {parts[1]} of {tools} tools; most frequent label {common / len(some):.3f},"
        f" without the call's end {blind / len(some):.3f}"
    )
    for one, guess in guesses if wrong else ():
        if guess.kind not in one.labels:
            print(f"  {one.labels} -> {guess.kind} | {one.call[:60]} | {one.message[:90]!r} | {guess.phrase!r}")


def steps(home: Path, seed: int) -> None:
    """The learned steps of each kind, with the first call that they were learned from."""
    found: dict[tuple[bytes, str], list[RawOccurrence]] = {}
    refused = tested = 0
    with Store.open(home, readonly=True) as store:
        sessions = [uid for (uid,) in store.connection.execute("SELECT uid FROM session WHERE real")]
        for story in stories.read_stories(store, sessions):
            for one in find_usage_mistakes(story, store.body):
                if one.template.steps:
                    found.setdefault((one.template.key, repr(one.template.steps)), []).append(one)
        for first, *_ in found.values():
            if any(map(can_refuse, first.template.steps)):
                tested += 1
                lesson = as_lesson(first)
                refused += len(
                    filter_proven(first.template.steps, read_successes(StoredCalls(store), lesson, ""), {})
                ) < len(first.template.steps)
    print(f"{len(found)} kinds of steps; {tested} with a validator, of which {refused} are dropped: a call contradicts")
    rows = sorted(found.values(), key=lambda some: some[0].template.key)
    random.Random(seed).shuffle(rows)
    for number, some in enumerate(rows, 1):
        first = some[0]
        print(f"\n{number}. {len(some)} times: {first.template.description}\n- {first.code}\n+ {first.fix}")
        for step in first.template.steps:
            checked = (step.validation.check or step.validation.expected) if step.validation else ""
            print(f"   {step.action.value} {step.tool or step.parameter} {checked} {dict(step.args) or ''}")


def as_lesson(one: RawOccurrence) -> Lesson:
    """The lesson of an occurrence, as far as past successes are looked for by it."""
    template = one.template
    return Lesson(
        id="l-00",
        slug="",
        kind=template.kind,
        subject=template.subject,
        category=template.category,
        severity=template.severity,
        description=Scrubbed(""),
        root_cause=Scrubbed(""),
        trigger=template.trigger,
    )


def main(words: Sequence[str] = ()) -> None:
    if words and not words[0].startswith("-"):
        steps(Path(words[0]), int(words[list(words).index("--seed") + 1]) if "--seed" in words else 1)
        return
    wrong = "--wrong" in words
    traps = labelled_with_end(TRAPS)
    for half in "ab":
        show_ends(f"traps, half {half}", [one for one in traps if one.source == half], wrong=wrong and half == "a")
    for name, seen in (("looked at once", True), ("never used in its making", False)):
        chosen = [one for one in labelled_with_end(NEW_TOOLS) if one.looked_at is seen]
        show_ends(f"new tools, {name}", chosen, wrong=wrong and seen)
    known = labelled()
    groups = {
        "made with": [one for one in known if one.source != "traps" and one.made_with],
        "held out": [one for one in known if one.source != "traps" and not one.made_with],
        "held out, made by running the tool": [one for one in known if one.source == "ran" and not one.made_with],
        "held out, typed": [one for one in known if one.source == "typed" and not one.made_with],
        "traps": [one for one in known if one.source == "traps"],
    }
    for name, some in groups.items():
        guesses = [(one, classify_error(one.params, one.message, one.end)) for one in some]
        right = sum(guess.kind in one.labels for one, guess in guesses)
        common = Counter(one.labels[0] for one in some).most_common(1)[0][0]
        plain = sum(common in one.labels for one in some)
        blind = sum(classify_error({}, one.message, one.end).kind in one.labels for one in some)
        sure = sum(guess.confidence for _, guess in guesses) / len(some)
        tools = len({one.tool for one in some})
        interval = wilson(right, len(some))
        print(
            f"{name}: {right}/{len(some)} = {right / len(some):.3f} ({interval.low:.2f}-{interval.high:.2f}) of"
            f" {tools} tools, said to be {sure:.2f}; most frequent label {plain / len(some):.3f},"
            f" without the call {blind / len(some):.3f}"
        )
        for one, guess in guesses if "--wrong" in words and "held out" not in name else ():
            if guess.kind not in one.labels:
                print(f"  {one.labels} -> {guess.kind} | {one.call[:60]} | {one.message[:90]!r} | {guess.phrase!r}")
