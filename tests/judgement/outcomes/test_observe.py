"""judgement.outcomes.observe: what was done before the outcome, and never more than is known."""

from tests.judgement.outcomes.agent import Agent

from twiceshy.base.values import Scrubbed
from twiceshy.judgement.outcomes.evidence import gather_evidence
from twiceshy.judgement.outcomes.observe import observe
from twiceshy.judgement.outcomes.task_results import judge_evidence
from twiceshy.records.effects import BREAKS, CallRisk, Observation
from twiceshy.records.outcomes import Correction
from twiceshy.records.workflow import Compliance, StepLevel, StepResult, StepVerdict


def observed(agent: Agent, *corrections: Correction, compliance: Compliance | None = None) -> list[Observation]:
    facts = gather_evidence(agent.story, corrections=corrections)
    return list(observe(facts, judge_evidence(facts), compliance=compliance or Compliance()))


def of(unit: str, found: list[Observation]) -> list[Observation]:
    return [one for one in found if one.unit == unit]


def an_agent(files: tuple[str, ...] = ("a.py",)) -> Agent:
    agent = Agent()
    agent.files |= dict.fromkeys(files, "one\n")
    agent.says("make it two")
    return agent


def test_an_empty_session_has_none() -> None:
    """Nothing done, nothing observed."""
    assert observed(Agent()) == []


def test_an_edit_tells_what_was_done_and_what_became_of_it() -> None:
    """What nobody could say anything about is absent."""
    agent = an_agent()
    uid = agent.edits("a.py", "two\n")

    (edit,) = of("edit", observed(agent))

    assert edit.did == {"blind-edit": True, "no-tests-after": True}
    assert edit.became == {"failed": False, "refused-unread": False, "rejected": False, "rolled-back": False}
    assert (edit.path, edit.size, edit.project, edit.proof) == ("a.py", "1", "web", (uid.hex(),))


def test_equal_edits_are_counted_in_one() -> None:
    """With the first proofs."""
    agent = an_agent()
    agent.reads("a.py")
    for text in ("two\n", "three\n", "four\n"):
        agent.edits("a.py", text)

    (edit,) = of("edit", observed(agent))

    assert (edit.n, len(edit.proof)) == (3, 2)


def test_a_failed_edit_was_never_corrected() -> None:
    """Nor taken back: there was nothing."""
    agent = an_agent()
    agent.edits("a.py", "two\n", failure="error")
    agent.says("hm")

    assert of("edit", observed(agent))[0].became == {"failed": True}


def test_scored_edits_tell_which_bands_they_reach() -> None:
    """Of a task the worst of its edits; what was not scored says nothing."""
    agent = an_agent(("a.py", "b.py", "c.py"))
    risky, clean, _ = (agent.edits(path, "two\n") for path in ("a.py", "b.py", "c.py"))
    facts = gather_evidence(agent.story)
    risks = {
        risky: CallRisk("medium", "none", "medium", missed_rename=None),
        clean: CallRisk("none", "none", "none", missed_rename=False),
    }

    found = list(observe(facts, judge_evidence(facts), risks=risks))

    asked = [{slug: so for slug, so in one.did.items() if slug.startswith("risk-")} for one in found]
    assert asked == [
        {"risk-low": True, "risk-medium": True, "risk-high": False},
        {"risk-low": False, "risk-medium": False, "risk-high": False},
        {},
        {"risk-low": True, "risk-medium": True, "risk-high": False},
    ]


def test_a_score_says_what_it_rests_on() -> None:
    """Findings and the file's past are told apart; a name left behind is known only where somebody looked."""
    agent = an_agent(("a.py", "b.py"))
    by_past, by_name = (agent.edits(path, "two\n") for path in ("a.py", "b.py"))
    facts = gather_evidence(agent.story)
    risks = {
        by_past: CallRisk("medium", "none", "medium", missed_rename=None),
        by_name: CallRisk("medium", "medium", "none", missed_rename=True),
    }

    first, second, task = observe(facts, judge_evidence(facts), risks=risks)

    asked = ("findings-medium", "past-medium", "missed-rename")
    assert [[one.did.get(slug) for slug in asked] for one in (first, second, task)] == [
        [False, True, None],
        [True, False, True],
        [True, True, True],
    ]


def test_a_refusal_of_an_unread_file_is_no_failure() -> None:
    """The client's own rule stopped it: the edit was never tried, so whether it would have failed is not known."""
    agent = an_agent()
    agent.edits("a.py", "two\n", failure="error")
    last = agent.moments[-1]
    agent.moments[-1] = last._replace(
        step=last.step._replace(message=Scrubbed("File has not been read yet. Read it first before writing to it."))
    )

    (edit,) = of("edit", observed(agent))

    assert edit.became == {"refused-unread": True}
    assert edit.did["blind-edit"]


def test_engagement_needs_a_person() -> None:
    """Where nobody speaks a program drives it; a few words for many calls are not much, one after each call is."""
    silent, seldom, often = Agent(), an_agent(), an_agent()
    silent.files |= {"a.py": "one\n"}
    silent.edits("a.py", "two\n")
    for _ in range(40):
        seldom.reads("a.py")
    seldom.edits("a.py", "two\n")
    often.edits("a.py", "two\n")
    often.says("go on")
    often.edits("a.py", "one\n")

    ends = [[one.became.get("engaged") for one in of("task", observed(agent))] for agent in (silent, seldom, often)]
    assert ends == [[None], [False], [True]]


def test_checks_before_the_next_words_count() -> None:
    """Later ones were asked for."""
    agent = an_agent(("a.py", "b.py"))
    agent.edits("a.py", "two\n")
    agent.runs("pytest -q", "=== 3 passed in 0.1s ===")
    agent.says("and the other")
    agent.edits("b.py", "two\n")
    agent.says("test it")
    agent.runs("pytest -q", "=== 3 passed in 0.1s ===")

    assert [one.did["no-tests-after"] for one in of("edit", observed(agent))] == [False, True]


def test_documents_and_data_ask_for_no_tests() -> None:
    """An edit of one says neither yes nor no; a task's last change of code decides."""
    agent = an_agent(("README.md", "a.py"))
    agent.edits("README.md", "two\n")
    alone = observed(agent)
    agent.edits("a.py", "two\n")
    agent.runs("pytest -q", "=== 3 passed in 0.1s ===")
    agent.edits("README.md", "three\n")
    later = observed(agent)

    assert ["no-tests-after" in one.did for one in alone if one.unit in {"edit", "task"}] == [False, False]
    assert [one.did.get("no-tests-after") for one in of("edit", later)] == [None, False, None]
    assert [one.did["no-tests-after"] for one in of("task", later)] == [False]


def test_what_came_after_a_correction_does_not_count_as_done() -> None:
    """The tests that followed it did not prevent it."""
    agent = an_agent()
    uid = agent.edits("a.py", "two\n")
    prompt = agent.says("no, that is wrong")
    agent.edits("a.py", "three\n")
    agent.runs("pytest -q", "=== 3 passed in 0.1s ===")

    (task,) = of("task", observed(agent, Correction(prompt=prompt, why="words", confidence=0.8, calls=(uid,))))

    assert task.did["no-tests-after"]
    assert task.became["corrected"]
    assert task.became["first-pass"] is False


def test_a_task_without_edits_is_none() -> None:
    """Questions have no outcome."""
    agent = an_agent()
    agent.reads("a.py")

    assert observed(agent) == []


def test_declared_steps_are_told_by_their_edits() -> None:
    """Broken by one edit, kept by another; the task broke it."""
    agent = an_agent(("a.py", "b.py"))
    broken, kept = agent.edits("a.py", "two\n"), agent.edits("b.py", "two\n")
    step = StepResult(
        step="read-first", level=StepLevel.MANDATORY, verdict=StepVerdict.VIOLATED, kept=(kept,), broken=(broken,)
    )

    found = observed(agent, compliance=Compliance(compliant=False, score=0.0, steps=(step,)))

    assert [one.did[BREAKS + "read-first"] for one in of("edit", found)] == [True, False]
    assert [one.did[BREAKS + "read-first"] for one in of("task", found)] == [True]


def test_a_task_that_kept_every_mandatory_step_kept_the_workflow() -> None:
    """Recommended steps do not count; where no mandatory one was about anything it is not said."""
    agent = an_agent()
    uid = agent.edits("a.py", "two\n")

    def kept(level: StepLevel, *, broke: bool) -> bool | None:
        step = StepResult(
            step="tests",
            level=level,
            verdict=StepVerdict.VIOLATED if broke else StepVerdict.KEPT,
            kept=() if broke else (uid,),
            broken=(uid,) if broke else (),
        )
        (task,) = of("task", observed(agent, compliance=Compliance(steps=(step,))))
        return task.did.get("workflow-compliant")

    assert kept(StepLevel.MANDATORY, broke=False) is True
    assert kept(StepLevel.MANDATORY, broke=True) is False
    assert kept(StepLevel.RECOMMENDED, broke=True) is None


def test_whether_it_would_have_tested_is_unknown_of_an_agent_that_was_stopped() -> None:
    """Who interrupts to correct keeps it from testing too."""
    agent = an_agent()
    agent.edits("a.py", "two\n")
    agent.marks("interrupt")
    agent.says("no, three")

    assert ["no-tests-after" in one.did for one in observed(agent)] == [False, False]
