"""Step sequence: reads, edits, searches, tests, commands and tools in a declared order."""

from collections import defaultdict
from fnmatch import fnmatchcase

from twiceshy.judgement.workflow.matching import SEARCH_COMMANDS, TEST_COMMANDS, matches_glob
from twiceshy.judgement.workflow.seen_files import EditedFile, SeenFiles
from twiceshy.judgement.workflow.step_check import Companions, StepCheck, matches_call
from twiceshy.records.stories import Step
from twiceshy.records.workflow import StepScope, WorkflowStep


class StepSequence(StepCheck):
    """Before its last part happens, the other parts of ``order`` have happened in that order.

    A part is ``read GLOB``, ``edit GLOB``, ``search``, ``tests``, ``run PATTERN`` or ``tool GLOB``; the globs may be
    left out. Anything may come between, and a part that comes again changes nothing unless ``restart = true``: then
    what came after it must come again. Of one command line all parts count, in any order. With ``each = "time"`` (the
    default of this kind) it begins anew after each last part. ``paths``, ``unless`` and ``files`` are not used.
    """

    def __init__(self, declared: WorkflowStep, sight: SeenFiles, companions: Companions) -> None:
        super().__init__(declared, sight, companions)
        self.parts = [part.partition(" ")[::2] for part in declared.order]
        self.places: dict[bytes | None, int] = defaultdict(int)
        self.own = declared.each is StepScope.DIALOGUE

    def call(self, step: Step, changed: tuple[EditedFile, ...]) -> None:
        """Advance the sequence, and judge the call where it is the last part; see ``StepCheck``."""
        if step.failure is not None and not (
            step.failure == "error" and any(word == "tests" for word, _ in self.parts)
        ):
            return
        key = step.run if self.own else None
        last = len(self.parts) - 1
        advanced = self.advance(key, step, changed)
        if advanced and step.action != "run":
            return
        if self.matches_part(last, step, changed):
            path = next((one.path for one in changed), None)
            if self.places[key] >= last:
                self.mark_kept(step.uid)
            else:
                self.mark_broken(step, path, f"before {self.declared.order[self.places[key]]}")
            if self.declared.each is StepScope.TIME:
                self.places[key] = 0

    def advance(self, key: bytes | None, step: Step, changed: tuple[EditedFile, ...]) -> bool:
        """Move on past the parts that the call is; tell whether it was one that must come first."""
        last, place = len(self.parts) - 1, self.places[key]
        start = place
        while place < last and self.matches_part(place, step, changed):
            place += 1
            if step.action != "run":
                break
        if place == start and self.declared.restart:
            earlier = [index for index in range(start) if self.matches_part(index, step, changed)]
            place = earlier[-1] + 1 if earlier else start
        self.places[key] = place
        return place > start

    def matches_part(self, index: int, step: Step, changed: tuple[EditedFile, ...]) -> bool:
        """Tell whether the call is that part."""
        word, rest = self.parts[index]
        if word == "tests":
            return matches_call(step, TEST_COMMANDS)
        if step.failure is not None:
            return False
        if word == "run":
            return matches_call(step, (rest,))
        if word == "tool":
            return fnmatchcase(step.name, rest)
        if word == "search":
            return step.action == "search" or matches_call(step, SEARCH_COMMANDS)
        if word == "read":
            return step.action == "read" and self.matches_path(step.path and self.sight.names.name(step.path), rest)
        return any(self.matches_path(one.path, rest) for one in changed)

    @staticmethod
    def matches_path(path: str | None, glob: str) -> bool:
        """Tell whether the glob, if there is one, means the path."""
        return not glob or (path is not None and matches_glob((glob,), path))

    def prompt(self) -> None:
        """Begin anew where the sequence counts a prompt at a time; see ``StepCheck``."""
        if self.declared.each is StepScope.PROMPT:
            self.places.clear()
