"""flows.workflow_advice: which tasks speak for or against a step."""

from pathlib import Path

import pytest
from tests.judgement.outcomes.workflow.sessions import edit, prompt, read
from tests.judgement.recipes.test_workflow_compliance import place, project, stored

from twiceshy.archive import session_results
from twiceshy.archive.db import Store
from twiceshy.archive.derived_values import DerivedValue
from twiceshy.base.values import Scrubbed
from twiceshy.judgement.recipes.judge_sessions import VERSION
from twiceshy.judgement.recipes.workflow_advice import suggest_changes
from twiceshy.judgement.workflow.compliance import check_compliance
from twiceshy.judgement.workflow.suggest import WORST, observe_tasks
from twiceshy.judgement.workflow.workflow_file import PRESETS
from twiceshy.records.outcomes import UNKNOWN_OUTCOME, Answer, Correction, Outcome, SessionResult, Task
from twiceshy.records.workflow import Workflow, WorkflowStep

__all__ = ["project"]


def test_an_edit_belongs_to_the_task_before_it() -> None:
    """Each judged task is one observation of the steps that its edits kept or broke; unknown outcomes are none."""
    first, second, third = prompt(), prompt(), prompt()
    in_order = [first, read(), edit(), second, edit("b"), edit(), third, edit("c")]
    found = check_compliance(in_order, Workflow(steps=(WorkflowStep(slug="r", kind=PRESETS["careful"][0].kind),)))
    yes, no = Outcome(answer=Answer.YES), Outcome(answer=Answer.NO)
    tasks = (task(first.uid, corrected=no), task(second.uid, corrected=yes), task(third.uid))
    result = SessionResult(session=b"s", tasks=tasks)

    told = list(observe_tasks(place("/p"), in_order, found, result, "corrected"))

    assert [(dict(one.did), dict(one.became), one.unit) for one in told] == [
        ({"violates:r": False}, {"corrected": False}, "task"),
        ({"violates:r": True}, {"corrected": True}, "task"),
    ]


def test_what_was_done_because_of_an_outcome_did_not_lead_to_it() -> None:
    """Edits after a task's correction belong to no task."""
    first, correction = prompt(), prompt("no, not there")
    in_order = [first, read(), edit(), correction, edit("b")]
    found = check_compliance(in_order, Workflow(steps=(WorkflowStep(slug="r", kind=PRESETS["careful"][0].kind),)))
    result = SessionResult(
        session=b"s",
        tasks=(task(first.uid, corrected=Outcome(answer=Answer.YES)),),
        corrections=(Correction(prompt=correction.uid, why="words", confidence=0.9),),
    )

    assert [dict(one.did) for one in observe_tasks(place("/p"), in_order, found, result, "corrected")] == [
        {"violates:r": False}
    ]


def task(uid: bytes, corrected: Outcome = UNKNOWN_OUTCOME) -> Task:
    none = Scrubbed("")
    return Task(
        prompt=uid, description=none, started_at=None, ended_at=None, calls=1, edits=1, files=(), corrected=corrected
    )


@pytest.mark.parametrize(("version", "count"), [(VERSION, 1), (VERSION - 1, 0)], ids=["present rules", "older rules"])
def test_suggestions_come_from_what_was_judged(
    project: Path, monkeypatch: pytest.MonkeyPatch, version: int, count: int
) -> None:
    """Declared steps and a preset's are weighed with the tasks of this project's sessions, judged by present rules."""
    monkeypatch.chdir(project)
    config = stored(str(project))
    with Store.open(config.home) as store:
        uid = bytes.fromhex("aa01".ljust(32, "0"))
        prompt_uid = uid[:8] + (1).to_bytes(8, "big")
        result = SessionResult(session=uid, tasks=(task(prompt_uid, corrected=Outcome(answer=Answer.YES)),))
        store.put_derived(
            session_results.KIND, [DerivedValue(uid, b"h", session_results.encode_result(result))], version
        )
    found = suggest_changes(config, project, None, "careful", "corrected")

    assert (found.sessions, found.judged, found.patch) == (1, count, "")
    first = found.suggestions[0]
    assert (first.step.slug, first.now, first.advice, first.violated.n) == (
        "read-before-edit",
        None,
        "open",
        count,
    )
    assert suggest_changes(config, Path("/"), None, "careful", "corrected").sessions == 0


def test_every_outcome_is_a_field_of_a_task() -> None:
    """No outcome is asked for that no task has."""
    assert {field for field, _ in WORST.values()} <= set(Task.__dataclass_fields__)
