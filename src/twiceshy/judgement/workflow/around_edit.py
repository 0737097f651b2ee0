"""Around an edit: tests that ran after it, and files that it had to stay within."""

from collections import defaultdict

from twiceshy.judgement.workflow.matching import TEST_COMMANDS, matches_glob
from twiceshy.judgement.workflow.seen_files import EditedFile, SeenFiles
from twiceshy.judgement.workflow.step_check import Companions, StepCheck, matches_call
from twiceshy.records.stories import Step
from twiceshy.records.workflow import StepScope, WorkflowStep


class TestsAfterEdit(StepCheck):
    """Tests ran after the edit.

    Tests are ``commands`` (default: the test runners that are known). Red ones count too, since the step is to look;
    with ``green = true`` only those that passed and whose status no pipe hides. With ``each = "session"`` (default)
    they ran any time after the edit, by anyone; ``dialogue``: by the dialogue that edited; ``prompt``: before the next
    prompt of a person; ``time``: before the next call of this dialogue that edits such a file.
    """

    __test__ = False  # pytest would collect it by its name

    def __init__(self, declared: WorkflowStep, sight: SeenFiles, companions: Companions) -> None:
        super().__init__(declared, sight, companions)
        self.commands = declared.commands or TEST_COMMANDS
        self.open: dict[bytes | None, list[tuple[Step, str | None]]] = defaultdict(list)
        self.own = declared.each in {StepScope.DIALOGUE, StepScope.TIME}

    def call(self, step: Step, changed: tuple[EditedFile, ...]) -> None:
        """Close open edits if the call ran tests, then open the edits it made; see ``StepCheck``."""
        key = step.run if self.own else None
        if self.is_test_run(step):
            for edit, _ in self.open.pop(key, ()):
                self.mark_kept(edit.uid)
        judged = [one for one in changed if self.applies_to(one)]
        if judged and self.declared.each is StepScope.TIME:
            self.close(key, "without tests before the next edit")
        self.open[key].extend((step, one.path) for one in judged)

    def is_test_run(self, step: Step) -> bool:
        """Tell whether the call ran tests as declared."""
        if step.failure not in {None, "error"} or (self.declared.green and (step.failure or step.masked)):
            return False
        return matches_call(step, self.commands, self.declared.tools)

    def close(self, key: bytes | None, why: str) -> None:
        """Mark the edits that are still open as not tested."""
        for edit, path in self.open.pop(key, ()):
            self.mark_broken(edit, path, why)

    def prompt(self) -> None:
        """Close the open edits where tests must run before the next prompt; see ``StepCheck``."""
        if self.declared.each is StepScope.PROMPT:
            self.close(None, "without tests after it, before your next prompt")

    def end(self) -> None:
        """Close all open edits; see ``StepCheck``."""
        for key in list(self.open):
            self.close(key, "without tests after it")


class NoEditOutside(StepCheck):
    """Every edited file is one that ``paths`` means.

    A relative glob never means a file outside the project's folder; give an absolute one to allow such files. Not
    judged: files of ``unless``, and absolute paths in a session whose folder is not known.
    """

    def applies_to(self, one: EditedFile) -> bool:
        """Tell whether the file can be judged."""
        if one.path is None or self.sight.names.is_unknown(one.path):
            return False
        return not (self.declared.unless and matches_glob(self.declared.unless, one.path))

    def call(self, step: Step, changed: tuple[EditedFile, ...]) -> None:
        """Judge each changed file; see ``StepCheck``."""
        for one in changed:
            if not self.applies_to(one):
                continue
            if one.path is not None and matches_glob(self.declared.paths, one.path):
                self.mark_kept(step.uid)
            else:
                self.mark_broken(step, one.path, f"outside of {', '.join(self.declared.paths)}")
