"""outcomes.workflow.patch: patches that git takes, and that say what was meant."""

import subprocess
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from twiceshy.judgement.workflow.presets import PRESETS
from twiceshy.judgement.workflow.suggest import suggest
from twiceshy.judgement.workflow.workflow_file import parse_workflow
from twiceshy.judgement.workflow.workflow_patch import build_patch
from twiceshy.records.workflow import FilePosition, StepAdvice, StepLevel, StepSuggestion, Workflow, WorkflowStep

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
