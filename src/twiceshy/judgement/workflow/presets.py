"""Presets: workflows to begin with. A project's file may change or drop each of their steps."""

from twiceshy.records.workflow import StepKind, StepLevel, StepScope, WorkflowStep

_PROSE = ("*.md", "*.mdx", "*.rst", "*.txt", "*.adoc", "LICENSE*", "CHANGELOG*")
"""Files that tests say nothing about."""
CAREFUL = "careful"
THEAUDITOR = "theauditor"
PRESETS: dict[str, tuple[WorkflowStep, ...]] = {
    CAREFUL: (
        WorkflowStep(slug="read-before-edit", kind=StepKind.READ_BEFORE_EDIT),
        WorkflowStep(slug="complete-batch-reads", kind=StepKind.COMPLETE_BATCH_READS),
        WorkflowStep(
            slug="tests-after-edit", kind=StepKind.TESTS_AFTER_EDIT, level=StepLevel.RECOMMENDED, unless=_PROSE
        ),
        WorkflowStep(
            slug="search-before-new-file",
            kind=StepKind.SEARCH_BEFORE_EDIT,
            level=StepLevel.RECOMMENDED,
            each=StepScope.SESSION,
            files="new",
            unless=_PROSE,
        ),
    ),
    THEAUDITOR: (
        # `aud full` runs the blueprint too, which is why TheAuditor's own checker accepts it
        WorkflowStep(
            slug="blueprint-first", kind=StepKind.MUST_RUN_BEFORE_EDIT, commands=("aud blueprint", "aud full")
        ),
        WorkflowStep(
            slug="query-before-edit", kind=StepKind.MUST_RUN_BEFORE_EDIT, commands=("aud query", "aud context")
        ),
        WorkflowStep(slug="no-blind-reads", kind=StepKind.READ_BEFORE_EDIT),
        WorkflowStep(slug="complete-batch-reads", kind=StepKind.COMPLETE_BATCH_READS),
        WorkflowStep(
            slug="context-before-edit",
            kind=StepKind.MUST_RUN_BEFORE_EDIT,
            level=StepLevel.RECOMMENDED,
            commands=("aud context",),
        ),
    ),
}
DEFAULT_EACH = {StepKind.SEQUENCE: StepScope.TIME}
"""How long what was done counts where nothing is said; of other kinds ``session``."""
