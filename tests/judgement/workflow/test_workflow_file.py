"""outcomes.workflow.declared: what a workflow.toml says, and errors that lead to the line."""

import subprocess
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from twiceshy.base.errors import ConfigError
from twiceshy.judgement.workflow.suggest import suggest
from twiceshy.judgement.workflow.workflow_file import PRESETS, USES, build_patch, parse_workflow
from twiceshy.records.workflow import (
    FilePosition,
    StepAdvice,
    StepKind,
    StepLevel,
    StepScope,
    StepSuggestion,
    Workflow,
    WorkflowStep,
)

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


# outcomes.workflow.patch: patches that git takes, and that say what was meant.

NAME = ".twiceshy/workflow.toml"
OWN = '[steps.tests]  # ours\nkind = "tests-after-edit"\nlevel = "RECOMMENDED"  # for now\n'
OWN += '\n[steps.z]\nkind = "read-before-edit"\n'


def advised(step: WorkflowStep, now: StepLevel | None, to: StepLevel | None) -> StepSuggestion:
    (found,) = suggest(Workflow(), [step], [], Random(1))
    up = to is not None and (now is None or to is StepLevel.MANDATORY)
    return replace(found, now=now, to=to, advice=StepAdvice.PROMOTE if up else StepAdvice.DEMOTE)


def steps_of(text: str) -> dict[str, WorkflowStep]:
    return {step.slug: step for step in parse_workflow(text, NAME).workflow.steps}


def applied(folder: Path, old: str | None, diff: str) -> str:
    subprocess.run(["git", "init", "-q", "."], cwd=folder, check=True)
    file = folder / NAME
    if old is not None:
        file.parent.mkdir()
        file.write_bytes(old.encode())
    subprocess.run(["git", "apply", "--whitespace=nowarn"], cwd=folder, check=True, input=diff.encode())
    return file.read_bytes().decode()


FILES = [
    ("its own level line", OWN, "tests", StepLevel.MANDATORY),
    ("a line below its heading", OWN, "z", StepLevel.RECOMMENDED),
    ("off", OWN, "tests", None),
    ("a step of the preset", 'preset = "careful"\n', "tests-after-edit", StepLevel.MANDATORY),
    ("no line feed at the end", 'preset = "careful"', "tests-after-edit", StepLevel.MANDATORY),
    (
        "nothing behind the heading",
        'preset = "careful"\n[steps.tests-after-edit]',
        "tests-after-edit",
        StepLevel.MANDATORY,
    ),
    ("carriage returns", OWN.replace("\n", "\r\n"), "tests", StepLevel.MANDATORY),
    ("carriage returns, a new line", OWN.replace("\n", "\r\n"), "z", StepLevel.RECOMMENDED),
    ("other line ends are text", "# a\u0085b\u2028c\n" + OWN, "tests", StepLevel.MANDATORY),
]


@pytest.mark.parametrize(("old", "slug", "to"), [row[1:] for row in FILES], ids=[row[0] for row in FILES])
def test_git_applies_the_patch_and_the_file_says_the_new_level(
    old: str, slug: str, to: StepLevel | None, tmp_path: Path
) -> None:
    """Only that step changes, comments and line ends stay."""
    before = steps_of(old)
    found = build_patch(old, NAME, [advised(before[slug], before[slug].level, to)])
    new = applied(tmp_path, old, found.text)
    after = steps_of(new)

    assert found.by_hand == ()
    assert (after[slug].level if to else after.get(slug)) == to
    assert {name for name in before if name != slug} <= set(after)
    assert ("\r\n" in old) == ("\r\n" in new)
    assert all(line in new for line in old.splitlines() if line.startswith("#") or "ours" in line)


@pytest.mark.parametrize("step", [step for steps in PRESETS.values() for step in steps], ids=lambda step: step.slug)
def test_a_candidate_is_added_whole_and_a_missing_file_is_made(step: WorkflowStep, tmp_path: Path) -> None:
    """What is read back is the preset's step, recommended."""
    found = build_patch(None, NAME, [advised(step, None, StepLevel.RECOMMENDED)])
    read = steps_of(applied(tmp_path, None, found.text))[step.slug]

    assert read == replace(step, level=StepLevel.RECOMMENDED, declared=FilePosition(file=NAME, line=1))


def test_several_changes_are_one_patch(tmp_path: Path) -> None:
    """All of them hold afterwards."""
    found = build_patch(
        OWN,
        NAME,
        [
            advised(steps_of(OWN)["tests"], StepLevel.RECOMMENDED, StepLevel.MANDATORY),
            advised(steps_of(OWN)["z"], StepLevel.MANDATORY, StepLevel.RECOMMENDED),
            advised(PRESETS["careful"][3], None, StepLevel.RECOMMENDED),
        ],
    )
    after = steps_of(applied(tmp_path, OWN, found.text))

    assert [(slug, step.level) for slug, step in after.items()] == [
        ("tests", "MANDATORY"),
        ("z", "RECOMMENDED"),
        ("search-before-new-file", "RECOMMENDED"),
    ]


HAND = [
    ("a document's step", OWN, "planning.md"),
    ("an inline table", 'steps.tests = { kind = "tests-after-edit", level = "RECOMMENDED" }\n', NAME),
    ("a broken file", "steps = \n", NAME),
]


@pytest.mark.parametrize(("old", "file"), [row[1:] for row in HAND], ids=[row[0] for row in HAND])
def test_what_a_patch_cannot_hold_is_told(old: str, file: str) -> None:
    """No patch is made that would break the file or change another step."""
    step = WorkflowStep(slug="tests", kind=PRESETS["careful"][2].kind, declared=FilePosition(file=file, line=1))
    one = advised(step, StepLevel.RECOMMENDED, StepLevel.MANDATORY)

    assert build_patch(old, NAME, [one]) == ("", (one,))


def test_keep_and_undecided_change_nothing() -> None:
    """An empty patch is an empty text."""
    (undecided,) = suggest(Workflow(), [PRESETS["careful"][0]], [], Random(1))

    assert build_patch(OWN, NAME, [undecided, replace(undecided, advice=StepAdvice.KEEP)]) == ("", ())
