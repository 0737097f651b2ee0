"""Batch reads: several reads at once of which some failed."""

from collections import defaultdict

from twiceshy.commands.shell.shown_files import ABSENT_MESSAGE
from twiceshy.judgement.workflow.matching import SEARCH_COMMANDS
from twiceshy.judgement.workflow.seen_files import EditedFile, SeenFiles
from twiceshy.judgement.workflow.step_check import Companions, StepCheck, matches_call
from twiceshy.records.stories import Step
from twiceshy.records.workflow import WorkflowStep

_LISTING = (*SEARCH_COMMANDS, "ls", "tree", "stat", "test")


class _Batch:
    """Reads that a dialogue asked for at once, and those of them that it still lacks."""

    def __init__(self) -> None:
        self.reads: list[Step] = []
        self.first: float | None = None  # when the first of their results came
        self.whole = False  # a batch was closed since the last edit
        self.failed: dict[str, Step] = {}  # of the reads so far
        self.lacking: dict[str, Step] = {}  # of the batches before

    def forget(self, path: str) -> None:
        """Forget the file: it is not lacking."""
        self.failed.pop(path, None)
        self.lacking.pop(path, None)

    def can_take(self, step: Step) -> bool:
        """Tell whether the read was asked for before the first result of the batch came."""
        if step.failure == "cascade":
            return True
        return self.first is not None and step.at is not None and step.at < self.first

    def add(self, step: Step) -> None:
        """Add one more read."""
        self.reads.append(step)
        if step.done_at is not None:
            self.first = step.done_at if self.first is None else min(self.first, step.done_at)


class CompleteBatchReads(StepCheck):
    """After several reads at once of which one failed, the failed ones were done before the next edit.

    A batch is two or more reads of one dialogue, directly one after the other, each asked for before the first result
    came (or cancelled because another one failed). A failed one is done when the file was read since by any dialogue,
    as work may be handed on, or shown or written by this one; where the message says that there is no such file, also
    when anyone searched or listed files since. Refused and interrupted reads are the user's doing and are not missed.
    Judged is the next edit of this dialogue after a batch, whatever file it is of.
    """

    def __init__(self, declared: WorkflowStep, sight: SeenFiles, companions: Companions) -> None:
        super().__init__(declared, sight, companions)
        self.batches: dict[bytes | None, _Batch] = defaultdict(_Batch)
        self.waiting: dict[str, set[bytes | None]] = defaultdict(set)  # path: who lacks it
        self.absent: set[tuple[bytes | None, str]] = set()  # lacking, and said not to be there

    def call(self, step: Step, changed: tuple[EditedFile, ...]) -> None:
        """Add a read to its batch, or judge the first edit after a batch; see ``StepCheck``."""
        batch = self.batches[step.run]
        if step.action == "read" and step.path:
            self.add_read(batch, step, step.path)
            return
        self.close(batch)
        if self.absent and step.failure is None and (step.action == "search" or matches_call(step, _LISTING)):
            for run, path in self.absent:
                self.batches[run].forget(path)
            self.absent.clear()
        if batch.whole and any(self.applies_to(one) for one in changed):
            self.judge(batch, step)

    def add_read(self, batch: _Batch, step: Step, path: str) -> None:
        """Add a read to its batch, or begin a new one with it."""
        if not batch.can_take(step):
            self.close(batch)
        if step.failure is None:
            self.note_read(self.sight.names.name(path))
        batch.add(step)
        if step.failure in {"error", "cascade"}:
            self.note_failure(batch, step)

    def note_read(self, path: str) -> None:
        """Note that the file was read: nobody lacks it any more."""
        for run in self.waiting.pop(path, ()):
            self.batches[run].forget(path)

    def judge(self, batch: _Batch, step: Step) -> None:
        """Judge the first edit after a batch."""
        # what the dialogue sees of a file is known from the call after it on
        lacking = {path: read for path, read in batch.lacking.items() if not self.sight.has_seen(step.run, path)}
        for path, read in lacking.items():
            self.mark_broken(step, path, "edited on although reading it failed", (read.uid,))
        if not lacking:
            self.mark_kept(step.uid)
        batch.lacking, batch.whole = {}, False

    def note_failure(self, batch: _Batch, step: Step) -> None:
        """Note that the file may be lacking, if the reads become a batch."""
        path = self.sight.names.name(step.path or "")
        batch.failed[path] = step
        self.waiting[path].add(step.run)
        if ABSENT_MESSAGE.search(step.message or ""):
            self.absent.add((step.run, path))

    def close(self, batch: _Batch) -> None:
        """Close the reads so far: two or more are a batch."""
        if len(batch.reads) > 1:
            batch.whole = True
            batch.lacking |= batch.failed
        batch.reads, batch.first, batch.failed = [], None, {}
