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

from twiceshy.judgement.workflow.around_edit import NoEditOutside, TestsAfterEdit
from twiceshy.judgement.workflow.batch_reads import CompleteBatchReads
from twiceshy.judgement.workflow.before_edit import (
    MustRunBeforeEdit,
    ReadBeforeEdit,
    RelatedFilesBeforeEdit,
    SearchBeforeEdit,
)
from twiceshy.judgement.workflow.step_check import StepCheck
from twiceshy.judgement.workflow.step_sequence import StepSequence
from twiceshy.records.workflow import StepKind

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
