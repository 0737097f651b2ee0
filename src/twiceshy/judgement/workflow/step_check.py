"""Step check: what all kinds of steps share: which files they apply to, what they remember, and their results."""

from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from typing import NamedTuple

from twiceshy.judgement.workflow.matching import matches_command, matches_glob
from twiceshy.judgement.workflow.seen_files import EditedFile, SeenFiles
from twiceshy.records.stories import Step
from twiceshy.records.workflow import StepResult, StepScope, StepVerdict, Violation, WorkflowStep

Companions = Mapping[str, Sequence[str]]
"""For a file the files that belong to it; all from the project's folder."""
_Key = tuple[bytes | None, str | None]


class _ViolationDraft(NamedTuple):
    """A violation while it is being put together."""

    events: list[bytes]
    why: str


class StepCheck:
    """One declared step and its result so far; a kind says what a step of the session means for it."""

    def __init__(self, declared: WorkflowStep, sight: SeenFiles, companions: Companions) -> None:
        self.declared = declared
        self.sight = sight
        self.companions = companions
        self.kept: dict[bytes, None] = {}
        self.broken: dict[bytes, None] = {}
        self.found: dict[_Key, _ViolationDraft] = {}

    def call(self, step: Step, changed: tuple[EditedFile, ...]) -> None:
        """Take in the next call, ``step``, and the files that it changed, ``changed``."""

    def prompt(self) -> None:
        """Take in that a person spoke."""

    def end(self) -> None:
        """Take in that the session is over."""

    def applies_to(self, one: EditedFile) -> bool:
        """Tell whether the step applies to this edit."""
        wanted, path = self.declared, one.path
        if wanted.files != "all" and not (one.new if wanted.files == "new" else one.there and not one.new):
            return False
        if wanted.paths and (path is None or not matches_glob(wanted.paths, path)):
            return False
        return not (wanted.unless and path is not None and matches_glob(wanted.unless, path))

    def mark_kept(self, uid: bytes) -> None:
        """Mark that the call did what was declared, unless it broke the step for another file."""
        if uid not in self.broken:
            self.kept[uid] = None

    def mark_broken(self, step: Step, path: str | None, why: str, before: Sequence[bytes] = ()) -> None:
        """Mark that the call broke the step; ``before`` are the calls that prove it together with it."""
        self.kept.pop(step.uid, None)
        self.broken[step.uid] = None
        found = self.found.setdefault((step.run, path), _ViolationDraft([], why))
        found.events.extend(before)
        if not found.events or found.events[-1] != step.uid:
            found.events.append(step.uid)

    def result(self) -> StepResult:
        """Return the step as a record."""
        verdict = StepVerdict.VIOLATED if self.broken else StepVerdict.KEPT if self.kept else StepVerdict.NOT_APPLICABLE
        return StepResult(
            step=self.declared.slug,
            level=self.declared.level,
            verdict=verdict,
            kept=tuple(self.kept),
            broken=tuple(self.broken),
        )

    def violations(self) -> list[Violation]:
        """Return what broke it, one for each file and dialogue."""
        return [
            Violation(
                step=self.declared.slug, level=self.declared.level, events=tuple(found.events), path=path, why=found.why
            )
            for (_, path), found in self.found.items()
        ]


class Prerequisite:
    """Whether something was done before, for as long as ``each`` lets it count."""

    def __init__(self, each: StepScope) -> None:
        self.each = each
        self.keys: set[bytes | None] = set()

    def key(self, run: bytes | None) -> bytes | None:
        """Return for whom it counts: a dialogue, or None for all."""
        return run if self.each in {StepScope.DIALOGUE, StepScope.TIME} else None

    def mark(self, run: bytes | None) -> None:
        """Mark that the dialogue did it."""
        self.keys.add(self.key(run))

    def is_done(self, run: bytes | None) -> bool:
        """Tell whether it counts as done for the dialogue."""
        return self.key(run) in self.keys

    def use_up(self, run: bytes | None) -> None:
        """Note that an edit came after it: with ``each = "time"`` it counts no more."""
        if self.each is StepScope.TIME:
            self.keys.discard(self.key(run))

    def prompt(self) -> None:
        """Note that a person spoke: with ``each = "prompt"`` it counts no more."""
        if self.each is StepScope.PROMPT:
            self.keys.clear()


def matches_call(step: Step, commands: tuple[str, ...], tools: tuple[str, ...] = ()) -> bool:
    """Tell whether the call is one of these tools, or runs one of these commands.

    How it ended makes no difference.
    """
    if step.action == "run" and commands and step.text and matches_command(step.text, commands):
        return True
    return any(fnmatchcase(step.name, tool) for tool in tools)
