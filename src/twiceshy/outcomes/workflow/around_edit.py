"""Around an edit: tests that ran after it, and files that it had to stay within."""

from collections import defaultdict

from twiceshy.outcomes.workflow.matching import TEST_COMMANDS, means
from twiceshy.outcomes.workflow.rule import Companions, Rule, ran
from twiceshy.outcomes.workflow.sight import Edited, Sight
from twiceshy.records.behaviour import Step
from twiceshy.records.workflow import Each, WorkflowStep


class TestsAfterEdit(Rule):
    """Tests ran after the edit.

    Tests are ``commands`` (default: the test runners that are known). Red ones count too, since the step is to look;
    with ``green = true`` only those that passed and whose status no pipe hides. With ``each = "session"`` (default)
    they ran any time after the edit, by anyone; ``dialogue``: by the dialogue that edited; ``prompt``: before the next
    prompt of a person; ``time``: before the next call of this dialogue that edits such a file.
    """

    __test__ = False  # pytest would collect it by its name

    def __init__(self, declared: WorkflowStep, sight: Sight, companions: Companions) -> None:
        super().__init__(declared, sight, companions)
        self.commands = declared.commands or TEST_COMMANDS
        self.open: dict[bytes | None, list[tuple[Step, str | None]]] = defaultdict(list)
        self.own = declared.each in {Each.DIALOGUE, Each.TIME}

    def call(self, step: Step, changed: tuple[Edited, ...]) -> None:
        """Nothing; see ``Rule``."""
        key = step.run if self.own else None
        if self.tests(step):
            for edit, _ in self.open.pop(key, ()):
                self.passes(edit.uid)
        judged = [one for one in changed if self.about(one)]
        if judged and self.declared.each is Each.TIME:
            self.close(key, "without tests before the next edit")
        self.open[key].extend((step, one.path) for one in judged)

    def tests(self, step: Step) -> bool:
        """Whether the call ran tests as asked."""
        if step.failure not in {None, "error"} or (self.declared.green and (step.failure or step.masked)):
            return False
        return ran(step, self.commands, self.declared.tools)

    def close(self, key: bytes | None, why: str) -> None:
        """Nothing; what is still open was not tested."""
        for edit, path in self.open.pop(key, ()):
            self.breaks(edit, path, why)

    def prompt(self) -> None:
        """Nothing; see ``Rule``."""
        if self.declared.each is Each.PROMPT:
            self.close(None, "without tests after it, before your next prompt")

    def end(self) -> None:
        """Nothing; see ``Rule``."""
        for key in list(self.open):
            self.close(key, "without tests after it")


class NoEditOutside(Rule):
    """Every edited file is one that ``paths`` means.

    A relative glob never means a file outside the project's folder; give an absolute one to allow such files. Not
    judged: files of ``unless``, and absolute paths in a session whose folder is not known.
    """

    def about(self, one: Edited) -> bool:
        """Whether the file can be judged."""
        if one.path is None or self.sight.names.unknown(one.path):
            return False
        return not (self.declared.unless and means(self.declared.unless, one.path))

    def call(self, step: Step, changed: tuple[Edited, ...]) -> None:
        """Nothing; see ``Rule``."""
        for one in changed:
            if not self.about(one):
                continue
            if one.path is not None and means(self.declared.paths, one.path):
                self.passes(step.uid)
            else:
                self.breaks(step, one.path, f"outside of {', '.join(self.declared.paths)}")
