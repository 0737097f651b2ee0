"""Judge stored turns again when the rules changed that tell a person's words from a client's."""

from collections.abc import Iterator
from typing import Final

from twiceshy.archive.db import Store
from twiceshy.archive.stored_turns import (
    StoredTurn,
    read_judged_turns,
    restate_answers,
    restate_imitations,
    restate_templates,
    restate_turns,
)
from twiceshy.logs.collect.step_faults import StepFaults
from twiceshy.logs.harness_text import VERSION, judge_turn
from twiceshy.logs.readers import list_readers
from twiceshy.logs.refusals import list_asking_tools

_RULES: Final = "turn rules"
"""Note of the store: which version of the rules its turns were judged by."""


def judge_turns(store: Store) -> int:
    """Judge anew the stored turns and answers; return how many turns and answers that were."""
    if store.note(_RULES) == str(VERSION):
        return 0
    questions, plans = list_asking_tools()
    senders = [name for name, reader in list_readers().items() if reader.traits.sends_templates]
    changed = list(_judge_all(store))
    with store.begin_writing() as connection:
        count = restate_turns(connection, changed) + restate_answers(connection, questions, plans)
        count += restate_templates(connection, senders)
        count += sum(
            restate_imitations(connection, name, reader.traits.own_tools, reader.traits.version)
            for name, reader in list_readers().items()
            if reader.traits.own_tools is not None
        )
    store.put_note(_RULES, str(VERSION))
    return count


def _judge_all(store: Store) -> Iterator[StoredTurn]:
    faults = StepFaults(store, "turns", VERSION)
    for turn in read_judged_turns(store.connection):
        changed: list[StoredTurn] = []
        with faults.guard(turn.id.to_bytes(8, "big"), f"turn {turn.id}"):
            changed += _judge_one(store, turn)
        yield from changed


def _judge_one(store: Store, turn: StoredTurn) -> Iterator[StoredTurn]:
    """Yield the turn as it is judged now, if that is something else."""
    whole = store.body(turn.body) if turn.body is not None else turn.text
    kind, text = judge_turn(turn.kind, whole)
    if text != whole:
        yield StoredTurn(turn.id, kind, text, None)
    elif kind is not turn.kind:
        yield turn._replace(kind=kind)
