"""lessons.findings: a fault that an edit brought in, the line that holds it, and what took it away."""

from dataclasses import replace

from tests.judgement.outcomes.agent import Agent

from twiceshy.base.values import Scrubbed
from twiceshy.lessons.code_mistakes import EditFindings, find_introduced_faults
from twiceshy.lessons.occurrences import RawOccurrence
from twiceshy.records.findings import Finding, FindingDelta, Layer, Severity

SHELL = Finding(
    rule="pattern/shell-true",
    layer=Layer.PATTERN,
    severity=Severity.CRITICAL,
    confidence=0.9,
    path="src/run.py",
    line=2,
    message=Scrubbed("A shell reads what was put together with values."),
    cwe=78,
    fingerprint=b"fp-shell",
)


def worked() -> Agent:
    agent = Agent()
    agent.says("run it")
    agent.edits("src/run.py", "import subprocess\nsubprocess.run(words, shell=True)\n")
    agent.edits("src/run.py", "import subprocess\nsubprocess.run(words)\n")
    return agent


def found_in(agent: Agent, *changes: FindingDelta) -> list[RawOccurrence]:
    edits = [moment.step for moment in agent.story.moments if moment.step.action in {"edit", "write"}]
    scanned = [
        EditFindings(step.uid, "src/run.py", step.at, change) for step, change in zip(edits, changes, strict=True)
    ]
    return list(find_introduced_faults(agent.story, scanned, lambda body: agent.bodies[body.hex()]))


def test_a_fault_its_line_and_what_took_it_away() -> None:
    """With the rule's own sentence, its weakness, and the seconds that it stood."""
    (one,) = found_in(worked(), FindingDelta(introduced=(SHELL,)), FindingDelta(fixed=(SHELL,)))

    assert one.template.description == "A shell reads what was put together with values."
    assert one.template.cause == "pattern/shell-true (CWE-78)"
    assert (one.template.subject, one.template.category) == ("python", "security")
    assert (one.code, one.fix) == ("subprocess.run(words, shell=True)", "subprocess.run(words)")
    assert (one.source, one.fixed) == ("finding", True)
    assert one.cost_s is not None
    assert one.cost_s > 0


def test_a_fault_that_stays_has_no_fix() -> None:
    """Another fault that went away is no reason."""
    other = replace(SHELL, fingerprint=b"fp-other")
    (one,) = found_in(worked(), FindingDelta(introduced=(SHELL,)), FindingDelta(fixed=(other,)))

    assert (one.fix, one.fixed, one.cost_s) == ("", False, None)


def test_a_rule_is_one_lesson_a_language_and_a_forgotten_user_is_none() -> None:
    """The key is of rule and language; refactoring says something new each time."""
    script = replace(SHELL, path="src/run.ts")
    forgotten = replace(SHELL, layer=Layer.REFACTOR)
    seen = found_in(worked(), FindingDelta(introduced=(SHELL, script, forgotten)), FindingDelta(introduced=(SHELL,)))

    assert [one.template.subject for one in seen] == ["python", "typescript", "python"]
    assert seen[0].template.key == seen[2].template.key != seen[1].template.key
