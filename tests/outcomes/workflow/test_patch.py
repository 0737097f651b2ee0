"""outcomes.workflow.patch: patches that git takes, and that say what was meant."""

import subprocess
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from twiceshy.outcomes.workflow.declared import declared
from twiceshy.outcomes.workflow.patch import patch
from twiceshy.outcomes.workflow.presets import PRESETS
from twiceshy.outcomes.workflow.suggest import suggest
from twiceshy.records.workflow import Advice, Level, Place, Suggestion, Workflow, WorkflowStep

NAME = ".twiceshy/workflow.toml"
OWN = '[steps.tests]  # ours\nkind = "tests-after-edit"\nlevel = "RECOMMENDED"  # for now\n'
OWN += '\n[steps.z]\nkind = "read-before-edit"\n'


def advised(step: WorkflowStep, now: Level | None, to: Level | None) -> Suggestion:
    (found,) = suggest(Workflow(), [step], [], Random(1))
    up = to is not None and (now is None or to is Level.MANDATORY)
    return replace(found, now=now, to=to, advice=Advice.PROMOTE if up else Advice.DEMOTE)


def steps_of(text: str) -> dict[str, WorkflowStep]:
    return {step.slug: step for step in declared(text, NAME).workflow.steps}


def applied(folder: Path, old: str | None, diff: str) -> str:
    subprocess.run(["git", "init", "-q", "."], cwd=folder, check=True)
    file = folder / NAME
    if old is not None:
        file.parent.mkdir()
        file.write_bytes(old.encode())
    subprocess.run(["git", "apply", "--whitespace=nowarn"], cwd=folder, check=True, input=diff.encode())
    return file.read_bytes().decode()


FILES = [
    ("its own level line", OWN, "tests", Level.MANDATORY),
    ("a line below its heading", OWN, "z", Level.RECOMMENDED),
    ("off", OWN, "tests", None),
    ("a step of the preset", 'preset = "careful"\n', "tests-after-edit", Level.MANDATORY),
    ("no line feed at the end", 'preset = "careful"', "tests-after-edit", Level.MANDATORY),
    ("nothing behind the heading", 'preset = "careful"\n[steps.tests-after-edit]', "tests-after-edit", Level.MANDATORY),
    ("carriage returns", OWN.replace("\n", "\r\n"), "tests", Level.MANDATORY),
    ("carriage returns, a new line", OWN.replace("\n", "\r\n"), "z", Level.RECOMMENDED),
    ("other line ends are text", "# a\u0085b\u2028c\n" + OWN, "tests", Level.MANDATORY),
]  # fmt: skip


@pytest.mark.parametrize(("old", "slug", "to"), [row[1:] for row in FILES], ids=[row[0] for row in FILES])
def test_git_applies_the_patch_and_the_file_says_the_new_level(
    old: str, slug: str, to: Level | None, tmp_path: Path
) -> None:
    """Only that step changes, comments and line ends stay."""
    before = steps_of(old)
    found = patch(old, NAME, [advised(before[slug], before[slug].level, to)])
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
    found = patch(None, NAME, [advised(step, None, Level.RECOMMENDED)])
    read = steps_of(applied(tmp_path, None, found.text))[step.slug]

    assert read == replace(step, level=Level.RECOMMENDED, declared=Place(file=NAME, line=1))


def test_several_changes_are_one_patch(tmp_path: Path) -> None:
    """All of them hold afterwards."""
    found = patch(
        OWN,
        NAME,
        [
            advised(steps_of(OWN)["tests"], Level.RECOMMENDED, Level.MANDATORY),
            advised(steps_of(OWN)["z"], Level.MANDATORY, Level.RECOMMENDED),
            advised(PRESETS["careful"][3], None, Level.RECOMMENDED),
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
    step = WorkflowStep(slug="tests", kind=PRESETS["careful"][2].kind, declared=Place(file=file, line=1))
    one = advised(step, Level.RECOMMENDED, Level.MANDATORY)

    assert patch(old, NAME, [one]) == ("", (one,))


def test_keep_and_undecided_change_nothing() -> None:
    """An empty patch is an empty text."""
    (undecided,) = suggest(Workflow(), [PRESETS["careful"][0]], [], Random(1))

    assert patch(OWN, NAME, [undecided, replace(undecided, advice=Advice.KEEP)]) == ("", ())
