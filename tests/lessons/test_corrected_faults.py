"""lessons.corrected_faults: a correction belongs to the fault that a scanner found in the corrected edit."""

import pytest
from tests.judgement.outcomes.agent import Agent

from twiceshy.base.values import Scrubbed
from twiceshy.lessons.code_mistakes import EditFindings, find_introduced_faults, link_corrections, mark_corrected
from twiceshy.records.findings import Finding, FindingDelta, Layer, Severity
from twiceshy.records.outcomes import Correction

FAULT = Finding(
    rule="pattern/sql-built-python",
    layer=Layer.PATTERN,
    severity=Severity.CRITICAL,
    confidence=0.9,
    path="src/db.py",
    line=1,
    message=Scrubbed("An SQL statement is put together with a value."),
    cwe=89,
    fingerprint=b"fp",
)


def corrected(words: str, *, fixed: bool, named: bool = True) -> list[tuple[str, str]]:
    """Source and message of each occurrence of the fault, after a correction of the edit that brought it in."""
    agent = Agent()
    agent.says("add the look-up")
    made = agent.edits("src/db.py", "run(f'select {x}')\n")
    prompt = agent.says(words)
    later = agent.edits("src/db.py", "run('select ?', x)\n")
    edits = [EditFindings(made, "src/db.py", 1.0, FindingDelta(introduced=(FAULT,)))]
    if fixed:
        edits.append(EditFindings(later, "src/db.py", 2.0, FindingDelta(fixed=(FAULT,))))
    about = (made,) if named else ()
    linked = link_corrections(agent.story, [Correction(prompt=prompt, why="words", confidence=0.9, calls=about)], edits)
    found = find_introduced_faults(agent.story, edits, lambda body: agent.bodies[body.hex()])
    return [(one.source, one.message) for one in mark_corrected(found, linked)]


CASES = [
    pytest.param("that can be attacked", True, True, False, id="the work that follows takes it out, unnamed"),
    pytest.param("don't use sqlite3, use psycopg", True, True, False, id="another wish that takes it out too"),
    pytest.param("use parameters in SQL", False, True, True, id="its name is said"),
    pytest.param("the header is too large", False, True, False, id="about something else"),
    pytest.param("that python code is built wrong", False, True, False, id="words that any correction has"),
    pytest.param("use parameters in SQL", True, False, False, id="another edit was corrected"),
]


@pytest.mark.parametrize(("words", "fixed", "named", "linked"), CASES)
def test_a_correction_belongs_to_the_fault_that_it_is_about(words: str, fixed: bool, named: bool, linked: bool) -> None:
    """With the person's words; one observation, not two."""
    told = ("correction", words) if linked else ("finding", FAULT.message)

    assert corrected(words, fixed=fixed, named=named) == [told]


def test_a_prompt_that_the_story_lacks_is_about_nothing() -> None:
    """A log may be cut."""
    lost = Correction(prompt=b"lost", why="words", confidence=0.9)

    assert link_corrections(Agent().story, [lost], []) == {}
