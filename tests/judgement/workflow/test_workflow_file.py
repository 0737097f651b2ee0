"""outcomes.workflow.declared: what a workflow.toml says, and errors that lead to the line."""

import pytest

from twiceshy.base.errors import ConfigError
from twiceshy.judgement.workflow.presets import PRESETS
from twiceshy.judgement.workflow.workflow_file import USES, parse_workflow
from twiceshy.records.workflow import FilePosition, StepKind, StepLevel, StepScope

WHOLE = """\
preset = "careful"
documents = ["docs/plan.md"]

[steps.blueprint-first]
kind = "must-run-before-edit"
level = "recommended"
commands = ["aud blueprint"]
tools = ["mcp__aud__*"]
each = "prompt"
files = "existing"
paths = ["src/"]
unless = ["*.md"]

[steps.tests-after-edit]
level = "MANDATORY"
green = true

[steps."search-before-new-file"]
off = true

[steps.beside]
kind = "related-files-before-edit"
need = "all"
related = { "src/*.py" = ["tests/test_{stem}.py"] }

[steps.commit]
kind = "sequence"
order = ["edit src/", "tests", "run git commit"]
restart = true
"""


def test_every_key_of_a_step_is_read() -> None:
    """A file says all that a step can hold, and where."""
    found = parse_workflow(WHOLE, "workflow.toml")
    steps = {step.slug: step for step in found.workflow.steps}

    assert found.documents == ("docs/plan.md",)
    assert list(steps) == [
        "read-before-edit",
        "complete-batch-reads",
        "tests-after-edit",
        "blueprint-first",
        "beside",
        "commit",
    ]
    one = steps["blueprint-first"]
    assert (one.kind, one.level, one.each, one.files) == (
        StepKind.MUST_RUN_BEFORE_EDIT,
        StepLevel.RECOMMENDED,
        StepScope.PROMPT,
        "existing",
    )
    assert (one.commands, one.tools, one.paths, one.unless) == (
        ("aud blueprint",),
        ("mcp__aud__*",),
        ("src/",),
        ("*.md",),
    )
    assert one.declared == FilePosition(file="workflow.toml", line=4)
    assert (steps["tests-after-edit"].level, steps["tests-after-edit"].green) == (StepLevel.MANDATORY, True)
    assert steps["tests-after-edit"].unless == PRESETS["careful"][2].unless
    assert steps["beside"].related == {"src/*.py": ("tests/test_{stem}.py",)}
    assert (steps["commit"].order[0], steps["commit"].restart, steps["commit"].each) == (
        "edit src/",
        True,
        StepScope.TIME,
    )


@pytest.mark.parametrize("preset", PRESETS)
def test_a_preset_alone_is_its_steps(preset: str) -> None:
    """One line is enough to begin."""
    assert parse_workflow(f'preset = "{preset}"', "w").workflow.steps == PRESETS[preset]


def test_the_auditors_preset_has_its_four_rules_and_context_recommended() -> None:
    """Blueprint, query, no blind reads and complete batches are mandatory; context is recommended."""
    assert [(step.slug, step.level) for step in PRESETS["theauditor"]] == [
        ("blueprint-first", "MANDATORY"),
        ("query-before-edit", "MANDATORY"),
        ("no-blind-reads", "MANDATORY"),
        ("complete-batch-reads", "MANDATORY"),
        ("context-before-edit", "RECOMMENDED"),
    ]


def test_an_empty_file_declares_nothing() -> None:
    """Nothing is assumed where nothing is said."""
    assert parse_workflow("", "w").workflow.steps == ()


STEP = '\n[steps.x]\nkind = "{kind}"\n'
WRONG = [
    ("no TOML", "preset = ", "not valid TOML"),
    ("deep nesting", "a = " + "[" * 100_000, "not valid TOML"),
    ("unknown key", "\npresets = 1", "line 2: unknown key 'presets'"),
    ("unknown preset", '\n\npreset = "brave"', "line 3: there is no preset 'brave'; there are careful, theauditor"),
    ("preset of another type", "preset = ['careful']", "line 1: there is no preset"),
    ("documents", "documents = [1]", "line 1: documents is a list of texts"),
    ("steps are no table", "steps = 1", "line 1: steps are tables"),
    ("a step is no table", "[steps]\nx = 1", "line 2: a step is a table"),
    ("a bad name", '\n[steps."A b"]', "line 2: 'A b' is no name for a step"),
    ("a name that leads elsewhere", '[steps."../x"]', "is no name for a step"),
    ("no kind", "\n\n[steps.x]\nlevel = 'MANDATORY'", "line 3: x is no step of the preset, so it needs a kind"),
    ("unknown kind", "[steps.x]\n\nkind = 'read'", "line 3: there is no kind 'read'"),
    ("kind of another type", "[steps.x]\nkind = []", "line 2: there is no kind"),
    ("unknown level", STEP.format(kind="read-before-edit") + "level = 'MUST'", "line 4: level cannot be 'MUST'"),
    ("level of another type", STEP.format(kind="read-before-edit") + "level = 1", "line 4: level cannot be 1"),
    ("a key of another kind", STEP.format(kind="read-before-edit") + "green = true", "line 4: read-before-edit has no"),
    ("unknown each", STEP.format(kind="search-before-edit") + "each = 'day'", "line 4: each cannot be 'day'"),
    ("no commands", STEP.format(kind="must-run-before-edit"), "line 2: x (must-run-before-edit) needs commands"),
    ("empty command", STEP.format(kind="must-run-before-edit") + "commands = ['']", "line 4: commands is a list"),
    ("no paths", STEP.format(kind="no-edit-outside"), "needs paths"),
    ("one part", STEP.format(kind="sequence") + "order = ['edit']", "needs an order of two or more"),
    ("no part", STEP.format(kind="sequence") + "order = ['edit', 'commit']", "line 4: 'commit' is no part"),
    ("run of nothing", STEP.format(kind="sequence") + "order = ['edit', 'run']", "'run' is no part"),
    ("related", STEP.format(kind="related-files-before-edit") + "related = []", "line 4: related is a table"),
    ("green", STEP.format(kind="tests-after-edit") + "green = 1", "line 4: green is true or false"),
    ("off", STEP.format(kind="tests-after-edit") + "off = 'yes'", "line 4: off is true or false"),
    ("too many", "".join(f"[steps.x{n}]\nkind = 'read-before-edit'\n" for n in range(101)), "at most 100"),
    ("a very long text", STEP.format(kind="no-edit-outside") + f"paths = ['{'a' * 501}']", "line 4: paths is a list"),
]


@pytest.mark.parametrize(("text", "said"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG])
def test_what_cannot_be_checked_is_an_error_with_its_line(text: str, said: str) -> None:
    """Every wrong file is refused in words that name the file, the line and what is allowed."""
    with pytest.raises(ConfigError) as caught:
        parse_workflow(text, "w.toml")

    assert str(caught.value).startswith("w.toml")
    assert said in str(caught.value)


def test_a_key_is_looked_for_in_its_own_step() -> None:
    """The line of an error is that of the step that has it, not of the first that has such a key."""
    text = STEP.format(kind="tests-after-edit") + 'each = "session"\n[steps.y]\nkind = "tests-after-edit"\neach = "z"'

    with pytest.raises(ConfigError, match="line 7: each"):
        parse_workflow(text, "w")


def test_every_kind_says_which_keys_it_uses() -> None:
    """No kind takes a key that nobody reads."""
    assert set(USES) == set(StepKind)
