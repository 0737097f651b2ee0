"""The workflow that a project declares: its ``workflow.toml``, and marked lines of its documents."""

from collections.abc import Callable
from dataclasses import replace

from twiceshy.base.errors import ConfigError
from twiceshy.judgement.workflow.document_steps import parse_document_steps
from twiceshy.judgement.workflow.workflow_file import PRESETS, parse_workflow
from twiceshy.records.workflow import UncheckableLine, Workflow

_DOCUMENTS = ("planning.md", "AGENTS.md", "CLAUDE.md")
"""Read where ``workflow.toml`` does not name any: only lines with MANDATORY or RECOMMENDED in capitals count there."""


def declare(text: str | None, name: str, read_document: Callable[[str], str | None]) -> Workflow:
    """Return the workflow; empty if nothing is declared.

    Args:
        text: of the ``workflow.toml``; None where there is none.
        name: what messages call that file.
        read_document: returns a document's text, None where it is not there.

    Raises:
        ConfigError: the file or a document says what no workflow can say, or a named document is not there.
    """
    found = parse_workflow(text, name) if text is not None else None
    workflow = found.workflow if found else Workflow()
    named = found.documents if found else None
    own, sources, unread = {step.slug: step for step in workflow.steps}, list(workflow.sources), list[UncheckableLine]()
    for document in _DOCUMENTS if named is None else named:
        lines = read_document(document)
        if lines is None and named is not None:
            raise ConfigError(f"{name}: there is no document {document!r} in the project's folder.")
        read = parse_document_steps(lines or "", document, named=named is not None)
        for step in read.steps:
            own.setdefault(step.slug, step)
        unread += read.unread
        sources += [document] if read.steps or read.unread else []
    return replace(workflow, steps=tuple(own.values()), sources=tuple(sources), unread=tuple(unread))


def render_template(preset: str) -> str:
    """Return a workflow file that begins with a preset and says how to change it."""
    steps_of = "\n".join(f"#   {step.slug:<24} {step.level:<12} {step.kind}" for step in PRESETS[preset])
    return f"""# How agents are to work here: `twiceshy workflow check` says how far they did.
preset = "{preset}"
# Its steps:
{steps_of}

# To change one, say only what is different:
# [steps.{PRESETS[preset][0].slug}]
# level = "RECOMMENDED"
# off = true

# A step of your own:
# [steps.blueprint-first]
# kind = "must-run-before-edit"
# level = "MANDATORY"
# commands = ["aud blueprint"]
# paths = ["src/"]

# Also read lines marked MANDATORY, RECOMMENDED, must, always, never ... from these files:
# documents = ["planning.md"]
"""
