"""judgement.outcomes.edit_outcomes: which task an edit belongs to, and whether and when it proved bad."""

import pytest
from tests.judgement.outcomes.agent import Agent

from twiceshy.judgement.outcomes.edit_outcomes import EditOutcomes
from twiceshy.judgement.outcomes.evidence import gather_evidence
from twiceshy.records.outcomes import Correction


@pytest.fixture
def agent() -> Agent:
    """An edit that is undone as a person asks, one that a person speaks after, and one that nobody speaks after."""
    agent = Agent()
    agent.says("count to two")
    agent.edits("a.py", "one\n")
    agent.edits("a.py", "one\ntwo\n")
    agent.says("no, go back to one")
    agent.edits("a.py", "one\n")
    agent.says("now write the documentation of the shop, all of it")
    agent.edits("b.py", "one\n")
    agent.says("thanks, and translate the manual into French please")
    agent.edits("c.py", "one\n")
    return agent


def outcomes(agent: Agent, *corrections: Correction, fixed_s: float = 0.0, **alive: float) -> EditOutcomes:
    survival = {agent.moments[int(place[1:])].step.uid: share for place, share in alive.items()}
    return EditOutcomes(gather_evidence(agent.story, corrections=corrections, survival=survival), fixed_s)


def correction(agent: Agent, by: int, call: int) -> Correction:
    return Correction(
        prompt=agent.moments[by].step.uid, why="words", confidence=0.9, calls=(agent.moments[call].step.uid,)
    )


def test_an_edit_belongs_to_the_task_that_was_asked_for_before_it(agent: Agent) -> None:
    """Of a call that is not known, the first."""
    found = outcomes(agent)
    tasks = [found.task(agent.moments[index].step.uid) for index in (1, 6, 8)]

    assert tasks == [0, 2, 2]
    assert found.task(b"gone") == 0


def test_what_a_person_spoke_after_was_fine_where_nothing_speaks_against_it(agent: Agent) -> None:
    """Of what nobody spoke after it is not known; both are as of the session's end."""
    found = outcomes(agent)

    assert found.find_outcome(agent.moments[1].step.uid) == (False, found.end)
    assert found.find_outcome(agent.moments[6].step.uid) == (False, found.end)
    assert found.find_outcome(agent.moments[8].step.uid) == (None, found.end)
    last = agent.story.last_at
    assert found.end == (last.timestamp() if last else 0.0)


def test_lines_put_back_unasked_leave_it_open(agent: Agent) -> None:
    """Nobody can tell whether they were taken back or only went on."""
    agent.edits("b.py", "one\ntwo\n")
    taken = agent.edits("b.py", "one\nthree\n")
    agent.says("what is left to do?")
    agent.edits("b.py", "one\ntwo\n")
    agent.says("fine")

    assert outcomes(agent).find_outcome(taken) == (None, outcomes(agent).end)


def test_a_correction_and_a_rollback_are_known_when_they_came(agent: Agent) -> None:
    """The earlier one counts."""
    undone = agent.moments[2].step.uid
    at = [moment.step.at for moment in agent.moments]

    assert outcomes(agent).find_outcome(undone) == (True, at[4])
    found = outcomes(agent, correction(agent, 7, 6), correction(agent, 5, 2))
    assert found.find_outcome(agent.moments[6].step.uid) == (True, at[7])
    assert found.find_outcome(undone) == (True, at[4])
    unknown = Correction(prompt=b"gone", why="words", confidence=0.9, calls=(agent.moments[6].step.uid,))
    assert outcomes(agent, unknown).find_outcome(agent.moments[6].step.uid) == (True, found.end)


def test_lines_that_a_later_fix_replaced_were_bad(agent: Agent) -> None:
    """Where fewer than half of them are alive, as of the fix; without a fix nobody replaced them."""
    call = agent.moments[6].step.uid

    found = outcomes(agent, fixed_s=60.0, _6=0.4)
    assert found.find_outcome(call) == (True, found.end + 60.0)
    assert outcomes(agent, fixed_s=60.0, _6=0.5).find_outcome(call) == (False, found.end)
    assert outcomes(agent, _6=0.4).find_outcome(call) == (False, found.end)
    assert outcomes(agent, fixed_s=60.0).find_outcome(call) == (False, found.end)


def test_what_was_undone_in_the_same_turn_was_no_fault() -> None:
    """It may be no more than the way the work went."""
    agent = Agent()
    agent.says("count to two")
    agent.edits("a.py", "one\n")
    agent.edits("a.py", "one\ntwo\n")
    agent.edits("a.py", "one\n")
    agent.says("thanks")

    found = outcomes(agent)
    assert found.find_outcome(agent.moments[2].step.uid) == (False, found.end)
