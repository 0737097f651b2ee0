"""Before an edit: what must have been run, searched, read or seen by then."""

from twiceshy.judgement.workflow.matching import SEARCH_COMMANDS, matches_glob
from twiceshy.judgement.workflow.seen_files import EditedFile, SeenFiles
from twiceshy.judgement.workflow.step_check import Companions, Prerequisite, StepCheck, matches_call
from twiceshy.records.stories import Step
from twiceshy.records.workflow import WorkflowStep


class _BeforeEditCheck(StepCheck):
    """Something that must have been done before an edit."""

    missing = ""

    def __init__(self, declared: WorkflowStep, sight: SeenFiles, companions: Companions) -> None:
        super().__init__(declared, sight, companions)
        self.done = Prerequisite(declared.each)

    def is_prerequisite(self, step: Step) -> bool:
        """Tell whether the call is what must have been done."""
        raise NotImplementedError

    def call(self, step: Step, changed: tuple[EditedFile, ...]) -> None:
        """Note the prerequisite, then judge each changed file; see ``StepCheck``."""
        if step.failure is None and self.is_prerequisite(step):
            self.done.mark(step.run)
        judged = [one for one in changed if self.applies_to(one)]
        for one in judged:
            if self.done.is_done(step.run):
                self.mark_kept(step.uid)
            else:
                self.mark_broken(step, one.path, self.missing)
        if judged:
            self.done.use_up(step.run)

    def prompt(self) -> None:
        """Pass the prompt on to the prerequisite; see ``StepCheck``."""
        self.done.prompt()


class MustRunBeforeEdit(_BeforeEditCheck):
    """One of ``commands`` was run, or one of ``tools`` was used, before the edit (default: once a session)."""

    def __init__(self, declared: WorkflowStep, sight: SeenFiles, companions: Companions) -> None:
        super().__init__(declared, sight, companions)
        self.missing = f"without {' or '.join((*declared.commands, *declared.tools))} before it"

    def is_prerequisite(self, step: Step) -> bool:
        """Tell whether the call runs one of the commands or uses one of the tools."""
        return matches_call(step, self.declared.commands, self.declared.tools)


class SearchBeforeEdit(_BeforeEditCheck):
    """Something was searched for before the edit (default: once a session).

    A search is a searching tool, or one of ``commands`` (default: grep, rg, find, git grep and their like).
    """

    missing = "without a search before it"

    def is_prerequisite(self, step: Step) -> bool:
        """Tell whether the call searches."""
        return step.action == "search" or matches_call(
            step, self.declared.commands or SEARCH_COMMANDS, self.declared.tools
        )


class ReadBeforeEdit(StepCheck):
    """The dialogue that edits a file had seen it, written it or edited it before.

    A new file needs no read, nor one of which the log does not say that it was there. ``each`` does not matter: once
    seen is seen, for that dialogue only. What it saw before its compaction only is not judged.
    """

    def call(self, step: Step, changed: tuple[EditedFile, ...]) -> None:
        """Judge each changed file that was there before; see ``StepCheck``."""
        for one in changed:
            if one.path is None or one.new or not one.there or not self.applies_to(one):
                continue
            if self.sight.has_lost(step.run, one.path):
                continue
            if self.sight.has_seen(step.run, one.path):
                self.mark_kept(step.uid)
            else:
                self.mark_broken(step, one.path, "without reading it before")


class RelatedFilesBeforeEdit(StepCheck):
    """The dialogue that edits a file had seen files that belong to it: any of them, or all with ``need = "all"``.

    They are those of ``related`` and those given from outside. A file that is its own only relation needs nothing, and
    a related file that an edit of the same call changes was not seen before it.
    """

    def call(self, step: Step, changed: tuple[EditedFile, ...]) -> None:
        """Judge each changed file that has related files; see ``StepCheck``."""
        for one in changed:
            if one.path is not None and self.applies_to(one):
                self.judge(step, one.path)

    def judge(self, step: Step, path: str) -> None:
        """Judge one changed file; one without related files is not judged."""
        related = self.related(path)
        missed = [other for other in related if not self.sight.has_seen(step.run, other)]
        if missed and (self.declared.need == "all" or len(missed) == len(related)):
            more = f" and {len(missed) - 3} more" if len(missed) > 3 else ""
            self.mark_broken(step, path, f"without reading {', '.join(missed[:3])}{more}")
        elif related:
            self.mark_kept(step.uid)

    def related(self, path: str) -> list[str]:
        """Return the files that belong to this one."""
        folder, _, base = path.rpartition("/")
        stem = base.partition(".")[0] or base
        named = [
            pattern.replace("{stem}", stem).replace("{folder}", folder).removeprefix("/")
            for glob, patterns in self.declared.related.items()
            if matches_glob((glob,), path)
            for pattern in patterns
        ]
        return [other for other in dict.fromkeys((*named, *self.companions.get(path, ()))) if other != path]
