"""Rule: what all kinds of steps share: whom they are about, what they remember, and how they tell what they found."""

from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from typing import NamedTuple

from twiceshy.outcomes.workflow.matching import means, runs
from twiceshy.outcomes.workflow.sight import Edited, Sight
from twiceshy.records.behaviour import Step
from twiceshy.records.workflow import Each, StepResult, Verdict, Violation, WorkflowStep

Companions = Mapping[str, Sequence[str]]
"""For a file the files that belong to it; all from the project's folder."""
Key = tuple[bytes | None, str | None]


class Found(NamedTuple):
    """What a violation is being made of."""

    events: list[bytes]
    why: str


class Rule:
    """One declared step and what was found of it so far; a kind says what a step of the session means for it."""

    def __init__(self, declared: WorkflowStep, sight: Sight, companions: Companions) -> None:
        self.declared = declared
        self.sight = sight
        self.companions = companions
        self.kept: dict[bytes, None] = {}
        self.broken: dict[bytes, None] = {}
        self.found: dict[Key, Found] = {}

    def call(self, step: Step, changed: tuple[Edited, ...]) -> None:
        """Nothing; ``step`` is the next call and ``changed`` the files that it changed."""

    def prompt(self) -> None:
        """Nothing; a person spoke."""

    def end(self) -> None:
        """Nothing; the session is over."""

    def about(self, one: Edited) -> bool:
        """Whether the step is about this edit."""
        wanted, path = self.declared, one.path
        if wanted.files != "all" and not (one.new if wanted.files == "new" else one.there and not one.new):
            return False
        if wanted.paths and (path is None or not means(wanted.paths, path)):
            return False
        return not (wanted.unless and path is not None and means(wanted.unless, path))

    def passes(self, uid: bytes) -> None:
        """Nothing; the call did what was asked, unless it broke it for another file."""
        if uid not in self.broken:
            self.kept[uid] = None

    def breaks(self, step: Step, path: str | None, why: str, before: Sequence[bytes] = ()) -> None:
        """Nothing; the call broke the step, and ``before`` are the calls that prove it together with it."""
        self.kept.pop(step.uid, None)
        self.broken[step.uid] = None
        found = self.found.setdefault((step.run, path), Found([], why))
        found.events.extend(before)
        if not found.events or found.events[-1] != step.uid:
            found.events.append(step.uid)

    def result(self) -> StepResult:
        """The step as a record."""
        verdict = Verdict.VIOLATED if self.broken else Verdict.KEPT if self.kept else Verdict.NOT_APPLICABLE
        return StepResult(
            step=self.declared.slug,
            level=self.declared.level,
            verdict=verdict,
            kept=tuple(self.kept),
            broken=tuple(self.broken),
        )

    def violations(self) -> list[Violation]:
        """What broke it, one for each file and dialogue."""
        return [
            Violation(
                step=self.declared.slug, level=self.declared.level, events=tuple(found.events), path=path, why=found.why
            )
            for (_, path), found in self.found.items()
        ]


class Done:
    """Whether something was done, for as long as ``each`` lets it count."""

    def __init__(self, each: Each) -> None:
        self.each = each
        self.keys: set[bytes | None] = set()

    def key(self, run: bytes | None) -> bytes | None:
        """For whom it counts: a dialogue, or None for all."""
        return run if self.each in {Each.DIALOGUE, Each.TIME} else None

    def mark(self, run: bytes | None) -> None:
        """Nothing; the dialogue did it."""
        self.keys.add(self.key(run))

    def holds(self, run: bytes | None) -> bool:
        """Whether it counts for the dialogue."""
        return self.key(run) in self.keys

    def used(self, run: bytes | None) -> None:
        """Nothing; an edit came after it."""
        if self.each is Each.TIME:
            self.keys.discard(self.key(run))

    def prompt(self) -> None:
        """Nothing; a person spoke."""
        if self.each is Each.PROMPT:
            self.keys.clear()


def ran(step: Step, commands: tuple[str, ...], tools: tuple[str, ...] = ()) -> bool:
    """Whether the call is one of these tools, or runs one of these commands; how it ended is not asked."""
    if step.action == "run" and commands and step.text and runs(step.text, commands):
        return True
    return any(fnmatchcase(step.name, tool) for tool in tools)
