"""archive.reads.context_items: whose thread a subagent's run is."""

import json
from dataclasses import replace

import pytest
from tests.archive.conftest import Log, stored

from twiceshy.archive.db import Store
from twiceshy.archive.reads.context_items import read_subagent_kinds
from twiceshy.base.values import Scrubbed
from twiceshy.records.events import Action, Prompt, PromptKind, ToolCall

BRIEF = "Find every place in which a price is computed, and say how. " + "Look at each. " * 99
RUN = b"a run..."


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param({"subagent_type": "Explore", "prompt": BRIEF}, {RUN: "Explore"}, id="named"),
        pytest.param({"prompt": BRIEF}, {}, id="without a kind"),
        pytest.param({"subagent_type": "Explore", "prompt": "Something else."}, {}, id="another brief"),
        pytest.param([BRIEF], {}, id="no such shape"),
        pytest.param(None, {}, id="no JSON"),
    ],
)
def test_a_run_has_the_kind_of_its_call(store: Store, given: object, expected: dict[bytes, str]) -> None:
    """Known by how the brief begins; else nobody knows it."""
    log = Log("one").opened().call("c", text="{" if given is None else json.dumps(given), tool="Task")
    call = log.events[-1]
    assert isinstance(call, ToolCall)
    log.events[-1] = replace(call, action=Action.DELEGATE)
    stamp = replace(log.stamp(), agent_run=RUN)
    log.events.append(Prompt(stamp=stamp, kind=PromptKind.SUBAGENT, text=Scrubbed(BRIEF)))
    stored(store, log)

    assert read_subagent_kinds(store.connection, 1, store.body) == expected
