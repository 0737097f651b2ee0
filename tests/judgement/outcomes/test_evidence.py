"""judgement.outcomes.evidence: what a session's log proves, gathered once."""

import pytest
from tests.judgement.outcomes.agent import Agent

from twiceshy.judgement.outcomes.evidence import Evidence, gather_evidence
from twiceshy.records.outcomes import Correction


def gathered(agent: Agent, *corrections: Correction) -> Evidence:
    return gather_evidence(agent.story, corrections=corrections)


def test_an_empty_session_proves_nothing() -> None:
    """No call worked, nobody spoke, no setback."""
    facts = gathered(Agent())

    assert (facts.acted, facts.people, facts.setbacks, facts.groups) == (-1, [], [], [])
    assert (facts.survival, facts.reverted, facts.rollbacks_of) == ({}, {}, {})


@pytest.fixture
def agent() -> Agent:
    """An edit, red tests, a refused edit, the edit undone, an objection, green tests."""
    agent = Agent()
    agent.says("count to two")
    agent.edits("a.py", "one\n")
    agent.runs("pytest", "= 1 failed in 0.1s =", 1)
    agent.is_refused()
    agent.edits("a.py", "one\ntwo\n")
    agent.edits("a.py", "one\n")
    agent.says("no, three")
    agent.runs("pytest", "= 1 passed in 0.1s =")
    agent.marks("interrupt")
    return agent


def test_setbacks_are_what_made_work_necessary_again(agent: Agent) -> None:
    """Red checks, a refusal, a rollback and a correction, in order; green checks are none."""
    prompt = agent.moments[6].step.uid
    facts = gathered(agent, Correction(prompt=prompt, why="words", confidence=0.7, calls=()))

    assert facts.setbacks == [2, 3, 5, 6]
    assert [check.green for check in facts.checked] == [False, True]
    assert facts.check_at == {agent.moments[index].step.uid.hex(): index for index in (2, 7)}


def test_a_correction_that_is_not_sure_enough_only_leaves_doubt(agent: Agent) -> None:
    """It is no setback, and whether its calls were corrected is unknown."""
    edit, prompt = agent.moments[1].step.uid, agent.moments[6].step.uid
    facts = gathered(agent, Correction(prompt=prompt, why="words", confidence=0.6, calls=(edit,)))

    assert (list(facts.corrections), dict(facts.corrections_of), set(facts.doubted)) == ([], {}, {edit})
    assert 6 not in facts.setbacks
    assert len(facts.groups) == 1  # its words still go on with the task


def test_what_is_about_a_call_is_found_by_it(agent: Agent) -> None:
    """Corrections and rollbacks, each under every call that it is about."""
    first, undone = agent.moments[1].step.uid, agent.moments[4].step.uid
    correction = Correction(prompt=agent.moments[6].step.uid, why="words", confidence=0.9, calls=(first, undone))
    facts = gathered(agent, correction)

    assert facts.corrections_of == {first: [correction], undone: [correction]}
    assert list(facts.rollbacks_of) == [undone]
    assert not facts.doubted


def test_places_of_people_and_of_the_last_call_that_worked(agent: Agent) -> None:
    """Moments that are no calls are found by their uid."""
    facts = gathered(agent)

    assert (facts.people, facts.acted) == ([0, 6], 7)
    assert facts.places == {agent.moments[index].step.uid: index for index in (0, 6, 8)}


def test_changes_and_checks_are_cut_by_their_moments(agent: Agent) -> None:
    """The end is not part of it."""
    facts = gathered(agent)

    assert [work.index for work in facts.works(1, 5)] == [1, 4]
    assert [check.place for check in facts.checks(2, 7)] == [2]
    assert [check.place for check in facts.checks(3, 8)] == [7]
