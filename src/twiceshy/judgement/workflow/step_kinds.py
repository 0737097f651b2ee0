"""Step kinds: what each kind of step asks for, exactly.

For all of them:

- An edit is a successful call of an editing or writing tool. What failed or was refused changed nothing and is never
  held against anybody; files that a shell command changes are not seen as edits.
- A command, read or search counts when it did not fail, was not refused and was not interrupted.
- A step is about the files that ``paths`` means and ``unless`` does not; an edit of a file that the log does not name
  is judged only where the file makes no difference.
- ``each`` says how long what was done once counts; see ``records.workflow.Each``. Other marks than prompts of a person
  (a compaction, an interrupt) begin nothing anew.
- What cannot be told from the log is not judged: no time stamps, no batch; no folder of the project, nothing outside.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from typing import NamedTuple

from twiceshy.commands.shell.shown_files import ABSENT_MESSAGE
from twiceshy.judgement.workflow.matching import SEARCH_COMMANDS, TEST_COMMANDS, matches_command, matches_glob
from twiceshy.judgement.workflow.seen_files import EditedFile, SeenFiles
from twiceshy.records.stories import Step
from twiceshy.records.workflow import StepKind, StepResult, StepScope, StepVerdict, Violation, WorkflowStep

# Step check: what all kinds of steps share: which files they apply to, what they remember, and their results.

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


# Around an edit: tests that ran after it, and files that it had to stay within.


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


# Before an edit: what must have been run, searched, read or seen by then.


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


# Batch reads: several reads at once of which some failed.

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


# Step sequence: reads, edits, searches, tests, commands and tools in a declared order.


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


KINDS: dict[StepKind, type[StepCheck]] = {
    StepKind.MUST_RUN_BEFORE_EDIT: MustRunBeforeEdit,
    StepKind.READ_BEFORE_EDIT: ReadBeforeEdit,
    StepKind.SEARCH_BEFORE_EDIT: SearchBeforeEdit,
    StepKind.RELATED_FILES_BEFORE_EDIT: RelatedFilesBeforeEdit,
    StepKind.TESTS_AFTER_EDIT: TestsAfterEdit,
    StepKind.COMPLETE_BATCH_READS: CompleteBatchReads,
    StepKind.NO_EDIT_OUTSIDE: NoEditOutside,
    StepKind.SEQUENCE: StepSequence,
}
