"""What this project says of facts and mistakes is in words that may be written."""

import pytest

from twiceshy.insights.project_facts.fact_words import PARTS, ProjectFactDraft, say_called
from twiceshy.insights.remedies.instruction_line import explain_refusal
from twiceshy.records.project_facts import ProjectFactKind

CALLED = [
    ProjectFactKind.TEST,
    ProjectFactKind.LINT,
    ProjectFactKind.BUILD,
    ProjectFactKind.TYPES,
    ProjectFactKind.FORMAT,
    ProjectFactKind.RUN,
]
REMEDIES = [
    "Never run `tox`: it is not installed. Use `scripts/check`.",
    "Never run `tox`: it is not installed. `scripts/check` runs the tests.",
    "Never pipe `mypy` or `npm test` through `tail`: failures were reported as success.",
    "Do not pipe `mypy`.",
    "Never retry `git push` without a change: stop and ask.",
    "Never edit `src/api/client.gen.ts`: it is generated.",
    "`pytest tests/a.py` is flaky: when it fails, run it again before you change code.",
    "Ask before you change `src/auth.py`.",
    "Never run `make` again unchanged after it failed: it fails again.",
    "Never run all of `pytest` at once: it hits the time limit. Name single tests.",
    "Never wait for `make serve` without a time limit: it hangs. Stop and ask.",
    "Never run `git commit` before `make test` and `make lint` have passed: a hook runs the same.",
    "Stop and ask when `make` fails twice with the same error.",
    "Read `src/auth.py` before you edit it.",
    "Run `npm install` before `npm test`.",
    "`docker compose up -d` must run before the tests.",
    "`scripts/check` needs up to 3 min: give it a timeout of 240 seconds.",
]


@pytest.mark.parametrize("part", [False, True])
@pytest.mark.parametrize("kind", CALLED)
def test_a_fact_may_be_written(kind: ProjectFactKind, part: bool) -> None:
    """How something is called, for all of the project or for some files, and in which folder."""
    draft = ProjectFactDraft(
        kind=kind,
        key="k",
        command="npm run check -- --all",
        folder="packages/web",
        n=3,
        part=part and kind in PARTS,
        sessions=2,
        cases=(),
        proof=b"",
        proof_at=None,
        say=say_called,
    )

    assert explain_refusal(say_called(draft)) == ""


@pytest.mark.parametrize("text", REMEDIES)
def test_a_remedy_may_be_written(text: str) -> None:
    """Each form in which a prohibition or a fact is phrased."""
    assert explain_refusal(text) == ""
