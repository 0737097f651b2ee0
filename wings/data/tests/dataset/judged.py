"""Sessions of an invented agent with all that is known of their work."""

import json

from tests.judgement.outcomes.agent import Agent

from twiceshy.judgement.outcomes.evidence import find_call_fates, gather_evidence
from twiceshy.judgement.outcomes.task_results import judge_evidence
from twiceshy.records.findings import ScannedEdit
from twiceshy_data.dataset.good_work import JudgedStory, TextOf
from twiceshy_data.rows.judged_stories import gather_facts

GREEN = "============ 3 passed in 0.01s ============"
RED = "FAILED tests/test_sum.py::test_sum - AssertionError: 3\n======= 1 failed, 2 passed in 0.01s ======="


def judge(agent: Agent, *scanned: ScannedEdit, asked: dict[bytes, dict[str, str]] | None = None) -> JudgedStory:
    """The session as `judge` would see it; ``asked`` has the inputs of calls."""
    facts = gather_evidence(agent.story)
    inputs = {call: json.dumps(given) for call, given in (asked or {}).items()}
    return gather_facts(facts.story, judge_evidence(facts), find_call_fates(facts), scanned, lambda: inputs)


def texts_of(agent: Agent) -> TextOf:
    """The texts that its edits put into files."""
    return lambda body: agent.bodies[body.hex()]
