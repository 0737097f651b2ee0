"""Presets: workflows to begin with. A project's file may change or drop each of their steps."""

from twiceshy.records.workflow import Each, Kind, Level, WorkflowStep

PROSE = ("*.md", "*.mdx", "*.rst", "*.txt", "*.adoc", "LICENSE*", "CHANGELOG*")
"""Files that tests say nothing about."""
CAREFUL = "careful"
THEAUDITOR = "theauditor"
PRESETS: dict[str, tuple[WorkflowStep, ...]] = {
    CAREFUL: (
        WorkflowStep(slug="read-before-edit", kind=Kind.READ_BEFORE_EDIT),
        WorkflowStep(slug="complete-batch-reads", kind=Kind.COMPLETE_BATCH_READS),
        WorkflowStep(slug="tests-after-edit", kind=Kind.TESTS_AFTER_EDIT, level=Level.RECOMMENDED, unless=PROSE),
        WorkflowStep(
            slug="search-before-new-file",
            kind=Kind.SEARCH_BEFORE_EDIT,
            level=Level.RECOMMENDED,
            each=Each.SESSION,
            files="new",
            unless=PROSE,
        ),
    ),
    THEAUDITOR: (
        # `aud full` runs the blueprint too, which is why TheAuditor's own checker accepts it
        WorkflowStep(slug="blueprint-first", kind=Kind.MUST_RUN_BEFORE_EDIT, commands=("aud blueprint", "aud full")),
        WorkflowStep(slug="query-before-edit", kind=Kind.MUST_RUN_BEFORE_EDIT, commands=("aud query", "aud context")),
        WorkflowStep(slug="no-blind-reads", kind=Kind.READ_BEFORE_EDIT),
        WorkflowStep(slug="complete-batch-reads", kind=Kind.COMPLETE_BATCH_READS),
        WorkflowStep(
            slug="context-before-edit",
            kind=Kind.MUST_RUN_BEFORE_EDIT,
            level=Level.RECOMMENDED,
            commands=("aud context",),
        ),
    ),
}
DEFAULT_EACH = {Kind.SEQUENCE: Each.TIME}
"""How long what was done counts where nothing is said; of other kinds ``session``."""
