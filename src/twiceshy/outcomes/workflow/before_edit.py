"""Before an edit: what must have been run, searched, read or seen by then."""

from twiceshy.outcomes.workflow.matching import SEARCH_COMMANDS, means
from twiceshy.outcomes.workflow.rule import Companions, Done, Rule, ran
from twiceshy.outcomes.workflow.sight import Edited, Sight
from twiceshy.records.behaviour import Step
from twiceshy.records.workflow import WorkflowStep


class Before(Rule):
    """Something that must have been done before an edit."""

    missing = ""

    def __init__(self, declared: WorkflowStep, sight: Sight, companions: Companions) -> None:
        super().__init__(declared, sight, companions)
        self.done = Done(declared.each)

    def does(self, step: Step) -> bool:
        """Whether the call is what must have been done."""
        raise NotImplementedError

    def call(self, step: Step, changed: tuple[Edited, ...]) -> None:
        """Nothing; see ``Rule``."""
        if step.failure is None and self.does(step):
            self.done.mark(step.run)
        judged = [one for one in changed if self.about(one)]
        for one in judged:
            if self.done.holds(step.run):
                self.passes(step.uid)
            else:
                self.breaks(step, one.path, self.missing)
        if judged:
            self.done.used(step.run)

    def prompt(self) -> None:
        """Nothing; see ``Rule``."""
        self.done.prompt()


class MustRunBeforeEdit(Before):
    """One of ``commands`` was run, or one of ``tools`` was used, before the edit (default: once a session)."""

    def __init__(self, declared: WorkflowStep, sight: Sight, companions: Companions) -> None:
        super().__init__(declared, sight, companions)
        self.missing = f"without {' or '.join((*declared.commands, *declared.tools))} before it"

    def does(self, step: Step) -> bool:
        """Whether it is one of them."""
        return ran(step, self.declared.commands, self.declared.tools)


class SearchBeforeEdit(Before):
    """Something was searched for before the edit (default: once a session).

    A search is a searching tool, or one of ``commands`` (default: grep, rg, find, git grep and their like).
    """

    missing = "without a search before it"

    def does(self, step: Step) -> bool:
        """Whether it searches."""
        return step.action == "search" or ran(step, self.declared.commands or SEARCH_COMMANDS, self.declared.tools)


class ReadBeforeEdit(Rule):
    """The dialogue that edits a file had seen it, written it or edited it before.

    A new file needs no read, nor one of which the log does not say that it was there. ``each`` does not matter: once
    seen is seen, for that dialogue only.
    """

    def call(self, step: Step, changed: tuple[Edited, ...]) -> None:
        """Nothing; see ``Rule``."""
        for one in changed:
            if one.path is None or one.new or not one.there or not self.about(one):
                continue
            if self.sight.knows(step.run, one.path):
                self.passes(step.uid)
            else:
                self.breaks(step, one.path, "without reading it before")


class RelatedFilesBeforeEdit(Rule):
    """The dialogue that edits a file had seen files that belong to it: any of them, or all with ``need = "all"``.

    They are those of ``related`` and those given from outside. A file that is its own only relation needs nothing, and
    a related file that an edit of the same call changes was not seen before it.
    """

    def call(self, step: Step, changed: tuple[Edited, ...]) -> None:
        """Nothing; see ``Rule``."""
        for one in changed:
            if one.path is None or not self.about(one):
                continue
            related = self.related(one.path)
            if not related:
                continue
            seen = [path for path in related if self.sight.knows(step.run, path)]
            if len(seen) == len(related) if self.declared.need == "all" else seen:
                self.passes(step.uid)
            else:
                missed = [path for path in related if path not in seen]
                more = f" and {len(missed) - 3} more" if len(missed) > 3 else ""
                self.breaks(step, one.path, f"without reading {', '.join(missed[:3])}{more}")

    def related(self, path: str) -> list[str]:
        """The files that belong to this one."""
        folder, _, base = path.rpartition("/")
        stem = base.partition(".")[0] or base
        named = [
            pattern.replace("{stem}", stem).replace("{folder}", folder).removeprefix("/")
            for glob, patterns in self.declared.related.items()
            if means((glob,), path)
            for pattern in patterns
        ]
        return [other for other in dict.fromkeys((*named, *self.companions.get(path, ()))) if other != path]
