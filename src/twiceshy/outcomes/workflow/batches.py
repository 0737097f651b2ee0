"""Batches: several reads at once of which some failed."""

from collections import defaultdict

from twiceshy.outcomes.behaviour import ABSENT
from twiceshy.outcomes.workflow.matching import SEARCH_COMMANDS
from twiceshy.outcomes.workflow.rule import Companions, Rule, ran
from twiceshy.outcomes.workflow.sight import Edited, Sight
from twiceshy.records.behaviour import Step
from twiceshy.records.workflow import WorkflowStep

LISTING = (*SEARCH_COMMANDS, "ls", "tree", "stat", "test")


class _Batch:
    """Reads that a dialogue asked for at once, and those of them that it still lacks."""

    def __init__(self) -> None:
        self.reads: list[Step] = []
        self.first: float | None = None  # when the first of their results came
        self.whole = False  # a batch was closed since the last edit
        self.failed: dict[str, Step] = {}  # of the reads so far
        self.lacking: dict[str, Step] = {}  # of the batches before

    def forget(self, path: str) -> None:
        """Nothing; the file is not lacking."""
        self.failed.pop(path, None)
        self.lacking.pop(path, None)

    def takes(self, step: Step) -> bool:
        """Whether the read was asked for before the first result of the batch came."""
        if step.failure == "cascade":
            return True
        return self.first is not None and step.at is not None and step.at < self.first

    def add(self, step: Step) -> None:
        """Nothing; one more read."""
        self.reads.append(step)
        if step.done_at is not None:
            self.first = step.done_at if self.first is None else min(self.first, step.done_at)


class CompleteBatchReads(Rule):
    """After several reads at once of which one failed, the failed ones were done before the next edit.

    A batch is two or more reads of one dialogue, directly one after the other, each asked for before the first result
    came (or cancelled because another one failed). A failed one is done when the file was read since by any dialogue,
    as work may be handed on, or shown or written by this one; where the message says that there is no such file, also
    when anyone searched or listed files since. Refused and interrupted reads are the user's doing and are not missed.
    Judged is the next edit of this dialogue after a batch, whatever file it is of.
    """

    def __init__(self, declared: WorkflowStep, sight: Sight, companions: Companions) -> None:
        super().__init__(declared, sight, companions)
        self.batches: dict[bytes | None, _Batch] = defaultdict(_Batch)
        self.waiting: dict[str, set[bytes | None]] = defaultdict(set)  # path: who lacks it
        self.absent: set[tuple[bytes | None, str]] = set()  # lacking, and said not to be there

    def call(self, step: Step, changed: tuple[Edited, ...]) -> None:
        """Nothing; see ``Rule``."""
        batch = self.batches[step.run]
        if step.action == "read" and step.path:
            if not batch.takes(step):
                self.close(batch)
            if step.failure is None:
                self.came(self.sight.names.name(step.path))
            batch.add(step)
            if step.failure in {"error", "cascade"}:
                self.failed(batch, step)
            return
        self.close(batch)
        if self.absent and step.failure is None and (step.action == "search" or ran(step, LISTING)):
            for run, path in self.absent:
                self.batches[run].forget(path)
            self.absent.clear()
        if batch.whole and any(self.about(one) for one in changed):
            self.judge(batch, step)

    def came(self, path: str) -> None:
        """Nothing; nobody lacks the file any more."""
        for run in self.waiting.pop(path, ()):
            self.batches[run].forget(path)

    def judge(self, batch: _Batch, step: Step) -> None:
        """Nothing; the first edit after a batch was weighed."""
        # what the dialogue sees of a file is known from the call after it on
        lacking = {path: read for path, read in batch.lacking.items() if not self.sight.knows(step.run, path)}
        for path, read in lacking.items():
            self.breaks(step, path, "edited on although reading it failed", (read.uid,))
        if not lacking:
            self.passes(step.uid)
        batch.lacking, batch.whole = {}, False

    def failed(self, batch: _Batch, step: Step) -> None:
        """Nothing; the file may be lacking, if this becomes a batch."""
        path = self.sight.names.name(step.path or "")
        batch.failed[path] = step
        self.waiting[path].add(step.run)
        if ABSENT.search(step.message or ""):
            self.absent.add((step.run, path))

    def close(self, batch: _Batch) -> None:
        """Nothing; the reads so far are a batch, or are none."""
        if len(batch.reads) > 1:
            batch.whole = True
            batch.lacking |= batch.failed
        batch.reads, batch.first, batch.failed = [], None, {}
